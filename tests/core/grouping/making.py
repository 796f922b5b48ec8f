"""Entries for the tests of grouping, in our own words."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

from watcher.core.model import Entry

START = datetime(2025, 9, 1, 8, 0, tzinfo=UTC)


def entry(
    title: str,
    language: str | None = "en",
    *,
    hours: float = 0.0,
    summary: str = "",
    outlet: str = "Continental Wire",
    id_: str = "",
) -> Entry:
    """Make an entry published so many hours after the start."""
    at = START + timedelta(hours=hours)
    key = id_ or hashlib.blake2b(f"{title}{outlet}{hours}".encode(), digest_size=8).hexdigest()
    return Entry(
        id=key,
        feed_id=outlet,
        guid=key,
        url="",
        canonical_url="",
        title=title,
        summary=summary,
        outlet=outlet,
        language=language,
        published_at=at,
        first_seen_at=at,
    )
