"""Opening: ours, sound and of our version, or refused untouched (L4); older files are migrated."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.store.records import NOW, news
from watcher.errors import ExitCode, StoreUnusable
from watcher.store.opening import connect, examine, open_reading, open_writing
from watcher.store.reading import ReadStore
from watcher.store.schema import APPLICATION_ID, MIGRATIONS
from watcher.store.sqlite import SqliteStore

SCHEMAS = Path(__file__).parent.parent / "data" / "schemas"


def build(path: Path, schema: Path) -> None:
    """Make a database from a stored dump."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(schema.read_text(encoding="utf-8"))


def fill(path: Path) -> None:
    """Make a database with something in it."""

    async def commit() -> None:
        store = await SqliteStore.open(path)
        await store.commit_polls([news(n) for n in range(200)])
        await store.aclose()

    asyncio.run(commit())


def test_new_database_is_marked_as_ours(database: Path) -> None:
    """A fresh file carries our application id, the newest format, WAL and full synchronisation."""
    with closing(open_writing(database)) as connection:
        assert connection.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
        assert connection.execute("PRAGMA user_version").fetchone()[0] == len(MIGRATIONS)
        assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
        assert connection.execute("PRAGMA synchronous").fetchone()[0] == 2
        assert connection.execute("PRAGMA foreign_keys").fetchone()[0] == 1
    assert examine(database) == len(MIGRATIONS)


def test_empty_file_counts_as_new(database: Path) -> None:
    """A file of zero bytes (as `touch` or a mount leaves it) becomes a database."""
    database.parent.mkdir()
    database.touch()
    fill(database)
    assert examine(database) == len(MIGRATIONS)


@pytest.mark.parametrize("damage", ["header", "middle", "truncated", "text", "foreign", "newer"])
def test_unusable_file_is_refused_untouched(database: Path, damage: str) -> None:
    """Corrupt, foreign and newer files are refused with advice, and stay as they are, to the byte."""
    fill(database)
    data = bytearray(database.read_bytes())
    if damage == "header":
        data[0:16] = b"SQLite format 9\0"
    elif damage == "middle":
        data[4096 * 3 : 4096 * 9] = b"\xa5" * (4096 * 6)
    elif damage == "truncated":
        del data[len(data) // 2 :]
    elif damage == "text":
        data[:] = b"this is no database, but long enough to have been one\n" * 100
    elif damage == "foreign":
        data[68:72] = b"GPKG"
    else:
        data[60:64] = (len(MIGRATIONS) + 1).to_bytes(4, "big")
    database.write_bytes(data)
    before = {path.name: path.read_bytes() for path in database.parent.iterdir()}
    with pytest.raises(StoreUnusable, match="Advice:") as refusal:
        open_writing(database)
    assert str(database) in str(refusal.value)
    assert refusal.value.exit_code is ExitCode.DATABASE
    assert {path.name: path.read_bytes() for path in database.parent.iterdir()} == before


def test_newer_file_with_a_journal_is_refused_untouched(database: Path) -> None:
    """The main file of a newer database stays as it is although a journal of a crash lies beside it."""
    fill(database)
    with closing(connect(database)) as connection:
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
        left = [(path, path.read_bytes()) for path in database.parent.iterdir()]
        assert database.with_name("watcher.db-wal").stat().st_size > 0
    for path, data in left:
        path.write_bytes(data)
    before = database.read_bytes()
    with pytest.raises(StoreUnusable, match="newer"):
        open_writing(database)
    assert database.read_bytes() == before


@pytest.mark.parametrize("schema", sorted(SCHEMAS.glob("v*.sql")), ids=lambda path: path.stem)
async def test_every_released_format_opens(database: Path, schema: Path) -> None:
    """A file of any format ever released opens with its rows, a backup beside it when it was older."""
    build(database, schema)
    version = int(schema.stem[1:])
    store = await SqliteStore.open(database)
    assert [d.receipt for d in await store.deliveries()] == ["41", None]
    assert len(await store.open_stories(NOW)) == 2
    assert await store.get_value("first_run_told") == "yes"
    assert [m.value for m in await store.mutes(NOW)] == ["aes"]
    await store.aclose()
    with ReadStore(database) as reading:
        assert reading.problems() == []
    assert database.with_name(f"watcher.db.v{version}.backup").exists() is (version < len(MIGRATIONS))


def test_present_format_is_stored(database: Path) -> None:
    """The newest dump (tests/store/dump_format.py) is what the migrations make: released ones never change."""

    def shape(path: Path) -> list[tuple[str, str]]:
        with closing(sqlite3.connect(path)) as connection:
            return connection.execute(
                "SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY name"
            ).fetchall()

    stored = database.with_name("stored.db")
    build(stored, SCHEMAS / f"v{len(MIGRATIONS)}.sql")
    open_writing(database).close()
    assert shape(stored) == shape(database)


NEXT = (
    *MIGRATIONS,
    "CREATE TABLE extra (a TEXT); -- a comment; with a semicolon\nINSERT INTO extra VALUES ('x');",
)


def test_older_file_is_migrated_with_a_backup(database: Path) -> None:
    """An older file gets the new tables and keeps its rows; the backup beside it is the old one."""
    fill(database)
    with closing(open_writing(database, migrations=NEXT)) as connection:
        assert connection.execute("SELECT a FROM extra").fetchone()[0] == "x"
        assert connection.execute("SELECT count(*) FROM deliveries").fetchone()[0] == 200
    backup = database.with_name("watcher.db.v1.backup")
    assert examine(backup) == 1
    with ReadStore(backup) as reading:
        assert sum(reading.counters(NOW).deliveries.values()) == 200


def test_failed_migration_changes_nothing(database: Path) -> None:
    """When a migration fails half-way, the file is of the old format with all its rows."""
    fill(database)
    broken = (*MIGRATIONS, "CREATE TABLE extra (a TEXT);\nINSERT INTO nowhere VALUES (1);")
    with pytest.raises(Exception, match="nowhere"):
        open_writing(database, migrations=broken)
    assert examine(database) == 1
    with ReadStore(database) as reading:
        assert reading.problems() == []
        assert sum(reading.counters(NOW).deliveries.values()) == 200


def test_reading_refuses_an_older_file(database: Path) -> None:
    """A command that looks does not migrate: it says what to do."""
    database.parent.mkdir()
    with closing(connect(database)) as connection:
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute("PRAGMA user_version = 0")
        connection.execute("CREATE TABLE x (a)")
    with pytest.raises(StoreUnusable, match="older"):
        open_reading(database)
