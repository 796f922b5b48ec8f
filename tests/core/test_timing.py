"""When next, and why (F5, F6, X1)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.core.model import FeedConfig, FeedState
from watcher.core.timing import backoff_s, in_words, next_poll

NOW = datetime(2026, 3, 2, 12, 30, tzinfo=UTC)  # a Monday
FEED = FeedConfig(id="f", url="https://o.example/f", outlet="O", interval_s=600, max_interval_s=3600)
POLLED = FeedState(feed_id="f", next_poll_at=NOW)


def wait(
    state: FeedState = POLLED,
    config: FeedConfig = FEED,
    *,
    max_age_s: float | None = None,
    ttl_s: float | None = None,
    skip_hours: tuple[int, ...] = (),
    skip_days: tuple[int, ...] = (),
    retry_after_s: float | None = None,
    jitter: float = 0.0,
    now: datetime = NOW,
) -> tuple[float, str]:
    at, why = next_poll(
        config,
        state,
        now=now,
        max_age_s=max_age_s,
        ttl_s=ttl_s,
        skip_hours=skip_hours,
        skip_days=skip_days,
        retry_after_s=retry_after_s,
        jitter=jitter,
    )
    return (at - now).total_seconds(), why


def test_the_configured_interval_is_the_rule() -> None:
    """F5: without hints and history a feed is polled as configured."""
    assert wait() == (600.0, "every 10 min as configured")


@pytest.mark.parametrize(
    ("hints", "expected"),
    [
        ({"ttl_s": 60.0}, 600.0),
        ({"ttl_s": 1800.0}, 1800.0),
        ({"ttl_s": 86400.0}, 3600.0),
        ({"max_age_s": 0.0}, 600.0),
        ({"max_age_s": 900.0}, 900.0),
        ({"max_age_s": 1e12}, 3600.0),
        ({"max_age_s": 900.0, "ttl_s": 1800.0}, 1800.0),
    ],
)
def test_hints_lengthen_up_to_the_ceiling_and_never_shorten(hints: dict[str, float], expected: float) -> None:
    """F5: ttl, Cache-Control and Expires, between the floor and an hour."""
    assert wait(**hints)[0] == expected  # type: ignore[arg-type]


def test_a_day_where_the_configuration_says_so() -> None:
    """F5: the ceiling is the user's."""
    config = FeedConfig(id="f", url="u", outlet="O", interval_s=600, max_interval_s=86400)
    assert wait(config=config, ttl_s=86400.0) == (86400.0, "the feed's own ttl: 24 h")


@pytest.mark.parametrize(
    ("per_day", "quiet_for", "expected"),
    [
        (200.0, timedelta(hours=3), 600.0),
        (24.0, timedelta(hours=3), 600.0),
        (4.0, timedelta(hours=3), 2160.0),
        (1.0, timedelta(hours=3), 3600.0),
        (0.01, timedelta(days=30), 3600.0),
        (1.0, timedelta(minutes=20), 600.0),
        (None, timedelta(hours=3), 600.0),
        (0.0, timedelta(hours=3), 600.0),
    ],
)
def test_the_rhythm_of_a_feed_sets_the_pace(
    per_day: float | None, quiet_for: timedelta, expected: float
) -> None:
    """F5: a tenth of the usual gap, the floor while the feed is active."""
    state = FeedState(feed_id="f", next_poll_at=NOW, entries_per_day=per_day, last_entry_at=NOW - quiet_for)
    got, why = wait(state)
    assert got == pytest.approx(expected)
    assert ("publishes" in why) == (expected > 600.0)


def test_a_short_floor_keeps_a_slow_feed_short_too() -> None:
    """W3: who polls every ten seconds is in a hurry; rhythm makes that a minute, not an hour."""
    config = FeedConfig(id="f", url="u", outlet="O", interval_s=10, max_interval_s=3600)
    state = FeedState(
        feed_id="f", next_poll_at=NOW, entries_per_day=0.5, last_entry_at=NOW - timedelta(days=2)
    )
    assert wait(state, config)[0] == 60.0


