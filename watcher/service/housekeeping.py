"""Forgets what retention says may be forgotten, in batches, so that no commit is held up for long."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from watcher.protocols import Clock, Store

BATCH_COUNT = 2_000  # rows a transaction


class Housekeeper:
    """Prunes the store."""

    def __init__(self, *, store: Store, clock: Clock, entries_kept_s: float, seen_kept_s: float) -> None:
        self._store, self._clock = store, clock
        self._entries_kept = timedelta(seconds=entries_kept_s)
        self._seen_kept = timedelta(seconds=seen_kept_s)

    async def prune(self) -> None:
        """Remove everything that is due to go; commits get their turn between the batches."""
        now = self._clock.now()
        while await self._store.prune(
            entries_before=now - self._entries_kept,
            seen_before=now - self._seen_kept,
            limit=BATCH_COUNT,
        ):
            continue
