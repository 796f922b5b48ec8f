"""Stories: what several outlets report about one development."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from watcher.core.model.entries import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One development; only entries that match a topic open or join one."""

    id: str  # the id of the entry that opened it, prefixed "s-"
    headline: str  # of the entry that opened it
    opened_at: datetime
    last_entry_at: datetime
    entries: tuple[Entry, ...]  # in the order they joined
    topics: tuple[str, ...]  # profile ids it has matched so far
    told_targets: tuple[str, ...] = ()  # targets that have an alert of it in the outbox or beyond
    follows_story_id: str | None = None  # the story of the same running matter it develops
    closed_at: datetime | None = None
    retitled_count: int = 0  # headlines edited by their outlets and shown, since retitled_since
    retitled_since: datetime | None = None  # the count starts anew a day later

    @property
    def outlets(self) -> tuple[str, ...]:
        """Distinct outlets in order of appearance."""
        return tuple(dict.fromkeys(entry.outlet for entry in self.entries))


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryChange:
    """What one poll does to one story: opens it or adds to it. The store merges it into the row."""

    story_id: str
    opened: bool
    headline: str
    opened_at: datetime
    last_entry_at: datetime
    entry_ids: tuple[str, ...]  # that join now, the opener included
    topics: tuple[str, ...]  # all topics after the change
    told_targets: tuple[str, ...]  # all told targets after the change
    follows_story_id: str | None = None
    retitled_count: int = 0
    retitled_since: datetime | None = None
