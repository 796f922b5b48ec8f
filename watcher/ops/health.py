"""Is the running watcher well (T7)? Pure: facts in, verdict out.

Waiting for quiet hours, pacing, a rate limit or an absent Telegram is no fault: those rows are not due, their
target is paused, or attempts are being made. All feeds failing is the network's fault, not ours: degraded.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from watcher.ops.heartbeat import Heartbeat

TICK_LIMIT_S = 60.0  # the loop ticks every second, but waits up to 30 s for a locked database
CYCLE_LIMIT = 3  # polling intervals
CYCLE_FLOOR_S = 60.0  # with intervals of seconds (tests) one slow feed is no fault
DELIVERY_LIMIT_S = 300.0


class Condition(StrEnum):
    """How the watcher is."""

    WELL = "well"
    DEGRADED = "degraded"  # works, but something outside does not
    UNWELL = "unwell"


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """The verdict with its reasons, for people."""

    condition: Condition
    reasons: tuple[str, ...]


def diagnose(
    *,
    holder: int | None,
    beat: Heartbeat | None,
    unattempted_s: float | None,
    sending_s: float | None,
) -> Health:
    """Judge.

    Args:
        holder: pid of the process that holds the state's lock; None = nobody does.
        beat: the last sign of life; None = there is none.
        unattempted_s: how long the outbox has had a due row of a reachable, unpaused target without
            attempting anything; None = it has none.
        sending_s: how long the longest running send has been running; None = none is.
    """
    if holder is None:
        return Health(condition=Condition.UNWELL, reasons=("no watcher is running on this state directory",))
    if beat is None:
        return Health(condition=Condition.UNWELL, reasons=("the watcher has given no sign of life yet",))
    faults = []
    if holder and beat.pid != holder:
        faults.append(f"process {holder} has given no sign of life yet")
    ticked_s = beat.age_s + beat.ticked_age_s
    if ticked_s > TICK_LIMIT_S:
        faults.append(f"the loop has not ticked for {ticked_s:.0f} s")
    cycle_s, limit_s = beat.age_s + beat.cycle_age_s, max(CYCLE_LIMIT * beat.interval_s, CYCLE_FLOOR_S)
    if cycle_s > limit_s:
        faults.append(f"no poll cycle has ended for {cycle_s:.0f} s (limit {limit_s:.0f} s)")
    if unattempted_s is not None and unattempted_s > DELIVERY_LIMIT_S:
        faults.append(f"a due delivery has not been attempted for {unattempted_s:.0f} s")
    if sending_s is not None and sending_s > DELIVERY_LIMIT_S:
        faults.append(f"a delivery has been in sending for {sending_s:.0f} s")
    if faults:
        return Health(condition=Condition.UNWELL, reasons=(*faults, *beat.problems))
    troubles = list(beat.problems)
    if beat.feed_count and beat.failing_count == beat.feed_count:
        troubles.append(f"all {beat.feed_count} feeds are failing")
    if troubles:
        return Health(condition=Condition.DEGRADED, reasons=tuple(troubles))
    return Health(
        condition=Condition.WELL,
        reasons=(f"process {beat.pid}, {beat.feed_count} feeds, {beat.failing_count} failing",),
    )
