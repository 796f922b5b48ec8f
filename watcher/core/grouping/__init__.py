"""One development, one story: which entries tell the same event, in whatever language.

::

    index = StoryIndex.rebuild(store.open_stories(...), read)
    draft = index.draft()                              # O(1); the original is not touched
    assignment = assign(entry, reading, draft, now)    # kind, story_id (None = new), because
    story = draft.add(assignment.story_id or f"s-{entry.id}", entry, reading)
    draft.replace(replace(story, topics=…))            # topics, told targets, headline
    draft.forget_before(now - MEMORY)                  # nothing has joined these for long

`describe_change` says what is new in the telling, `explain_pair` why two entries are or are not one story.
Pure: no I/O, no clock, no randomness.
"""

from watcher.core.grouping.assigning import MEMORY, WINDOW, Assignment, assign
from watcher.core.grouping.changes import describe_change
from watcher.core.grouping.explaining import PairExplanation, explain_pair
from watcher.core.grouping.index import StoryIndex

__all__ = [
    "MEMORY",
    "WINDOW",
    "Assignment",
    "PairExplanation",
    "StoryIndex",
    "assign",
    "describe_change",
    "explain_pair",
]
