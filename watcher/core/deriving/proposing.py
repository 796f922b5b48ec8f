"""Patterns from the sentence that steers: what must meet, and what it says when it does. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.core.deriving.background import COMMON
from watcher.core.deriving.concepts import includes_of, is_country, is_list_of_acts
from watcher.core.deriving.records import Kind
from watcher.core.deriving.signs import follow_seeds, is_telling
from watcher.core.deriving.steering import Facet, collocated
from watcher.core.profiles import Need, Where

if TYPE_CHECKING:
    from watcher.core.deriving.proposals import Proposals
    from watcher.core.deriving.records import Finding, Knowledge
    from watcher.core.deriving.steering import Steering

# See docs/deriving.md for what chose these.
PAIR_TITLE, PAIR_SENTENCE, PAIR_ANYWHERE = 85.0, 52.0, 40.0
SUBJECT_TITLE, SUBJECT_SENTENCE, SUBJECT_ANYWHERE = 75.0, 45.0, 40.0
MET_ANYWHERE = 55.0
PLAIN_TITLE = 45.0
COMPANY_TITLE, COMPANY_ANYWHERE = 60.0, 40.0
TOGETHER_TITLE, TOGETHER_THREE = 66.0, 58.0


def steer(proposals: Proposals, steering: Steering) -> None:
    """Follow the sentence."""
    named = [(facet, proposals.concept(facet)) for facet in steering.named]
    anchors = _anchors(steering)
    asked = {thing.key for thing in steering.things}
    of_seeds = [thing for thing in proposals.findings if is_telling(thing, proposals)]
    prominent = any(thing.key in asked for thing in of_seeds)
    named_alone = [thing for thing in steering.things if not thing.matter and thing.rarity >= 1]
    if prominent:  # one event: what the seeds are full of belongs to it
        follow_seeds(proposals, named_alone)
    elif not steering.direct:
        proposals.by_name(named_alone)
    for first, second in sorted(steering.linked):
        _pair(proposals, named[first], named[second])
    if steering.together and not steering.direct:
        for number, (facet, concept) in enumerate(named):
            if number in anchors and len(facet.things) > 1:
                _together(proposals, facet, concept)
    if steering.matter is not None and not steering.direct:
        _subject(proposals, steering, named, anchors)
    if steering.alludes and not prominent:
        _company(proposals, steering.named[0], named[0][1])
    if not proposals.patterns:
        follow_seeds(proposals)


def _anchors(steering: Steering) -> set[int]:
    """Named facets that a seed's headline has; without any, the first."""
    found = {
        number
        for number, facet in enumerate(steering.named)
        if any(thing.headlines for thing in facet.things)
    }
    return found or ({0} if steering.named else set())


def _pair(proposals: Proposals, one: tuple[Facet, str], other: tuple[Facet, str]) -> None:
    label = f"{proposals.label(one[0])} and {proposals.label(other[0])}"
    needs = (Need(concepts=(one[1],)), Need(concepts=(other[1],)))
    met = "met in one sentence of a seed" if collocated(one[0], other[0]) else "joined by --about"
    proposals.add(f"{label} in one headline", needs, Where.TITLE, PAIR_TITLE, met)
    proposals.add(f"{label} in one sentence", needs, Where.SENTENCE, PAIR_SENTENCE, met)
    proposals.add(label, needs, Where.ANYWHERE, PAIR_ANYWHERE, met)


def _together(proposals: Proposals, facet: Facet, concept: str) -> None:
    label = proposals.label(facet)
    two, three = Need(concepts=(concept,), different=2), Need(concepts=(concept,), different=3)
    proposals.add(
        f"two of {label} in one headline",
        (two,),
        Where.TITLE,
        TOGETHER_TITLE,
        "acting together, says --about",
    )
    if len(facet.things) > 2:
        proposals.add(
            f"three of {label}", (three,), Where.ANYWHERE, TOGETHER_THREE, "acting together, says --about"
        )


def _subject(
    proposals: Proposals, steering: Steering, named: list[tuple[Facet, str]], anchors: set[int]
) -> None:
    assert steering.matter is not None
    plain = [thing for thing in steering.matter.things if _is_plain(thing, proposals.knowledge)]
    special = [thing for thing in steering.matter.things if thing not in plain]
    if not special:
        plain, special = [], plain
    main = Facet(matter=True, things=special)
    matter = proposals.concept(main, "subject")
    subject = Need(concepts=(matter,))
    everyday = proposals.concept(Facet(matter=True, things=plain), "subject-in-passing") if plain else ""
    for number in sorted(anchors):
        facet, concept = named[number]
        label = f"{proposals.label(facet)} and the subject"
        needs = (Need(concepts=(concept,)), subject)
        why = "met in one sentence of a seed" if collocated(facet, main) else "both in --about"
        proposals.add(f"{label} in one headline", needs, Where.TITLE, SUBJECT_TITLE, why)
        proposals.add(f"{label} in one sentence", needs, Where.SENTENCE, SUBJECT_SENTENCE, why)
        proposals.add(label, needs, Where.ANYWHERE, SUBJECT_ANYWHERE, why)
        if everyday:
            needs = (Need(concepts=(concept,)), Need(concepts=(everyday,)))
            proposals.add(
                f"{proposals.label(facet)} and an everyday word of the subject",
                needs,
                Where.TITLE,
                PLAIN_TITLE,
                "words of --about that much else is written in",
            )
    if not named:
        proposals.add(
            "two of the subject in one headline",
            (Need(concepts=(matter,), different=2),),
            Where.TITLE,
            SUBJECT_TITLE,
            "--about names nothing else",
        )
        proposals.add(
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
                label = (
                    f"{proposals.label(named[first][0])}, {proposals.label(named[second][0])} and the subject"
                )
                three = (Need(concepts=(named[first][1],)), Need(concepts=(named[second][1],)), subject)
                proposals.add(label, three, Where.ANYWHERE, MET_ANYWHERE, "met in one sentence of a seed")


def _company(proposals: Proposals, facet: Facet, concept: str) -> None:
    """What the seeds show the only named things with, since the sentence speaks of others without a name."""
    places = {place for thing in facet.things for place in thing.sentences}
    met = [
        thing
        for thing in proposals.findings
        if thing not in facet.things
        and thing.kind is not Kind.WORD
        and (thing.rarity >= COMMON or is_country(thing, proposals.knowledge))
        and not (thing.matter and _is_plain(thing, proposals.knowledge))
        and not set(includes_of([thing], proposals.knowledge))
        & set(includes_of(facet.things, proposals.knowledge))
        and thing.sentences & places
    ]
    if not met:
        return
    company = proposals.concept(Facet(matter=False, things=met), "company")
    needs = (Need(concepts=(concept,)), Need(concepts=(company,)))
    why = "--about speaks of others without naming them; the seeds show these"
    proposals.add(
        f"{proposals.label(facet)} in its company, in one headline", needs, Where.TITLE, COMPANY_TITLE, why
    )
    proposals.add(f"{proposals.label(facet)} in its company", needs, Where.ANYWHERE, COMPANY_ANYWHERE, why)


def _is_plain(thing: Finding, knowledge: Knowledge) -> bool:
    """True for a subject that most news has: an everyday word, an act."""
    if thing.kind is Kind.SHARED:
        return is_list_of_acts(knowledge.shared[thing.key.partition(".")[0]], knowledge)
    return thing.rarity < 1
