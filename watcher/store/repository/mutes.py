"""Statements about mutes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.core.model import Mute
from watcher.store.codec import from_row, to_columns, to_stamp

if TYPE_CHECKING:
    import sqlite3
    from datetime import datetime


def in_force(connection: sqlite3.Connection, now: datetime) -> list[Mute]:
    """Mutes that have not run out."""
    rows = connection.execute(
        "SELECT kind, value, until, created_at, by FROM mutes WHERE until IS NULL OR until > ?"
        " ORDER BY kind, value",
        (to_stamp(now),),
    )
    return [from_row(Mute, row) for row in rows]


def save(connection: sqlite3.Connection, mute: Mute) -> None:
    """Add a mute; the latest word on the same kind and value counts."""
    connection.execute(
        "INSERT OR REPLACE INTO mutes (kind, value, until, created_at, by)"
        " VALUES (:kind, :value, :until, :created_at, :by)",
        to_columns(mute),
    )


def remove(connection: sqlite3.Connection, kind: str, value: str) -> bool:
    """End a mute; False when there was none."""
    return connection.execute("DELETE FROM mutes WHERE kind = ? AND value = ?", (kind, value)).rowcount == 1
