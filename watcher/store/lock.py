"""One process per state directory: a lock that the kernel drops when its holder dies.

The file stays where it is: removing it would let two processes lock two files of one name.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from typing import TYPE_CHECKING, Self

from watcher.errors import AlreadyRunning, StoreUnavailable

if TYPE_CHECKING:
    from pathlib import Path

LOCK_NAME = "watcher.lock"
_WAIT_S = 0.5  # a process that is just ending, or a command that acts for a moment, is waited for


class StateLock:
    """The lock of a state directory; a context manager."""

    def __init__(self, state_dir: Path, *, wait_s: float = _WAIT_S) -> None:
        self.path = state_dir / LOCK_NAME
        self._wait_s = wait_s
        self._descriptor: int | None = None

    def acquire(self) -> None:
        """Take the lock, within half a second.

        Raises:
            AlreadyRunning: another process holds it.
            StoreUnavailable: the lock file cannot be made.
        """
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise StoreUnavailable(f"{self.path}: the lock cannot be made: {error.strerror}") from error
        deadline = time.monotonic() + self._wait_s
        while not _try_lock(descriptor):
            if time.monotonic() >= deadline:
                pid = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip()
                os.close(descriptor)
                raise AlreadyRunning(
                    f"{self.path.parent}: another watcher (process {pid or 'unknown'}) is running on this state"
                    " directory; stop it first, or name another one with --state"
                )
            time.sleep(0.05)
        with contextlib.suppress(OSError):  # a full disk: the lock holds, only its name tag is missing
            os.pwrite(descriptor, f"{os.getpid():<19}\n".encode(), 0)
        self._descriptor = descriptor

    def release(self) -> None:
        """Give the lock back. Idempotent."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.release()


def holder(state_dir: Path) -> int | None:
    """The process that holds the lock; None when nobody does, 0 when it cannot be told who."""
    try:
        descriptor = os.open(state_dir / LOCK_NAME, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        if _try_lock(descriptor, shared=True):
            return None
        text = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip()
        return int(text) if text.isdigit() else 0
    finally:
        os.close(descriptor)


def refuse_second(state_dir: Path) -> None:
    """Say early that another watcher runs; makes nothing.

    Raises:
        AlreadyRunning: it does.
    """
    if holder(state_dir) is not None:
        with StateLock(state_dir):
            pass


def _try_lock(descriptor: int, *, shared: bool = False) -> bool:
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
