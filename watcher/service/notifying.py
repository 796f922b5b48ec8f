"""Notices about the watcher itself: started, stopped, and what went wrong; through the outbox like everything."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from watcher import __version__
from watcher.core.deciding import notices
from watcher.core.model import NoticeKind
from watcher.ops.health import Condition

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from watcher.ops.health import Health
    from watcher.protocols import Clock, Event, Store
    from watcher.service.state import Current

TOLD = "fault_told_at"  # kept over restarts: a crash loop does not flood either
QUIET = timedelta(hours=1)  # between two notices of faults
ERROR_CHARACTERS = 200
FAULTS = frozenset({"deaf", "fault", "store_unavailable"})


class SelfNotices:
    """Tells the ops targets. An Observer: it takes note of faults and tells of them when it looks.

    Args:
        health: asks how the watcher is; being unwell is a fault too.
        redact: takes secrets out of an error's text.
        on_queued: called when a notice was queued.
        start: tell of the start.
        stop: tell of the stop.
        fault: tell of faults, at most once an hour.
    """

    def __init__(
        self,
        *,
        current: Current,
        store: Store,
        clock: Clock,
        health: Callable[[], Awaitable[Health]],
        redact: Callable[[str], str],
        on_queued: Callable[[], None],
        start: bool,
        stop: bool,
        fault: bool,
    ) -> None:
        self._current, self._store, self._clock = current, store, clock
        self._health, self._redact, self._on_queued = health, redact, on_queued
        self._start, self._stop, self._fault = start, stop, fault
        self._first = ""  # the first fault that is not told of yet
        self._more_count = 0  # faults after it
        self._was_unwell = False

    def observe(self, event: Event) -> None:
        """Take note of a fault."""
        if event.name in FAULTS:
            where = event.facts.get("where", "database")
            self._note(f"{where}: {event.facts.get('error', '')}")

    async def started(self) -> None:
        """Tell of the start, if that is wanted."""
        if self._start:
            feeds = str(len(self._current.runtime.feeds))
            await self._tell(NoticeKind.STARTED, {"version": __version__, "feeds": feeds})

    async def stopped(self) -> bool:
        """Tell of the stop, if that is wanted; returns whether there is something to send."""
        if self._stop:
            await self._tell(NoticeKind.STOPPED, {"at": self._clock.now().isoformat()})
        return self._stop

    async def look(self) -> None:
        """Tell of what went wrong since the last notice, if one may be sent again."""
        if not self._fault:
            return
        health = await self._health()
        unwell = health.condition is Condition.UNWELL
        if unwell and not self._was_unwell:
            self._note("; ".join(health.reasons))
        self._was_unwell = unwell
        if not self._first:
            return
        now = self._clock.now()
        told = await self._store.get_value(TOLD)
        if told and now - QUIET < datetime.fromisoformat(told) <= now:
            return
        facts = {"error": self._first, "more": str(self._more_count) if self._more_count else ""}
        await self._tell(NoticeKind.FAULT, facts)
        await self._store.set_value(TOLD, now.isoformat())
        self._first, self._more_count = "", 0

    def _note(self, text: str) -> None:
        if self._first:
            self._more_count += 1
            return
        line = self._redact(" ".join(text.split()))
        self._first = line if len(line) <= ERROR_CHARACTERS else line[: ERROR_CHARACTERS - 1] + "…"

    async def _tell(self, kind: NoticeKind, facts: dict[str, str]) -> None:
        runtime, now = self._current.runtime, self._clock.now()
        await self._store.enqueue(notices([(kind, facts)], subject="watcher", runtime=runtime, now=now))
        self._on_queued()
