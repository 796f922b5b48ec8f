"""`watcher restore`: a backup in the database's place."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from watcher.cli.context import CliContext


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def command(ctx: CliContext, *, file: Path) -> None:
    """Put the backup FILE in the database's place. Refused while a watcher runs (exit 5).

    FILE is checked first; the former database is kept beside the new one. What was still waiting when the
    backup was made may have been sent since: it goes out silently, marked as a possible repeat.
    """
    from watcher.store.lock import StateLock
    from watcher.store.restoring import restore

    if file.resolve() == ctx.database.resolve():
        raise click.UsageError(f"{file} is the database itself")
    with StateLock(ctx.state_dir):
        aside = restore(file, ctx.database, datetime.now(UTC))
    click.echo(f"{ctx.database}: restored from {file}")
    if aside is not None:
        click.echo(f"the former database is kept as {aside}")
