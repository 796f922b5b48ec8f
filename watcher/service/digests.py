"""The daily digest: at each target's local time, the day's stories by topic, for targets that want one."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from watcher.core.deciding import takes
from watcher.core.model import Delivery, DeliveryKind, DigestContent, DigestLine

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from watcher.core.deciding import Runtime
    from watcher.core.model import Mute, Story, Target
    from watcher.protocols import Clock, Store
    from watcher.service.state import Current

DAY = timedelta(days=1)
CATCH_UP = timedelta(hours=6)  # a digest missed while the watcher was down is sent this much later at most


class Digests:
    """Queues each day's digest once; its key in the outbox is what makes it once."""

    def __init__(
        self, *, current: Current, store: Store, clock: Clock, on_queued: Callable[[], None]
    ) -> None:
        self._current, self._store, self._clock, self._on_queued = current, store, clock, on_queued
        self._queued: dict[str, date] = {}  # target id -> local day already seen to

    async def look(self) -> None:
        """Queue what is due."""
        now = self._clock.now()
        for target in self._current.runtime.targets.values():
            due = due_at(target, now)
            if due is None or self._queued.get(target.id) == due.date():
                continue
            stories = await self._store.open_stories(due - DAY)  # also when it is late: a day is a day
            mutes = await self._store.mutes(now)
            digest = daily_digest(target, stories, self._current.runtime, due.date(), now, mutes)
            if digest is not None:
                await self._store.enqueue([digest])
                self._on_queued()
            self._queued[target.id] = due.date()


def due_at(target: Target, now: datetime) -> datetime | None:
    """The local digest time that has come lately; None when there is none."""
    if target.digest_at is None:
        return None
    local = now.astimezone(ZoneInfo(target.time_zone))
    at = datetime.combine(local.date(), time.fromisoformat(target.digest_at), local.tzinfo)
    for moment in (at, at - DAY):
        if timedelta() <= now - moment < CATCH_UP:
            return moment
    return None


def daily_digest(
    target: Target,
    stories: Sequence[Story],
    runtime: Runtime,
    day: date,
    now: datetime,
    mutes: Sequence[Mute] = (),
) -> Delivery | None:
    """The day's stories that go to the target, by topic, then most outlets first; None without any."""
    muted = {(mute.kind, mute.value) for mute in mutes}
    names = {
        profile.id: profile.name
        for profile in runtime.profiles.values()
        if takes(target, profile) and ("topic", profile.id) not in muted
    }
    lines = [
        DigestLine(
            story_id=story.id,
            topic=next(names[topic] for topic in story.topics if topic in names),
            headline=story.headline,
            url=next((entry.url for entry in story.entries if entry.url), ""),
            outlet=story.entries[0].outlet,
            outlet_count=len(story.outlets),
            at=story.opened_at,
        )
        for story in stories
        if names.keys() & set(story.topics)
        and ("story", story.id) not in muted
        and any(("outlet", outlet) not in muted for outlet in story.outlets)
    ]
    if not lines:
        return None
    lines.sort(key=lambda line: (line.topic, -line.outlet_count, line.at))
    return Delivery(
        kind=DeliveryKind.DIGEST,
        target_id=target.id,
        content=DigestContent(reason="daily", lines=tuple(lines)),
        due_at=now,
        created_at=now,
        dedupe_key=f"digest:daily:{target.id}:{day.isoformat()}",
        silent=target.silent,
    )
