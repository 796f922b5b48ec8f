"""What an edited profile would have told: past entries scored, and lived through again. Pure.

Scoring reads every entry and takes the time; living through it again (`decide`, entry by entry) is only for those with
some score, one in a hundred, because no other can open, join or close a story. So a changed threshold, which needs no
new reading, shows its effect at once from scores that are known.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from watcher.core.evaluation.replay import Arrival, decisions
from watcher.core.matching import judge, read_entry
from watcher.core.model import Fate

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import date, datetime

    from watcher.core.deciding import Runtime
    from watcher.core.model import Entry, JudgedEntry, Match
    from watcher.core.profiles import Profile

JOINING = (Fate.SAME_STORY, Fate.NEAR_DUPLICATE)
"""Fates of entries that made no alert because their story had one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """An entry with its scores; grouping and telling are still open."""

    arrival: Arrival
    matches: tuple[Match, ...]  # score > 0, above or below their threshold


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one entry in one past."""

    entry: Entry
    at: datetime
    fate: Fate
    reason: str
    matches: tuple[Match, ...]
    story_id: str | None
    told: tuple[str, ...] = ()  # topics of the alert it made; () = it made none

    def match(self, topic: str) -> Match | None:
        """The match with a topic, when it has any score there."""
        return next((match for match in self.matches if match.profile_id == topic), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """One way the past went: as recorded, or lived through again."""

    times: tuple[datetime, ...]  # of all entries, those without any score included
    outcomes: Mapping[str, Outcome]  # by entry id; those with some score, in the order of their times

    def since(self, at: datetime) -> Past:
        """The same without what was before; that was needed to know which stories were open."""
        return Past(
            times=tuple(time for time in self.times if time >= at),
            outcomes={key: outcome for key, outcome in self.outcomes.items() if outcome.at >= at},
        )

    @property
    def alerts(self) -> list[Outcome]:
        """Entries that made an alert, in the order of their times."""
        return [outcome for outcome in self.outcomes.values() if outcome.told]

    def alerts_by_day(self) -> dict[date, int]:
        """Alerts per day (UTC), days without any left out."""
        return dict(sorted(Counter(outcome.at.date() for outcome in self.alerts).items()))

    def alerts_by_topic(self) -> dict[str, int]:
        """Alerts per topic; one that names two topics counts for both."""
        return dict(Counter(topic for outcome in self.alerts for topic in outcome.told).most_common())

    def story(self, story_id: str | None) -> list[Outcome]:
        """The entries of one story, in the order they joined."""
        if story_id is None:
            return []
        return [outcome for outcome in self.outcomes.values() if outcome.story_id == story_id]


def score(arrivals: Iterable[Arrival], runtime: Runtime) -> Iterator[Scored]:
    """Score every entry against the profiles; entries without any score come too, with no matches.

    Args:
        arrivals: in any order.
        runtime: an entry of one of its feeds is judged as that feed asks, others for every topic.
    """
    for arrival in arrivals:
        entry = arrival.entry
        feed = runtime.feeds.get(entry.feed_id)
        matches = judge(
            read_entry(entry, runtime.matcher),
            entry,
            runtime.matcher,
            topics=feed.topics if feed is not None else None,
            everything_for=feed.everything_for if feed is not None else (),
        )
        yield Scored(arrival=arrival, matches=tuple(matches))


def at_thresholds(scored: Iterable[Scored], profiles: Mapping[str, Profile]) -> Iterator[Scored]:
    """Put known scores against other thresholds; only right where nothing else of the profiles differs."""
    for one in scored:
        matches = tuple(
            replace(
                match,
                threshold=profiles[match.profile_id].threshold,
                profile_version=profiles[match.profile_id].version,
            )
            for match in one.matches
            if match.profile_id in profiles
        )
        yield Scored(arrival=one.arrival, matches=matches)


def live_through(scored: Iterable[Scored], runtime: Runtime) -> Past:
    """Let the past happen again, decided by these profiles, targets and policy.

    Args:
        scored: by these profiles, or by ones that give a score to the same entries.
        runtime: what to decide with; mutes are left out.
    """
    every = list(scored)
    some = sorted(
        (one.arrival for one in every if one.matches), key=lambda one: one.at
    )  # stable: as committed
    outcomes: dict[str, Outcome] = {}
    for arrival, plan in decisions(some, runtime):
        told = tuple(dict.fromkeys(topic for alert in plan.alerts for topic in alert.topics))
        for judged in plan.entries:
            outcomes[arrival.entry.id] = _outcome(judged, arrival.entry, arrival.at, told)
    return Past(times=tuple(one.arrival.at for one in every), outcomes=outcomes)


def recorded(judged: Sequence[JudgedEntry], topics: Collection[str]) -> Past:
    """The past as it was recorded: what opened a story made an alert.

    Args:
        judged: entries as stored.
        topics: profile ids that some target takes.
    """
    outcomes: dict[str, Outcome] = {}
    for one in judged:
        if not one.matches:
            continue
        told = tuple(
            match.profile_id for match in one.matches if match.on_topic and match.profile_id in topics
        )
        told = told if one.fate is Fate.NEW_STORY else ()
        outcomes[one.entry.id] = _outcome(one, one.entry, one.entry.first_seen_at, told)
    return Past(times=tuple(one.entry.first_seen_at for one in judged), outcomes=outcomes)


def arrivals_of(judged: Sequence[JudgedEntry]) -> list[Arrival]:
    """Recorded entries as they came in: at the times they were seen, a feed's backlog silently."""
    return [
        Arrival(entry=one.entry, at=one.entry.first_seen_at, silent=one.fate is Fate.BACKLOG)
        for one in judged
    ]


def _outcome(judged: JudgedEntry, entry: Entry, at: datetime, told: tuple[str, ...]) -> Outcome:
    return Outcome(
        entry=entry,
        at=at,
        fate=judged.fate,
        reason=judged.reason,
        matches=judged.matches,
        story_id=judged.story_id,
        told=told,
    )
