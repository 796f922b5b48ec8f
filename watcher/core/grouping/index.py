"""The stories in memory, found by what their entries say: the open ones and, for what words are worth, those just over.

Candidates come from an inverted index over words and things, rarest first, so that what an entry costs does not grow with
the number of open stories. Pure: nothing here knows the time or the store.
"""

from __future__ import annotations

import math
from dataclasses import replace
from heapq import nlargest
from operator import itemgetter
from typing import TYPE_CHECKING

from watcher.core.grouping.fingerprint import Fingerprint, fingerprint, is_member
from watcher.core.grouping.sharing import SharedMap
from watcher.core.model import Story

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from watcher.core.model import Entry, Reading

MEMBERS_COMPARED = 12  # of a story, the newest: the labelled stories have at most 15 entries
POSTING_LIMIT = 96  # stories remembered per key, the newest: a key of more is too common to find anything by
CANDIDATE_COUNT = 16  # stories that are compared in full, by words and by things each

_PRIOR_COUNT = 30.0
_PRIOR_MEMBER_COUNT = 6.0
"""Entries an empty index counts as having seen, and how many of them as naming any member of a concept: what topics are made
of is common in their news from the first day. 3 to 10 differ by less than 0.01 of B-cubed F1; without it, and with the
words for places among the words, the first 15 entries of a watch are grouped with precision 0.89 instead of 0.95."""


