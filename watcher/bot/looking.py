"""The commands that only look: status, stories, topics, why."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from watcher.bot.wording import ours, sheet, story_row
from watcher.core.deciding.why import why
from watcher.core.matching import judge, read
from watcher.core.model import AlertContent, DeliveryState, DigestContent, DigestLine, Entry, alert_key
from watcher.core.rendering import render_digest
from watcher.core.rendering.buttons import read_button
from watcher.core.rendering.passages import score_mark
from watcher.core.rendering.styled import own, value

if TYPE_CHECKING:
    from collections.abc import Callable

    from watcher.bot.records import Said
    from watcher.core.deciding import Runtime
    from watcher.core.model import Message, Target
    from watcher.core.profiles import Profile
    from watcher.core.rendering.catalogue.form import Catalogue
    from watcher.protocols import Clock, Store

DAY = timedelta(days=1)
OPEN_STATES = (DeliveryState.PENDING, DeliveryState.SENDING, DeliveryState.AMBIGUOUS)
LISTED = 30  # stories in one answer at most


class Looks:
    """Answers from what is stored and configured.

    Args:
        runtime: the configuration in force.
    """

    def __init__(self, *, store: Store, clock: Clock, runtime: Callable[[], Runtime]) -> None:
        self._store, self._clock, self._runtime = store, clock, runtime

    async def status(self, said: Said, target: Target, catalogue: Catalogue) -> Message:
        """What is watched and what waits."""
        now, answers = self._clock.now(), catalogue.answers
        feeds = await self._store.feed_states()
        waiting = await self._store.deliveries(states=OPEN_STATES)
        dead = await self._store.deliveries(states=[DeliveryState.DEAD])
        stories = await self._store.open_stories(now - DAY)
        failing = [state for state in feeds if state.failure_count]
        rows = [
            own(answers["status feeds"].format(count=len(feeds), failing=len(failing))),
            own(answers["status stories"].format(count=len(stories))),
            own(answers["status outbox"].format(waiting=len(waiting), dead=len(dead))),
            own(answers["status mutes"].format(count=len(await self._store.mutes(now)))),
        ]
        if await self._store.get_value("paused_since"):
            rows.append(own(answers["status paused"]))
        return sheet(answers["status title"], rows, catalogue)

    async def feeds(self, said: Said, target: Target, catalogue: Catalogue) -> Message:
        """The feeds, those in trouble first."""
        states = await self._store.feed_states()
        feeds = self._runtime().feeds
        states.sort(key=lambda state: (-state.failure_count, state.feed_id))
        rows = []
        for state in states:
            name = feeds[state.feed_id].outlet if state.feed_id in feeds else state.feed_id
            trouble = state.last_error if state.failure_count else ""
            mark = "⚠ " if state.failure_count else "✓ "
            rows.append(
                own(mark)
                + value(name, limit=60)
                + (own(": ") + value(trouble, limit=120) if trouble else own(""))
            )
        return sheet(catalogue.answers["feeds title"], rows, catalogue)

    async def topics(self, said: Said, target: Target, catalogue: Catalogue) -> Message:
        """The topics."""
        rows = [
            own("• ") + value(profile.name, bold=True) + own(" – ") + value(profile.id)
            for profile in self._runtime().profiles.values()
        ]
        return sheet(catalogue.answers["topics title"], rows, catalogue)

    async def topic(self, said: Said, target: Target, catalogue: Catalogue) -> Message:
        """One topic."""
        profile = topic_named(said.words, self._runtime())
        if profile is None:
            return ours(catalogue.answers["unknown topic"], topics=", ".join(self._runtime().profiles))
        rows = [
            value(profile.description, limit=600),
            own(catalogue.answers["topic threshold"].format(threshold=f"{profile.threshold:g}")),
            *(own("• ") + value(pattern.name, limit=100) for pattern in profile.patterns),
        ]
        return sheet(profile.name, rows, catalogue)

    async def recent(self, said: Said, target: Target, catalogue: Catalogue) -> Message:
        """Stories of the last 24 hours."""
        profile = topic_named(said.words, self._runtime())
        if said.words and profile is None:
            return ours(catalogue.answers["unknown topic"], topics=", ".join(self._runtime().profiles))
        stories = await self._store.open_stories(self._clock.now() - DAY)
        chosen = [story for story in stories if profile is None or profile.id in story.topics]
        chosen.sort(key=lambda story: story.last_entry_at, reverse=True)
        rows = [story_row(story, target, catalogue) for story in chosen[:LISTED]]
        title = catalogue.answers["recent title"].format(count=len(chosen))
        return sheet(title, rows, catalogue)

    async def digest(self, said: Said, target: Target, catalogue: Catalogue) -> Message:
        """The last 24 hours by topic."""
        stories = await self._store.open_stories(self._clock.now() - DAY)
        names = {profile.id: profile.name for profile in self._runtime().profiles.values()}
        wanted = [
            story for story in stories if target.topics is None or set(target.topics) & set(story.topics)
        ]
        lines = tuple(
            DigestLine(
                story_id=story.id,
                topic=", ".join(names.get(topic, topic) for topic in story.topics),
                headline=story.headline,
                url=story.entries[0].url if story.entries else "",
                outlet=story.entries[0].outlet if story.entries else "",
                outlet_count=len(story.outlets),
                at=story.last_entry_at,
            )
            for story in wanted
        )
        digest = render_digest(DigestContent(reason="daily", lines=lines), target)
        return replace(digest, silent=True)

    async def stories(self, said: Said, target: Target, catalogue: Catalogue) -> Message:
        """Open stories, the most reported first."""
        since = self._clock.now() - timedelta(seconds=self._runtime().policy.story_window_s)
        stories = await self._store.open_stories(since)
        stories.sort(key=lambda story: (len(story.outlets), story.last_entry_at), reverse=True)
        rows = [story_row(story, target, catalogue) for story in stories[:LISTED]]
        title = catalogue.answers["stories title"].format(count=len(stories))
        return sheet(title, rows, catalogue)

    async def why(self, said: Said, target: Target, catalogue: Catalogue) -> Message:
        """Why the alert it replies to came."""
        for data in said.replied_data:
            button = read_button(data)
            if button is None:
                continue
            for known in self._runtime().targets.values():
                row = await self._store.delivery(alert_key(button.story_id, known.id))
                if row is not None and isinstance(row.content, AlertContent):
                    rows = [
                        value(tag.name, bold=True) + own(f" {score_mark(tag.score)}: ") + value(tag.why)
                        for tag in row.content.topics
                    ]
                    return sheet(catalogue.answers["why title"], rows, catalogue)
        return ours(catalogue.answers["why how"])

    async def try_headline(self, said: Said, target: Target, catalogue: Catalogue) -> Message:
        """Would this headline alert?"""
        if not said.words:
            return ours(catalogue.answers["try how"])
        runtime, now = self._runtime(), self._clock.now()
        entry = Entry(
            id="", feed_id="", guid="", url="", canonical_url="", title=said.words, summary="", outlet="",
            language=None, published_at=now, first_seen_at=now,
        )  # fmt: skip
        reading = read(title=said.words, matcher=runtime.matcher, complete=True)
        matches = judge(reading, entry, runtime.matcher)
        rows = [
            own("✓ " if match.on_topic else "✗ ")
            + value(runtime.profiles[match.profile_id].name, bold=True)
            + own(f" {match.score:.0f}/{match.threshold:.0f}: ")
            + value(why(match, runtime.profiles[match.profile_id]))
            for match in sorted(matches, key=lambda match: -match.score)
        ]
        return sheet(catalogue.answers["try title" if rows else "try nothing"], rows, catalogue)


def topic_named(words: str, runtime: Runtime) -> Profile | None:
    """The topic of this id or name."""
    wanted = words.strip().casefold()
    profiles = runtime.profiles.values()
    return next((one for one in profiles if wanted in (one.id.casefold(), one.name.casefold())), None)
