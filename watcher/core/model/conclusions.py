"""Records of what one delivery attempt, or a look at what is too old, changes in the outbox."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from watcher.core.model.alerts import Delivery, DeliveryState, TargetState


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledged:
    """A row is delivered; an edit whose revision rose meanwhile is pending again."""

    delivery_id: int
    sent_text: str
    revision: int  # as it was claimed
    receipt: str | None = None  # None leaves what the row has


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """A row was not delivered: PENDING or AMBIGUOUS (to be tried at due_at), DEAD or EXPIRED."""

    delivery_id: int
    state: DeliveryState
    reason: str
    due_at: datetime | None = None
    """None leaves the due time; an AMBIGUOUS row without one is held: never claimed or due until a user's requeue."""
    plain: bool = False  # send as plain text next time


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclusion:
    """Everything one attempt changes, committed in one transaction as a poll's plan is."""

    now: datetime
    acknowledged: tuple[Acknowledged, ...] = ()
    settled: tuple[Settled, ...] = ()
    targets: tuple[TargetState, ...] = ()
    queued: tuple[Delivery, ...] = ()  # notices that follow from it
