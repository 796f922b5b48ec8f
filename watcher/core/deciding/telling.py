"""Whom to tell of a story and how: flood guard, volume budgets, edits, replies (P6, P9).

A story has one message per target: its alert and its edit have unique keys in the outbox, so that no order of polls, restarts or replays can tell a target twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from watcher.core.deciding.contents import alert_content, alert_id, digest_line, short_hash, topic_tags
from watcher.core.deciding.routing import wanted
from watcher.core.model import (
    Alert,
    AlertContent,
    AlertKind,
    Delivery,
    DeliveryKind,
    DigestContent,
    DigestLine,
    EditContent,
    alert_key,
    edit_key,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from watcher.core.deciding.contents import Telling
    from watcher.core.deciding.runtime import Runtime
    from watcher.core.model import Counts, Entry, Match, Story, Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What telling one poll's stories comes to."""

    alerts: tuple[Alert, ...]
    deliveries: tuple[Delivery, ...]
    told_targets: Mapping[str, tuple[str, ...]]  # story id -> all targets that know it now
    held: Mapping[str, str]  # entry id -> why it went into a digest instead of an alert
    unwanted: frozenset[str]  # ids of entries that no target wants


def tell(
    tellings: Sequence[Telling],
    retitled: Sequence[tuple[Entry, str, Story]],
    *,
    feed_id: str,
    runtime: Runtime,
    counts: Counts,
    now: datetime,
) -> Told:
    """Turn what a poll found into alerts, edits and digest lines, within the flood guard."""
    desk = _Desk(runtime, counts, now)
    fresh = dict.fromkeys(t.story.id for t in tellings if desk.untold_targets(t))
    flood = len(fresh) > runtime.policy.flood_feed_count
    held_back = set(list(fresh)[runtime.policy.flood_shown_count :]) if flood else set()
    flooded = [telling for telling in tellings if telling.story.id in held_back]
    for telling in tellings:
        if telling.story.id not in held_back:
            desk.alert(telling)
    if flooded:
        desk.digest_flood(flooded, feed_id)
    for telling in tellings:  # whoever is told now needs no update
        desk.update(telling)
    for entry, old_title, story in retitled:
        desk.retitle(entry, old_title, story)
    return Told(
        alerts=tuple(desk.alerts),
        deliveries=tuple(desk.deliveries),
        told_targets={story_id: tuple(targets) for story_id, targets in desk.told.items()},
        held=desk.held,
        unwanted=frozenset(telling.entry.id for telling in tellings if not desk.wanted_by_any(telling)),
    )


