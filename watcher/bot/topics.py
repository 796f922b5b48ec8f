"""`/topics` and `/topic`: what is watched for, by name."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from watcher.bot.holders import holders_of
from watcher.bot.paging import paged
from watcher.bot.wording import counted, ours, story_row, until_text
from watcher.core.rendering.styled import Styled, lines, own, value

if TYPE_CHECKING:
    from watcher.bot.records import Pages, Question, Sources
    from watcher.core.deciding import Runtime
    from watcher.core.model import Story
    from watcher.core.profiles import Profile

DAY = timedelta(days=1)
LATEST = 3  # stories shown with a topic
TOPIC_ROWS = 15  # of a page: short lines


async def topics(question: Question, sources: Sources) -> Pages:
    """The topics, each with its stories of the day and the command that tells more."""
    title = counted(question.texts, "topics", len(sources.runtime().profiles), bold=True)
    return paged(title, await _rows(question, sources))


async def topic(question: Question, sources: Sources) -> Pages:
    """One topic: what it is about, when it alerts, its latest stories."""
    profile = topic_named(question.said.words, sources.runtime())
    if profile is None:
        return await unknown(question, sources)
    texts, now = question.texts, sources.clock.now()
    stories = await sources.store.open_stories(now - DAY)
    told = sorted(
        (story for story in stories if profile.id in story.topics), key=lambda story: story.last_entry_at
    )[: -LATEST - 1 : -1]
    holders = await holders_of(told, question, sources)
    mute = {mute.value: mute for mute in await sources.store.mutes(now) if mute.kind == "topic"}.get(
        profile.id
    )
    rows = [
        value(profile.description, limit=600),
        ours(texts, "topic muted", until=until_text(mute.until, question.target, texts))
        if mute
        else Styled(),
        own(texts.answers["topic latest"]) if told else Styled(),
        *(story_row(story, question, holders) for story in told),
        ours(texts, "topic threshold", threshold=f"{profile.threshold:g}"),
        *(own("• ") + value(pattern.name, limit=100) for pattern in profile.patterns),
    ]
    return paged(value(profile.name, limit=80, bold=True), [row for row in rows if row], size=TOPIC_ROWS)


async def unknown(question: Question, sources: Sources) -> Pages:
    """No topic of that name: the topics there are."""
    words = question.said.words
    title = ours(question.texts, "unknown topic" if words else "which topic", name=words)
    return paged(title, await _rows(question, sources))


async def _rows(question: Question, sources: Sources) -> list[Styled]:
    runtime, now = sources.runtime(), sources.clock.now()
    stories = await sources.store.open_stories(now - DAY)
    muted = {mute.value for mute in await sources.store.mutes(now) if mute.kind == "topic"}
    return [
        _row(profile, stories, question, muted=profile.id in muted) for profile in runtime.profiles.values()
    ]


def _row(profile: Profile, stories: list[Story], question: Question, *, muted: bool) -> Styled:
    count = sum(profile.id in story.topics for story in stories)
    mark = own("🔕 " if muted else "• ")
    command = own(f"   /topic_{re.sub(r'[^A-Za-z0-9]', '_', profile.id)}")
    return lines(
        mark + value(profile.name, bold=True) + own(" – ") + counted(question.texts, "topic stories", count),
        command,
    )


def topic_named(words: str, runtime: Runtime) -> Profile | None:
    """The topic of this id or name; spaces, hyphens and underscores are one."""
    wanted = _folded(words)
    profiles = runtime.profiles.values()
    return next((one for one in profiles if wanted in (_folded(one.id), _folded(one.name))), None)


def _folded(words: str) -> str:
    return " ".join(re.split(r"[\W_]+", words.casefold())).strip()
