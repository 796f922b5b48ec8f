"""`watcher backtest`: what an edited profile would have told."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from watcher.cli.backtest_output import Result, show
from watcher.cli.params import COUNT, DURATION

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from watcher.cli.context import CliContext
    from watcher.core.deciding import Runtime
    from watcher.core.evaluation.backtest import Scored
    from watcher.core.evaluation.replay import Arrival
    from watcher.core.model import JudgedEntry
    from watcher.core.profiles import Profile


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
@click.option("--limit", type=COUNT, default=40, show_default=True, help="Show at most so many differences.")
@click.option("--near", type=COUNT, default=10, show_default=True, help="Show so many near misses.")
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

    \b
    watcher backtest --since 30d
    watcher --config my-watch backtest --config my-watch-edited --days
    watcher backtest --file entries.jsonl.gz
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
    show(result, limit=limit, near=near, days=days, as_json=as_json)


def _from_file(file: Path, now: Runtime, edited: Runtime | None, started: float) -> Result:
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
    return Result(
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
) -> Result:
    from watcher.core.evaluation.backtest import live_through, recorded

    with ctx.read_store() as store:
        judged = store.entries_since((edited or now).remembered_since(since))
    runtime = edited or now
    if edited is not None:
        scored, _ = _scored(judged, now, rescore=rescore)
        before = live_through(scored, now)
    else:
        before = recorded(judged, _told_topics(now))
    scored, kind = _scored(judged, runtime, rescore=rescore)
    after = live_through(scored, runtime)
    return Result(
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

    with click.progressbar(
        arrivals, label=label, file=sys.stderr, update_min_steps=500, hidden=not sys.stderr.isatty()
    ) as shown:
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