class StoryIndex:
    """Stories with their fingerprints. `draft()` gives a copy in constant time; the original is not touched."""

    __slots__ = ("_entry_count", "_frequencies", "_members", "_oldest", "_postings", "_stories")

    def __init__(self) -> None:
        self._stories: SharedMap[str, Story] = SharedMap()
        self._members: SharedMap[str, tuple[Fingerprint, ...]] = SharedMap()
        self._postings: SharedMap[str, tuple[str, ...]] = SharedMap()  # key -> story ids, newest last
        self._frequencies: SharedMap[str, int] = SharedMap()  # key -> entries of open stories that have it
        self._entry_count = 0
        self._oldest: datetime | None = None  # no open story ended before; None = there is none

    @classmethod
    def rebuild(cls, stories: Iterable[Story], read: Callable[[Entry], Reading]) -> StoryIndex:
        """Make the index of stored stories, at start.

        Args:
            stories: open ones with all their entries, oldest first.
            read: reads an entry with the matcher in force.
        """
        index = cls()
        arrivals: list[tuple[tuple[datetime, datetime, str], str, Entry]] = []
        for story in stories:
            if story.closed_at is not None:
                continue
            index._keep(story)
            arrival = (story.opened_at, story.opened_at, "")
            for entry in story.entries:  # their order stays, though the clock was set back between two
                arrival = max(arrival, (entry.first_seen_at, entry.at, entry.id))
                arrivals.append((arrival, story.id, entry))
        # As they came in, whichever story they joined: of the stories with a key the newest are remembered.
        for _, story_id, entry in sorted(arrivals, key=itemgetter(0)):
            index._enter(story_id, fingerprint(entry, read(entry)))
        return index

    def __len__(self) -> int:
        return len(self._stories)

    def draft(self) -> StoryIndex:
        """Return a copy to decide on: neither sees what happens to the other from now on."""
        twin = StoryIndex.__new__(StoryIndex)
        twin._stories = self._stories.copy()
        twin._members = self._members.copy()
        twin._postings = self._postings.copy()
        twin._frequencies = self._frequencies.copy()
        twin._entry_count = self._entry_count
        twin._oldest = self._oldest
        return twin

    def story(self, story_id: str) -> Story | None:
        """Return an open story; None when it is closed or unknown."""
        return self._stories.get(story_id)

    def stories(self) -> list[Story]:
        """Return all open stories, the one with the newest entry first."""
        return sorted(self._stories.values(), key=lambda story: (story.last_entry_at, story.id), reverse=True)

    def members(self, story_id: str) -> tuple[Fingerprint, ...]:
        """Return the fingerprints a newcomer to the story is compared with: the newest."""
        return (self._members.get(story_id) or ())[-MEMBERS_COMPARED:]

    def add(
        self, story_id: str, entry: Entry, reading: Reading, *, follows_story_id: str | None = None
    ) -> Story:
        """Let an entry join an open story, or open one with this id; return the story as it is then.

        An entry that is already in the story changes nothing.

        Args:
            follows_story_id: for a new story, the one it develops.
        """
        story = self._stories.get(story_id)
        if story is None:
            story = Story(
                id=story_id,
                headline=entry.title,
                opened_at=entry.at,
                last_entry_at=entry.at,
                entries=(entry,),
                topics=(),
                follows_story_id=follows_story_id,
            )
        elif any(known.id == entry.id for known in story.entries):
            return story
        else:
            story = replace(
                story, entries=(*story.entries, entry), last_entry_at=max(story.last_entry_at, entry.at)
            )
        self._keep(story)
        self._enter(story_id, fingerprint(entry, reading))
        return story

    def replace(self, story: Story) -> None:
        """Put changed facts of an open story (topics, told targets, headline); its entries are not read anew."""
        if self._stories.get(story.id) is not None:
            self._keep(story)

    def reword(self, story_id: str, entry: Entry, reading: Reading) -> Story | None:
        """Let an entry of an open story bear new words, as if it had come with them; return the story as it is then.

        Args:
            story_id: of the story it is in.
            entry: with its new title.
            reading: of this entry.
        """
        story = self._stories.get(story_id)
        place = (
            next((n for n, known in enumerate(story.entries) if known.id == entry.id), None)
            if story
            else None
        )
        if story is None or place is None:
            return None
        story = replace(story, entries=(*story.entries[:place], entry, *story.entries[place + 1 :]))
        self._keep(story)
        members = self._members.get(story_id) or ()
        before, after = members[place], fingerprint(entry, reading)
        self._members.put(story_id, (*members[:place], after, *members[place + 1 :]))
        for key in before.keys - after.keys:
            self._unpost(
                key, None if any(key in one.keys for one in self._members.get(story_id) or ()) else story_id
            )
        for key in after.keys - before.keys:
            self._post(key, story_id)
        return story

    def forget_before(self, at: datetime) -> list[Story]:
        """Forget every story without an entry since `at`, and what its words were; return them."""
        if self._oldest is None or self._oldest >= at:
            return []
        stories = self.stories()
        gone = [story for story in stories if story.last_entry_at < at]
        for story in gone:
            self._forget(story.id)
        self._oldest = min(
            (story.last_entry_at for story in stories if story.last_entry_at >= at), default=None
        )
        return gone

    def rarity(self, key: str) -> float:
        """Return how much a key says when it meets: from about 0 (in all entries) to 3.5 and more (in none)."""
        seen = (self._frequencies.get(key) or 0) + (_PRIOR_MEMBER_COUNT if is_member(key) else 0.0)
        return math.log((self._entry_count + _PRIOR_COUNT) / (seen + 1.0))

    def candidates(self, print_: Fingerprint) -> list[str]:
        """Return the ids of the stories most worth comparing: those that share the rarest words, and the rarest things.

        Apart, because across languages only things meet.
        """
        found = self._ranked(print_.words, CANDIDATE_COUNT) + self._ranked(print_.things, CANDIDATE_COUNT)
        return list(dict.fromkeys(found))

    def _ranked(self, weights: Mapping[str, float], count: int) -> list[str]:
        shared: dict[str, float] = {}
        for key, weight in weights.items():
            posting = self._postings.get(key)
            if posting:
                worth = weight * self.rarity(key) ** 2
                for story_id in posting:
                    shared[story_id] = shared.get(story_id, 0.0) + worth
        return nlargest(count, shared, key=lambda story_id: (shared[story_id], story_id))

    def _keep(self, story: Story) -> None:
        self._stories.put(story.id, story)
        self._oldest = min(self._oldest or story.last_entry_at, story.last_entry_at)

    def _enter(self, story_id: str, print_: Fingerprint) -> None:
        self._members.put(story_id, (*(self._members.get(story_id) or ()), print_))
        self._entry_count += 1
        for key in print_.keys:
            self._post(key, story_id)

    def _forget(self, story_id: str) -> None:
        """Take a story out of everything it was found by."""
        for print_ in self._members.get(story_id) or ():
            self._entry_count -= 1
            for key in print_.keys:
                self._unpost(key, story_id)
        self._members.remove(story_id)
        self._stories.remove(story_id)

    def _post(self, key: str, story_id: str) -> None:
        """Count a key of one entry more, and remember its story as the newest that has it."""
        self._frequencies.put(key, (self._frequencies.get(key) or 0) + 1)
        posting = self._postings.get(key) or ()
        if story_id in posting:
            posting = tuple(other for other in posting if other != story_id)
        self._postings.put(key, (*posting, story_id)[-POSTING_LIMIT:])

    def _unpost(self, key: str, story_id: str | None) -> None:
        """Count a key of one entry less; the story, when one is given, has it no more."""
        count = (self._frequencies.get(key) or 0) - 1
        if count > 0:
            self._frequencies.put(key, count)
        else:
            self._frequencies.remove(key)
        posting = tuple(other for other in self._postings.get(key) or () if other != story_id)
        if posting:
            self._postings.put(key, posting)
        else:
            self._postings.remove(key)
