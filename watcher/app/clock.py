"""The only clock: everything else is handed one, or a time."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta


class SystemClock:
    """The real clock; a scale makes it run faster for rehearsals.

    Args:
        scale: how many of its seconds pass in a real one.
    """

    def __init__(self, scale: float = 1.0) -> None:
        self._scale = scale
        self._started_at = datetime.now(UTC)
        self._started = time.monotonic()

    def now(self) -> datetime:
        """Aware UTC; follows the machine's clock, jumps included, when it is not scaled."""
        if self._scale == 1.0:
            return datetime.now(UTC)
        return self._started_at + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        """Seconds since it was made; never goes back."""
        return (time.monotonic() - self._started) * self._scale

    async def sleep(self, seconds: float) -> None:
        """Wait so many of its own seconds."""
        await asyncio.sleep(seconds / self._scale)
