"""`watcher backup`: a consistent copy of the database, also while the watcher runs."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from watcher.cli.context import CliContext


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Replace FILE when it exists.")
@click.pass_obj
def command(ctx: CliContext, *, file: Path, force: bool) -> None:
    """Write a consistent copy of the database to FILE (or into that directory, under today's name).

    Works while the watcher runs and does not hold it up. The copy is checked before it counts;
    `watcher restore FILE` puts it in place.
    """
    from watcher.store.opening import examine

    if file.is_dir():
        file = file / f"watcher-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.db"
    if file.exists() and not force:
        raise click.UsageError(f"{file} exists: name another file, or replace it with --force")
    if file.resolve() == ctx.database.resolve():
        raise click.UsageError(f"{file} is the database itself: name another file")
    there = next(folder for folder in file.absolute().parents if folder.exists())
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        why = "Permission denied" if there.is_dir() else "Not a directory"
        raise click.FileError(str(file), f"{there}: {why}")
    with ctx.read_store() as store:
        store.backup(file)
    examine(file)
    click.echo(f"{file}: {file.stat().st_size / 2**20:.1f} MiB, complete and checked")
