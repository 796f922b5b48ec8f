"""Statements about stories and the alerts that tell of them."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

from watcher.core.model import Alert, AlertKind, Story, StoryChange
from watcher.store.codec import from_row, to_column, to_columns, to_stamp
from watcher.store.repository import entries

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable
    from datetime import datetime

_SELECT = (
    "SELECT id, headline, opened_at, last_entry_at, topics, told_targets, follows_story_id, closed_at,"
    " retitled_count, retitled_since"
    " FROM stories"
)


def merge(connection: sqlite3.Connection, change: StoryChange) -> None:
    """Open a story or add to it; topics and targets once noted are never taken away."""
    row = connection.execute(
        "SELECT topics, told_targets FROM stories WHERE id = ?", (change.story_id,)
    ).fetchone()
    known_topics, known_targets = (
        ([], []) if row is None else (json.loads(row["topics"]), json.loads(row["told_targets"]))
    )
    connection.execute(
        "INSERT INTO stories (id, headline, opened_at, last_entry_at, topics, told_targets, follows_story_id,"
        " retitled_count, retitled_since)"
        " VALUES (:id, :headline, :opened_at, :last_entry_at, :topics, :told_targets, :follows_story_id,"
        " :retitled_count, :retitled_since)"
        " ON CONFLICT (id) DO UPDATE SET last_entry_at = max(last_entry_at, excluded.last_entry_at),"
        " topics = excluded.topics, told_targets = excluded.told_targets, headline = excluded.headline,"
        " retitled_count = excluded.retitled_count, retitled_since = excluded.retitled_since",
        {
            "id": change.story_id,
            "headline": change.headline,
            "opened_at": to_stamp(change.opened_at),
            "last_entry_at": to_stamp(change.last_entry_at),
            "topics": to_column(tuple(dict.fromkeys((*known_topics, *change.topics)))),
            "told_targets": to_column(tuple(dict.fromkeys((*known_targets, *change.told_targets)))),
            "follows_story_id": change.follows_story_id,
            "retitled_count": change.retitled_count,
            "retitled_since": to_column(change.retitled_since),
        },
    )
    entries.join_story(connection, change.story_id, change.entry_ids)


def one(connection: sqlite3.Connection, story_id: str) -> Story | None:
    """One story with its entries."""
    found = _stories(connection, connection.execute(f"{_SELECT} WHERE id = ?", (story_id,)))
    return found[0] if found else None


def since(connection: sqlite3.Connection, at: datetime, *, only_open: bool) -> list[Story]:
    """Stories with an entry since then, with all their entries, oldest first."""
    rows = connection.execute(
        f"{_SELECT} WHERE last_entry_at >= ? AND (closed_at IS NULL OR NOT ?) ORDER BY opened_at, id",
        (to_stamp(at), only_open),
    )
    return _stories(connection, rows)


def add_alert(connection: sqlite3.Connection, alert: Alert) -> None:
    """Keep an alert; one that is known stays as it is."""
    connection.execute(
        "INSERT INTO alerts (id, story_id, entry_id, kind, topics, score, created_at)"
        " VALUES (:id, :story_id, :entry_id, :kind, :topics, :score, :created_at)"
        " ON CONFLICT (id) DO NOTHING",
        to_columns(alert),
    )


def alerts_of(connection: sqlite3.Connection, story_id: str) -> list[Alert]:
    """The alerts that told of a story, oldest first."""
    rows = connection.execute(
        "SELECT id, story_id, entry_id, kind, topics, score, created_at FROM alerts WHERE story_id = ?"
        " ORDER BY created_at, id",
        (story_id,),
    )
    return [from_row(Alert, row, kind=AlertKind(row["kind"])) for row in rows]


def alerts_by_topic(connection: sqlite3.Connection, since: datetime, until: datetime) -> dict[str, int]:
    """How many stories were alerted in that time, by each topic the alerts name."""
    rows = connection.execute(
        "SELECT story_id, topics FROM alerts WHERE created_at BETWEEN ? AND ?",
        (to_stamp(since), to_stamp(until)),
    )
    told = {(topic, row["story_id"]) for row in rows for topic in json.loads(row["topics"])}
    return dict(Counter(topic for topic, _ in told))


def prune(connection: sqlite3.Connection, before: datetime, limit: int) -> int:
    """Forget at most `limit` stories that are over and whose entries and deliveries are gone."""
    return connection.execute(
        "DELETE FROM stories WHERE id IN (SELECT s.id FROM stories s WHERE s.last_entry_at < ?"
        " AND NOT EXISTS (SELECT 1 FROM entries e WHERE e.story_id = s.id)"
        " AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.story_id = s.id) LIMIT ?)",
        (to_stamp(before), limit),
    ).rowcount


def _stories(connection: sqlite3.Connection, rows: Iterable[sqlite3.Row]) -> list[Story]:
    return [from_row(Story, row, entries=entries.of_story(connection, row["id"])) for row in list(rows)]
