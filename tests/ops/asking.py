"""A process that asks for one action as a command does; prints the answer.

Run as `python -m tests.ops.asking STATE_DIR ACTION [KEY=VALUE …]`.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from watcher.ops.actions import act_on_store
from watcher.ops.control import SpoolControl
from watcher.store.lock import StateLock
from watcher.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from collections.abc import Mapping

    from watcher.protocols import Answer


def control(state_dir: Path, *, answer_within_s: float = 10.0) -> SpoolControl:
    """The control a command uses."""

    async def alone(action: str, args: Mapping[str, str]) -> Answer:
        with StateLock(state_dir, wait_s=0):
            store = await SqliteStore.open(state_dir / "watcher.db")
            try:
                return await act_on_store(store, action, args, datetime.now(UTC))
            finally:
                await store.aclose()

    return SpoolControl(state_dir, act_alone=alone, answer_within_s=answer_within_s)


if __name__ == "__main__":
    pairs = dict(pair.split("=", 1) for pair in sys.argv[3:])
    answer = asyncio.run(control(Path(sys.argv[1])).request(sys.argv[2], pairs))
    print(answer.ok, answer.text, flush=True)  # noqa: T201 - the parent reads it
