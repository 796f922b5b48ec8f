"""A clock for tests: time passes only when somebody sleeps, and then at once."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

TURNS = 30  # of the event loop before time passes, so that what can happen now does


class FakeClock:
    """protocols.Clock without waiting.

    Args:
        at: where it starts.
    """

    def __init__(self, at: datetime = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)) -> None:
        self._at = at
        self._passed_s = 0.0

    def now(self) -> datetime:
        return self._at + timedelta(seconds=self._passed_s)

    def monotonic(self) -> float:
        return self._passed_s

    async def sleep(self, seconds: float) -> None:
        for _ in range(TURNS):
            await asyncio.sleep(0)
        self._passed_s += seconds

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self._passed_s += seconds

    def jump(self, seconds: float) -> None:
        """Set the wall clock forward or back; no time passes."""
        self._at += timedelta(seconds=seconds)
