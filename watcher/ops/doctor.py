"""Looks for trouble and says what to do about it. Pure but for the checks of files and disk.

Each check takes facts and returns findings; the command gathers the facts.
"""

from __future__ import annotations

import os
import shutil
import stat
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from watcher.core.model import DeliveryState

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from watcher.core.model import Delivery, FeedState, TargetState

DEAD_FEED_AFTER = timedelta(days=1)
STUCK_AFTER = timedelta(minutes=5)
CLOCK_TOLERANCE = timedelta(minutes=2)
LOW_SPACE_BYTES = 200 * 1024 * 1024  # a poll needs kilobytes; a backup or a migration a copy of the file


class Severity(StrEnum):
    """How bad it is."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at."""

    severity: Severity
    subject: str
    text: str
    advice: str = ""


def fine(subject: str, text: str) -> Finding:
    """Looked at and found in order."""
    return Finding(severity=Severity.OK, subject=subject, text=text)


def warning(subject: str, text: str, advice: str) -> Finding:
    """Works, but should be seen to."""
    return Finding(severity=Severity.WARNING, subject=subject, text=text, advice=advice)


def error(subject: str, text: str, advice: str) -> Finding:
    """Does not work."""
    return Finding(severity=Severity.ERROR, subject=subject, text=text, advice=advice)


def check_feeds(states: Sequence[FeedState], now: datetime) -> list[Finding]:
    """Feeds that are gone, failing for a day, or never answered."""
    found = []
    for state in states:
        if state.gone:
            found.append(
                warning(
                    f"feed {state.feed_id}",
                    "its server says it is gone for good; it is polled no more",
                    "take it out of feeds.yaml, or give it its new address",
                )
            )
        elif state.failing_since is not None and now - state.failing_since >= DEAD_FEED_AFTER:
            days = (now - state.failing_since).total_seconds() / 86400
            found.append(
                warning(
                    f"feed {state.feed_id}",
                    f"failing for {days:.1f} days, {state.failure_count} polls in a row: {state.last_error}",
                    "`watcher check --feeds` tries it now; correct its address or take it out",
                )
            )
    failing = sum(state.failure_count > 0 for state in states)
    if states and failing == len(states):
        found.append(
            error(
                "feeds",
                f"all {failing} feeds are failing",
                "this looks like the network: check the connection, DNS and the proxy of this machine",
            )
        )
    return found or [fine("feeds", f"{len(states)} watched, {failing} failing at the moment, none for long")]


def check_outbox(
    rows: Sequence[Delivery],
    targets: Mapping[str, TargetState],
    overdue_since: datetime | None,
    now: datetime,
) -> list[Finding]:
    """Deliveries that were given up, wait for a person, or should have been attempted.

    Args:
        rows: those that are not delivered.
        targets: what is known of them.
        overdue_since: since when a due row waits without any attempt; None = none does.
        now: aware UTC.
    """
    found = [
        error(
            f"target {target.target_id}",
            f"unreachable since {target.unreachable_since:%Y-%m-%d %H:%M} UTC: {target.unreachable_reason}",
            "let the bot back into the chat (or unblock it); what waits is then sent",
        )
        for target in targets.values()
        if target.unreachable_since is not None
    ]
    if overdue_since is not None and now - overdue_since > STUCK_AFTER:
        minutes = (now - overdue_since).total_seconds() / 60
        found.append(
            error(
                "outbox",
                f"a delivery has been due for {minutes:.0f} min and nothing was attempted",
                "is `watcher run` running? `watcher health` tells",
            )
        )
    held = [row for row in rows if row.state is DeliveryState.AMBIGUOUS and row.due_at.year == 9999]
    if held:
        found.append(
            warning(
                "outbox",
                f"{len(held)} deliveries may or may not have arrived and are held: {_ids(held)}",
                "look into the chat, then `watcher outbox retry ID` or `watcher outbox drop ID`",
            )
        )
    for state in (DeliveryState.DEAD, DeliveryState.EXPIRED):
        given_up = [row for row in rows if row.state is state and row.reason != "dropped by user"]
        if given_up:
            found.append(
                warning(
                    "outbox",
                    f"{len(given_up)} deliveries are {state.value}: {_ids(given_up)};"
                    f" the last one: {given_up[0].reason}",
                    "`watcher outbox` shows them; `watcher outbox retry ID` sends one again",
                )
            )
    return found or [fine("outbox", f"{len(rows)} rows waiting, none stuck, none given up")]


def _ids(rows: Sequence[Delivery]) -> str:
    return ", ".join(str(row.id) for row in rows[:5]) + (" …" if len(rows) > 5 else "")


def check_clock(latest_at: datetime | None, now: datetime) -> Finding:
    """A database that was written in the future means that a clock was wrong then or is wrong now."""
    if now.year < 2026:
        return error("clock", f"it is said to be {now:%Y-%m-%d}", "set this machine's clock (NTP)")
    if latest_at is not None and latest_at - now > CLOCK_TOLERANCE:
        return error(
            "clock",
            f"the database was last written at {latest_at:%Y-%m-%d %H:%M} UTC, but it is {now:%Y-%m-%d %H:%M} UTC",
            "set this machine's clock (NTP); polls due in that future happen by themselves",
        )
    return fine("clock", f"{now:%Y-%m-%d %H:%M:%S} UTC")


def check_state_directory(directory: Path, database: Path) -> list[Finding]:
    """May we write there, is there room, who else may read it."""
    if not directory.is_dir():
        return [
            warning(
                "state directory",
                f"{directory} does not exist yet",
                "`watcher run` makes it; or name it with --state",
            )
        ]
    found = []
    unwritable = [path for path in (directory, database) if path.exists() and not os.access(path, os.W_OK)]
    if unwritable:
        found.append(
            error(
                "permissions",
                f"{', '.join(map(str, unwritable))}: not writable for user {os.geteuid()}",
                f"give it to the user that runs the watcher: chown -R USER {directory}",
            )
        )
    if directory.stat().st_mode & stat.S_IWOTH:
        found.append(
            warning(
                "permissions",
                f"{directory}: everybody may write there",
                f"chmod o-w {directory}: who can write there can send messages through the watcher",
            )
        )
    free = shutil.disk_usage(directory).free
    needed = max(LOW_SPACE_BYTES, 2 * (database.stat().st_size if database.exists() else 0))
    if free < needed:
        found.append(
            warning(
                "disk",
                f"{free // 2**20} MiB free where {directory} lies",
                f"make room: {needed // 2**20} MiB let a backup and a migration pass",
            )
        )
    return found or [fine("state directory", f"{directory}: writable, {free // 2**20} MiB free")]
