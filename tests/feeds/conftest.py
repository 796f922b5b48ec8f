"""Clocks and fetchers for the tests of the feeds room."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from watcher.feeds.fetching import HttpFetcher

if TYPE_CHECKING:
    from collections.abc import Callable


class HandClock:
    """Time that moves only when somebody sleeps, at once; `slept` tells for how long each time."""

    def __init__(self) -> None:
        self.at = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
        self.slept: list[float] = []

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.at.timestamp()

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += timedelta(seconds=seconds)
        await asyncio.sleep(0)


class LoopClock:
    """Real time."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


@pytest.fixture
def hand_clock() -> HandClock:
    return HandClock()


@pytest.fixture
def fetcher(hand_clock: HandClock) -> Callable[..., HttpFetcher]:
    """Makes fetchers that may reach the given servers and do not wait between requests."""

    def make(*host_ports: str, **options: Any) -> HttpFetcher:
        options.setdefault("clock", hand_clock)
        options.setdefault("host_gap_s", 0.0)
        return HttpFetcher(allowed_hosts=host_ports, **options)

    return make
