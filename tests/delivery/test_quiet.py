"""Quiet hours in the reader's own day: over midnight, over clock changes."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.core.model import Target
from watcher.delivery.quiet import quiet_until

CLOCKS = st.times().map(lambda moment: f"{moment.hour:02}:{moment.minute:02}")
ZONES = st.sampled_from(["UTC", "Africa/Bamako", "Europe/Paris", "America/New_York", "Asia/Kathmandu"])


def target(begin: str | None, end: str | None, zone: str = "UTC") -> Target:
    """A target with these quiet hours."""
    return Target(id="desk", quiet_from=begin, quiet_until=end, time_zone=zone)


@pytest.mark.parametrize(
    ("now", "begin", "end", "wakes"),
    [
        ("2026-03-02T23:00", "22:00", "07:00", "2026-03-03T07:00"),
        ("2026-03-03T06:59", "22:00", "07:00", "2026-03-03T07:00"),
        ("2026-03-03T07:00", "22:00", "07:00", None),
        ("2026-03-02T21:59", "22:00", "07:00", None),
        ("2026-03-02T13:00", "12:00", "14:00", "2026-03-02T14:00"),
        ("2026-03-02T14:00", "12:00", "14:00", None),
        ("2026-03-02T12:00", "12:00", "12:00", None),
    ],
)
def test_the_night_ends_in_the_morning(now: str, begin: str, end: str, wakes: str | None) -> None:
    """Begin belongs to the quiet, the end does not; equal times mean none."""
    at = datetime.fromisoformat(now).replace(tzinfo=UTC)
    expected = datetime.fromisoformat(wakes).replace(tzinfo=UTC) if wakes else None
    assert quiet_until(target(begin, end), at) == expected


def test_the_night_of_a_clock_change_ends_by_the_wall_clock() -> None:
    """In Paris the 29th of March 2026 has 23 hours; 07:00 is 07:00 all the same."""
    night = datetime(2026, 3, 28, 22, 30, tzinfo=UTC)
    assert quiet_until(target("22:00", "07:00", "Europe/Paris"), night) == datetime(
        2026, 3, 29, 5, 0, tzinfo=UTC
    )


def test_without_quiet_hours_there_is_no_night() -> None:
    """Both ends are needed."""
    at = datetime(2026, 3, 2, tzinfo=UTC)
    assert quiet_until(target(None, None), at) is None
    assert quiet_until(target("22:00", None), at) is None


MOMENTS = st.datetimes().map(
    lambda moment: moment.replace(year=2020 + moment.year % 10, day=min(moment.day, 28))
)


@given(now=MOMENTS, begin=CLOCKS, end=CLOCKS, zone=ZONES)
def test_waking_lies_ahead_within_a_day_at_the_right_hour(
    now: datetime, begin: str, end: str, zone: str
) -> None:
    """Whatever the zone and the date: later than now, at most 25 hours away, at the wall clock's time."""
    at = now.replace(tzinfo=UTC)
    wakes = quiet_until(target(begin, end, zone), at)
    if wakes is not None:
        assert timedelta(hours=-1) < wakes - at <= timedelta(hours=25)
        local = wakes.astimezone(ZoneInfo(zone))
        gap = abs(timedelta(hours=local.hour, minutes=local.minute) - _since_midnight(end))
        assert gap in (timedelta(), timedelta(hours=1), timedelta(hours=23))  # an hour that does not exist


def _since_midnight(clock: str) -> timedelta:
    moment = time.fromisoformat(clock)
    return timedelta(hours=moment.hour, minutes=moment.minute)
