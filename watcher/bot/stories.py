"""`/recent`, `/stories` and `/digest`: what was reported, in three orders."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from watcher.bot.holders import holders_of
from watcher.bot.paging import paged
from watcher.bot.topics import DAY, topic_named, unknown
from watcher.bot.wording import counted, story_row
from watcher.core.rendering.styled import Styled, lines, own, value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from watcher.bot.records import Pages, Question, Sources
    from watcher.core.model import Story


async def recent(question: Question, sources: Sources) -> Pages:
    """Stories of the last 24 hours, the latest first; of one topic where one is named."""
    profile = topic_named(question.said.words, sources.runtime())
    if question.said.words and profile is None:
        return await unknown(question, sources)
    stories = await _since(DAY, question, sources, topic=profile.id if profile else None)
    stories.sort(key=lambda story: story.last_entry_at, reverse=True)
    title = counted(question.texts, "recent", len(stories), bold=True)
    if profile is not None:
        title = value(profile.name, limit=80, bold=True) + own(": ", bold=True) + title
    return await _listed(title, stories, question, sources)


async def stories(question: Question, sources: Sources) -> Pages:
    """Open stories, the most reported first."""
    window = timedelta(seconds=sources.runtime().policy.story_window_s)
    found = await _since(window, question, sources)
    found.sort(key=lambda story: (len(story.outlets), story.last_entry_at), reverse=True)
    title = counted(question.texts, "open stories", len(found), bold=True)
    return await _listed(title, found, question, sources)


async def digest(question: Question, sources: Sources) -> Pages:
    """The last 24 hours by topic."""
    found = await _since(DAY, question, sources)
    names = {profile.id: profile.name for profile in sources.runtime().profiles.values()}
    holders = await holders_of(found, question, sources)
    by_topic: dict[str, list[Styled]] = {}
    for story in sorted(found, key=lambda story: story.last_entry_at, reverse=True):
        shown = [topic for topic in story.topics if _concerns(topic, question)] or list(story.topics)
        heading = ", ".join(names.get(topic, topic) for topic in shown)
        by_topic.setdefault(heading, []).append(story_row(story, question, holders))
    rows = [
        lines(value(heading, limit=80, bold=True), row) if position == 0 else row
        for heading, told in by_topic.items()
        for position, row in enumerate(told)
    ]
    return paged(counted(question.texts, "recent", len(found), bold=True), rows)


async def _listed(title: Styled, found: Sequence[Story], question: Question, sources: Sources) -> Pages:
    holders = await holders_of(found, question, sources)
    return paged(title, [story_row(story, question, holders) for story in found])


async def _since(
    span: timedelta, question: Question, sources: Sources, topic: str | None = None
) -> list[Story]:
    """Open stories with an entry since then, of the topic or of those the chat follows."""
    found = await sources.store.open_stories(sources.clock.now() - span)
    if topic is not None:
        return [story for story in found if topic in story.topics]
    return [story for story in found if any(_concerns(one, question) for one in story.topics)]


def _concerns(topic: str, question: Question) -> bool:
    return question.target.topics is None or topic in question.target.topics
