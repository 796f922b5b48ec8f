"""Stories in a store, for answers that list them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tests.store.records import entry, plan
from watcher.core.model import Fate, JudgedEntry, StoryChange

if TYPE_CHECKING:
    from watcher.store.sqlite import SqliteStore

FEED = "lokalblatt"


async def a_story(
    store: SqliteStore,
    story_id: str,
    *,
    now: datetime | None = None,
    headline: str = "",
    outlets: tuple[str, ...] = ("Courier",),
    topics: tuple[str, ...] = ("aes",),
) -> None:
    """Commit a story that these outlets report."""
    at = now or datetime.now(UTC)
    title = headline or f"Headline of {story_id}"
    entries = [
        replace(
            entry(1, at=at),
            id=f"e-{story_id}-{number}",
            guid=f"{story_id}-{number}",
            url=f"https://a.example/{story_id}/{number}",
            canonical_url=f"https://a.example/{story_id}/{number}",
            title=title,
            outlet=outlet,
            first_seen_at=at,
            published_at=at,
        )
        for number, outlet in enumerate(outlets)
    ]
    change = StoryChange(
        story_id=story_id,
        opened=True,
        headline=title,
        opened_at=at,
        last_entry_at=at,
        entry_ids=tuple(one.id for one in entries),
        topics=topics,
        told_targets=(),
    )
    judged = tuple(
        JudgedEntry(entry=one, fate=Fate.NEW_STORY, reason="", matches=(), story_id=story_id)
        for one in entries
    )
    await store.sync_feeds({FEED: "https://lokalblatt.example/rss"}, at)
    await store.commit_polls([plan(now=at, entries=judged, stories=(change,))])
