"""One transaction: all or nothing, and how long it waits for its lock. Knows no rows."""

from __future__ import annotations

import sqlite3
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

BUSY_TIMEOUT_S = 30.0  # L3: another process may hold the lock for so long before we give up
LOOK_S = 0.25  # SQLite's own wait cannot be cut short: it is asked for so little, again and again


class Patience:
    """How long transactions wait for another process's lock; may be cut short from another thread (X2)."""

    def __init__(self, longest_s: float = BUSY_TIMEOUT_S) -> None:
        self._longest_s = longest_s
        self._end_at = float("inf")  # monotonic

    def hurry(self, within_s: float) -> None:
        """No wait ends later than so many seconds from now, running ones included."""
        self._end_at = time.monotonic() + within_s

    def is_over(self, since: float) -> bool:
        """Whether who has waited since then (monotonic) should give up."""
        return time.monotonic() >= min(since + self._longest_s, self._end_at)


@contextmanager
def transaction(connection: sqlite3.Connection, patience: Patience | None = None) -> Iterator[None]:
    """All or nothing. IMMEDIATE: the lock is waited for at the start, never lost half-way."""
    _begin(connection, patience or Patience())
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _begin(connection: sqlite3.Connection, patience: Patience) -> None:
    since = time.monotonic()
    while True:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or patience.is_over(since):
                raise
        else:
            return
