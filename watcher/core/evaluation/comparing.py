"""Two pasts side by side: alerts gained, lost and changed, each with its reason in words. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher.core.evaluation.backtest import JOINING, Outcome, Past
from watcher.core.model import Fate

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, timedelta

    from watcher.core.model import Match

PATTERNS_SHOWN = 2
_UNTOLD = (Fate.HELD, Fate.MUTED, Fate.BACKLOG)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One alert that is not the same in both pasts."""

    kind: str  # "gained" | "lost" | "changed"
    outcome: Outcome  # as it is after; for a lost one, as it was before
    topics: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What a change of profiles comes to."""

    gained: tuple[Difference, ...]
    lost: tuple[Difference, ...]
    changed: tuple[Difference, ...]
    same_count: int  # alerts that are the same
    per_day: tuple[tuple[date, int, int], ...]  # day (UTC), alerts before, alerts after

    @property
    def differences(self) -> tuple[Difference, ...]:
        """All of them: gained, lost, changed."""
        return (*self.gained, *self.lost, *self.changed)


def compare(before: Past, after: Past) -> Comparison:
    """Compare what was told with what would have been.

    An alert is the same when the same entry makes it for the same topics. When another entry of the same story
    makes it, it is changed, not lost and gained.
    """
    old = {outcome.entry.id: outcome for outcome in before.alerts}
    new = {outcome.entry.id: outcome for outcome in after.alerts}
    lost = {key: outcome for key, outcome in old.items() if key not in new}
    gained = {key: outcome for key, outcome in new.items() if key not in old}
    changed = [
        _retold(old[key], new[key]) for key in new if key in old and set(old[key].told) != set(new[key].told)
    ]
    same_count = len(new.keys() & old.keys()) - len(changed)
    for key, outcome in list(gained.items()):
        if (other := _told_before(outcome, lost, before, after)) is not None:
            changed.append(_told_by_another(other, outcome))
            del gained[key], lost[other.entry.id]
    days_before, days_after = before.alerts_by_day(), after.alerts_by_day()
    return Comparison(
        gained=tuple(
            Difference(kind="gained", outcome=one, topics=one.told, reason=_why_gained(one, before))
            for one in gained.values()
        ),
        lost=tuple(
            Difference(kind="lost", outcome=one, topics=one.told, reason=_why_lost(one, after))
            for one in lost.values()
        ),
        changed=tuple(sorted(changed, key=lambda one: one.outcome.at)),
        same_count=same_count,
        per_day=tuple(
            (day, days_before.get(day, 0), days_after.get(day, 0))
            for day in sorted(days_before.keys() | days_after.keys())
        ),
    )


def _told_before(gained: Outcome, lost: dict[str, Outcome], before: Past, after: Past) -> Outcome | None:
    """The lost alert of the very story that the gained one tells."""
    was = before.outcomes.get(gained.entry.id)
    for one in lost.values():
        now = after.outcomes.get(one.entry.id)
        if was is not None and was.story_id is not None and was.story_id == one.story_id:
            return one
        if now is not None and now.story_id is not None and now.story_id == gained.story_id:
            return one
    return None


def _retold(old: Outcome, new: Outcome) -> Difference:
    also = [topic for topic in new.told if topic not in old.told]
    no_more = [topic for topic in old.told if topic not in new.told]
    reasons = [f"also {_movement(old.match(topic), new.match(topic), topic)}" for topic in also]
    reasons += [f"no longer {_movement(old.match(topic), new.match(topic), topic)}" for topic in no_more]
    return Difference(kind="changed", outcome=new, topics=new.told, reason="; ".join(reasons))


def _told_by_another(old: Outcome, new: Outcome) -> Difference:
    apart = _span(abs(new.at - old.at))
    when = f"{apart} {'earlier' if new.at < old.at else 'later'}" if apart else "at the same time"
    reason = f"told {when}: {new.entry.outlet} instead of {old.entry.outlet} ({old.entry.title!r})"
    return Difference(kind="changed", outcome=new, topics=new.told, reason=reason)


def _why_gained(outcome: Outcome, before: Past) -> str:
    was = before.outcomes.get(outcome.entry.id)
    if was is not None and was.fate in JOINING:
        return f"a story of its own now; was part of {_opener(was, before)}"
    if was is not None and was.fate in _UNTOLD:
        return f"was {was.fate.value}: {was.reason}"
    return "; ".join(_movement(_match(was, topic), outcome.match(topic), topic) for topic in outcome.told)


def _why_lost(outcome: Outcome, after: Past) -> str:
    now = after.outcomes.get(outcome.entry.id)
    if now is not None and now.fate in JOINING:
        return f"part of {_opener(now, after)} now"
    if now is not None and now.fate in _UNTOLD:
        return f"{now.fate.value}: {now.reason}"
    return "; ".join(_movement(outcome.match(topic), _match(now, topic), topic) for topic in outcome.told)


def _opener(outcome: Outcome, past: Past) -> str:
    """The headline of the story an entry joined."""
    opener = next(iter(past.story(outcome.story_id)), None)
    if opener is None or opener.entry.id == outcome.entry.id:
        return "an earlier story"
    return f"{opener.entry.outlet}: {opener.entry.title!r}"


def _movement(old: Match | None, new: Match | None, topic: str) -> str:
    """ "aes 43 → 71 (threshold 50): now also 'ECOWAS and a member'"."""
    if old is not None and new is not None and old.score == new.score:
        return f"{topic} {new.score:.0f}: threshold {old.threshold:.0f} → {new.threshold:.0f}"
    known = new or old
    if known is None:
        return topic
    threshold = f"threshold {known.threshold:.0f}"
    if old is not None and new is not None and old.threshold != new.threshold:
        threshold = f"threshold {old.threshold:.0f} → {new.threshold:.0f}"
    scores = f"{old.score if old else 0:.0f} → {new.score if new else 0:.0f}"
    now, then = _patterns(new), _patterns(old)
    notes = []
    if fresh := [name for name in now if name not in then]:
        notes.append("now " + _quoted(fresh))
    if gone := [name for name in then if name not in now]:
        notes.append("no longer " + _quoted(gone))
    notes += [evidence.note for evidence in (new.near if new else ()) if evidence.note][:1]
    return f"{topic} {scores} ({threshold})" + (f": {', '.join(notes)}" if notes else "")


def _match(outcome: Outcome | None, topic: str) -> Match | None:
    return outcome.match(topic) if outcome is not None else None


def _patterns(match: Match | None) -> list[str]:
    return [evidence.pattern for evidence in match.evidence] if match else []


def _quoted(names: Iterable[str]) -> str:
    shown = [f"'{name}'" for name in names]
    rest = len(shown) - PATTERNS_SHOWN
    return ", ".join(shown[:PATTERNS_SHOWN]) + (f" and {rest} more" if rest > 0 else "")


def _span(time: timedelta) -> str:
    minutes = int(time.total_seconds() // 60)
    if minutes < 60:
        return f"{minutes} min" if minutes else ""
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // 1440} d"
