"""What is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from watcher.core.model import (
        Conclusion,
        Counts,
        Delivery,
        DeliveryState,
        FeedState,
        KeptPages,
        Mute,
        PollPlan,
        Story,
        Taking,
        TargetState,
    )


class Store(Protocol):
    """The writing store of the one running process.

    Every method raises StoreUnavailable when the disk is full or the file is locked for longer than
    the busy time-out (nothing was committed), and StoreUnusable when the file is corrupt.

    The clock may be set back: a feed last polled more than a minute in the future is due, a row queued or
    attempted there is due, and a pause of more than 25 hours is over (due_feeds and claim see to it).
    """

    # --- feeds and polls -------------------------------------------------------------------------

    async def sync_feeds(self, feeds: Mapping[str, str], now: datetime) -> None:
        """Make the store know exactly these feeds (id -> URL): new ones are due at once, a changed URL
        forgets validators, redirects and failures, states of others stay but are due no more."""
        ...

    async def due_feeds(self, now: datetime, limit: int) -> list[FeedState]:
        """Configured feeds that are due, longest due first; never-polled ones (next_poll_at None) first.
        Gone feeds are never due."""
        ...

    async def next_due_feed_at(self) -> datetime | None:
        """When the next feed falls due (some time long past for one that is due at once); None when none
        will."""
        ...

    async def feed_states(self) -> list[FeedState]:
        """All states of configured feeds."""
        ...

    async def seen(self, feed_id: str, keys: Sequence[bytes]) -> dict[bytes, datetime]:
        """Which of these 8-byte identity keys the feed has shown before -> when `shown` of a plan
        last held them (to the hour)."""
        ...

    async def commit_polls(self, plans: Sequence[PollPlan]) -> None:
        """Commit everything these polls change, in ONE transaction: states, seen keys, entries, matches,
        stories, alerts and deliveries. A delivery whose dedupe_key exists is left as it is, except an
        edit: its content is joined (`joined_edits`), its revision raised, and it is pending again unless it is being
        sent. Committing the same plan again changes nothing else."""
        ...

    async def counts(self, since: datetime, until: datetime) -> Counts:
        """Alerts of that time by topic; alert deliveries queued in it by target. What lies later was done before
        the clock was set back."""
        ...

    # --- stories ----------------------------------------------------------------------------------

    async def open_stories(self, since: datetime) -> list[Story]:
        """Stories with an entry since then that are not closed, with all their entries, oldest first."""
        ...

    async def story(self, story_id: str) -> Story | None:
        """One story with its entries."""
        ...

    # --- outbox -----------------------------------------------------------------------------------

    async def enqueue(self, deliveries: Sequence[Delivery]) -> None:
        """Queue deliveries outside a poll (digests, notices), with the dedupe rule of commit_polls."""
        ...

    async def recover(self, now: datetime) -> int:
        """At start: every row found in sending becomes ambiguous, at its old place in line. Returns how many."""
        ...

    async def claim(
        self,
        now: datetime,
        *,
        busy_targets: Sequence[str],
        limit: int,
        probe_targets: Sequence[str] = (),
    ) -> list[Delivery]:
        """Mark due rows as sending and return them: at most one per target, the oldest of it
        (due_at, id), pending or ambiguous; none of busy, paused (paused_until > now) or unreachable
        targets, except the unreachable ones named in `probe_targets` (their daily try, which also
        ignores paused_until). attempt_count is raised and started_at = now, both committed before
        this returns. A row recovered from sending has possible_repeat set."""
        ...

    async def conclude(self, conclusion: Conclusion) -> None:
        """Commit everything an attempt changes, in ONE transaction: rows acknowledged and settled, target
        states, deliveries queued (with the dedupe rule of commit_polls). AMBIGUOUS sets possible_repeat for
        good; attempt_count stays."""
        ...

    async def delivery(self, dedupe_key: str) -> Delivery | None:
        """One row by its key."""
        ...

    async def deliveries(
        self,
        *,
        states: Sequence[DeliveryState] | None = None,
        target_id: str | None = None,
        limit: int = 1000,
    ) -> list[Delivery]:
        """Rows of the outbox, oldest first."""
        ...

    async def expire(
        self,
        before: datetime,
        now: datetime,
        tell: Callable[[Sequence[tuple[Delivery, Story | None]]], Sequence[Delivery]],
    ) -> None:
        """Alerts pending (never attempted ambiguously) whose due_at lies before `before`, on reachable
        targets, become EXPIRED, the edits of such alerts with them. `tell` (pure) makes of the alerts and
        their stories the digests that name them: queued in the same transaction, so that none expires untold."""
        ...

    async def next_due_delivery_at(self) -> datetime | None:
        """When the earliest pending or ambiguous row of a reachable target falls due, pauses included."""
        ...

    async def requeue(self, delivery_id: int, now: datetime) -> bool:
        """A user's retry: a dead, expired or held-ambiguous row is pending again. False when it is not
        in such a state."""
        ...

    async def drop(self, delivery_id: int, now: datetime) -> bool:
        """A user's drop: a row not yet delivered (and not being sent) becomes DEAD with reason
        "dropped by user"."""
        ...

    async def target_states(self) -> dict[str, TargetState]:
        """What is known of each target."""
        ...

    async def save_target_state(self, state: TargetState) -> None:
        """Keep it (insert or replace)."""
        ...

    # --- what people do in a chat -----------------------------------------------------------------

    async def takings(self, story_ids: Sequence[str]) -> list[Taking]:
        """Who works on these stories, by target; those given back are among them."""
        ...

    async def take(self, takings: Sequence[Taking], deliveries: Sequence[Delivery]) -> None:
        """Keep these (story and target are the key) and queue what shows them, in ONE transaction, with
        the dedupe rule of commit_polls."""
        ...

    async def keep_pages(self, pages: KeptPages, *, forget_before: datetime) -> None:
        """Keep an answer's pages (chat and message are the key) and forget answers kept before then."""
        ...

    async def kept_pages(self, chat_id: str, message_id: str) -> KeptPages | None:
        """The pages of one answer; None when they were forgotten."""
        ...

    # --- mutes, housekeeping ----------------------------------------------------------------------

    async def mutes(self, now: datetime) -> list[Mute]:
        """Mutes in force."""
        ...

    async def mute(self, mute: Mute) -> None:
        """Add or prolong a mute (kind and value are its key)."""
        ...

    async def unmute(self, kind: str, value: str) -> bool:
        """End a mute; False when there was none."""
        ...

    async def get_value(self, key: str) -> str | None:
        """A small fact about the watcher itself ("first_run_told")."""
        ...

    async def set_value(self, key: str, value: str) -> None:
        """Keep such a fact."""
        ...

    async def prune(self, *, entries_before: datetime, seen_before: datetime, limit: int) -> int:
        """Forget one batch of old rows: entries (never one whose story is open or whose delivery is not
        final), final deliveries, who took stories that are gone, and seen keys last shown before `seen_before` - but never a key shown
        within 24 hours of the newest showing of its feed: that document may still be up (a feed that
        answers 304 for months). Returns rows removed; 0 = nothing left."""
        ...

    async def backup(self, path: Path) -> None:
        """Write a consistent copy (VACUUM INTO)."""
        ...

    def hurry(self, within_s: float) -> None:
        """The process is to end: from now on no call waits for another process's lock beyond so many seconds
        from now, but raises StoreUnavailable; calls that wait already included."""
        ...

    async def aclose(self) -> None:
        """Checkpoint and close. Idempotent."""
        ...
