"""Statements about who may send what now: claim due rows, recover interrupted ones, find the next due time."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

from watcher.store.codec import CLOCK_TOLERANCE, from_stamp, to_stamp
from watcher.store.repository.outbox import HELD_AT, one

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence
    from datetime import datetime

    from watcher.core.model import Delivery

LONGEST_PAUSE = timedelta(hours=25)  # unreachable targets are tried daily; rate limits ask for less

# The targets of waiting rows, by hopping along the index instead of reading every row.
_WAITING_TARGETS = """
WITH RECURSIVE waiting (target_id) AS (
    SELECT min(target_id) FROM deliveries INDEXED BY deliveries_waiting WHERE state IN ('pending', 'ambiguous')
    UNION ALL
    SELECT (SELECT min(d.target_id) FROM deliveries d INDEXED BY deliveries_waiting
            WHERE d.state IN ('pending', 'ambiguous') AND d.target_id > waiting.target_id)
    FROM waiting WHERE waiting.target_id IS NOT NULL
),
open_targets (target_id, free_at) AS (
    SELECT w.target_id, CASE WHEN t.unreachable_since IS NULL THEN coalesce(t.paused_until, 0) ELSE 0 END
    FROM waiting w LEFT JOIN target_states t ON t.target_id = w.target_id
    WHERE w.target_id IS NOT NULL
    AND (t.unreachable_since IS NULL OR w.target_id IN (SELECT value FROM json_each(:probed)))
)
"""

_CLAIMABLE = f"""{_WAITING_TARGETS}
SELECT d.id FROM open_targets o JOIN deliveries d ON d.id = (
    SELECT f.id FROM deliveries f
    WHERE f.target_id = o.target_id AND f.state IN ('pending', 'ambiguous') AND f.due_at <= :now
    ORDER BY f.due_at, f.id LIMIT 1)
WHERE o.free_at <= :now AND o.target_id NOT IN (SELECT value FROM json_each(:busy))
ORDER BY d.due_at, d.id LIMIT :limit
"""

_NEXT_DUE = f"""{_WAITING_TARGETS}
SELECT min(max(o.free_at, (
    SELECT min(f.due_at) FROM deliveries f
    WHERE f.target_id = o.target_id AND f.state IN ('pending', 'ambiguous') AND f.due_at < :held))) AS due_at
FROM open_targets o
"""


def recover(connection: sqlite3.Connection, now: datetime) -> int:
    """Rows found in sending become ambiguous; they keep their place in line. Returns how many."""
    return connection.execute(
        "UPDATE deliveries SET state = 'ambiguous', possible_repeat = 1, due_at = min(due_at, ?),"
        " reason = 'interrupted while it was being sent' WHERE state = 'sending'",
        (to_stamp(now),),
    ).rowcount


def forget_future(connection: sqlite3.Connection, now: datetime) -> None:
    """Undo what a clock did that was ahead and has been set back: nothing may wait for its times to come.

    A waiting row that was queued or attempted in the future is due now; a pause longer than any service asks
    for is over.
    """
    stamp, ahead = to_stamp(now), to_stamp(now + CLOCK_TOLERANCE)
    connection.execute(
        "UPDATE deliveries SET due_at = min(due_at, :now), created_at = min(created_at, :now),"
        " started_at = min(started_at, :now) WHERE (created_at > :ahead OR started_at > :ahead)"
        " AND +state IN ('pending', 'ambiguous') AND due_at < :held",  # +: by the times' indexes, not the state's
        {"now": stamp, "ahead": ahead, "held": to_stamp(HELD_AT)},
    )
    connection.execute(
        "UPDATE target_states SET paused_until = ? WHERE paused_until > ?",
        (stamp, to_stamp(now + LONGEST_PAUSE)),
    )


def claim(
    connection: sqlite3.Connection,
    now: datetime,
    *,
    busy_targets: Sequence[str],
    probe_targets: Sequence[str],
    limit: int,
) -> list[Delivery]:
    """Mark the oldest due row of each free target as sending; probed ones although unreachable."""
    forget_future(connection, now)
    stamp = to_stamp(now)
    ids = [
        row["id"]
        for row in connection.execute(
            _CLAIMABLE,
            {
                "now": stamp,
                "busy": json.dumps(list(busy_targets)),
                "probed": json.dumps(list(probe_targets)),
                "limit": limit,
            },
        ).fetchall()
    ]
    connection.executemany(
        "UPDATE deliveries SET state = 'sending', attempt_count = attempt_count + 1, started_at = ?"
        " WHERE id = ?",
        [(stamp, delivery_id) for delivery_id in ids],
    )
    claimed = (one(connection, delivery_id) for delivery_id in ids)
    return [delivery for delivery in claimed if delivery is not None]


def next_due_at(connection: sqlite3.Connection) -> datetime | None:
    """When the earliest waiting row of a reachable target falls due."""
    row = connection.execute(_NEXT_DUE, {"held": to_stamp(HELD_AT), "probed": "[]"}).fetchone()
    return None if row["due_at"] is None else from_stamp(row["due_at"])


def waiting_since(connection: sqlite3.Connection) -> datetime | None:
    """The due time of the oldest row on its way, whatever it waits for; None when there is none."""
    row = connection.execute(
        "SELECT min(due_at) AS at FROM deliveries"
        " WHERE state IN ('pending', 'ambiguous', 'sending') AND due_at < ?",
        (to_stamp(HELD_AT),),
    ).fetchone()
    return None if row["at"] is None else from_stamp(row["at"])


def last_attempt_at(connection: sqlite3.Connection) -> datetime | None:
    """When an attempt was last begun, of whatever row."""
    row = connection.execute("SELECT max(started_at) AS at FROM deliveries").fetchone()
    return None if row["at"] is None else from_stamp(row["at"])


def sending_since(connection: sqlite3.Connection) -> datetime | None:
    """When the longest running send was begun; None when nothing is being sent."""
    row = connection.execute(
        "SELECT min(started_at) AS at FROM deliveries WHERE state = 'sending'"
    ).fetchone()
    return None if row["at"] is None else from_stamp(row["at"])