@pytest.mark.parametrize(("failures", "expected"), [(1, 600), (2, 960), (3, 1920), (7, 30720), (8, 61440), (9, 69120), (400, 69120)])  # fmt: skip
def test_failures_double_the_wait_to_a_day(failures: int, expected: float) -> None:
    """F6: back-off without Retry-After; never below the floor, never above a day."""
    state = FeedState(feed_id="f", next_poll_at=NOW, failure_count=failures)
    assert wait(state)[0] == pytest.approx(expected)
    assert wait(state, jitter=1.0)[0] <= 86400.0
    assert "back-off" in wait(state)[1]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [(0.0, 600.0), (30.0, 600.0), (7200.0, 7200.0), (1e9, 604800.0), (float("inf"), 600.0)],
)
def test_retry_after_is_kept_up_to_a_week(asked: float, expected: float) -> None:
    """F6: the server's wish, never under the floor, at most seven days."""
    got, _ = wait(FeedState(feed_id="f", next_poll_at=NOW, failure_count=1), retry_after_s=asked)
    assert got == expected


@given(st.floats(0, 604800), st.floats(0, 1))
def test_nobody_comes_back_before_he_was_asked_to(asked: float, jitter: float) -> None:
    """F6: jitter only ever adds."""
    got, why = wait(
        FeedState(feed_id="f", next_poll_at=NOW, failure_count=3), retry_after_s=asked, jitter=jitter
    )
    assert asked - 1e-6 <= got <= 604800.0
    assert "Retry-After" in why


def test_skipped_hours_are_waited_out_within_the_ceiling() -> None:
    """F5: skipHours and skipDays move a poll later, at most to the ceiling."""
    assert wait(skip_hours=(12,))[0] == 1800.0
    assert wait(skip_hours=(12, 13, 14)) == (3600.0, "the feed skips these hours: 1 h")
    assert wait(skip_days=(0,))[0] == 3600.0
    assert wait(skip_hours=(3,))[0] == 600.0
    assert wait(skip_hours=tuple(range(24)))[0] == 3600.0


def test_feeds_polled_first_together_part_at_the_second_poll() -> None:
    """F3: later polls spread over the interval, and the floor holds."""
    first = FeedState(feed_id="f")
    waits = [wait(first, jitter=n / 10)[0] for n in range(11)]
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (600.0, 900.0)
    assert wait(jitter=1.0)[0] == 660.0


HINT = st.none() | st.floats(-1e6, 1e12, allow_nan=False)


@given(
    interval=st.floats(1, 86400),
    longest=st.floats(1, 86400),
    max_age=HINT,
    ttl=HINT,
    retry=HINT,
    hours=st.lists(st.integers(0, 23)),
    days=st.lists(st.integers(0, 6)),
    failures=st.integers(0, 10_000),
    per_day=st.none() | st.floats(0, 1e6),
    last=st.none() | st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    jitter=st.floats(0, 1),
)
def test_the_next_poll_is_never_too_soon_and_never_lost(
    interval: float,
    longest: float,
    max_age: float | None,
    ttl: float | None,
    retry: float | None,
    hours: list[int],
    days: list[int],
    failures: int,
    per_day: float | None,
    last: datetime | None,
    jitter: float,
) -> None:
    """X1: whatever servers and clocks say, the next poll lies between the floor and a week away."""
    config = FeedConfig(id="f", url="u", outlet="O", interval_s=interval, max_interval_s=longest)
    state = FeedState(
        feed_id="f", next_poll_at=NOW, failure_count=failures, entries_per_day=per_day, last_entry_at=last
    )
    got, why = wait(
        state, config, max_age_s=max_age, ttl_s=ttl, retry_after_s=retry, skip_hours=tuple(hours), skip_days=tuple(days), jitter=jitter
    )  # fmt: skip
    assert interval - 1e-3 <= got <= 604800.0 + 1e-3
    assert why


@given(st.integers(1, 100_000), st.floats(0.1, 100), st.floats(100, 1e5), st.floats(0, 1))
def test_a_back_off_stays_within_its_cap(count: int, base: float, cap: float, jitter: float) -> None:
    """The wait grows with the failures, jitters within its last fifth and never passes the cap."""
    got = backoff_s(count, base_s=base, cap_s=cap, jitter=jitter)
    assert 0.8 * min(base, cap) * (1 - 1e-9) <= got <= cap
    assert backoff_s(count + 1, base_s=base, cap_s=cap, jitter=jitter) >= got


@pytest.mark.parametrize(
    ("seconds", "expected"), [(1.0, "1 s"), (59.0, "59 s"), (60.0, "1 min"), (5400.0, "1.5 h"), (86400.0, "24 h"), (172800.0, "2 d")]
)  # fmt: skip
def test_durations_are_said_for_people(seconds: float, expected: str) -> None:
    """Short, with one digit after the point at most."""
    assert in_words(seconds) == expected
