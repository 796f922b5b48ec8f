"""Any run of polls over several feeds, through the real poller into a real database: what must hold whatever happens.

Two watchers see the same: one runs on, the other starts anew before every poll and polls everything twice.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.fakes.clock import FakeClock
from tests.fakes.feeds import FakeFetcher, FakeParser
from tests.fakes.polls import runtime
from watcher.core.deciding import index_stories
from watcher.core.grouping import StoryIndex
from watcher.core.model import (
    DigestContent,
    EditContent,
    Fate,
    FeedConfig,
    Mute,
    ParsedFeed,
    Policy,
    RawEntry,
    Target,
    alert_key,
)
from watcher.polling import Poller
from watcher.store.reading import ReadStore
from watcher.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from watcher.core.deciding import Runtime
    from watcher.core.model import PollPlan, Story
    from watcher.protocols import Event

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
FEEDS = ("alpha", "beta", "gamma")
POLICY = Policy(flood_feed_count=3, flood_shown_count=2, flood_topic_count=6)
TARGETS = (
    Target(id="all", max_alerts_per_hour=4),
    Target(id="ties", topics=("ties",), updates="reply"),
    Target(id="attacks", topics=("attacks",), silent=True),
)
LATER = Target(id="later", updates="ignore")
RUNTIMES = {later: runtime(*TARGETS, *([LATER] * later), policy=POLICY) for later in (False, True)}

WHO = ("Lavrov", "Kremlin envoy", "Russia", "Gunmen")
DOES = ("visits", "denies ambush in", "signs grain pact with", "speaks of attack on", "paints bridge in")
WHERE = ("Bamako", "Niger", "Mali", "Lagos")
TAILS = ("", " today", " after protest", " again, say officials", " as harvest fails in the north")
TITLES = st.builds("{} {} {}{}".format, *(st.sampled_from(words) for words in (WHO, DOES, WHERE, TAILS)))
AGES = st.sampled_from((0.0, 0.0, 1.0, 30.0, 80.0, 200.0, -300.0))  # hours before it is shown
IDS = st.sampled_from(("guid", "guid", "link", "title"))


@dataclass(frozen=True, slots=True)
class Item:
    """An entry as it is first published; `age` None = without a date."""

    title: str
    age: float | None
    named_by: str


@dataclass(frozen=True, slots=True)
class Step:
    """One poll and what happens before it."""

    feed: str
    minutes: int
    items: list[Item]
    retitle: str | None = None
    churn: bool = False
    mute: tuple[str, str] | None = None  # in force for this poll
    later_target: bool = False


ITEMS = st.builds(Item, TITLES, st.none() | AGES, IDS)
STEPS = st.builds(
    Step,
    st.sampled_from(FEEDS),
    st.sampled_from((0, 10, 50, 600, 3000, 5000, 20_000, -200)),
    st.lists(ITEMS, max_size=6),
    st.none() | TITLES,
    st.sampled_from((False, False, True)),
    st.sampled_from((None, None, ("topic", "ties"), ("outlet", "alpha"))),
    st.booleans(),
)


class Nobody:
    """An Observer of nothing."""

    def observe(self, event: Event) -> None:
        """Look away."""


@dataclass
class Watcher:
    """A poller over a real database; feeds and parser are fakes."""

    store: SqliteStore
    clock: FakeClock = field(default_factory=FakeClock)
    fetcher: FakeFetcher = field(default_factory=FakeFetcher)
    parser: FakeParser = field(default_factory=FakeParser)
    runtime: Runtime = RUNTIMES[False]
    stories: StoryIndex = field(default_factory=StoryIndex)
    feeds: dict[str, FeedConfig] = field(default_factory=dict)
    polls: int = 0
    latest: datetime = LONG_AGO

    async def start(self) -> None:
        """Configure the feeds and poll each once, empty: its silent first poll."""
        self.feeds = {
            name: FeedConfig(id=name, url=f"https://{name}.example/feed", outlet=name) for name in FEEDS
        }
        await self.store.sync_feeds({feed.id: feed.url for feed in self.feeds.values()}, self.clock.now())
        await self.restart()

    async def restart(self) -> None:
        """Know nothing but what the database holds."""
        self.stories = await self.rebuilt()

    async def rebuilt(self) -> StoryIndex:
        return index_stories(await self.store.open_stories(self.since()), self.runtime.matcher)

    def since(self) -> datetime:
        """Stories without an entry since are forgotten. A clock set back recalls none: only a restart then would."""
        self.latest = max(self.latest, self.clock.now())
        return self.runtime.remembered_since(self.latest)

    async def hush(self, mute: tuple[str, str] | None) -> None:
        """Let this mute be in force and no other."""
        for other in await self.store.mutes(self.clock.now()):
            await self.store.unmute(other.kind, other.value)
        if mute:
            kind, value = mute
            await self.store.mute(Mute(kind=kind, value=value, until=None, created_at=self.clock.now()))

    async def poll(self, name: str, entries: Sequence[RawEntry]) -> PollPlan:
        """Poll a feed that shows these entries."""
        self.polls += 1
        body = f"{name} {self.polls}".encode()
        self.fetcher.serve(self.feeds[name].url, body)
        self.parser.teach(body, ParsedFeed(title=name, entries=tuple(entries)))
        poller = Poller(
            store=self.store,
            fetcher=self.fetcher,
            parser=self.parser,
            clock=self.clock,
            observer=Nobody(),
            runtime=lambda: self.runtime,
            stories=self.stories,
            jitter=lambda: 0.5,
            on_queued=lambda: None,
        )
        states = {state.feed_id: state for state in await self.store.feed_states()}
        plan = await poller.poll(self.feeds[name], states[name])
        await poller.flush()
        self.stories = poller.stories
        return plan


class Newsroom:
    """What the outlets publish: the same for every watcher."""

    def __init__(self) -> None:
        self.shown: dict[str, list[RawEntry]] = {name: [] for name in FEEDS}
        self.published: dict[str, int] = dict.fromkeys(FEEDS, 0)

    def publish(self, step: Step, now: datetime) -> list[RawEntry]:
        """Publish a step's items; return the document of its feed."""
        entries = self.shown[step.feed]
        if step.churn:
            entries[:] = [replace(one, guid=one.guid and f"{one.guid}'") for one in entries]
        if step.retitle and entries and entries[0].guid:
            entries[0] = replace(entries[0], title=f"{step.retitle} {word(self.published[step.feed])}")
        for item in step.items:
            self.published[step.feed] += 1
            number = self.published[step.feed]
            # A bare title is known by its date, which is in the future when the clock is set back: then it is not.
            undated = item.age is None or (item.named_by == "title" and item.age < 24)
            link = f"https://{step.feed}.example/{number}"
            entries.insert(
                0,
                RawEntry(
                    guid=f"g{number}" if item.named_by == "guid" else None,
                    link=None if item.named_by == "title" else link,
                    title=f"{item.title} {word(number)}",
                    summary="",
                    published_at=None if undated else now - timedelta(hours=item.age or 0),
                ),
            )
        return list(entries)


