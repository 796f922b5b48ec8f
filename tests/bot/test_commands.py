"""Every command over HTTP, in both languages, by the right people, in the right chats."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.bot.room import ADMIN, READER
from tests.bot.stories import a_story
from tests.delivery.harness import DESK
from watcher.bot.commands import FOR_ADMINS, FOR_USERS, names_for
from watcher.bot.muting import span
from watcher.bot.records import FeedLook
from watcher.core.model import Target
from watcher.core.rendering import languages, texts
from watcher.protocols import Answer

if TYPE_CHECKING:
    from tests.bot.room import Room

GROUP = Target(id="group", sink="telegram", chat_id="-5", group=True, topics=("aes",))
JARGON = re.compile(r"\b(?:s-\w+|e-\w+|None|True|False|dataclass|\{\w+\})\b")


@pytest.mark.parametrize("language", languages())
async def test_every_command_answers_in_the_chats_language(room: Room, language: str) -> None:
    """In one message, as a silent reply, without ids or holes, and in other words than the other language's."""
    room.runtime = replace(room.runtime, targets={"desk": replace(DESK, language=language)})
    outlets = ("Courier", "Lakeside Radio")
    await a_story(room.store, "s-1", now=room.clock.now(), headline="Mali leaves", outlets=outlets)
    for name in FOR_USERS:
        answer = await room.asked(f"/{name}")
        assert 0 < len(answer.text) <= 4096
        assert answer.silent
        assert not JARGON.search(answer.text), answer.text
    for name in FOR_ADMINS:
        answer = await room.asked(f"/{name}", user=ADMIN)
        assert answer.text
    assert texts(language).answers["help title"] in await room.ask("/start")
    assert texts(language).answers["unknown command"] == await room.ask("/nonsense")


async def test_menus_are_registered_in_every_language_and_longer_for_admins(room: Room) -> None:
    """Everybody's menu has no command that would be refused; an admin's has all, in the own chat."""
    menus = room.api.desk.menus
    await room.until(lambda: len(menus) >= 2 * len(languages()))
    for code in ("", "fr"):
        named = {
            scope: [one["command"] for one in menus[scope, code]] for scope in ("default", f"chat:{ADMIN}")
        }
        assert named == {"default": list(FOR_USERS), f"chat:{ADMIN}": list(names_for(admin=True))}
    assert menus["default", ""][0]["description"] != menus["default", "fr"][0]["description"]


async def test_only_admins_steer(room: Room) -> None:
    """For others the command does not exist."""
    for name in FOR_ADMINS:
        assert await room.ask(f"/{name}") == texts("en").answers["unknown command"]
    assert room.control.actions == []
    for name in FOR_ADMINS:
        assert await room.ask(f"/{name} courier", user=ADMIN)
    assert room.control.actions == ["pause", "resume", "reload", "poll"]


async def test_status_says_at_a_glance_whether_all_is_well(room: Room) -> None:
    """One line when it is; what is wrong by its name when it is not; one thing is one thing."""
    assert (await room.ask("/status")).startswith("All is well.\n")
    await room.ask("/mute aes")
    await room.ask("/pause", user=ADMIN)
    status = await room.ask("/status")
    assert status.startswith("Status\n⏸ Paused since ")
    assert "1 thing is muted" in status
    assert "1 message" not in status


async def test_lists_name_stories_with_links_and_outlets(room: Room) -> None:
    """Headline linked, outlet, how many others, local time; those of a topic when one is named."""
    now = room.clock.now()
    await a_story(room.store, "s-1", now=now, headline="Mali leaves", outlets=("Courier", "B", "C"))
    await a_story(room.store, "s-2", now=now - timedelta(hours=2), headline="Old", topics=("russia-sahel",))
    recent = await room.asked("/recent")
    assert recent.text.startswith("2 stories in the last 24 hours\n• Mali leaves – Courier +2 · ")
    assert "https://a.example/s-1/0" in [entity.url for entity in recent.entities]
    assert (await room.ask("/recent Russia–Sahel ties")).startswith("Russia–Sahel ties: 1 story in")
    assert "There is no topic “narnia”" in await room.ask("/recent narnia")
    assert "/topic_russia_sahel" in await room.ask("/topics")
    assert "Old" in await room.ask("/topic_russia_sahel")


class TestGroups:
    """In a group others talk, too."""

    @pytest.fixture
    def targets(self) -> tuple[Target, ...]:
        """A group that follows one topic."""
        return (GROUP,)

    async def test_a_group_hears_of_its_own_topics(self, room: Room) -> None:
        """Unless another is asked for by its name."""
        await a_story(room.store, "s-1", now=room.clock.now(), headline="Ours")
        await a_story(room.store, "s-2", now=room.clock.now(), headline="Theirs", topics=("russia-sahel",))
        for command in ("/recent", "/stories", "/digest"):
            answer = await room.ask(command)
            assert "Ours" in answer, command
            assert "Theirs" not in answer, command
        assert "Theirs" in await room.ask("/recent russia-sahel")

    async def test_words_for_other_bots_are_let_pass(self, room: Room) -> None:
        """Commands of another bot, and words nobody addressed to this one."""
        for text in ("/status@other_bot", "/roll_dice", "/"):
            room.write(text)
        assert await room.ask("/nonsense@watcher_demo_bot") == texts("en").answers["unknown command"]
        assert "All is well" in await room.ask("/status@Watcher_Demo_Bot")
        assert len(room.api.sent) == 3


