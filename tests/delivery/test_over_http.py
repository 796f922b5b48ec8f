"""The whole way over HTTP: courier, real python-telegram-bot, stand-in, SQLite, on a scaled clock."""

from __future__ import annotations

import asyncio
import itertools
import random
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.delivery.harness import DESK, OPS, ROOM, Rehearsal
from watcher.app.clock import SystemClock
from watcher.core.model import DeliveryState, Target
from watcher.demo.botapi import BotApi, Fault
from watcher.sinks.telegram import TelegramSink
from watcher.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

SCALE = 60.0  # a minute of the outbox's time passes in a second


class Line:
    """A rehearsal over HTTP."""

    def __init__(self, database: Path, targets: tuple[Target, ...], store: SqliteStore) -> None:
        self.clock = SystemClock(SCALE)
        self.api = BotApi(limits=True, monotonic=self.clock.monotonic)
        self.api.add_chat("-100", "supergroup")
        self.sink = TelegramSink(self.api.token, base_url=self.api.base_url, read_timeout_s=0.3)
        self.desk = Rehearsal(targets=targets, store=store, sinks={"telegram": self.sink}, clock=self.clock)

    def headlines(self, chat_id: str) -> list[str]:
        """Stories whose message a chat got, in order."""
        return [m.text.partition("Headline of ")[2].split()[0] for m in self.api.sent if m.chat_id == chat_id]

    async def until(self, condition: Callable[[], bool], timeout_s: float = 15.0) -> None:
        """Deliver until it holds."""
        courier = self.desk.courier()
        async with asyncio.timeout(timeout_s):
            while not condition():
                wait_s = await courier.drain()
                await self.clock.sleep(min(wait_s, 5.0))
        await courier.stop()

    async def aclose(self) -> None:
        """Close everything."""
        await self.sink.aclose()
        self.api.close()


@pytest.fixture
async def line(tmp_path: Path) -> AsyncIterator[Line]:
    """Two chats and a group."""
    store = await SqliteStore.open(tmp_path / "watcher.db")
    made = Line(tmp_path, (DESK, OPS, ROOM), store)
    yield made
    await made.aclose()
    await store.aclose()


FAULTS = [
    ("too_many", 3.0),
    ("error_500", 0.0),
    ("error_502", 0.0),
    ("error_504", 0.0),
    ("hung_up", 0.0),
    ("accepted_hung_up", 0.0),
    ("accepted_reset", 0.0),
    ("accepted_broken", 0.0),
    ("accepted_silent", 0.6),
    ("cannot_parse", 0.0),
]


@pytest.mark.parametrize(("action", "seconds"), FAULTS)
async def test_no_fault_loses_or_reorders_a_message(line: Line, action: str, seconds: float) -> None:
    """Every fault, in the middle of a row of alerts: nothing lost, order kept, repeats silent and marked."""
    wanted = [f"s-{number}" for number in range(4)]
    for story in wanted:
        await line.desk.alert(story)
    line.api.fail("slow", count=1)
    line.api.fail(action, count=1 if action == "cannot_parse" else 2, seconds=seconds)
    await line.until(lambda: set(line.headlines("42")) == set(wanted))
    await line.until(lambda: True)
    got = line.headlines("42")
    assert list(dict.fromkeys(got)) == wanted
    doubled = len(got) - len(wanted)
    assert doubled == (2 if action.startswith("accepted_") else 0)
    for message in line.api.sent:
        marked = "possible repeat" in message.text
        assert marked == message.silent
    marks = sum("possible repeat" in message.text for message in line.api.sent)
    assert marks >= doubled
    rows = await line.desk.store.deliveries()
    assert {row.state for row in rows} == {DeliveryState.DELIVERED}


async def test_refused_connections_double_nothing(line: Line) -> None:
    """Surely unsent is surely not doubled, and needs no mark."""
    for number in range(3):
        await line.desk.alert(f"s-{number}")
    line.api.refuse()
    courier = line.desk.courier()
    for _ in range(3):
        await line.clock.sleep(min(await courier.drain(), 5.0))
    line.api.accept()
    await line.until(lambda: len(line.api.sent) == 3)
    assert line.headlines("42") == ["s-0", "s-1", "s-2"]
    assert not any(message.silent for message in line.api.sent)


