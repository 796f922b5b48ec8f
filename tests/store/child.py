"""A process that commits polls until it is killed; tells on stdout each one that is committed.

Run as `python -m tests.store.child DATABASE COUNT`.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from tests.store.records import news
from watcher.store.lock import StateLock
from watcher.store.sqlite import SqliteStore


async def commit(database: Path, first: int, count: int) -> None:
    """Commit `count` polls, each with one story."""
    store = await SqliteStore.open(database)
    for number in range(first, first + count):
        await store.commit_polls([news(number)])
        print(number, flush=True)  # noqa: T201 - the parent reads it
    await store.aclose()


if __name__ == "__main__":
    path = Path(sys.argv[1])
    with StateLock(path.parent):
        asyncio.run(commit(path, int(sys.argv[2]), int(sys.argv[3])))
