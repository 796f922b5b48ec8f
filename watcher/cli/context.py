"""What every command is handed: where the configuration and the state are, opened when asked for."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from watcher.config import Loaded
    from watcher.store.reading import ReadStore

DATABASE_NAME = "watcher.db"


@dataclass(frozen=True, slots=True, kw_only=True)
class CliContext:
    """The global options."""

    config: str | None
    state: str

    @property
    def config_location(self) -> Path | None:
        """The directory named on the command line or in the environment; None = look for it."""
        return Path(self.config) if self.config else None

    @property
    def state_dir(self) -> Path:
        """Where database, lock, requests and heartbeat live."""
        return Path(self.state)

    @property
    def database(self) -> Path:
        """The database file; it need not exist."""
        return self.state_dir / DATABASE_NAME

    def load(self) -> Loaded:
        """Load the configuration.

        Raises:
            ConfigError: with every problem found.
        """
        from watcher.config import load

        return load(self.config_location, os.environ)

    def read_store(self) -> ReadStore:
        """Open the database for looking only; works beside a running watcher.

        Raises:
            StoreUnusable: newer, corrupt, or not there yet (the message says which).
        """
        from watcher.store.reading import ReadStore

        return ReadStore(self.database)
