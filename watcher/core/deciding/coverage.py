"""Entries meet profiles and stories: match, group, give each a fate.

Works on a draft of the story index, so that the one in memory changes only after the commit.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from watcher.core.deciding.contents import Telling
from watcher.core.deciding.routing import unmuted
from watcher.core.grouping import StoryIndex, assign, describe_change
from watcher.core.matching import judge, read_entry
from watcher.core.model import Fate, JudgedEntry, StoryChange

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from watcher.core.deciding.runtime import Runtime
    from watcher.core.matching import Matcher
    from watcher.core.model import Entry, FeedConfig, Match, Mute, Story


DAY = timedelta(days=1)


class Coverage:
    """What one poll's entries come to; lives for one call of `decide`.

    Attributes:
        index: the draft: the story index as it is once the plan is committed.
        judged: every entry with its fate, in the order taken.
        tellings: the on-topic entries that may be told.
        retitled: known entries under a new headline, the old one, their story.
    """

    def __init__(self, stories: StoryIndex, runtime: Runtime, mutes: Sequence[Mute], now: datetime) -> None:
        self.index = stories.draft()
        # By the clock of this poll: what is known must not depend on when somebody tidied up or started.
        self.index.forget_before(runtime.remembered_since(now))
        self.judged: list[JudgedEntry] = []
        self.tellings: list[Telling] = []
        self.retitled: list[tuple[Entry, str, Story]] = []
        self._runtime = runtime
        self._mutes = mutes
        self._now = now
        self._joined: dict[str, list[str]] = {}  # story id -> entry ids that joined now
        self._opened: set[str] = set()
        self._touched: set[str] = set()
        self._window = timedelta(seconds=runtime.policy.story_window_s)

    def take(self, entry: Entry, feed: FeedConfig, *, silent: str, old: bool) -> None:
        """Judge one new entry.

        Args:
            entry: clean.
            feed: where it was found.
            silent: why nothing of this poll is told; "" = it is told.
            old: published too long ago to alert or to join a story.
        """
        runtime = self._runtime
        reading = read_entry(entry, runtime.matcher, complete=bool(feed.everything_for))
        matches = tuple(
            judge(reading, entry, runtime.matcher, topics=feed.topics, everything_for=feed.everything_for)
        )
        on_topic = tuple(match for match in matches if match.on_topic)
        if not on_topic or old:
            self._keep(entry, *_untold(matches, old=bool(on_topic) and old), matches, None)
            return
        assignment = assign(entry, reading, self.index, self._now, window=self._window)
        opened = assignment.story_id is None
        story_id = assignment.story_id or f"s-{entry.id}"
        known = None if opened else self.index.story(story_id)
        story = self.index.add(story_id, entry, reading, follows_story_id=assignment.follows_story_id)
        story = self._with_topics(story, on_topic)
        self._joined.setdefault(story_id, []).append(entry.id)
        if opened:
            self._opened.add(story_id)
        fate = {
            "new": Fate.NEW_STORY,
            "same": Fate.SAME_STORY,
            "near-duplicate": Fate.NEAR_DUPLICATE,
        }[assignment.kind]
        audible = unmuted(entry, story_id, on_topic, self._mutes)
        if silent:
            self._keep(entry, Fate.BACKLOG, silent, matches, story_id)
        elif not audible:
            self._keep(entry, Fate.MUTED, "muted", matches, story_id)
        else:
            self._keep(entry, fate, assignment.because, matches, story_id)
            self.tellings.append(
                Telling(
                    entry=entry,
                    story=story,
                    matches=audible,
                    known=known is not None and story_id not in self._opened,
                    new_topic=known is not None and any(m.profile_id not in known.topics for m in audible),
                    new_outlet=known is not None and entry.outlet not in known.outlets,
                    change=describe_change(known, entry, reading) if known else "",
                )
            )

    def retitle(self, entry: Entry) -> None:
        """Take note of a known entry's new headline (P8): shown a few times a day, never a new alert."""
        story = next((s for s in self.index.stories() if any(e.id == entry.id for e in s.entries)), None)
        if story is None or self._now - story.last_entry_at > self._window:
            return
        known = next(e for e in story.entries if e.id == entry.id)
        # A day on either side: the clock may have been set back.
        fresh_day = story.retitled_since is None or abs(self._now - story.retitled_since) >= DAY
        count = 0 if fresh_day else story.retitled_count
        if known.title == entry.title or count >= self._runtime.policy.headline_edits_per_day:
            return
        changed = replace(known, title=entry.title)
        story = replace(
            self.index.reword(story.id, changed, read_entry(changed, self._runtime.matcher)) or story,
            headline=entry.title if story.headline == known.title else story.headline,
            retitled_count=count + 1,
            retitled_since=self._now if fresh_day else story.retitled_since,
        )
        self.index.replace(story)
        self._touched.add(story.id)
        self.retitled.append((changed, known.title, story))

    def mark_told(self, told_targets: Mapping[str, tuple[str, ...]]) -> None:
        """Remember in the draft who knows each story now."""
        for story_id, targets in told_targets.items():
            story = self.index.story(story_id)
            if story is not None and story.told_targets != targets:
                self.index.replace(replace(story, told_targets=targets))
                self._touched.add(story_id)

    def changes(self) -> tuple[StoryChange, ...]:
        """What to commit about stories."""
        found = []
        for story_id in dict.fromkeys([*self._joined, *sorted(self._touched)]):
            story = self.index.story(story_id)
            if story is None:
                continue
            found.append(
                StoryChange(
                    story_id=story_id,
                    opened=story_id in self._opened,
                    headline=story.headline,
                    opened_at=story.opened_at,
                    last_entry_at=story.last_entry_at,
                    entry_ids=tuple(self._joined.get(story_id, ())),
                    topics=story.topics,
                    told_targets=story.told_targets,
                    follows_story_id=story.follows_story_id,
                    retitled_count=story.retitled_count,
                    retitled_since=story.retitled_since,
                )
            )
        return tuple(found)

    def _with_topics(self, story: Story, matches: Sequence[Match]) -> Story:
        topics = tuple(dict.fromkeys([*story.topics, *(match.profile_id for match in matches)]))
        if topics == story.topics:
            return story
        story = replace(story, topics=topics)
        self.index.replace(story)
        return story

    def _keep(
        self, entry: Entry, fate: Fate, reason: str, matches: tuple[Match, ...], story_id: str | None
    ) -> None:
        self.judged.append(
            JudgedEntry(entry=entry, fate=fate, reason=reason, matches=matches, story_id=story_id)
        )


def _untold(matches: Sequence[Match], *, old: bool) -> tuple[Fate, str]:
    if old:
        return Fate.OLD, "published more than a week before it was first seen"
    if not matches:
        return Fate.OFF_TOPIC, "no evidence for any topic"
    best = max(matches, key=lambda match: match.score - match.threshold)
    return Fate.BELOW, f"{best.profile_id} scores {best.score:.0f}, its threshold is {best.threshold:.0f}"


def index_stories(stories: Iterable[Story], matcher: Matcher) -> StoryIndex:
    """The index of open stories as these profiles read them; made at start and after a reload."""
    return StoryIndex.rebuild(stories, lambda entry: read_entry(entry, matcher))
