"""Statements about seen keys: 8-byte identities a feed has shown, some 20 bytes a row.

The time is kept to the hour: a key that is shown at every poll is written once an hour.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.store.codec import from_stamp, to_stamp
from watcher.store.repository import feeds

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

_HOUR_MICROSECONDS = 3600 * 1_000_000
_STILL_UP_HOURS = 24  # a key shown so shortly before its feed's newest showing may still be up
_QUERY_KEYS = 500  # keys a query: far below SQLite's oldest limit of 999 variables


def hour_of(at: datetime) -> int:
    """The hour since 1970 a time falls into."""
    return to_stamp(at) // _HOUR_MICROSECONDS


def _number(key: bytes) -> int:
    if len(key) != 8:
        raise ValueError(f"an identity key has 8 bytes, not {len(key)}")
    return int.from_bytes(key, "big", signed=True)


def shown_by(connection: sqlite3.Connection, feed_id: str, keys: Sequence[bytes]) -> dict[bytes, datetime]:
    """Which keys the feed has shown -> the beginning of the hour in which it last did."""
    feed = feeds.number(connection, feed_id)
    wanted = {_number(key): key for key in keys}
    numbers = list(wanted)
    found: dict[bytes, datetime] = {}
    for start in range(0, len(numbers), _QUERY_KEYS):
        part = numbers[start : start + _QUERY_KEYS]
        rows = connection.execute(
            f"SELECT key, hour FROM seen WHERE feed = ? AND key IN ({','.join('?' * len(part))})",
            (feed, *part),
        )
        found.update((wanted[row["key"]], from_stamp(row["hour"] * _HOUR_MICROSECONDS)) for row in rows)
    return found


def mark(connection: sqlite3.Connection, feed: int, keys: Mapping[bytes, int], hour: int) -> None:
    """Insert keys (-> kind) that are new and set the hour of the others, back too when the clock was set back."""
    rows: Iterable[tuple[int, int, int, int]] = (
        (feed, _number(key), kind, hour) for key, kind in keys.items()
    )
    connection.executemany(
        "INSERT INTO seen (feed, key, kind, hour) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (feed, key) DO UPDATE SET hour = excluded.hour WHERE excluded.hour <> seen.hour",
        rows,
    )


def prune(connection: sqlite3.Connection, before: datetime, limit: int) -> int:
    """Forget at most `limit` keys not shown since.

    A key that its feed's last whole document showed stays however long ago that was read: the feed may have
    answered "not modified" ever since, or with what changed only (226). Feeds that were gone through are not looked at again within the
    hour, so a call with nothing to do costs nothing.
    """
    bound = hour_of(before)
    removed = 0
    rows = connection.execute(
        "SELECT number, min(read_hour - ?2, ?1) AS bound FROM feeds WHERE pruned_hour < ?1 ORDER BY number",
        (bound, _STILL_UP_HOURS),
    ).fetchall()
    for row in rows:
        count = connection.execute(
            "DELETE FROM seen WHERE (feed, key) IN"
            " (SELECT feed, key FROM seen WHERE feed = ? AND hour < ? LIMIT ?)",
            (row["number"], row["bound"], limit - removed),
        ).rowcount
        removed += count
        if removed >= limit:
            break
        connection.execute("UPDATE feeds SET pruned_hour = ? WHERE number = ?", (bound, row["number"]))
    return removed


def count(connection: sqlite3.Connection) -> int:
    """How many keys are kept."""
    return int(connection.execute("SELECT count(*) AS n FROM seen").fetchone()["n"])
