"""The story index: found, closed, rebuilt; drafts that cost nothing and leak nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from tests.core.grouping.making import START, entry
from watcher.core.grouping import WINDOW, StoryIndex, assign
from watcher.core.grouping.fingerprint import fingerprint
from watcher.core.grouping.index import POSTING_LIMIT

if TYPE_CHECKING:
    from collections.abc import Callable

    from watcher.core.model import Entry, Reading

EXPELLED = entry("Niger expels French ambassador")
EXPELLED_FR = entry("Le Niger expulse l'ambassadeur de France", "fr", hours=2, outlet="Le Méridien")
ATTACK = entry("Attack on army camp near Gao kills 12 soldiers", hours=1)


def opened(read: Callable[[Entry], Reading], *entries: Entry) -> StoryIndex:
    """An index in which each of these opened a story."""
    index = StoryIndex()
    for one in entries:
        index.add(f"s-{one.id}", one, read(one))
    return index


def test_an_entry_joins_the_story_it_tells_and_says_why(read: Callable[[Entry], Reading]) -> None:
    """Of two open stories the right one is found, across languages, with what met in words."""
    index = opened(read, EXPELLED, ATTACK)
    found = assign(EXPELLED_FR, read(EXPELLED_FR), index, EXPELLED_FR.at)
    assert (found.kind, found.story_id) == ("same", f"s-{EXPELLED.id}")
    assert "expulse" in found.because
    assert "niger expels french ambassador" in found.because


def test_the_same_headline_elsewhere_is_a_near_duplicate(read: Callable[[Entry], Reading]) -> None:
    """Word for word, with another outlet's name at the end: near-duplicate."""
    copy = entry("UPDATE: Niger expels French ambassador - Morning Ledger", hours=1, outlet="Morning Ledger")
    index = opened(read, EXPELLED)
    assert assign(copy, read(copy), index, copy.at).kind == "near-duplicate"


def test_nothing_joins_a_story_older_than_the_window(read: Callable[[Entry], Reading]) -> None:
    """The same headline four days later tells another event."""
    later = entry("Niger expels French ambassador", hours=96, outlet="Morning Ledger")
    index = opened(read, EXPELLED)
    assert assign(later, read(later), index, later.at).story_id is None


def test_a_closed_story_is_never_reopened_by_an_old_entry(read: Callable[[Entry], Reading]) -> None:
    """An entry of the first day that comes in after the story was closed opens a story of its own."""
    index = opened(read, EXPELLED)
    now = EXPELLED.at + WINDOW + timedelta(hours=1)
    (closed,) = index.forget_before(now - WINDOW)
    late = replace(EXPELLED_FR, first_seen_at=now)
    assert (closed.id, len(index)) == (f"s-{EXPELLED.id}", 0)
    assert assign(late, read(late), index, now).story_id is None


def test_an_old_entry_does_not_join_what_happened_days_later(read: Callable[[Entry], Reading]) -> None:
    """Published more than the window before the story's last entry: not the same event."""
    index = opened(read, replace(EXPELLED, published_at=START + timedelta(days=5)))
    assert assign(EXPELLED_FR, read(EXPELLED_FR), index, START + timedelta(days=5)).story_id is None


def test_a_draft_and_its_original_do_not_see_each_other(read: Callable[[Entry], Reading]) -> None:
    """What is added, replaced or closed on one side stays there."""
    index = opened(read, EXPELLED)
    draft = index.draft()
    draft.add(f"s-{ATTACK.id}", ATTACK, read(ATTACK))
    draft.add(f"s-{EXPELLED.id}", EXPELLED_FR, read(EXPELLED_FR))
    index.forget_before(START + timedelta(days=9))
    assert len(index) == 0
    assert len(draft) == 2
    story = draft.story(f"s-{EXPELLED.id}")
    assert story is not None
    assert story.outlets == ("Continental Wire", "Le Méridien")


def test_an_index_is_rebuilt_from_its_stories(read: Callable[[Entry], Reading]) -> None:
    """After a restart the same entries find the same stories with the same similarity."""
    index = opened(read, EXPELLED, ATTACK)
    again = StoryIndex.rebuild(index.stories(), read)
    before = assign(EXPELLED_FR, read(EXPELLED_FR), index, EXPELLED_FR.at)
    assert assign(EXPELLED_FR, read(EXPELLED_FR), again, EXPELLED_FR.at) == before


def inside(index: StoryIndex) -> list[object]:
    """What decisions go by."""
    return [
        [(story.id, index.members(story.id)) for story in index.stories()],
        [
            index.rarity(key)
            for story in index.stories()
            for one in index.members(story.id)
            for key in one.keys
        ],
    ]


