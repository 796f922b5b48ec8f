"""What a poll makes of a feed's state: F4, F6, F8, F9, and what the user is told."""

from __future__ import annotations

import random
import statistics
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from watcher.core.deciding.feed_state import after_failure, after_success, polled_url
from watcher.core.model import (
    Failure,
    FeedConfig,
    FeedState,
    Fetched,
    NoticeKind,
    NotModified,
    ParsedFeed,
    Policy,
    RawEntry,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FEED = FeedConfig(id="outlet", url="https://outlet.example/feed", outlet="Outlet")
FRESH = FeedState(feed_id="outlet")
EMPTY = ParsedFeed(title="Outlet", entries=())


def fetched(**facts: object) -> Fetched:
    return replace(Fetched(url=FEED.url, status=200, body=b"<rss/>", etag=b'"1"'), **facts)  # type: ignore[arg-type]


def succeed(
    state: FeedState, result: Fetched | NotModified | None = None, *, new: int = 0, now: datetime = NOW
) -> tuple[FeedState, list[NoticeKind]]:
    result = result or fetched()
    state, told = after_success(
        FEED, state, result, EMPTY, new_count=new, policy=Policy(), now=now, jitter=0.5
    )
    return state, [kind for kind, _ in told]


def fail(state: FeedState, failure: Failure, now: datetime = NOW) -> tuple[FeedState, list[NoticeKind]]:
    state, told = after_failure(FEED, state, failure, policy=Policy(), now=now, jitter=0.5)
    return state, [kind for kind, _ in told]


def test_validators_are_kept_and_dropped_as_the_server_says() -> None:
    """A 200 without validators drops those kept before."""
    state, _ = succeed(FRESH)
    assert state.etag == b'"1"'
    state, _ = succeed(state, fetched(etag=None))
    assert state.etag is None


def test_a_failure_keeps_validators() -> None:
    """A failed poll changes no validator and counts failures in a row."""
    state, _ = succeed(FRESH)
    state, _ = fail(state, Failure(message="timed out"))
    state, _ = fail(state, Failure(message="timed out"))
    assert (state.etag, state.failure_count, state.last_error) == (b'"1"', 2, "timed out")
    assert state.next_poll_at is not None
    assert state.next_poll_at > NOW


def test_a_failing_feed_is_told_of_once_and_its_recovery_once() -> None:
    """One notice after 24 hours of failures, one when it answers again."""
    state, told = FRESH, []
    for hour in range(60):
        state, kinds = fail(state, Failure(message="503", status=503), NOW + timedelta(hours=hour))
        told += kinds
    assert told == [NoticeKind.FEED_FAILING]
    state, kinds = succeed(state, now=NOW + timedelta(hours=61))
    assert kinds == [NoticeKind.FEED_RECOVERED]
    assert state.failure_count == 0
    assert succeed(state, now=NOW + timedelta(hours=62))[1] == []


def test_a_short_failure_is_not_told() -> None:
    """A feed that recovers within a day is never spoken of."""
    state, kinds = fail(FRESH, Failure(message="503", status=503))
    assert kinds == []
    assert succeed(state, now=NOW + timedelta(hours=1))[1] == []


def test_gone_needs_three_polls_a_day_apart() -> None:
    """410 three times, a day apart, ends the polling and is told once (F9)."""
    state, told = FRESH, []
    for day in range(3):
        assert not state.gone
        now = NOW + timedelta(days=day)
        assert state.next_poll_at is None or state.next_poll_at <= now
        state, kinds = fail(state, Failure(message="410", status=410), now)
        told += kinds
    assert state.gone
    assert told == [NoticeKind.FEED_GONE]


def test_a_permanent_redirect_must_prove_itself() -> None:
    """A 301 replaces the polled URL only after 3 polls over 24 hours to one target (F8)."""
    moved = fetched(permanent_url="https://new.example/feed")
    state, _ = succeed(FRESH, moved)
    state, _ = succeed(state, moved, now=NOW + timedelta(hours=1))
    state, kinds = succeed(state, moved, now=NOW + timedelta(hours=2))
    assert (state.moved_to, kinds) == (None, [])
    state, kinds = succeed(state, moved, now=NOW + timedelta(hours=25))
    assert (state.moved_to, kinds) == ("https://new.example/feed", [NoticeKind.FEED_MOVED])
    assert polled_url(FEED, state) == "https://new.example/feed"


def test_a_redirect_that_changes_its_mind_starts_again() -> None:
    """Another target, or none, resets the count."""
    state, _ = succeed(FRESH, fetched(permanent_url="https://a.example/"))
    state, _ = succeed(state, fetched(permanent_url="https://b.example/"), now=NOW + timedelta(hours=30))
    assert (state.redirect_url, state.redirect_count) == ("https://b.example/", 1)
    assert succeed(state, now=NOW + timedelta(hours=31))[0].redirect_url is None


def test_a_feed_silent_against_its_rhythm_is_told_once() -> None:
    """A feed of four entries a day that has none for days is told of once, until it speaks again."""
    state, told = succeed(FRESH, new=1)[0], []
    for hour in range(6, 60, 6):
        state, kinds = succeed(state, new=1, now=NOW + timedelta(hours=hour))
        told += kinds
    assert told == []
    for hour in range(60, 400, 6):
        state, kinds = succeed(state, now=NOW + timedelta(hours=hour))
        told += kinds
    assert told == [NoticeKind.FEED_SILENT]
    assert not succeed(state, new=1, now=NOW + timedelta(hours=401))[0].silence_told


def test_first_sight_reads_the_rhythm_off_the_document() -> None:
    """The dates of the first document say how often the feed publishes."""
    dates = [NOW - timedelta(hours=6 * n) for n in range(9)]
    raws = tuple(RawEntry(guid=str(d), link=None, title="t", summary="", published_at=d) for d in dates)
    state, _ = after_success(
        FEED,
        FRESH,
        fetched(),
        ParsedFeed(title="", entries=raws),
        new_count=9,
        policy=Policy(),
        now=NOW,
        jitter=0.5,
    )
    assert state.entries_per_day == 4.0


@pytest.mark.parametrize("per_day", [0.5, 1.0, 4.0, 20.0])
def test_the_rhythm_is_learnt_as_it_is_and_chance_is_no_silence(per_day: float) -> None:
    """Entries at random moments, a hundred times the usual gap long: the rate is right, silence never told."""
    chance = random.Random(int(per_day * 10))
    state = replace(FRESH, last_success_at=NOW, last_entry_at=NOW, entries_per_day=per_day)
    now, due, rates = NOW, NOW + timedelta(days=chance.expovariate(per_day)), []
    while len(rates) < 100:
        now += timedelta(hours=1)
        new = 0
        while due <= now:
            new += 1
            due += timedelta(days=chance.expovariate(per_day))
        state, told = succeed(state, new=new, now=now)
        assert [] == told
        rates += [state.entries_per_day or 0.0] * (new > 0)
    assert 0.6 * per_day < statistics.median(rates) < 1.6 * per_day


def test_a_move_counts_from_the_first_time_a_feed_was_read_there() -> None:
    """ "Not modified" from a place that never showed a feed proves nothing; afterwards it does."""
    there = "https://new.example/feed"
    state, _ = succeed(FRESH, NotModified(url=there, permanent_url=there))
    assert (state.redirect_url, state.redirect_count) == (None, 0)
    state, _ = succeed(state, fetched(permanent_url=there))
    state, _ = succeed(state, NotModified(url=there, permanent_url=there), now=NOW + timedelta(hours=12))
    state, kinds = succeed(state, NotModified(url=there, permanent_url=there), now=NOW + timedelta(hours=24))
    assert (state.moved_to, kinds) == (there, [NoticeKind.FEED_MOVED])


def test_the_message_of_a_failing_day_comes_after_a_day() -> None:
    """One poll falls on the moment, whatever the back-off; a server's own wish is respected all the same."""
    state, _ = fail(FRESH, Failure(message="503", status=503))
    since = NOW
    polls = [NOW]
    while not state.failure_told:
        assert state.next_poll_at is not None
        polls.append(state.next_poll_at)
        state, _ = fail(state, Failure(message="503", status=503), polls[-1])
    assert since + timedelta(hours=24) == polls[-1]
    state, _ = fail(FRESH, Failure(message="429", status=429, retry_after_s=2 * 86400.0))
    assert state.next_poll_at is not None
    assert since + timedelta(hours=48) <= state.next_poll_at


def test_a_killed_worker_isolates_the_feed() -> None:
    """A feed that had its parser killed parses apart from then on, also after it succeeds."""
    state, _ = fail(FRESH, Failure(message="killed", unreadable=True, worker_killed=True))
    assert state.isolated
    assert succeed(state)[0].isolated


def test_a_documents_wishes_outlive_unchanged_polls() -> None:
    """ttl, skipHours and skipDays of the last document hold after a 304 too (F5)."""
    wishes = ParsedFeed(title="", entries=(), ttl_s=3000.0, skip_hours=(3,), skip_days=(6,))
    state, _ = after_success(
        FEED, FRESH, fetched(), wishes, new_count=0, policy=Policy(), now=NOW, jitter=0.0
    )
    later = NOW + timedelta(hours=1)
    state, _ = after_success(
        FEED, state, NotModified(url=FEED.url), None, new_count=0, policy=Policy(), now=later, jitter=0.0
    )
    assert (3000.0, (3,), (6,)) == (state.ttl_s, state.skip_hours, state.skip_days)
    assert state.next_poll_at is not None
    assert later + timedelta(seconds=3000) <= state.next_poll_at
