"""Entries just below the line, and topics without stories for too long."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.fakes.past import START, entry, scoring
from tests.fakes.polls import ATTACKS, TIES
from watcher.core.evaluation.nearmisses import because, near_misses, silences
from watcher.core.matching import compile_matcher, match
from watcher.core.model import Evidence, Match

PROFILES = {"ties": TIES}


def judged(*titles: str, score: float = 45) -> list[tuple[object, list[Match]]]:
    matcher = compile_matcher([scoring(TIES, score), ATTACKS])
    return [(one, match(one, matcher)) for one in map(entry, titles)]


def test_what_stays_just_below_is_listed_nearest_first() -> None:
    """Within the margin and below the threshold; on topic and far below are not."""
    found = judged("Lavrov lands in Bamako", score=45) + judged("Kremlin letter reaches Niger", score=31)
    found += judged("Kremlin greets Mali", score=20) + judged("Lavrov thanks Niger", score=60)
    misses = near_misses(found)  # type: ignore[arg-type]
    assert [("Lavrov lands in Bamako", 5.0), ("Kremlin letter reaches Niger", 19.0)] == [
        (miss.entry.title, miss.gap) for miss in misses
    ]
    assert "'russia meets sahel' 45" in misses[0].because


def test_one_headline_is_listed_once() -> None:
    """The same headline from several feeds is one near miss with a count."""
    (miss,) = near_misses(judged("Lavrov lands in Bamako", "LAVROV lands in Bamako!"))  # type: ignore[arg-type]
    assert 1 == miss.repeat_count


def test_a_near_miss_says_when_it_was_told_for_another_topic() -> None:
    """It is a miss of this topic only."""
    (miss,) = near_misses(judged("Ambush kills Kremlin envoy in Mali"))  # type: ignore[arg-type]
    assert ("ties", ("attacks",)) == (miss.match.profile_id, miss.told_for)
    assert [] == near_misses(judged("Ambush kills Kremlin envoy in Mali"), topic="attacks")  # type: ignore[arg-type]


def test_what_held_an_entry_back_is_named() -> None:
    """An exclusion that struck, else the first concept that was missing."""
    made = Match(
        entry_id="1",
        profile_id="ties",
        profile_version="1",
        score=12,
        threshold=50,
        evidence=(Evidence(pattern="meeting", score=60, mentions=()),),
        near=(
            Evidence(
                pattern="sport", score=0, mentions=(), note="against the topic: score x 0.2", missing=()
            ),
            Evidence(pattern="summit", score=80, mentions=(), missing=("summit",)),
        ),
    )
    assert "'meeting' 60; against the topic: score x 0.2 ('sport')" == because(made)


def stories(count: int, *, gap_h: float = 6) -> list[tuple[str, datetime, str]]:
    return [("ties", START + timedelta(hours=gap_h * n), f"story {n}") for n in range(count)]


@pytest.mark.parametrize(
    ("count", "hours_since", "silent"),
    [(10, 12, False), (10, 27, False), (10, 29, True), (3, 400, False), (0, 100, False), (0, 200, True)],
)
def test_silence_is_measured_by_what_is_usual(count: int, hours_since: float, silent: bool) -> None:
    """Six hours between stories: 4.6 times that is silence; too few stories say nothing, none in six days does."""
    now = START + timedelta(hours=6 * max(0, count - 1) + hours_since)
    (found,) = silences(stories(count), PROFILES, now, watched_since=START)
    assert silent is found.silent
    assert count == found.story_count
