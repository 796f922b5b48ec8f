"""Forgets what may be forgotten: by retention in the store, by age among the stories in memory."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from watcher.polling import Poller
    from watcher.protocols import Clock, Store
    from watcher.service.state import Current

BATCH_COUNT = 2_000  # rows a transaction


class Housekeeper:
    """Prunes the store and the index of open stories."""

    def __init__(
        self,
        *,
        current: Current,
        store: Store,
        poller: Poller,
        clock: Clock,
        entries_kept_s: float,
        seen_kept_s: float,
    ) -> None:
        self._current, self._store, self._poller, self._clock = current, store, poller, clock
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

    async def forget_stories(self) -> None:
        """Let go of stories that play no part any more; polls look past them anyway."""
        async with self._poller.series:
            self._poller.stories.forget_before(self._current.runtime.remembered_since(self._clock.now()))
