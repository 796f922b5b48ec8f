"""One poll from request to commit: parallel fetching, serial deciding, one transaction."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace

import pytest

from tests.fakes.clock import FakeClock
from tests.fakes.feeds import FakeFetcher, FakeParser
from tests.fakes.polls import raw, runtime
from tests.fakes.store import MemoryStore
from watcher.core.grouping import StoryIndex
from watcher.core.model import Fate, FeedConfig, FeedState, ParsedFeed, PollOutcome, RawEntry
from watcher.errors import FetchError, StoreUnavailable, WorkerKilled
from watcher.polling import GROUP_COUNT, Poller
from watcher.protocols import Event


@dataclass
class Events:
    """An Observer that keeps what it sees."""

    seen: list[Event] = field(default_factory=list)

    def observe(self, event: Event) -> None:
        self.seen.append(event)


class Desk:
    """A poller over fakes, with as many feeds as asked for."""

    def __init__(self, *names: str) -> None:
        self.clock = FakeClock()
        self.store, self.fetcher, self.parser = MemoryStore(), FakeFetcher(), FakeParser()
        self.events = Events()
        self.queued = 0
        self.feeds = {
            name: FeedConfig(id=name, url=f"https://{name}.example/feed", outlet=name.title())
            for name in names
        }
        self.runtime = replace(runtime(), feeds=self.feeds)
        self.poller = Poller(
            store=self.store,
            fetcher=self.fetcher,
            parser=self.parser,
            clock=self.clock,
            observer=self.events,
            runtime=lambda: self.runtime,
            stories=StoryIndex(),
            jitter=lambda: 0.5,
            on_queued=self._queue,
        )

    def _queue(self) -> None:
        self.queued += 1

    def publish(self, name: str, *entries: RawEntry, etag: bytes | None = None) -> None:
        """Let a feed show these entries."""
        body = repr((name, entries)).encode()
        self.fetcher.serve(self.feeds[name].url, body, etag=etag)
        self.parser.teach(body, ParsedFeed(title=name, entries=entries))

    async def start(self) -> None:
        """Poll every feed once with an old item: their silent first polls."""
        await self.store.sync_feeds({feed.id: feed.url for feed in self.feeds.values()}, self.clock.now())
        for name in self.feeds:
            self.publish(name, raw(f"Opening line of {name}"))
            await self.poll(name)

    async def poll(self, name: str) -> PollOutcome:
        """Poll one feed and commit what waits in a group."""
        plan = await self.poller.poll(self.feeds[name], await self.state(name))
        await self.poller.flush()
        return plan.outcome

    async def state(self, name: str) -> FeedState:
        """What the store knows of a feed."""
        return {state.feed_id: state for state in await self.store.feed_states()}[name]


VISIT = "Lavrov lands in Bamako for talks"


async def test_a_new_entry_is_committed_with_its_delivery_and_wakes_the_sender() -> None:
    """Entry, story, alert, delivery and validators are there together after the poll."""
    desk = Desk("alpha")
    await desk.start()
    desk.publish("alpha", raw(VISIT), etag=b'"2"')
    assert PollOutcome.NEW == await desk.poll("alpha")
    assert [VISIT] == [j.entry.title for j in desk.store.entries.values() if j.fate is Fate.NEW_STORY]
    assert (1, 1, 1) == (len(desk.store.rows), len(desk.store.alerts), len(desk.store.stories))
    assert b'"2"' == (await desk.state("alpha")).etag
    assert 1 == desk.queued


async def test_validators_are_sent_and_304_changes_nothing_else() -> None:
    """The next request carries the validators; a 304 is an unchanged poll."""
    desk = Desk("alpha")
    await desk.start()
    desk.publish("alpha", raw(VISIT), etag=b'"2"')
    await desk.poll("alpha")
    rows = dict(desk.store.rows)
    assert PollOutcome.UNCHANGED == await desk.poll("alpha")
    assert b'"2"' == desk.fetcher.asked[-1].etag
    assert rows == desk.store.rows


async def test_unchanged_bytes_are_not_parsed() -> None:
    """A server without validators that sends the same bytes again costs no parse."""
    desk = Desk("alpha")
    await desk.start()
    parsed = len(desk.parser.parsed)
    assert PollOutcome.UNCHANGED == await desk.poll("alpha")
    assert parsed == len(desk.parser.parsed)


async def test_when_the_commit_fails_nothing_of_the_poll_is_remembered() -> None:
    """A full disk leaves state, stories and validators as they were; the same poll later finds everything."""
    desk = Desk("alpha")
    await desk.start()
    desk.publish("alpha", raw(VISIT), etag=b'"2"')
    before = await desk.state("alpha")
    desk.store.fail_with = StoreUnavailable("disk full")
    with pytest.raises(StoreUnavailable):
        await desk.poller.poll(desk.feeds["alpha"], before)
    desk.store.fail_with = None
    assert (before, 0, set()) == (await desk.state("alpha"), len(desk.poller.stories), desk.poller.in_flight)
    assert PollOutcome.NEW == await desk.poll("alpha")
    assert 1 == len(desk.store.rows)


async def test_two_feeds_with_one_story_at_the_same_moment_open_it_once() -> None:
    """Many feeds polled at once with the same news give one story and one alert."""
    names = [f"outlet{n}" for n in range(8)]
    desk = Desk(*names)
    await desk.start()
    for name in names:
        desk.publish(name, raw(VISIT))
    await asyncio.gather(*(desk.poll(name) for name in names))
    assert 1 == len(desk.store.stories)
    assert 1 == len(desk.store.alerts)
    (story,) = desk.store.stories.values()
    assert len(names) == len(story.outlets)


async def test_a_fetch_failure_is_an_outcome_with_its_error_in_the_state() -> None:
    """503 with Retry-After: failed, counted, next poll not before the server's wish."""
    desk = Desk("alpha")
    await desk.start()
    desk.fetcher.fail(desk.feeds["alpha"].url, FetchError("503 busy", status=503, retry_after_s=7200))
    assert PollOutcome.FAILED == await desk.poll("alpha")
    state = await desk.state("alpha")
    assert ("503 busy", 1) == (state.last_error, state.failure_count)
    assert state.next_poll_at is not None
    assert (state.next_poll_at - desk.clock.now()).total_seconds() >= 7200


