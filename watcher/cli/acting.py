"""How a command that changes something acts: through the running watcher, or itself when none runs."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from watcher.cli.context import CliContext
    from watcher.protocols import Answer


def act(ctx: CliContext, action: str, args: Mapping[str, str]) -> Answer:
    """Ask for one action of protocols.Control and wait for what came of it.

    Raises:
        StoreUnavailable: it could not be carried out now.
        StoreUnusable: there is no database, or it is newer or corrupt.
    """
    from watcher.ops.control import SpoolControl

    ctx.read_store().close()  # a state directory without a database is told of, not made

    async def alone(action: str, args: Mapping[str, str]) -> Answer:
        from watcher.ops.actions import act_on_store
        from watcher.store.lock import StateLock
        from watcher.store.sqlite import SqliteStore

        with StateLock(ctx.state_dir, wait_s=0):
            store = await SqliteStore.open(ctx.database)
            try:
                return await act_on_store(store, action, args, datetime.now(UTC))
            finally:
                await store.aclose()

    return asyncio.run(SpoolControl(ctx.state_dir, act_alone=alone).request(action, args))
