"""What a language has to say: the form every catalogue fills in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from watcher.core.model import NoticeKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One kind of notice: a title, and sentences that are left out when a fact they name is missing."""

    title: str
    sentences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """All interface texts of one language; `{name}` stands for a value."""

    months: tuple[str, ...]  # twelve short names
    moment: str  # {day} {month} {time}
    also: str  # before the other outlets, colon included
    why: str  # before the reason, colon included
    taken: str  # {name} works on the story since {at}
    somebody: str  # a person whose name cannot be shown
    changed: str  # before what changed, colon included
    translate: str  # label of the link
    possible_repeat: str
    more: str  # {count} left out
    digests: Mapping[str, str]  # by DigestContent.reason; {count}, phrased so that one fits as well
    notices: Mapping[NoticeKind, Notice]
    buttons: Mapping[str, str]  # by action
    answers: Mapping[str, str]  # what the bot says, by key; "key one" is for what `plural` calls one
    plural: Callable[[int], str]  # the form a number takes: "one", "few", "many" or "other" (CLDR)
