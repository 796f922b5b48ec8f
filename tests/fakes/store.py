"""A Store in plain dictionaries, for tests that need state but no file; passes the same contract suite."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from watcher.core.model import (
    Alert,
    Conclusion,
    Content,
    Counts,
    Delivery,
    DeliveryKind,
    DeliveryState,
    EditContent,
    Entry,
    FeedState,
    JudgedEntry,
    KeptPages,
    Mute,
    PollPlan,
    Story,
    StoryChange,
    Taking,
    TargetState,
    joined_edits,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_HELD_AT = datetime(9999, 12, 31, tzinfo=UTC)
_WAITING = (DeliveryState.PENDING, DeliveryState.AMBIGUOUS)
_FINAL = (DeliveryState.DELIVERED, DeliveryState.DEAD, DeliveryState.EXPIRED)


@dataclass
class MemoryStore:
    """protocols.Store without a file. `fail_with` makes every call raise it, as a full disk would."""

    states: dict[str, FeedState] = field(default_factory=dict)
    configured: dict[str, str] = field(default_factory=dict)
    keys: dict[str, dict[bytes, datetime]] = field(default_factory=dict)
    read_at: dict[str, datetime] = field(default_factory=dict)
    entries: dict[str, JudgedEntry] = field(default_factory=dict)
    stories: dict[str, Story] = field(default_factory=dict)
    alerts: dict[str, Alert] = field(default_factory=dict)
    rows: dict[int, Delivery] = field(default_factory=dict)
    targets: dict[str, TargetState] = field(default_factory=dict)
    muted: dict[tuple[str, str], Mute] = field(default_factory=dict)
    taken: dict[tuple[str, str], Taking] = field(default_factory=dict)
    answers: dict[tuple[str, str], KeptPages] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)
    fail_with: Exception | None = None

    def _check(self) -> None:
        if self.fail_with is not None:
            raise self.fail_with

    # --- feeds and polls ---

    async def sync_feeds(self, feeds: Mapping[str, str], now: datetime) -> None:
        self._check()
        for feed_id, url in feeds.items():
            old = self.states.get(feed_id)
            if old is None:
                self.states[feed_id] = FeedState(feed_id=feed_id, url=url)
            elif old.url != url:
                self.states[feed_id] = FeedState(
                    feed_id=feed_id,
                    url=url,
                    last_poll_at=old.last_poll_at,
                    last_success_at=old.last_success_at,
                    entries_per_day=old.entries_per_day,
                    last_entry_at=old.last_entry_at,
                    silence_told=old.silence_told,
                    isolated=old.isolated,
                )
            elif old.gone and feed_id not in self.configured:
                self.states[feed_id] = replace(old, gone=False, gone_count=0, gone_since=None)
        self.configured = dict(feeds)

    def _watched(self) -> list[FeedState]:
        return [state for feed_id, state in sorted(self.states.items()) if feed_id in self.configured]

    async def due_feeds(self, now: datetime, limit: int) -> list[FeedState]:
        self._check()
        ahead = now + timedelta(minutes=1)
        due = [
            s
            for s in self._watched()
            if not s.gone and ((s.next_poll_at or _EPOCH) <= now or (s.last_poll_at or _EPOCH) > ahead)
        ]
        return sorted(due, key=lambda s: s.next_poll_at or _EPOCH)[:limit]

    async def next_due_feed_at(self) -> datetime | None:
        self._check()
        return min((s.next_poll_at or _EPOCH for s in self._watched() if not s.gone), default=None)

    async def feed_states(self) -> list[FeedState]:
        self._check()
        return self._watched()

    async def seen(self, feed_id: str, keys: Sequence[bytes]) -> dict[bytes, datetime]:
        self._check()
        known = self.keys.get(feed_id, {})
        return {key: known[key] for key in keys if key in known}

    async def commit_polls(self, plans: Sequence[PollPlan]) -> None:
        self._check()
        for plan in plans:
            old = self.states.get(plan.feed_id)
            if old is None or old.url in ("", plan.state.url):
                self.states[plan.feed_id] = plan.state
            if plan.shown is not None:
                hour = plan.now.replace(minute=0, second=0, microsecond=0)
                if not plan.partial:
                    self.read_at[plan.feed_id] = max(hour, self.read_at.get(plan.feed_id, hour))
                known = self.keys.setdefault(plan.feed_id, {})
                known.update(dict.fromkeys(plan.shown, hour))
            for judged in plan.entries:
                self.entries.setdefault(judged.entry.id, judged)
            for entry in plan.retitled:
                self._retitle(entry)
            for change in plan.stories:
                self._merge(change)
            for alert in plan.alerts:
                self.alerts.setdefault(alert.id, alert)
            self._queue(plan.deliveries)

    def _merge(self, change: StoryChange) -> None:
        old = self.stories.get(change.story_id) or Story(
            id=change.story_id,
            headline=change.headline,
            opened_at=change.opened_at,
            last_entry_at=change.last_entry_at,
            entries=(),
            topics=(),
            follows_story_id=change.follows_story_id,
        )
        known = {entry.id for story in self.stories.values() for entry in story.entries}
        joining = [entry_id for entry_id in change.entry_ids if entry_id not in known]
        for entry_id in joining:
            self.entries[entry_id] = replace(self.entries[entry_id], story_id=change.story_id)
        self.stories[old.id] = replace(
            old,
            headline=change.headline,
            retitled_count=change.retitled_count,
            retitled_since=change.retitled_since,
            last_entry_at=max(old.last_entry_at, change.last_entry_at),
            topics=tuple(dict.fromkeys(old.topics + change.topics)),
            told_targets=tuple(dict.fromkeys(old.told_targets + change.told_targets)),
            entries=old.entries + tuple(self.entries[entry_id].entry for entry_id in joining),
        )

    def _retitle(self, entry: Entry) -> None:
        known = self.entries.get(entry.id)
        if known is None:
            return
        fresh = replace(known.entry, title=entry.title)
        self.entries[entry.id] = replace(known, entry=fresh)
        story = self.stories.get(known.story_id or "")
        if story is not None:
            members = tuple(fresh if one.id == entry.id else one for one in story.entries)
            self.stories[story.id] = replace(story, entries=members)

    async def counts(self, since: datetime, until: datetime) -> Counts:
        self._check()
        told = {
            (t, a.story_id) for a in self.alerts.values() if since <= a.created_at <= until for t in a.topics
        }
        queued = [
            d.target_id
            for d in self.rows.values()
            if d.kind is DeliveryKind.ALERT and since <= d.created_at <= until
        ]
        return Counts(
            alerts_by_topic=dict(Counter(topic for topic, _ in told)), alerts_by_target=dict(Counter(queued))
        )

    # --- stories ---

    async def open_stories(self, since: datetime) -> list[Story]:
        self._check()
        found = [s for s in self.stories.values() if s.last_entry_at >= since and s.closed_at is None]
        return sorted(found, key=lambda s: (s.opened_at, s.id))

    async def story(self, story_id: str) -> Story | None:
        self._check()
        return self.stories.get(story_id)

    # --- outbox ---

    async def enqueue(self, deliveries: Sequence[Delivery]) -> None:
        self._check()
        self._queue(deliveries)

    def _queue(self, deliveries: Sequence[Delivery]) -> None:
        for new in deliveries:
            old = next((d for d in self.rows.values() if d.dedupe_key == new.dedupe_key), None)
            if old is None:
                number = max(self.rows, default=0) + 1
                self.rows[number] = replace(new, id=number)
            elif old.kind is DeliveryKind.EDIT:
                pending, sending = (
                    old.state is DeliveryState.PENDING,
                    old.state is DeliveryState.SENDING,
                )
                self._set(
                    old,
                    content=_joined(old.content, new.content),
                    revision=old.revision + 1,
                    due_at=min(old.due_at, new.due_at) if pending else new.due_at,
                    state=old.state if sending else DeliveryState.PENDING,
                )

    def _set(self, row: Delivery, **changes: object) -> Delivery:
        assert row.id is not None
        self.rows[row.id] = replace(row, **changes)  # type: ignore[arg-type]
        return self.rows[row.id]

    async def recover(self, now: datetime) -> int:
        self._check()
        found = [d for d in self.rows.values() if d.state is DeliveryState.SENDING]
        for row in found:
            self._set(
                row,
                state=DeliveryState.AMBIGUOUS,
                possible_repeat=True,
                due_at=min(row.due_at, now),
                reason="interrupted while it was being sent",
            )
        return len(found)

    async def claim(
        self,
        now: datetime,
        *,
        busy_targets: Sequence[str],
        limit: int,
        probe_targets: Sequence[str] = (),
    ) -> list[Delivery]:
        self._check()
        self._forget_future(now)
        oldest: dict[str, Delivery] = {}
        for row in sorted(self.rows.values(), key=lambda d: (d.due_at, d.id)):
            known = self.targets.get(row.target_id, TargetState(target_id=row.target_id))
            if known.unreachable_since is not None:
                free = row.target_id in probe_targets
            else:
                free = known.paused_until is None or known.paused_until <= now
            if free and row.state in _WAITING and row.due_at <= now and row.target_id not in busy_targets:
                oldest.setdefault(row.target_id, row)
        return [
            self._set(row, state=DeliveryState.SENDING, attempt_count=row.attempt_count + 1, started_at=now)
            for row in list(oldest.values())[:limit]
        ]

    def _forget_future(self, now: datetime) -> None:
        for row in list(self.rows.values()):
            touched = max(row.created_at, row.started_at or _EPOCH)
            if touched > now + timedelta(minutes=1) and row.state in _WAITING and row.due_at < _HELD_AT:
                self._set(
                    row,
                    due_at=min(row.due_at, now),
                    created_at=min(row.created_at, now),
                    started_at=min(row.started_at, now) if row.started_at else None,
                )
        for target in list(self.targets.values()):
            if target.paused_until is not None and target.paused_until > now + timedelta(hours=25):
                self.targets[target.target_id] = replace(target, paused_until=now)

    async def conclude(self, conclusion: Conclusion) -> None:
        self._check()
        for delivered in conclusion.acknowledged:
            row = self.rows[delivered.delivery_id]
            again = row.kind is DeliveryKind.EDIT and row.revision > delivered.revision
            self._set(
                row,
                state=DeliveryState.PENDING if again else DeliveryState.DELIVERED,
                receipt=delivered.receipt if delivered.receipt is not None else row.receipt,
                sent_text=delivered.sent_text,
                delivered_at=conclusion.now,
                reason=None,
            )
        for settled in conclusion.settled:
            row = self.rows[settled.delivery_id]
            ambiguous = settled.state is DeliveryState.AMBIGUOUS
            self._set(
                row,
                state=settled.state,
                reason=settled.reason,
                due_at=settled.due_at or (_HELD_AT if ambiguous else row.due_at),
                plain=row.plain or settled.plain,
                possible_repeat=row.possible_repeat or ambiguous,
            )
        self.targets.update({state.target_id: state for state in conclusion.targets})
        self._queue(conclusion.queued)

    async def delivery(self, dedupe_key: str) -> Delivery | None:
        self._check()
        return next((d for d in self.rows.values() if d.dedupe_key == dedupe_key), None)

    async def deliveries(
        self,
        *,
        states: Sequence[DeliveryState] | None = None,
        target_id: str | None = None,
        limit: int = 1000,
    ) -> list[Delivery]:
        self._check()
        found = [
            d
            for _, d in sorted(self.rows.items())
            if (states is None or d.state in states) and target_id in (None, d.target_id)
        ]
        return found[:limit]

    def _unreachable(self, target_id: str) -> bool:
        return target_id in self.targets and self.targets[target_id].unreachable_since is not None

    async def expire(
        self,
        before: datetime,
        now: datetime,
        tell: Callable[[Sequence[tuple[Delivery, Story | None]]], Sequence[Delivery]],
    ) -> None:
        self._check()
        reason = f"could not be delivered in time; given up at {now:%Y-%m-%d %H:%M} UTC"
        late = [
            d
            for _, d in sorted(self.rows.items())
            if d.kind is DeliveryKind.ALERT
            and d.state is DeliveryState.PENDING
            and not d.possible_repeat
            and d.due_at < before
            and not self._unreachable(d.target_id)
        ]
        whose = {(d.story_id, d.target_id) for d in late}
        for row in list(self.rows.values()):
            edits = row.kind is DeliveryKind.EDIT and (row.story_id, row.target_id) in whose
            if edits and row.state in _WAITING:
                self._set(row, state=DeliveryState.EXPIRED, reason=reason)
        for row in late:
            self._set(row, state=DeliveryState.EXPIRED, reason=reason)
        self._queue(tell([(row, self.stories.get(row.story_id or "")) for row in late]))

    async def next_due_delivery_at(self) -> datetime | None:
        self._check()
        times = [
            max(d.due_at, self.targets[d.target_id].paused_until or _EPOCH)
            if d.target_id in self.targets
            else d.due_at
            for d in self.rows.values()
            if d.state in _WAITING and d.due_at < _HELD_AT and not self._unreachable(d.target_id)
        ]
        return min(times, default=None)

    async def requeue(self, delivery_id: int, now: datetime) -> bool:
        self._check()
        row = self.rows.get(delivery_id)
        if row is None:
            return False
        held = row.state is DeliveryState.AMBIGUOUS and row.due_at >= _HELD_AT
        if not held and row.state not in (DeliveryState.DEAD, DeliveryState.EXPIRED):
            return False
        self._set(row, state=DeliveryState.PENDING, due_at=now)
        return True

    async def drop(self, delivery_id: int, now: datetime) -> bool:
        self._check()
        row = self.rows.get(delivery_id)
        if row is None or row.state in (DeliveryState.DELIVERED, DeliveryState.SENDING):
            return False
        self._set(row, state=DeliveryState.DEAD, reason="dropped by user")
        return True

    async def target_states(self) -> dict[str, TargetState]:
        self._check()
        return dict(self.targets)

    async def save_target_state(self, state: TargetState) -> None:
        self._check()
        self.targets[state.target_id] = state

    # --- what people do in a chat ---

    async def takings(self, story_ids: Sequence[str]) -> list[Taking]:
        self._check()
        return [taking for _, taking in sorted(self.taken.items()) if taking.story_id in story_ids]

    async def take(self, takings: Sequence[Taking], deliveries: Sequence[Delivery]) -> None:
        self._check()
        self.taken.update({(one.story_id, one.target_id): one for one in takings})
        self._queue(deliveries)

    async def keep_pages(self, pages: KeptPages, *, forget_before: datetime) -> None:
        self._check()
        self.answers[pages.chat_id, pages.message_id] = pages
        self.answers = {key: one for key, one in self.answers.items() if one.kept_at >= forget_before}

    async def kept_pages(self, chat_id: str, message_id: str) -> KeptPages | None:
        self._check()
        return self.answers.get((chat_id, message_id))

    # --- mutes, housekeeping ---

    async def mutes(self, now: datetime) -> list[Mute]:
        self._check()
        return [m for _, m in sorted(self.muted.items()) if m.until is None or m.until > now]

    async def mute(self, mute: Mute) -> None:
        self._check()
        self.muted[mute.kind, mute.value] = mute

    async def unmute(self, kind: str, value: str) -> bool:
        self._check()
        return self.muted.pop((kind, value), None) is not None

    async def get_value(self, key: str) -> str | None:
        self._check()
        return self.values.get(key)

    async def set_value(self, key: str, value: str) -> None:
        self._check()
        self.values[key] = value

    async def prune(self, *, entries_before: datetime, seen_before: datetime, limit: int) -> int:
        self._check()
        unsent = {d.story_id for d in self.rows.values() if d.state not in _FINAL}
        live = {
            s.id for s in self.stories.values() if s.closed_at is None and s.last_entry_at >= entries_before
        } | unsent
        doomed_rows = [
            number
            for number, d in self.rows.items()
            if d.state in _FINAL
            and d.created_at < entries_before
            and (d.delivered_at or _EPOCH) < entries_before
            and (d.story_id is None or d.story_id not in live)
        ][:limit]
        for number in doomed_rows:
            del self.rows[number]
        left = limit - len(doomed_rows)
        doomed = [
            entry_id
            for entry_id, judged in self.entries.items()
            if judged.entry.first_seen_at < entries_before
            and (judged.story_id is None or judged.story_id not in live)
        ][:left]
        for entry_id in doomed:
            del self.entries[entry_id]
        left -= len(doomed)
        stale = [
            (feed_id, key)
            for feed_id, known in self.keys.items()
            for key, at in known.items()
            if at < min(seen_before, self.read_at.get(feed_id, _EPOCH) - timedelta(hours=24))
        ][:left]
        for feed_id, key in stale:
            del self.keys[feed_id][key]
        kept = {judged.story_id for judged in self.entries.values()} | {
            d.story_id for d in self.rows.values()
        }
        over = [s.id for s in self.stories.values() if s.id not in kept and s.id not in live]
        for story_id in over[: left - len(stale)]:
            del self.stories[story_id]
            self.alerts = {i: a for i, a in self.alerts.items() if a.story_id != story_id}
        removed = len(doomed_rows) + len(doomed) + len(stale) + len(over[: left - len(stale)])
        free = [
            key
            for key, one in self.taken.items()
            if one.changed_at < entries_before and one.story_id not in self.stories
        ][: limit - removed]
        for one_taken in free:
            del self.taken[one_taken]
        return removed + len(free)

    async def backup(self, path: Path) -> None:
        self._check()
        text = f"{len(self.rows)} deliveries, {len(self.entries)} entries\n"
        await asyncio.to_thread(path.write_text, text, encoding="utf-8")

    def hurry(self, within_s: float) -> None:
        """There is no lock to wait for."""

    async def aclose(self) -> None:
        """Nothing to close."""


def _joined(old: Content, new: Content) -> Content:
    both = isinstance(old, EditContent) and isinstance(new, EditContent)
    return joined_edits(old, new) if both else new  # type: ignore[arg-type]
