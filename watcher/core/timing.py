"""When next: polls and attempts. Pure; `jitter` (0–1) is passed in."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from watcher.core.model import FeedConfig, FeedState

LONGEST_BACKOFF_S = 86400.0
LONGEST_RETRY_AFTER_S = 7 * 86400.0
RHYTHM_RATIO = 0.1  # of the usual gap between two entries: found on average when a twentieth of it has passed
RHYTHM_LONGEST_FLOORS = (
    6.0  # an hour at the default floor of ten minutes; who sets a shorter floor is in a hurry
)
ACTIVE_FOR = timedelta(hours=1)  # coverage comes in bursts: after an entry the floor holds that long
SPREAD_RATIO = 0.1  # of the floor
FIRST_SPREAD_RATIO = 0.5  # of the floor, at the second poll only


def backoff_s(failure_count: int, *, base_s: float, cap_s: float, jitter: float) -> float:
    """Seconds to wait after the given number of failures in a row.

    Doubles from `base_s` to `cap_s`; the last fifth is jitter, so that many waiters spread out.

    Args:
        failure_count: >= 1.
        base_s: the first wait.
        cap_s: the longest wait.
        jitter: 0–1, drawn by the caller.
    """
    exponent = min(failure_count - 1, 40)  # 2**40 s is longer than any cap; keeps the float finite
    wait = min(base_s * 2.0**exponent, cap_s)
    return wait * (0.8 + 0.2 * jitter)


def next_poll(
    config: FeedConfig,
    state: FeedState,
    *,
    now: datetime,
    max_age_s: float | None,
    ttl_s: float | None,
    skip_hours: Sequence[int],
    skip_days: Sequence[int],
    retry_after_s: float | None,
    jitter: float,
) -> tuple[datetime, str]:
    """When to poll a feed again, and why then, in words for the status.

    The configured interval is the floor. The feed's rhythm and its server's hints lengthen it up to
    `max_interval_s`, failures up to a day, only Retry-After further, up to a week.

    Args:
        config: floor and ceiling.
        state: after the poll that just ended, its `next_poll_at` still the one that was due.
        now: the poll's time.
        max_age_s: what Cache-Control or Expires said.
        ttl_s: what the document said (ttl, sy:update*).
        skip_hours: hours (0–23, UTC) in which the feed does not change.
        skip_days: days (0 = Monday, UTC) on which it does not change.
        retry_after_s: what the server asked for when it refused.
        jitter: 0–1, drawn by the caller.

    Returns:
        An aware time within [now + floor, now + a week or the floor], and the reason.
    """
    floor_s = config.interval_s
    if retry_after_s is not None and math.isfinite(retry_after_s):
        asked_s = min(max(retry_after_s, floor_s), max(LONGEST_RETRY_AFTER_S, floor_s))
        # Later than asked, never earlier; a little, so that all who were sent away do not come back at once.
        wait_s = min(
            asked_s + jitter * min(60.0, asked_s * SPREAD_RATIO), max(LONGEST_RETRY_AFTER_S, floor_s)
        )
        return now + timedelta(seconds=wait_s), f"the server asked to wait {in_words(asked_s)} (Retry-After)"
    if state.failure_count > 0:
        cap_s = max(LONGEST_BACKOFF_S, floor_s)
        wait_s = max(floor_s, backoff_s(state.failure_count, base_s=floor_s, cap_s=cap_s, jitter=jitter))
        times = "once" if state.failure_count == 1 else f"{state.failure_count} times in a row"
        return now + timedelta(seconds=wait_s), f"failed {times}: back-off {in_words(wait_s)}"
    ceiling_s = max(config.max_interval_s, floor_s)
    wait_s, reason = floor_s, f"every {in_words(floor_s)} as configured"
    for wish_s, why in (
        (_rhythm_s(state, floor_s, now), f"publishes about {state.entries_per_day or 0:.3g} entries a day"),
        (ttl_s, "the feed's own ttl"),
        (max_age_s, "the server's Cache-Control"),
    ):
        if wish_s is not None and min(wish_s, ceiling_s) > wait_s:
            wait_s = min(wish_s, ceiling_s)
            reason = f"{why}: {in_words(wait_s)}"
    awake_s = _awake_after_s(now, wait_s, ceiling_s, skip_hours, skip_days)
    if awake_s > wait_s:
        wait_s, reason = awake_s, f"the feed skips these hours: {in_words(awake_s)}"
    # Feeds that were all polled for the first time at one moment part at the second poll, and stay apart.
    spread = FIRST_SPREAD_RATIO if state.next_poll_at is None else SPREAD_RATIO
    return now + timedelta(seconds=wait_s + floor_s * spread * jitter), reason


def _rhythm_s(state: FeedState, floor_s: float, now: datetime) -> float | None:
    """A tenth of the usual gap between entries; the floor while the feed is active."""
    if not state.entries_per_day or state.entries_per_day < 0 or state.last_entry_at is None:
        return None
    if now - state.last_entry_at < ACTIVE_FOR:
        return None
    return min(RHYTHM_RATIO * 86400.0 / state.entries_per_day, RHYTHM_LONGEST_FLOORS * floor_s)


def _awake_after_s(
    now: datetime, wait_s: float, ceiling_s: float, skip_hours: Sequence[int], skip_days: Sequence[int]
) -> float:
    """`wait_s`, moved out of the hours and days the feed skips, but not beyond the ceiling."""
    at = now + timedelta(seconds=wait_s)
    latest = now + timedelta(seconds=ceiling_s)
    while at < latest and (at.hour in skip_hours or at.weekday() in skip_days):
        at = at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return (min(at, latest) - now).total_seconds()


def in_words(seconds: float) -> str:
    """A duration for people: "45 s", "10 min", "2.5 h", "7 d"."""
    for unit_s, unit in ((86400.0, "d"), (3600.0, "h"), (60.0, "min")):
        if seconds >= unit_s * (2 if unit == "d" else 1):
            return f"{round(seconds / unit_s, 1):g} {unit}"
    return f"{round(seconds, 1):g} s"
