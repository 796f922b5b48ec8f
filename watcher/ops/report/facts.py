"""What the report tells, counted from records: volumes, scores, what did the work, stories, feeds. Pure."""

from __future__ import annotations

import statistics
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from watcher.core.evaluation.nearmisses import near_misses, silences
from watcher.core.model import DeliveryKind, Fate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from watcher.core.evaluation.nearmisses import NearMiss, Silence
    from watcher.core.evaluation.topics import Figures
    from watcher.core.model import Delivery, FeedState, JudgedEntry, Match, Story
    from watcher.core.profiles import Profile

BIN = 5  # points per bar of a histogram
STORIES_SHOWN = 10
NEAR_SHOWN = 10
WORK_SHOWN = 8  # patterns and terms per topic


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a report is made of."""

    since: datetime
    now: datetime
    judged: Sequence[JudgedEntry]  # first seen since then, in that order
    stories: Sequence[Story]  # with an entry since then
    feeds: Sequence[FeedState]
    deliveries: Sequence[Delivery]  # rows of the outbox, alerts among them
    profiles: Mapping[str, Profile]
    outlets: Mapping[str, str] = field(default_factory=dict)  # feed id -> outlet
    curves: Mapping[str, Sequence[Figures]] = field(default_factory=dict)
    """Profile id -> figures at rising thresholds, where judged entries exist."""
    labels: str = ""  # where they are from


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A pattern or a term, and how many on-topic entries it took part in."""

    name: str
    detail: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicReport:
    """One topic."""

    id: str
    name: str
    threshold: float
    alert_count: int
    on_topic_count: int
    scores: tuple[int, ...]  # entries per bin of 5 points, from 0
    patterns: tuple[Work, ...]
    terms: tuple[Work, ...]
    curve: tuple[Figures, ...]
    silence: Silence | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedReport:
    """How one feed does."""

    id: str
    outlet: str
    state: str  # "ok" | "failing" | "gone" | "never polled" | "quiet"
    last_success_at: datetime | None
    entry_count: int
    on_topic_count: int
    per_day: tuple[int, ...]  # entries first seen, day by day
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything on the page."""

    since: datetime
    now: datetime
    days: tuple[date, ...]
    entry_count: int
    on_topic_count: int
    story_count: int
    alert_count: int
    outlet_count: int  # of on-topic entries
    delay_s: float | None  # median from seen to delivered; None = nothing was delivered
    topics: tuple[TopicReport, ...]
    alerts: Mapping[tuple[date, str], int]  # (day, topic or "" for several topics) -> alerts
    stories: tuple[Story, ...]  # most outlets first
    near: tuple[NearMiss, ...]
    feeds: tuple[FeedReport, ...]  # those in trouble first
    labels: str


def gather(facts: Facts) -> Report:
    """Count everything; days are UTC."""
    days = tuple(
        facts.since.date() + timedelta(days=n)
        for n in range((facts.now.date() - facts.since.date()).days + 1)
    )
    on_topic = [one for one in facts.judged if any(match.on_topic for match in one.matches)]
    alerted = [one for one in on_topic if one.fate is Fate.NEW_STORY]
    alerts: Counter[tuple[date, str]] = Counter()
    by_topic: Counter[str] = Counter()
    for one in alerted:
        topics = [match.profile_id for match in one.matches if match.on_topic]
        alerts[one.entry.first_seen_at.date(), topics[0] if len(topics) == 1 else ""] += 1
        by_topic.update(topics)
    quiet = silences(
        ((topic, story.opened_at, story.headline) for story in facts.stories for topic in story.topics),
        facts.profiles,
        facts.now,
        watched_since=facts.judged[0].entry.first_seen_at if facts.judged else None,
    )
    told = sorted(
        facts.stories, key=lambda story: (-len(story.outlets), -len(story.entries), story.opened_at)
    )
    return Report(
        since=facts.since,
        now=facts.now,
        days=days,
        entry_count=len(facts.judged),
        on_topic_count=len(on_topic),
        story_count=len(facts.stories),
        alert_count=len(alerted),
        outlet_count=len({one.entry.outlet for one in on_topic}),
        delay_s=_delay(facts),
        topics=tuple(
            _topic(profile, facts, by_topic[topic], {one.topic: one for one in quiet}.get(topic))
            for topic, profile in facts.profiles.items()
        ),
        alerts=alerts,
        stories=tuple(told[:STORIES_SHOWN]),
        near=tuple(near_misses((one.entry, one.matches) for one in facts.judged)[:NEAR_SHOWN]),
        feeds=_feeds(facts, days),
        labels=facts.labels,
    )


def _topic(profile: Profile, facts: Facts, alert_count: int, silence: Silence | None) -> TopicReport:
    matches = [match for one in facts.judged for match in one.matches if match.profile_id == profile.id]
    bins = [0] * (100 // BIN)
    for match in matches:
        bins[min(int(match.score // BIN), len(bins) - 1)] += 1
    on_topic = [match for match in matches if match.on_topic]
    return TopicReport(
        id=profile.id,
        name=profile.name,
        threshold=profile.threshold,
        alert_count=alert_count,
        on_topic_count=len(on_topic),
        scores=tuple(bins),
        patterns=_patterns(on_topic),
        terms=_terms(on_topic),
        curve=tuple(facts.curves.get(profile.id, ())),
        silence=silence,
    )


def _patterns(matches: Sequence[Match]) -> tuple[Work, ...]:
    met: Counter[str] = Counter()
    alone: Counter[str] = Counter()
    for match in matches:
        met.update(evidence.pattern for evidence in match.evidence)
        if len(match.evidence) == 1:
            alone[match.evidence[0].pattern] += 1
    return tuple(
        Work(name=name, detail=f"{alone[name]} alone" if alone[name] else "", count=count)
        for name, count in met.most_common(WORK_SHOWN)
    )


def _terms(matches: Sequence[Match]) -> tuple[Work, ...]:
    terms: Counter[tuple[str, str]] = Counter()
    for match in matches:
        terms.update(
            {
                (mention.term, mention.concept.rpartition("/")[2])
                for evidence in match.evidence
                for mention in evidence.mentions
            }
        )
    return tuple(
        Work(name=term, detail=concept, count=count)
        for (term, concept), count in terms.most_common(WORK_SHOWN)
    )


def _delay(facts: Facts) -> float | None:
    waits = [
        (row.delivered_at - row.created_at).total_seconds()
        for row in facts.deliveries
        if row.kind is DeliveryKind.ALERT and row.delivered_at is not None and row.created_at >= facts.since
    ]
    return statistics.median(waits) if waits else None


def _feeds(facts: Facts, days: Sequence[date]) -> tuple[FeedReport, ...]:
    count: Counter[str] = Counter()
    on_topic: Counter[str] = Counter()
    per_day: Counter[tuple[str, date]] = Counter()
    for one in facts.judged:
        feed_id = one.entry.feed_id
        count[feed_id] += 1
        on_topic[feed_id] += any(match.on_topic for match in one.matches)
        per_day[feed_id, one.entry.first_seen_at.date()] += 1
    found = [
        FeedReport(
            id=state.feed_id,
            outlet=facts.outlets.get(state.feed_id, ""),
            state=_state(state, count[state.feed_id]),
            last_success_at=state.last_success_at,
            entry_count=count[state.feed_id],
            on_topic_count=on_topic[state.feed_id],
            per_day=tuple(per_day[state.feed_id, day] for day in days),
            error=state.last_error or "" if state.failure_count or state.gone else "",
        )
        for state in facts.feeds
    ]
    order = ("gone", "failing", "never polled", "quiet", "ok")
    found.sort(key=lambda feed: (order.index(feed.state), -feed.on_topic_count, -feed.entry_count, feed.id))
    return tuple(found)


def _state(state: FeedState, entry_count: int) -> str:
    if state.gone:
        return "gone"
    if state.failure_count:
        return "failing"
    if state.last_success_at is None:
        return "never polled"
    return "ok" if entry_count else "quiet"
