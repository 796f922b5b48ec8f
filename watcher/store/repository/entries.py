"""Statements about judged entries and their matches."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from watcher.core.model import Entry, Fate, JudgedEntry, Match
from watcher.store.codec import evidence_from_json, evidence_to_json, from_row, to_columns, to_stamp

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence
    from datetime import datetime

_ENTRY = ", ".join(f"e.{f.name}" for f in fields(Entry))
_SELECT = f"SELECT {_ENTRY}, e.fate, e.reason, e.story_id FROM entries e"

_INSERT = f"""
INSERT INTO entries ({", ".join(f.name for f in fields(Entry))}, fate, reason, story_id)
VALUES ({", ".join(":" + f.name for f in fields(Entry))}, :fate, :reason, :story_id)
ON CONFLICT (id) DO NOTHING
"""


def insert(connection: sqlite3.Connection, judged: JudgedEntry) -> None:
    """Keep an entry with all that was decided about it; one that is known stays as it is."""
    row = to_columns(judged.entry)
    row.update(fate=judged.fate.value, reason=judged.reason, story_id=judged.story_id)
    if connection.execute(_INSERT, row).rowcount == 0:
        return
    connection.executemany(
        "INSERT INTO matches (entry_id, profile_id, profile_version, score, threshold, evidence, near)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (
                judged.entry.id,
                match.profile_id,
                match.profile_version,
                match.score,
                match.threshold,
                evidence_to_json(match.evidence),
                evidence_to_json(match.near),
            )
            for match in judged.matches
            if match.score > 0
        ],
    )


def retitle(connection: sqlite3.Connection, entry: Entry) -> None:
    """Keep the headline a known entry bears now."""
    connection.execute("UPDATE entries SET title = ? WHERE id = ?", (entry.title, entry.id))


def join_story(connection: sqlite3.Connection, story_id: str, entry_ids: Iterable[str]) -> None:
    """Put entries at the end of a story, in this order; those in a story stay where they are."""
    connection.executemany(
        "UPDATE entries SET story_id = ?1, story_position ="
        " (SELECT coalesce(max(story_position) + 1, 0) FROM entries WHERE story_id = ?1)"
        " WHERE id = ?2 AND story_position IS NULL",
        [(story_id, entry_id) for entry_id in entry_ids],
    )


def of_story(connection: sqlite3.Connection, story_id: str) -> tuple[Entry, ...]:
    """The entries that joined a story, in order."""
    rows = connection.execute(
        f"SELECT {_ENTRY} FROM entries e WHERE e.story_id = ? AND e.story_position IS NOT NULL"
        " ORDER BY e.story_position",
        (story_id,),
    )
    return tuple(from_row(Entry, row) for row in rows)


def one(connection: sqlite3.Connection, entry_id: str) -> JudgedEntry | None:
    """One judged entry."""
    found = _judged(connection, connection.execute(f"{_SELECT} WHERE e.id = ?", (entry_id,)))
    return found[0] if found else None


def find(connection: sqlite3.Connection, text: str, limit: int) -> list[JudgedEntry]:
    """Entries a person may mean: by id or its beginning, URL, story, or words of the title; newest first."""
    pattern = text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    rows = connection.execute(
        f"{_SELECT} WHERE e.id LIKE ?1 || '%' ESCAPE '\\' OR e.url = ?2 OR e.canonical_url = ?2"
        " OR e.story_id = ?2 OR e.title LIKE '%' || ?1 || '%' ESCAPE '\\' ORDER BY e.seq DESC LIMIT ?3",
        (pattern, text, limit),
    )
    return _judged(connection, rows)


def since(connection: sqlite3.Connection, at: datetime, *, newest: int | None = None) -> list[JudgedEntry]:
    """Entries first seen since then, or the newest so many of them, in the order of commit."""
    rows = connection.execute(
        f"{_SELECT} WHERE e.first_seen_at >= ? ORDER BY e.seq DESC LIMIT ?",
        (to_stamp(at), -1 if newest is None else newest),
    )
    return _judged(connection, rows)[::-1]


def recent(
    connection: sqlite3.Connection,
    *,
    at: datetime,
    limit: int,
    feed_id: str | None = None,
    profile_id: str | None = None,
    fates: Sequence[Fate] | None = None,
) -> list[JudgedEntry]:
    """Entries first seen since then, newest first; by feed, by a profile with a score above 0, by fate."""
    where = ["e.first_seen_at >= ?"]
    values: list[Any] = [to_stamp(at)]
    if feed_id is not None:
        where.append("e.feed_id = ?")
        values.append(feed_id)
    if profile_id is not None:
        where.append("EXISTS (SELECT 1 FROM matches m WHERE m.entry_id = e.id AND m.profile_id = ?)")
        values.append(profile_id)
    if fates is not None:
        where.append(f"e.fate IN ({','.join('?' * len(fates))})")
        values.extend(fate.value for fate in fates)
    rows = connection.execute(
        f"{_SELECT} WHERE {' AND '.join(where)} ORDER BY e.seq DESC LIMIT ?", (*values, limit)
    )
    return _judged(connection, rows)


def fates(connection: sqlite3.Connection, at: datetime) -> dict[Fate, int]:
    """How many entries first seen since then met each fate."""
    rows = connection.execute(
        "SELECT fate, count(*) AS n FROM entries WHERE first_seen_at >= ? GROUP BY fate", (to_stamp(at),)
    )
    return {Fate(row["fate"]): row["n"] for row in rows}


def prune(connection: sqlite3.Connection, before: datetime, limit: int) -> int:
    """Forget at most `limit` entries seen before, whose story is over and has nothing left to deliver."""
    return connection.execute(
        "DELETE FROM entries WHERE seq IN (SELECT e.seq FROM entries e"
        " LEFT JOIN stories s ON s.id = e.story_id WHERE e.first_seen_at < ?1"
        " AND (s.id IS NULL OR s.closed_at IS NOT NULL OR s.last_entry_at < ?1)"
        " AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.story_id = e.story_id"
        "   AND d.state IN ('pending', 'sending', 'ambiguous')) LIMIT ?2)",
        (to_stamp(before), limit),
    ).rowcount


def _judged(connection: sqlite3.Connection, rows: Iterable[sqlite3.Row]) -> list[JudgedEntry]:
    return [
        JudgedEntry(
            entry=from_row(Entry, row),
            fate=Fate(row["fate"]),
            reason=row["reason"],
            matches=_matches(connection, row["id"]),
            story_id=row["story_id"],
        )
        for row in list(rows)
    ]


def _matches(connection: sqlite3.Connection, entry_id: str) -> tuple[Match, ...]:
    rows = connection.execute(
        "SELECT entry_id, profile_id, profile_version, score, threshold, evidence, near FROM matches"
        " WHERE entry_id = ? ORDER BY score DESC, profile_id",
        (entry_id,),
    )
    return tuple(
        from_row(
            Match, row, evidence=evidence_from_json(row["evidence"]), near=evidence_from_json(row["near"])
        )
        for row in rows
    )
