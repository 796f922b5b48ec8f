"""The steering sentence (`--about`): which things the topic is about, and which of them must meet. Pure.

No grammar: what stands between two things (a comma, a preposition, "their") tells how they belong together.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from watcher.core.deriving.background import COMMON, RARE
from watcher.core.deriving.records import Finding, Kind
from watcher.core.deriving.steering_words import AND, BACK, BETWEEN, POSSESSIVES, PREPOSITIONS, TOGETHER
from watcher.core.text.tokens import folded_words

if TYPE_CHECKING:
    from watcher.core.deriving.finding import Finder, Item

_CLAUSE = re.compile(r"[.;:?!]|\s[–—-]\s")


@dataclass(slots=True)
class Facet:
    """Things that stand for one another in the topic: Mali, Burkina Faso and Niger."""

    matter: bool
    things: list[Finding] = field(default_factory=list)
    joined_at: int = 0  # position of the first thing behind an "and"; 0 = none


@dataclass(slots=True)
class Steering:
    """What the sentence says."""

    named: list[Facet] = field(default_factory=list)  # in order
    matter: Facet | None = None
    linked: set[tuple[int, int]] = field(
        default_factory=set
    )  # numbers of named facets that the sentence joins
    direct: bool = False  # some are joined with nothing but a preposition between them: that is the topic
    together: bool = False  # it speaks of several acting as one
    alludes: bool = (
        False  # "their break with the old order": others are meant and only the seeds can tell whom
    )

    @property
    def things(self) -> list[Finding]:
        """Everything it names."""
        facets = [*self.named, *([self.matter] if self.matter else [])]
        return [thing for facet in facets for thing in facet.things]


def read_steering(about: str, language: str | None, finder: Finder) -> Steering:
    """Read the sentence.

    Args:
        about: one sentence, or a few.
        language: of it; None = unknown.
        finder: has read the seeds already.
    """
    steering = Steering(together=bool(TOGETHER & set(folded_words(about))))
    items = [item for item in finder.read(about, language) if _tells(finder.findings[item.key])]
    depths = _depths(about)
    matter = Facet(matter=True)
    current: Facet | None = None  # the named facet that a list would go on with
    previous: Item | None = None
    open_between = False
    for item in items:
        thing = finder.findings[item.key]
        thing.forms.setdefault(about[item.start : item.end], 0)
        gap = about[previous.end if previous is not None else 0 : item.start]
        words = set(folded_words(gap))
        in_brackets = depths[item.start] > 0
        after_name = previous is not None and not finder.findings[previous.key].matter
        if thing.matter:
            if not (in_brackets and after_name):  # in brackets behind a name it only illustrates that
                _add(matter, thing)
                previous = item
            open_between = open_between or bool(BETWEEN & words)
            continue
        splits = (open_between and not in_brackets and bool(words & AND)) or gap in ("-", "–")
        goes_on = after_name and not splits and not words & PREPOSITIONS and not _breaks(gap)
        open_between = (open_between and not splits) or bool(BETWEEN & words)
        known = next((facet for facet in steering.named if thing in facet.things), None)
        if known is not None:
            current = known
        elif current is not None and (in_brackets or goes_on):
            if words & AND and not current.joined_at and not in_brackets:
                current.joined_at = len(current.things)
            _add(current, thing)
        else:
            before = current
            current = Facet(matter=False, things=[thing])
            steering.named.append(current)
            if (
                before is not None
                and after_name
                and not _CLAUSE.search(_outside(gap))
                and not _refers_back(gap)
            ):
                steering.linked.add((steering.named.index(before), len(steering.named) - 1))
                steering.direct = True
        previous = item
    if matter.things:
        steering.matter = matter
    _part(steering)
    _look_back(about, steering)
    return steering


def _part(steering: Steering) -> None:
    """See two parties in "Russia and the Sahel states Mali, Niger", when the sentence has nothing else to say."""
    if len(steering.named) != 1 or steering.matter is not None or steering.together:
        return
    whole = steering.named[0]
    if whole.joined_at == 1:
        steering.named = [
            Facet(matter=False, things=whole.things[:1]),
            Facet(matter=False, things=whole.things[1:]),
        ]
        steering.linked.add((0, 1))
        steering.direct = True


def _tells(finding: Finding) -> bool:
    """True for what a user must have meant: a word that the seeds use too, or that is rare."""
    if finding.kind is Kind.WORD:
        return finding.rarity >= RARE or (finding.rarity >= COMMON and finding.count > 0)
    return finding.rarity > 0


def _add(facet: Facet, thing: Finding) -> None:
    if thing not in facet.things:
        facet.things.append(thing)


def _breaks(gap: str) -> bool:
    """True when a clause ends between two things, rather than a list going on ("the states: Mali")."""
    outside = _outside(gap)
    if outside.rstrip().endswith(":"):
        return False
    return bool(_CLAUSE.search(outside))


def _refers_back(gap: str) -> bool:
    return bool(BACK & set(folded_words(_outside(gap))))


def _outside(gap: str) -> str:
    return re.sub(r"\([^()]*\)?|^[^()]*\)", " ", gap)


def _look_back(about: str, steering: Steering) -> None:
    """Let "their" join what the first named things have to do with all others."""
    outside = set(folded_words(_outside(about)))
    if len(steering.named) == 1 and (outside & POSSESSIVES or steering.matter is None):
        steering.alludes = True
    if outside & BACK and not steering.direct:
        anchor = max(range(len(steering.named)), key=lambda n: (len(steering.named[n].things), -n), default=0)
        pairs = ((anchor, other) for other in range(len(steering.named)) if other != anchor)
        steering.linked |= {(min(pair), max(pair)) for pair in pairs}


def _depths(text: str) -> list[int]:
    """How deep in brackets each character stands."""
    depths, depth = [], 0
    for character in text:
        if character == "(":
            depth += 1
        depths.append(depth)
        if character == ")":
            depth = max(0, depth - 1)
    return depths


def fill_subject(steering: Steering, finder: Finder, language: str | None) -> None:
    """Let a subject bring what its own words name: counterterrorism is a "fight against jihadists" in a seed."""
    for thing in list(steering.matter.things if steering.matter is not None else []):
        for part in finder.parts_of(thing, language) if thing.kind is Kind.SHARED else []:
            if part.matter and steering.matter is not None:
                _add(steering.matter, part)


def fill_regions(steering: Steering, lists: list[tuple[str, list[Finding]]], countries: set[str]) -> None:
    """Let a region or bloc stand for the countries that a seed lists in the same breath.

    Args:
        steering: changed in place.
        lists: (sentence, countries that stand in one list in it), for every such list of the seeds.
        countries: keys of findings that are countries.
    """
    named = {thing.key for facet in steering.named for thing in facet.things}
    for facet in steering.named:
        for thing in [one for one in facet.things if one.key not in countries]:
            words = {word for form in thing.forms for word in folded_words(form) if len(word) > 3}
            for text, listed in lists:
                if words & set(folded_words(text)) and not named & {one.key for one in listed}:
                    facet.things += listed
                    named |= {one.key for one in listed}


def collocated(first: Facet, second: Facet) -> bool:
    """True when things of both met in one sentence of a seed."""
    return any(a.sentences & b.sentences for a in first.things for b in second.things)
