"""A small topic, a feed, and one call that lets a document go through `decide`: for tests of decisions."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from watcher.core.deciding import PollInput, Runtime, decide, identify
from watcher.core.grouping import StoryIndex
from watcher.core.matching import compile_matcher
from watcher.core.model import (
    Counts,
    FeedConfig,
    FeedState,
    Fetched,
    Mute,
    ParsedFeed,
    Policy,
    PollPlan,
    RawEntry,
    Target,
)
from watcher.core.profiles import Concept, Member, Need, Pattern, Profile, Term

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def member(member_id: str, *terms: str) -> Member:
    return Member(id=member_id, terms=tuple(Term(text=term) for term in terms))


TIES = Profile(
    id="ties",
    name="Russia–Sahel ties",
    concepts=(
        Concept(
            id="russia",
            name="Russia",
            members=(member("ru", "Russia", "Kremlin"), member("lavrov", "Lavrov")),
        ),
        Concept(
            id="sahel", name="Sahel state", members=(member("ml", "Mali", "Bamako"), member("ne", "Niger"))
        ),
    ),
    patterns=(
        Pattern(
            name="russia meets sahel", needs=(Need(concepts=("russia",)), Need(concepts=("sahel",))), score=90
        ),
    ),
    threshold=50,
    version="1",
)
ATTACKS = Profile(
    id="attacks",
    name="Attacks",
    concepts=(
        Concept(
            id="sahel", name="Sahel state", members=(member("ml", "Mali", "Bamako"), member("ne", "Niger"))
        ),
        Concept(id="attack", name="attack", members=(member("attack", "attack", "ambush"),)),
    ),
    patterns=(
        Pattern(name="attack there", needs=(Need(concepts=("attack",)), Need(concepts=("sahel",))), score=90),
    ),
    threshold=50,
    version="1",
)


def runtime(
    *targets: Target, policy: Policy | None = None, profiles: tuple[Profile, ...] = (TIES, ATTACKS)
) -> Runtime:
    """A compiled configuration: two topics, and one chat unless others are given."""
    chats = targets or (Target(id="chat", sink="telegram", chat_id="1"),)
    return Runtime(
        feeds={},
        profiles={profile.id: profile for profile in profiles},
        matcher=compile_matcher(list(profiles)),
        targets={target.id: target for target in chats},
        policy=policy or Policy(),
    )


def raw(title: str, *, summary: str = "", at: datetime | None = NOW, guid: str | None = None) -> RawEntry:
    """A raw entry whose guid and link are made from its title."""
    slug = guid or title.lower().replace(" ", "-")
    return RawEntry(
        guid=slug, link=f"https://o.example/{slug}", title=title, summary=summary, published_at=at
    )


@dataclass
class World:
    """What is remembered between polls, kept in plain dicts: enough for decisions, no store."""

    runtime: Runtime = field(default_factory=runtime)
    stories: StoryIndex = field(default_factory=StoryIndex)
    seen: dict[tuple[str, bytes], datetime] = field(default_factory=dict)
    states: dict[str, FeedState] = field(default_factory=dict)
    mutes: tuple[Mute, ...] = ()
    counts: Counts = field(default_factory=lambda: Counts(alerts_by_topic={}, alerts_by_target={}))
    now: datetime = NOW

    def poll(self, *entries: RawEntry, feed: str = "outlet", commit: bool = True) -> PollPlan:
        """Let a feed's document through `decide` and, unless told otherwise, remember what it changed."""
        config = FeedConfig(id=feed, url=f"https://{feed}.example/feed", outlet=feed.title(), language="en")
        state = self.states.get(feed, FeedState(feed_id=feed, last_success_at=NOW - timedelta(hours=1)))
        parsed = ParsedFeed(title=feed, entries=entries)
        body = repr(entries).encode()
        decision = decide(
            PollInput(
                feed=config,
                state=state,
                now=self.now,
                result=Fetched(url=config.url, status=200, body=body),
                parsed=parsed,
                identified=identify(parsed, config.url),
                seen={key: at for (owner, key), at in self.seen.items() if owner == feed},
                runtime=self.runtime,
                stories=self.stories,
                mutes=self.mutes,
                counts=self.counts,
                jitter=0.5,
            )
        )
        if commit:
            self.stories = decision.stories
            self.states[feed] = decision.plan.state
            self.seen.update({(feed, key): self.now for key in decision.plan.shown or {}})
        return decision.plan

    def never_polled(self, feed: str = "outlet") -> World:
        """Make the next poll of a feed its first."""
        self.states[feed] = replace(FeedState(feed_id=feed), last_success_at=None)
        return self
