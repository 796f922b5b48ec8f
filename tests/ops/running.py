"""A process that holds the lock and carries requests out, as the running watcher does, until it is killed.

Run as `python -m tests.ops.running STATE_DIR [ignore]`; prints "ready", then each action. With "ignore" it
carries nothing out.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from watcher.ops.actions import act_on_store
from watcher.ops.control import carry_out_pending
from watcher.store.lock import StateLock
from watcher.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from collections.abc import Mapping

    from watcher.protocols import Answer


async def run(state_dir: Path, *, ignore: bool) -> None:
    """Tick."""
    store = await SqliteStore.open(state_dir / "watcher.db")

    async def act(action: str, args: Mapping[str, str]) -> Answer:
        print(action, flush=True)  # noqa: T201 - the parent reads it
        return await act_on_store(store, action, args, datetime.now(UTC))

    print("ready", flush=True)  # noqa: T201 - the parent reads it
    while True:
        if not ignore:
            await carry_out_pending(state_dir, act)
        await asyncio.sleep(0.02)


if __name__ == "__main__":
    with StateLock(Path(sys.argv[1])):
        asyncio.run(run(Path(sys.argv[1]), ignore="ignore" in sys.argv[2:]))
