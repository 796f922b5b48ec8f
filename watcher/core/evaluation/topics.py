"""Topic tracking against labelled entries: precision, recall, F1, average precision, and the worst mistakes.

Grades: 2 on topic, 0 off topic, 1 borderline and never counted. Pure: chance is passed in.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from watcher.core.matching import judge, read_entry
from watcher.core.model import Entry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from watcher.core.matching import Matcher
    from watcher.core.model import Match

    Choose = Callable[[Sequence[int], int], Sequence[int]]
    """(weights, n) -> n indices drawn with those weights: the chance that bootstrap intervals need."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """An entry with its grades per topic id."""

    entry: Entry
    grades: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A labelled entry with what the matcher says of one topic."""

    entry: Entry
    grade: int
    match: Match


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Counts at one threshold and what follows from them; ratios 0–1."""

    threshold: float
    true_count: int  # on topic and alerted
    false_count: int  # off topic and alerted
    missed_count: int  # on topic and not alerted

    @property
    def precision(self) -> float:
        """Of what was alerted, how much is on topic; 1 when nothing was alerted."""
        alerted = self.true_count + self.false_count
        return self.true_count / alerted if alerted else 1.0

    @property
    def recall(self) -> float:
        """Of what is on topic, how much was alerted; 1 when nothing is."""
        relevant = self.true_count + self.missed_count
        return self.true_count / relevant if relevant else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return 2 * self.true_count / max(1, 2 * self.true_count + self.false_count + self.missed_count)


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicEvaluation:
    """One topic: figures at its shipped threshold and around it, and what went wrong."""

    topic: str
    figures: Figures
    counted: int  # items with grade 0 or 2
    average_precision: float
    best: Figures  # at the threshold with the highest F1: how much tuning could still give
    sweep: tuple[Figures, ...]
    intervals: Mapping[str, tuple[float, float]]  # 95 %, of precision, recall and f1; {} without chance
    false_alarms: tuple[Judged, ...]  # surest first
    misses: tuple[Judged, ...]  # lowest first


def labelled(record: Mapping[str, Any]) -> Labelled:
    """Read one line of a labelled file.

    Raises:
        ValueError: a field is missing or of the wrong kind; the message names it.
    """
    title, grades = record.get("title"), record.get("grades")
    if not isinstance(title, str) or not title.strip():
        raise ValueError("'title' is missing")
    if not isinstance(grades, dict) or not all(grade in (0, 1, 2) for grade in grades.values()):
        raise ValueError("'grades' must be a mapping of topic ids to 0, 1 or 2")
    language = record.get("language")
    entry = Entry(
        id=str(record.get("id", "")),
        feed_id=str(record.get("source") or ""),
        guid=str(record.get("id", "")),
        url=str(record.get("url") or ""),
        canonical_url="",
        title=title,
        summary=str(record.get("summary") or ""),
        outlet=str(record.get("source") or ""),
        language=language if isinstance(language, str) else None,
        published_at=None,
        first_seen_at=_EPOCH,
    )
    return Labelled(entry=entry, grades=grades)


def evaluate(
    items: Iterable[Labelled], matcher: Matcher, *, choose: Choose | None = None, resamples: int = 1000
) -> dict[str, TopicEvaluation]:
    """Judge every item and compare with its grades.

    Args:
        items: labelled entries; topics they do not grade are left out for them.
        matcher: the profiles as shipped, thresholds included.
        choose: source of chance for the intervals; None: no intervals.
        resamples: how many bootstrap samples.

    Returns:
        Topic id -> figures, for topics of the matcher that some item grades.
    """
    by_topic: dict[str, list[Judged]] = {}
    for item in items:
        reading = read_entry(item.entry, matcher, complete=True)
        for match in judge(reading, item.entry, matcher, item.grades.keys(), zeros=True):
            grade = item.grades[match.profile_id]
            judged = Judged(entry=item.entry, grade=grade, match=match)
            by_topic.setdefault(match.profile_id, []).append(judged)
    return {
        topic: _evaluate_topic(topic, judged, matcher.profiles[topic].profile.threshold, choose, resamples)
        for topic, judged in by_topic.items()
    }


def _evaluate_topic(
    topic: str, judged: list[Judged], threshold: float, choose: Choose | None, resamples: int
) -> TopicEvaluation:
    counted = [item for item in judged if item.grade != 1]
    figures = _figures(counted, threshold)
    sweep = tuple(_figures(counted, float(step)) for step in range(5, 100, 5))
    return TopicEvaluation(
        topic=topic,
        figures=figures,
        counted=len(counted),
        average_precision=average_precision([(item.match.score, item.grade == 2) for item in counted]),
        best=max((figures, *sweep), key=lambda at: at.f1),
        sweep=sweep,
        intervals=_intervals(figures, len(counted), choose, resamples) if choose is not None else {},
        false_alarms=tuple(
            sorted(
                (item for item in counted if item.grade == 0 and item.match.score >= threshold),
                key=lambda item: -item.match.score,
            )
        ),
        misses=tuple(
            sorted(
                (item for item in counted if item.grade == 2 and item.match.score < threshold),
                key=lambda item: item.match.score,
            )
        ),
    )


def _figures(counted: Sequence[Judged], threshold: float) -> Figures:
    true = sum(item.grade == 2 and item.match.score >= threshold for item in counted)
    false = sum(item.grade == 0 and item.match.score >= threshold for item in counted)
    relevant = sum(item.grade == 2 for item in counted)
    return Figures(threshold=threshold, true_count=true, false_count=false, missed_count=relevant - true)


def average_precision(scored: Sequence[tuple[float, bool]]) -> float:
    """Return the mean precision over the ranks of the relevant ones; equal scores share the worst rank.

    Args:
        scored: (score, relevant).
    """
    relevant_count = sum(relevant for _, relevant in scored)
    if not relevant_count:
        return 1.0
    seen = hits = 0
    total = 0.0
    ranked = sorted(scored, key=lambda pair: -pair[0])
    position = 0
    while position < len(ranked):
        end = position
        while end < len(ranked) and ranked[end][0] == ranked[position][0]:
            end += 1
        tied_hits = sum(relevant for _, relevant in ranked[position:end])
        seen, hits = end, hits + tied_hits
        total += tied_hits * hits / seen
        position = end
    return total / relevant_count


def _intervals(
    figures: Figures, counted: int, choose: Choose, resamples: int
) -> dict[str, tuple[float, float]]:
    """Percentile bootstrap over the items."""
    kinds = (figures.true_count, figures.false_count, figures.missed_count)
    weights = (*kinds, counted - sum(kinds))
    drawn = []
    for _ in range(resamples):
        sample = list(choose(weights, counted))
        drawn.append(
            Figures(
                threshold=figures.threshold,
                true_count=sample.count(0),
                false_count=sample.count(1),
                missed_count=sample.count(2),
            )
        )
    low, high = int(0.025 * resamples), min(resamples - 1, int(0.975 * resamples))
    intervals = {}
    for name in ("precision", "recall", "f1"):
        ordered = sorted(getattr(sample, name) for sample in drawn)
        intervals[name] = (ordered[low], ordered[high])
    return intervals
