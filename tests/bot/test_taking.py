"""Taking a story in a group: who has it is on the message, durable, by ids, once for each press (B1–B3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.bot.room import COLLEAGUE, READER, STRANGER
from tests.bot.stories import a_story
from watcher.bot.records import Press
from watcher.bot.taking import after_press
from watcher.core.model import DeliveryState, Taking, Target, edit_key
from watcher.core.rendering import texts

if TYPE_CHECKING:
    from tests.bot.room import Room
    from watcher.demo.botapi import Sent

SAYS = texts("en").answers
NOW = datetime(2026, 3, 29, 10, 30, tzinfo=UTC)
FORUM = "-100777"
GROUP = Target(id="group", sink="telegram", chat_id="-5", group=True)
POLITICS = Target(id="politics", sink="telegram", chat_id=FORUM, thread_id=3, group=True)
SECURITY = Target(id="security", sink="telegram", chat_id=FORUM, thread_id=4, group=True)


@pytest.fixture
def targets() -> tuple[Target, ...]:
    """One group."""
    return (GROUP,)


def last_line(message: Sent) -> str:
    """What stands right above the buttons."""
    return message.text.splitlines()[-1]


def labels(message: Sent) -> list[str]:
    """What the buttons say."""
    return [str(button["text"]) for row in message.buttons for button in row]


async def shown(room: Room, number: int = 0) -> Sent:
    """The alert's message as it stands once everything is delivered."""
    await room.courier.drain()
    return room.api.sent[number]


async def test_who_takes_a_story_is_on_its_message(room: Room) -> None:
    """Name and time, by an edit, with the button that gives it back."""
    assert "🙋 I take it" in labels(room.api.sent[0])
    assert await room.press("take", name="Amina Traoré") == SAYS["taken"]
    message = await shown(room)
    assert last_line(message).startswith("🙋 Amina Traoré works on it since ")
    assert "🙋 Give back / take over" in labels(message)
    assert len(message.edits) == 1


async def test_pressed_again_it_is_given_back(room: Room) -> None:
    """The line goes, the button offers it anew."""
    await room.press("take")
    await shown(room)
    assert await room.press("take") == SAYS["given back"]
    message = await shown(room)
    assert "works on it" not in message.text
    assert "🙋 I take it" in labels(message)


async def test_a_colleague_is_told_and_takes_over_by_pressing_again(room: Room) -> None:
    """Nobody loses a story to one slip of a thumb."""
    await room.press("take", name="Amina")
    said = await room.press("take", user=COLLEAGUE, name="Jo")
    assert said.startswith("Amina works on it since ")
    assert "Amina" in last_line(await shown(room))
    assert await room.press("take", user=COLLEAGUE, name="Jo") == "You took over from Amina."
    assert last_line(await shown(room)).startswith("🙋 Jo works on it")


async def test_it_stays_through_later_edits(room: Room) -> None:
    """Outlets that join and tolls that rise do not wipe it, and wait their turn as ever."""
    await room.press("take", name="Amina")
    await shown(room)
    await room.desk.edit("s-1", "group", change="toll 12 → 17")
    await room.desk.run_for(90, room.courier)
    message = room.api.sent[0]
    assert "toll 12 → 17" in message.text
    assert last_line(message).startswith("🙋 Amina")


async def test_it_is_stored_before_the_press_is_answered(room: Room) -> None:
    """With the edit that shows it: killed right after, a new process shows it."""
    assert room.listening is not None
    await room.press("take", name="Amina")
    (taking,) = await room.store.takings(["s-1"])
    row = await room.store.delivery(edit_key("s-1", "group"))
    assert (taking.user_id, taking.name) == (READER, "Amina")
    assert row is not None
    fresh = room.desk.courier(buttons=True)
    await fresh.drain()
    assert last_line(room.api.sent[0]).startswith("🙋 Amina")


async def test_a_press_that_is_delivered_twice_counts_once(room: Room) -> None:
    """B3: the service repeats an update whose confirmation was lost; a toggle must not flip back."""
    await room.press("take")
    with room.api.desk.changed:
        query = room.api.desk.updates.press(
            room.api.desk._as_json(room.api.desk.sent[0]),
            "a1:take:s-1",
            {"id": READER, "is_bot": False, "first_name": "R"},
        )
        room.api.desk.updates.waiting[-1]["update_id"] = 1
    await room.until(lambda: len(room.api.desk.callback_answers) == 2)
    assert query == room.api.desk.callback_answers[-1]["callback_query_id"]
    (taking,) = await room.store.takings(["s-1"])
    assert taking.user_id == READER


async def test_strangers_and_forged_presses_take_nothing(room: Room) -> None:
    """B1, B2: by the presser's id, and only on the story's own message."""
    room.api.desk.press(1, "a1:take:s-1", user_id=STRANGER)
    assert await room.press("take", story="s-2") == SAYS["expired"]
    await room.desk.alert("s-2", "group")
    await room.courier.drain()
    assert await room.press("take", message=2, story="s-1") == SAYS["expired"]
    assert await room.store.takings(["s-1", "s-2"]) == []


