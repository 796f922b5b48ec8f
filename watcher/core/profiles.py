"""What a topic profile is: concepts, patterns, exclusions, a threshold. Records only; no text is read here.

A profile is complete in itself: it carries the shared concepts too, so that compiling needs nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

LEAD_LENGTH = 220
"""Characters of a summary that tell what it is about: about two sentences. Long summaries are the beginnings of
articles, and what they mention further down is background."""


class Writing(StrEnum):
    """How a term must be written in a text to be found."""

    NAME = "name"  # with a capital; inflected, and when long in other transliterations
    WORD = "word"  # in any case; inflected by the rules of its language
    ACRONYM = "acronym"  # letter for letter: AES, IS
    EXACT = "exact"  # these letters and no others; accents and case are folded
    STEM = "stem"  # whatever begins so: jihadi…


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One way to name a member of a concept."""

    text: str  # as the profile writes it, marks (=, *) left off
    writing: Writing | None = (
        None  # None: each word by its own spelling (Niger: name, coup: word, AES: acronym)
    )
    language: str | None = None  # of the list it stands in; None = any
    weight: float = 1.0  # 0–1
    fuzzy: bool = True  # long names also match other transliterations and slips of the pen


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One thing a concept speaks of: Mali among the Sahel states, Goïta among their leaders."""

    id: str
    terms: tuple[Term, ...]
    of: str = ""  # what it counts as where different members are asked for (goita: ml); "" = itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept:
    """An actor, a place, an act: what patterns are made of.

    `members` are its own; `includes` names concepts whose members count as its own in patterns, while their
    mentions keep the concept they were found as.
    """

    id: str
    members: tuple[Member, ...] = ()
    includes: tuple[str, ...] = ()
    shared: bool = False  # from the shared file: the same in every profile
    name: str = ""  # for people; "" = the id


class Where(StrEnum):
    """In which part of an entry a need, or all needs of a pattern together, must be found."""

    TITLE = "title"
    SENTENCE = "sentence"  # all in the title, or all in one sentence of the summary
    ANYWHERE = "anywhere"


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """One thing a pattern asks for: a mention of any of these concepts, or members of one ("acts.expel")."""

    concepts: tuple[str, ...]
    different: int = 1  # how many different members
    where: Where = Where.ANYWHERE

    @property
    def label(self) -> str:
        """How explanations name it."""
        label = " or ".join(self.concepts)
        if self.different > 1:
            label += f" ({self.different} different)"
        return f"{label} in the title" if self.where is Where.TITLE else label


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """Which concepts must meet, and what it says about the topic when they do."""

    name: str
    needs: tuple[Need, ...]
    score: float  # 0–100: what it gives alone, everything written plainly in the title
    where: Where = Where.ANYWHERE
    unless: tuple[Need, ...] = ()  # any of these, and the pattern does not count


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """What speaks against the topic: the score is multiplied when it is found."""

    name: str
    needs: tuple[Need, ...]
    times: float = 0.0  # 0 = out, 0.5 = half
    where: Where = Where.ANYWHERE
    unless: tuple[Need, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A topic: what is tracked, how surely it must be met, who is told."""

    id: str
    name: str
    patterns: tuple[Pattern, ...]
    concepts: tuple[Concept, ...]  # own and shared
    exclusions: tuple[Exclusion, ...] = ()
    shadows: tuple[Term, ...] = ()  # longer terms that take their words away, for every profile
    threshold: float = 50.0  # 0–100
    summary_weight: float = 0.7  # what a mention in the summary counts, against 1 in the title
    late_weight: float = (
        0.5  # … and behind the summary's first LEAD_LENGTH characters, where it is background
    )
    targets: tuple[str, ...] = ()
    seeds: tuple[str, ...] = ()  # files the topic was derived from, for people
    description: str = ""
    version: str = ""  # hash of everything that decides a score
