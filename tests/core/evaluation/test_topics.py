"""Figures of topic tracking."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.core.evaluation.topics import Figures, average_precision, labelled


def test_average_precision_of_a_known_ranking() -> None:
    """Relevant at ranks 1 and 3: (1/1 + 2/3) / 2."""
    assert pytest.approx((1 + 2 / 3) / 2) == average_precision([(9, True), (8, False), (7, True), (1, False)])


def test_equal_scores_share_the_worst_rank() -> None:
    """A scorer that gives everything the same score earns only the share of what is relevant."""
    assert 0.25 == average_precision([(5, True), (5, False), (5, False), (5, False)])


@given(st.lists(st.tuples(st.integers(0, 100), st.booleans()), max_size=30))
def test_average_precision_is_a_ratio_and_knows_no_order(scored: list[tuple[int, bool]]) -> None:
    """Between 0 and 1, whatever the order of the items."""
    one = average_precision(scored)
    assert 0 <= one <= 1
    assert pytest.approx(one) == average_precision(scored[::-1])


def test_nothing_alerted_and_nothing_relevant_are_no_errors() -> None:
    """Empty sets have perfect precision and recall, and an F1 of 0 only where something was missed or false."""
    silent = Figures(threshold=50, true_count=0, false_count=0, missed_count=3)
    assert (1.0, 0.0, 0.0) == (silent.precision, silent.recall, silent.f1)


@pytest.mark.parametrize(
    "record", [{}, {"title": " ", "grades": {}}, {"title": "x"}, {"title": "x", "grades": {"t": 5}}]
)
def test_a_record_without_title_or_grades_is_refused(record: dict[str, object]) -> None:
    """The message names what is missing."""
    with pytest.raises(ValueError, match=r"title|grades"):
        labelled(record)