@pytest.mark.parametrize(
    ("name", "shown_as"),
    [
        ("<b>Eve</b> & Co", "<b>Eve</b> & Co"),
        ("\u202eevil\u202c\u200b", "evil"),
        ("\u200b\u2066", "Somebody"),
        ("@everyone /mute https://evil.example #now", "@everyone /mute https://evil.example"),
        ("x" * 64, "x" * 39 + "…"),
    ],
)
async def test_names_are_text_and_nothing_else(room: Room, name: str, shown_as: str) -> None:
    """A name links nothing, breaks nothing, hides nothing and stays short."""
    await room.press("take", name=name)
    message = await shown(room)
    line = last_line(message).replace("\u2060", "")
    assert line.startswith(f"🙋 {shown_as}")
    assert message.links == ()
    assert message.parse_mode == "HTML"


async def test_lists_show_who_has_a_story(room: Room) -> None:
    """In the chat that asks; never to another chat's people."""
    await a_story(room.store, "s-1", now=room.clock.now())
    await room.press("take", name="Amina")
    await shown(room)
    for command in ("/stories", "/recent", "/digest", "/topic aes"):
        assert "🙋 Amina" in await room.ask(command), command
    other = replace(GROUP, id="other", chat_id="-6")
    room.runtime = replace(room.runtime, targets={"group": GROUP, "other": other})
    assert "Amina" not in await room.ask("/stories", chat="-6")
    assert "🙋 Amina" in await room.ask("/stories", chat=str(READER))


class TestWhere:
    """Chats in which nobody could take anything have no such button."""

    @pytest.fixture
    def targets(self) -> tuple[Target, ...]:
        """A person's own chat."""
        return (Target(id="me", sink="telegram", chat_id="42"),)

    async def test_a_persons_own_chat_has_no_such_button(self, room: Room) -> None:
        """There is nobody to tell."""
        assert len(labels(room.api.sent[0])) == 5


class TestChannels:
    """Readers of a channel do not write there."""

    @pytest.fixture
    def targets(self) -> tuple[Target, ...]:
        """A channel, known by its name."""
        return (Target(id="channel", sink="telegram", chat_id="@news", group=True),)

    async def test_a_channel_has_no_such_button(self, room: Room) -> None:
        """Its id looks like a group's: the service was asked."""
        assert len(labels(room.api.sent[0])) == 5


class TestThreads:
    """A forum is one desk."""

    @pytest.fixture
    def targets(self) -> tuple[Target, ...]:
        """Two threads of one forum."""
        return (POLITICS, SECURITY)

    async def test_both_threads_show_who_took_it(self, room: Room) -> None:
        """A story that went to two threads is taken in both."""
        await room.desk.alert("s-9", "politics")
        await room.desk.alert("s-9", "security")
        await room.courier.drain()
        first = next(m for m in room.api.sent if "s-9" in m.text)
        assert await room.press("take", message=first.message_id, story="s-9", name="Amina") == SAYS["taken"]
        await room.desk.run_for(10, room.courier)
        both = [m for m in room.api.sent if "s-9" in m.text]
        assert [3, 4] == sorted(m.thread_id or 0 for m in both)
        assert all(last_line(m).startswith("🙋 Amina") for m in both)


def press(update_id: int, user: int = READER) -> Press:
    """A press by somebody."""
    return Press(
        chat_id="-5", thread_id=None, message_id="1", user_id=user, user_name=f"u{user}", private=False,
        query_id=str(update_id), update_id=update_id, data="",
    )  # fmt: skip


def test_taking_over_needs_two_presses_within_a_minute() -> None:
    """A minute later the first press is forgotten; a third person's press starts anew."""
    mine, _ = after_press(None, press(1), NOW)
    wanted, said = after_press(mine, press(2, COLLEAGUE), NOW)
    assert (said, wanted.user_id if wanted else 0) == ("taken by", READER)
    assert after_press(wanted, press(3, COLLEAGUE), NOW + timedelta(seconds=59))[1] == "taken over"
    assert after_press(wanted, press(3, COLLEAGUE), NOW + timedelta(seconds=61))[1] == "taken by"
    assert after_press(wanted, press(3, STRANGER), NOW + timedelta(seconds=5))[1] == "taken by"
    assert after_press(wanted, press(3), NOW + timedelta(seconds=5))[1] == "given back"


def test_numbers_that_start_anew_are_no_replays() -> None:
    """After a week without updates the service numbers them from anywhere."""
    old = Taking(story_id="s", target_id="t", user_id=READER, name="A", changed_at=NOW, press_id=900)
    assert after_press(old, press(5), NOW + timedelta(hours=20)) == (None, "taken")
    assert after_press(old, press(5), NOW + timedelta(days=8))[1] == "given back"


async def test_a_taken_story_whose_message_is_gone_ends_quietly(room: Room) -> None:
    """Somebody deleted the message: the edit ends, nothing is sent instead."""
    await room.press("take")
    room.api.delete_message(1)
    await room.courier.drain()
    row = await room.store.delivery(edit_key("s-1", "group"))
    assert row is not None
    assert row.state is DeliveryState.DEAD
    assert room.api.sent == []
