"""A backup comes into the database's place whole, or everything stays as it was (L5)."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.store.records import NOW, acknowledge, news
from watcher.core.model import DeliveryState
from watcher.errors import StoreUnavailable, StoreUnusable
from watcher.store.reading import ReadStore
from watcher.store.restoring import restore
from watcher.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def backup(database: Path, tmp_path: Path) -> Path:
    """A database with two stories (one sent), backed up, and then a third story."""
    copy = tmp_path / "copy.db"

    async def fill() -> None:
        store = await SqliteStore.open(database)
        await store.commit_polls([news(1), news(2)])
        (row,) = await store.claim(NOW, busy_targets=[], limit=1)
        await acknowledge(store, row.id or 0, receipt="5", sent_text="t", revision=1, now=NOW)
        await store.backup(copy)
        await store.commit_polls([news(3)])
        await store.aclose()

    asyncio.run(fill())
    return copy


def stories(path: Path) -> int:
    """How many stories a database holds."""
    with ReadStore(path) as reading:
        assert reading.problems() == []
        return len(reading.stories_since(NOW))


def test_restore_puts_the_backup_in_place_and_keeps_the_former(database: Path, backup: Path) -> None:
    """Afterwards the database is the backup's, the former one lies beside it, the backup is untouched."""
    before = backup.read_bytes()
    aside = restore(backup, database, NOW)
    assert stories(database) == 2
    assert aside is not None
    assert aside.name == "watcher.db.before-restore-20260504T123015Z"
    assert stories(aside) == 3
    assert backup.read_bytes() == before
    assert not database.with_name("watcher.db.restored").exists()


def test_restored_rows_that_waited_are_marked(database: Path, backup: Path) -> None:
    """What waited when the backup was made may have been sent since; what was delivered stays so."""
    restore(backup, database, NOW)
    with ReadStore(database) as reading:
        rows = {(row.state, row.possible_repeat) for row in reading.deliveries()}
    assert rows == {(DeliveryState.DELIVERED, False), (DeliveryState.PENDING, True)}


def test_restore_without_a_former_database(database: Path, backup: Path) -> None:
    """An empty state directory takes the backup."""
    for path in database.parent.iterdir():
        path.unlink()
    assert restore(backup, database, NOW) is None
    assert stories(database) == 2


def test_restore_over_a_corrupt_database(database: Path, backup: Path) -> None:
    """A corrupt database, the usual reason to restore, is kept as it is and replaced."""
    database.write_bytes(b"garbage" * 9999)
    database.with_name("watcher.db-wal").write_bytes(b"more garbage")
    aside = restore(backup, database, NOW)
    assert aside is not None
    assert aside.read_bytes() == b"garbage" * 9999
    assert stories(database) == 2


@pytest.mark.parametrize("damage", ["missing", "corrupt", "text"])
def test_bad_backup_changes_nothing(database: Path, backup: Path, damage: str) -> None:
    """A backup that is missing, damaged or something else is refused; the database is as it was."""
    if damage == "missing":
        backup.unlink()
    elif damage == "corrupt":
        data = bytearray(backup.read_bytes())
        data[4096 * 2 : 4096 * 8] = b"\xa5" * 4096 * 6
        backup.write_bytes(data)
    else:
        backup.write_text("no database\n" * 999, encoding="utf-8")
    before = database.read_bytes()
    with pytest.raises((StoreUnusable, StoreUnavailable), match=r"copy\.db"):
        restore(backup, database, NOW)
    assert database.read_bytes() == before
    assert stories(database) == 3
