"""`watcher backtest`: what an edited profile would have told."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from watcher.cli.nearmisses import near_row
from watcher.cli.params import DURATION

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from watcher.cli.context import CliContext
    from watcher.core.deciding import Runtime
    from watcher.core.evaluation.backtest import Past, Scored
    from watcher.core.evaluation.comparing import Comparison, Difference
    from watcher.core.evaluation.nearmisses import NearMiss
    from watcher.core.evaluation.replay import Arrival
    from watcher.core.model import JudgedEntry
    from watcher.core.profiles import Profile

COLUMNS = ("change", "at", "topics", "outlet", "title", "reason")
NEAR_COLUMNS = ("score", "threshold", "topic", "outlet", "title", "because")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Result:
    before: Past | None  # None: there is nothing to compare with
    after: Past
    compared_with: str
    scores: str  # "stored" | "computed"
    seconds: float


@click.command("backtest")
@click.option("--since", type=DURATION, default="30d", show_default=True, help="How far back, as 24h, 30d.")
@click.option(
    "--config",
    "other",
    metavar="OTHER",
    type=click.Path(exists=True, path_type=Path),
    help="An edited configuration, to be compared with the one in force.",
)
@click.option(
    "--file",
    "file",
    metavar="ENTRIES",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Entries from a JSON-lines file, plain or .gz, instead of the stored ones.",
)
@click.option("--limit", default=40, show_default=True, help="Show at most so many differences.")
@click.option("--near", default=10, show_default=True, help="Show so many near misses.")
@click.option("--days", is_flag=True, help="Also alerts day by day.")
@click.option("--rescore", is_flag=True, help="Read every entry anew, even where stored scores would do.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object with everything, for machines.")
@click.pass_obj
def command(
    ctx: CliContext,
    *,
    since: timedelta,
    other: Path | None,
    file: Path | None,
    limit: int,
    near: int,
    days: bool,
    rescore: bool,
    as_json: bool,
) -> None:
    """Replay the past with an edited profile: alerts gained, lost and changed, each with its reason.

    \b
    Without --config: the configuration in force against what was told at the time.
    With --config:    the configuration OTHER against the one in force.
    With --file:      a file's entries; without --config, only how much would be told.

    A changed threshold is answered from stored scores in seconds; other edits read every entry anew.
    """
    from watcher.config import compile_runtime, load

    started = time.monotonic()
    now = compile_runtime(ctx.load())
    edited = compile_runtime(load(other, os.environ)) if other is not None else None
    if file is not None:
        result = _from_file(file, now, edited, started)
    else:
        after = datetime.now(UTC) - since
        result = _from_store(ctx, after, now, edited, started, rescore=rescore)
    _print(result, limit=limit, near=near, days=days, as_json=as_json)


def _from_file(file: Path, now: Runtime, edited: Runtime | None, started: float) -> _Result:
    from watcher.cli.entries_file import read_entries
    from watcher.core.evaluation.backtest import at_thresholds, live_through
    from watcher.core.evaluation.replay import Arrival

    arrivals = [Arrival(entry=entry, at=entry.first_seen_at) for entry in read_entries(file)]
    scored = _score(arrivals, now, "reading")
    before = None
    if edited is not None:
        before = live_through(scored, now)
        if _differ_in_thresholds_only(now.profiles, edited.profiles):
            scored = list(at_thresholds(scored, edited.profiles))
        else:
            scored = _score(arrivals, edited, "reading as edited")
    return _Result(
        before=before,
        after=live_through(scored, edited or now),
        compared_with="the configuration in force",
        scores="computed",
        seconds=time.monotonic() - started,
    )


def _from_store(
    ctx: CliContext,
    since: datetime,
    now: Runtime,
    edited: Runtime | None,
    started: float,
    *,
    rescore: bool,
) -> _Result:
    from watcher.core.evaluation.backtest import live_through, recorded
    from watcher.core.grouping import WINDOW

    with ctx.read_store() as store:
        judged = store.entries_since(since - WINDOW)  # the stories that were open then
    runtime = edited or now
    if edited is not None:
        scored, _ = _scored(judged, now, rescore=rescore)
        before = live_through(scored, now)
    else:
        before = recorded(judged, _told_topics(now))
    scored, kind = _scored(judged, runtime, rescore=rescore)
    after = live_through(scored, runtime)
    return _Result(
        before=before.since(since),
        after=after.since(since),
        compared_with="the configuration in force" if edited is not None else "what was told",
        scores=kind,
        seconds=time.monotonic() - started,
    )


def _scored(judged: Sequence[JudgedEntry], runtime: Runtime, *, rescore: bool) -> tuple[list[Scored], str]:
    """Stored scores where these profiles would give the same ones, else new ones."""
    from watcher.core.evaluation.backtest import Scored, arrivals_of, at_thresholds

    arrivals = arrivals_of(judged)
    if not rescore and _scores_hold(judged, runtime.profiles):
        stored = (
            Scored(arrival=arrival, matches=one.matches)
            for arrival, one in zip(arrivals, judged, strict=True)
        )
        return list(at_thresholds(stored, runtime.profiles)), "stored"
    return _score(arrivals, runtime, "reading"), "computed"


def _score(arrivals: Sequence[Arrival], runtime: Runtime, label: str) -> list[Scored]:
    """Score entries, with a bar on a terminal."""
    from watcher.core.evaluation.backtest import score

    with click.progressbar(arrivals, label=label, file=sys.stderr, update_min_steps=500) as shown:
        return list(score(shown, runtime))


def _scores_hold(judged: Iterable[JudgedEntry], profiles: Mapping[str, Profile]) -> bool:
    """True when all stored scores were given by these profiles, thresholds aside.

    Entries without a score do not say which version judged them; that no other version left any
    score is taken as the answer (`--rescore` takes nothing as given).
    """
    from watcher.config.topics import version_of

    known = {
        (match.profile_id, match.profile_version, match.threshold) for one in judged for match in one.matches
    }
    if {topic for topic, _, _ in known} != set(profiles):
        return False
    return all(
        version_of(replace(profiles[topic], threshold=threshold)) == version
        for topic, version, threshold in known
    )


def _differ_in_thresholds_only(now: Mapping[str, Profile], edited: Mapping[str, Profile]) -> bool:
    from watcher.config.topics import version_of

    return now.keys() == edited.keys() and all(
        version_of(replace(edited[topic], threshold=profile.threshold)) == profile.version
        for topic, profile in now.items()
    )


def _told_topics(runtime: Runtime) -> set[str]:
    """Topics that some target takes."""
    return {
        topic
        for topic, profile in runtime.profiles.items()
        for target in runtime.targets.values()
        if (target.topics is None or topic in target.topics)
        and (not profile.targets or target.id in profile.targets)
    }


def _print(result: _Result, *, limit: int, near: int, days: bool, as_json: bool) -> None:
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


def _as_json(result: _Result, comparison: Comparison | None, misses: Sequence[NearMiss]) -> dict[str, Any]:
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
