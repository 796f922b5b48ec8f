"""What a poll makes of a feed's state: validators, failures, moves, rhythm, the next poll.

Returns the new state and the notices the user should get: never more than one of a kind per episode.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from watcher.core.model import Failure, Fetched, NoticeKind, NotModified
from watcher.core.timing import in_words, next_poll

if TYPE_CHECKING:
    from datetime import datetime

    from watcher.core.model import FeedConfig, FeedState, ParsedFeed, Policy

Notices = list[tuple[NoticeKind, dict[str, str]]]

DAY = timedelta(days=1)
RHYTHM_WEIGHT = 0.1
"""Of the newest gap between entries in the smoothed one: about the last ten count. Gaps are smoothed and not
rates: of a feed that publishes once a day at random, the smoothed rates said 4.3 a day and brought 119 false
notices of silence in 3,000 days; the gaps say 1.0 and brought none (the same for 0.3, 4, 20 and 60 a day)."""
SILENT_AFTER = timedelta(days=3)  # never speak of silence earlier
SILENT_MISSED_COUNT = 12.0
"""A feed is silent when so many entries are missing: at a steady rate the chance of that is e^-12."""


def body_hash(body: bytes) -> bytes:
    """Fingerprint of a document: unchanged bytes are not parsed."""
    return hashlib.blake2b(body, digest_size=16).digest()


def polled_url(feed: FeedConfig, state: FeedState) -> str:
    """The URL to ask: where the feed has moved to for good, else the configured one."""
    return state.moved_to or feed.url


def after_success(
    feed: FeedConfig,
    state: FeedState,
    result: Fetched | NotModified,
    parsed: ParsedFeed | None,
    *,
    new_count: int,
    policy: Policy,
    now: datetime,
    jitter: float,
) -> tuple[FeedState, Notices]:
    """State after an answer: 200 with a readable feed (parsed None = the same bytes as before) or 304."""
    notices: Notices = []
    if state.failure_told:
        since = state.failing_since or now
        notices.append((NoticeKind.FEED_RECOVERED, {"outlet": feed.outlet, "since": since.isoformat()}))
    new = replace(
        state,
        url=feed.url,
        etag=result.etag,
        last_modified=result.last_modified,
        body_hash=body_hash(result.body) if isinstance(result, Fetched) else state.body_hash,
        last_poll_at=now,
        last_success_at=now,
        last_status=result.status if isinstance(result, Fetched) else 304,
        failure_count=0,
        failing_since=None,
        last_error=None,
        failure_told=False,
        gone_count=0,
        gone_since=None,
        gone=False,
    )
    if parsed is not None and parsed.malformed and isinstance(result, Fetched) and result.open_ended:
        # Perhaps the connection broke: asked for what is new only, we would never see the rest.
        new = replace(new, etag=None, last_modified=None)
    if parsed is not None:
        new = replace(new, ttl_s=parsed.ttl_s, skip_hours=parsed.skip_hours, skip_days=parsed.skip_days)
    new = _after_redirect(new, result, policy, now)
    if new.moved_to != state.moved_to and new.moved_to is not None:
        facts = {"outlet": feed.outlet, "from": polled_url(feed, state), "to": new.moved_to}
        notices.append((NoticeKind.FEED_MOVED, facts))
    new = _with_rhythm(new, state, parsed, new_count, now)
    if _is_silent(new, now) and not new.silence_told:
        new = replace(new, silence_told=True)
        notices.append((NoticeKind.FEED_SILENT, _silence_facts(feed, new, now)))
    next_at, reason = next_poll(
        feed,
        new,
        now=now,
        max_age_s=result.max_age_s,
        ttl_s=new.ttl_s,
        skip_hours=new.skip_hours,
        skip_days=new.skip_days,
        retry_after_s=None,
        jitter=jitter,
    )
    return replace(new, next_poll_at=next_at, next_poll_reason=reason), notices


def after_failure(
    feed: FeedConfig, state: FeedState, failure: Failure, *, policy: Policy, now: datetime, jitter: float
) -> tuple[FeedState, Notices]:
    """State after a failed poll; validators stay as they were, so that nothing is skipped later."""
    notices: Notices = []
    failing_since = state.failing_since or now
    new = replace(
        state,
        url=feed.url,
        last_poll_at=now,
        last_status=failure.status,
        failure_count=state.failure_count + 1,
        failing_since=failing_since,
        last_error=failure.message,
        isolated=state.isolated or failure.worker_killed,
    )
    if failure.status == 410:
        new = replace(new, gone_count=state.gone_count + 1, gone_since=state.gone_since or now)
        if new.gone_count >= policy.gone_poll_count:
            notices.append((NoticeKind.FEED_GONE, {"outlet": feed.outlet, "feed": feed.id}))
            gone = replace(new, gone=True, failure_told=True, next_poll_reason="gone (410): polled no more")
            return gone, notices
        return replace(new, next_poll_at=now + DAY, next_poll_reason="410: asked again in a day"), notices
    new = replace(new, gone_count=0, gone_since=None)
    told_after = timedelta(seconds=policy.failing_told_after_s)
    if not new.failure_told and now - failing_since >= told_after:
        new = replace(new, failure_told=True)
        facts = {"outlet": feed.outlet, "since": failing_since.isoformat(), "error": failure.message}
        notices.append((NoticeKind.FEED_FAILING, facts))
    next_at, reason = next_poll(
        feed,
        new,
        now=now,
        max_age_s=None,
        ttl_s=None,
        skip_hours=(),
        skip_days=(),
        retry_after_s=failure.retry_after_s,
        jitter=jitter,
    )
    tell_at = failing_since + told_after
    if failure.retry_after_s is None and now < tell_at < next_at and not new.failure_told:
        # A back-off of many hours would else make "after a day" two days.
        next_at = max(tell_at, now + timedelta(seconds=feed.interval_s))
        reason = f"asked once more before it is told as failing for {in_words(told_after.total_seconds())}"
    return replace(new, next_poll_at=next_at, next_poll_reason=reason), notices


def _after_redirect(
    state: FeedState, result: Fetched | NotModified, policy: Policy, now: datetime
) -> FeedState:
    """Follow a permanent move only when it has proved to be one (F8)."""
    target = result.permanent_url
    if target is None or target == state.moved_to:
        return replace(state, redirect_url=None, redirect_count=0, redirect_since=None)
    if target != state.redirect_url or state.redirect_since is None:
        if isinstance(result, NotModified):  # a place that never showed a feed may say so to anything
            return replace(state, redirect_url=None, redirect_count=0, redirect_since=None)
        return replace(state, redirect_url=target, redirect_count=1, redirect_since=now)
    count = state.redirect_count + 1
    proved = timedelta(seconds=policy.moved_after_s)
    if count >= policy.moved_poll_count and now - state.redirect_since >= proved:
        return replace(state, moved_to=target, redirect_url=None, redirect_count=0, redirect_since=None)
    return replace(state, redirect_count=count)


def _with_rhythm(
    new: FeedState, old: FeedState, parsed: ParsedFeed | None, new_count: int, now: datetime
) -> FeedState:
    """Update the smoothed publication rate; only arrivals move it, so that it outlasts a silence."""
    if new_count == 0:
        return new
    if old.last_entry_at is None:  # first sight: the document's own dates say how often it publishes
        dates = sorted(raw.published_at for raw in parsed.entries if raw.published_at) if parsed else []
        span_days = (dates[-1] - dates[0]) / DAY if len(dates) > 1 else 0.0
        rate = (len(dates) - 1) / span_days if span_days > 0 else None
        last = min(dates[-1], now) if dates else now
        return replace(new, entries_per_day=rate, last_entry_at=last, silence_told=False)
    gap_days = max((now - old.last_entry_at) / DAY, 1 / 1440) / new_count
    usual_days = 1 / old.entries_per_day if old.entries_per_day else gap_days
    usual_days += (1 - (1 - RHYTHM_WEIGHT) ** new_count) * (gap_days - usual_days)
    return replace(new, entries_per_day=1 / usual_days, last_entry_at=now, silence_told=False)


def _is_silent(state: FeedState, now: datetime) -> bool:
    if state.last_entry_at is None or state.entries_per_day is None:
        return False
    silence = now - state.last_entry_at
    return silence >= SILENT_AFTER and state.entries_per_day * (silence / DAY) >= SILENT_MISSED_COUNT


def _silence_facts(feed: FeedConfig, state: FeedState, now: datetime) -> dict[str, str]:
    days = int((now - (state.last_entry_at or now)) / DAY)
    return {"outlet": feed.outlet, "days": str(days), "usual": f"{state.entries_per_day or 0:.1f}"}
