"""Statements about deliveries: queue, acknowledge, settle, expire, retry, drop. Claims are next door."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from watcher.core.model import Delivery, DeliveryKind, DeliveryState, EditContent, joined_edits
from watcher.store.codec import content_from_json, content_to_json, from_row, to_columns, to_stamp

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

    from watcher.core.model import Acknowledged, Content, Settled

HELD_AT = datetime(9999, 12, 31, tzinfo=UTC)  # the due time of a row that waits for a person

_COLUMNS = tuple(f.name for f in fields(Delivery) if f.name != "id")
_SELECT = f"SELECT id, {', '.join(_COLUMNS)} FROM deliveries"

# A row that exists stays as it is, but for an edit: that one lives on with the new content.
_QUEUE = f"""
INSERT INTO deliveries ({", ".join(_COLUMNS)})
VALUES ({", ".join(":" + name for name in _COLUMNS)})
ON CONFLICT (dedupe_key) DO UPDATE SET
    content = excluded.content,
    revision = revision + 1,
    due_at = CASE state WHEN 'pending' THEN min(due_at, excluded.due_at) ELSE excluded.due_at END,
    state = CASE state WHEN 'sending' THEN state ELSE 'pending' END
WHERE kind = 'edit'
"""


def queue(connection: sqlite3.Connection, delivery: Delivery) -> None:
    """Queue a delivery under its dedupe key."""
    row = to_columns(delivery, without=frozenset({"content"}))
    row["content"] = content_to_json(_with_earlier(connection, delivery))
    connection.execute(_QUEUE, row)


def _with_earlier(connection: sqlite3.Connection, delivery: Delivery) -> Content:
    """An edit's content joined with what its row holds already."""
    if isinstance(delivery.content, EditContent):
        row = connection.execute(
            "SELECT content FROM deliveries WHERE dedupe_key = ?", (delivery.dedupe_key,)
        ).fetchone()
        earlier = content_from_json(row["content"]) if row else None
        if isinstance(earlier, EditContent):
            return joined_edits(earlier, delivery.content)
    return delivery.content


def queue_all(connection: sqlite3.Connection, deliveries: Iterable[Delivery]) -> None:
    """Queue deliveries in this order."""
    for delivery in deliveries:
        queue(connection, delivery)


def acknowledge(connection: sqlite3.Connection, row: Acknowledged, now: datetime) -> None:
    """Mark as delivered; an edit that was queued again meanwhile is pending again."""
    connection.execute(
        "UPDATE deliveries SET receipt = coalesce(:receipt, receipt), sent_text = :sent_text,"
        " delivered_at = :now, reason = NULL,"
        " state = CASE WHEN kind = 'edit' AND revision > :revision THEN 'pending' ELSE 'delivered' END"
        " WHERE id = :id",
        {
            "id": row.delivery_id,
            "receipt": row.receipt,
            "sent_text": row.sent_text,
            "revision": row.revision,
            "now": to_stamp(now),
        },
    )


def settle(connection: sqlite3.Connection, row: Settled) -> None:
    """End an attempt that was not delivered."""
    due_at = row.due_at
    if due_at is None and row.state is DeliveryState.AMBIGUOUS:
        due_at = HELD_AT
    connection.execute(
        "UPDATE deliveries SET state = :state, reason = :reason, due_at = coalesce(:due_at, due_at),"
        " plain = max(plain, :plain), possible_repeat = max(possible_repeat, :state = 'ambiguous')"
        " WHERE id = :id",
        {
            "id": row.delivery_id,
            "state": row.state.value,
            "reason": row.reason,
            "due_at": None if due_at is None else to_stamp(due_at),
            "plain": int(row.plain),
        },
    )


def one(connection: sqlite3.Connection, delivery_id: int) -> Delivery | None:
    """One row by its id."""
    found = _deliveries(connection.execute(f"{_SELECT} WHERE id = ?", (delivery_id,)))
    return found[0] if found else None


def by_key(connection: sqlite3.Connection, dedupe_key: str) -> Delivery | None:
    """One row by its dedupe key."""
    found = _deliveries(connection.execute(f"{_SELECT} WHERE dedupe_key = ?", (dedupe_key,)))
    return found[0] if found else None


def rows(
    connection: sqlite3.Connection,
    *,
    states: Sequence[DeliveryState] | None = None,
    target_id: str | None = None,
    story_id: str | None = None,
    limit: int,
    newest: bool = False,
) -> list[Delivery]:
    """Rows of the outbox, oldest first (or newest first), by state, target and story."""
    where = ["1"]
    values: list[Any] = []
    if states is not None:
        where.append(f"state IN ({','.join('?' * len(states))})")
        values.extend(state.value for state in states)
    if target_id is not None:
        where.append("target_id = ?")
        values.append(target_id)
    if story_id is not None:
        where.append("story_id = ?")
        values.append(story_id)
    return _deliveries(
        connection.execute(
            f"{_SELECT} WHERE {' AND '.join(where)} ORDER BY id {'DESC' if newest else 'ASC'} LIMIT ?",
            (*values, limit),
        )
    )


