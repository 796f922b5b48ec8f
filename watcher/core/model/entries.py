"""An entry on its way: as parsed, as kept, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from watcher.core.model.matches import Match


@dataclass(frozen=True, slots=True, kw_only=True)
class RawEntry:
    """One entry as the parser read it: cut to the limits of P1, not yet cleaned."""

    guid: str | None
    link: str | None  # may be relative
    title: str  # may hold HTML
    summary: str  # may hold HTML
    published_at: datetime | None = None  # the feed's claim, when it could be read
    outlet: str | None = None  # the entry's own <source>, when it names one
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFeed:
    """A document's entries, newest kept when there were too many."""

    title: str
    entries: tuple[RawEntry, ...]
    format: str = ""  # "rss20", "atom10", "json1.1" …
    language: str | None = None
    skipped_count: int = 0  # broken entries left out
    malformed: bool = False  # survived, but not well-formed
    ttl_s: float | None = None  # from ttl or sy:update*
    skip_hours: tuple[int, ...] = ()  # 0–23, UTC
    skip_days: tuple[int, ...] = ()  # 0 = Monday


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry, clean: plain text, absolute http(s) links, no control characters."""

    id: str  # 16 hex digits, derived from feed and identity: the same entry gets the same id in a replay
    feed_id: str
    guid: str
    url: str  # what a reader opens; "" when the feed gave none that is safe
    canonical_url: str  # without tracking parameters; "" as above
    title: str
    summary: str
    outlet: str
    language: str | None
    published_at: datetime | None  # the feed's claim; None when missing or absurd
    first_seen_at: datetime  # our clock

    @property
    def at(self) -> datetime:
        """When it was published as far as we may believe it, else when we saw it."""
        return self.published_at or self.first_seen_at


class Fate(StrEnum):
    """What became of an entry; every stored entry has one, with a reason in words."""

    NEW_STORY = "new story"
    SAME_STORY = "same story"
    NEAR_DUPLICATE = "near-duplicate"
    BELOW = "below the line"  # some evidence, under every threshold
    OFF_TOPIC = "off topic"  # no evidence at all
    BACKLOG = "backlog"  # seen in the silent first poll
    OLD = "old"  # older than 7 days at first sight
    MUTED = "muted"
    HELD = "held for a digest"  # flood guard or volume budget


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedEntry:
    """An entry with all that was decided about it."""

    entry: Entry
    fate: Fate
    reason: str  # for people: why this fate
    matches: tuple[Match, ...] = ()  # all with a score > 0, above or below their threshold
    story_id: str | None = None
