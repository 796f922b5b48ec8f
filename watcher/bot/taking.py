"""Taking a story: one person of a group works on it, and everybody sees who.

Who presses first has it. Pressed again by the same person it is free again; somebody else is told who has it
and takes over by pressing once more within a minute: nobody loses a story to a slip, and none stays with
somebody who has gone home. Every press counts once (B3), whatever is delivered twice.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from watcher.bot.places import targets_of
from watcher.core.model import (
    Delivery,
    DeliveryKind,
    DeliveryState,
    EditContent,
    Taking,
    alert_key,
    edit_key,
)
from watcher.core.rendering.alerts import shown_name
from watcher.core.rendering.passages import moment

if TYPE_CHECKING:
    from datetime import datetime

    from watcher.bot.records import Press, Sources
    from watcher.core.model import Target
    from watcher.core.rendering.catalogue.form import Catalogue

TAKE_OVER_WITHIN = timedelta(minutes=1)
REPLAYED_WITHIN = timedelta(days=2)
"""Telegram keeps an update for a day. Its numbers start anew after a week without any, so an older number is
no sign of a replay then."""


def after_press(old: Taking | None, press: Press, now: datetime) -> tuple[Taking | None, str]:
    """Who has a story after a press; None = as before.

    Returns:
        What to keep, and what to say: "taken", "given back", "taken by" or "taken over".
    """
    held_by = old.user_id if old else None
    if old is not None and _is_replay(old, press, now):
        return None, "given back" if held_by is None else "taken" if held_by == press.user_id else "taken by"
    mine = Taking(
        story_id="",
        target_id="",
        user_id=press.user_id,
        name=press.user_name,
        changed_at=now,
        press_id=press.update_id,
    )
    if old is None or held_by is None:
        return mine, "taken"
    if held_by == press.user_id:
        return replace(mine, user_id=None, name=""), "given back"
    wanted = old.wanted_by == press.user_id and old.wanted_at is not None
    if wanted and old.wanted_at is not None and timedelta(0) <= now - old.wanted_at <= TAKE_OVER_WITHIN:
        return mine, "taken over"
    return replace(old, press_id=press.update_id, wanted_by=press.user_id, wanted_at=now), "taken by"


def _is_replay(old: Taking, press: Press, now: datetime) -> bool:
    latest = max(old.changed_at, old.wanted_at or old.changed_at)
    return press.update_id <= old.press_id and now - latest <= REPLAYED_WITHIN


async def take(press: Press, row: Delivery, target: Target, texts: Catalogue, sources: Sources) -> str:
    """Carry a press out, durably, and queue the edits that show it; returns what to say.

    Args:
        row: the alert whose message was pressed.
        target: where it is, for the time's zone.
    """
    story_id, now = row.story_id or "", sources.clock.now()
    takings = await sources.store.takings([story_id])
    old = next((one for one in takings if one.target_id == row.target_id), None)
    new, outcome = after_press(old, press, now)
    if new is not None:
        shown_in = await _shown_in(story_id, press, sources)
        await sources.store.take(
            [replace(new, story_id=story_id, target_id=target_id) for target_id in shown_in],
            [await _edit(story_id, target_id, sources, now) for target_id in shown_in],
        )
        sources.on_queued()
    if old is None or old.user_id is None:
        return texts.answers[outcome]
    at = moment(old.changed_at, target, texts)
    return texts.answers[outcome].format(name=shown_name(old, texts), at=at)


async def _shown_in(story_id: str, press: Press, sources: Sources) -> list[str]:
    """Targets of the chat that have the story's message: threads of one forum are one desk."""
    states = await sources.store.target_states()
    shown = []
    for target in targets_of(press.chat_ids, sources.runtime().targets, states):
        row = await sources.store.delivery(alert_key(story_id, target.id))
        if row and row.state is DeliveryState.DELIVERED and row.receipt:
            shown.append(target.id)
    return shown


async def _edit(story_id: str, target_id: str, sources: Sources, now: datetime) -> Delivery:
    """The edit, at the head of its target's line: people who share a desk wait to see it."""
    line = await sources.store.deliveries(states=[DeliveryState.PENDING], target_id=target_id, limit=1)
    due_at = min(now, *(row.due_at - timedelta(microseconds=1) for row in line)) if line else now
    return Delivery(
        kind=DeliveryKind.EDIT,
        target_id=target_id,
        content=EditContent(story_id=story_id),
        due_at=due_at,
        created_at=now,
        dedupe_key=edit_key(story_id, target_id),
        story_id=story_id,
        silent=True,
    )
