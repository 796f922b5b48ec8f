"""From signs of life and outbox to a verdict: what `watcher health`, /healthz and the dead man's ping share."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from watcher.ops.health import Health, diagnose

if TYPE_CHECKING:
    from watcher.ops.heartbeat import Heartbeat


class Outbox(Protocol):
    """What the verdict needs to know of the outbox."""

    def next_due_delivery_at(self) -> datetime | None:
        """When the earliest waiting row of a reachable target falls due."""
        ...

    def last_attempt_at(self) -> datetime | None:
        """When a delivery was last attempted."""
        ...

    def sending_since(self) -> datetime | None:
        """When the longest running send was begun."""
        ...


def examine(*, holder: int, beat: Heartbeat, outbox: Outbox, now: datetime) -> Health:
    """Judge a watcher that holds its lock and has given a sign of life.

    Args:
        holder: pid of the process that holds the state's lock.
        beat: its last sign of life.
        outbox: its database.
        now: aware UTC.

    Raises:
        StoreError: the outbox cannot be read.
    """
    due_at = overdue_since(
        outbox.next_due_delivery_at(), outbox.last_attempt_at(), datetime.fromisoformat(beat.started_at)
    )
    sending_at = outbox.sending_since()
    return diagnose(
        holder=holder,
        beat=beat,
        unattempted_s=None if due_at is None else (now - due_at).total_seconds(),
        sending_s=None if sending_at is None else (now - sending_at).total_seconds(),
    )


def overdue_since(
    due_at: datetime | None, last_attempt_at: datetime | None, started_at: datetime | None
) -> datetime | None:
    """Since when a row waits without any attempt being made; a time to come when it is not due yet."""
    if due_at is None:
        return None
    return max(at for at in (due_at, last_attempt_at, started_at) if at is not None)
