"""Notices about the watcher itself: few, through the outbox, without secrets."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.fakes.clock import FakeClock
from tests.fakes.polls import runtime
from tests.fakes.store import MemoryStore
from watcher.core.model import NoticeContent, NoticeKind
from watcher.errors import StoreUnavailable
from watcher.ops.health import Condition, Health
from watcher.protocols import Event
from watcher.service import Current
from watcher.service.notifying import SelfNotices

WELL = Health(condition=Condition.WELL, reasons=("fine",))
UNWELL = Health(condition=Condition.UNWELL, reasons=("no poll cycle has ended for 2000 s",))


class Desk:
    """Notices over a store in memory."""

    def __init__(
        self, *, store: MemoryStore | None = None, clock: FakeClock | None = None, **wanted: bool
    ) -> None:
        self.store, self.clock = store or MemoryStore(), clock or FakeClock()
        self.health = WELL
        self.queued = 0
        self.notices = SelfNotices(
            current=Current(runtime=runtime(), started_at=self.clock.now()),
            store=self.store,
            clock=self.clock,
            health=self._health,
            redact=lambda text: text.replace("hunter2", "[token]"),
            on_queued=self._queue,
            **{"start": False, "stop": False, "fault": True, **wanted},
        )

    async def _health(self) -> Health:
        return self.health

    def _queue(self) -> None:
        self.queued += 1

    def fault(self, error: str, where: str = "poll alpha") -> None:
        self.notices.observe(Event(name="fault", facts={"where": where, "error": error, "exception": None}))

    def told(self) -> list[tuple[NoticeKind, dict[str, Any]]]:
        contents = [row.content for row in self.store.rows.values()]
        return [(content.kind, content.facts) for content in contents if isinstance(content, NoticeContent)]


async def test_start_and_stop_are_told_when_wanted() -> None:
    """Both are off by default, and each is one notice when on."""
    silent = Desk()
    await silent.notices.started()
    assert not await silent.notices.stopped()
    assert [] == silent.told()
    desk = Desk(start=True, stop=True)
    await desk.notices.started()
    assert await desk.notices.stopped()
    assert [NoticeKind.STARTED, NoticeKind.STOPPED] == [kind for kind, _ in desk.told()]
    assert desk.queued == 2


async def test_faults_are_told_at_most_once_an_hour() -> None:
    """The first fault is told; what comes after waits an hour and is counted."""
    desk = Desk()
    desk.fault("KeyError: 'x'")
    await desk.notices.look()
    for number in range(5):
        desk.fault(f"ValueError: {number}")
        await desk.notices.look()
        desk.clock.advance(60)
    assert [(NoticeKind.FAULT, {"error": "poll alpha: KeyError: 'x'", "more": ""})] == desk.told()
    desk.clock.advance(3600)
    await desk.notices.look()
    assert (NoticeKind.FAULT, {"error": "poll alpha: ValueError: 0", "more": "4"}) == desk.told()[1]
    desk.clock.advance(3601)
    await desk.notices.look()
    assert 2 == len(desk.told())


async def test_a_restart_does_not_lift_the_limit() -> None:
    """A watcher that crashes and restarts in a circle does not flood the chat."""
    first = Desk()
    first.fault("one")
    await first.notices.look()
    second = Desk(store=first.store, clock=first.clock)
    second.fault("two")
    await second.notices.look()
    assert 1 == len(second.told())


async def test_being_unwell_is_told_once_while_it_lasts() -> None:
    """Turning unwell is a fault; staying so is not another one."""
    desk = Desk()
    desk.health = UNWELL
    for _ in range(3):
        await desk.notices.look()
        desk.clock.advance(4000)
    assert [(NoticeKind.FAULT, {"error": UNWELL.reasons[0], "more": ""})] == desk.told()
    desk.health = WELL
    await desk.notices.look()
    desk.health = UNWELL
    await desk.notices.look()
    assert 2 == len(desk.told())


async def test_a_full_disk_is_told_when_there_is_room_again() -> None:
    """What could not be queued is not forgotten."""
    desk = Desk()
    desk.notices.observe(Event(name="store_unavailable", facts={"error": "disk full"}))
    desk.store.fail_with = StoreUnavailable("disk full")
    with pytest.raises(StoreUnavailable):
        await desk.notices.look()
    desk.store.fail_with = None
    await desk.notices.look()
    assert [(NoticeKind.FAULT, {"error": "database: disk full", "more": ""})] == desk.told()


async def test_secrets_and_long_texts_stay_out() -> None:
    """An error's text is redacted, put on one line and cut before it is kept."""
    desk = Desk()
    desk.fault("cannot log in\nwith hunter2" + "x" * 500)
    await desk.notices.look()
    ((_, facts),) = desk.told()
    assert facts["error"].startswith("poll alpha: cannot log in with [token]xxx")
    assert 200 == len(facts["error"])


async def test_faults_can_be_left_to_the_log() -> None:
    """fault: false tells of nothing."""
    desk = Desk(fault=False)
    desk.fault("KeyError")
    desk.health = replace(UNWELL)
    await desk.notices.look()
    assert [] == desk.told()
