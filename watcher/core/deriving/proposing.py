"""Concepts and patterns proposed from findings: what must meet, and what it says when it does. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.core.deriving.background import COMMON, RARE
from watcher.core.deriving.concepts import (
    includes_of,
    is_country,
    is_list_of_acts,
    members_of,
    refer,
    seen,
    slug,
    unique,
)
from watcher.core.deriving.records import DraftConcept, DraftPattern, Kind
from watcher.core.deriving.steering import Facet, collocated
from watcher.core.profiles import Need, Where

if TYPE_CHECKING:
    from collections.abc import Sequence

    from watcher.core.deriving.records import Finding, Knowledge
    from watcher.core.deriving.steering import Steering

# See docs/deriving.md for what chose these.
PAIR_TITLE, PAIR_SENTENCE, PAIR_ANYWHERE = 85.0, 52.0, 40.0
SUBJECT_TITLE, SUBJECT_SENTENCE, SUBJECT_ANYWHERE = 75.0, 45.0, 40.0
MET_ANYWHERE = 55.0
PLAIN_TITLE = 45.0
COMPANY_TITLE, COMPANY_ANYWHERE = 60.0, 40.0
TOGETHER_TITLE, TOGETHER_THREE = 66.0, 58.0
NAME_TITLE, NAME_ANYWHERE = 80.0, 55.0
SIGNS_TITLE, SIGNS_ANYWHERE, SIGNS_THREE = 72.0, 45.0, 60.0
MAX_SIGNS = 28
EVERYDAY_SIGN = 0.7  # everyday words are in so much news that two of them together still say little
MIN_SIGN_WEIGHT, MIN_SHARED_WEIGHT = 0.2, 0.6


class Proposals:
    """Concepts and patterns while they are put together."""

    def __init__(self, findings: Sequence[Finding], knowledge: Knowledge, seeds: int) -> None:
        self._findings = findings
        self._knowledge = knowledge
        self._seeds = seeds
        self._ids = set(knowledge.shared)
        self.concepts: list[DraftConcept] = []
        self.patterns: list[DraftPattern] = []

    # --- steered

    def steer(self, steering: Steering) -> None:
        """Follow the sentence."""
        named = [(facet, self._concept(facet)) for facet in steering.named]
        anchors = self._anchors(steering)
        asked = {thing.key for thing in steering.things}
        of_seeds = [thing for thing in self._findings if self._is_telling(thing)]
        prominent = any(thing.key in asked for thing in of_seeds)
        named_alone = [thing for thing in steering.things if not thing.matter and thing.rarity >= 1]
        if prominent:  # one event: what the seeds are full of belongs to it
            self.follow_seeds(named_alone)
        elif not steering.direct:
            self._by_name(named_alone)
        for first, second in sorted(steering.linked):
            self._pair(named[first], named[second])
        if steering.together and not steering.direct:
            for number, (facet, concept) in enumerate(named):
                if number in anchors and len(facet.things) > 1:
                    self._together(facet, concept)
        if steering.matter is not None and not steering.direct:
            self._subject(steering, named, anchors)
        if steering.alludes and not prominent:
            self._company(steering.named[0], named[0][1])
        if not self.patterns:
            self.follow_seeds()

    def _anchors(self, steering: Steering) -> set[int]:
        """Named facets that a seed's headline has; without any, the first."""
        found = {
            number
            for number, facet in enumerate(steering.named)
            if any(thing.headlines for thing in facet.things)
        }
        return found or ({0} if steering.named else set())

    def _pair(self, one: tuple[Facet, str], other: tuple[Facet, str]) -> None:
        label = f"{self._label(one[0])} and {self._label(other[0])}"
        needs = (Need(concepts=(one[1],)), Need(concepts=(other[1],)))
        met = "met in one sentence of a seed" if collocated(one[0], other[0]) else "joined by --about"
        self._add(f"{label} in one headline", needs, Where.TITLE, PAIR_TITLE, met)
        self._add(f"{label} in one sentence", needs, Where.SENTENCE, PAIR_SENTENCE, met)
        self._add(label, needs, Where.ANYWHERE, PAIR_ANYWHERE, met)

    def _together(self, facet: Facet, concept: str) -> None:
        label = self._label(facet)
        two, three = Need(concepts=(concept,), different=2), Need(concepts=(concept,), different=3)
        self._add(
            f"two of {label} in one headline",
            (two,),
            Where.TITLE,
            TOGETHER_TITLE,
            "acting together, says --about",
        )
        if len(facet.things) > 2:
            self._add(
                f"three of {label}", (three,), Where.ANYWHERE, TOGETHER_THREE, "acting together, says --about"
            )

    def _subject(self, steering: Steering, named: list[tuple[Facet, str]], anchors: set[int]) -> None:
        assert steering.matter is not None
        plain = [thing for thing in steering.matter.things if self._is_plain(thing)]
        special = [thing for thing in steering.matter.things if thing not in plain]
        if not special:
            plain, special = [], plain
        main = Facet(matter=True, things=special)
        matter = self._concept(main, "subject")
        subject = Need(concepts=(matter,))
        everyday = self._concept(Facet(matter=True, things=plain), "subject-in-passing") if plain else ""
        for number in sorted(anchors):
            facet, concept = named[number]
            label = f"{self._label(facet)} and the subject"
            needs = (Need(concepts=(concept,)), subject)
            why = "met in one sentence of a seed" if collocated(facet, main) else "both in --about"
            self._add(f"{label} in one headline", needs, Where.TITLE, SUBJECT_TITLE, why)
            self._add(f"{label} in one sentence", needs, Where.SENTENCE, SUBJECT_SENTENCE, why)
            self._add(label, needs, Where.ANYWHERE, SUBJECT_ANYWHERE, why)
            if everyday:
                needs = (Need(concepts=(concept,)), Need(concepts=(everyday,)))
                self._add(
                    f"{self._label(facet)} and an everyday word of the subject",
                    needs,
                    Where.TITLE,
                    PLAIN_TITLE,
                    "words of --about that much else is written in",
                )
        if not named:
            self._add(
                "two of the subject in one headline",
                (Need(concepts=(matter,), different=2),),
                Where.TITLE,
                SUBJECT_TITLE,
                "--about names nothing else",
            )
            self._add(
                "three of the subject",
                (Need(concepts=(matter,), different=3),),
                Where.ANYWHERE,
                SUBJECT_ANYWHERE,
                "--about names nothing else",
            )
        for first in range(len(named)):
            for second in range(first + 1, len(named)):
                if (first, second) in steering.linked or not {first, second} & anchors:
                    continue
                if collocated(named[first][0], named[second][0]):
                    label = f"{self._label(named[first][0])}, {self._label(named[second][0])} and the subject"
                    three = (Need(concepts=(named[first][1],)), Need(concepts=(named[second][1],)), subject)
                    self._add(label, three, Where.ANYWHERE, MET_ANYWHERE, "met in one sentence of a seed")

    def _company(self, facet: Facet, concept: str) -> None:
        """What the seeds show the only named things with, since the sentence speaks of others without a name."""
        places = {place for thing in facet.things for place in thing.sentences}
        met = [
            thing
            for thing in self._findings
            if thing not in facet.things
            and thing.kind is not Kind.WORD
            and (thing.rarity >= COMMON or is_country(thing, self._knowledge))
            and not (thing.matter and self._is_plain(thing))
            and not set(includes_of([thing], self._knowledge))
            & set(includes_of(facet.things, self._knowledge))
            and thing.sentences & places
        ]
        if not met:
            return
        company = self._concept(Facet(matter=False, things=met), "company")
        needs = (Need(concepts=(concept,)), Need(concepts=(company,)))
        why = "--about speaks of others without naming them; the seeds show these"
        self._add(
            f"{self._label(facet)} in its company, in one headline", needs, Where.TITLE, COMPANY_TITLE, why
        )
        self._add(f"{self._label(facet)} in its company", needs, Where.ANYWHERE, COMPANY_ANYWHERE, why)

    def _is_plain(self, thing: Finding) -> bool:
        """True for a subject that most news has: an everyday word, an act."""
        if thing.kind is Kind.SHARED:
            return is_list_of_acts(self._knowledge.shared[thing.key.partition(".")[0]], self._knowledge)
        return thing.rarity < 1

    # --- from the seeds alone

    def follow_seeds(self, named: Sequence[Finding] = ()) -> None:
        """Names that tell the topic alone, and signs of it that do so together.

        Args:
            named: told by the sentence to be such names.
        """
        weights = {thing.key: self._weight(thing) for thing in self._findings}
        of_seeds = [thing for thing in self._findings if self._is_telling(thing) and thing not in named]
        self._by_name([*named, *of_seeds])
        signs = sorted(
            (thing for thing in self._findings if self._is_sign(thing, weights[thing.key])),
            key=lambda thing: (-weights[thing.key], thing.key),
        )[:MAX_SIGNS]
        if not signs:
            return
        concept = unique("signs", self._ids)
        self.concepts.append(
            DraftConcept(
                id=concept,
                name="signs of the topic",
                includes=refer(signs, self._knowledge),
                members=members_of(signs, self._knowledge, weights),
                comment="what the seeds are full of and other news is not; one alone says little",
            )
        )
        why = "what the seeds have in common with an entry"
        two, three = Need(concepts=(concept,), different=2), Need(concepts=(concept,), different=3)
        self._add("two signs in the headline", (two,), Where.TITLE, SIGNS_TITLE, why)
        self._add("two signs", (two,), Where.ANYWHERE, SIGNS_ANYWHERE, why)
        self._add("three signs", (three,), Where.ANYWHERE, SIGNS_THREE, why)

    def _weight(self, thing: Finding) -> float:
        """How much a thing says about the topic, 0–1: rare elsewhere, frequent and prominent here."""
        spread = len(thing.seeds) / self._seeds
        often = min(1.0, (thing.count + 2 * len(thing.headlines)) / (2.0 * self._seeds))
        rarity = (
            thing.rarity * EVERYDAY_SIGN if thing.kind is Kind.WORD and thing.rarity < RARE else thing.rarity
        )
        return rarity * (0.35 + 0.65 * often) * (0.5 + 0.5 * spread)

    def _is_sign(self, thing: Finding, weight: float) -> bool:
        """True for what may be a sign: words more than once or in a headline; acts that all news has never."""
        if thing.kind is Kind.WORD and thing.count < 2 and not thing.headlines:
            return False
        if (
            thing.kind is Kind.SHARED
            and not is_country(thing, self._knowledge)
            and weight < MIN_SHARED_WEIGHT
        ):
            return False  # a reference to a shared concept cannot be given a weight
        return weight >= MIN_SIGN_WEIGHT

    def _is_telling(self, thing: Finding) -> bool:
        """True for a name that is rare elsewhere and prominent here."""
        if thing.matter or thing.rarity < 1:
            return False
        return bool(thing.headlines) or (thing.count >= 3 and len(thing.seeds) == self._seeds)

    def _by_name(self, things: Sequence[Finding]) -> None:
        if not things:
            return
        concept = unique("by-name", self._ids)
        self.concepts.append(
            DraftConcept(
                id=concept,
                name="names that hardly appear elsewhere",
                includes=refer(things, self._knowledge),
                members=members_of(things, self._knowledge),
                comment="one of these is enough",
            )
        )
        needs = (Need(concepts=(concept,)),)
        why = ", ".join(
            f"{thing.written if thing.forms else thing.key} ({seen(thing)})" for thing in things[:4]
        )
        self._add("by name, in the headline", needs, Where.TITLE, NAME_TITLE, why)
        self._add("by name", needs, Where.ANYWHERE, NAME_ANYWHERE, why)

    # --- both

    def _concept(self, facet: Facet, wanted: str = "") -> str:
        label = self._label(facet)
        concept = unique(wanted or f"{slug(label)}-side", self._ids)
        weights = {
            thing.key: 0.6 if thing.kind is Kind.WORD and thing.rarity < 1 else 1.0 for thing in facet.things
        }
        self.concepts.append(
            DraftConcept(
                id=concept,
                name=label if len(facet.things) == 1 else f"{label} and what stands beside it",
                includes=includes_of(facet.things, self._knowledge),
                members=members_of(facet.things, self._knowledge, weights, countries=False),
                comment=", ".join(f"{self._thing_label(thing)} ({seen(thing)})" for thing in facet.things),
            )
        )
        return concept

    def _label(self, facet: Facet) -> str:
        return self._thing_label(facet.things[0])

    def _thing_label(self, thing: Finding) -> str:
        if thing.forms:
            return thing.written
        if thing.kind is Kind.COUNTRY:
            return self._knowledge.countries[thing.key].name
        concept, _, member = thing.key.partition(".")
        return concept if concept == member or not member else member

    def _add(self, name: str, needs: tuple[Need, ...], where: Where, score: float, comment: str) -> None:
        if not any(pattern.name == name for pattern in self.patterns):
            self.patterns.append(
                DraftPattern(name=name, needs=needs, where=where, score=score, comment=comment)
            )
