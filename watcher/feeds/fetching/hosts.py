"""Politeness and fairness: how many requests at once, and how soon again to the same host.

A host is scheme + host + port. Hosts that were slow last time may not take the last
places, so that thirty hanging servers cannot occupy every connection while good feeds wait.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, nullcontext
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from watcher.protocols import Clock

SLOW_PLACES_RATIO = 0.75  # of all places, for hosts that were slow last time: the rest is for good ones alone
SLOW_AFTER_S = 8.0
SLOW_REMEMBERED_S = 86400.0


class _Host:
    __slots__ = ("places", "ready_at", "slow", "users")

    def __init__(self, places: int) -> None:
        self.places = asyncio.Semaphore(places)
        self.users = 0  # holding or waiting
        self.ready_at = 0.0  # monotonic; not before this
        self.slow = False


class HostBounds:
    """Hands out turns.

    Args:
        clock: monotonic time and sleep.
        connections: at once in all.
        host_connections: at once to one host.
        host_gap_s: at least this long between the end of a request to a host and the next one's start.
    """

    def __init__(self, clock: Clock, *, connections: int, host_connections: int, host_gap_s: float) -> None:
        self._clock = clock
        self._host_connections = host_connections
        self._host_gap_s = host_gap_s
        self._all = asyncio.Semaphore(connections)
        self._slow = asyncio.Semaphore(max(1, int(connections * SLOW_PLACES_RATIO)))
        self._hosts: dict[str, _Host] = {}
        self._sweep_at = 256

    @asynccontextmanager
    async def turn(self, origin: str) -> AsyncIterator[None]:
        """Wait for a turn with this host and hold it."""
        host = self._hosts.get(origin)
        if host is None:
            host = self._hosts[origin] = _Host(self._host_connections)
        host.users += 1
        try:
            async with host.places:
                wait = host.ready_at - self._clock.monotonic()
                if wait > 0:
                    await self._clock.sleep(wait)
                async with self._slow if host.slow else nullcontext(), self._all:
                    began = self._clock.monotonic()
                    try:
                        yield
                    finally:
                        ended = self._clock.monotonic()
                        host.slow = ended - began > SLOW_AFTER_S
                        host.ready_at = ended + self._host_gap_s
        finally:
            host.users -= 1
            self._forget_idle()

    def _forget_idle(self) -> None:
        """Drop hosts nobody needs now (slow ones are remembered a day); amortised over the turns."""
        if len(self._hosts) < self._sweep_at:
            return
        now = self._clock.monotonic()
        self._hosts = {
            origin: host
            for origin, host in self._hosts.items()
            if host.users or host.ready_at > now - (SLOW_REMEMBERED_S if host.slow else 0.0)
        }
        self._sweep_at = 2 * len(self._hosts) + 256
