"""The contract of protocols.Store about what people do in a chat, over every implementation."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tests.store.records import NOW, edit, later, news
from watcher.core.model import DeliveryState, KeptPages, Taking

if TYPE_CHECKING:
    from watcher.protocols import Store

AMINA = Taking(
    story_id="s-1", target_id="desk", user_id=7, name="Amina", changed_at=NOW, press_id=100, wanted_by=8,
    wanted_at=later(minutes=1),
)  # fmt: skip


async def test_a_taken_story_comes_back_exactly_and_the_latest_word_counts(store: Store) -> None:
    """Story and target are the key; a story that was given back is still known, for its latest press."""
    elsewhere = replace(AMINA, target_id="room", user_id=9)
    await store.take([AMINA, elsewhere], [])
    assert [AMINA, elsewhere] == await store.takings(["s-1", "s-2"])
    free = replace(AMINA, user_id=None, name="", press_id=101, wanted_by=None, wanted_at=None)
    await store.take([free], [])
    assert [free, elsewhere] == await store.takings(["s-1"])
    assert [] == await store.takings(["s-2"])


async def test_taking_queues_what_shows_it(store: Store) -> None:
    """The edit of the message is queued with it, and again at the next press."""
    await store.take([AMINA], [edit(1)])
    await store.take([replace(AMINA, user_id=None)], [edit(1)])
    (row,) = await store.deliveries()
    assert (row.state, row.revision) == (DeliveryState.PENDING, 2)


async def test_who_took_a_story_is_forgotten_with_it(store: Store) -> None:
    """Not before: while the story is there, so is who has it."""
    await store.commit_polls([news(1)])
    gone = replace(AMINA, story_id="s-gone", changed_at=NOW)
    kept = replace(AMINA, story_id=news(1).stories[0].story_id)
    await store.take([kept, gone], [])
    for _ in range(2):
        await store.prune(entries_before=later(minutes=1), seen_before=later(days=-1), limit=100)
    assert [kept] == await store.takings([kept.story_id, "s-gone"])


async def test_pages_are_kept_until_their_time(store: Store) -> None:
    """By chat and message; keeping new ones forgets those of long ago."""
    old = KeptPages(chat_id="42", message_id="5", pages=("<b>one</b>", "two é"), kept_at=NOW)
    new = replace(old, message_id="6", kept_at=later(days=3))
    await store.keep_pages(old, forget_before=later(days=-2))
    assert old == await store.kept_pages("42", "5")
    assert await store.kept_pages("43", "5") is None
    await store.keep_pages(new, forget_before=later(days=1))
    assert await store.kept_pages("42", "5") is None
    assert new == await store.kept_pages("42", "6")