async def test_a_feed_that_kills_its_worker_parses_apart_from_then_on() -> None:
    """After a killed worker the feed is unreadable, isolated, and asked to parse in the other lane."""
    desk = Desk("alpha")
    await desk.start()
    desk.fetcher.serve(desk.feeds["alpha"].url, b"bomb")
    desk.parser.teach(b"bomb", WorkerKilled("took longer than 10 s"))
    assert PollOutcome.UNREADABLE == await desk.poll("alpha")
    await desk.poll("alpha")
    assert (b"bomb", True) == desk.parser.parsed[-1]


async def test_state_only_polls_are_committed_in_groups() -> None:
    """304s wait for company and stay in flight until their group is committed."""
    names = [f"outlet{n}" for n in range(GROUP_COUNT + 5)]
    desk = Desk(*names)
    await desk.start()
    commits: list[int] = []
    commit = desk.store.commit_polls

    async def counted(plans: list[object]) -> None:
        commits.append(len(plans))
        await commit(plans)  # type: ignore[arg-type]

    desk.store.commit_polls = counted  # type: ignore[method-assign,assignment]
    for name in names:
        await desk.poller.poll(desk.feeds[name], await desk.state(name))
    assert [GROUP_COUNT] == commits
    assert 5 == len(desk.poller.in_flight)
    await desk.poller.flush()
    assert ([GROUP_COUNT, 5], set()) == (commits, desk.poller.in_flight)


async def test_every_poll_leaves_one_line_with_the_same_keys() -> None:
    """Success, failure and no change are reported with one set of keys."""
    desk = Desk("alpha")
    await desk.start()
    await desk.poll("alpha")
    desk.fetcher.fail(desk.feeds["alpha"].url, FetchError("refused"))
    await desk.poll("alpha")
    assert 3 == len(desk.events.seen)
    assert 1 == len({frozenset(event.facts) for event in desk.events.seen})


async def test_a_poll_tells_what_it_found_by_topic() -> None:
    """Matches and alerts are counted by topic, stories as opened or joined."""
    desk = Desk("alpha", "beta")
    await desk.start()
    desk.publish("alpha", raw("Lavrov lands in Bamako for talks with Goïta"))
    await desk.poll("alpha")
    desk.publish("beta", raw("Lavrov in Bamako for talks with Goïta"))
    await desk.poll("beta")
    first, second = (event.facts for event in desk.events.seen[-2:])
    assert (1, 1, 0) == (first["matched"], first["opened"], first["merged"])
    assert first["matched_topics"] == first["alerted_topics"] != {}
    assert (1, 0, 1) == (second["matched"], second["opened"], second["merged"])
    assert {} == second["alerted_topics"]


async def test_a_killed_worker_is_told_of() -> None:
    """A document that had the parsing worker killed is an event of its own besides the failed poll."""
    desk = Desk("alpha")
    await desk.start()
    desk.publish("alpha", raw("News"))
    desk.fetcher.serve(desk.feeds["alpha"].url, b"bomb")
    desk.parser.teach(b"bomb", WorkerKilled("too slow"))
    await desk.poll("alpha")
    assert ["worker_killed", "poll"] == [event.name for event in desk.events.seen[-2:]]
