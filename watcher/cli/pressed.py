"""Judgements that people pressed under alerts, as judged entries."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from watcher.core.evaluation.topics import Labelled
    from watcher.store.reading import ReadStore

LABEL_PREFIX = "label:"
"""Facts of judged entries, as the bot keeps them: label:<entry>:<user> -> JSON."""


def pressed_labels(store: ReadStore) -> list[Labelled]:
    """Make a judged entry of every entry that somebody judged.

    A press answers for all topics the alert named: relevant is grade 2, irrelevant grade 0. Where people disagree
    the entry is borderline (grade 1), which never counts.
    """
    from watcher.core.evaluation.topics import labelled

    found: dict[str, dict[str, Any]] = {}
    for value in store.values(LABEL_PREFIX).values():
        label = json.loads(value)
        record = found.setdefault(
            label["entry"],
            {
                "id": label["entry"],
                "title": label["headline"],
                "summary": label["summary"],
                "source": label["outlet"],
                "language": label["language"],
                "grades": {},
            },
        )
        grade = 2 if label["relevant"] else 0
        for topic in label["topics"]:
            known = record["grades"].get(topic, grade)
            record["grades"][topic] = grade if known == grade else 1
    return [labelled(record) for record in found.values()]
