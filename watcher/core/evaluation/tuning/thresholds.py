"""The threshold that serves best, what it costs, and how far that can be trusted. Pure."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher.core.evaluation.topics import Figures

if TYPE_CHECKING:
    from collections.abc import Sequence

    from watcher.core.evaluation.topics import Judged

FOLDS = 5
ON_TOPIC_NEEDED = 8
"""With fewer on-topic entries one of them moves F1 by more than a tuned threshold ever brought."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdAdvice:
    """What the judged entries say about a threshold."""

    now: Figures
    best: Figures  # highest F1; of equal ones the middle of the widest run
    held_out: Figures | None
    """Mistakes on entries that did not choose the threshold (five parts, each judged by the threshold of the other
    four): what to expect of new entries. None with too few judged."""
    sweep: tuple[Figures, ...]  # every 5 points and at the two above

    @property
    def worth_it(self) -> bool:
        """True when it makes fewer mistakes, also on entries that did not choose it."""
        if self.held_out is None or self.best.threshold == self.now.threshold:
            return False
        return self.best.f1 > self.now.f1 and self.held_out.f1 > self.now.f1


def figures_at(judged: Sequence[Judged], threshold: float) -> Figures:
    """Count right and wrong at a threshold; borderline entries (grade 1) are left out."""
    true = sum(item.grade == 2 and item.match.score >= threshold for item in judged)
    false = sum(item.grade == 0 and item.match.score >= threshold for item in judged)
    relevant = sum(item.grade == 2 for item in judged)
    return Figures(threshold=threshold, true_count=true, false_count=false, missed_count=relevant - true)


def advise(judged: Sequence[Judged], threshold: float) -> ThresholdAdvice:
    """Find the threshold with the highest F1.

    Args:
        judged: entries of one topic with their grades; scores do not depend on the threshold.
        threshold: the one in force.
    """
    best = _best(judged, threshold)
    steps = sorted({float(step) for step in range(5, 100, 5)} | {threshold, best.threshold})
    return ThresholdAdvice(
        now=figures_at(judged, threshold),
        best=best,
        held_out=_held_out(judged, threshold),
        sweep=tuple(figures_at(judged, step) for step in steps),
    )


def _best(judged: Sequence[Judged], threshold: float) -> Figures:
    """The best whole-numbered threshold; the one in force when none is better."""
    now = figures_at(judged, threshold)
    on, off = (sorted(item.match.score for item in judged if item.grade == grade) for grade in (2, 0))
    steps = []
    for step in map(float, range(1, 100)):
        missed, quiet = bisect_left(on, step), bisect_left(off, step)
        steps.append(
            Figures(
                threshold=step,
                true_count=len(on) - missed,
                false_count=len(off) - quiet,
                missed_count=missed,
            )
        )
    top = max(steps, key=lambda at: at.f1)
    if top.f1 <= now.f1:
        return now
    runs: list[list[Figures]] = [[]]
    for at in steps:
        if at.f1 == top.f1:
            runs[-1].append(at)
        elif runs[-1]:
            runs.append([])
    widest = max(runs, key=len)
    return widest[len(widest) // 2]


def _held_out(judged: Sequence[Judged], threshold: float) -> Figures | None:
    if sum(item.grade == 2 for item in judged) < ON_TOPIC_NEEDED:
        return None
    ordered = sorted(
        judged, key=lambda item: (item.grade, item.entry.id)
    )  # every part gets its share of grades
    true = false = missed = 0
    for fold in range(FOLDS):
        chosen_by = [item for number, item in enumerate(ordered) if number % FOLDS != fold]
        figures = figures_at(ordered[fold::FOLDS], _best(chosen_by, threshold).threshold)
        true += figures.true_count
        false += figures.false_count
        missed += figures.missed_count
    return Figures(threshold=threshold, true_count=true, false_count=false, missed_count=missed)
