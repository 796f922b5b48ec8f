"""The Telegram desk over HTTP: the real python-telegram-bot, the stand-in, a real outbox (B1–B3)."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.bot.room import READER, STRANGER
from tests.delivery.harness import DESK
from watcher.core.model import Message
from watcher.core.rendering import texts
from watcher.core.rendering.buttons import Action, Desk, alert_buttons, read_button

if TYPE_CHECKING:
    from tests.bot.room import Room


async def test_an_alert_has_its_buttons_and_keeps_them_through_edits(room: Room) -> None:
    """Five buttons in two rows, data within 64 bytes."""
    await room.desk.edit("s-1")
    await room.courier.drain()
    (message,) = room.api.sent
    assert message.edits
    assert [[button["callback_data"] for button in row] for row in message.buttons] == [
        ["a1:relevant:s-1", "a1:irrelevant:s-1", "a1:why:s-1"],
        ["a1:story:s-1", "a1:outlet:s-1"],
    ]


async def test_why_answers_with_the_reason(room: Room) -> None:
    """As a pop-up, within a second."""
    began = time.monotonic()
    assert await room.press("why") == "AES 80: Mali"
    assert time.monotonic() - began < 1.0


async def test_judgements_are_kept_and_change_nothing_else(room: Room) -> None:
    """The later judgement of one person replaces the earlier (B3)."""
    await room.press("relevant")
    assert await room.press("irrelevant") == texts("en").answers["judged irrelevant"]
    kept = json.loads(await room.store.get_value(f"label:e-s-1:{READER}") or "{}")
    assert (kept["relevant"], kept["headline"], kept["topics"]) == (False, "Headline of s-1", ["aes"])
    assert room.control.actions == []


async def test_mutes_by_button_are_idempotent(room: Room) -> None:
    """Pressed twice, muted once; an outlet for 24 hours."""
    for _ in range(2):
        assert await room.press("story") == texts("en").answers["muted story"]
    assert "Courier" in await room.press("outlet")
    mutes = {(mute.kind, mute.value): mute.until for mute in await room.store.mutes(room.clock.now())}
    assert set(mutes) == {("story", "s-1"), ("outlet", "Courier")}
    until = mutes["outlet", "Courier"]
    assert until is not None
    assert abs(until - room.clock.now() - timedelta(hours=24)) < timedelta(minutes=10)


@pytest.mark.parametrize(
    ("action", "story"), [("story", "s-2"), ("explode", "s-1"), ("story", "s-1:x"), ("why", "../../etc")]
)
async def test_forged_data_is_expired_and_changes_nothing(room: Room, action: str, story: str) -> None:
    """B2: data that does not belong to this very message does nothing."""
    assert await room.press(action, story=story) == texts("en").answers["expired"]
    assert await room.store.mutes(room.clock.now()) == []


async def test_a_press_on_another_message_or_in_another_chat_is_expired(room: Room) -> None:
    """B2: genuine data on a foreign message is a replay."""
    await room.desk.alert("s-2")
    await room.courier.drain()
    assert await room.press("story", message=2, story="s-1") == texts("en").answers["expired"]
    await room.sink.send(replace(DESK, chat_id="99"), _message())
    assert await room.press("story", message=3, story="s-1") == texts("en").answers["expired"]
    assert await room.store.mutes(room.clock.now()) == []


def _message() -> Message:
    return Message(html="x", plain="x", buttons=alert_buttons("s-1", texts("en"), Desk()))


async def test_strangers_get_no_answer_and_change_nothing(room: Room) -> None:
    """B1: by the presser's own id; not even a refusal is said."""
    room.api.desk.press(1, "a1:story:s-1", user_id=STRANGER)
    now = int(room.clock.now().timestamp())
    room.api.desk.say("42", "/mute aes", user_id=STRANGER, date=now)
    await room.press("why")
    assert len(room.api.desk.callback_answers) == 1
    assert len(room.api.sent) == 1
    assert await room.store.mutes(room.clock.now()) == []


async def test_commands_not_written_by_a_person_as_themselves_are_ignored(room: Room) -> None:
    """B1: forwarded, anonymous, by a bot, in a foreign group, or long ago."""
    now = int(room.clock.now().timestamp())
    forwarded = {"type": "user", "date": now, "sender_user": {"id": 7, "is_bot": False, "first_name": "R"}}
    group = {"id": -100, "type": "supergroup", "title": "g"}
    for more in (
        {"date": now, "forward_origin": forwarded},
        {"date": now, "sender_chat": group},
        {"date": now, "from": {"id": READER, "is_bot": True, "first_name": "B"}},
        {"date": now, "chat": group},
        {"date": now - 86400},
    ):
        room.api.desk.say("42", "/mute aes", user_id=READER, **more)
    assert "All is well" in await room.ask("/status")
    assert len(room.api.sent) == 2
    assert await room.store.mutes(room.clock.now()) == []


async def test_a_press_is_answered_while_a_flood_goes_out(room: Room) -> None:
    """Within a second, whatever is queued."""
    for number in range(40):
        await room.desk.alert(f"s-f{number}")
    flood = asyncio.create_task(room.courier.drain())
    worst = 0.0
    for _ in range(5):
        began = time.monotonic()
        await room.press("why")
        worst = max(worst, time.monotonic() - began)
    assert not flood.done()
    assert worst < 1.0
    flood.cancel()
    await asyncio.gather(flood, return_exceptions=True)


def test_button_data_reads_back_and_fits() -> None:
    """What is written is what is read, and never more than 64 bytes."""
    rows = alert_buttons("s-" + "0" * 38, texts("fr"), Desk(shared=True))
    found = [read_button(data) for row in rows for _, data in row]
    assert {button.action for button in found if button} == set(Action)
    assert all(1 <= len(data.encode()) <= 64 for row in rows for _, data in row)
    assert read_button("a1:why:" + "x" * 41) is None
