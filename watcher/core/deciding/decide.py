"""decide(PollInput) -> Decision: everything one poll changes, decided in one pure function.

Nothing else decides. Polling acts on the plan, backtests and evaluations replay the past through here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from watcher.core.deciding.cleaning import clean
from watcher.core.deciding.coverage import Coverage
from watcher.core.deciding.feed_state import after_failure, after_success
from watcher.core.deciding.identity import Identified, sort_out
from watcher.core.deciding.noticing import notices
from watcher.core.deciding.telling import tell
from watcher.core.model import Failure, Fate, Fetched, NoticeKind, NotModified, PollOutcome, PollPlan

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from watcher.core.deciding.runtime import Runtime
    from watcher.core.deciding.telling import Told
    from watcher.core.grouping import StoryIndex
    from watcher.core.model import (
        Counts,
        Delivery,
        Entry,
        FeedConfig,
        FeedState,
        JudgedEntry,
        Mute,
        ParsedFeed,
    )


FIRST_IS_SILENT = "the first poll of a feed is silent"
UNWANTED = "told nobody: no target takes its topics at its score"
RECOGNISED = "the feed changed all its ids and links at once; it showed this title before"


@dataclass(frozen=True, slots=True, kw_only=True)
class PollInput:
    """All that one poll found and all that bears on it."""

    feed: FeedConfig
    state: FeedState
    now: datetime
    result: Fetched | NotModified | Failure
    parsed: ParsedFeed | None  # None: nothing to read (304, the same bytes, a failure)
    identified: tuple[Identified, ...]  # the document's entries, see identity.identify
    seen: Mapping[bytes, datetime]  # which of their keys this feed showed before
    runtime: Runtime
    stories: StoryIndex  # the open ones; not changed
    mutes: tuple[Mute, ...]
    counts: Counts  # of the last hour
    jitter: float  # 0–1


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The plan to commit, and the story index as it is once the plan is committed."""

    plan: PollPlan
    stories: StoryIndex


def decide(given: PollInput) -> Decision:
    """Decide everything that one poll changes; a pure function of what it is given."""
    if isinstance(given.result, Failure):
        return Decision(plan=_failed(given, given.result), stories=given.stories)
    if given.parsed is None:
        return Decision(plan=_unchanged(given, given.result), stories=given.stories)
    return _read(given, given.result, given.parsed)


def _failed(given: PollInput, failure: Failure) -> PollPlan:
    state, told = after_failure(
        given.feed,
        given.state,
        failure,
        policy=given.runtime.policy,
        now=given.now,
        jitter=given.jitter,
    )
    outcome = PollOutcome.UNREADABLE if failure.unreadable else PollOutcome.FAILED
    return PollPlan(
        feed_id=given.feed.id,
        outcome=PollOutcome.GONE if state.gone else outcome,
        now=given.now,
        state=state,
        deliveries=notices(told, subject=given.feed.id, runtime=given.runtime, now=given.now),
    )


def _unchanged(given: PollInput, result: Fetched | NotModified) -> PollPlan:
    state, deliveries = _succeeded(given, result, None, new_count=0)
    return PollPlan(
        feed_id=given.feed.id,
        outcome=PollOutcome.UNCHANGED,
        now=given.now,
        state=state,
        deliveries=deliveries,
    )


def _read(given: PollInput, result: Fetched | NotModified, parsed: ParsedFeed) -> Decision:
    policy = given.runtime.policy
    sorted_ = sort_out(given.identified, given.seen, now=given.now, title_identity_s=policy.title_identity_s)
    first = given.state.last_success_at is None
    silent = FIRST_IS_SILENT if first else ""
    found = [(one, silent) for one in sorted_.new] + [(one, RECOGNISED) for one in sorted_.recognised]
    coverage = Coverage(given.stories, given.runtime, given.mutes, given.now)
    # Sorted, so that the order of entries in the document does not change which stories exist.
    entries = [(clean(one, given.feed, parsed, given.now), why_silent) for one, why_silent in found]
    old = given.now - timedelta(seconds=policy.old_after_s)
    for entry, why_silent in sorted(entries, key=_by_time):
        coverage.take(entry, given.feed, silent=why_silent, old=entry.at < old)
    if not first:
        for one in sorted_.retitled:
            coverage.retitle(clean(one, given.feed, parsed, given.now))
    told = tell(
        coverage.tellings,
        coverage.retitled,
        feed_id=given.feed.id,
        runtime=given.runtime,
        counts=given.counts,
        now=given.now,
    )
    coverage.mark_told(told.told_targets)
    state, deliveries = _succeeded(given, result, parsed, new_count=len(entries))
    if sorted_.rekeyed and not first:
        facts = {"outlet": given.feed.outlet, "entries": str(len(given.identified) - len(sorted_.new))}
        deliveries += notices(
            [(NoticeKind.FEED_REKEYED, facts)],
            subject=given.feed.id,
            runtime=given.runtime,
            now=given.now,
            episode=f"{given.now:%Y-%m}",  # some feeds change all ids at every poll
        )
    plan = PollPlan(
        feed_id=given.feed.id,
        outcome=PollOutcome.NEW if entries else PollOutcome.UNCHANGED,
        now=given.now,
        state=state,
        entries=tuple(_as_told(judged, told) for judged in coverage.judged),
        shown=sorted_.shown,
        partial=isinstance(result, Fetched) and result.partial,
        retitled=tuple(entry for entry, _, _ in coverage.retitled),
        stories=coverage.changes(),
        alerts=told.alerts,
        deliveries=told.deliveries + deliveries,
        skipped_count=parsed.skipped_count,
    )
    return Decision(plan=plan, stories=coverage.index)


def _succeeded(
    given: PollInput, result: Fetched | NotModified, parsed: ParsedFeed | None, *, new_count: int
) -> tuple[FeedState, tuple[Delivery, ...]]:
    state, told = after_success(
        given.feed,
        given.state,
        result,
        parsed,
        new_count=new_count,
        policy=given.runtime.policy,
        now=given.now,
        jitter=given.jitter,
    )
    return state, notices(told, subject=given.feed.id, runtime=given.runtime, now=given.now)


def _as_told(judged: JudgedEntry, told: Told) -> JudgedEntry:
    reason = told.held.get(judged.entry.id)
    if reason:
        return replace(judged, fate=Fate.HELD, reason=reason)
    if judged.entry.id in told.unwanted:
        return replace(judged, reason=f"{judged.reason}; {UNWANTED}")
    return judged


def _by_time(found: tuple[Entry, str]) -> tuple[datetime, str]:
    return (found[0].at, found[0].id)
