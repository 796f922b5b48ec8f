"""Days of polling in a moment: a real server, fetcher, parser, database and poller on a clock moved by hand.

For rules that speak of days and must outlast a restart. `watcher run` itself is not in it: its clock can be
made faster, but starts at the present again, so that a restart would be a jump into the past.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from tests.fakes.clock import FakeClock
from tests.fakes.polls import runtime
from tests.feeds.loopback import always, raw_server
from watcher.core.grouping import StoryIndex
from watcher.core.model import FeedConfig, NoticeContent
from watcher.feeds.fetching import HttpFetcher
from watcher.feeds.parsing import WorkerParser
from watcher.polling import Poller
from watcher.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import timedelta
    from pathlib import Path

    from tests.feeds.loopback import RawServer, Script
    from watcher.core.model import FeedState, PollPlan
    from watcher.protocols import Event


class Silent:
    """An Observer of nothing."""

    def observe(self, event: Event) -> None:
        """Look away."""


class OverTime:
    """One feed, polled when it is due.

    Args:
        database: kept over restarts.
        url: of the feed.
        allowed: `host:port` that may be private.
    """

    def __init__(self, database: Path, url: str, allowed: tuple[str, ...]) -> None:
        self.clock = FakeClock()
        self.feed = FeedConfig(
            id="outlet",
            url=url,
            outlet="Outlet",
            language="en",
            interval_s=3 * 3600.0,
            max_interval_s=86400.0,
        )
        self.runtime = replace(runtime(), feeds={"outlet": self.feed})
        self._database = database
        self._fetcher = HttpFetcher(clock=self.clock, allowed_hosts=allowed, host_gap_s=0.0)
        self._parser = WorkerParser(workers=1)

    async def open(self) -> None:
        """What a start does."""
        self.store = await SqliteStore.open(self._database)
        await self.store.sync_feeds({"outlet": self.feed.url}, self.clock.now())
        self.poller = Poller(
            store=self.store,
            fetcher=self._fetcher,
            parser=self._parser,
            clock=self.clock,
            observer=Silent(),
            runtime=lambda: self.runtime,
            stories=StoryIndex(),
            jitter=lambda: 0.5,
            on_queued=lambda: None,
        )

    async def restart(self) -> None:
        """End and start again: only the database is left."""
        await self.store.aclose()
        await self.open()

    async def aclose(self) -> None:
        """End."""
        await self.store.aclose()
        await self._fetcher.aclose()
        await self._parser.aclose()

    async def state(self) -> FeedState:
        """What is remembered of the feed."""
        (state,) = await self.store.feed_states()
        return state

    async def poll(self) -> PollPlan | None:
        """Let time pass until the feed is due, and poll it; None when it never will be."""
        state = await self.state()
        if state.gone:
            return None
        if state.next_poll_at is not None and not await self.store.due_feeds(self.clock.now(), 1):
            self.clock.advance((state.next_poll_at - self.clock.now()).total_seconds())
        (state,) = await self.store.due_feeds(self.clock.now(), 1)
        plan = await self.poller.poll(self.feed, state)
        await self.poller.flush()
        return plan

    async def poll_for(self, time: timedelta) -> list[PollPlan]:
        """Poll whenever it is due until so much time has passed."""
        until, plans = self.clock.now() + time, []
        while (state := await self.state()).next_poll_at is None or state.next_poll_at <= until:
            plan = await self.poll()
            if plan is None:
                break
            plans.append(plan)
        self.clock.advance((until - self.clock.now()).total_seconds())
        return plans

    async def told(self) -> list[str]:
        """The notices queued so far, by kind."""
        contents = [delivery.content for delivery in await self.store.deliveries()]
        return [content.kind.value for content in contents if isinstance(content, NoticeContent)]


@asynccontextmanager
async def over_time(
    database: Path, *allowed: str, script: Script | None = None
) -> AsyncIterator[tuple[OverTime, RawServer]]:
    """A poller of one feed and its server, ended whatever happens.

    Args:
        database: its file.
        allowed: further servers it may be sent to.
        script: what the server answers at first.
    """
    async with raw_server(script or always(b"")) as server:
        desk = OverTime(database, server.url(), (server.host_port, *allowed))
        await desk.open()
        try:
            yield desk, server
        finally:
            await desk.aclose()
