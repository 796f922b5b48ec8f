"""The loop keeps going when its parts fail, and ends when it must."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import cast

import pytest

from tests.fakes.store import MemoryStore
from tests.test_polling import Desk, Events
from watcher.app.clock import SystemClock
from watcher.core.model import FeedState
from watcher.delivery import Courier
from watcher.errors import StoreUnavailable, TokenRefused
from watcher.polling import Poller
from watcher.service import Current, Job, Service


@dataclass
class SilentCourier:
    """A delivery loop with nothing to deliver, or one that fails as told."""

    error: Exception | None = None
    drained: int = 0
    stopped: bool = False

    async def drain(self) -> float:
        self.drained += 1
        if self.error is not None:
            raise self.error
        return 60.0

    async def stop(self, grace_s: float | None = None) -> None:
        self.stopped = True


@dataclass
class Rig:
    """A service over fakes."""

    desk: Desk
    courier: SilentCourier = field(default_factory=SilentCourier)
    events: Events = field(default_factory=Events)
    jobs: tuple[Job, ...] = ()

    def service(self) -> Service:
        clock = SystemClock()
        return Service(
            current=Current(runtime=self.desk.runtime, started_at=clock.now()),
            store=self.desk.store,
            poller=self.desk.poller,
            courier=cast("Courier", self.courier),
            clock=clock,
            observer=self.events,
            queued=asyncio.Event(),
            on_hangup=lambda: None,
            jobs=self.jobs,
            tick_s=0.02,
        )

    def names(self) -> list[str]:
        return [event.name for event in self.events.seen]


async def until(condition: object) -> None:
    """Wait until a callable says yes, within the test's time limit."""
    while not condition():  # type: ignore[operator]
        await asyncio.sleep(0.005)


async def test_due_feeds_are_polled_and_stop_ends_the_loop() -> None:
    """Feeds that are due are polled at the first tick; stop() ends everything."""
    rig = Rig(Desk("alpha", "beta"))
    await rig.desk.store.sync_feeds({f.id: f.url for f in rig.desk.feeds.values()}, rig.desk.clock.now())
    service = rig.service()
    running = asyncio.create_task(service.run())
    await until(lambda: len(rig.desk.events.seen) == 2)
    service.stop()
    await running
    assert rig.courier.stopped
    assert {"alpha", "beta"} == {event.facts["feed"] for event in rig.desk.events.seen}


async def test_a_refused_token_ends_the_service() -> None:
    """TokenRefused out of the delivery loop is raised by run()."""
    rig = Rig(Desk("alpha"), courier=SilentCourier(error=TokenRefused("401")))
    with pytest.raises(TokenRefused):
        await rig.service().run()


async def test_a_job_that_fails_is_reported_and_the_rest_goes_on() -> None:
    """An unexpected error of one job is a fault event; ticks and other jobs continue."""
    ran: list[str] = []

    async def bad() -> None:
        ran.append("bad")
        raise ValueError("surprise")

    async def good() -> None:
        ran.append("good")

    rig = Rig(
        Desk("alpha"), jobs=(Job(name="bad", every_s=0.02, run=bad), Job(name="good", every_s=0.02, run=good))
    )
    service = rig.service()
    running = asyncio.create_task(service.run())
    await until(lambda: ran.count("bad") >= 2 and ran.count("good") >= 2)
    service.stop()
    await running
    assert rig.names().count("fault") >= 2


async def test_an_unavailable_store_pauses_polling_without_ending() -> None:
    """While the store cannot commit, polling pauses; nothing crashes and stop() still works."""
    rig = Rig(Desk("alpha"))
    store = cast("MemoryStore", rig.desk.store)
    store.fail_with = StoreUnavailable("disk full")
    service = rig.service()
    running = asyncio.create_task(service.run())
    await until(lambda: "store_unavailable" in rig.names())
    assert not running.done()
    service.stop()
    await running


async def test_a_feed_that_left_the_configuration_is_not_polled() -> None:
    """A state whose feed is configured no more is skipped."""
    rig = Rig(Desk("alpha"))
    await rig.desk.store.sync_feeds({"ghost": "https://ghost.example/feed"}, rig.desk.clock.now())
    assert ["ghost"] == [state.feed_id for state in await rig.desk.store.due_feeds(rig.desk.clock.now(), 10)]
    service = rig.service()
    await service._poll(FeedState(feed_id="ghost"))
    assert [] == rig.desk.fetcher.asked


async def test_a_surprise_in_one_poll_is_a_fault_not_the_end() -> None:
    """An exception nobody planned for in one feed's poll is reported; the feed stays due."""
    rig = Rig(Desk("alpha"))
    await rig.desk.store.sync_feeds({f.id: f.url for f in rig.desk.feeds.values()}, rig.desk.clock.now())

    async def boom(*_: object) -> None:
        raise RuntimeError("unplanned")

    rig.desk.poller = cast("Poller", rig.desk.poller)
    rig.desk.poller.poll = boom  # type: ignore[method-assign,assignment]
    service = rig.service()
    running = asyncio.create_task(service.run())
    await until(lambda: "fault" in rig.names())
    service.stop()
    await running
    assert 1 == len(await rig.desk.store.due_feeds(rig.desk.clock.now(), 10))
