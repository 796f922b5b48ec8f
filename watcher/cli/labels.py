"""`watcher labels`: judgements that people pressed under alerts, for `evaluate` and `tune`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from watcher.cli.context import CliContext


@click.group("labels")
def command() -> None:
    """Judgements from the buttons under alerts: what `tune` and `evaluate` learn from."""


@command.command("export")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, writable=True), help="A file; default: standard output."
)
@click.pass_obj
def export(ctx: CliContext, *, output: str | None) -> None:
    """Write them in the labelled format, one JSON object a line.

    Relevant is grade 2, not relevant grade 0, for every topic the alert named; where people disagreed the
    grade is 1, which never counts.
    """
    from watcher.cli.pressed import pressed_labels

    with ctx.read_store() as store:
        labels = [(label, store.trace(label.entry.id)) for label in pressed_labels(store)]
    lines = []
    for label, trace in labels:
        entry = trace.judged.entry if trace else label.entry  # retention may have taken the entry
        record = {
            "id": entry.id,
            "title": entry.title,
            "summary": entry.summary,
            "published": entry.at.isoformat() if trace else None,
            "source": entry.outlet,
            "url": entry.url,
            "language": entry.language,
            "grades": dict(label.grades),
            "story": None,
        }
        lines.append(json.dumps(record, ensure_ascii=False))
    text = "".join(line + "\n" for line in lines)
    if not lines:
        click.echo("nobody has judged an alert by its buttons yet", err=True)
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        Path(output).write_text(text, encoding="utf-8")
    except OSError as error:
        raise click.FileError(output, error.strerror) from error
    click.echo(f"{len(lines)} judged entries written to {output}")
