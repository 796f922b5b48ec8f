"""Kinds of values that several commands take."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import click


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
