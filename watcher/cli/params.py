"""Kinds of values that several commands take, and what is said of names that nobody knows."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Collection

    from watcher.cli.context import CliContext

LISTED_NAMES = 12  # of those that there are, in a message about one that is not there


class Duration(click.ParamType[timedelta]):
    """A time span as the configuration writes it: 30m, 24h, 7d, 1h30m."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """Text to a timedelta; a usage error names what is understood."""
        if isinstance(value, timedelta):
            return value
        from watcher.config.fields import parse_duration

        try:
            return timedelta(seconds=parse_duration(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


DURATION = Duration()
COUNT = click.IntRange(0, 1_000_000)  # rows to show; SQLite takes a negative number for "all of them"


def unknown(kind: str, name: str, known: Collection[str]) -> click.UsageError:
    """The refusal of a name: with the one that was probably meant, else with those that there are.

    Args:
        kind: what is named, as a word: "topic".
        name: as it was typed.
        known: the names that there are.
    """
    from watcher.config.problems import suggestion

    hint = suggestion(name, known)
    if not hint and 0 < len(known) <= LISTED_NAMES:
        hint = f"; there is {', '.join(known)}" if len(known) == 1 else f"; there are {', '.join(known)}"
    return click.UsageError(f"there is no {kind} '{name}'{hint}")


def refuse_unknown(ctx: CliContext, *, topic: str | None = None, feed: str | None = None) -> None:
    """Tell a filter that fits nothing from one that fits nothing now.

    For commands that found nothing: the database may know names that the configuration no longer has.

    Raises:
        click.UsageError: the configuration has no such topic or feed.
    """
    if topic is None and feed is None:
        return
    from watcher.errors import ConfigError

    try:
        loaded = ctx.load()
    except ConfigError:
        return  # `watcher check` tells of it; looking at what is stored needs no configuration
    if topic is not None and topic not in loaded.profiles:
        raise unknown("topic", topic, loaded.profiles)
    feeds = [one.id for one in loaded.feeds.feeds]
    if feed is not None and feed not in feeds:
        raise unknown("feed", feed, feeds)