async def test_in_a_persons_own_chat_the_app_says_the_language(room: Room) -> None:
    """A configured user may ask where no alerts go."""
    assert (await room.ask("/status", chat=str(READER), language="fr")).startswith("Tout va bien.")


async def test_mute_and_unmute_by_name_tap_and_time(room: Room) -> None:
    """A topic by id or name, an outlet by name, until unmuted or for a time; twice is once (B3)."""
    for _ in range(2):
        assert "AES is muted until " in await room.ask("/mute aes 8h")
    assert "Courier is muted until you unmute it" in await room.ask("/mute courier")
    mutes = {(mute.kind, mute.value): mute.until for mute in await room.store.mutes(room.clock.now())}
    assert set(mutes) == {("topic", "aes"), ("outlet", "Courier")}
    assert mutes["outlet", "Courier"] is None
    listed = await room.ask("/mutes")
    assert listed.startswith("2 things are muted\n🔕 Courier – until you unmute it · Reader")
    tap = re.findall(r"/unmute_\w+", listed)[0]
    assert "Courier is no longer muted" in await room.ask(tap)
    assert "AES is no longer muted" in await room.ask("/unmute AES")
    assert "AES is not muted." in await room.ask("/unmute AES")
    assert await room.ask("/mutes") == "Nothing is muted."
    assert "Did you mean: Lakeside Radio?" in await room.ask("/mute Lakside Radio 3h")


async def test_a_muted_story_is_named_by_its_headline(room: Room) -> None:
    """Not by its id; the command to tap ends it."""
    await a_story(room.store, "s-1", now=room.clock.now(), headline="Mali leaves")
    await room.press("story")
    listed = await room.ask("/mutes")
    assert "🔕 “Mali leaves”" in listed
    assert "“Mali leaves” is no longer muted" in await room.ask(re.findall(r"/unmute_\w+", listed)[0])


@pytest.mark.parametrize(
    ("text", "subject", "hours"),
    [
        ("aes 8h", "aes", 8),
        ("aes 8 h", "aes", 8),
        ("France 24", "France 24", None),
        ("France 24 2d", "France 24", 48),
        ("aes 90min", "aes", 1.5),
        ("aes 3j", "aes", 72),
        ("aes 9999d", "aes", 365 * 24),
        ("aes 0h", "aes 0h", None),
        ("8h", "", 8),
    ],
)
def test_a_length_of_time_stands_last(text: str, subject: str, hours: float | None) -> None:
    """What is left is the name; a year is the longest."""
    assert (subject, None if hours is None else timedelta(hours=hours)) == span(text)


async def test_why_as_a_reply_to_an_alert(room: Room) -> None:
    """The replied message's own buttons say which story it is; otherwise it says how to ask."""
    assert await room.ask("/why", reply_to=1) == "Why it came\nAES ◕ 80 – Mali"
    assert await room.ask("/why") == texts("en").answers["why how"]


async def test_reload_says_what_changed_or_what_is_wrong(room: Room) -> None:
    """Changes and problems line by line; a broken file keeps the old configuration."""
    assert "nothing has changed" in await room.ask("/reload", user=ADMIN)
    room.control.answers["reload"] = Answer(ok=True, text="feeds: +1\ntopics: aes changed")
    assert (await room.ask("/reload", user=ADMIN)).endswith("• feeds: +1\n• topics: aes changed")
    room.control.answers["reload"] = Answer(ok=False, text="feeds.yaml:3:5: url: missing")
    assert "the old one stays in force\n• feeds" in (await room.ask("/reload", user=ADMIN)).replace(
        "\u2060", ""
    )


async def test_checkfeed_looks_at_any_address_and_reads_own_feeds_now(room: Room) -> None:
    """Title, how many entries, how new, what is on topic; or why not."""
    url = "https://new.example/rss"
    room.looks[url] = FeedLook(
        error=None, title="New <Paper>", entry_count=21, newest_at=room.clock.now(), on_topic_count=1,
        examples=("Mali leaves",),
    )  # fmt: skip
    answer = await room.ask(f"/checkfeed {url}", user=ADMIN)
    assert answer.startswith("✓ New <Paper>\nIt holds 21 entries.\nThe newest is of ")
    assert answer.endswith("1 is on your topics:\n• Mali leaves")
    assert "No feed can be read there: HTTP 404" in await room.ask(
        "/checkfeed https://x.example/", user=ADMIN
    )
    room.control.answers["poll"] = Answer(ok=False, text="one: HTTP 503")
    assert await room.ask("/checkfeed courier", user=ADMIN) == "⚠ Courier does not answer: HTTP 503"
    assert room.control.asked[-1] == ("poll", {"feed": "one"})
