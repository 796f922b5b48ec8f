"""`watcher check`: is the configuration right, and do the feeds answer?"""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Any

import click

from watcher.cli.params import unknown
from watcher.errors import ConfigError, ExitCode

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from watcher.cli.context import CliContext
    from watcher.config import Loaded
    from watcher.core.deciding import Runtime
    from watcher.core.model import FeedConfig
    from watcher.ops.feed_check import FeedReport

COLUMNS = ("feed", "verdict", "status", "format", "entries", "newest", "matching", "error")


@click.command("check")
@click.option("--feeds", "fetch", is_flag=True, help="Also fetch each feed once and show what came.")
@click.option("--feed", "only", multiple=True, metavar="ID", help="Fetch this feed only; may be repeated.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for machines.")
@click.pass_obj
def command(ctx: CliContext, *, fetch: bool, only: tuple[str, ...], as_json: bool) -> None:
    """Check the configuration: every mistake at once, with file, line and column.

    With --feeds (or --feed ID) each feed is fetched and parsed once as a poll would, and entries are matched;
    nothing is stored or sent.

    \b
    Exit codes: 0 all is well · 1 a feed failed · 2 the configuration has mistakes
    """
    from watcher.config import compile_runtime, require_token

    try:
        loaded = ctx.load()
        require_token(loaded)
    except ConfigError as error:
        if not as_json:
            count = len(error.problems)
            raise ConfigError(
                [*error.problems, f"{count} problem{'s' if count > 1 else ''}; nothing was started"]
            ) from None
        from watcher.cli.output import emit_json

        emit_json({"ok": False, "problems": error.problems})
        click.get_current_context().exit(ExitCode.CONFIGURATION)
    runtime = compile_runtime(loaded)
    feeds = _chosen(runtime, only) if fetch or only else []
    summary = _summary(loaded, runtime)
    if not as_json:
        _show(summary)
    reports = asyncio.run(_fetch(feeds, loaded, runtime)) if feeds else []
    failed = sum(report.error is not None for report in reports)
    if as_json:
        from watcher.cli.output import emit_json

        emit_json({"ok": not failed, **summary, "reports": [_row(report) for report in reports]})
    elif reports:
        _show_reports(reports)
    click.get_current_context().exit(ExitCode.FINDING if failed else ExitCode.OK)


def _summary(loaded: Loaded, runtime: Runtime) -> dict[str, Any]:
    return {
        "configuration": str(loaded.location.directory),
        "found": loaded.location.origin,
        "feeds": len(runtime.feeds),
        "disabled_feeds": len(loaded.feeds.feeds) - len(runtime.feeds),
        "outlets": len({feed.outlet for feed in runtime.feeds.values()}),
        "topics": list(runtime.profiles),
        "targets": [f"{target.id} ({target.sink})" for target in runtime.targets.values()],
        "warnings": list(loaded.warnings),
    }


def _show(summary: dict[str, Any]) -> None:
    disabled = f", {summary['disabled_feeds']} disabled" if summary["disabled_feeds"] else ""
    click.echo(f"{summary['configuration']} ({summary['found']}): no mistakes")
    click.echo(f"  feeds    {summary['feeds']} of {summary['outlets']} outlets{disabled}")
    click.echo(f"  topics   {', '.join(summary['topics'])}")
    click.echo(f"  targets  {', '.join(summary['targets'])}")
    for warning in summary["warnings"]:
        click.echo(f"  warning  {warning}")


def _chosen(runtime: Runtime, only: Sequence[str]) -> list[FeedConfig]:
    for name in only:
        if name not in runtime.feeds:
            raise unknown("feed", name, runtime.feeds)
    return [runtime.feeds[name] for name in only] if only else list(runtime.feeds.values())


async def _fetch(feeds: Sequence[FeedConfig], loaded: Loaded, runtime: Runtime) -> list[FeedReport]:
    """Check the feeds with the very parts that `run` polls with."""
    from watcher.app.clock import SystemClock
    from watcher.app.parts import make_fetcher
    from watcher.feeds.parsing import WorkerParser
    from watcher.ops.feed_check import check_feeds

    clock = SystemClock(loaded.settings.testing.clock_scale)
    fetcher, parser = make_fetcher(loaded, clock), WorkerParser()
    try:
        with _Progress(len(feeds)) as on_done:
            return await check_feeds(
                feeds, fetcher=fetcher, parser=parser, runtime=runtime, clock=clock, on_done=on_done
            )
    finally:
        await parser.aclose()
        await fetcher.aclose()


class _Progress:
    """A bar on a terminal, silence elsewhere."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._stack: Any = None

    def __enter__(self) -> Callable[[FeedReport], None]:
        if not sys.stderr.isatty():
            return lambda _: None
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        self._stack = Progress(
            TextColumn("fetching"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.description}"),
            console=Console(stderr=True),
            transient=True,
        )
        progress = self._stack.__enter__()
        task = progress.add_task("", total=self._total)
        return lambda report: progress.update(task, advance=1, description=report.feed)

    def __exit__(self, *exception: object) -> None:
        if self._stack is not None:
            self._stack.__exit__(*exception)


def _row(report: FeedReport) -> dict[str, Any]:
    from dataclasses import asdict

    return {"verdict": report.verdict, **asdict(report), "seconds": round(report.seconds, 2)}


def _show_reports(reports: Sequence[FeedReport]) -> None:
    """Those in trouble last, where they are seen."""
    from watcher.cli.output import emit

    rows = [_row(report) for report in sorted(reports, key=lambda report: report.error is not None)]
    click.echo()
    emit(rows, COLUMNS)
    examples = [(report.feed, title) for report in reports for title in report.examples]
    if examples:
        click.echo("\nWould match now, for example:")
        for feed, title in examples:
            click.echo(f"  {feed}: {title}")
    failed = sum(report.error is not None for report in reports)
    moved = [report for report in reports if report.moved_to]
    for report in moved:
        click.echo(f"{report.feed} has moved to {report.moved_to}: write that into feeds.yaml")
    click.echo(f"\n{len(reports) - failed} of {len(reports)} feeds answered")
