"""What a message will say of an entry in its story: contents are made when queued and rendered when sent."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher.core.deciding.why import why
from watcher.core.model import AlertContent, DigestLine, TopicTag

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from watcher.core.model import AlertKind, Entry, Match, Story
    from watcher.core.profiles import Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """An on-topic entry in its story, not told yet."""

    entry: Entry
    story: Story  # after the entry joined
    matches: tuple[Match, ...]  # on topic, not muted
    known: bool  # the story existed before this poll
    new_outlet: bool
    new_topic: bool  # the story had not matched one of these topics before
    change: str = ""  # what changed in the telling ("toll 12 → 17")


def alert_id(story_id: str, *parts: str) -> str:
    """The same for the same story and parts, whenever it is asked for."""
    return "a-" + short_hash(story_id, *parts)


def short_hash(*parts: str) -> str:
    """Return sixteen characters that stand for these parts in their order."""
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=8).hexdigest()


def alert_content(
    telling: Telling,
    matches: Sequence[Match],
    profiles: Mapping[str, Profile],
    *,
    kind: AlertKind,
    alert_id: str,
    follows_story_id: str | None,
) -> AlertContent:
    """The content of an alert to a target that wants these matches."""
    entry = telling.entry
    return AlertContent(
        alert_id=alert_id,
        story_id=telling.story.id,
        entry_id=entry.id,
        kind=kind,
        topics=topic_tags(matches, profiles),
        headline=entry.title,
        url=entry.url,
        outlet=entry.outlet,
        language=entry.language,
        summary=entry.summary,
        published_at=entry.published_at,
        first_seen_at=entry.first_seen_at,
        follows_story_id=follows_story_id,
    )


def topic_tags(matches: Sequence[Match], profiles: Mapping[str, Profile]) -> tuple[TopicTag, ...]:
    """The matched topics, best first, each with its reason."""
    return tuple(
        TopicTag(
            id=match.profile_id,
            name=profiles[match.profile_id].name,
            score=match.score,
            why=why(match, profiles[match.profile_id]),
        )
        for match in sorted(matches, key=lambda match: -match.score)
    )


def digest_line(telling: Telling, matches: Sequence[Match], profiles: Mapping[str, Profile]) -> DigestLine:
    """The story in one line, under the topic it matches best."""
    best = max(matches, key=lambda match: match.score)
    return DigestLine(
        story_id=telling.story.id,
        topic=profiles[best.profile_id].name,
        headline=telling.entry.title,
        url=telling.entry.url,
        outlet=telling.entry.outlet,
        outlet_count=len(telling.story.outlets),
        at=telling.entry.at,
    )
