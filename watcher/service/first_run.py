"""The first run ends in one message: what is watched, what the last 24 hours held. Silence would look broken."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from watcher.core.deciding import takes
from watcher.core.model import Delivery, DeliveryKind, DigestLine, NoticeContent, NoticeKind
from watcher.protocols import Event

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from watcher.core.deciding import Runtime
    from watcher.core.model import FeedState, Story, Target
    from watcher.protocols import Clock, Observer, Store
    from watcher.service.state import Current

TOLD = "first_run_told"
LINES = 10  # stories listed; the rest is counted
ADVICE = (
    "No feed could be reached at all: is this machine online? They are tried again by themselves. "
    "Without a network, `watcher demo` shows how everything works."
)


class FirstRun:
    """Watches for the moment when every feed has been asked once, and tells of it, once in a database's life."""

    def __init__(
        self,
        *,
        current: Current,
        store: Store,
        clock: Clock,
        observer: Observer,
        on_queued: Callable[[], None],
    ) -> None:
        self._current, self._store, self._clock, self._observer = current, store, clock, observer
        self._on_queued = on_queued
        self._done = False
        self._offline = False  # nothing could be reached when every feed had been asked

    async def look(self) -> None:
        """Tell if it is time."""
        if self._done or await self._store.get_value(TOLD):
            self._done = True
            return
        states = await self._store.feed_states()
        if not states or any(state.last_poll_at is None for state in states):
            return
        now = self._clock.now()
        reached = sum(state.last_success_at is not None for state in states)
        if not reached:
            if not self._offline:
                facts = {"feeds": len(states), "advice": ADVICE}
                self._observer.observe(Event(name="nothing_reachable", facts=facts))
            self._offline = True
            return
        if self._offline and reached * 2 < len(states):  # the network is coming back: wait for most of them
            return
        stories = await self._store.open_stories(now - timedelta(days=1))
        await self._store.enqueue(first_run_notices(self._current.runtime, states, stories, now))
        await self._store.set_value(TOLD, now.isoformat())
        self._on_queued()
        self._done = True


def first_run_notices(
    runtime: Runtime, states: Sequence[FeedState], stories: Sequence[Story], now: datetime
) -> list[Delivery]:
    """One notice for every target, of its own topics."""
    return [_notice(target, runtime, states, stories, now) for target in runtime.targets.values()]


def _notice(
    target: Target, runtime: Runtime, states: Sequence[FeedState], stories: Sequence[Story], now: datetime
) -> Delivery:
    reached = sum(state.last_success_at is not None for state in states)
    names = {profile.id: profile.name for profile in runtime.profiles.values() if takes(target, profile)}
    latest = sorted(
        (story for story in stories if names.keys() & set(story.topics)),
        key=lambda story: story.last_entry_at,
        reverse=True,
    )
    facts = {
        "feeds": str(len(states)),
        "reached": str(reached),
        "unreached": str(len(states) - reached) if reached < len(states) else "",
        "topics": " · ".join(names.values()),
        "stories": str(len(latest)),
        "listed": str(LINES) if len(latest) > LINES else "",
    }
    lines = tuple(
        DigestLine(
            story_id=story.id,
            topic=next(names[topic] for topic in story.topics if topic in names),
            headline=story.headline,
            url=story.entries[0].url if story.entries else "",
            outlet=story.entries[0].outlet if story.entries else "",
            outlet_count=len(story.outlets),
            at=story.last_entry_at,
        )
        for story in latest[:LINES]
    )
    return Delivery(
        kind=DeliveryKind.NOTICE,
        target_id=target.id,
        content=NoticeContent(kind=NoticeKind.FIRST_RUN, facts=facts, lines=lines),
        due_at=now,
        created_at=now,
        dedupe_key=f"notice:{NoticeKind.FIRST_RUN}:{target.id}",
        silent=True,
    )
