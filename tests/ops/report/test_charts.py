"""Places on drawings: nothing outside, nothing upside down."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.past import START, entry
from tests.fakes.polls import TIES
from watcher.core.model import Fate, FeedState, JudgedEntry, Match, Story
from watcher.ops.report import Facts, Report, charts, gather
from watcher.ops.report.drawing import spark, ticks

NOW = START + timedelta(days=6)


def judged(score: float, hours: float, fate: Fate = Fate.NEW_STORY) -> JudgedEntry:
    made = entry(f"Headline {score} {hours}", hours=hours)
    match = Match(
        entry_id=made.id, profile_id="ties", profile_version="1", score=score, threshold=50, evidence=()
    )
    return JudgedEntry(entry=made, fate=fate, reason="", matches=(match,))


def report(*items: JudgedEntry, stories: tuple[Story, ...] = (), feeds: tuple[FeedState, ...] = ()) -> Report:
    return gather(
        Facts(
            since=START,
            now=NOW,
            judged=items,
            stories=stories,
            feeds=feeds,
            deliveries=(),
            profiles={"ties": TIES},
        )
    )


@given(st.floats(0, 1e6))
def test_ticks_are_round_whole_and_cover_the_top(top: float) -> None:
    """From 0, evenly, a handful, the last at or above the highest value."""
    marks = ticks(top)
    assert 0 == marks[0]
    assert marks[-1] >= top
    assert 2 <= len(marks) <= 7
    assert 1 == len({b - a for a, b in pairwise(marks)})


def test_bars_stand_on_the_axis_one_per_day_and_topic() -> None:
    """Two alerts on one day make one bar of twice the height of one."""
    chart = charts.alerts_per_day(report(judged(90, 1), judged(80, 2), judged(70, 30)))
    two, one = chart.bars
    assert [chart.bottom, chart.bottom] == [bar.y + bar.height for bar in chart.bars]
    assert two.height == pytest.approx(2 * one.height)
    assert two.x < one.x < chart.width
    assert 7 == len(report().days)


def test_scores_below_the_threshold_are_pale() -> None:
    """A score of 100 has its place in the last bar."""
    (topic,) = report(judged(45, 1, Fate.BELOW), judged(100, 2), judged(97, 3)).topics
    pale, full = charts.scores(topic, "t0").bars
    assert ("t0 pale", "t0") == (pale.kind, full.kind)
    assert "score 95-100: 2" == full.title


@given(st.lists(st.floats(0, 90), min_size=1, max_size=12))
def test_dots_of_a_story_stay_apart_and_on_the_row(hours: list[float]) -> None:
    """However close entries follow one another, each dot is to be seen."""
    entries = tuple(entry(f"Part {n}", hours=at) for n, at in enumerate(sorted(hours)))
    story = Story(
        id="s-1",
        headline="Part 0",
        opened_at=entries[0].first_seen_at,
        last_entry_at=entries[-1].first_seen_at,
        entries=entries,
        topics=("ties",),
    )
    marks, (row,) = charts.timelines(report(stories=(story,)))
    places = sorted(x for x, _, _ in row.dots)
    assert all(b - a >= charts.DOTS_APART - 0.2 for a, b in pairwise(places))
    assert 0 <= row.start <= row.end <= 560 + 12 * charts.DOTS_APART
    assert "first" == marks[0][1]


def test_feeds_in_trouble_come_first() -> None:
    """Gone, failing, never polled, quiet; then those that do well."""
    found = report(
        judged(90, 1),
        feeds=(
            FeedState(feed_id="outlet", last_success_at=NOW),
            FeedState(feed_id="quiet", last_success_at=NOW),
            FeedState(feed_id="new"),
            FeedState(feed_id="failing", failure_count=2, last_error="503"),
            FeedState(feed_id="gone", gone=True, last_error="410"),
        ),
    ).feeds
    assert ["gone", "failing", "new", "quiet", "outlet"] == [feed.id for feed in found]
    assert ["410", "503", "", "", ""] == [feed.error for feed in found]


def test_a_spark_shows_only_what_there_is() -> None:
    """A day without entries has no bar."""
    assert [20.0, 10.0] == [bar.height for bar in spark((4, 0, 2), 120, 20)]


def test_the_delay_is_told_only_when_something_was_delivered() -> None:
    """No alerts delivered, no median."""
    assert report().delay_s is None
    assert datetime(2026, 3, 1, tzinfo=UTC).date() == report().days[0]
