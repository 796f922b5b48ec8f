"""How the running watcher is, asked from within: for /healthz, /metrics, the dead man's ping and fault notices.

The same verdict from the same facts as `watcher health` gives from outside. The files are read in a thread, so
that a slow disk does not hold the loop up.
"""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from watcher.errors import StoreError
from watcher.ops.examining import examine
from watcher.ops.health import Condition, Health, diagnose
from watcher.ops.heartbeat import read_heartbeat
from watcher.store.reading import ReadStore

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from watcher.core.model import DeliveryState
    from watcher.ops.metrics import Metrics
    from watcher.protocols import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What one look shows."""

    health: Health
    feed_count: int = 0
    failing_count: int = 0
    outbox: dict[DeliveryState, int] = field(default_factory=dict)
    waiting_since: datetime | None = None


class Wellness:
    """Looks at this process's own signs of life.

    Args:
        state_dir: where the heartbeat is.
        database: the database file in it.
        clock: the one that rows are stamped by.
    """

    def __init__(self, *, state_dir: Path, database: Path, clock: Clock) -> None:
        self._state_dir, self._database, self._clock = state_dir, database, clock

    async def health(self) -> Health:
        """The verdict."""
        return (await asyncio.to_thread(self._look)).health

    async def exposition(self, metrics: Metrics) -> tuple[bytes, str]:
        """The metrics with their gauges set, and their content type."""
        from watcher.ops.metrics import CONTENT_TYPE

        look = await asyncio.to_thread(self._look)
        since = look.waiting_since
        age_s = 0.0 if since is None else max((self._clock.now() - since).total_seconds(), 0.0)
        metrics.set_condition(look.health)
        metrics.set_feeds(count=look.feed_count, failing_count=look.failing_count)
        metrics.set_outbox(look.outbox, age_s)
        return metrics.exposition(), CONTENT_TYPE

    def _look(self) -> Look:
        holder, beat = os.getpid(), read_heartbeat(self._state_dir)
        if beat is None:
            return Look(health=diagnose(holder=holder, beat=None, unattempted_s=None, sending_s=None))
        try:
            with ReadStore(self._database) as store:
                return Look(
                    health=examine(holder=holder, beat=beat, outbox=store, now=self._clock.now()),
                    feed_count=beat.feed_count,
                    failing_count=beat.failing_count,
                    outbox=store.outbox_counts(),
                    waiting_since=store.waiting_since(),
                )
        except StoreError as error:
            return Look(health=Health(condition=Condition.UNWELL, reasons=(str(error),)))
