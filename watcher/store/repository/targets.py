"""Statements about what is known of each target."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from watcher.core.model import TargetState
from watcher.store.codec import from_row, to_columns

if TYPE_CHECKING:
    import sqlite3

_COLUMNS = tuple(f.name for f in fields(TargetState))


def states(connection: sqlite3.Connection) -> dict[str, TargetState]:
    """All states by target id."""
    rows = connection.execute(f"SELECT {', '.join(_COLUMNS)} FROM target_states ORDER BY target_id")
    return {row["target_id"]: from_row(TargetState, row) for row in rows}


def save(connection: sqlite3.Connection, state: TargetState) -> None:
    """Insert or replace."""
    connection.execute(
        f"INSERT OR REPLACE INTO target_states ({', '.join(_COLUMNS)})"
        f" VALUES ({', '.join(':' + name for name in _COLUMNS)})",
        to_columns(state),
    )
