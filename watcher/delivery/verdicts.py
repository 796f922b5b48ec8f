"""What follows from each way a send can fail (D3–D11). Pure: returns what to change, changes nothing.

The row of a target that must wait keeps its due time and so stays the head of its line: the target is
paused instead, and order within a chat is kept.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from watcher.core.model import DeliveryKind, DeliveryState
from watcher.delivery.lanes import transient_wait_s
from watcher.errors import SendFault

if TYPE_CHECKING:
    from datetime import datetime

    from watcher.core.model import Delivery, DeliveryPolicy, TargetState
    from watcher.errors import SendError

SLOW_DOWN_DEFAULT_S = 5.0  # a 429 that names no time
SLOW_DOWN_MARGIN_S = 0.5
UNREACHABLE_RETRY = timedelta(days=1)
TRANSIENT = (SendFault.UNSENT, SendFault.AWAY, SendFault.AMBIGUOUS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a failed attempt changes.

    Args:
        row: the row's state from now on.
        reason: for people.
        target: the target's state from now on.
        held: an ambiguous row waits for a person.
        plain: next time as plain text.
        away: the service did not speak: probe it.
        slow_all_until: when the whole bot was told to slow down, how long this target waits.
        newly_unreachable: tell the others.
        bury_before: rows queued before then are dead with this one.
        without_thread: send to the chat itself from now on.
        token_refused: the end.
    """

    row: DeliveryState
    reason: str
    target: TargetState
    held: bool = False
    plain: bool = False
    away: bool = False
    slow_all_until: datetime | None = None
    newly_unreachable: bool = False
    bury_before: datetime | None = None
    without_thread: bool = False
    token_refused: bool = False


def judge(
    error: SendError,
    delivery: Delivery,
    target: TargetState,
    policy: DeliveryPolicy,
    *,
    now: datetime,
    jitter: float,
) -> Verdict:
    """Say what follows from a failed attempt.

    Args:
        error: what the sink said.
        delivery: the row as it was claimed.
        target: what was known of its target.
        now: wall time.
        jitter: 0–1.
    """
    reason = str(error)
    again = Verdict(row=DeliveryState.PENDING, reason=reason, target=target)
    match error.fault:
        case SendFault.UNSENT | SendFault.AWAY | SendFault.AMBIGUOUS:
            return _transient(error.fault, again, delivery, policy, now, jitter)
        case SendFault.RATE_LIMITED:
            until = now + timedelta(seconds=slow_down_s(error))
            return replace(again, target=replace(target, paused_until=until), slow_all_until=until)
        case SendFault.UNREACHABLE:
            return _unreachable(again, policy, now)
        case SendFault.MIGRATED if error.new_chat_id:
            return replace(again, target=replace(target, migrated_to=error.new_chat_id))
        case SendFault.MALFORMED if not delivery.plain:
            return replace(again, plain=True)
        case SendFault.THREAD_GONE:
            return replace(again, without_thread=True)
        case SendFault.TOKEN_REFUSED:
            return replace(again, token_refused=True)
    return replace(again, row=DeliveryState.DEAD)


def slow_down_s(error: SendError) -> float:
    """How long a chat that was told to slow down waits (D6)."""
    return (error.retry_after_s or SLOW_DOWN_DEFAULT_S) + SLOW_DOWN_MARGIN_S


def _transient(
    fault: SendFault,
    again: Verdict,
    delivery: Delivery,
    policy: DeliveryPolicy,
    now: datetime,
    jitter: float,
) -> Verdict:
    target = again.target
    failures = target.failure_count + 1
    wait = timedelta(seconds=transient_wait_s(failures, jitter))
    paused = replace(target, failure_count=failures, paused_until=now + wait)
    verdict = replace(again, target=paused, away=True)
    # An edit may be repeated without harm, so only new messages can be doubled.
    if fault is not SendFault.AMBIGUOUS or delivery.kind is DeliveryKind.EDIT:
        return verdict
    return replace(verdict, row=DeliveryState.AMBIGUOUS, held=policy.on_ambiguous == "hold")


def _unreachable(again: Verdict, policy: DeliveryPolicy, now: datetime) -> Verdict:
    target = again.target
    first = target.unreachable_since is None
    lost = replace(
        target,
        unreachable_since=target.unreachable_since or now,
        unreachable_reason=again.reason,
        paused_until=now + UNREACHABLE_RETRY,
    )
    return replace(
        again,
        target=lost,
        newly_unreachable=first,
        bury_before=None if first else now - timedelta(days=policy.unreachable_days),
    )
