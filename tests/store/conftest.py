"""The stores under contract: each test that takes `store` runs over all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fakes.store import MemoryStore
from watcher.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from watcher.protocols import Store


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Where the test's database is, or will be."""
    return tmp_path / "state" / "watcher.db"


@pytest.fixture(params=["sqlite", "memory"])
async def store(request: pytest.FixtureRequest, database: Path) -> AsyncIterator[Store]:
    """One empty store of each kind."""
    made: Store = await SqliteStore.open(database) if request.param == "sqlite" else MemoryStore()
    yield made
    await made.aclose()
