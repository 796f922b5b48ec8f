"""Entries just below the line, and topics that have fallen silent: where a profile may be too narrow. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from watcher.core.text.tokens import folded_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from watcher.core.model import Entry, Evidence, Match
    from watcher.core.profiles import Profile

MARGIN = 20.0
"""Points below a threshold that still count as near. In a month of 133 feeds (62,656 entries) the shipped profiles
left 20 matches below: 13 by less than 15 points, the others by 25 and more."""

SILENT_AFTER = 4.6
"""A topic is silent when it should have had so many stories meanwhile: a steady one stays without that long
once in a hundred (exp(-4.6) = 0.01)."""

NONE_AFTER = timedelta(days=6)
"""Watched for so long without a single story is silence too; a shorter time says nothing."""

STORIES_NEEDED = 4
"""With fewer stories there is no telling what is usual."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NearMiss:
    """An entry that one topic nearly took."""

    entry: Entry
    match: Match
    gap: float  # points to the threshold
    because: str  # what it has, and what held it back
    told_for: tuple[str, ...] = ()  # other topics it is on
    repeat_count: int = 0  # other entries with the same headline


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """How long a topic has been without a story."""

    topic: str
    story_count: int  # in the time looked at
    last_at: datetime | None  # None: none in the time looked at
    last_title: str
    usual_gap_s: float | None  # mean time between two stories; None = too few to tell
    expected_count: float | None  # stories it should have had since, at its usual pace
    silent: bool


def near_misses(
    judged: Iterable[tuple[Entry, Sequence[Match]]], *, margin: float = MARGIN, topic: str | None = None
) -> list[NearMiss]:
    """List entries that stay below a threshold by at most `margin` points, nearest first.

    Args:
        judged: entries with all their matches.
        margin: points.
        topic: only this profile id.
    """
    found: dict[tuple[str, tuple[str, ...]], NearMiss] = {}
    for entry, matches in judged:
        told_for = tuple(match.profile_id for match in matches if match.on_topic)
        for match in matches:
            gap = match.threshold - match.score
            if match.on_topic or gap > margin or topic not in (None, match.profile_id):
                continue
            key = (match.profile_id, folded_words(entry.title))
            if key in found:
                found[key] = replace(found[key], repeat_count=found[key].repeat_count + 1)
                continue
            found[key] = NearMiss(
                entry=entry, match=match, gap=round(gap, 1), because=because(match), told_for=told_for
            )
    return sorted(found.values(), key=lambda miss: (miss.gap, miss.entry.id))


def because(match: Match) -> str:
    """Say what a match has and what held it back: "'threat of force' 43; against the topic: score x 0.2 ('sport')"."""
    parts = [f"'{evidence.pattern}' {evidence.score:.0f}" for evidence in match.evidence[:2]]
    notes = [evidence for evidence in match.near if evidence.note]
    parts += [_held_back(evidence) for evidence in notes or match.near[:1]]
    return "; ".join(parts) or "no evidence"


def silences(
    stories: Iterable[tuple[str, datetime, str]],
    profiles: Mapping[str, Profile],
    now: datetime,
    *,
    watched_since: datetime | None,
) -> list[Silence]:
    """Tell how long each topic has been without a story, the most silent first.

    Args:
        stories: (profile id, opened at, headline) of every story in the time looked at.
        profiles: the topics to tell of, by id.
        now: aware UTC.
        watched_since: since when there are entries at all; None = there are none.
    """
    times: dict[str, list[tuple[datetime, str]]] = {topic: [] for topic in profiles}
    for topic, at, headline in stories:
        if topic in times:
            times[topic].append((at, headline))
    long = watched_since is not None and now - watched_since >= NONE_AFTER
    found = [_silence(topic, sorted(its), now, watched_long=long) for topic, its in times.items()]
    return sorted(found, key=lambda one: (not one.silent, -(one.expected_count or 0.0), one.topic))


def _silence(
    topic: str, stories: list[tuple[datetime, str]], now: datetime, *, watched_long: bool
) -> Silence:
    if not stories:
        return Silence(
            topic=topic,
            story_count=0,
            last_at=None,
            last_title="",
            usual_gap_s=None,
            expected_count=None,
            silent=watched_long,
        )
    last_at, last_title = stories[-1]
    gap_s = expected = None
    if len(stories) >= STORIES_NEEDED:
        gap_s = max(1.0, (last_at - stories[0][0]).total_seconds() / (len(stories) - 1))
        expected = (now - last_at).total_seconds() / gap_s
    return Silence(
        topic=topic,
        story_count=len(stories),
        last_at=last_at,
        last_title=last_title,
        usual_gap_s=gap_s,
        expected_count=expected,
        silent=expected is not None and expected >= SILENT_AFTER,
    )


def _held_back(evidence: Evidence) -> str:
    if evidence.note:
        return f"{evidence.note} ('{evidence.pattern}')"
    return f"'{evidence.pattern}' would want {' and '.join(evidence.missing)}"
