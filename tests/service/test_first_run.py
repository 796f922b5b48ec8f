"""What the first run says at its end, and what it says when nothing can be reached."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from tests.fakes.polls import NOW, runtime
from tests.fakes.store import MemoryStore
from watcher.core.model import Entry, FeedState, NoticeContent, Story, Target
from watcher.core.rendering import render
from watcher.service.first_run import FirstRun, first_run_notices
from watcher.service.state import Current

if TYPE_CHECKING:
    from watcher.protocols import Event

PHONE = Target(id="phone", sink="telegram", chat_id="1")


class StoppedClock:
    def now(self) -> datetime:
        return NOW

    def monotonic(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None: ...


class Seen:
    def __init__(self) -> None:
        self.events: list[Event] = []

    def observe(self, event: Event) -> None:
        self.events.append(event)


def state(feed_id: str, *, reached: bool = True) -> FeedState:
    return FeedState(
        feed_id=feed_id,
        url=f"https://{feed_id}.example/feed",
        last_poll_at=NOW,
        last_success_at=NOW if reached else None,
    )


def story(number: int, topic: str = "ties") -> Story:
    at = NOW - timedelta(hours=number)
    entry = Entry(
        id=f"{number:016x}",
        feed_id="f",
        guid=str(number),
        url=f"https://o.example/{number}",
        canonical_url=f"https://o.example/{number}",
        title=f"Story {number}",
        summary="",
        outlet="Outlet",
        language="en",
        published_at=at,
        first_seen_at=NOW,
    )
    return Story(
        id=f"s-{number}",
        headline=entry.title,
        opened_at=at,
        last_entry_at=at,
        entries=(entry,),
        topics=(topic,),
    )


def said(states: list[FeedState], stories: list[Story]) -> str:
    (row,) = first_run_notices(runtime(PHONE), states, stories, NOW)
    return render(row, None, PHONE).plain


def first_run(store: MemoryStore, seen: Seen, told: list[str]) -> FirstRun:
    return FirstRun(
        current=Current(runtime=runtime(PHONE), started_at=NOW),
        store=store,
        clock=StoppedClock(),
        observer=seen,
        on_queued=lambda: told.append("queued"),
    )


def test_a_target_reads_of_its_own_topics_only() -> None:
    """What another chat follows is none of this chat's business, on the first day either."""
    desk = Target(id="desk", topics=("attacks",))
    stories = [story(1, "ties"), story(2, "attacks")]
    (row,) = first_run_notices(runtime(desk), [state("a")], stories, NOW)
    assert isinstance(row.content, NoticeContent)
    assert [line.headline for line in row.content.lines] == ["Story 2"]
    assert (row.content.facts["topics"], row.content.facts["stories"]) == ("Attacks", "1")


def test_it_names_feeds_topics_and_the_last_day() -> None:
    """The message reads from top to bottom: who answered, what is watched, what comes, what was."""
    text = said([state("a"), state("b")], [story(1)])
    assert text.splitlines()[:2] == [
        "Watching now",
        "2 of 2 feeds answered. Topics: Russia–Sahel ties · Attacks. "
        "New developments arrive from now on, one message each. Stories of the last 24 hours: 1.",
    ]
    assert "Russia–Sahel ties" in text.splitlines()[2], "a topic's name heads its stories, not its id"
    assert "Story 1" in text.splitlines()[3]


def test_it_says_which_part_did_not_answer() -> None:
    """Feeds that were not reached are counted, with the command that says why."""
    text = said([state("a"), state("b", reached=False)], [])
    assert "1 of 2 feeds answered. 1 did not and will be tried again (“watcher status” says why)." in text
    assert "Stories of the last 24 hours: 0." in text


def test_a_long_day_is_listed_in_part_and_says_so() -> None:
    """More stories than are listed: the number of the listed ones introduces the list."""
    text = said([state("a")], [story(number) for number in range(1, 13)])
    assert "Stories of the last 24 hours: 12. The latest 10:" in text
    assert text.count("Story ") == 10
    assert "Story 11" not in text


async def test_it_is_told_once() -> None:
    """When every feed has been asked, one notice a target; never again, in no later process either."""
    store, told = MemoryStore(), []
    await store.sync_feeds({"a": "https://a.example/feed"}, NOW)
    looking = first_run(store, Seen(), told)
    await looking.look()
    assert told == [], "a feed has not been asked yet"
    store.states["a"] = replace(store.states["a"], last_poll_at=NOW, last_success_at=NOW)
    await looking.look()
    await looking.look()
    await first_run(store, Seen(), told).look()
    assert told == ["queued"]
    (row,) = await store.deliveries()
    assert isinstance(row.content, NoticeContent)


async def test_where_nothing_can_be_reached_one_event_points_to_the_demo() -> None:
    """No feed answered: no message, one event in words, and the next process may still tell."""
    store, seen, told = MemoryStore(), Seen(), []
    await store.sync_feeds({"a": "https://a.example/feed"}, NOW)
    store.states["a"] = replace(store.states["a"], last_poll_at=datetime(2026, 3, 1, tzinfo=UTC))
    looking = first_run(store, seen, told)
    await looking.look()
    await looking.look()
    assert [event.name for event in seen.events] == ["nothing_reachable"]
    advice = seen.events[0].facts["advice"]
    assert "`watcher demo`" in advice
    assert len(advice) <= 200, "a log value is cut there"
    assert told == []
    assert await store.get_value("first_run_told") is None
