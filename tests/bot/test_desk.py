"""The Telegram desk over HTTP: the real python-telegram-bot, the stand-in, a real outbox (B1–B3)."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.delivery.harness import DESK, Rehearsal
from watcher.app.clock import SystemClock
from watcher.bot import Listener
from watcher.bot.access import Access
from watcher.bot.commands import ADMIN_NAMES, NAMES, Commands
from watcher.bot.pressing import Presses
from watcher.core.deciding import Runtime
from watcher.core.matching import compile_matcher
from watcher.core.model import FeedConfig
from watcher.core.profiles import Profile
from watcher.core.rendering import languages, texts
from watcher.core.rendering.buttons import Action, alert_buttons, read_button
from watcher.demo.botapi import BotApi
from watcher.errors import TokenRefused
from watcher.ops.actions import act_on_store
from watcher.sinks.telegram import TelegramSink
from watcher.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping
    from pathlib import Path

    from watcher.core.model import Message
    from watcher.delivery import Courier
    from watcher.protocols import Answer

READER, ADMIN, STRANGER = 7, 8, 666


class StoreControl:
    """protocols.Control that acts on the store, as the service does."""

    def __init__(self, store: SqliteStore, clock: SystemClock) -> None:
        self.store, self.clock = store, clock
        self.asked: list[str] = []

    async def request(self, action: str, args: Mapping[str, str]) -> Answer:
        self.asked.append(action)
        return await act_on_store(self.store, action, args, self.clock.now())


class Room:
    """A chat, its watcher's courier and listener, and people."""

    def __init__(self, store: SqliteStore) -> None:
        self.store = store
        self.clock = SystemClock(20.0)
        self.api = BotApi()
        self.sink = TelegramSink(self.api.token, base_url=self.api.url)
        self.desk = Rehearsal(targets=(DESK,), store=store, sinks={"telegram": self.sink}, clock=self.clock)
        self.control = StoreControl(store, self.clock)
        self.courier: Courier = self.desk.courier(buttons=True)
        access = Access(users=(READER,), admins=(ADMIN,))
        profile = Profile(id="aes", name="AES", patterns=(), concepts=(), description="Three states.")
        self.runtime = Runtime(
            feeds={"one": FeedConfig(id="one", url="https://one.example/feed", outlet="Courier")},
            profiles={"aes": profile},
            matcher=compile_matcher([profile]),
            targets={DESK.id: DESK},
        )
        parts: dict[str, Any] = {
            "store": store,
            "control": self.control,
            "clock": self.clock,
            "access": access,
            "runtime": lambda: self.runtime,
        }
        self.listener = Listener(
            self.api.token,
            base_url=self.api.url,
            proxy=None,
            presses=Presses(**parts),
            commands=Commands(**parts),
            say=self.courier.say,
            clock=self.clock,
            observer=self.desk,
            jitter=lambda: 0.5,
        )
        self.listening: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Start listening; an alert is in the chat as message 1."""
        await self.desk.alert("s-1")
        await self.courier.drain()
        self.listening = asyncio.create_task(self.listener.run())
        await self.until(lambda: any(call.method == "setMyCommands" for call in self.api.calls))

    async def until(self, condition: Callable[[], bool], timeout_s: float = 8.0) -> None:
        """Wait for a condition."""
        async with asyncio.timeout(timeout_s):
            while not condition():
                await asyncio.sleep(0.005)  # the other side is a thread: there is nothing to wait on

    async def press(self, action: str, *, user: int = READER, message: int = 1, story: str = "s-1") -> str:
        """Press a button; the popup's text."""
        before = len(self.api.desk.callback_answers)
        self.api.desk.press(message, f"a1:{action}:{story}", user_id=user)
        await self.until(lambda: len(self.api.desk.callback_answers) > before)
        return str(self.api.desk.callback_answers[-1]["text"])

    async def ask(self, text: str, *, user: int = READER, **more: Any) -> str:
        """Write a command; the text of the answer."""
        before = len(self.api.sent)
        now = int(self.clock.now().timestamp())
        self.api.desk.say("42", text, user_id=user, date=now, **more)
        await self.until(lambda: len(self.api.sent) > before)
        return self.api.sent[-1].text

    async def close(self) -> None:
        """Stop everything."""
        if self.listening is not None:
            self.listening.cancel()
            await asyncio.gather(self.listening, return_exceptions=True)
        await self.courier.stop(grace_s=1)
        await self.sink.aclose()
        self.api.close()


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    """An open room with one alert in it."""
    store = await SqliteStore.open(tmp_path / "watcher.db")
    made = Room(store)
    await made.open()
    yield made
    await made.close()
    await store.aclose()


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
    assert room.control.asked == []


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
    await room.sink.send(replace(DESK, chat_id="99"), (await _message(room)))
    assert await room.press("story", message=3, story="s-1") == texts("en").answers["expired"]
    assert await room.store.mutes(room.clock.now()) == []


