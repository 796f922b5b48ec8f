"""The reading store: what commands look at, read-only, also beside a running watcher.

Synchronous and short-lived: a command opens it, asks, prints and closes it. It cannot change anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self, TypeVar

from watcher.errors import StoreUnusable
from watcher.store.opening import copy_into, open_reading, translated
from watcher.store.repository import (
    checks,
    claims,
    entries,
    facts,
    feeds,
    mutes,
    outbox,
    seen,
    stories,
    targets,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from watcher.core.model import (
        Alert,
        Delivery,
        DeliveryState,
        Fate,
        FeedState,
        JudgedEntry,
        Mute,
        Story,
        TargetState,
    )

T = TypeVar("T")

END_OF_TIME = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """One entry's way: judged, grouped, told, delivered."""

    judged: JudgedEntry
    story: Story | None
    alerts: tuple[Alert, ...]  # of its story
    deliveries: tuple[Delivery, ...]  # of its story, alerts and edits


@dataclass(frozen=True, slots=True, kw_only=True)
class Counters:
    """How much there is."""

    entry_count: int  # stored, first seen since the asked time
    seen_count: int  # seen keys kept
    fates: dict[Fate, int]  # of those entries
    alerts_by_topic: dict[str, int]  # stories alerted since the asked time
    deliveries: dict[DeliveryState, int]  # all rows of the outbox


