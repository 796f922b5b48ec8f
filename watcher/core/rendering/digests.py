"""Several stories in one message, grouped by topic; lines shrink before any is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.core.rendering.alerts import message, repeat_mark
from watcher.core.rendering.catalogue import texts
from watcher.core.rendering.passages import moment
from watcher.core.rendering.styled import MESSAGE_UNITS, Span, Styled, lines, own, value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from watcher.core.model import DigestContent, DigestLine, Message, Target
    from watcher.core.rendering.catalogue.form import Catalogue

LINES_PER_MESSAGE = 20  # that keep their full headline; who queues a digest splits it so
MAX_LINES = 80  # links and headings stay under Telegram's 100 entities a message
HEADLINE_UNITS = 120
LINKED_URL_LENGTH = 8000  # all addresses together; Telegram refuses messages whose entities are too long


def render_digest(content: DigestContent, target: Target, *, possible_repeat: bool = False) -> Message:
    """Draw a digest for one target; never longer than Telegram allows."""
    catalogue = texts(target.language)
    title = catalogue.digests.get(content.reason, "{count}").format(count=len(content.lines))
    body = lines(
        repeat_mark(catalogue) if possible_repeat else Styled(),
        Styled((Span(text=title, bold=True),)),
        digest_lines(content.lines, target, catalogue),
    )
    return message(body, silent=target.silent or possible_repeat)


def digest_lines(shown: Sequence[DigestLine], target: Target, catalogue: Catalogue) -> Styled:
    """The lines, under their topics."""
    kept = shown[:MAX_LINES]
    room = (MESSAGE_UNITS - 300) // max(len(kept), 1)
    headline_units = max(20, min(HEADLINE_UNITS, room - 50))
    outlet_units = 30 if headline_units == HEADLINE_UNITS else 15
    by_topic: dict[str, list[Styled]] = {}
    linked = 0
    for line in kept:
        linked += len(line.url)
        entry = own("• ") + value(
            line.headline, limit=headline_units, url=line.url if linked <= LINKED_URL_LENGTH else ""
        )
        outlet = value(line.outlet, limit=outlet_units)
        others = own(f" +{line.outlet_count - 1}") if line.outlet_count > 1 else Styled()
        at = own(f" · {moment(line.at, target, catalogue)}")
        by_topic.setdefault(line.topic, []).append(entry + own(" – ") + outlet + others + at)
    rows = [
        row
        for topic, entries in by_topic.items()
        for row in (value(topic, limit=40, bold=True) if topic else Styled(), *entries)
    ]
    left_out = len(shown) - len(kept)
    more = own(catalogue.more.format(count=left_out)) if left_out else Styled()
    return lines(*rows, more)
