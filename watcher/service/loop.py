"""The loop: start polls that the store says are due, wake delivery, run the jobs, end cleanly.

Due times live in the store and survive a restart; `ticking` only looks at them often enough.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from typing import TYPE_CHECKING

from watcher.delivery.courier import RECORD_WITHIN_S
from watcher.errors import StoreUnavailable, StoreUnusable, TokenRefused
from watcher.protocols import Event
from watcher.service.ticking import Job, Ticker

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Sequence

    from watcher.core.model import FeedState
    from watcher.delivery import Courier
    from watcher.polling import Poller
    from watcher.protocols import Clock, Observer, Store
    from watcher.service.state import Current

MAX_IN_FLIGHT = 500
"""Polls between request and commit. Most of them wait for their host's turn and hold nothing: with 64, many feeds of one slow host
held up all others; connections, bodies and documents in memory are bounded where they are made."""
STARTED_COUNT = 100  # polls started in one tick, so that no tick is long
STORE_RETRY_S, STORE_RETRY_CAP_S = 5.0, 60.0
"""Polling and delivery pause for so long after the store could not commit (L2), longer each time; then one feed is polled to
see whether it can: a full disk must not make every feed that is due be asked every few seconds."""
IDLE_WAIT_S = 15.0  # the delivery loop looks at the outbox at least this often
STOP_GRACE_S = 16.0  # for polls, sends and their recording in all; an exit within 20 s (X2)
POLL_GRACE_S = 5.0  # of it: for polls and jobs; a poll that is cut off is simply made again
STORE_GRACE_S = 9.0  # of it: so long another process's lock is waited for; the rest is for what follows
GOODBYE_S = 3.0  # for a notice of the stop to go out; what does not, goes out at the next start


class Service:
    """Runs until asked to stop, or for one pass over what is due."""

    def __init__(
        self,
        *,
        current: Current,
        store: Store,
        poller: Poller,
        courier: Courier,
        clock: Clock,
        observer: Observer,
        jobs: Sequence[Job],
        queued: asyncio.Event,
        on_hangup: Callable[[], None],
        on_stop: Callable[[], Awaitable[bool]] | None = None,
        beside: Sequence[Callable[[], Awaitable[None]]] = (),
        tick_s: float = 1.0,
    ) -> None:
        """Take the parts; start nothing.

        Args:
            current: what is in force.
            jobs: run on the loop, each never twice at once.
            queued: set when deliveries were queued; wakes the delivery loop.
            on_hangup: called on SIGHUP.
            on_stop: called when a stop was asked for; True when it queued something to send.
            beside: run as long as the service does and are cancelled when it stops.
            tick_s: real seconds between two looks at what is due.
        """
        self._current, self._store, self._poller, self._courier = current, store, poller, courier
        self._clock, self._observer, self._queued = clock, observer, queued
        self._jobs, self._tick_s, self._on_hangup = jobs, tick_s, on_hangup
        self._on_stop, self._beside = on_stop, beside
        self._polls: set[asyncio.Task[None]] = set()
        self._stopping = asyncio.Event()
        self._fatal: BaseException | None = None
        self._store_failure_count = 0  # in a row
        self._store_retry_at = float("-inf")  # monotonic

    def stop(self) -> None:
        """Ask for a graceful end; the second time, end at once."""
        if self._stopping.is_set():
            os._exit(1)
        self._begin_end()

    def _begin_end(self) -> None:
        self._stopping.set()
        self._queued.set()
        self._store.hurry(STORE_GRACE_S)

    async def run(self) -> None:
        """Watch until stopped.

        Raises:
            TokenRefused, StoreUnusable: the watcher cannot go on.
        """
        tick = Job(name="tick", every_s=self._tick_s, run=self._tick)
        ticker = Ticker((tick, *self._jobs), self._guarded)
        with self._signals():
            delivery = asyncio.create_task(self._deliver(), name="delivery")
            beside = [
                asyncio.create_task(self._guarded(Job(name="beside", every_s=0, run=run)))
                for run in self._beside
            ]
            await self._guarded(tick)
            await ticker.beat_until(self._stopping)
            self._observer.observe(Event(name="stop", facts={"polls": len(self._polls)}))
            loop = asyncio.get_running_loop()
            deadline = loop.time() + STOP_GRACE_S
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)
            await self._end(self._polls | ticker.running)
            await self._guarded(Job(name="goodbye", every_s=0, run=lambda: self._say_goodbye(delivery)))
            await self._courier.stop(max(1.0, deadline - RECORD_WITHIN_S - loop.time()))
            await delivery
        if self._fatal is not None:
            raise self._fatal

    async def run_once(self) -> None:
        """Poll what is due, deliver what is due, and return."""
        with self._signals():
            while not self._stopping.is_set() and await self._start_due():
                await asyncio.wait(self._polls)
                await self._poller.flush()
            for job in self._jobs:
                await self._guarded(job)
            with contextlib.suppress(StoreUnavailable):
                await self._courier.drain()
            await self._courier.stop()
        if self._fatal is not None:
            raise self._fatal

    async def _tick(self) -> None:
        now = self._clock.now()
        self._current.ticked_at = now
        if self._clock.monotonic() < self._store_retry_at:
            return
        started = 0 if self._current.paused_since else await self._start_due()
        await self._poller.flush()
        if not started and not self._polls:
            self._current.cycle_ended_at = now
            self._store_failure_count = 0

    async def _start_due(self) -> int:
        """Start polls of due feeds that are not being polled; returns how many."""
        in_flight = self._poller.in_flight
        free = (1 if self._store_failure_count else MAX_IN_FLIGHT) - len(self._polls)
        if free <= 0 or self._clock.monotonic() < self._store_retry_at:
            return 0
        count = min(free, STARTED_COUNT)
        due = await self._store.due_feeds(self._clock.now(), count + len(in_flight))
        startable = [state for state in due if state.feed_id not in in_flight][:count]
        for state in startable:
            task = asyncio.create_task(self._poll(state), name=f"poll {state.feed_id}")
            self._polls.add(task)
            task.add_done_callback(self._polls.discard)
        return len(startable)

    async def _poll(self, state: FeedState) -> None:
        feed = self._current.runtime.feeds.get(state.feed_id)
        if feed is None:  # taken out of the configuration since it was read
            return
        try:
            await self._poller.poll(feed, state)
            self._current.cycle_ended_at = self._clock.now()
        except StoreUnavailable as error:
            self._store_failed(error)
        except Exception as error:  # one feed's surprise must not end the others
            self._fault(f"poll {feed.id}", error)
            await asyncio.sleep(1)  # the feed is still due: do not spin on it

    async def _deliver(self) -> None:
        """Drain the outbox whenever something was queued or falls due."""
        while not self._stopping.is_set():
            self._queued.clear()
            wait_s = IDLE_WAIT_S
            try:
                wait_s = min(wait_s, await self._courier.drain())
            except StoreUnavailable as error:
                self._store_failed(error)
                wait_s = STORE_RETRY_S
            except Exception as error:  # reported below; ends the service if it must
                self._fail("delivery", error)
                wait_s = 1.0
            await self._wait_queued(wait_s)

    async def _wait_queued(self, seconds: float) -> None:
        """Until something was queued, or so many of the clock's seconds have passed."""
        waits = [
            asyncio.ensure_future(self._queued.wait()),
            asyncio.ensure_future(self._clock.sleep(seconds)),
        ]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    async def _end(self, running: set[asyncio.Task[None]]) -> None:
        """Let polls and jobs finish, then cancel: an uncommitted poll is simply polled again (X2)."""
        if running:
            _, late = await asyncio.wait(running, timeout=POLL_GRACE_S)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        with contextlib.suppress(StoreUnavailable):
            await self._poller.flush()

    async def _say_goodbye(self, delivery: asyncio.Task[None]) -> None:
        """Tell of the stop, when somebody wants to know and there is still a way."""
        if self._on_stop is None or self._fatal is not None or not await self._on_stop():
            return
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(GOODBYE_S):
                await asyncio.shield(delivery)
                await self._courier.drain()

    async def _guarded(self, job: Job) -> None:
        try:
            await job.run()
        except StoreUnavailable as error:
            self._store_failed(error)
        except Exception as error:  # reported below; ends the service if it must
            self._fail(job.name, error)

    def _fail(self, where: str, error: Exception) -> None:
        """Errors that carry an exit code of their own end the service; surprises are reported."""
        if isinstance(error, TokenRefused | StoreUnusable):
            self._fatal = error
            self._begin_end()
        else:
            self._fault(where, error)

    def _store_failed(self, error: StoreUnavailable) -> None:
        now = self._clock.monotonic()
        if now >= self._store_retry_at:  # else of the same moment: polls that ran side by side
            self._store_failure_count += 1
            wait_s = STORE_RETRY_S * 2.0 ** min(self._store_failure_count - 1, 8)
            self._store_retry_at = now + min(wait_s, STORE_RETRY_CAP_S)
        self._observer.observe(Event(name="store_unavailable", facts={"error": str(error)}))

    def _fault(self, where: str, error: Exception) -> None:
        facts = {"where": where, "error": f"{type(error).__name__}: {error}", "exception": error}
        self._observer.observe(Event(name="fault", facts=facts))

    @contextlib.contextmanager
    def _signals(self) -> Iterator[None]:
        """SIGTERM and SIGINT end the loop gracefully, a second one at once; SIGHUP reloads."""
        loop = asyncio.get_running_loop()
        reactions = {signal.SIGTERM: self.stop, signal.SIGINT: self.stop, signal.SIGHUP: self._on_hangup}
        for number, reaction in reactions.items():
            loop.add_signal_handler(number, reaction)
        try:
            yield
        finally:
            for number in reactions:
                loop.remove_signal_handler(number)