async def test_a_blocked_chat_is_told_of_elsewhere(line: Line) -> None:
    """D8 over HTTP: 403 holds the rows and tells the ops chat."""
    line.api.fail("blocked", chat_id="42", count=None)
    await line.desk.alert("s-0")
    await line.until(lambda: bool(line.api.sent))
    assert [message.chat_id for message in line.api.sent] == ["43"]
    assert "A chat cannot be reached: desk" in line.api.sent[0].text
    assert (await line.desk.row("s-0")).state is DeliveryState.PENDING


async def test_a_migrated_group_gets_its_messages_under_the_new_id(line: Line) -> None:
    """D10 over HTTP: the old id is used exactly once more."""
    line.api.fail("migrate", chat_id="-100", value="-1009")
    for number in range(3):
        await line.desk.alert(f"s-{number}", "room")
    await line.until(lambda: len(line.headlines("-1009")) == 3)
    used = [str(call.params["chat_id"]) for call in line.api.calls if call.method == "sendMessage"]
    assert used == ["-100", "-1009", "-1009", "-1009"]


async def test_a_burst_provokes_no_429(line: Line) -> None:
    """D12: many alerts at once to two chats and a group; the stand-in enforces the service's limits."""
    for number in range(25):
        for target in ("desk", "ops", "room"):
            await line.desk.alert(f"s-{number}", target)
    await line.until(lambda: len(line.api.sent) == 75)
    assert {call.status for call in line.api.calls} == {200}
    for chat in ("42", "43", "-100"):
        assert line.headlines(chat) == [f"s-{number}" for number in range(25)]
        times = [message.at for message in line.api.sent if message.chat_id == chat]
        assert min(later - earlier for earlier, later in itertools.pairwise(times)) >= 1.0
    group = [message.at for message in line.api.sent if message.chat_id == "-100"]
    assert all(later - earlier > 60.0 for earlier, later in zip(group, group[18:], strict=False))


async def test_edits_reach_the_message_over_http(line: Line) -> None:
    """The alert's message changes in place; saying the same again is success."""
    await line.desk.alert("s-0")
    await line.until(lambda: len(line.api.sent) == 1)
    await line.desk.edit("s-0")
    await line.until(lambda: bool(line.api.sent[0].edits))
    assert "Changed: toll 12 → 17" in line.api.sent[0].text
    assert len(line.api.sent) == 1


@pytest.mark.parametrize("seed", range(3))
async def test_cut_off_at_random_moments_nothing_is_lost_and_repeats_are_marked(
    line: Line, tmp_path: Path, seed: int
) -> None:
    """Like D5, in process: the loop is cancelled mid-flight and a new one recovers, again and again."""
    source = random.Random(seed)
    faults = tuple(
        Fault(action=action, seconds=seconds) for action, seconds in FAULTS if action != "cannot_parse"
    )
    line.api.faults.chaos(0.4, faults, seed)
    wanted = [f"s-{number}" for number in range(8)]
    for story in wanted:
        await line.desk.alert(story)
    cuts = 0
    async with asyncio.timeout(18):
        for _ in range(6):
            courier = line.desk.courier()
            task = asyncio.create_task(courier.drain())
            await asyncio.sleep(source.uniform(0.01, 0.15))  # the moment of the cut is what is drawn
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await courier.stop(grace_s=0.0)  # nothing may finish: like a kill, but in one process
            await line.desk.store.recover(line.clock.now())
            cuts += 1
        line.api.faults.clear()
        await line.until(lambda: set(line.headlines("42")) == set(wanted))
    first_seen: set[str] = set()
    for message in line.api.sent:
        story = message.text.partition("Headline of ")[2].split()[0]
        if story in first_seen:
            assert "possible repeat" in message.text
            assert message.silent
        first_seen.add(story)
    assert first_seen == set(wanted)


async def test_one_slow_chat_keeps_the_others_quick(line: Line) -> None:
    """Requests that hang for one chat are of no concern to the next."""
    line.desk.targets = (DESK, replace(OPS))
    line.api.fail("slow", chat_id="42", seconds=0.25, count=None)
    for number in range(3):
        await line.desk.alert(f"s-{number}", "desk")
        await line.desk.alert(f"s-{number}", "ops")
    await line.until(lambda: len(line.api.sent) == 6)
    order = [message.chat_id for message in line.api.sent]
    assert order.index("43") < order.index("42")
