"""Rooms for the tests of the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.bot.room import Room
from watcher.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from watcher.core.model import Target


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    """A database."""
    made = await SqliteStore.open(tmp_path / "watcher.db")
    yield made
    await made.aclose()


@pytest.fixture
def targets() -> tuple[Target, ...]:
    """The chats of the room; tests override it."""
    return ()


@pytest.fixture
async def room(store: SqliteStore, targets: tuple[Target, ...]) -> AsyncIterator[Room]:
    """An open room with one alert in it."""
    made = Room(store, *targets)
    await made.open()
    yield made
    await made.close()
