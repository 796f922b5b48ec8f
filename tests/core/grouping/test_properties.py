"""What holds for any run of entries."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.core.grouping.making import entry
from watcher.core.grouping import StoryIndex, assign

if TYPE_CHECKING:
    from collections.abc import Callable

    from watcher.core.model import Entry, Reading

_WHO = ("Niger", "Mali", "Burkina Faso", "Le Niger", "Нигер", "The junta", "ECOWAS", "France")
_DOES = (
    "expels",
    "recalls",
    "expulse",
    "высылает",
    "closes its border with",
    "signs a pact with",
    "attacks",
    "warns",
)
_WHOM = (
    "the French ambassador",
    "l'ambassadeur de France",
    "посла Франции",
    "the EU envoy",
    "Benin",
    "Russia",
    "Gao",
    "Djibo",
)
HEADLINES = st.builds(
    lambda *words: " ".join(words), st.sampled_from(_WHO), st.sampled_from(_DOES), st.sampled_from(_WHOM)
)
ENTRIES = st.lists(
    st.builds(
        lambda title, hours, outlet: entry(title, None, hours=hours, outlet=outlet),
        HEADLINES,
        st.integers(0, 200),
        st.sampled_from(("Continental Wire", "Le Méridien", "Вестник")),
    ),
    unique_by=lambda one: one.id,
    max_size=14,
)
EXAMPLES = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def run(entries: list[Entry], read: Callable[[Entry], Reading], index: StoryIndex) -> dict[str, str]:
    """Decide on one poll's entries in their order; entry id -> story id."""
    found = {}
    for one in sorted(entries, key=lambda one: (one.at, one.id)):
        reading = read(one)
        story_id = assign(one, reading, index, one.at).story_id or f"s-{one.id}"
        index.add(story_id, one, reading)
        found[one.id] = story_id
    return found


@EXAMPLES
@given(entries=ENTRIES, data=st.data())
def test_the_order_of_a_poll_does_not_change_which_stories_exist(
    read: Callable[[Entry], Reading], entries: list[Entry], data: st.DataObject
) -> None:
    """Entries come sorted by time and id into grouping, so any order of the document gives the same stories."""
    shuffled = data.draw(st.permutations(entries))
    assert run(shuffled, read, StoryIndex()) == run(entries, read, StoryIndex())


@EXAMPLES
@given(entries=ENTRIES)
def test_every_entry_is_in_exactly_one_story(read: Callable[[Entry], Reading], entries: list[Entry]) -> None:
    """Nothing is lost and nothing is in two stories."""
    index = StoryIndex()
    run(entries, read, index)
    inside = sorted(one.id for story in index.stories() for one in story.entries)
    assert inside == sorted(one.id for one in entries)


@EXAMPLES
@given(entries=ENTRIES)
def test_replaying_gives_the_same_stories(read: Callable[[Entry], Reading], entries: list[Entry]) -> None:
    """The same past twice: the same assignments, and the first index is as it was."""
    index = StoryIndex()
    before = run(entries, read, index)
    stories = index.stories()
    assert run(entries, read, StoryIndex()) == before
    assert index.stories() == stories


@EXAMPLES
@given(entries=ENTRIES)
def test_no_story_has_a_gap_longer_than_the_window(
    read: Callable[[Entry], Reading], entries: list[Entry]
) -> None:
    """A story that had no entry for three days gets none any more."""
    index = StoryIndex()
    run(entries, read, index)
    for story in index.stories():
        times = [one.at for one in story.entries]
        assert all(later - earlier <= timedelta(hours=72) for earlier, later in pairwise(times))


@EXAMPLES
@given(first=ENTRIES, second=ENTRIES)
def test_deciding_on_a_draft_leaves_the_original_as_it_was(
    read: Callable[[Entry], Reading], first: list[Entry], second: list[Entry]
) -> None:
    """A plan that is not committed leaves no trace."""
    index = StoryIndex()
    run(first, read, index)
    stories, size = index.stories(), len(index)
    run(second, read, index.draft())
    assert (index.stories(), len(index)) == (stories, size)
