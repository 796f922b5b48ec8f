"""How commands print: rich tables on a terminal, tab-separated when piped, JSON for machines."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def emit(
    rows: Sequence[Mapping[str, Any]],
    columns: Sequence[str] | None = None,
    *,
    as_json: bool = False,
    title: str | None = None,
) -> None:
    """Print rows.

    Args:
        rows: one mapping per line; values of any plain type, datetimes are shown in ISO 8601.
        columns: which keys to show and in which order in a table; JSON always holds all of them.
        as_json: print a JSON array instead of a table.
        title: over the table, on a terminal only.
    """
    if as_json:
        emit_json(list(rows))
        return
    names = list(columns or (rows[0] if rows else ()))
    if sys.stdout.isatty():
        from rich.console import Console
        from rich.markup import escape
        from rich.table import Table

        table = Table(*names, title=title, title_justify="left")
        for row in rows:
            table.add_row(*(escape(_cell(row.get(name))) for name in names))
        Console().print(table)
        return
    click.echo("\t".join(names))
    for row in rows:
        click.echo("\t".join(_cell(row.get(name)).replace("\t", " ").replace("\n", " ") for name in names))


def emit_json(value: Any) -> None:
    """Print one JSON document, readable, non-ASCII as it is."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=_plain))


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, float):
        return f"{value:g}" if value == int(value) else f"{value:.1f}"
    if isinstance(value, list | tuple):
        return ", ".join(_cell(item) for item in value)
    return str(value)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, set | frozenset | tuple):
        return list(value)
    return str(value)
