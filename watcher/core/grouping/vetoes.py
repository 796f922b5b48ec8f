"""What keeps two entries apart however much they share: another place, actor, act or direction.

A false merge hides news; a miss costs one message more. So what clearly differs decides against what meets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.core.grouping.fingerprint import is_state
from watcher.core.grouping.headlines import Style

if TYPE_CHECKING:
    from collections.abc import Iterable

    from watcher.core.grouping.fingerprint import Fingerprint

OPPOSITES = frozenset(
    frozenset(pair)
    for pair in (
        ("expel", "recall"),
        ("close-border", "open-border"),
        ("deploy", "withdraw"),
        ("support", "condemn"),
    )
)
"""Acts (members of the shared concept `acts`) of which one headline names only the one and another only the other."""

ANSWERS = (
    ("expire", "ultimatum"),
    ("expire", "expel"),
    ("refuse", "ultimatum"),
    ("refuse", "expel"),
    ("release", "kidnap"),
    ("release", "arrest"),
    ("resume", "suspend"),
    ("lift-sanctions", "sanction"),
    ("sentence", "trial"),
    ("condolence", "kill"),
    ("condolence", "attack"),
)
"""(what follows, what it follows): headlines of which only one has the first, and the other the second."""

DIRECTED = frozenset(
    ("expel", "sanction", "suspend", "attack", "warn", "visit", "condemn", "recall", "close-border")
)
"""Acts that are another story when those who do and suffer them change places."""

SAHEL_STATES = frozenset(("aes-state", "chad", "coast"))
OUTSIDERS = frozenset(("west", "france", "un", "african-union", "russia", "neighbour", "ecowas"))
"""Shared concepts whose two-letter members are states and unions (ml, bf, fr, eu), or that are one themselves (ecowas)."""

PLACES = frozenset(("sahel-place", "chad-place", "coast-north"))
CAPITALS = {
    "sahel-place/bamako": "aes-state/ml",
    "sahel-place/ouagadougou": "aes-state/bf",
    "sahel-place/niamey": "aes-state/ne",
    "chad-place/ndjamena": "chad/td",
}
"""Capitals stand for their states."""


def veto(one: Fingerprint, other: Fingerprint) -> str:
    """Return why two entries cannot be one story, in words; "" when nothing forbids it."""
    return _other_act(one, other) or other_matter(one, other)


def other_matter(one: Fingerprint, other: Fingerprint) -> str:
    """Return why two entries do not even belong to one running matter; "" when they may."""
    return (
        _elsewhere(one, other, PLACES)
        or _elsewhere(one, other, SAHEL_STATES)
        or _elsewhere(one, other, OUTSIDERS)
        or _other_way_round(one, other)
        or _live(one, other)
    )


def _other_act(one: Fingerprint, other: Fingerprint) -> str:
    mine, theirs = _acts(one), _acts(other)
    for act in sorted(mine - theirs):
        for opposite in sorted(theirs - mine):
            if frozenset((act, opposite)) in OPPOSITES:
                return f"one says {one.spelled[f'acts/{act}']}, the other {other.spelled[f'acts/{opposite}']}"
    for later, earlier in ANSWERS:
        if later in mine - theirs and earlier in theirs:
            return f"one says {one.spelled[f'acts/{later}']}, the other {other.spelled[f'acts/{earlier}']}"
        if later in theirs - mine and earlier in mine:
            return f"one says {one.spelled[f'acts/{earlier}']}, the other {other.spelled[f'acts/{later}']}"
    return ""


def _elsewhere(one: Fingerprint, other: Fingerprint, concepts: frozenset[str]) -> str:
    """Headlines that name different ones of a kind, unless each entry speaks of the other's further down."""
    mine, theirs = _named(one.title_things, concepts), _named(other.title_things, concepts)
    if not mine or not theirs or mine.keys() & theirs.keys():
        return ""
    if (
        mine.keys() <= _named(other.things, concepts).keys()
        and theirs.keys() <= _named(one.things, concepts).keys()
    ):
        return ""
    return f"one is about {_spelled(one, mine)}, the other about {_spelled(other, theirs)}"


def _named(things: Iterable[str], concepts: frozenset[str]) -> dict[str, str]:
    """Places of these concepts, or states with what stands for them -> the key that named them."""
    found = {}
    for key in things:
        stands_for = CAPITALS.get(key, key)
        concept, _, member = stands_for.partition("/")
        if concept in concepts and (concept in PLACES or is_state(member) or member == concept):
            found[stands_for] = key
    return found


def _other_way_round(one: Fingerprint, other: Fingerprint) -> str:
    """The same two states and the same act between them, in the other order; languages order words differently."""
    if one.language != other.language:
        return ""
    mine, theirs = _order(one), _order(other)
    if len(mine) == 3 and theirs == mine[::-1] and mine[1].removeprefix("acts/") in DIRECTED:
        return "the two have changed places"
    return ""


def _order(print_: Fingerprint) -> list[str]:
    """States and directed acts of a headline as they follow each other."""
    return [
        key
        for key in print_.title_order
        if key.removeprefix("acts/") in DIRECTED or _named((key,), SAHEL_STATES | OUTSIDERS)
    ]


def _spelled(print_: Fingerprint, named: dict[str, str]) -> str:
    return " and ".join(sorted(print_.spelled[key] for key in named.values()))


def _live(one: Fingerprint, other: Fingerprint) -> str:
    if Style.LIVE in (one.style, other.style) and one.style is not other.style:
        return "one is a live blog"
    return ""


def _acts(print_: Fingerprint) -> set[str]:
    return {key.removeprefix("acts/") for key in print_.title_things if key.startswith("acts/")}
