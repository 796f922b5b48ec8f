"""What matching saw and concluded: mentions, evidence, a score that can be explained word by word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Field = Literal["title", "summary"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """One term of one concept found in an entry."""

    concept: str  # concept id, the same in every language: "sahel-state"
    member: str  # which thing of the concept: "ml", "goita"; equals the term's key when it has none
    term: str  # the term as the profile writes it
    field: Field
    start: int  # offsets into the field's text, in code points
    end: int
    words: str  # the words hit, as they stand in the text
    quality: int  # 0–100, how well the words fit the term (100 = exact)
    weight: float  # the term's weight, 0–1


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """All mentions in one entry, over all profiles: what matching and grouping both work on."""

    mentions: tuple[Mention, ...]
    tokens: tuple[str, ...] = ()  # folded title tokens in order (for grouping)
    summary_tokens: tuple[str, ...] = ()  # folded summary tokens; () when it only repeats the title
    numbers: tuple[int, ...] = ()  # counts named in title or summary (tolls), years and dates left out


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One pattern that met (or nearly met), with the mentions that fed it."""

    pattern: str  # the pattern's name in the profile
    score: float  # 0–100, what it alone would give
    mentions: tuple[Mention, ...]
    missing: tuple[str, ...] = ()  # concepts it wanted and did not find; () = it met
    note: str = ""  # e.g. which exclusion struck it out


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """An entry against one profile."""

    entry_id: str
    profile_id: str
    profile_version: str
    score: float  # 0–100
    threshold: float  # 0–100
    evidence: tuple[Evidence, ...]  # patterns that met, strongest first
    near: tuple[Evidence, ...] = ()  # patterns that just failed, for explain and near misses

    @property
    def on_topic(self) -> bool:
        """True when the score reaches the profile's threshold."""
        return self.score >= self.threshold
