"""Records -> Telegram HTML within the limits, in the target's language and zone. Pure.

`render` picks the drawing for an outbox row; what a row holds is drawn when it is sent, so outlets that
joined meanwhile are in it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.core.model import AlertContent, DigestContent, EditContent, NoticeContent
from watcher.core.rendering.alerts import render_alert
from watcher.core.rendering.buttons import Desk
from watcher.core.rendering.catalogue import languages, texts
from watcher.core.rendering.digests import LINES_PER_MESSAGE, render_digest
from watcher.core.rendering.notices import render_notice

if TYPE_CHECKING:
    from watcher.core.model import Delivery, Message, Story, Target, TopicTag

__all__ = [
    "LINES_PER_MESSAGE",
    "Desk",
    "languages",
    "render",
    "render_alert",
    "render_digest",
    "render_notice",
    "texts",
]


def render(
    delivery: Delivery,
    story: Story | None,
    target: Target,
    *,
    alert: Delivery | None = None,
    edit: Delivery | None = None,
    desk: Desk | None = None,
) -> Message:
    """Draw what a row of the outbox holds.

    Args:
        delivery: the row.
        story: its story as it stands now, None when it has none or it was pruned.
        target: where it goes.
        alert: for an edit, the alert's row that is drawn again.
        edit: for an alert, an edit that was queued before the alert could be sent.
        desk: what an alert carries for the people in the chat; None = nobody listens to presses.

    Raises:
        ValueError: an edit without its alert.
    """
    message = _drawn(delivery, story, target, alert, edit, desk)
    if delivery.silent:
        message = replace(message, silent=True)
    return replace(message, html="") if delivery.plain else message


def _drawn(
    delivery: Delivery,
    story: Story | None,
    target: Target,
    alert: Delivery | None,
    edit: Delivery | None,
    desk: Desk | None,
) -> Message:
    match delivery.content:
        case AlertContent() as content:
            joining = edit.content if edit and isinstance(edit.content, EditContent) else None
            return render_alert(
                content,
                story,
                target,
                possible_repeat=delivery.possible_repeat,
                change=joining.change if joining else "",
                topics=_united(content.topics, joining.topics) if joining else (),
                desk=desk,
            )
        case EditContent() as content:
            if alert is None or not isinstance(alert.content, AlertContent):
                raise ValueError(f"edit {delivery.dedupe_key!r} has no alert to draw again")
            return render_alert(
                alert.content,
                story,
                target,
                possible_repeat=alert.possible_repeat,
                change=content.change,
                topics=_united(alert.content.topics, content.topics),
                desk=desk,
            )
        case DigestContent() as content:
            return render_digest(content, target, possible_repeat=delivery.possible_repeat)
        case NoticeContent() as content:
            return render_notice(content, target, possible_repeat=delivery.possible_repeat)


def _united(told: tuple[TopicTag, ...], since: tuple[TopicTag, ...]) -> tuple[TopicTag, ...]:
    """The topics of the alert as it told them, then those the story has reached since."""
    return tuple({tag.id: tag for tag in (*since, *told)}.values())