class _Desk:
    """Collects what is told; lives for one call of `tell`."""

    def __init__(self, runtime: Runtime, counts: Counts, now: datetime) -> None:
        self.runtime = runtime
        self.now = now
        self.by_topic = dict(counts.alerts_by_topic)
        self.by_target = dict(counts.alerts_by_target)
        self.alerts: list[Alert] = []
        self.deliveries: list[Delivery] = []
        self.told: dict[str, list[str]] = {}
        self.held: dict[str, str] = {}
        self._fresh: set[tuple[str, str]] = set()  # (story, target) first told in this poll

    def untold_targets(self, telling: Telling) -> list[tuple[Target, tuple[Match, ...]]]:
        """Routes to targets that do not know the story yet."""
        told = self._told(telling.story)
        targets = [target for target in self.runtime.targets.values() if target.id not in told]
        return [(target, matches) for target in targets if (matches := self._wanted(target, telling))]

    def wanted_by_any(self, telling: Telling) -> bool:
        """True when at least one target takes one of its topics at its score."""
        return any(self._wanted(target, telling) for target in self.runtime.targets.values())

    def alert(self, telling: Telling) -> None:
        """Alert every target that does not know the story; over budget, a digest line instead."""
        routes = self.untold_targets(telling)
        if not routes:
            return
        told_before = bool(self._told(telling.story))
        topics = tuple(dict.fromkeys(m.profile_id for _, matches in routes for m in matches))
        kind = AlertKind.STORY_GREW if told_before else AlertKind.NEW_STORY
        alert = Alert(
            id=alert_id(telling.story.id, kind, *topics),
            story_id=telling.story.id,
            entry_id=telling.entry.id,
            kind=kind,
            topics=topics,
            score=max(m.score for m in telling.matches),
            created_at=self.now,
        )
        calm = [t for t in topics if self.by_topic.get(t, 0) < self.runtime.policy.flood_topic_count]
        alerted = False
        for target, matches in routes:
            self._mark_told(telling.story, target)
            if not calm:
                self._digest_line(telling, target, matches, "flood")
            elif self._spent(target):
                self._digest_line(telling, target, matches, "budget")
            else:
                content = alert_content(
                    telling,
                    matches,
                    self.runtime.profiles,
                    kind=kind,
                    alert_id=alert.id,
                    follows_story_id=telling.story.follows_story_id,
                )
                self._alert(target, content, alert_key(telling.story.id, target.id))
                alerted = True
        if alerted:
            self.alerts.append(alert)
            for topic in topics:
                self.by_topic[topic] = self.by_topic.get(topic, 0) + 1
        else:
            self.held[telling.entry.id] = "alert budget of this hour used up"

    def update(self, telling: Telling) -> None:
        """Let targets that knew the story see that it grew: an edit, a reply, or nothing.

        A message lists every outlet of its story, also one whose entry the target would not have been told of.
        """
        if not telling.known:
            return
        for target_id in self._told(telling.story):
            target = self.runtime.targets.get(target_id)
            if target is None or (telling.story.id, target_id) in self._fresh or target.updates == "ignore":
                continue
            matches = self._wanted(target, telling)
            if not (telling.new_outlet or telling.change or (telling.new_topic and matches)):
                continue
            if target.updates == "edit":
                tags = topic_tags(matches, self.runtime.profiles)
                self._edit(target, EditContent(story_id=telling.story.id, topics=tags, change=telling.change))
            elif matches:
                self._reply(telling, target, matches)

    def _reply(self, telling: Telling, target: Target, matches: tuple[Match, ...]) -> None:
        """Answer the story's message; over budget, a digest line."""
        if self._spent(target):
            self._digest_line(telling, target, matches, "budget", telling.entry.id)
            return
        content = alert_content(
            telling,
            matches,
            self.runtime.profiles,
            kind=AlertKind.STORY_GREW,
            alert_id=alert_id(telling.story.id, "reply", telling.entry.id),
            follows_story_id=telling.story.id,
        )
        key = f"{alert_key(telling.story.id, target.id)}:{telling.entry.id}"
        self._alert(target, content, key, silent=True)

    def retitle(self, entry: Entry, old_title: str, story: Story) -> None:
        """Let the message bear the headline its outlet gives it now, when that headline was told."""
        if story.headline != entry.title:
            return
        change = f"“{old_title}” → “{entry.title}”"
        for target_id in story.told_targets:
            target = self.runtime.targets.get(target_id)
            if target is not None and target.updates != "ignore":
                self._edit(target, EditContent(story_id=story.id, change=change))

    def _edit(self, target: Target, edit: EditContent) -> None:
        due_at = self.now + timedelta(seconds=self.runtime.policy.edit_delay_s)
        key = edit_key(edit.story_id, target.id)
        self._queue(target, DeliveryKind.EDIT, edit, key, due_at, edit.story_id, silent=True)

    def digest_flood(self, flooded: Sequence[Telling], feed_id: str) -> None:
        """One digest per target for the rest of a flood."""
        lines: dict[str, list[DigestLine]] = {}
        for telling in flooded:
            for target, matches in self.untold_targets(telling):
                lines.setdefault(target.id, []).append(digest_line(telling, matches, self.runtime.profiles))
                self._mark_told(telling.story, target)
            self.held[telling.entry.id] = "many alerts at once from one feed"
        for target_id, its_lines in lines.items():
            content = DigestContent(reason="flood", lines=tuple(its_lines), feed_id=feed_id)
            key = f"digest:flood:{feed_id}:{target_id}:{short_hash(*(str(x.story_id) for x in its_lines))}"
            target = self.runtime.targets[target_id]
            self._queue(target, DeliveryKind.DIGEST, content, key, self.now, None)

    def _alert(self, target: Target, content: AlertContent, key: str, *, silent: bool = False) -> None:
        self._queue(target, DeliveryKind.ALERT, content, key, self.now, content.story_id, silent=silent)
        self.by_target[target.id] = self.by_target.get(target.id, 0) + 1

    def _spent(self, target: Target) -> bool:
        return self.by_target.get(target.id, 0) >= target.max_alerts_per_hour

    def _digest_line(
        self, telling: Telling, target: Target, matches: tuple[Match, ...], reason: str, *parts: str
    ) -> None:
        """A line of its own row; rows of one target that are due together are sent as one message."""
        next_hour = (self.now + timedelta(hours=1)).replace(minute=0, second=0, microsecond=0)
        content = DigestContent(reason=reason, lines=(digest_line(telling, matches, self.runtime.profiles),))
        key = ":".join(("digest", telling.story.id, target.id, *parts))
        self._queue(target, DeliveryKind.DIGEST, content, key, next_hour, telling.story.id)

    def _wanted(self, target: Target, telling: Telling) -> tuple[Match, ...]:
        return wanted(target, telling.matches, self.runtime.profiles)

    def _told(self, story: Story) -> list[str]:
        return self.told.setdefault(story.id, list(story.told_targets))

    def _mark_told(self, story: Story, target: Target) -> None:
        self._told(story).append(target.id)
        self._fresh.add((story.id, target.id))

    def _queue(
        self,
        target: Target,
        kind: DeliveryKind,
        content: AlertContent | EditContent | DigestContent,
        dedupe_key: str,
        due_at: datetime,
        story_id: str | None,
        *,
        silent: bool = False,
    ) -> None:
        self.deliveries.append(
            Delivery(
                kind=kind,
                target_id=target.id,
                content=content,
                due_at=due_at,
                created_at=self.now,
                dedupe_key=dedupe_key,
                story_id=story_id,
                silent=silent or target.silent,
            )
        )
