"""A changed configuration applies within seconds and without losing state; a broken one changes nothing (C2)."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

from watcher.core.deciding import index_stories, notices
from watcher.core.model import NoticeKind
from watcher.errors import ConfigError
from watcher.protocols import Answer, Event

if TYPE_CHECKING:
    from collections.abc import Callable

    from watcher.core.deciding import Runtime
    from watcher.polling import Poller
    from watcher.protocols import Clock, Observer, Store
    from watcher.service.state import Current


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
        on_queued: Callable[[], None],
    ) -> None:
        """Take the parts.

        Args:
            changed: True once after the files have changed; cheap.
            load: reads and compiles the configuration; raises ConfigError.
            describe: what differs between two runtimes, in words.
            on_queued: called when a notice was queued.
        """
        self._current, self._store, self._poller = current, store, poller
        self._clock, self._observer = clock, observer
        self._changed, self._load, self._describe = changed, load, describe
        self._on_queued = on_queued
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
            if changes:
                await self._tell(NoticeKind.CONFIG_RELOADED, {"changes": "\n".join(changes)})
            return Answer(ok=True, text="\n".join(changes) or "nothing changed")

    async def _swap(self, new: Runtime) -> None:
        """Between two commits: stories are read again with the new profiles' eyes."""
        async with self._poller.series:
            since = self._clock.now() - timedelta(seconds=new.policy.story_window_s)
            stories = await self._store.open_stories(since)
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
