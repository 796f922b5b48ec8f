"""Patterns from what the seeds are full of: names that tell the topic alone, signs that do so together. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.core.deriving.background import RARE
from watcher.core.deriving.concepts import is_country, members_of, refer
from watcher.core.deriving.records import DraftConcept, Kind
from watcher.core.profiles import Need, Where

if TYPE_CHECKING:
    from collections.abc import Sequence

    from watcher.core.deriving.proposals import Proposals
    from watcher.core.deriving.records import Finding, Knowledge

# See docs/deriving.md for what chose these.
SIGNS_TITLE, SIGNS_ANYWHERE, SIGNS_THREE = 72.0, 45.0, 60.0
MAX_SIGNS = 28
EVERYDAY_SIGN = 0.7  # everyday words are in so much news that two of them together still say little
MIN_SIGN_WEIGHT, MIN_SHARED_WEIGHT = 0.2, 0.6


def follow_seeds(proposals: Proposals, named: Sequence[Finding] = ()) -> None:
    """Names that tell the topic alone, and signs of it that do so together.

    Args:
        named: told by the sentence to be such names.
    """
    weights = {thing.key: _weight(thing, proposals.seed_count) for thing in proposals.findings}
    of_seeds = [thing for thing in proposals.findings if is_telling(thing, proposals) and thing not in named]
    proposals.by_name([*named, *of_seeds])
    signs = sorted(
        (thing for thing in proposals.findings if _is_sign(thing, weights[thing.key], proposals.knowledge)),
        key=lambda thing: (-weights[thing.key], thing.key),
    )[:MAX_SIGNS]
    if not signs:
        return
    concept = proposals.new_id("signs")
    proposals.concepts.append(
        DraftConcept(
            id=concept,
            name="signs of the topic",
            includes=refer(signs, proposals.knowledge),
            members=members_of(signs, proposals.knowledge, weights),
            comment="what the seeds are full of and other news is not; one alone says little",
        )
    )
    why = "what the seeds have in common with an entry"
    two, three = Need(concepts=(concept,), different=2), Need(concepts=(concept,), different=3)
    proposals.add("two signs in the headline", (two,), Where.TITLE, SIGNS_TITLE, why)
    proposals.add("two signs", (two,), Where.ANYWHERE, SIGNS_ANYWHERE, why)
    proposals.add("three signs", (three,), Where.ANYWHERE, SIGNS_THREE, why)


def _weight(thing: Finding, seed_count: int) -> float:
    """How much a thing says about the topic, 0–1: rare elsewhere, frequent and prominent here."""
    spread = len(thing.seeds) / seed_count
    often = min(1.0, (thing.count + 2 * len(thing.headlines)) / (2.0 * seed_count))
    rarity = thing.rarity * EVERYDAY_SIGN if thing.kind is Kind.WORD and thing.rarity < RARE else thing.rarity
    return rarity * (0.35 + 0.65 * often) * (0.5 + 0.5 * spread)


def _is_sign(thing: Finding, weight: float, knowledge: Knowledge) -> bool:
    """True for what may be a sign: words more than once or in a headline; acts that all news has never."""
    if thing.kind is Kind.WORD and thing.count < 2 and not thing.headlines:
        return False
    if thing.kind is Kind.SHARED and not is_country(thing, knowledge) and weight < MIN_SHARED_WEIGHT:
        return False  # a reference to a shared concept cannot be given a weight
    return weight >= MIN_SIGN_WEIGHT


def is_telling(thing: Finding, proposals: Proposals) -> bool:
    """True for a name that is rare elsewhere and prominent here."""
    if thing.matter or thing.rarity < 1:
        return False
    return bool(thing.headlines) or (thing.count >= 3 and len(thing.seeds) == proposals.seed_count)
