"""How commands print: rich tables on a terminal, tab-separated when piped, JSON for machines.

A table that does not fit a terminal's width is set in records of several lines: cut ids could not be typed into the next
command, and headlines of one word a line could not be read.
"""

from __future__ import annotations

import json
import sys
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LEAST_TEXT_WIDTH = 32  # columns that the widest cell of a table needs to be read
GAP = "  "
INDENT = 4  # of the further lines of a record


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
    cells = [[_cell(row.get(name)).replace("\t", " ").replace("\n", " ") for name in names] for row in rows]
    if sys.stdout.isatty():
        _draw(names, cells, title)
        return
    for line in (names, *cells):
        click.echo("\t".join(line))


def emit_json(value: Any) -> None:
    """Print one JSON document, readable, non-ASCII as it is."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=_plain))


def _draw(names: Sequence[str], rows: Sequence[Sequence[str]], title: str | None) -> None:
    from rich.cells import cell_len
    from rich.console import Console
    from rich.markup import escape
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    console = Console()
    widths = [max(map(cell_len, column)) for column in zip(names, *rows, strict=True)]
    if _fits(widths, console.width):
        table = Table(title=title, title_justify="left")
        for name, width in zip(names, widths, strict=True):
            table.add_column(name, no_wrap=width < max(widths))
        for row in rows:
            table.add_row(*map(escape, row))
        console.print(table)
        return
    if title:
        console.print(title, style="italic", markup=False)
    lines = _lines(widths, console.width)
    for number, row in enumerate((names, *rows)):
        for line in lines:
            text = GAP.join(row[at] + " " * (widths[at] - cell_len(row[at])) for at in line).rstrip()
            if text:
                indent = 0 if line is lines[0] else INDENT
                shown = Text(text, style="" if number else "bold")
                console.print(Padding(shown, (0, 0, 0, indent), expand=False))


def _fits(widths: Sequence[int], room: int) -> bool:
    """Whether a table can be read at this width: only its widest column may wrap, and not into a thread."""
    widest = max(widths)
    frame = 3 * len(widths) + 1
    return sum(widths) - widest + frame + min(widest, LEAST_TEXT_WIDTH) <= room


def _lines(widths: Sequence[int], room: int) -> list[list[int]]:
    """Which columns stand in which line of a record: as many as fit, in their order."""
    lines: list[list[int]] = [[]]
    left = room
    for at, width in enumerate(widths):
        if lines[-1] and width > left:
            lines.append([])
            left = room - INDENT
        lines[-1].append(at)
        left -= width + len(GAP)
    return lines


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
