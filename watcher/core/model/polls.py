"""What one poll came to and everything it changes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from watcher.core.model.alerts import Alert, Delivery
    from watcher.core.model.entries import Entry, JudgedEntry
    from watcher.core.model.feeds import FeedState
    from watcher.core.model.stories import StoryChange


class PollOutcome(StrEnum):
    """How a poll ended."""

    NEW = "new"  # unseen entries
    UNCHANGED = "unchanged"  # 304, the same bytes, or nothing unseen
    FAILED = "failed"  # could not be fetched
    UNREADABLE = "unreadable"  # fetched, but no feed
    GONE = "gone"  # 410, polled no more


@dataclass(frozen=True, slots=True, kw_only=True)
class PollPlan:
    """Everything one poll changes; committed in one transaction or not at all."""

    feed_id: str
    outcome: PollOutcome
    now: datetime
    state: FeedState
    entries: tuple[JudgedEntry, ...] = ()
    shown: Mapping[bytes, int] | None = None
    """Identity keys the document shows now -> kind (see core.deciding.identity); the store inserts the
    unseen and refreshes the time of the others. None = the document was not read (304, failure)."""
    partial: bool = False  # the document held only what changed: keys it lacks may still be shown
    retitled: tuple[Entry, ...] = ()  # known entries under a new headline
    stories: tuple[StoryChange, ...] = ()
    alerts: tuple[Alert, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    skipped_count: int = 0

    @property
    def touches_only_state(self) -> bool:
        """True when nothing but the feed's own row changes: such plans are committed in groups."""
        return not (
            self.entries or self.retitled or self.stories or self.alerts or self.deliveries or self.shown
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What was alerted lately, for the flood guard and the volume budgets."""

    alerts_by_topic: Mapping[str, int]  # distinct stories alerted, by profile id
    alerts_by_target: Mapping[str, int]  # alert deliveries queued, by target id
