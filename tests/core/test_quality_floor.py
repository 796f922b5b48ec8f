"""The floor under the quality of the shipped topics: our own labelled entries, fingerprinted.

When a figure rises for good, raise its floor here in the same commit. Lowering one, or changing the labels, shows
in the diff of tests/data/floor.json.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from tests.fakes.topics import shipped
from watcher.core.evaluation.topics import TopicEvaluation, evaluate, labelled

DATA = Path(__file__).resolve().parent.parent / "data"
FLOOR = json.loads((DATA / "floor.json").read_text(encoding="utf-8"))
LABELLED = (DATA / "labelled.jsonl").read_bytes()


@pytest.fixture(scope="module")
def evaluations() -> dict[str, TopicEvaluation]:
    """The shipped topics, at their shipped thresholds, on all labelled entries."""
    return evaluate([labelled(json.loads(line)) for line in LABELLED.splitlines()], shipped())


def test_the_labels_are_those_the_floor_was_measured_on() -> None:
    """New labels need new floors: measure, then update the fingerprint beside them."""
    assert FLOOR["labelled_sha256"] == hashlib.sha256(LABELLED).hexdigest()


@pytest.mark.parametrize("topic", sorted(FLOOR["topics"]))
def test_no_topic_falls_below_its_floor(topic: str, evaluations: dict[str, TopicEvaluation]) -> None:
    """F1 at the shipped threshold and average precision stay where they once were."""
    one, least = evaluations[topic], FLOOR["topics"][topic]
    mistakes = [item.entry.title for item in (*one.false_alarms, *one.misses)]
    assert one.figures.f1 >= least["f1"], mistakes
    assert one.average_precision >= least["average_precision"], mistakes


def test_every_shipped_topic_has_a_floor() -> None:
    """A topic without a floor is not guarded."""
    assert set(shipped().profiles) == set(FLOOR["topics"])
