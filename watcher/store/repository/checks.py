"""Statements that look for damage: SQLite's own checks and the invariants our rows must keep."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3

# what is wrong -> rows that show it; each must come out empty
_INVARIANTS = {
    "story without an entry": (
        "SELECT id FROM stories s WHERE NOT EXISTS (SELECT 1 FROM entries e WHERE e.story_id = s.id)"
        " AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.story_id = s.id)"
    ),
    "entry that joined a story which does not exist": (
        "SELECT id FROM entries e WHERE e.story_position IS NOT NULL"
        " AND NOT EXISTS (SELECT 1 FROM stories s WHERE s.id = e.story_id)"
    ),
    "new story that was never opened": (
        "SELECT id FROM entries e WHERE e.fate = 'new story' AND e.story_id IS NULL"
    ),
    "alert without a delivery, an edit or a digest": (
        "SELECT id FROM alerts a WHERE NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.story_id = a.story_id"
        " OR (d.kind = 'digest' AND instr(d.content, a.story_id) > 0))"
    ),
    "delivered alert without its text": (
        "SELECT dedupe_key FROM deliveries WHERE state = 'delivered' AND sent_text IS NULL"
    ),
    "ambiguous delivery that is not marked as a possible repeat": (
        "SELECT dedupe_key FROM deliveries WHERE state = 'ambiguous' AND possible_repeat = 0"
    ),
    "dead or expired delivery without a reason": (
        "SELECT dedupe_key FROM deliveries WHERE state IN ('dead', 'expired') AND coalesce(reason, '') = ''"
    ),
}


def problems(connection: sqlite3.Connection) -> list[str]:
    """Everything found, in words; [] when the file is sound. Reads the whole file."""
    found = [
        f"the file is damaged: {row[0]}"
        for row in connection.execute("PRAGMA integrity_check(10)")
        if row[0] != "ok"
    ]
    found += [
        f"table {row[0]}: a row refers to a row of {row[2]} that does not exist"
        for row in connection.execute("PRAGMA foreign_key_check")
    ]
    for what, statement in _INVARIANTS.items():
        rows = [str(row[0]) for row in connection.execute(f"{statement} LIMIT 100")]
        if rows:
            shown = ", ".join(rows[:3]) + (" …" if len(rows) > 3 else "")
            found.append(f"{len(rows)} x {what}: {shown}")
    return found
