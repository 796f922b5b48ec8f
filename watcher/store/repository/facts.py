"""Statements about small facts of the watcher itself, by key."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3


def get(connection: sqlite3.Connection, key: str) -> str | None:
    """The fact's value; None when it was never set."""
    row = connection.execute("SELECT value FROM facts WHERE key = ?", (key,)).fetchone()
    return None if row is None else str(row["value"])


def starting_with(connection: sqlite3.Connection, prefix: str) -> dict[str, str]:
    """All facts whose key begins so, by key, in their order."""
    rows = connection.execute(
        "SELECT key, value FROM facts WHERE substr(key, 1, length(?1)) = ?1 ORDER BY key", (prefix,)
    )
    return {str(row["key"]): str(row["value"]) for row in rows}


def put(connection: sqlite3.Connection, key: str, value: str) -> None:
    """Keep a fact."""
    connection.execute("INSERT OR REPLACE INTO facts (key, value) VALUES (?, ?)", (key, value))
