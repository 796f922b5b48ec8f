"""What Telegram may answer the listening side, and what follows: heard again, answered once, said no twice."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.bot.room import READER, STRANGER
from tests.bot.stories import a_story
from tests.bot.test_paging import kept
from watcher.core.rendering import texts
from watcher.errors import StoreUnavailable, TokenRefused

if TYPE_CHECKING:
    from tests.bot.room import Room

WHY = "AES 80: Mali"


@pytest.mark.parametrize(
    ("action", "seconds"),
    [
        ("error_500", 0),
        ("error_502", 0),
        ("error_504", 0),
        ("conflict", 0),
        ("hung_up", 0),
        ("accepted_broken", 0),
        ("accepted_reset", 0),
        ("too_many", 1),
        ("slow", 0.5),
    ],
)
async def test_the_listener_hears_again(room: Room, action: str, seconds: float) -> None:
    """Whatever getUpdates answers, a press that was made meanwhile is answered, once."""
    for _ in range(2):
        room.api.fail(action, method="getUpdates", seconds=seconds)
    assert await room.press("why") == WHY
    assert await room.press("why") == WHY
    answered = [answer["callback_query_id"] for answer in room.api.desk.callback_answers]
    assert len(set(answered)) == len(answered)


async def test_a_second_poller_is_told_of_and_waited_out(room: Room) -> None:
    """409: somebody else asks with the same token; sending is not touched, listening goes on."""
    room.api.fail("conflict", method="getUpdates", count=3)
    assert await room.press("why") == WHY
    await room.desk.alert("s-2")
    await room.courier.drain()
    assert len(room.api.sent) == 2
    await room.until(lambda: sum(event.name == "listening_failed" for event in room.desk.events) == 3)
    errors = {e.facts["error"] for e in room.desk.events if e.name == "listening_failed"}
    assert errors == {"Conflict"}


async def test_a_lasting_second_poller_is_told_of_once(room: Room) -> None:
    """Two minutes of 409: an event that becomes a notice, and says what to do."""
    room.api.fail("conflict", method="getUpdates", count=10)
    room.api.desk.press(1, "a1:why:s-1", user_id=STRANGER)  # ends the running request
    await room.until(lambda: any(event.name == "deaf" for event in room.desk.events), timeout_s=15)
    (told,) = [event for event in room.desk.events if event.name == "deaf"]
    assert "telegram.listen: false" in told.facts["error"]


async def test_a_token_refused_while_listening_ends_it(room: Room) -> None:
    """D11: 401 is final."""
    room.api.fail("unauthorized", method="getUpdates")
    room.api.desk.press(1, "a1:why:s-1", user_id=STRANGER)  # ends the running request
    assert room.listening is not None
    with pytest.raises(TokenRefused):
        async with asyncio.timeout(8):
            await room.listening


async def test_a_press_while_the_disk_is_full_is_answered_and_changes_nothing(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """L2: whoever pressed is told to try again, and the next press works."""

    async def full(*_: object) -> None:
        raise StoreUnavailable("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(room.store, "set_value", full)
        assert await room.press("relevant") == texts("en").answers["later"]
    assert await room.store.get_value(f"label:e-s-1:{READER}") is None
    assert await room.press("relevant") == texts("en").answers["judged relevant"]


@pytest.mark.parametrize(("action", "seconds"), [("error_502", 0), ("too_many", 1), ("hung_up", 0)])
async def test_an_answer_to_a_press_is_given_again(room: Room, action: str, seconds: float) -> None:
    """answerCallbackQuery may be repeated without harm."""
    room.api.fail(action, method="answerCallbackQuery", seconds=seconds)
    assert await room.press("why") == WHY


async def test_a_press_too_old_to_be_answered_is_carried_out_all_the_same(room: Room) -> None:
    """ "query is too old": what it asked for is done, and the next press is answered."""
    with room.api.desk.changed:
        room.api.desk.press(1, "a1:story:s-1", user_id=READER)
        room.api.desk.updates.forget_presses()
    assert await room.press("why") == WHY
    assert [mute.kind for mute in await room.store.mutes(room.clock.now())] == ["story"]
    assert all(event.facts["error"] == "" for event in room.desk.events if event.name == "heard")


@pytest.mark.parametrize(
    ("action", "seconds"),
    [("error_502", 0), ("too_many", 1), ("hung_up", 0), ("cannot_parse", 0)],
)
async def test_an_answer_that_surely_did_not_arrive_is_given_again(
    room: Room, action: str, seconds: float
) -> None:
    """Somebody waits for it; markup that is refused goes out as plain text."""
    room.api.fail(action, method="sendMessage", seconds=seconds)
    if action == "hung_up":  # it may have arrived: not said twice
        room.write("/status")
        await room.until(lambda: any(e.facts.get("error") for e in room.desk.events if e.name == "heard"))
        assert len(room.api.sent) == 1
    assert "All is well" in await room.ask("/status")


@pytest.mark.parametrize(
    ("action", "seconds"), [("error_502", 0), ("too_many", 1), ("hung_up", 0), ("accepted_broken", 0)]
)
async def test_turning_a_page_is_repeated_until_it_shows(room: Room, action: str, seconds: float) -> None:
    """An edit may be made twice without harm."""
    for number in range(12):
        await a_story(room.store, f"s-{number}", now=room.clock.now())
    first = await room.asked("/recent")
    await kept(room, first)
    room.api.fail(action, method="editMessageText", seconds=seconds)
    await room.press_data("p1:1", message=first.message_id)
    await room.until(lambda: room.api.sent[-1].text.count("•") == 2)


async def test_an_answer_whose_message_is_gone_is_left(room: Room) -> None:
    """Deleted while its page was turned: nothing is sent in its place."""
    for number in range(12):
        await a_story(room.store, f"s-{number}", now=room.clock.now())
    first = await room.asked("/recent")
    await kept(room, first)
    room.api.fail("slow", method="answerCallbackQuery", seconds=0.2)
    room.api.desk.press(first.message_id, "p1:1", user_id=READER)
    room.api.delete_message(first.message_id)
    await room.until(lambda: any(e.facts.get("error") for e in room.desk.events if e.name == "heard"))
    assert len(room.api.sent) == 1


async def test_menus_that_are_refused_do_not_keep_it_from_listening(room: Room) -> None:
    """An admin who never wrote to the bot has no chat: the general menu does."""
    assert room.listening is not None
    room.listening.cancel()
    await asyncio.gather(room.listening, return_exceptions=True)
    room.api.fail("not_found", method="setMyCommands", count=8)
    room.listen()
    assert await room.press("why") == WHY
