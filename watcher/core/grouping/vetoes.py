"""What keeps two entries apart however much they share: another place, actor, act or direction.

A false merge hides news; a miss costs one message more. So what clearly differs decides against what meets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.core.grouping.headlines import Style

if TYPE_CHECKING:
    from collections.abc import Callable

    from watcher.core.grouping.fingerprint import Fingerprint

OPPOSITES = frozenset(
    frozenset(pair)
    for pair in (
        ("expel", "recall"),
        ("close-border", "open-border"),
        ("arrest", "release"),
        ("kidnap", "release"),
        ("sanction", "lift-sanctions"),
        ("suspend", "resume"),
        ("deploy", "withdraw"),
        ("support", "condemn"),
        ("ultimatum", "expire"),
    )
)
"""Acts (members of the shared concept `acts`) of which one headline names only the one and another only the other."""

SAHEL_STATES = frozenset(("aes-state", "chad", "coast"))
OUTSIDERS = frozenset(("west", "france", "un", "african-union", "russia", "neighbour"))
"""Shared concepts whose two-letter members are states and unions: ml, bf, fr, eu."""

PLACES = frozenset(("sahel-place", "chad-place", "coast-north"))
CAPITALS = frozenset(("bamako", "niamey", "ouagadougou", "ndjamena"))  # they stand for their governments


def veto(one: Fingerprint, other: Fingerprint) -> str:
    """Return why two entries cannot be one story, in words; "" when nothing forbids it."""
    return (
        _opposite_acts(one, other)
        or _elsewhere(one, other, PLACES, _is_place)
        or _elsewhere(one, other, SAHEL_STATES, _is_state)
        or _elsewhere(one, other, OUTSIDERS, _is_state)
        or _live(one, other)
    )


def _opposite_acts(one: Fingerprint, other: Fingerprint) -> str:
    mine = _acts(one) - _acts(other)
    theirs = _acts(other) - _acts(one)
    for act in sorted(mine):
        for opposite in sorted(theirs):
            if frozenset((act, opposite)) in OPPOSITES:
                return f"one says {one.spelled[f'acts/{act}']}, the other {other.spelled[f'acts/{opposite}']}"
    return ""


def _elsewhere(
    one: Fingerprint, other: Fingerprint, concepts: frozenset[str], counts: Callable[[str], bool]
) -> str:
    """Headlines that name different ones of a kind, unless each entry speaks of the other's further down."""
    mine, theirs = _named(one, concepts, counts), _named(other, concepts, counts)
    if not mine or not theirs or mine & theirs:
        return ""
    if mine <= other.things.keys() and theirs <= one.things.keys():
        return ""
    return f"one is about {_spelled(one, mine)}, the other about {_spelled(other, theirs)}"


def _named(print_: Fingerprint, concepts: frozenset[str], counts: Callable[[str], bool]) -> set[str]:
    found = (key.partition("/") for key in print_.title_things)
    return {f"{concept}/{member}" for concept, _, member in found if concept in concepts and counts(member)}


def _is_place(member: str) -> bool:
    return member not in CAPITALS


def _is_state(member: str) -> bool:
    return len(member) == 2


def _spelled(print_: Fingerprint, keys: set[str]) -> str:
    return " and ".join(sorted(print_.spelled[key] for key in keys))


def _live(one: Fingerprint, other: Fingerprint) -> str:
    if Style.LIVE in (one.style, other.style) and one.style is not other.style:
        return "one is a live blog"
    return ""


def _acts(print_: Fingerprint) -> set[str]:
    return {key.removeprefix("acts/") for key in print_.title_things if key.startswith("acts/")}
