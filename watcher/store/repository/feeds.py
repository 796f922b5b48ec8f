"""Statements about feeds: which are configured, what is remembered of each, which are due."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from watcher.core.model import FeedState
from watcher.store.codec import CLOCK_TOLERANCE, EPOCH, from_row, from_stamp, to_columns, to_stamp

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping
    from datetime import datetime

_COLUMNS = tuple(f.name for f in fields(FeedState))
_SELECT = f"SELECT {', '.join(_COLUMNS)} FROM feeds"

# A poll of an address that was replaced while it was under way must not bring back the old validators.
_SAVE = f"""
INSERT INTO feeds ({", ".join(_COLUMNS)}) VALUES ({", ".join(":" + name for name in _COLUMNS)})
ON CONFLICT (feed_id) DO UPDATE SET {", ".join(f"{c} = excluded.{c}" for c in _COLUMNS if c != "feed_id")}
WHERE feeds.url IN ('', excluded.url)
"""


def sync(connection: sqlite3.Connection, feeds: Mapping[str, str]) -> None:
    """Configure exactly these feeds (id -> URL); a start with the list of before writes nothing.

    A feed that was taken out and put back is asked again although it was gone: that is what it was done for.
    """
    known = {row["feed_id"]: row for row in connection.execute("SELECT feed_id, url, configured FROM feeds")}
    for feed_id, row in known.items():
        if row["configured"] and feed_id not in feeds:
            connection.execute("UPDATE feeds SET configured = 0 WHERE feed_id = ?", (feed_id,))
    for feed_id, url in feeds.items():
        row = known.get(feed_id)
        if row is None:
            connection.execute(
                "INSERT INTO feeds (feed_id, url, configured) VALUES (?, ?, 1)", (feed_id, url)
            )
            continue
        if row["url"] != url:
            _forget_address(connection, feed_id, url)
        if not row["configured"]:
            connection.execute(
                "UPDATE feeds SET configured = 1, gone = 0, gone_count = 0, gone_since = NULL WHERE feed_id = ?",
                (feed_id,),
            )


def _forget_address(connection: sqlite3.Connection, feed_id: str, url: str) -> None:
    connection.execute(
        "UPDATE feeds SET url = ?, etag = NULL, last_modified = NULL, body_hash = NULL, next_poll_at = NULL,"
        " next_poll_reason = '', last_status = NULL, failure_count = 0, failing_since = NULL,"
        " last_error = NULL, failure_told = 0, redirect_url = NULL, redirect_count = 0,"
        " redirect_since = NULL, moved_to = NULL, gone_count = 0, gone_since = NULL, gone = 0"
        " WHERE feed_id = ?",
        (url, feed_id),
    )


def save(connection: sqlite3.Connection, state: FeedState) -> int:
    """Keep a feed's state; returns the number that stands for it among the seen keys."""
    connection.execute(_SAVE, to_columns(state))
    row = connection.execute("SELECT number FROM feeds WHERE feed_id = ?", (state.feed_id,)).fetchone()
    return int(row["number"])


def mark_read(connection: sqlite3.Connection, number: int, hour: int) -> None:
    """Note that the feed's whole document was read at this hour."""
    connection.execute("UPDATE feeds SET read_hour = max(read_hour, ?) WHERE number = ?", (hour, number))


def number(connection: sqlite3.Connection, feed_id: str) -> int | None:
    """The number that stands for a feed; None when it is unknown."""
    row = connection.execute("SELECT number FROM feeds WHERE feed_id = ?", (feed_id,)).fetchone()
    return None if row is None else int(row["number"])


def due(connection: sqlite3.Connection, now: datetime, limit: int) -> list[FeedState]:
    """Configured feeds due by now, never-polled first, then longest due.

    A poll in the future shows that the clock was set back since: its due time means nothing.
    """
    rows = connection.execute(
        f"{_SELECT} WHERE number IN ("
        " SELECT * FROM (SELECT number FROM feeds WHERE configured = 1 AND gone = 0 AND next_poll_at IS NULL"
        " ORDER BY number LIMIT :limit)"
        " UNION ALL SELECT * FROM (SELECT number FROM feeds WHERE configured = 1 AND gone = 0"
        " AND next_poll_at <= :now ORDER BY next_poll_at LIMIT :limit)"
        " UNION ALL SELECT * FROM (SELECT number FROM feeds WHERE configured = 1 AND gone = 0"
        " AND last_poll_at > :ahead ORDER BY last_poll_at LIMIT :limit))"
        " ORDER BY next_poll_at, number LIMIT :limit",
        {"now": to_stamp(now), "ahead": to_stamp(now + CLOCK_TOLERANCE), "limit": limit},
    )
    return [from_row(FeedState, row) for row in rows]


def next_due_at(connection: sqlite3.Connection) -> datetime | None:
    """When the next feed falls due: the epoch for one that is due at once, None when none will."""
    row = connection.execute(
        "SELECT next_poll_at FROM feeds WHERE configured = 1 AND gone = 0 ORDER BY next_poll_at LIMIT 1"
    ).fetchone()
    if row is None:
        return None
    return EPOCH if row["next_poll_at"] is None else from_stamp(row["next_poll_at"])


def states(connection: sqlite3.Connection) -> list[FeedState]:
    """States of all configured feeds, by id."""
    rows = connection.execute(f"{_SELECT} WHERE configured = 1 ORDER BY feed_id")
    return [from_row(FeedState, row) for row in rows]
