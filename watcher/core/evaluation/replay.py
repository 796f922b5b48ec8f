"""The past replayed through decide(): what would have been alerted, and how that compares with labels. Pure.

Every entry is polled alone, at its own time, from a feed that has been watched before; nothing but the flood guard and the
volume budgets stands between a new story and its alert.
"""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from watcher.core.deciding import PollInput, decide, identify
from watcher.core.grouping import StoryIndex
from watcher.core.model import (
    Counts,
    Fate,
    FeedConfig,
    FeedState,
    Fetched,
    ParsedFeed,
    RawEntry,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from watcher.core.deciding import Runtime
    from watcher.core.model import Alert, Entry, PollPlan

_JOINED = (Fate.NEW_STORY, Fate.SAME_STORY, Fate.NEAR_DUPLICATE, Fate.HELD)
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """What people say of an entry."""

    grades: Mapping[str, int]  # topic id -> 0, 1 or 2
    story: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """An entry as it comes in."""

    entry: Entry
    at: datetime  # when it is decided on
    silent: bool = False  # it was there when its feed was first polled: recorded, never told


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What became of the past."""

    entry_count: int
    matched: tuple[tuple[str, datetime], ...]  # (id, when) of entries on topic: alerts without grouping
    alerts: tuple[tuple[str, datetime], ...]  # (id of the entry, when)


@dataclass(frozen=True, slots=True, kw_only=True)
class Novelty:
    """Alerts against labelled stories."""

    story_count: int  # gold stories with a grade-2 entry
    alerted_count: int  # … of which an entry was alerted
    told_count: int  # gold stories of any grade of which an entry was alerted
    alert_count: int
    redundant_count: int  # alerts of a gold story beyond its first
    off_topic_count: int  # alerts whose entry is grade 0 on every topic

    @property
    def alerted_ratio(self) -> float:
        """Gold stories that got an alert."""
        return self.alerted_count / self.story_count if self.story_count else 1.0

    @property
    def redundancy(self) -> float:
        """Redundant alerts per gold story that was alerted."""
        return self.redundant_count / self.told_count if self.told_count else 0.0

    @property
    def off_topic_ratio(self) -> float:
        """Alerts that should not have been sent at all."""
        return self.off_topic_count / self.alert_count if self.alert_count else 0.0


def replay(entries: Iterable[Entry], runtime: Runtime) -> Replayed:
    """Let entries come in one after the other and collect what is alerted.

    Args:
        entries: in time order.
        runtime: profiles, targets and policy to replay with; its feeds do not matter.
    """
    matched: list[tuple[str, datetime]] = []
    alerts: list[tuple[str, datetime]] = []
    count = 0
    for arrival, plan in decisions((Arrival(entry=entry, at=entry.at) for entry in entries), runtime):
        count += 1
        if any(judged.fate in _JOINED for judged in plan.entries):
            matched.append((arrival.entry.id, arrival.at))
        alerts += [(arrival.entry.id, arrival.at)] * bool(plan.alerts)
    return Replayed(entry_count=count, matched=tuple(matched), alerts=tuple(alerts))


def decisions(arrivals: Iterable[Arrival], runtime: Runtime) -> Iterator[tuple[Arrival, PollPlan]]:
    """Let entries come in one after the other and yield what is decided on each.

    Args:
        arrivals: in the order of their times.
        runtime: profiles, targets and policy to replay with; an entry of one of its feeds is judged as that feed
            asks (its topics), others for every topic.
    """
    stories = StoryIndex()
    recent: deque[Alert] = deque()
    seen: dict[str, dict[bytes, datetime]] = {}
    for arrival in arrivals:
        entry = arrival.entry
        while recent and recent[0].created_at <= arrival.at - _HOUR:
            recent.popleft()
        given = _poll(arrival, runtime, stories, seen.setdefault(entry.feed_id, {}), _counts(recent, runtime))
        decision = decide(given)
        seen[entry.feed_id].update(dict.fromkeys(decision.plan.shown or (), arrival.at))
        yield arrival, decision.plan
        recent.extend(decision.plan.alerts)
        stories = decision.stories


def novelty(replayed: Replayed, labels: Mapping[str, Labels]) -> Novelty:
    """Compare alerts with labels; alerts of entries that nobody labelled do not count.

    Args:
        replayed: the replay of the labelled entries.
        labels: by entry id.
    """
    wanted = {label.story for label in labels.values() if label.story and max(label.grades.values()) == 2}
    told: Counter[str] = Counter()
    alert_count = off_topic = 0
    for entry_id, _ in replayed.alerts:
        label = labels.get(entry_id)
        if label is None:
            continue
        alert_count += 1
        off_topic += max(label.grades.values()) == 0
        if label.story:
            told[label.story] += 1
    return Novelty(
        story_count=len(wanted),
        alerted_count=len(wanted & told.keys()),
        told_count=len(told),
        alert_count=alert_count,
        redundant_count=sum(times - 1 for times in told.values()),
        off_topic_count=off_topic,
    )


def _poll(
    arrival: Arrival, runtime: Runtime, stories: StoryIndex, seen: Mapping[bytes, datetime], counts: Counts
) -> PollInput:
    entry = arrival.entry
    feed = FeedConfig(id=entry.feed_id, url="https://replayed.example/", outlet=entry.outlet)
    configured = runtime.feeds.get(entry.feed_id)
    if configured is not None:
        feed = replace(feed, topics=configured.topics, everything_for=configured.everything_for)
    raw = RawEntry(
        guid=entry.guid,
        link=entry.url or None,
        title=entry.title,
        summary=entry.summary,
        published_at=entry.published_at,
        outlet=entry.outlet,
        language=entry.language,
    )
    parsed = ParsedFeed(title=entry.outlet, entries=(raw,))
    return PollInput(
        feed=feed,
        state=FeedState(feed_id=feed.id, last_success_at=None if arrival.silent else arrival.at),
        now=arrival.at,
        result=Fetched(url=feed.url, status=200, body=b""),
        parsed=parsed,
        identified=identify(parsed, feed.url),
        seen=seen,
        runtime=runtime,
        stories=stories,
        mutes=(),
        counts=counts,
        jitter=0.0,
    )


def _counts(recent: Iterable[Alert], runtime: Runtime) -> Counts:
    alerts = list(recent)
    return Counts(
        alerts_by_topic=Counter(topic for alert in alerts for topic in alert.topics),
        alerts_by_target=dict.fromkeys(runtime.targets, len(alerts)),
    )