def expire(connection: sqlite3.Connection, before: datetime, now: datetime) -> list[Delivery]:
    """Alerts that fell due before `before` expire, with the edits of their messages; returns the alerts as they were."""
    expired = _deliveries(
        connection.execute(
            f"{_SELECT} WHERE kind = 'alert' AND state = 'pending' AND possible_repeat = 0"
            " AND due_at < ? AND target_id NOT IN"
            " (SELECT target_id FROM target_states WHERE unreachable_since IS NOT NULL) ORDER BY id",
            (to_stamp(before),),
        )
    )
    reason = f"could not be delivered in time; given up at {now:%Y-%m-%d %H:%M} UTC"
    for delivery in expired:
        connection.execute(
            "UPDATE deliveries SET state = 'expired', reason = :reason WHERE id = :id"
            " OR (kind = 'edit' AND story_id = :story_id AND target_id = :target_id"
            "     AND state IN ('pending', 'ambiguous'))",
            {
                "id": delivery.id,
                "reason": reason,
                "story_id": delivery.story_id,
                "target_id": delivery.target_id,
            },
        )
    return expired


def requeue(connection: sqlite3.Connection, delivery_id: int, now: datetime) -> bool:
    """A dead, expired or held row is pending again, as if it had been queued now."""
    return (
        connection.execute(
            "UPDATE deliveries SET state = 'pending', due_at = :now WHERE id = :id"
            " AND (state IN ('dead', 'expired') OR (state = 'ambiguous' AND due_at >= :held))",
            {"id": delivery_id, "now": to_stamp(now), "held": to_stamp(HELD_AT)},
        ).rowcount
        == 1
    )


def doubt(connection: sqlite3.Connection) -> int:
    """Mark everything undelivered as a possible repeat; returns how many rows."""
    return connection.execute(
        "UPDATE deliveries SET possible_repeat = 1 WHERE state IN ('pending', 'sending', 'ambiguous')"
    ).rowcount


def drop(connection: sqlite3.Connection, delivery_id: int) -> bool:
    """A row that is neither delivered nor being sent is dead by the user's wish."""
    return (
        connection.execute(
            "UPDATE deliveries SET state = 'dead', reason = 'dropped by user' WHERE id = ?"
            " AND state NOT IN ('delivered', 'sending')",
            (delivery_id,),
        ).rowcount
        == 1
    )


def alerts_by_target(connection: sqlite3.Connection, since: datetime, until: datetime) -> dict[str, int]:
    """How many alert deliveries were queued in that time, by target."""
    found = connection.execute(
        "SELECT target_id, count(*) AS n FROM deliveries WHERE created_at BETWEEN ? AND ? AND kind = ?"
        " GROUP BY target_id",
        (to_stamp(since), to_stamp(until), DeliveryKind.ALERT.value),
    )
    return {row["target_id"]: row["n"] for row in found}


def states(connection: sqlite3.Connection) -> dict[DeliveryState, int]:
    """How many rows are in each state."""
    found = connection.execute("SELECT state, count(*) AS n FROM deliveries GROUP BY state")
    return {DeliveryState(row["state"]): row["n"] for row in found}


def prune(connection: sqlite3.Connection, before: datetime, limit: int) -> int:
    """Forget at most `limit` final rows from before, whose story is over and has nothing left to send."""
    return connection.execute(
        "DELETE FROM deliveries WHERE id IN (SELECT d.id FROM deliveries d"
        " LEFT JOIN stories s ON s.id = d.story_id"
        " WHERE d.created_at < ?1 AND coalesce(d.delivered_at, 0) < ?1"
        " AND d.state IN ('delivered', 'dead', 'expired')"
        " AND (s.id IS NULL OR s.closed_at IS NOT NULL OR s.last_entry_at < ?1)"
        " AND NOT EXISTS (SELECT 1 FROM deliveries o WHERE o.story_id = d.story_id"
        "   AND o.state IN ('pending', 'sending', 'ambiguous')) LIMIT ?2)",
        (to_stamp(before), limit),
    ).rowcount


def _deliveries(found: Iterable[sqlite3.Row]) -> list[Delivery]:
    return [_delivery(row) for row in found]


def _delivery(row: Any) -> Delivery:
    return from_row(
        Delivery,
        row,
        kind=DeliveryKind(row["kind"]),
        state=DeliveryState(row["state"]),
        content=content_from_json(row["content"]),
    )
