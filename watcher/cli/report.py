"""`watcher report`: one HTML page to look at."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from watcher.cli.params import DURATION
from watcher.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import timedelta

    from watcher.cli.context import CliContext
    from watcher.core.evaluation.topics import Figures
    from watcher.core.profiles import Profile

DELIVERIES_READ = 100_000


@click.command("report")
@click.option("--since", type=DURATION, default="7d", show_default=True, help="How far back, as 24h, 7d.")
@click.option(
    "-o",
    "--output",
    default="report.html",
    show_default=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write; it is replaced.",
)
@click.option(
    "--labels",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Judged entries (docs/labelling.md): precision and recall against the threshold.",
)
@click.pass_obj
def command(ctx: CliContext, *, since: timedelta, output: Path, labels: Path | None) -> None:
    """Write one self-contained HTML page: alerts per day and topic, scores around the thresholds, what did the
    work, stories with their outlets, near misses, how the feeds do.

    Works beside a running watcher. The page loads nothing and runs no script: it can be mailed as it is.

    \b
    watcher report --since 30d -o april.html
    """
    try:
        from watcher.ops.report import Facts, gather, render
    except ImportError as error:
        raise ConfigError(
            [f"the report needs one more package ({error.name}): pip install 'coverage-watcher[report]'"]
        ) from error
    from watcher.config.compiling import feed_configs

    now = datetime.now(UTC)
    loaded = ctx.load()
    with ctx.read_store() as store:
        facts = Facts(
            since=now - since,
            now=now,
            judged=store.entries_since(now - since),
            stories=store.stories_since(now - since),
            feeds=store.feed_states(),
            deliveries=store.deliveries(limit=DELIVERIES_READ),
            profiles=loaded.profiles,
            outlets={feed.id: feed.outlet for feed in feed_configs(loaded).values()},
            curves=_curves(labels, loaded.profiles),
            labels=labels.name if labels is not None else "",
        )
    page = render(gather(facts))
    try:
        output.write_text(page, encoding="utf-8")
    except OSError as error:
        raise ConfigError([f"{output}: cannot be written: {error.strerror or error}"]) from error
    click.echo(f"{output}: {len(page.encode()) / 1024:.0f} KiB, {len(facts.judged):,} entries")


def _curves(labels: Path | None, profiles: Mapping[str, Profile]) -> dict[str, Sequence[Figures]]:
    """Figures at every second point, for topics with judged entries on topic."""
    if labels is None:
        return {}
    from watcher.cli.entries_file import read_labelled
    from watcher.core.evaluation.tuning import figures_at, judge_all

    return {
        topic: [figures_at(judged, float(threshold)) for threshold in range(0, 101, 2)]
        for topic, judged in judge_all(read_labelled(labels), profiles).items()
        if any(item.grade == 2 for item in judged)
    }
