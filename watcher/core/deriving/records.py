"""What deriving works on and what it yields: articles, things found in them, a draft. Records only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from watcher.core.deriving.background import Background
    from watcher.core.model import Mention
    from watcher.core.profiles import Concept, Need, Where


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A seed, its boilerplate gone."""

    source: str  # path or address, for people
    headline: str  # "" when none was recognised
    sentences: tuple[str, ...]  # of the body, in order
    language: str | None = None  # two letters; None = unknown
    dropped: tuple[str, ...] = ()  # blocks that were taken for boilerplate, for people


@dataclass(frozen=True, slots=True, kw_only=True)
class Country:
    """How a country is spoken of beyond its names in CLDR."""

    code: str  # ISO 3166
    name: str  # in English
    daily: bool  # in the news every day: seeing it says little
    words: Mapping[str, tuple[str, ...]]  # "any" or a language -> terms as topic files write them


COUNTRY = "country"
"""Concept under which a reader reports countries that the shared concepts do not know; the member is the code."""

Reader = Callable[[str, "str | None"], "Sequence[Mention]"]
"""(sentence, language) -> mentions of shared concepts and of countries: what is known without having been told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """All that deriving knows beside the seeds."""

    background: Background
    reader: Reader
    shared: Mapping[str, Concept]  # by id
    homes: Mapping[tuple[str, str], str]  # (shared concept, member) -> code of the country it is
    countries: Mapping[str, Country]  # by code


class Kind(StrEnum):
    """What sort of thing was found."""

    SHARED = "shared"  # a shared concept, or a member of one
    COUNTRY = "country"
    NAME = "name"
    WORD = "word"


@dataclass(slots=True, kw_only=True)
class Finding:
    """A thing that the seeds (or the steering sentence) speak of, and where."""

    key: str  # "acts.visit", "EC", "fernando villavicencio", "lunar"
    kind: Kind
    rarity: float  # 0–1: how little it is used on other matters; 0 = never kept
    matter: bool  # an act or subject, in contrast to somebody, something or somewhere with a name
    language: str | None = None  # of words
    forms: dict[str, int] = field(default_factory=dict)  # as written -> how often
    headlines: set[int] = field(default_factory=set)  # numbers of the seeds whose headline has it
    sentences: set[tuple[int, int]] = field(default_factory=set)  # (seed, sentence); sentence 0 = headline
    count: int = 0

    @property
    def seeds(self) -> set[int]:
        """Numbers of the seeds that have it."""
        return {seed for seed, _ in self.sentences}

    @property
    def written(self) -> str:
        """The form used most, the longer one among equals."""
        return max(self.forms, key=lambda form: (self.forms[form], len(form)))


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftTerm:
    """A term with its weight, 0–1."""

    text: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftMember:
    """One thing of a concept of the draft."""

    id: str
    terms: Mapping[str, tuple[DraftTerm, ...]]  # "any" or a language -> terms
    country: str = ""  # ISO code
    weight: float = 1.0
    fuzzy: bool = True
    comment: str = ""  # where it was seen


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftConcept:
    """A concept of the draft."""

    id: str
    name: str
    includes: tuple[str, ...] = ()  # shared concepts and members
    members: tuple[DraftMember, ...] = ()
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftPattern:
    """A pattern of the draft."""

    name: str
    needs: tuple[Need, ...]
    where: Where
    score: float
    comment: str = ""  # why it is proposed


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A topic profile as proposed."""

    topic: str
    name: str
    description: str
    seeds: tuple[str, ...]
    threshold: float
    concepts: tuple[DraftConcept, ...]
    patterns: tuple[DraftPattern, ...]
    notes: tuple[str, ...] = ()  # for the head of the file
