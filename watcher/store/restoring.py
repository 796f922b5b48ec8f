"""Putting a backup in the database's place, the former file kept beside it.

The caller holds the state's lock. At any moment, also after a crash, the database's name belongs to
either the former file or the whole backup.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from watcher.errors import StoreUnavailable
from watcher.store.opening import connect, copy_into, examine, translated
from watcher.store.repository import outbox
from watcher.store.transactions import transaction

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path


def restore(backup: Path, database: Path, now: datetime) -> Path | None:
    """Make a copy of `backup` the database.

    What was still waiting when the backup was made may have been sent since: it is marked as a possible
    repeat, so it goes out silently and says so.

    Args:
        backup: a file `watcher backup` wrote; it is only read.
        database: the place to put it; need not exist.
        now: names the former file.

    Returns:
        Where the former database is now; None when there was none.

    Raises:
        StoreUnusable: the backup is newer than this program, corrupt, or no database of ours.
        StoreUnavailable: a file cannot be read or written; the database is as it was.
    """
    if not backup.is_file():
        raise StoreUnavailable(f"{backup}: there is no such file")
    examine(backup)
    fresh = database.with_name(database.name + ".restored")
    with translated(backup), closing(connect(backup, read_only=True)) as connection:
        copy_into(connection, fresh)
    try:
        with translated(fresh), closing(connect(fresh)) as connection, transaction(connection):
            outbox.doubt(connection)
        aside = _keep(database, now) if database.exists() else None
        fresh.replace(database)
        _sync_directory(database.parent)
    except OSError as error:
        raise StoreUnavailable(f"{database}: cannot be replaced: {error.strerror}") from error
    finally:
        fresh.unlink(missing_ok=True)
    return aside


def _keep(database: Path, now: datetime) -> Path:
    """Give the present file a second name; its journal must not meet the file that comes."""
    with contextlib.suppress(sqlite3.Error), closing(connect(database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # a corrupt one is kept as it is
    aside = database.with_name(f"{database.name}.before-restore-{now:%Y%m%dT%H%M%SZ}")
    try:
        os.link(database, aside)
    except OSError:  # a file system without links
        shutil.copy2(database, aside)
    for suffix in ("-wal", "-shm"):
        journal = database.with_name(database.name + suffix)
        if journal.exists():
            journal.replace(aside.with_name(aside.name + suffix))
    return aside


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
