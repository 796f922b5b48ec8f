"""The threshold that serves best, and how far it can be trusted."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes.past import entry
from watcher.core.evaluation.topics import Judged
from watcher.core.evaluation.tuning import advise, figures_at
from watcher.core.model import Match


def judged(score: float, grade: int, number: int = 0) -> Judged:
    made = replace(entry("A headline"), id=f"{number:04}")
    match = Match(
        entry_id=made.id, profile_id="ties", profile_version="1", score=score, threshold=50, evidence=()
    )
    return Judged(entry=made, grade=grade, match=match)


def items(on: list[float], off: list[float]) -> list[Judged]:
    scores = [(score, 2) for score in on] + [(score, 0) for score in off]
    return [judged(score, grade, number) for number, (score, grade) in enumerate(scores)]


def test_the_best_threshold_is_the_middle_of_its_plateau() -> None:
    """Everything from 41 to 60 separates the two kinds: 50 or 51 is as far as can be from both."""
    advice = advise(items([61.0] * 10, [40.0] * 10), 30)
    assert (51.0, 1.0) == (advice.best.threshold, advice.best.f1)
    assert advice.worth_it


def test_a_threshold_that_is_as_good_stays() -> None:
    """No change for nothing."""
    advice = advise(items([90.0] * 10, [10.0] * 10), 85)
    assert 85 == advice.best.threshold
    assert not advice.worth_it


def test_few_judged_entries_choose_no_threshold() -> None:
    """With three on-topic entries nothing is held out and nothing is worth it."""
    advice = advise(items([45.0] * 3, [10.0] * 30), 50)
    assert advice.held_out is None
    assert not advice.worth_it


@settings(deadline=None, max_examples=40)
@given(
    on=st.lists(st.integers(0, 100).map(float), min_size=8, max_size=40),
    off=st.lists(st.integers(0, 100).map(float), max_size=40),
    threshold=st.integers(1, 99).map(float),
)
def test_no_threshold_in_the_sweep_is_better_than_the_best(
    on: list[float], off: list[float], threshold: float
) -> None:
    """The best is at least as good as the one in force and as any in the sweep; held out counts everything once."""
    advice = advise(items(on, off), threshold)
    assert all(at.f1 <= advice.best.f1 for at in (*advice.sweep, advice.now))
    assert advice.best == figures_at(items(on, off), advice.best.threshold)
    assert advice.held_out is not None
    assert len(on) == advice.held_out.true_count + advice.held_out.missed_count
