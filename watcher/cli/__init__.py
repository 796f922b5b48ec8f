"""The command line: one file per command, imported only when it runs, so that start-up stays short."""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any, cast

import click

from watcher import __version__
from watcher.cli.context import CliContext
from watcher.errors import ExitCode

# name -> (module, one line for --help); a command's module defines `command`
COMMANDS: dict[str, tuple[str, str]] = {
    "run": ("run", "Watch the feeds and send alerts until stopped."),
    "status": ("status", "What is watched, how each feed does, what waits."),
    "outbox": ("outbox", "Deliveries: what waits, what failed; retry or drop them."),
    "recent": ("recent", "The latest entries, with their scores and what became of them."),
    "trace": ("trace", "One entry's way: seen, matched, grouped, sent."),
    "check": ("check", "Check the configuration; --feeds also fetches each feed once."),
    "config": ("config", "Show the configuration in force, its files and its JSON Schema."),
    "init": ("init", "Write a commented starter configuration to a new directory."),
    "explain": ("explain", "Why a headline is on topic, word by word."),
    "derive": ("derive", "Draft a topic profile from a few seed articles."),
    "evaluate": ("evaluate", "Score the profiles against judged entries."),
    "backtest": ("backtest", "What an edited profile would have told: alerts gained, lost, changed."),
    "nearmisses": ("nearmisses", "Entries just below a threshold, and topics fallen silent."),
    "tune": ("tune", "From judged entries: a better threshold and terms, as a patch to review."),
    "report": ("report", "One HTML page to look at: alerts, scores, stories, feeds."),
    "labels": ("labels", "Export what people judged by the buttons under alerts."),
    "topics": ("topics", "What changed in the shipped profiles since yours were made."),
    "stories": ("stories", "Stories with their outlets, as a table, JSON, CSV or Markdown."),
    "feeds": ("feeds", "Add, list, check, remove, import and export feeds."),
    "telegram": ("telegram", "Find your chat id and send a test message."),
    "health": ("health", "Exit 0 when the running watcher is well, 1 when it is not."),
    "backup": ("backup", "Write a consistent copy of the database."),
    "restore": ("restore", "Put a backup in the database's place."),
    "doctor": ("doctor", "Look for trouble and say what to do about it."),
    "demo": ("demo", "See it work in 20 seconds: no network, no token."),
}


class LazyGroup(click.Group):
    """A group whose commands are imported when they are asked for (click's "lazy loading" recipe)."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of the table: the main job first."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command's module."""
        if cmd_name not in COMMANDS:
            if cmd_name.startswith("-"):
                return None  # an option in the wrong place: click says so
            from watcher.config.problems import suggestion

            raise click.UsageError(f"there is no command '{cmd_name}'{suggestion(cmd_name, COMMANDS)}", ctx)
        module = importlib.import_module(f"watcher.cli.{COMMANDS[cmd_name][0]}")
        return cast("click.Command", module.command)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a reader that has seen enough (`watcher recent | head`) is no fault of it."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for what is flushed at the end
            return ExitCode.OK

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands from the table, without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(
    cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, prog_name="watcher")
@click.option(
    "--config",
    metavar="DIR",
    envvar="WATCHER_CONFIG",
    type=click.Path(),
    help="Directory with watcher.yaml, feeds.yaml and topics/. Default: ./config, else the packaged one.",
)
@click.option(
    "--state",
    metavar="DIR",
    envvar="WATCHER_STATE",
    default="data",
    show_default=True,
    type=click.Path(file_okay=False),
    help="Directory for the database, its lock and the heartbeat.",
)
@click.pass_context
def cli(ctx: click.Context, config: str | None, state: str) -> None:
    """Watch news feeds for a few topics; one well-explained alert per new story.

    Start with `watcher demo`, or with `watcher run`: without a Telegram token alerts go to the console.
    Times are shown in UTC.

    \b
    Exit codes: 0 ok · 1 a finding · 2 configuration or usage · 3 database unusable ·
                4 Telegram token refused · 5 already running
    """
    ctx.obj = CliContext(config=config, state=state)
