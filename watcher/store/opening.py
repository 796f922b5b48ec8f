"""Opening a database file: is it ours, sound and of our version; migrate it when it is older.

A file that is newer, corrupt or someone else's is left as it is, to the byte. This module knows no rows.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from watcher.errors import StoreError, StoreUnavailable, StoreUnusable
from watcher.store.schema import APPLICATION_ID, MIGRATIONS
from watcher.store.transactions import BUSY_TIMEOUT_S, LOOK_S, transaction

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path


_TRANSIENT = {
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_BUSY: "another process holds the database's lock",
    sqlite3.SQLITE_LOCKED: "the database is locked",
    sqlite3.SQLITE_READONLY: "the database cannot be written (read-only file, directory or disk)",
    sqlite3.SQLITE_IOERR: "the disk does not read or write, or is full",
    sqlite3.SQLITE_CANTOPEN: "the database file cannot be opened",
    sqlite3.SQLITE_PERM: "access to the database file is not permitted",
    sqlite3.SQLITE_NOMEM: "out of memory",
}
_CORRUPT = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into ours, the cause chained.

    Raises:
        StoreUnavailable: transient; nothing was committed.
        StoreUnusable: the file is corrupt.
        StoreError: a statement of ours is wrong; a bug.
    """
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF  # without the extension
        if code in _CORRUPT:
            raise _unusable(path, f"is corrupt ({error})", _RESTORE) from error
        if code in _TRANSIENT:
            raise StoreUnavailable(f"{path}: {_TRANSIENT[code]} ({error})") from error
        raise StoreError(f"{path}: the database refused a statement ({error})") from error


def connect(
    path: Path, *, read_only: bool = False, alone: bool = False, timeout_s: float = BUSY_TIMEOUT_S
) -> sqlite3.Connection:
    """A plain connection; read-only ones cannot create, change or checkpoint anything.

    `alone` with `read_only`: nobody else has the file open, so no files are made beside it either.
    """
    uri = f"{path.absolute().as_uri()}?mode={'ro' if read_only else 'rwc'}{'&immutable=1' if alone else ''}"
    connection = sqlite3.connect(
        uri, uri=True, timeout=timeout_s, isolation_level=None, check_same_thread=False
    )
    connection.row_factory = sqlite3.Row
    return connection


def open_writing(path: Path, *, migrations: Sequence[str] = MIGRATIONS) -> sqlite3.Connection:
    """Open, or create, the database for the one writing process.

    Args:
        path: the file; missing directories are made.
        migrations: for tests of migration itself.

    Raises:
        StoreUnusable: newer, corrupt or not ours; the file was not touched.
        StoreUnavailable: it cannot be opened or migrated now.
    """
    with translated(path):
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreUnavailable(f"{path.parent}: cannot be made: {error.strerror}") from error
        version = 0
        if path.exists() and path.stat().st_size > 0:
            version = examine(path, newest=len(migrations))
        if 0 < version < len(migrations):
            _back_up(path, version)
        connection = connect(path)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA cache_size = -8192")  # KiB; 2 MiB is the default
            connection.execute("PRAGMA journal_size_limit = 67108864")  # a long reader must not bloat it
            _migrate(connection, version, migrations)
            connection.execute(
                f"PRAGMA busy_timeout = {int(LOOK_S * 1000)}"
            )  # transactions wait by themselves
        except BaseException:
            connection.close()
            raise
        return connection


def open_reading(path: Path) -> sqlite3.Connection:
    """Open an existing database read-only, also beside a writing process.

    Raises:
        StoreUnusable: newer, older, corrupt or not ours.
        StoreUnavailable: it cannot be opened now.
    """
    with translated(path):
        connection = connect(path, read_only=True, timeout_s=5.0)
        try:
            _refuse_older(_version(connection, path, newest=len(MIGRATIONS)), path)
        except BaseException:
            connection.close()
            raise
        return connection


def copy_into(connection: sqlite3.Connection, path: Path) -> None:
    """Write a consistent copy of the database to `path`; complete or not there at all.

    Raises:
        StoreUnavailable: the path cannot be written.
    """
    fresh = path.with_name(path.name + ".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh.unlink(missing_ok=True)
        try:
            connection.execute("VACUUM INTO ?", (str(fresh),))
            fresh.replace(path)
        finally:
            fresh.unlink(missing_ok=True)
    except OSError as error:
        raise StoreUnavailable(f"{path}: the copy cannot be written: {error.strerror}") from error


def examine(path: Path, *, newest: int = len(MIGRATIONS)) -> int:
    """Read a file that no process is using, through to its end and without changing it; returns its version.

    The check takes about 1 s for 100 MB; it is what keeps a damaged file from being written to.

    Raises:
        StoreUnusable: newer, corrupt or not ours.
    """
    journals = [path.with_name(path.name + suffix) for suffix in ("-wal", "-journal")]
    alone = not any(journal.exists() and journal.stat().st_size for journal in journals)
    with translated(path), closing(connect(path, read_only=True, alone=alone)) as connection:
        version = _version(connection, path, newest=newest)
        problems = [row[0] for row in connection.execute("PRAGMA quick_check(3)")]
        if problems != ["ok"]:
            raise _unusable(path, f"is corrupt ({'; '.join(problems)})", _RESTORE)
        return version


def _refuse_older(version: int, path: Path) -> None:
    if version < len(MIGRATIONS):
        raise _unusable(
            path, f"has the format {version}, older than {len(MIGRATIONS)}",
            "start `watcher run` once: it brings the file up to date and keeps a backup beside it",
        )  # fmt: skip


_RESTORE = (
    "keep a copy of it, then put a backup in its place with `watcher restore FILE`,"
    " or move it away to start afresh"
)


def _version(connection: sqlite3.Connection, path: Path, *, newest: int) -> int:
    application_id = connection.execute("PRAGMA application_id").fetchone()[0]
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if application_id != APPLICATION_ID:
        raise _unusable(
            path, "is not a database of this program", "name another state directory or move the file away"
        )
    if version > newest:
        raise _unusable(
            path, f"was written by a newer version of this program (format {version}, this one knows {newest})",
            "install that version again, or restore a backup made before the upgrade",
        )  # fmt: skip
    return version


def _unusable(path: Path, what: str, advice: str) -> StoreUnusable:
    return StoreUnusable(f"{path} {what}; the file was not changed.\nAdvice: {advice}.")


def _back_up(path: Path, version: int) -> None:
    """Keep the older file beside the new one, under a name that says what it is."""
    with closing(connect(path, read_only=True)) as connection:
        copy_into(connection, path.with_name(f"{path.name}.v{version}.backup"))


def _migrate(connection: sqlite3.Connection, version: int, migrations: Sequence[str]) -> None:
    if version == len(migrations):
        return
    with transaction(connection):
        for migration in migrations[version:]:
            for statement in _statements(migration):
                connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {len(migrations)}")


def _statements(script: str) -> Iterator[str]:
    """One statement at a time: executescript() would commit the transaction it runs in."""
    pending = ""
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            yield pending
            pending = ""