async def _message(room: Room) -> Message:
    from watcher.core.model import Message as Sent

    return Sent(html="x", plain="x", buttons=alert_buttons("s-1", texts("en")))


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
    assert "Status" in await room.ask("/status")
    assert len(room.api.sent) == 2
    assert await room.store.mutes(room.clock.now()) == []


async def test_every_command_answers_in_one_message(room: Room) -> None:
    """Whatever the state, each command has something to say, as a reply, silently."""
    for name in NAMES:
        text = await room.ask(f"/{name}")
        assert 0 < len(text) <= 4096
        assert room.api.sent[-1].silent
        assert room.api.sent[-1].reply_to is None or room.api.sent[-1].reply_to > 0
    assert "Three states." in await room.ask("/topic AES")
    assert "/status" in await room.ask("/start")
    assert await room.ask("/nonsense") == texts("en").answers["unknown command"]


async def test_mute_and_unmute_by_name_and_time(room: Room) -> None:
    """A topic by id or name, an outlet by name; a length of time or until unmuted."""
    await room.ask("/mute aes 8h")
    await room.ask("/mute courier")
    mutes = {(mute.kind, mute.value): mute.until for mute in await room.store.mutes(room.clock.now())}
    assert set(mutes) == {("topic", "aes"), ("outlet", "Courier")}
    assert mutes["outlet", "Courier"] is None
    assert "Muted: 2" in await room.ask("/mutes")
    await room.ask("/unmute AES")
    await room.ask("/unmute AES")
    assert [mute.value for mute in await room.store.mutes(room.clock.now())] == ["Courier"]
    assert "Mute a topic" in await room.ask("/mute nobody-knows 3h")


async def test_why_as_a_reply_to_an_alert(room: Room) -> None:
    """The replied message's own buttons say which story it is."""
    assert "Mali" in await room.ask("/why", reply_to=1)


async def test_only_admins_steer(room: Room) -> None:
    """For others the command does not exist."""
    assert await room.ask("/pause") == texts("en").answers["unknown command"]
    assert room.control.asked == []
    for name in ADMIN_NAMES:
        assert await room.ask(f"/{name} courier", user=ADMIN)
    assert room.control.asked == ["pause", "resume", "reload", "poll"]


async def test_the_listener_outlives_faults_of_the_service(room: Room) -> None:
    """409, 502, 429, dropped connections: it waits and hears again; presses in between are not lost."""
    for action in ("conflict", "error_502", "hung_up"):
        room.api.fail(action, method="getUpdates")
    room.api.fail("too_many", method="getUpdates", seconds=1)
    await room.press("why")
    assert await room.press("why") == "AES 80: Mali"


async def test_a_token_refused_while_listening_ends_it(room: Room) -> None:
    """D11: 401 is final."""
    room.api.fail("unauthorized", method="getUpdates")
    room.api.desk.press(1, "a1:why:s-1", user_id=STRANGER)  # ends the running request
    assert room.listening is not None
    with pytest.raises(TokenRefused):
        async with asyncio.timeout(8):
            await room.listening


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


async def test_commands_are_registered_in_every_language(room: Room) -> None:
    """English is the default; the menu names every command a user has."""
    await room.until(lambda: len(room.api.desk.commands) == len(languages()))
    assert set(room.api.desk.commands) == {"", "fr"}
    for menu in room.api.desk.commands.values():
        assert [command["command"] for command in menu] == list(NAMES)


def test_button_data_reads_back_and_fits() -> None:
    """What is written is what is read, and never more than 64 bytes."""
    rows = alert_buttons("s-" + "0" * 38, texts("fr"))
    found = [read_button(data) for row in rows for _, data in row]
    assert {button.action for button in found if button} == set(Action)
    assert all(1 <= len(data.encode()) <= 64 for row in rows for _, data in row)
    assert read_button("a1:why:" + "x" * 41) is None