class ReadStore:
    """A read-only view of the database; a context manager.

    Every method raises StoreUnusable when the file turns out to be corrupt and StoreUnavailable when it
    cannot be read now.
    """

    def __init__(self, path: Path) -> None:
        """Open the database.

        Raises:
            StoreUnusable: newer, older, corrupt, or not there yet (the message says which).
            StoreUnavailable: it cannot be opened now.
        """
        if not path.exists() or path.stat().st_size == 0:
            raise StoreUnusable(
                f"{path}: nothing has been recorded here yet. `watcher run` makes this database at its first"
                " start; name another state directory with --state."
            )
        self.path = path
        self._connection = open_reading(path)

    def close(self) -> None:
        """Close the connection. Idempotent."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def _ask(self, question: Callable[[], T]) -> T:
        """Answer from one moment's state, however many statements the question takes."""
        with translated(self.path):
            self._connection.execute("BEGIN")
            try:
                return question()
            finally:
                self._connection.execute("ROLLBACK")

    def feed_states(self) -> list[FeedState]:
        """States of all configured feeds, by id."""
        return self._ask(lambda: feeds.states(self._connection))

    def target_states(self) -> dict[str, TargetState]:
        """What is known of each target."""
        return self._ask(lambda: targets.states(self._connection))

    def mutes(self, now: datetime) -> list[Mute]:
        """Mutes in force."""
        return self._ask(lambda: mutes.in_force(self._connection, now))

    def get_value(self, key: str) -> str | None:
        """A small fact about the watcher itself."""
        return self._ask(lambda: facts.get(self._connection, key))

    def values(self, prefix: str) -> dict[str, str]:
        """All small facts whose key begins so, by key."""
        return self._ask(lambda: facts.starting_with(self._connection, prefix))

    def deliveries(
        self,
        *,
        states: Sequence[DeliveryState] | None = None,
        target_id: str | None = None,
        limit: int = 100,
        newest: bool = True,
    ) -> list[Delivery]:
        """Rows of the outbox, newest first unless told otherwise."""
        return self._ask(
            lambda: outbox.rows(
                self._connection, states=states, target_id=target_id, limit=limit, newest=newest
            )
        )

    def delivery(self, delivery_id: int) -> Delivery | None:
        """One row of the outbox."""
        return self._ask(lambda: outbox.one(self._connection, delivery_id))

    def next_due_delivery_at(self) -> datetime | None:
        """When the earliest waiting row of a reachable target falls due."""
        return self._ask(lambda: claims.next_due_at(self._connection))

    def outbox_counts(self) -> dict[DeliveryState, int]:
        """How many rows of the outbox are in each state."""
        return self._ask(lambda: outbox.states(self._connection))

    def waiting_since(self) -> datetime | None:
        """When the oldest undelivered row fell or falls due, rows held for a person aside."""
        return self._ask(lambda: claims.waiting_since(self._connection))

    def last_attempt_at(self) -> datetime | None:
        """When a delivery was last attempted, whichever."""
        return self._ask(lambda: claims.last_attempt_at(self._connection))

    def sending_since(self) -> datetime | None:
        """When the longest running send was begun; None when nothing is being sent."""
        return self._ask(lambda: claims.sending_since(self._connection))

    def recent(
        self,
        since: datetime,
        *,
        limit: int = 50,
        feed_id: str | None = None,
        profile_id: str | None = None,
        fates: Sequence[Fate] | None = None,
    ) -> list[JudgedEntry]:
        """Entries first seen since then with fate and matches, newest first.

        Args:
            since: aware UTC.
            limit: at most so many.
            feed_id: only of this feed.
            profile_id: only with a score above 0 for this profile.
            fates: only with one of these fates.
        """
        return self._ask(
            lambda: entries.recent(
                self._connection, at=since, limit=limit, feed_id=feed_id, profile_id=profile_id, fates=fates
            )
        )

    def entries_since(self, since: datetime, *, newest: int | None = None) -> list[JudgedEntry]:
        """Entries first seen since then (for a backtest), in the order they were committed.

        Args:
            since: aware UTC.
            newest: at most so many, the newest; None = all.
        """
        return self._ask(lambda: entries.since(self._connection, since, newest=newest))

    def find(self, text: str, limit: int = 10) -> list[JudgedEntry]:
        """Entries a person may mean: by id or its beginning, URL, story id or words of the title."""
        return self._ask(lambda: entries.find(self._connection, text, limit))

    def trace(self, entry_id: str) -> Trace | None:
        """All that became of one entry; None when there is no such entry."""
        return self._ask(lambda: self._trace(entry_id))

    def _trace(self, entry_id: str) -> Trace | None:
        judged = entries.one(self._connection, entry_id)
        if judged is None:
            return None
        if judged.story_id is None:
            return Trace(judged=judged, story=None, alerts=(), deliveries=())
        return Trace(
            judged=judged,
            story=stories.one(self._connection, judged.story_id),
            alerts=tuple(stories.alerts_of(self._connection, judged.story_id)),
            deliveries=tuple(outbox.rows(self._connection, story_id=judged.story_id, limit=1000)),
        )

    def story(self, story_id: str) -> Story | None:
        """One story with its entries."""
        return self._ask(lambda: stories.one(self._connection, story_id))

    def stories_since(self, since: datetime) -> list[Story]:
        """Stories, open or closed, with an entry since then; oldest first."""
        return self._ask(lambda: stories.since(self._connection, since, only_open=False))

    def counters(self, since: datetime) -> Counters:
        """How much there is, and how much of it came since then."""
        return self._ask(lambda: self._counters(since))

    def _counters(self, since: datetime) -> Counters:
        fates = entries.fates(self._connection, since)
        return Counters(
            entry_count=sum(fates.values()),
            seen_count=seen.count(self._connection),
            fates=fates,
            alerts_by_topic=stories.alerts_by_topic(self._connection, since, END_OF_TIME),
            deliveries=outbox.states(self._connection),
        )

    def problems(self) -> list[str]:
        """Everything that is wrong with the file or breaks an invariant, in words; [] when it is sound."""
        return self._ask(lambda: checks.problems(self._connection))

    def backup(self, path: Path) -> None:
        """Write a consistent copy, also while the watcher writes (VACUUM INTO).

        Raises:
            StoreUnavailable: the copy cannot be written.
        """
        with translated(self.path):
            copy_into(self._connection, path)
