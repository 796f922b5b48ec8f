"""An edited profile against the past: what is gained, lost, changed, and why."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.fakes.past import BOTH, START, arrival, at, scoring
from tests.fakes.polls import ATTACKS, TIES, runtime
from watcher.core.evaluation.backtest import Past, arrivals_of, at_thresholds, live_through, recorded, score
from watcher.core.evaluation.comparing import compare
from watcher.core.evaluation.replay import Arrival
from watcher.core.model import Fate, JudgedEntry
from watcher.core.profiles import Profile

VISIT = arrival("Lavrov lands in Bamako for talks")
AGAIN = arrival("Lavrov lands in Bamako for talks", hours=2, feed="rival")
AMBUSH = arrival("Ambush near Niger border leaves many dead", hours=30)
WEATHER = arrival("Rain over Lagos", hours=40)
ALL = (VISIT, AGAIN, AMBUSH, WEATHER)


def past(*profiles: Profile, arrivals: tuple[Arrival, ...] = ALL) -> Past:
    used = runtime(profiles=profiles or BOTH)
    return live_through(score(arrivals, used), used)


def test_living_through_the_past_tells_each_story_once() -> None:
    """Two outlets, one story, one alert; what has no score is counted, and no more."""
    lived = past()
    assert ["outlet: Lavrov lands in Bamako for talks", AMBUSH.entry.id] == [
        alert.entry.id for alert in lived.alerts
    ]
    assert lived.outcomes[AGAIN.entry.id].fate in (Fate.SAME_STORY, Fate.NEAR_DUPLICATE)
    assert (4, 3) == (len(lived.times), len(lived.outcomes))
    assert {"ties": 1, "attacks": 1} == lived.alerts_by_topic()
    assert [1, 1] == list(lived.alerts_by_day().values())


def test_nothing_changes_when_nothing_was_edited() -> None:
    """The same profiles give the same alerts."""
    comparison = compare(past(), past())
    assert ((), 2) == (comparison.differences, comparison.same_count)


def test_known_scores_at_other_thresholds_are_as_good_as_new_ones() -> None:
    """The quick way and the long way to a changed threshold come to the same."""
    low, high = (at(TIES, 20), ATTACKS), (at(TIES, 95), ATTACKS)
    known = list(score(ALL, runtime(profiles=low)))
    quick = live_through(
        at_thresholds(known, {profile.id: profile for profile in high}), runtime(profiles=high)
    )
    assert quick == past(*high)
    assert ["attacks"] == list(quick.alerts_by_topic())


def test_a_raised_threshold_loses_alerts_and_says_so() -> None:
    """The score stayed, the threshold moved."""
    (lost,) = compare(past(), past(at(TIES, 95), ATTACKS)).lost
    assert ("ties",) == lost.topics
    assert "ties 90: threshold 50 → 95" == lost.reason


def test_a_pattern_that_scores_more_gains_alerts_and_is_named() -> None:
    """The reason gives both scores."""
    (gained,) = compare(past(scoring(TIES, 30), ATTACKS), past()).gained
    assert "ties 30 → 90 (threshold 50)" == gained.reason


def test_a_new_topic_gains_alerts_and_names_its_pattern() -> None:
    """Without any evidence before, the pattern that meets now is the reason."""
    (gained,) = compare(past(TIES), past()).gained
    assert "attacks 0 → 90 (threshold 50): now 'attack there'" == gained.reason


def test_an_alert_that_names_another_topic_is_changed() -> None:
    """The same entry tells of one topic more: neither gained nor lost."""
    both = arrival("Ambush kills Kremlin envoy in Mali")
    comparison = compare(past(TIES, arrivals=(both,)), past(arrivals=(both,)))
    (changed,) = comparison.changed
    assert ((), ()) == (comparison.gained, comparison.lost)
    assert changed.reason.startswith("also attacks 0 → 90")


def test_a_story_told_by_a_later_entry_is_changed_not_lost() -> None:
    """When the first entry falls below the line, the story is told by the next one, later."""
    first = arrival("Lavrov plane seen over Bamako airport, landing for talks on arms", hours=0)
    later = arrival(
        "Kremlin envoy Lavrov plane seen over Bamako airport, landing for talks on arms, Mali",
        hours=3,
        feed="rival",
    )
    before = past(arrivals=(first, later))
    assert 1 == len(before.alerts)
    without_lavrov = tuple(
        Profile(
            id=TIES.id,
            name=TIES.name,
            patterns=TIES.patterns,
            concepts=tuple(
                type(concept)(
                    id=concept.id,
                    name=concept.name,
                    members=tuple(member for member in concept.members if member.id != "lavrov"),
                )
                for concept in TIES.concepts
            ),
            version="2",
        )
        for _ in range(1)
    )
    comparison = compare(before, past(*without_lavrov, arrivals=(first, later)))
    (changed,) = comparison.changed
    assert ((), ()) == (comparison.gained, comparison.lost)
    assert "told 3 h later: Rival instead of Outlet" in changed.reason


def test_days_are_compared_side_by_side() -> None:
    """Each day with alerts in either past, with both counts."""
    per_day = compare(past(), past(TIES)).per_day
    assert [(START.date(), 1, 1), (START.date() + timedelta(days=1), 1, 0)] == list(per_day)


def test_a_backlog_stays_silent_when_it_is_lived_through_again() -> None:
    """What was there at a feed's first poll is not told now either."""
    lived = past(arrivals=(arrival("Lavrov lands in Bamako for talks", silent=True),))
    assert [] == lived.alerts
    assert [Fate.BACKLOG] == [outcome.fate for outcome in lived.outcomes.values()]


def test_the_recorded_past_is_what_was_told() -> None:
    """A story's opener made the alert, for the topics that some target takes; times are when it was seen."""
    lived = past()
    judged = [
        JudgedEntry(
            entry=outcome.entry,
            fate=outcome.fate,
            reason=outcome.reason,
            matches=outcome.matches,
            story_id=outcome.story_id,
        )
        for outcome in lived.outcomes.values()
    ]
    told = recorded(judged, {"ties", "attacks"})
    assert [alert.entry.id for alert in lived.alerts] == [alert.entry.id for alert in told.alerts]
    assert {"ties": 1} == recorded(judged, {"ties"}).alerts_by_topic()
    assert [one.at for one in ALL[:3]] == [one.at for one in arrivals_of(judged)]


def test_what_was_before_the_time_asked_for_is_left_out() -> None:
    """Older entries only serve to know the open stories."""
    recent = past().since(START + timedelta(hours=1))
    assert [AMBUSH.entry.id] == [alert.entry.id for alert in recent.alerts]
    assert 3 == len(recent.times)


@pytest.mark.parametrize("topics", [("attacks",), ()])
def test_a_feed_is_judged_for_its_own_topics_only(topics: tuple[str, ...]) -> None:
    """A feed's `topics` hold in a backtest too."""
    from dataclasses import replace

    from watcher.core.model import FeedConfig

    feed = FeedConfig(id="outlet", url="https://outlet.example/", outlet="Outlet", topics=topics)
    used = replace(runtime(), feeds={"outlet": feed})
    assert [] == live_through(score((VISIT,), used), used).alerts
