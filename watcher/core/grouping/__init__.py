"""One development, one story: which entries tell the same event, in whatever language.

::

    index = StoryIndex.rebuild(store.open_stories(...), read)
    draft = index.draft()                              # O(1); the original is not touched
    assignment = assign(entry, reading, draft, now)    # kind, story_id (None = new), because
    story = draft.add(assignment.story_id or f"s-{entry.id}", entry, reading)
    draft.replace(replace(story, topics=…))            # topics, told targets, headline
    draft.close_before(now - WINDOW)                   # nothing joins these any more

`describe_change` says what is new in the telling, `explain_pair` why two entries are or are not one story.
Pure: no I/O, no clock, no randomness.
"""

from watcher.core.grouping.assigning import WINDOW, Assignment, assign
from watcher.core.grouping.changes import describe_change
from watcher.core.grouping.explaining import PairExplanation, explain_pair
from watcher.core.grouping.index import StoryIndex

__all__ = [
    "WINDOW",
    "Assignment",
    "PairExplanation",
    "StoryIndex",
    "assign",
    "describe_change",
    "explain_pair",
]
