"""From a claimed row to a message, or to the reason why none is sent now.

Reads the store, draws, decides nothing about failures. Rows that are due together and say the same
thing (lines of a digest, alerts kept over quiet hours) become one message here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from watcher.core.model import (
    AlertContent,
    DeliveryKind,
    DeliveryState,
    DigestContent,
    DigestLine,
    EditContent,
    alert_key,
    edit_key,
)
from watcher.core.rendering import LINES_PER_MESSAGE, Desk, render, render_digest
from watcher.delivery.quiet import may_disturb, quiet_until

if TYPE_CHECKING:
    from datetime import datetime

    from watcher.core.model import Delivery, DeliveryPolicy, Message, Story, Target
    from watcher.protocols import Store

QUIET_REASON = "waits for the end of quiet hours"
GATHERED_COUNT = 1000  # rows looked at for one digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A message to send.

    Args:
        message: what to send.
        edits: receipt of the message to edit; None = a new message.
        others: further rows this message delivers.
        keeps_receipt: False when the message is not the row's own (a digest for several).
    """

    message: Message
    edits: str | None = None
    others: tuple[Delivery, ...] = ()
    keeps_receipt: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """Not now: pending again, due then."""

    reason: str
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """Nothing to send: delivered without a call, or expired."""

    reason: str
    delivered: bool
    sent_text: str = ""


Prepared = Ready | Later | Done


async def prepare(
    delivery: Delivery,
    target: Target,
    store: Store,
    policy: DeliveryPolicy,
    now: datetime,
    *,
    buttons: bool = False,
    shared: bool = False,
) -> Prepared:
    """Turn a claimed row into what is to be done with it.

    Args:
        buttons: somebody listens to presses.
        shared: several people read and write in the target's chat.
    """
    desk = await _desk(delivery, target, store, shared) if buttons else None
    wakes_at = quiet_until(target, now)
    if wakes_at is not None and not may_disturb(delivery, target):
        return Later(reason=QUIET_REASON, due_at=wakes_at)
    match delivery.content:
        case EditContent():
            return await _edit(delivery, target, store, policy, now, desk)
        case AlertContent() if delivery.reason == QUIET_REASON and not may_disturb(delivery, target):
            kept = await _waiting(store, delivery, DeliveryKind.ALERT, now)
            kept = [other for other in kept if other.reason == QUIET_REASON]
            if kept:
                return await _woken(delivery, kept[: LINES_PER_MESSAGE - 1], target, store)
        case DigestContent() as content:
            waiting = await _waiting(store, delivery, DeliveryKind.DIGEST, now)
            return _merged(delivery, content, waiting, target)
    return await _own_message(delivery, target, store, desk)


async def _own_message(delivery: Delivery, target: Target, store: Store, desk: Desk | None) -> Ready:
    story = await _story(delivery, store)
    edit = reply_to = None
    if isinstance(delivery.content, AlertContent) and delivery.story_id:
        edit = await store.delivery(edit_key(delivery.story_id, target.id))
        if edit is not None and edit.state is not DeliveryState.PENDING:
            edit = None
        followed = delivery.content.follows_story_id
        before = await store.delivery(alert_key(followed, target.id)) if followed else None
        reply_to = before.receipt if before else None
    message = render(delivery, story, target, edit=edit, desk=desk)
    return Ready(message=replace(message, reply_to=reply_to))


async def _desk(delivery: Delivery, target: Target, store: Store, shared: bool) -> Desk:
    """What the story's alert carries for the people in the chat."""
    takings = await store.takings([delivery.story_id]) if delivery.story_id and shared else []
    return Desk(shared=shared, taking=next((one for one in takings if one.target_id == target.id), None))


async def _edit(
    delivery: Delivery, target: Target, store: Store, policy: DeliveryPolicy, now: datetime, desk: Desk | None
) -> Prepared:
    alert = await store.delivery(alert_key(delivery.story_id or "", target.id))
    if alert is None or alert.state in (DeliveryState.DEAD, DeliveryState.EXPIRED):
        return Done(reason="its alert was never delivered", delivered=False)
    if alert.state is not DeliveryState.DELIVERED:
        # The alert is drawn from the story and from this row when its turn comes; after it, this one.
        return Later(reason="waits for its alert", due_at=max(alert.due_at, now + timedelta(seconds=1)))
    if alert.receipt is None:
        return Done(reason="its alert went out in a digest", delivered=True)
    pressed = desk and desk.taking and desk.taking.changed_at >= (delivery.delivered_at or now)
    if delivery.delivered_at is not None and not pressed:  # whoever pressed waits to see it
        earliest = delivery.delivered_at + timedelta(seconds=policy.edit_interval_s)
        if now < earliest:
            return Later(reason="edited a moment ago", due_at=earliest)
    message = render(delivery, await _story(delivery, store), target, alert=alert, desk=desk)
    if text_of(message) == (delivery.sent_text or alert.sent_text):
        return Done(reason="the message says so already", delivered=True, sent_text=text_of(message))
    return Ready(message=message, edits=alert.receipt)


def _merged(delivery: Delivery, content: DigestContent, waiting: list[Delivery], target: Target) -> Ready:
    lines, others = content.lines, []
    for other in waiting:
        more = other.content
        if not isinstance(more, DigestContent) or more.reason != content.reason:
            continue
        if len(lines) + len(more.lines) <= LINES_PER_MESSAGE:
            lines += more.lines
            others.append(other)
    whole = replace(delivery, content=replace(content, lines=lines))
    return Ready(message=render(whole, None, target), others=tuple(others))


async def _woken(delivery: Delivery, kept: list[Delivery], target: Target, store: Store) -> Ready:
    rows = (delivery, *kept)
    lines = tuple([line for row in rows for line in (digest_line(row, await _story(row, store)),) if line])
    digest = DigestContent(reason="quiet hours", lines=lines)
    message = render_digest(digest, target, possible_repeat=delivery.possible_repeat)
    if delivery.plain:
        message = replace(message, html="")
    return Ready(message=message, others=tuple(kept), keeps_receipt=False)


async def _waiting(store: Store, delivery: Delivery, kind: DeliveryKind, now: datetime) -> list[Delivery]:
    """Other rows of the target that are due and surely unsent."""
    rows = await store.deliveries(
        states=[DeliveryState.PENDING], target_id=delivery.target_id, limit=GATHERED_COUNT
    )
    return [
        row
        for row in rows
        if row.kind is kind and row.id != delivery.id and row.due_at <= now and not row.possible_repeat
    ]


async def _story(delivery: Delivery, store: Store) -> Story | None:
    return await store.story(delivery.story_id) if delivery.story_id else None


def digest_line(delivery: Delivery, story: Story | None) -> DigestLine | None:
    """An alert as one line of a digest."""
    content = delivery.content
    if not isinstance(content, AlertContent):
        return None
    return DigestLine(
        story_id=content.story_id,
        topic=content.topics[0].name if content.topics else "",
        headline=content.headline,
        url=content.url,
        outlet=content.outlet,
        outlet_count=len(story.outlets) if story else 1,
        at=content.published_at or content.first_seen_at,
    )


def text_of(message: Message) -> str:
    """The text as it is sent."""
    return message.html or message.plain
