"""Scores of grouping, worked out by hand, and the past replayed through decide()."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.grouping.making import entry
from tests.fakes.polls import runtime
from watcher.core.evaluation.replay import Labels, novelty, replay
from watcher.core.evaluation.stories import Agreement, Told, b_cubed, pairs_by_language

LABELS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=20)


def test_b_cubed_is_the_mean_over_entries() -> None:
    """Two stories of two, found as one of three and one of one."""
    found = b_cubed(["x", "x", "x", "y"], ["a", "a", "b", "b"])
    # precision: 2/3, 2/3, 1/3, 1; recall: 1, 1, 1/2, 1/2
    assert (found.precision, found.recall) == (pytest.approx(2 / 3), pytest.approx(3 / 4))
    assert found.f1 == pytest.approx(2 * (2 / 3) * (3 / 4) / (2 / 3 + 3 / 4))


@given(LABELS)
def test_b_cubed_is_one_for_the_truth_and_never_outside_0_and_1(pairs: list[tuple[int, int]]) -> None:
    """Perfect agreement scores 1, singletons have precision 1, one heap has recall 1."""
    found, gold = [str(one) for one, _ in pairs], [str(two) for _, two in pairs]
    assert b_cubed(gold, gold).f1 == pytest.approx(1.0)
    assert b_cubed([str(n) for n in range(len(gold))], gold).precision == pytest.approx(1.0)
    assert b_cubed(["heap"] * len(gold), gold).recall == pytest.approx(1.0)
    figures = b_cubed(found, gold)
    assert 0.0 < figures.precision <= 1.0 + 1e-9
    assert 0.0 < figures.recall <= 1.0 + 1e-9


def test_pairs_are_scored_by_language() -> None:
    """English pairs apart from pairs of two languages."""
    told = [
        Told(entry=entry("one", "en"), story="a"),
        Told(entry=entry("two", "en"), story="a"),
        Told(entry=entry("trois", "fr"), story="a"),
        Told(entry=entry("four", "en"), story="b"),
    ]
    found = pairs_by_language(told, ["x", "x", "y", "y"])
    assert found == {
        "en": Agreement(precision=1.0, recall=1.0),
        "cross-language": Agreement(precision=0.0, recall=0.0),
    }


def test_a_replay_alerts_each_story_once_and_counts_what_labels_say() -> None:
    """Two outlets with one story: one alert; an off-topic entry: none; what is redundant is counted."""
    visit = entry("Lavrov lands in Bamako for talks", id_="1")
    copy = entry("Lavrov lands in Bamako for talks", hours=1, outlet="Morning Ledger", id_="2")
    ambush = entry("Ambush near Niger border leaves many dead", hours=2, id_="3")
    weather = entry("Weather in Lagos", hours=3, id_="4")
    replayed = replay([visit, copy, ambush, weather], runtime())
    assert replayed.entry_count == 4
    assert [entry_id for entry_id, _ in replayed.matched] == ["1", "2", "3"]
    assert [entry_id for entry_id, _ in replayed.alerts] == ["1", "3"]
    labels = {
        "1": Labels(grades={"ties": 2}, story="visit"),
        "2": Labels(grades={"ties": 2}, story="visit"),
        "3": Labels(grades={"ties": 0}, story="visit"),
        "4": Labels(grades={"ties": 2}, story="weather"),
    }
    figures = novelty(replayed, labels)
    assert (figures.story_count, figures.alerted_count, figures.alert_count) == (2, 1, 2)
    assert (figures.redundant_count, figures.off_topic_count) == (1, 1)
    assert (figures.alerted_ratio, figures.redundancy, figures.off_topic_ratio) == (0.5, 1.0, 0.5)
