"""The writing store over one SQLite connection in one thread (protocols.Store).

All calls queue for the writer thread, so they take effect in the order they were made; a caller that is
cancelled leaves its call to be finished. This module holds no SQL but transaction control and VACUUM.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from watcher.errors import StoreUnavailable
from watcher.store import together
from watcher.store.opening import copy_into, open_writing, translated
from watcher.store.repository import claims, desk, facts, mutes, outbox, seen, stories, targets
from watcher.store.repository import feeds as feed_rows
from watcher.store.transactions import Patience, transaction

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from watcher.core.model import (
        Conclusion,
        Counts,
        Delivery,
        DeliveryState,
        FeedState,
        KeptPages,
        Mute,
        PollPlan,
        Story,
        Taking,
        TargetState,
    )

T = TypeVar("T")


class SqliteStore:
    """The one writing store; `SqliteStore.open` makes it."""

    def __init__(self, path: Path, connection: sqlite3.Connection, writer: ThreadPoolExecutor) -> None:
        self.path = path
        self._connection = connection
        self._writer = writer
        self._patience = Patience()
        self._closed = False

    @classmethod
    async def open(cls, path: Path) -> SqliteStore:
        """Open or create the database; an older one is migrated, with a backup beside it.

        Raises:
            StoreUnusable: newer, corrupt or not ours; the file was not touched.
            StoreUnavailable: it cannot be opened now.
        """
        writer = ThreadPoolExecutor(1, thread_name_prefix="store")
        try:
            connection = await asyncio.get_running_loop().run_in_executor(writer, open_writing, path)
        except BaseException:
            writer.shutdown(wait=False)
            raise
        return cls(path, connection, writer)

    async def _read(self, work: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        return await self._call(self._reading, partial(work, self._connection, *args, **kwargs))

    async def _write(self, work: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        return await self._call(self._writing, partial(work, self._connection, *args, **kwargs))

    async def _call(self, way: Callable[[Callable[[], T]], T], work: Callable[[], T]) -> T:
        if self._closed:
            raise StoreUnavailable(f"{self.path}: the store was closed")
        return await asyncio.get_running_loop().run_in_executor(self._writer, way, work)

    def _reading(self, work: Callable[[], T]) -> T:
        with translated(self.path):
            return work()

    def _writing(self, work: Callable[[], T]) -> T:
        with translated(self.path), transaction(self._connection, self._patience):
            return work()

    # --- feeds and polls -------------------------------------------------------------------------

    async def sync_feeds(self, feeds: Mapping[str, str], now: datetime) -> None:
        """See protocols.Store."""
        await self._write(feed_rows.sync, dict(feeds))

    async def due_feeds(self, now: datetime, limit: int) -> list[FeedState]:
        """See protocols.Store."""
        return await self._read(feed_rows.due, now, limit)

    async def next_due_feed_at(self) -> datetime | None:
        """See protocols.Store."""
        return await self._read(feed_rows.next_due_at)

    async def feed_states(self) -> list[FeedState]:
        """See protocols.Store."""
        return await self._read(feed_rows.states)

    async def seen(self, feed_id: str, keys: Sequence[bytes]) -> dict[bytes, datetime]:
        """See protocols.Store."""
        return await self._read(seen.shown_by, feed_id, keys)

    async def commit_polls(self, plans: Sequence[PollPlan]) -> None:
        """See protocols.Store."""
        await self._write(together.commit, tuple(plans))

    async def counts(self, since: datetime, until: datetime) -> Counts:
        """See protocols.Store."""
        return await self._read(together.counts, since, until)

    # --- stories ----------------------------------------------------------------------------------

    async def open_stories(self, since: datetime) -> list[Story]:
        """See protocols.Store."""
        return await self._read(stories.since, since, only_open=True)

    async def story(self, story_id: str) -> Story | None:
        """See protocols.Store."""
        return await self._read(stories.one, story_id)

    # --- outbox -----------------------------------------------------------------------------------

    async def enqueue(self, deliveries: Sequence[Delivery]) -> None:
        """See protocols.Store."""
        await self._write(outbox.queue_all, tuple(deliveries))

    async def recover(self, now: datetime) -> int:
        """See protocols.Store."""
        return await self._write(claims.recover, now)

    async def claim(
        self,
        now: datetime,
        *,
        busy_targets: Sequence[str],
        limit: int,
        probe_targets: Sequence[str] = (),
    ) -> list[Delivery]:
        """See protocols.Store."""
        return await self._write(
            claims.claim, now, busy_targets=busy_targets, probe_targets=probe_targets, limit=limit
        )

    async def conclude(self, conclusion: Conclusion) -> None:
        """See protocols.Store."""
        await self._write(together.conclude, conclusion)

    async def delivery(self, dedupe_key: str) -> Delivery | None:
        """See protocols.Store."""
        return await self._read(outbox.by_key, dedupe_key)

    async def deliveries(
        self,
        *,
        states: Sequence[DeliveryState] | None = None,
        target_id: str | None = None,
        limit: int = 1000,
    ) -> list[Delivery]:
        """See protocols.Store."""
        return await self._read(outbox.rows, states=states, target_id=target_id, limit=limit)

    async def expire(
        self,
        before: datetime,
        now: datetime,
        tell: Callable[[Sequence[tuple[Delivery, Story | None]]], Sequence[Delivery]],
    ) -> None:
        """See protocols.Store."""
        await self._write(together.expire, before, now, tell)

    async def next_due_delivery_at(self) -> datetime | None:
        """See protocols.Store."""
        return await self._read(claims.next_due_at)

    async def requeue(self, delivery_id: int, now: datetime) -> bool:
        """See protocols.Store."""
        return await self._write(outbox.requeue, delivery_id, now)

    async def drop(self, delivery_id: int, now: datetime) -> bool:
        """See protocols.Store."""
        return await self._write(outbox.drop, delivery_id)

    async def target_states(self) -> dict[str, TargetState]:
        """See protocols.Store."""
        return await self._read(targets.states)

    async def save_target_state(self, state: TargetState) -> None:
        """See protocols.Store."""
        await self._write(targets.save, state)

    # --- what people do in a chat -----------------------------------------------------------------

    async def takings(self, story_ids: Sequence[str]) -> list[Taking]:
        """See protocols.Store."""
        return await self._read(desk.takings, tuple(story_ids))

    async def take(self, takings: Sequence[Taking], deliveries: Sequence[Delivery]) -> None:
        """See protocols.Store."""
        await self._write(together.take, tuple(takings), tuple(deliveries))

    async def keep_pages(self, pages: KeptPages, *, forget_before: datetime) -> None:
        """See protocols.Store."""
        await self._write(desk.keep_pages, pages, forget_before)

    async def kept_pages(self, chat_id: str, message_id: str) -> KeptPages | None:
        """See protocols.Store."""
        return await self._read(desk.kept_pages, chat_id, message_id)

    # --- mutes, housekeeping ----------------------------------------------------------------------

    async def mutes(self, now: datetime) -> list[Mute]:
        """See protocols.Store."""
        return await self._read(mutes.in_force, now)

    async def mute(self, mute: Mute) -> None:
        """See protocols.Store."""
        await self._write(mutes.save, mute)

    async def unmute(self, kind: str, value: str) -> bool:
        """See protocols.Store."""
        return await self._write(mutes.remove, kind, value)

    async def get_value(self, key: str) -> str | None:
        """See protocols.Store."""
        return await self._read(facts.get, key)

    async def set_value(self, key: str, value: str) -> None:
        """See protocols.Store."""
        await self._write(facts.put, key, value)

    async def prune(self, *, entries_before: datetime, seen_before: datetime, limit: int) -> int:
        """See protocols.Store."""
        return await self._write(together.prune, entries_before, seen_before, limit)

    async def backup(self, path: Path) -> None:
        """See protocols.Store."""
        await self._call(self._reading, partial(copy_into, self._connection, path))

    def hurry(self, within_s: float) -> None:
        """See protocols.Store."""
        self._patience.hurry(within_s)

    async def aclose(self) -> None:
        """See protocols.Store."""
        if self._closed:
            return
        self._closed = True
        await asyncio.get_running_loop().run_in_executor(self._writer, self._connection.close)
        self._writer.shutdown()
