"""How `watcher backtest` shows what it found: tables for people, one JSON object for machines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click

from watcher.cli.nearmisses import near_row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from watcher.core.evaluation.backtest import Past
    from watcher.core.evaluation.comparing import Comparison, Difference
    from watcher.core.evaluation.nearmisses import NearMiss

COLUMNS = ("change", "at", "topics", "outlet", "title", "reason")
NEAR_COLUMNS = ("score", "threshold", "topic", "outlet", "title", "because")


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A past to show, and what it is compared with."""

    before: Past | None  # None: there is nothing to compare with
    after: Past
    compared_with: str
    scores: str  # "stored" | "computed"
    seconds: float


def show(result: Result, *, limit: int, near: int, days: bool, as_json: bool) -> None:
    """Print volumes, differences and near misses.

    Args:
        result: what was found.
        limit: so many differences.
        near: so many near misses.
        days: also alerts day by day.
        as_json: everything, as one JSON object.
    """
    from watcher.cli.output import emit, emit_json
    from watcher.core.evaluation.comparing import compare
    from watcher.core.evaluation.nearmisses import near_misses

    after, before = result.after, result.before
    comparison = compare(before, after) if before is not None else None
    misses = near_misses((one.entry, one.matches) for one in after.outcomes.values())
    if as_json:
        emit_json(_as_json(result, comparison, misses))
        return
    span_days = _days(after)
    first, last = (min(after.times), max(after.times)) if after.times else (None, None)
    span = f", {first:%Y-%m-%d} to {last:%Y-%m-%d}" if first and last else ""
    click.echo(f"{len(after.times):,} entries{span}; scores {result.scores}, {result.seconds:.1f} s in all")
    rows = [_volume("alerts", before, after, None), _volume("alerts a day", before, after, span_days)]
    topics = dict.fromkeys([*(before.alerts_by_topic() if before else ()), *after.alerts_by_topic()])
    rows += [
        {
            "what": f"  {topic}",
            "before": before.alerts_by_topic().get(topic, 0) if before else None,
            "after": after.alerts_by_topic().get(topic, 0),
        }
        for topic in topics
    ]
    emit(rows, ("what", "before", "after") if before else ("what", "after"))
    if comparison is not None:
        if days:
            click.echo()
            emit([{"day": str(day), "before": b, "after": a} for day, b, a in comparison.per_day])
        _print_differences(comparison, result.compared_with, limit)
    elif days:
        click.echo()
        emit([{"day": str(day), "alerts": count} for day, count in after.alerts_by_day().items()])
    if misses and near:
        click.echo(f"\n{len(misses)} near misses, just below a threshold; the nearest:")
        emit([near_row(miss) for miss in misses[:near]], NEAR_COLUMNS)


def _print_differences(comparison: Comparison, compared_with: str, limit: int) -> None:
    from watcher.cli.output import emit

    differences = comparison.differences
    click.echo(
        f"\nagainst {compared_with}: gained {len(comparison.gained)}, lost {len(comparison.lost)}, "
        f"changed {len(comparison.changed)}, the same {comparison.same_count}"
    )
    if differences:
        emit([_row(difference) for difference in differences[:limit]], COLUMNS)
    if len(differences) > limit:
        click.echo(f"… and {len(differences) - limit} more (--limit)")


def _volume(what: str, before: Past | None, after: Past, per: float | None) -> dict[str, Any]:
    return {
        "what": what,
        "before": None if before is None else len(before.alerts) / (per or 1),
        "after": len(after.alerts) / (per or 1),
    }


def _days(past: Past) -> float:
    """Days from the first entry to the last, at least one."""
    if not past.times:
        return 1.0
    return max(1.0, (max(past.times) - min(past.times)) / timedelta(days=1))


def _row(difference: Difference) -> dict[str, Any]:
    outcome = difference.outcome
    return {
        "change": difference.kind,
        "at": outcome.at,
        "topics": list(difference.topics),
        "outlet": outcome.entry.outlet,
        "title": outcome.entry.title,
        "reason": difference.reason,
        "entry": outcome.entry.id,
        "url": outcome.entry.url,
    }


def _as_json(result: Result, comparison: Comparison | None, misses: Sequence[NearMiss]) -> dict[str, Any]:
    before, after = result.before, result.after
    per_day = (
        [{"day": str(day), "before": b, "after": a} for day, b, a in comparison.per_day]
        if comparison is not None
        else [{"day": str(day), "after": count} for day, count in after.alerts_by_day().items()]
    )
    return {
        "entries": len(after.times),
        "scores": result.scores,
        "seconds": round(result.seconds, 2),
        "compared_with": result.compared_with if comparison is not None else None,
        "alerts": {"before": len(before.alerts) if before else None, "after": len(after.alerts)},
        "alerts_by_topic": {
            "before": before.alerts_by_topic() if before else None,
            "after": after.alerts_by_topic(),
        },
        "per_day": per_day,
        "same": comparison.same_count if comparison else None,
        "gained": [_row(one) for one in comparison.gained] if comparison else [],
        "lost": [_row(one) for one in comparison.lost] if comparison else [],
        "changed": [_row(one) for one in comparison.changed] if comparison else [],
        "near_misses": [near_row(miss) for miss in misses],
    }