def word(number: int) -> str:
    """A word of an item's own, so that no two have one title."""
    return "qu" + "".join("aeiou"[int(digit) % 5] + "bcdfg"[int(digit) // 2] for digit in str(number))


@asynccontextmanager
async def watcher() -> AsyncIterator[Watcher]:
    with tempfile.TemporaryDirectory() as folder:
        store = await SqliteStore.open(Path(folder) / "watcher.db")
        try:
            one = Watcher(store)
            await one.start()
            yield one
        finally:
            await store.aclose()


def inside(index: StoryIndex, one: Watcher) -> dict[str, Any]:
    """All of an index that decisions go by, as it is for a poll now."""
    draft = index.draft()
    draft.forget_before(one.since())
    stories = draft.stories()
    members = {story.id: draft.members(story.id) for story in stories}
    keys = {key for prints in members.values() for one_ in prints for key in one_.keys}
    return {
        "stories": stories,
        "members": members,
        "rarities": {key: draft.rarity(key) for key in keys},
        "unknown": draft.rarity("never said"),
        "found": {story: draft.candidates(prints[-1]) for story, prints in members.items()},
    }


async def kept(one: Watcher) -> dict[str, Any]:
    """Everything a database holds of what was decided."""
    with ReadStore(one.store.path) as read:
        judged = read.entries_since(one.clock.now() - timedelta(days=400))
        stories = {j.story_id: await one.store.story(j.story_id) for j in judged if j.story_id}
    rows = await one.store.deliveries(limit=100_000)
    return {"judged": judged, "stories": stories, "rows": [replace(row, revision=1) for row in rows]}


def check_rows(plans: Sequence[tuple[PollPlan, Step]], found: dict[str, Any]) -> None:
    """Nothing is lost, nothing is told twice."""
    rows = found["rows"]
    stories: dict[str, Story] = found["stories"]
    told: Counter[tuple[str | None, str]] = Counter()
    for row in rows:
        if isinstance(row.content, DigestContent):
            told.update((line.story_id, row.target_id) for line in row.content.lines)
        elif row.dedupe_key == alert_key(row.story_id or "", row.target_id):
            told[row.story_id, row.target_id] += 1
    replies = {row.dedupe_key.rsplit(":", 1)[-1] for row in rows}
    for story_id, story in stories.items():
        for target_id in story.told_targets:
            lines = told[story_id, target_id]
            extra = sum(entry.id in replies for entry in story.entries)
            assert 1 <= lines <= 1 + extra, f"{target_id} was told of {story_id} {lines} times"
    assert {pair for pair in told if pair[1] not in (stories[pair[0] or ""].told_targets)} == set()
    for plan, step in plans:
        for judged in plan.entries:
            if judged.fate not in (Fate.NEW_STORY, Fate.SAME_STORY, Fate.NEAR_DUPLICATE, Fate.HELD):
                assert judged.reason
                continue
            topics = {
                m.profile_id for m in judged.matches if m.on_topic and ("topic", m.profile_id) != step.mute
            }
            wanted = {
                target.id
                for target in RUNTIMES[step.later_target].targets.values()
                if target.topics is None or topics & set(target.topics)
            }
            assert wanted <= set(stories[judged.story_id or ""].told_targets)
    for row in rows:
        if isinstance(row.content, EditContent):
            assert told[row.story_id, row.target_id], "an edit of what nobody was told"


async def live(steps: Sequence[Step]) -> None:
    async with watcher() as steady, watcher() as restless:
        news = Newsroom()
        for name in FEEDS:
            for one in (steady, restless):
                await one.poll(name, [])
        plans = []
        for step in steps:
            for one in (steady, restless):
                one.clock.jump(60.0 * step.minutes)
                one.runtime = RUNTIMES[step.later_target]
                await one.hush(step.mute)
            document = news.publish(step, steady.clock.now())
            plan = await steady.poll(step.feed, document)
            plans.append((plan, step))
            assert inside(steady.stories, steady) == inside(await steady.rebuilt(), steady)
            await restless.restart()
            again = await restless.poll(step.feed, document)
            assert replace(again, state=plan.state) == plan
            await restless.restart()
            repeated = await restless.poll(step.feed, document[::-1])
            assert (repeated.entries, repeated.alerts, repeated.deliveries) == ((), (), ())
        found = await kept(steady)
        assert found == await kept(restless)
        assert len(found["judged"]) == sum(news.published.values())
        check_rows(plans, found)


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # making a failure smaller would take minutes
)
@given(steps=st.lists(STEPS, min_size=1, max_size=8))
def test_nothing_is_lost_or_doubled_and_a_restart_changes_nothing(steps: list[Step]) -> None:
    """Every entry has one fate, every target is told once of what it wants, and starting anew decides the same."""
    asyncio.run(live(steps))
