"""Notice that the configuration's files have changed, cheaply enough to ask every second.

Looking is preferred to being told (watchfiles, inotify): a file bind-mounted into a container, a network file system
and an editor that replaces files all change without an event, a look costs 0.1 ms for a few files, and one
second and a second look still leave most of the five that a change may take (C2).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.config.sources import Fingerprint, fingerprint

if TYPE_CHECKING:
    from pathlib import Path


class Watch:
    """Compares names, times and sizes of the files; no thread, no event queue, works on bind mounts."""

    def __init__(self, directory: Path, known: Fingerprint) -> None:
        """Start from what was loaded.

        Args:
            directory: of the configuration.
            known: `Loaded.fingerprint`, taken before the files were read.
        """
        self._directory = directory
        self._known = known
        self._moving: Fingerprint | None = None

    def changed(self) -> bool:
        """True once for each change, when two looks in a row have seen the same: an editor may save in
        several steps, and half a file must not be told as a broken one."""
        seen = fingerprint(self._directory)
        if seen == self._known:
            self._moving = None
            return False
        if seen != self._moving:
            self._moving = seen
            return False
        self._known, self._moving = seen, None
        return True
