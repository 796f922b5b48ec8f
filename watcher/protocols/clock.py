"""Time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime


class Clock(Protocol):
    """Time. The only implementation that reads the real one lives in the composition root."""

    def now(self) -> datetime:
        """Aware UTC wall time; may jump."""
        ...

    def monotonic(self) -> float:
        """Seconds that never go back, for intervals."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait that many of this clock's seconds (a scaled clock waits less)."""
        ...