def test_a_reworded_entry_is_found_by_its_new_words_as_after_a_restart(
    read: Callable[[Entry], Reading],
) -> None:
    """An edited headline counts as if the entry had come with it; what only the old one said is forgotten."""
    index = opened(read, EXPELLED, ATTACK)
    index.add(f"s-{EXPELLED.id}", EXPELLED_FR, read(EXPELLED_FR))
    edited = replace(EXPELLED, title="Niger suspends uranium exports to France")
    old, new = (fingerprint(one, read(one)) for one in (EXPELLED, edited))
    story = index.reword(f"s-{EXPELLED.id}", edited, read(edited))
    assert story is not None
    assert story.entries == (edited, EXPELLED_FR)
    assert inside(index) == inside(StoryIndex.rebuild(index.stories(), read))
    gone = old.keys - new.keys - fingerprint(EXPELLED_FR, read(EXPELLED_FR)).keys
    assert gone
    assert {index.rarity(key) for key in gone} <= {
        StoryIndex.rebuild(index.stories(), read).rarity(key) for key in gone
    }
    assert index.candidates(new)[0] == story.id
    assert index.reword("s-unknown", edited, read(edited)) is None


def test_a_rebuilt_index_remembers_the_stories_that_had_entries_last(
    read: Callable[[Entry], Reading],
) -> None:
    """Of more stories with a word than are remembered, a restart finds those whose entries came last."""
    index = StoryIndex()
    crowd = [
        entry(f"Mali village number{n} votes", hours=n / 60, id_=f"{999 - n}") for n in range(POSTING_LIMIT)
    ]
    for one in crowd:
        index.add(f"s-{one.id}", one, read(one))
    late = entry("Mali village number0 votes again", hours=3, id_="late")
    index.add(f"s-{crowd[0].id}", late, read(late))
    last = entry("Mali village elsewhere votes", hours=4, id_="last")
    index.add("s-last", last, read(last))
    again = StoryIndex.rebuild(sorted(index.stories(), key=lambda story: story.opened_at), read)
    probe = entry("Mali village votes")
    print_ = fingerprint(probe, read(probe))
    assert f"s-{crowd[0].id}" in index.candidates(print_)
    assert again.candidates(print_) == index.candidates(print_)


def test_a_longer_window_keeps_stories_open_longer(read: Callable[[Entry], Reading]) -> None:
    """What is configured decides, not the usual three days."""
    later = entry("Niger expels French ambassador", hours=96, outlet="Morning Ledger")
    index = opened(read, EXPELLED)
    found = assign(later, read(later), index, later.at, window=timedelta(hours=100))
    assert found.story_id == f"s-{EXPELLED.id}"


def test_closed_stories_are_not_rebuilt(read: Callable[[Entry], Reading]) -> None:
    """A story the store calls closed stays out of the index."""
    (story,) = opened(read, EXPELLED).stories()
    assert len(StoryIndex.rebuild([replace(story, closed_at=story.last_entry_at)], read)) == 0


def test_closing_everything_forgets_everything(read: Callable[[Entry], Reading]) -> None:
    """Words of closed stories no longer count: rarity is that of an empty index again."""
    index = opened(read, EXPELLED, ATTACK)
    index.add(f"s-{EXPELLED.id}", EXPELLED_FR, read(EXPELLED_FR))
    index.forget_before(START + timedelta(days=9))
    print_ = fingerprint(EXPELLED, read(EXPELLED))
    assert index.candidates(print_) == []
    assert {index.rarity(key) for key in print_.keys} == {StoryIndex().rarity(key) for key in print_.keys}


def test_a_further_development_follows_the_story_it_develops(read: Callable[[Entry], Reading]) -> None:
    """Kept apart by a veto, but of one running matter: the new story names the old one."""
    recall = entry(
        "France recalls its ambassador from Niger", hours=5, summary="The ambassador was expelled on Monday."
    )
    index = opened(read, EXPELLED, ATTACK)
    found = assign(recall, read(recall), index, recall.at)
    assert (found.story_id, found.follows_story_id) == (None, f"s-{EXPELLED.id}")


def test_an_entry_added_twice_is_in_its_story_once(read: Callable[[Entry], Reading]) -> None:
    """Adding is idempotent."""
    index = opened(read, EXPELLED)
    index.add(f"s-{EXPELLED.id}", EXPELLED, read(EXPELLED))
    (story,) = index.stories()
    assert story.entries == (EXPELLED,)


def test_replacing_changes_facts_of_open_stories_only(read: Callable[[Entry], Reading]) -> None:
    """Topics and told targets are kept; a story that is not open is not brought in."""
    index = opened(read, EXPELLED)
    (story,) = index.stories()
    index.replace(replace(story, topics=("aes",), told_targets=("desk",)))
    index.replace(replace(story, id="s-unknown"))
    (after,) = index.stories()
    assert (after.topics, after.told_targets) == (("aes",), ("desk",))
