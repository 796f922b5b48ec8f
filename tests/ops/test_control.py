"""Requests to the running watcher, through real processes."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.ops.asking import control
from tests.store.records import NOW, delivery, settle
from watcher.core.model import DeliveryState
from watcher.errors import StoreUnavailable
from watcher.ops.control import SPOOL_NAME, carry_out_pending
from watcher.protocols import Answer
from watcher.store.reading import ReadStore
from watcher.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT = Path(__file__).parent.parent.parent


@contextmanager
def running(state_dir: Path, *words: str) -> Iterator[subprocess.Popen[str]]:
    """A process in the place of the watcher; killed at the end."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.ops.running", str(state_dir), *words],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def ask(state_dir: Path, *words: str) -> str:
    """Ask in a process of its own; what it printed."""
    return subprocess.run(
        [sys.executable, "-m", "tests.ops.asking", str(state_dir), *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def spooled(state_dir: Path) -> list[str]:
    """What lies in the spool."""
    spool = state_dir / SPOOL_NAME
    return sorted(path.name for path in spool.iterdir()) if spool.exists() else []


@pytest.fixture
async def state_dir(tmp_path: Path) -> Path:
    """A state directory whose outbox holds one dead row (id 1) and one pending one (id 2)."""
    store = await SqliteStore.open(tmp_path / "watcher.db")
    await store.enqueue([delivery(1), delivery(2, due_at=NOW)])
    await settle(store, 1, state=DeliveryState.DEAD, reason="refused")
    await store.aclose()
    return tmp_path


def states(state_dir: Path) -> list[DeliveryState]:
    """States of the rows, by id."""
    with ReadStore(state_dir / "watcher.db") as reading:
        return [row.state for row in reading.deliveries(newest=False)]


def test_running_watcher_carries_a_request_out(state_dir: Path) -> None:
    """A command's request is carried out by the process that holds the lock, and nothing is left in the spool."""
    with running(state_dir) as watcher:
        assert ask(state_dir, "outbox retry", "id=1").startswith("True")
        assert watcher.stdout is not None
        assert watcher.stdout.readline() == "outbox retry\n"
    assert states(state_dir) == [DeliveryState.PENDING, DeliveryState.PENDING]
    assert spooled(state_dir) == []


def test_command_acts_itself_when_nothing_runs(state_dir: Path) -> None:
    """Without a running watcher the command takes the lock and acts; no request is left behind."""
    assert ask(state_dir, "outbox drop", "id=2").startswith("True")
    assert states(state_dir) == [DeliveryState.DEAD, DeliveryState.DEAD]
    assert not (state_dir / SPOOL_NAME).exists()


async def test_command_takes_over_from_a_watcher_that_dies(state_dir: Path) -> None:
    """When the watcher dies before it answers, the command acts itself."""
    with running(state_dir, "ignore") as watcher:
        request = asyncio.create_task(control(state_dir).request("outbox retry", {"id": "1"}))
        async with asyncio.timeout(10):
            while not spooled(state_dir):
                await asyncio.sleep(0.01)
        watcher.kill()
        answer = await request
    assert answer.ok
    assert states(state_dir) == [DeliveryState.PENDING, DeliveryState.PENDING]
    assert spooled(state_dir) == []


async def test_watcher_that_does_not_answer_is_told_of(state_dir: Path) -> None:
    """A watcher that never answers is an error with advice, and the request is withdrawn."""
    with running(state_dir, "ignore"):
        with pytest.raises(StoreUnavailable, match="did not answer"):
            await control(state_dir, answer_within_s=0.2).request("pause", {})
        assert spooled(state_dir) == []


async def test_several_commands_at_once_each_get_their_answer(state_dir: Path) -> None:
    """Ten requests at the same time are all answered, each with its own answer."""
    with running(state_dir):
        answers = await asyncio.gather(
            *(
                control(state_dir).request("mute", {"kind": "topic", "value": f"t{n}", "by": "7"})
                for n in range(10)
            )
        )
    assert [answer.text.split(":")[0] for answer in answers] == [f"topic t{n}" for n in range(10)]
    with ReadStore(state_dir / "watcher.db") as reading:
        assert sorted(mute.value for mute in reading.mutes(NOW)) == [f"t{n}" for n in range(10)]


async def test_broken_and_stale_requests_do_no_harm(tmp_path: Path) -> None:
    """An unreadable request is answered as such; one nobody waits for any more is removed, not carried out."""
    spool = tmp_path / SPOOL_NAME
    spool.mkdir()
    asked: list[str] = []

    async def act(action: str, args: Mapping[str, str]) -> Answer:
        asked.append(action)
        return Answer(ok=True, text="done")

    for name, text in {
        "a.request": "{",
        "b.request": '["pause"]',
        "c.request": '{"action": 3, "args": []}',
        "old.request": '{"action": "pause", "args": {}}',
        "old.answer": "{}",
        "new.request": '{"action": "resume", "args": {}}',
        "half.request.new": "{",
    }.items():
        await asyncio.to_thread((spool / name).write_text, text, encoding="utf-8")
    for name in ("old.request", "old.answer"):
        os.utime(spool / name, (1, 1))
    assert await carry_out_pending(tmp_path, act) == 4
    assert asked == ["resume"]
    assert spooled(tmp_path) == ["a.answer", "b.answer", "c.answer", "half.request.new", "new.answer"]


async def test_failing_action_becomes_the_answer(tmp_path: Path) -> None:
    """An error of ours while acting is told to the one who asked; the watcher goes on."""

    async def act(action: str, args: Mapping[str, str]) -> Answer:
        raise StoreUnavailable("the disk is full")

    spool = tmp_path / SPOOL_NAME
    spool.mkdir()
    await asyncio.to_thread(
        (spool / "x.request").write_text, '{"action": "pause", "args": {}}', encoding="utf-8"
    )
    assert await carry_out_pending(tmp_path, act) == 1
    assert "the disk is full" in await asyncio.to_thread((spool / "x.answer").read_text, encoding="utf-8")
    assert await carry_out_pending(tmp_path / "missing", act) == 0
