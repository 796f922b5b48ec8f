"""Long answers on several pages: cut between rows, turned by buttons. Pure.

A page's button says only which page it wants. Which answer is meant follows from the chat and the message
that is pressed, under which the pages are kept (B2).
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.core.model import Message
from watcher.core.rendering.styled import MESSAGE_UNITS, Styled, lines, own

if TYPE_CHECKING:
    from collections.abc import Sequence

    from watcher.bot.records import Pages

ROWS = 10  # of a page: with two lines each they fill a phone's screen
MAX_PAGES = 50
MAX_LINKS = 90  # Telegram shows 100 entities of a message at most; the title and topics have some
_DATA = re.compile(r"p1:(\d{1,3})", re.ASCII)


def paged(title: Styled, rows: Sequence[Styled], *, size: int = ROWS) -> Pages:
    """A titled list as pages of at most so many rows, each within Telegram's limits."""
    bodies: list[Styled] = []
    body, count = title, 0
    for row in rows:
        grown = lines(body, row)
        if count and (count >= size or grown.units > MESSAGE_UNITS or len(grown.spans) > MAX_LINKS * 6):
            bodies.append(body)
            body, count = title, 0
            grown = lines(body, row)
        body, count = grown, count + 1
    bodies.append(body)
    return tuple(page(one) for one in bodies[:MAX_PAGES])


def page(body: Styled) -> Message:
    """One message, silent as every answer."""
    body = body.cut(MESSAGE_UNITS)
    return Message(html=body.html, plain=body.plain, silent=True)


def shown(pages: Pages, number: int) -> Message:
    """A page with the buttons that lead to its neighbours; one page alone has none."""
    if len(pages) < 2:
        return pages[number]
    row = [(f"{number + 1}/{len(pages)}", f"p1:{number}")]
    if number:
        row.insert(0, ("◀", f"p1:{number - 1}"))
    if number + 1 < len(pages):
        row.append(("▶", f"p1:{number + 1}"))
    return replace(pages[number], buttons=(tuple(row),))


def wanted_page(data: str) -> int | None:
    """Which page callback data asks for; None when it asks for none."""
    hit = _DATA.fullmatch(data)
    return int(hit.group(1)) if hit else None


def single(text: str) -> Pages:
    """A text of ours as an answer."""
    return (page(own(text)),)
