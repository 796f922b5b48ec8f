"""What commands see of the database (ReadStore)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.store.records import NOW, alert, delivery, edit, entry, judged, later, match, news, plan
from watcher.core.model import DeliveryState, Fate, Mute, TargetState
from watcher.store.reading import Counters, ReadStore
from watcher.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture
async def reading(database: Path) -> AsyncIterator[ReadStore]:
    """A database with two stories, an off-topic entry and some state, opened for reading."""
    store = await SqliteStore.open(database)
    await store.sync_feeds({"lokalblatt": "https://lokalblatt.example/rss"}, NOW)
    await store.commit_polls([news(1), news(2, now=later(hours=1))])
    await store.commit_polls([plan(entries=(judged(3, at=later(hours=2), title="100 % rain_y"),))])
    await store.enqueue([edit(1)])
    await store.save_target_state(TargetState(target_id="desk", failure_count=2))
    await store.mute(Mute(kind="topic", value="aes", until=None, created_at=NOW))
    await store.set_value("fact", "1")
    with ReadStore(database) as opened:
        yield opened
    await store.aclose()


def test_trace_tells_the_whole_way(reading: ReadStore) -> None:
    """From an entry: its judgement with evidence, its story, the alerts and the deliveries of the story."""
    trace = reading.trace(entry(1).id)
    assert trace is not None
    assert trace.judged == judged(1, story_id=f"s-{1:016x}")
    assert trace.judged.matches == (match(entry(1).id),)
    assert trace.story is not None
    assert trace.story.entries == (entry(1),)
    assert trace.alerts == (alert(1),)
    assert [d.dedupe_key for d in trace.deliveries] == [delivery(1).dedupe_key, edit(1).dedupe_key]


def test_trace_of_an_entry_without_story(reading: ReadStore) -> None:
    """An off-topic entry has nothing behind its judgement; an unknown id is None."""
    trace = reading.trace(entry(3).id)
    assert trace is not None
    assert (trace.story, trace.alerts, trace.deliveries) == (None, (), ())
    assert trace.judged.fate is Fate.OFF_TOPIC
    assert reading.trace("nothing") is None


def test_recent_is_newest_first_and_narrowed(reading: ReadStore) -> None:
    """Recent entries come newest first; feed, profile, fate, time and limit narrow them."""

    def ids(found: list[object]) -> list[str]:
        return [one.entry.id[-1] for one in found]  # type: ignore[attr-defined]

    assert ids([*reading.recent(NOW)]) == ["3", "2", "1"]
    assert ids([*reading.recent(NOW, limit=2)]) == ["3", "2"]
    assert ids([*reading.recent(later(minutes=1))]) == ["3", "2"]
    assert ids([*reading.recent(NOW, profile_id="aes")]) == ["2", "1"]
    assert ids([*reading.recent(NOW, fates=[Fate.OFF_TOPIC, Fate.OLD])]) == ["3"]
    assert ids([*reading.recent(NOW, feed_id="courrier")]) == []


def test_entries_since_are_in_the_order_of_commit(reading: ReadStore) -> None:
    """A backtest reads all entries since a time in the order they came."""
    assert [one.entry.id for one in reading.entries_since(NOW)] == [entry(n).id for n in (1, 2, 3)]
    assert [one.entry.id for one in reading.entries_since(NOW, newest=2)] == [entry(n).id for n in (2, 3)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{1:016x}", [1]),
        ("https://blatt.example/2?ref=rss", [2]),
        ("https://blatt.example/2", [2]),
        (f"s-{1:016x}", [1]),
        ("bridge number", [2, 1]),
        ("100 %", [3]),
        ("rain_y", [3]),
        ("%", [3]),
        ("nothing like it", []),
    ],
)
def test_entries_are_found_by_what_people_have(reading: ReadStore, text: str, expected: list[int]) -> None:
    """An id, an address, a story or words of the title find entries; wildcards are plain characters."""
    assert [found.entry.id for found in reading.find(text)] == [entry(n).id for n in expected]


def test_counters_count(reading: ReadStore) -> None:
    """Entries by fate, alerts by topic, rows by state, seen keys."""
    assert reading.counters(NOW) == Counters(
        entry_count=3,
        seen_count=6,
        fates={Fate.NEW_STORY: 2, Fate.OFF_TOPIC: 1},
        alerts_by_topic={"aes": 2},
        deliveries={DeliveryState.PENDING: 3},
    )


def test_state_is_shown(reading: ReadStore) -> None:
    """Feeds, targets, mutes, facts, stories and rows are read as they were written."""
    assert [state.feed_id for state in reading.feed_states()] == ["lokalblatt"]
    assert reading.target_states()["desk"].failure_count == 2
    assert [mute.value for mute in reading.mutes(NOW)] == ["aes"]
    assert (reading.get_value("fact"), reading.get_value("other")) == ("1", None)
    assert [story.id for story in reading.stories_since(later(minutes=1))] == [f"s-{2:016x}"]
    story = reading.story(f"s-{1:016x}")
    assert story is not None
    assert story.headline == "Bridge number 1"
    newest = reading.deliveries(states=[DeliveryState.PENDING], limit=1)
    assert newest[0].dedupe_key == edit(1).dedupe_key
    assert reading.delivery(newest[0].id or 0) == newest[0]
    assert reading.next_due_delivery_at() == NOW
    assert (reading.last_attempt_at(), reading.sending_since()) == (None, None)


async def test_attempts_are_seen_while_they_run(reading: ReadStore, database: Path) -> None:
    """A command sees at once what the writing process has claimed."""
    store = await SqliteStore.open(database)
    await store.claim(later(hours=3), busy_targets=[], limit=1)
    assert reading.sending_since() == reading.last_attempt_at() == later(hours=3)
    await store.aclose()


async def test_broken_invariants_are_found(database: Path) -> None:
    """A sound database has no problems; rows that break an invariant are each told in words."""
    store = await SqliteStore.open(database)
    await store.commit_polls([news(1)])
    with ReadStore(database) as opened:
        assert opened.problems() == []
    orphan = replace(news(2), deliveries=())
    await store.commit_polls([orphan])
    await store.enqueue([delivery(5, state=DeliveryState.DEAD), delivery(6, state=DeliveryState.AMBIGUOUS)])
    with ReadStore(database) as opened:
        found = "\n".join(opened.problems())
    assert "alert without a delivery" in found
    assert "without a reason" in found
    assert "not marked as a possible repeat" in found
    await store.aclose()
