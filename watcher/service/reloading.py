"""A changed configuration applies within seconds and without losing state; a broken one changes nothing (C2).

It applies first and is told of afterwards: what changed profiles would have meant in the last days takes seconds to
work out, and the notice waits for that, nothing else does.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from watcher.core.deciding import index_stories, notices
from watcher.core.model import NoticeKind
from watcher.errors import ConfigError, StoreError, StoreUnavailable
from watcher.protocols import Answer, Event

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from watcher.core.deciding import Runtime
    from watcher.polling import Poller
    from watcher.protocols import Clock, Observer, Store
    from watcher.service.backtesting import Backtest
    from watcher.service.state import Current

FOLLOWS = "What that would have told in the last days follows in a message."


class Reloader:
    """Swaps the runtime when the configuration's files have changed or somebody asks."""

    def __init__(
        self,
        *,
        current: Current,
        store: Store,
        poller: Poller,
        clock: Clock,
        observer: Observer,
        changed: Callable[[], bool],
        load: Callable[[], Runtime],
        describe: Callable[[Runtime, Runtime], list[str]],
        backtest: Callable[[Runtime, Runtime], Awaitable[Backtest]],
        on_queued: Callable[[], None],
    ) -> None:
        """Take the parts.

        Args:
            changed: True once after the files have changed; cheap.
            load: reads and compiles the configuration; raises ConfigError.
            describe: what differs between two runtimes, in words.
            backtest: what that would have meant in the last days; takes its time, raises StoreError.
            on_queued: called when a notice was queued.
        """
        self._current, self._store, self._poller = current, store, poller
        self._clock, self._observer = clock, observer
        self._changed, self._load, self._describe = changed, load, describe
        self._backtest, self._on_queued = backtest, on_queued
        self._telling: asyncio.Task[None] | None = None
        self._series = asyncio.Lock()
        self._asked = False

    def ask(self) -> None:
        """Reload at the next look (SIGHUP)."""
        self._asked = True

    async def look(self) -> None:
        """Reload if the files have changed or somebody asked."""
        if await asyncio.to_thread(self._changed) or self._asked:
            self._asked = False
            await self.reload()

    async def reload(self) -> Answer:
        """Load, check, swap. Broken: the old configuration stays, and that is said once."""
        async with self._series:
            old = self._current.runtime
            try:
                new = await asyncio.to_thread(self._load)
            except ConfigError as error:
                await self._broken(error)
                return Answer(ok=False, text=str(error))
            await self._store.sync_feeds(
                {feed.id: feed.url for feed in new.feeds.values()}, self._clock.now()
            )
            await self._swap(new)
            changes = self._describe(old, new)
            self._current.problems.pop("configuration", None)
            self._observer.observe(
                Event(name="reload", facts={"ok": True, "changes": changes, "error": None})
            )
            if old.profiles != new.profiles:
                await self.aclose()
                self._telling = asyncio.create_task(self._tell_of_past(old, new, changes), name="backtest")
                await asyncio.sleep(0)  # begun: from here on, breaking it off still tells what changed
                return Answer(ok=True, text="\n".join((*changes, FOLLOWS)))
            if changes:
                await self._tell_changes(changes)
            return Answer(ok=True, text="\n".join(changes) or "nothing changed")

    async def aclose(self) -> None:
        """Tell now of a reload whose backtest still runs, without it. Idempotent."""
        if self._telling is not None:
            self._telling.cancel()
            await asyncio.gather(self._telling, return_exceptions=True)
            self._telling = None

    async def _tell_of_past(self, old: Runtime, new: Runtime, changes: list[str]) -> None:
        began = self._clock.monotonic()
        past: Backtest | None = None
        error: str | None = None
        try:
            past = await self._backtest(old, new)
        except StoreError as failure:
            error = str(failure)
        except asyncio.CancelledError:  # somebody cannot wait; what changed is told all the same
            error = "broken off"
        facts = {
            "entries": past.entry_count if past else None,
            "alerts_before": past.before_count if past else None,
            "alerts_after": past.after_count if past else None,
            "gained": past.gained_count if past else None,
            "lost": past.lost_count if past else None,
            "duration_s": round(self._clock.monotonic() - began, 3),
            "error": error,
        }
        self._observer.observe(Event(name="backtest", facts=facts))
        try:
            await self._tell_changes([*changes, str(past)] if past else changes)
        except StoreUnavailable as failure:
            self._observer.observe(Event(name="store_unavailable", facts={"error": str(failure)}))

    async def _tell_changes(self, changes: list[str]) -> None:
        await self._tell(NoticeKind.CONFIG_RELOADED, {"changes": "\n".join(changes)})

    async def _swap(self, new: Runtime) -> None:
        """Between two commits: stories are read again with the new profiles' eyes."""
        async with self._poller.series:
            stories = await self._store.open_stories(new.remembered_since(self._clock.now()))
            self._poller.stories = index_stories(stories, new.matcher)
            self._current.runtime = new

    async def _broken(self, error: ConfigError) -> None:
        text = "\n".join(error.problems)
        self._observer.observe(Event(name="reload", facts={"ok": False, "changes": [], "error": text}))
        if self._current.problems.get("configuration") != text:
            self._current.problems["configuration"] = text
            first = error.problems[0].splitlines()[0]
            await self._tell(NoticeKind.CONFIG_BROKEN, {"problem": first, "count": str(len(error.problems))})

    async def _tell(self, kind: NoticeKind, facts: dict[str, str]) -> None:
        now = self._clock.now()
        subject = "configuration"
        await self._store.enqueue(
            notices([(kind, facts)], subject=subject, runtime=self._current.runtime, now=now)
        )
        self._on_queued()
