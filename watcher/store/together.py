"""What one transaction changes or reads across subjects: the order of the repository's statements. No SQL here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.core.model import Counts
from watcher.store.repository import desk, entries, outbox, seen, stories, targets
from watcher.store.repository import feeds as feed_rows

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from watcher.core.model import Conclusion, Delivery, PollPlan, Story, Taking


def commit(connection: sqlite3.Connection, plans: Sequence[PollPlan]) -> None:
    """Everything that these polls change."""
    for plan in plans:
        number = feed_rows.save(connection, plan.state)
        if plan.shown is not None:
            hour = seen.hour_of(plan.now)
            seen.mark(connection, number, plan.shown, hour)
            if not plan.partial:
                feed_rows.mark_read(connection, number, hour)
        for judged in plan.entries:
            entries.insert(connection, judged)
        for entry in plan.retitled:
            entries.retitle(connection, entry)
        for change in plan.stories:
            stories.merge(connection, change)
        for alert in plan.alerts:
            stories.add_alert(connection, alert)
        outbox.queue_all(connection, plan.deliveries)


def take(connection: sqlite3.Connection, takings: Sequence[Taking], deliveries: Sequence[Delivery]) -> None:
    """Who has stories, and the edits that show it."""
    for taking in takings:
        desk.save_taking(connection, taking)
    outbox.queue_all(connection, deliveries)


def conclude(connection: sqlite3.Connection, conclusion: Conclusion) -> None:
    """What follows from attempts to deliver."""
    for delivered in conclusion.acknowledged:
        outbox.acknowledge(connection, delivered, conclusion.now)
    for row in conclusion.settled:
        outbox.settle(connection, row)
    for state in conclusion.targets:
        targets.save(connection, state)
    outbox.queue_all(connection, conclusion.queued)


def expire(
    connection: sqlite3.Connection,
    before: datetime,
    now: datetime,
    tell: Callable[[Sequence[tuple[Delivery, Story | None]]], Sequence[Delivery]],
) -> None:
    """Late alerts end, and the digests that tell of them are queued."""
    late = outbox.expire(connection, before, now)
    told = [(row, stories.one(connection, row.story_id) if row.story_id else None) for row in late]
    outbox.queue_all(connection, tell(told))


def counts(connection: sqlite3.Connection, since: datetime, until: datetime) -> Counts:
    """What was alerted in that time."""
    return Counts(
        alerts_by_topic=stories.alerts_by_topic(connection, since, until),
        alerts_by_target=outbox.alerts_by_target(connection, since, until),
    )


def prune(connection: sqlite3.Connection, entries_before: datetime, seen_before: datetime, limit: int) -> int:
    """Forget one batch, of each subject in turn; returns rows removed."""
    removed = outbox.prune(connection, entries_before, limit)
    removed += entries.prune(connection, entries_before, limit - removed)
    removed += stories.prune(connection, entries_before, limit - removed)
    removed += desk.prune_takings(connection, entries_before, limit - removed)
    return removed + seen.prune(connection, seen_before, limit - removed)
