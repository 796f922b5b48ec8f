"""What the actions of protocols.Control do to the store, and what they answer."""

from __future__ import annotations

import pytest

from tests.fakes.store import MemoryStore
from tests.store.records import NOW, delivery, later
from watcher.core.model import DeliveryState, Mute
from watcher.ops.actions import PAUSED_KEY, act_on_store


async def test_mute_and_unmute() -> None:
    """A mute lasts until the time named, or until it is ended; ending twice is no fault."""
    store = MemoryStore()
    args = {"kind": "topic", "value": "aes", "until": "2026-05-04T20:00:00+02:00", "by": "7"}
    answer = await act_on_store(store, "mute", args, NOW)
    assert (answer.ok, "until 2026-05-04 18:00 UTC" in answer.text) == (True, True)
    until = NOW.replace(hour=18, minute=0, second=0, microsecond=0)
    assert await store.mutes(NOW) == [
        Mute(kind="topic", value="aes", until=until, created_at=NOW, by="7"),
    ]
    for _ in range(2):
        assert (await act_on_store(store, "unmute", args, NOW)).ok
    assert await store.mutes(NOW) == []


@pytest.mark.parametrize(
    "args",
    [
        {},
        {"kind": "topic"},
        {"kind": "person", "value": "x"},
        {"kind": "topic", "value": "x", "until": "soon"},
        {"kind": "topic", "value": "x", "until": "2026-05-04T20:00:00"},
    ],
)
async def test_wrong_mutes_are_refused(args: dict[str, str]) -> None:
    """A mute without kind, value or a time with its zone changes nothing and says what is wrong."""
    store = MemoryStore()
    answer = await act_on_store(store, "mute", args, NOW)
    assert not answer.ok
    assert store.muted == {}


@pytest.mark.parametrize("number", ["", "x", "-1", "1.5", "²", "9" * 19])
async def test_wrong_ids_are_refused(number: str) -> None:
    """What is no id of a delivery is refused with a hint."""
    for action in ("outbox retry", "outbox drop"):
        answer = await act_on_store(MemoryStore(), action, {"id": number}, NOW)
        assert (answer.ok, "watcher outbox" in answer.text) == (False, True)


async def test_retry_and_drop_answer_what_they_did() -> None:
    """Retrying a dead row and dropping a waiting one succeed once; again they say why not."""
    store = MemoryStore()
    await store.enqueue([delivery(1, state=DeliveryState.DEAD), delivery(2)])
    assert [(await act_on_store(store, "outbox retry", {"id": "1"}, NOW)).ok for _ in range(2)] == [
        True,
        False,
    ]
    assert (await act_on_store(store, "outbox drop", {"id": "2"}, NOW)).ok
    assert not (await act_on_store(store, "outbox drop", {"id": "77"}, NOW)).ok


async def test_pause_keeps_its_first_time() -> None:
    """Pausing twice keeps the time of the first; resuming ends it."""
    store = MemoryStore()
    await act_on_store(store, "pause", {}, NOW)
    await act_on_store(store, "pause", {}, later(hours=1))
    assert await store.get_value(PAUSED_KEY) == NOW.isoformat()
    await act_on_store(store, "resume", {}, later(hours=2))
    assert not await store.get_value(PAUSED_KEY)


@pytest.mark.parametrize("action", ["reload", "poll", "explode"])
async def test_what_needs_a_running_watcher_is_refused(action: str) -> None:
    """Reloading and polling mean nothing without a running watcher; unknown actions mean nothing at all."""
    assert not (await act_on_store(MemoryStore(), action, {}, NOW)).ok
