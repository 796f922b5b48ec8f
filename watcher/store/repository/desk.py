"""Statements about what people do in a chat: who took a story, the pages of an answer."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import TYPE_CHECKING

from watcher.core.model import KeptPages, Taking
from watcher.store.codec import from_row, to_columns, to_stamp

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence
    from datetime import datetime

_TAKING = tuple(f.name for f in fields(Taking))


def takings(connection: sqlite3.Connection, story_ids: Sequence[str]) -> list[Taking]:
    """Who has these stories, by story and target."""
    rows = connection.execute(
        f"SELECT {', '.join(_TAKING)} FROM takings WHERE story_id IN (SELECT value FROM json_each(?))"
        " ORDER BY story_id, target_id",
        (json.dumps(list(story_ids)),),
    )
    return [from_row(Taking, row) for row in rows]


def save_taking(connection: sqlite3.Connection, taking: Taking) -> None:
    """The latest word on a story and a target counts."""
    connection.execute(
        f"INSERT OR REPLACE INTO takings ({', '.join(_TAKING)})"
        f" VALUES ({', '.join(':' + name for name in _TAKING)})",
        to_columns(taking),
    )


def prune_takings(connection: sqlite3.Connection, before: datetime, limit: int) -> int:
    """Forget at most `limit` of them whose story is gone."""
    return connection.execute(
        "DELETE FROM takings WHERE (story_id, target_id) IN (SELECT t.story_id, t.target_id FROM takings t"
        " WHERE t.changed_at < ? AND NOT EXISTS (SELECT 1 FROM stories s WHERE s.id = t.story_id) LIMIT ?)",
        (to_stamp(before), limit),
    ).rowcount


def keep_pages(connection: sqlite3.Connection, pages: KeptPages, forget_before: datetime) -> None:
    """Keep an answer's pages, forget those of long ago."""
    connection.execute("DELETE FROM kept_pages WHERE kept_at < ?", (to_stamp(forget_before),))
    connection.execute(
        "INSERT OR REPLACE INTO kept_pages (chat_id, message_id, pages, kept_at)"
        " VALUES (:chat_id, :message_id, :pages, :kept_at)",
        to_columns(pages),
    )


def kept_pages(connection: sqlite3.Connection, chat_id: str, message_id: str) -> KeptPages | None:
    """The pages of one answer."""
    row = connection.execute(
        "SELECT chat_id, message_id, pages, kept_at FROM kept_pages WHERE chat_id = ? AND message_id = ?",
        (chat_id, message_id),
    ).fetchone()
    return None if row is None else from_row(KeptPages, row)
