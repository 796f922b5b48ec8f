"""A chat, its bot and its people, for tests of the desk over HTTP."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from tests.delivery.harness import DESK, Rehearsal
from watcher.app.clock import SystemClock
from watcher.bot import Listener
from watcher.bot.access import Access
from watcher.bot.records import FeedLook, Sources
from watcher.core.deciding import Runtime
from watcher.core.matching import compile_matcher
from watcher.core.model import FeedConfig
from watcher.core.profiles import Profile
from watcher.demo.botapi import BotApi
from watcher.ops.actions import act_on_store
from watcher.protocols import Answer
from watcher.sinks.telegram import TelegramSink

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from watcher.core.model import Target
    from watcher.delivery import Courier
    from watcher.demo.botapi import Sent
    from watcher.store.sqlite import SqliteStore

READER, ADMIN, COLLEAGUE, STRANGER = 7, 8, 9, 666
AES = Profile(id="aes", name="AES", patterns=(), concepts=(), description="Three states.")
RUSSIA = Profile(id="russia-sahel", name="Russia–Sahel ties", patterns=(), concepts=())
FEEDS = {
    "one": FeedConfig(id="one", url="https://one.example/feed", outlet="Courier"),
    "two": FeedConfig(id="two", url="https://two.example/feed", outlet="Lakeside Radio"),
}


class StoreControl:
    """protocols.Control that acts on the store, as the service does."""

    def __init__(self, store: SqliteStore, clock: SystemClock) -> None:
        self.store, self.clock = store, clock
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.answers: dict[str, Answer] = {"reload": Answer(ok=True, text="nothing changed")}

    async def request(self, action: str, args: Mapping[str, str]) -> Answer:
        self.asked.append((action, dict(args)))
        if action in self.answers:
            return self.answers[action]
        return await act_on_store(self.store, action, args, self.clock.now())

    @property
    def actions(self) -> list[str]:
        """What was asked for, in order."""
        return [action for action, _ in self.asked]


class Room:
    """A watcher's courier and listener at a stand-in, and people who write and press.

    Args:
        targets: the configured chats; the first is where people write unless they say otherwise.
    """

    def __init__(self, store: SqliteStore, *targets: Target, proxy: str | None = None) -> None:
        self.store, self.proxy = store, proxy
        self.targets = targets or (DESK,)
        self.clock = SystemClock(20.0)
        self.api = BotApi()
        for target in self.targets:
            threads = tuple(
                one.thread_id for one in self.targets if one.thread_id and one.chat_id == target.chat_id
            )
            if threads or str(target.chat_id).startswith("@"):
                self.api.add_chat(str(target.chat_id), "supergroup" if threads else "channel", threads)
        self.sink = TelegramSink(self.api.token, base_url=self.api.url)
        self.desk = Rehearsal(
            targets=self.targets, store=store, sinks={"telegram": self.sink}, clock=self.clock
        )
        self.control = StoreControl(store, self.clock)
        self.courier: Courier = self.desk.courier(buttons=True)
        self.looks: dict[str, FeedLook] = {}
        self.runtime = Runtime(
            feeds=FEEDS,
            profiles={"aes": AES, "russia-sahel": RUSSIA},
            matcher=compile_matcher([AES, RUSSIA]),
            targets={target.id: target for target in self.targets},
        )
        self.listening: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Start listening; the story s-1 is in the first chat."""
        await self.desk.alert("s-1", self.targets[0].id)
        await self.courier.drain()
        self.listen()
        await self.until(lambda: any(call.method == "getUpdates" for call in self.api.calls) or self._heard())

    def _heard(self) -> bool:
        return any(call.method == "setMyCommands" for call in self.api.calls)

    def listen(self) -> None:
        """Listen as a new process would."""
        self.listening = asyncio.create_task(self.listener().run())

    def listener(self) -> Listener:
        """A listener for the bot."""

        async def look_at(feed: FeedConfig) -> FeedLook:
            return self.looks.get(feed.url, FeedLook(error="HTTP 404"))

        sources = Sources(
            store=self.store,
            control=self.control,
            clock=self.clock,
            access=Access(users=(READER, COLLEAGUE), admins=(ADMIN,)),
            runtime=lambda: self.runtime,
            look_at=look_at,
            on_queued=lambda: None,
        )
        return Listener(
            self.api.token,
            base_url=self.api.url,
            proxy=self.proxy,
            sources=sources,
            say=self.courier.say,
            observer=self.desk,
            jitter=lambda: 0.5,
        )

    async def until(self, condition: Callable[[], bool], timeout_s: float = 8.0) -> None:
        """Wait for a condition."""
        async with asyncio.timeout(timeout_s):
            while not condition():
                await asyncio.sleep(0.005)  # the other side is a thread: there is nothing to wait on

    async def press(
        self, action: str, *, user: int = READER, message: int = 1, story: str = "s-1", name: str = "Reader"
    ) -> str:
        """Press a button of an alert; the popup's text."""
        return await self.press_data(f"a1:{action}:{story}", user=user, message=message, name=name)

    async def press_data(self, data: str, *, message: int, user: int = READER, name: str = "Reader") -> str:
        """Press a button with this data; the popup's text."""
        before = len(self.api.desk.callback_answers)
        self.api.desk.press(message, data, user_id=user, name=name)
        await self.until(lambda: len(self.api.desk.callback_answers) > before)
        return str(self.api.desk.callback_answers[-1].get("text", ""))

    async def ask(self, text: str, *, user: int = READER, chat: str = "", **more: Any) -> str:
        """Write a command; the text of the answer."""
        return (await self.asked(text, user=user, chat=chat, **more)).text

    async def asked(self, text: str, *, user: int = READER, chat: str = "", **more: Any) -> Sent:
        """Write a command; the answer."""
        before = len(self.api.sent)
        self.write(text, user=user, chat=chat, **more)
        await self.until(lambda: len(self.api.sent) > before)
        return self.api.sent[-1]

    def write(self, text: str, *, user: int = READER, chat: str = "", **more: Any) -> None:
        """Write something."""
        date = more.pop("date", int(self.clock.now().timestamp()))
        self.api.desk.say(chat or str(self.targets[0].chat_id), text, user_id=user, date=date, **more)

    async def pause(self, seconds: float) -> None:
        """Let so many of the clock's seconds pass."""
        await self.clock.sleep(seconds)

    async def close(self) -> None:
        """Stop everything."""
        if self.listening is not None:
            self.listening.cancel()
            await asyncio.gather(self.listening, return_exceptions=True)
        await self.courier.stop(grace_s=1)
        await self.sink.aclose()
        self.api.close()
