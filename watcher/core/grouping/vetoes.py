"""What keeps two entries apart however much they share: another place, actor, act or direction.

A false merge hides news; a miss costs one message more. So what clearly differs decides against what meets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.core.grouping.headlines import Style

if TYPE_CHECKING:
    from watcher.core.grouping.fingerprint import Fingerprint

OPPOSITES = frozenset(
    frozenset(pair)
    for pair in (
        ("expel", "recall"),
        ("close-border", "open-border"),
        ("arrest", "release"),
        ("kidnap", "release"),
        ("sanction", "lift-sanctions"),
        ("deploy", "withdraw"),
    )
)
"""Acts (members of the shared concept `acts`) of which one headline names only the one and another only the other."""


def veto(one: Fingerprint, other: Fingerprint) -> str:
    """Return why two entries cannot be one story, in words; "" when nothing forbids it."""
    return _opposite_acts(one, other) or _other_style(one, other)


def _opposite_acts(one: Fingerprint, other: Fingerprint) -> str:
    mine = _acts(one) - _acts(other)
    theirs = _acts(other) - _acts(one)
    for act in sorted(mine):
        for opposite in sorted(theirs):
            if frozenset((act, opposite)) in OPPOSITES:
                return f"one says {one.spelled[f'acts/{act}']}, the other {other.spelled[f'acts/{opposite}']}"
    return ""


def _other_style(one: Fingerprint, other: Fingerprint) -> str:
    if Style.LIVE in (one.style, other.style) and one.style is not other.style:
        return "one is a live blog"
    return ""


def _acts(print_: Fingerprint) -> set[str]:
    return {key.removeprefix("acts/") for key in print_.title_things if key.startswith("acts/")}
