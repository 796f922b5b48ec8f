"""Raw entries become entries: plain text, safe links, dates that can be believed (P2, P7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.core.deciding.dates import believable
from watcher.core.model import Entry
from watcher.core.text.html import plain_text
from watcher.core.text.outlets import headline_end

if TYPE_CHECKING:
    from datetime import datetime

    from watcher.core.deciding.identity import Identified
    from watcher.core.model import FeedConfig, ParsedFeed

TITLE_LIMIT = 1_000  # characters (P1)
SUMMARY_LIMIT = 4_000


def clean(one: Identified, feed: FeedConfig, parsed: ParsedFeed, now: datetime) -> Entry:
    """Make the entry that is kept of a raw one."""
    raw = one.raw
    outlet = plain_text(raw.outlet, 200) if raw.outlet else feed.outlet
    summary = plain_text(raw.summary, SUMMARY_LIMIT)
    title = plain_text(raw.title, TITLE_LIMIT)
    title = title[: headline_end(title, outlet, summary)].rstrip() or _first_words(summary)
    published_at = believable(raw.published_at, now)
    return Entry(
        id=one.entry_id(feed.id, published_at or now),
        feed_id=feed.id,
        guid=(raw.guid or "")[:2048],
        url=one.url,
        canonical_url=one.canonical_url,
        title=title,
        summary=summary,
        outlet=outlet,
        language=raw.language or feed.language or parsed.language,
        published_at=published_at,
        first_seen_at=now,
    )


def _first_words(summary: str) -> str:
    """Microblog feeds have no titles; their first words serve."""
    return summary if len(summary) <= 120 else summary[:120].rsplit(" ", 1)[0] + " …"
