"""Answers of the bot in the reader's language: pieces put together, cut to one message."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from watcher.core.rendering.alerts import message
from watcher.core.rendering.passages import moment
from watcher.core.rendering.styled import MESSAGE_UNITS, Styled, clean, defuse, lines, own, value

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from watcher.core.model import Message, Story, Target
    from watcher.core.rendering.catalogue.form import Catalogue

_SPAN = re.compile(r"(\d{1,4})\s*(m|min|h|d|j)", re.IGNORECASE)
_UNITS = {"m": 60, "min": 60, "h": 3600, "d": 86400, "j": 86400}
LONGEST_MUTE = timedelta(days=365)
HEADLINE_UNITS = 160


def span(text: str) -> timedelta | None:
    """ "8h", "30m", "2d" as a length of time, at most a year; None when it is none."""
    hit = _SPAN.fullmatch(text.strip())
    if hit is None:
        return None
    length = timedelta(seconds=int(hit.group(1)) * _UNITS[hit.group(2).lower()])
    return min(length, LONGEST_MUTE) if length else None


def sheet(title: str, rows: Sequence[Styled], catalogue: Catalogue) -> Message:
    """A titled list in one message; what does not fit is counted."""
    body = lines(own(title, bold=True))
    for position, row in enumerate(rows):
        left_out = catalogue.more.format(count=len(rows) - position)
        grown = lines(body, row)
        if grown.units + len(left_out) + 1 > MESSAGE_UNITS:
            return message(lines(body, own(left_out)), silent=True)
        body = grown
    return message(body, silent=True)


def ours(template: str, **facts: str) -> Message:
    """A text of the catalogue, commands in it clickable; what is inserted is defused."""
    safe = {name: defuse(clean(fact)) for name, fact in facts.items()}
    return message(own(template.format(**safe)), silent=True)


def plain(text: str) -> Message:
    """A text from elsewhere, defused."""
    return message(lines(*(value(line, limit=MESSAGE_UNITS) for line in text.splitlines())), silent=True)


def story_row(story: Story, target: Target, catalogue: Catalogue) -> Styled:
    """A story in one line: linked headline, outlet, how many others, when."""
    first = story.entries[0] if story.entries else None
    others = len(story.outlets) - 1
    return (
        own("• ")
        + value(story.headline, limit=HEADLINE_UNITS, url=first.url if first else "")
        + own(" – ")
        + value(first.outlet if first else "", limit=40)
        + own(f" +{others}" if others > 0 else "")
        + own(f" · {moment(story.last_entry_at, target, catalogue)}")
    )


def until_text(until: datetime | None, target: Target, catalogue: Catalogue) -> str:
    """When something ends, in local time."""
    return moment(until, target, catalogue) if until else catalogue.answers["until unmuted"]
