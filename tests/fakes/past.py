"""Entries, judged entries and labelled ones over the small topics of `polls`: for tests of evaluation."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tests.fakes.polls import ATTACKS, TIES
from watcher.core.evaluation.replay import Arrival
from watcher.core.evaluation.topics import Labelled
from watcher.core.model import Entry
from watcher.core.profiles import Profile

START = datetime(2026, 3, 1, 8, tzinfo=UTC)


def entry(title: str, *, hours: float = 0.0, feed: str = "outlet", summary: str = "") -> Entry:
    """An entry whose id is its title, seen so many hours after START."""
    at = START + timedelta(hours=hours)
    url = f"https://{feed}.example/{title.lower().replace(' ', '-')}"
    return Entry(
        id=f"{feed}: {title}",
        feed_id=feed,
        guid=url,
        url=url,
        canonical_url=url,
        title=title,
        summary=summary,
        outlet=feed.title(),
        language="en",
        published_at=at,
        first_seen_at=at,
    )


def arrival(title: str, *, hours: float = 0.0, feed: str = "outlet", silent: bool = False) -> Arrival:
    """The same, as it comes in."""
    made = entry(title, hours=hours, feed=feed)
    return Arrival(entry=made, at=made.first_seen_at, silent=silent)


def labelled(title: str, grade: int, *, topic: str = "ties", **other: int) -> Labelled:
    """A judged entry."""
    return Labelled(entry=entry(title), grades={topic: grade, **other})


def at(profile: Profile, threshold: float) -> Profile:
    """A profile with another threshold, under another version."""
    return replace(profile, threshold=threshold, version=f"{profile.version} at {threshold:g}")


def scoring(profile: Profile, score: float) -> Profile:
    """A profile whose patterns give another score, under another version."""
    patterns = tuple(replace(pattern, score=score) for pattern in profile.patterns)
    return replace(profile, patterns=patterns, version=f"{profile.version} scoring {score:g}")


BOTH = (TIES, ATTACKS)
