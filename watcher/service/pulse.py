"""The heartbeat: what the running watcher says of itself, for `watcher health`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from watcher.ops.heartbeat import Heartbeat, write_heartbeat

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from watcher.protocols import Clock, Store
    from watcher.service.state import Current


class Pulse:
    """Beats."""

    def __init__(
        self, *, current: Current, store: Store, clock: Clock, scale: float, state_dir: Path
    ) -> None:
        """Take the parts.

        Args:
            scale: of the clock; ages are written in real seconds.
        """
        self._current, self._store, self._clock = current, store, clock
        self._scale, self._state_dir = scale, state_dir

    async def beat(self) -> None:
        """Write one sign of life."""
        current = self._current
        states = await self._store.feed_states()
        feeds = current.runtime.feeds
        beat = Heartbeat(
            pid=os.getpid(),
            started_at=current.started_at.isoformat(),
            interval_s=max((feed.interval_s for feed in feeds.values()), default=60.0) / self._scale,
            ticked_age_s=self._age_s(current.ticked_at),
            cycle_age_s=self._age_s(current.cycle_ended_at),
            feed_count=len(feeds),
            failing_count=sum(state.failure_count > 0 for state in states),
            problems=[f"{what}: {why.splitlines()[0]}" for what, why in current.problems.items()],
        )
        write_heartbeat(self._state_dir, beat)

    def _age_s(self, at: datetime | None) -> float:
        since = at or self._current.started_at
        return max(0.0, (self._clock.now() - since).total_seconds()) / self._scale
