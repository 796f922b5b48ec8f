"""Long answers on pages: turned by buttons, bound to their message, the same whatever arrives meanwhile."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from tests.bot.room import COLLEAGUE, READER, STRANGER
from tests.bot.stories import a_story
from watcher.bot.paging import paged, shown, wanted_page
from watcher.core.rendering import texts
from watcher.core.rendering.styled import own, value
from watcher.demo.botapi.markup import parse_html, utf16_len

if TYPE_CHECKING:
    from tests.bot.room import Room
    from watcher.demo.botapi import Sent

GONE = texts("en").answers["pages gone"]


def labels(message: Sent) -> list[str]:
    """What the buttons say."""
    return [str(button["text"]) for row in message.buttons for button in row]


async def many(room: Room, count: int = 25) -> None:
    """So many stories."""
    for number in range(count):
        await a_story(room.store, f"s-{number:02}", now=room.clock.now(), headline=f"Story {number:02}")


async def kept(room: Room, message: Sent) -> None:
    """Wait until the answer's pages are kept: right after it was sent."""
    async with asyncio.timeout(8):
        while await room.store.kept_pages(message.chat_id, str(message.message_id)) is None:
            await asyncio.sleep(0)


async def turned(room: Room, message: Sent, data: str, user: int = READER) -> Sent:
    """Press a page button and see the message it becomes."""
    edits = len(message.edits)
    await kept(room, message)
    await room.press_data(data, message=message.message_id, user=user)

    def now() -> Sent:
        return next(one for one in room.api.sent if one.message_id == message.message_id)

    await room.until(lambda: len(now().edits) > edits)
    return now()


async def test_a_long_answer_is_turned_page_by_page(room: Room) -> None:
    """◀ 2/3 ▶, by an edit of the answer; anybody who counts may turn it."""
    await many(room)
    first = await room.asked("/recent")
    assert labels(first) == ["1/3", "▶"]
    assert first.text.count("\n") == 10
    second = await turned(room, first, "p1:1")
    assert labels(second) == ["◀", "2/3", "▶"]
    last = await turned(room, second, "p1:2", user=COLLEAGUE)
    assert labels(last) == ["◀", "3/3"]
    texts_ = first.text + second.text + last.text
    assert all(f"Story {number:02}" in texts_ for number in range(25))
    assert all(page.text.startswith("25 stories in the last 24 hours\n") for page in (first, second, last))
    back = await turned(room, last, "p1:1")
    assert back.text == second.text


async def test_pages_stay_as_they_were_while_stories_arrive(room: Room) -> None:
    """Nothing moves between two pages."""
    await many(room, 12)
    first = await room.asked("/recent")
    await a_story(room.store, "s-new", now=room.clock.now(), headline="Brand new")
    second = await turned(room, first, "p1:1")
    assert "Brand new" not in second.text
    assert second.text.count("•") == 2


async def test_pages_turn_after_a_restart(room: Room) -> None:
    """They are kept in the database."""
    await many(room, 12)
    first = await room.asked("/recent")
    await kept(room, first)
    assert room.listening is not None
    room.listening.cancel()
    await asyncio.gather(room.listening, return_exceptions=True)
    room.listen()
    assert labels(await turned(room, first, "p1:1")) == ["◀", "2/2"]


async def test_pressing_the_page_that_is_shown_changes_nothing(room: Room) -> None:
    """The number between the arrows is a button, too; and so is a double press."""
    await many(room, 12)
    first = await room.asked("/recent")
    await kept(room, first)
    assert await room.press_data("p1:0", message=first.message_id) == ""
    await room.until(
        lambda: any(call.method == "editMessageText" and call.status == 400 for call in room.api.calls)
    )
    assert room.api.sent[-1].edits == ()


async def test_forged_foreign_and_forgotten_pages_are_refused_kindly(room: Room) -> None:
    """B2: bound to chat and message; a page that never was; an answer long ago. B1: strangers hear nothing."""
    await many(room, 12)
    first = await room.asked("/recent")
    await kept(room, first)
    assert await room.press_data("p1:1", message=1) == GONE
    assert await room.press_data("p1:7", message=first.message_id) == GONE
    assert await room.press_data("p1:-1", message=first.message_id) == texts("en").answers["expired"]
    count = len(room.api.desk.callback_answers)
    room.api.desk.press(first.message_id, "p1:1", user_id=STRANGER)
    pages = await room.store.kept_pages("42", str(first.message_id))
    assert pages is not None
    later = replace(pages, message_id="other", kept_at=room.clock.now())
    await room.store.keep_pages(later, forget_before=later.kept_at)  # two days later
    assert await room.press_data("p1:1", message=first.message_id) == GONE
    assert len(room.api.desk.callback_answers) == count + 1


ROWS = st.lists(st.text(max_size=2500), max_size=40)


@given(rows=ROWS, size=st.integers(1, 30))
def test_pages_hold_every_row_within_the_limits(rows: list[str], size: int) -> None:
    """Whatever the rows hold: accepted by Telegram, none left out, every button leads to a page there is."""
    styled = [own("• ") + value(row, limit=2000, url="https://a.example/x") for row in rows]
    pages = paged(own("Title", bold=True), styled, size=size)
    seen = 0
    for number, page in enumerate(pages):
        text, entities = parse_html(page.html)
        assert 0 < utf16_len(text) <= 4096
        assert len(entities) < 100
        seen += text.count("• ") if not any("•" in row for row in rows) else 0
        for row in shown(pages, number).buttons:
            assert all(0 <= (wanted_page(data) or 0) < len(pages) for _, data in row)
            assert all(len(data.encode()) <= 64 for _, data in row)
    if not any("•" in row for row in rows):
        assert seen == len(rows)
