"""Rehearse what a machine can do to a real `watcher run`: a full disk, a locked database, a clock that moves.

Each part publishes numbered items while the fault lasts and returns the tally of what became of them.
`bench/crash.py` runs the long forms, `test_faults.py` the short ones.
"""

from __future__ import annotations

import errno
import os
import sqlite3
import subprocess
import time
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from tests.e2e.crash import FEED_COUNT, PATIENCE_S, Rehearsal, Tally
from tests.e2e.harness import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tests.e2e.harness import Running

DISK_MIB = 16
RECOVERS_WITHIN_S = 90.0  # after the end of a fault: the longest pause, a poll, a delivery
EXIT_WITHIN_S = 20.0  # X2
EARLIEST = 0.9  # of the interval: polls are spread by chance
FAKETIME = ("/usr/lib/*/faketime/libfaketimeMT.so.1", "/usr/lib*/faketime/libfaketimeMT.so.1")
YEAR, HOUR = timedelta(days=365), timedelta(hours=1)
JUMPS = (
    ("a year forward", YEAR),
    ("back to the truth", timedelta()),
    ("a year back", -YEAR),
    ("an hour forward", -YEAR + HOUR),
    ("an hour back", -YEAR),
    ("forward to the truth", timedelta()),
)


@contextmanager
def small_disk(place: Path) -> Iterator[Path | None]:
    """A file system of its own at `place`; None where mounting one is not permitted."""
    place.mkdir(parents=True, exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MIB}m", "tmpfs", str(place)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:
        yield None
        return
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", place], check=True)


def faketime_library() -> Path | None:
    """Debian's libfaketime, where it is installed."""
    return next((path for pattern in FAKETIME for path in Path("/").glob(pattern[1:])), None)


@contextmanager
def scene(rehearsal: Rehearsal) -> Iterator[tuple[Running, Tally]]:
    """A watcher that has told of its first run; afterwards everything has to be told within minutes."""
    began, tally = time.monotonic(), Tally()
    with rehearsal.site.running() as run:
        rehearsal.wait_polled(run, 1)
        wait_until(lambda: rehearsal.api.sent, "the first run was told of", PATIENCE_S)
        yield run, tally
        tally.promise(run.process.poll() is None, f"it ended by itself: {run.err[-500:]}")
        _wait_for(lambda: not rehearsal.untold() and not rehearsal.waiting())
        well = _wait_for(lambda: rehearsal.site.ask("health").returncode == 0)
        tally.promise(well, "health stayed red")
        tally.bad_exits += run.terminate() != 0
    rehearsal.count(tally)
    tally.seconds = time.monotonic() - began


def full_disk(rehearsal: Rehearsal, full_s: float, items: int = 10) -> Tally:
    """L2: the state's disk is filled to the last byte while items are published, then there is room again."""
    ballast = rehearsal.site.state / "ballast"
    with scene(rehearsal) as (run, tally):
        rehearsal.publish()
        wait_until(lambda: not rehearsal.untold(), "the first item was told", PATIENCE_S)
        for _ in range(items):
            fill(ballast)
            rehearsal.publish()
            time.sleep(full_s / 2 / items)  # the fault itself: it has to last
        asked, sent = rehearsal.asked(), len(rehearsal.api.sent)
        fill(ballast)
        time.sleep(full_s / 2)
        pauses = 1 + full_s / 2 / 5.0  # one feed is asked each time a pause is over, and pauses grow
        tally.promise(rehearsal.asked() - asked <= pauses + FEED_COUNT, "polling did not pause")
        tally.promise(len(rehearsal.api.sent) - sent <= 1, "it sent what could not be marked as being sent")
        tally.promise(bool(run.events("store_unavailable")), "the disk was never full")
        tally.promise(rehearsal.site.ask("outbox").returncode == 0, "commands that look did not work")
        ballast.unlink()
    return tally


def full_while_sending(rehearsal: Rehearsal, full_s: float) -> Tally:
    """L2: the disk fills up while a message is on its way; the answer can only be written when there is room."""
    ballast = rehearsal.site.state / "ballast"
    with scene(rehearsal) as (run, tally):
        rehearsal.api.latency_s = 1.0
        rehearsal.publish()
        wait_until(rehearsal.sending, "a message is on its way", PATIENCE_S)
        fill(ballast)
        wait_until(lambda: not rehearsal.untold(), "the service took it", PATIENCE_S)
        rehearsal.publish()
        time.sleep(full_s)  # the fault itself: it has to last
        tally.promise(rehearsal.sending(), "the answer could be written")
        tally.promise(bool(run.events("store_unavailable")), "the disk was never full")
        ballast.unlink()
    return tally


def locked(rehearsal: Rehearsal, locked_s: float, items: int = 10) -> Tally:
    """L3: another process holds the database's lock while items are published."""
    with scene(rehearsal) as (_, tally), lock(rehearsal):
        for _ in range(items):
            rehearsal.publish()
            time.sleep(locked_s / items)  # the fault itself: it has to last
    return tally


def locked_at_the_end(rehearsal: Rehearsal, locked_s: float | None) -> Tally:
    """X2: SIGTERM while another process holds the lock and a message is on its way; then a second run.

    Args:
        locked_s: how long the lock is held; None = until the watcher has ended.
    """
    began, tally = time.monotonic(), Tally(ends=1)
    with rehearsal.site.running() as run:
        rehearsal.wait_polled(run, 1)
        wait_until(lambda: rehearsal.api.sent, "the first run was told of", PATIENCE_S)
        rehearsal.api.latency_s = 0.5
        rehearsal.publish()
        wait_until(rehearsal.sending, "a message is on its way", PATIENCE_S)
        with lock(rehearsal):
            rehearsal.publish()
            asked_at = time.monotonic()
            run.process.terminate()
            try:
                run.process.wait(locked_s or 60.0)
            except subprocess.TimeoutExpired:
                tally.promise(locked_s is not None, "it did not end within a minute")
        tally.bad_exits += run.process.wait(60) != 0
        took_s = time.monotonic() - asked_at
        tally.note = f"it ended after {took_s:.1f} s"
        tally.promise(took_s <= EXIT_WITHIN_S, f"it took {took_s:.0f} s to end")
    with scene(rehearsal) as (_, rest):
        pass
    tally.broken += rest.broken
    tally.bad_exits += rest.bad_exits
    tally.ambiguous = 1  # its answer came when it could not be written
    rehearsal.count(tally)
    tally.seconds = time.monotonic() - began
    return tally


def moved_clock(rehearsal: Rehearsal, stay_s: float, jumps: Sequence[tuple[str, timedelta]] = JUMPS) -> Tally:
    """X1: the machine's clock jumps under the running watcher, and once while it is down; needs libfaketime."""
    move_clock(rehearsal, timedelta())
    rehearsal.site.surroundings |= {
        "LD_PRELOAD": str(faketime_library()),
        "FAKETIME_TIMESTAMP_FILE": str(rehearsal.site.config.parent / "clock"),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    extra = 0
    with scene(rehearsal) as (_, tally):
        rehearsal.api.latency_s = 0.5
        for name, ahead in jumps:
            rehearsal.publish()
            wait_until(
                lambda: rehearsal.queued() == rehearsal.published,
                "an alert is on its way at the jump",
                PATIENCE_S,
            )
            move_clock(rehearsal, ahead)
            extra = max(extra, _polls_beyond(rehearsal, stay_s, tally, name))
            rehearsal.publish()
            told = _wait_for(lambda: not rehearsal.untold())
            tally.promise(told, f"{name}: nothing is delivered any more")
    move_clock(rehearsal, -YEAR)
    with scene(rehearsal) as (_, rest):
        rehearsal.publish()
    tally.broken += rest.broken
    tally.bad_exits += rest.bad_exits
    tally.note = f"at most {max(extra, 0)} extra polls of a feed after a jump"
    tally.promise(extra <= 1, f"{extra} extra polls of a feed after a jump")
    rehearsal.count(tally)
    tally.seconds += rest.seconds
    return tally


def move_clock(rehearsal: Rehearsal, ahead: timedelta) -> None:
    """Set the watcher's clock so far ahead of the truth, or behind it."""
    path = rehearsal.site.config.parent / "clock"
    fresh = path.with_suffix(".new")
    fresh.write_text(f"{ahead.total_seconds():+.0f}\n")
    fresh.replace(path)
    rehearsal.ahead = ahead


def _wait_for(condition: Callable[[], bool]) -> bool:
    """Whether it comes true in time."""
    deadline = time.monotonic() + RECOVERS_WITHIN_S
    while not (true := condition()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return true


def _polls_beyond(rehearsal: Rehearsal, stay_s: float, tally: Tally, jump: str) -> int:
    """How many polls of one feed came on top of its interval's, while the clock stays as it is."""
    before = [len(feed.requests) for feed in rehearsal.feeds]
    time.sleep(stay_s)  # what happens of itself in that time
    counts = [len(feed.requests) - known for feed, known in zip(rehearsal.feeds, before, strict=True)]
    tally.promise(min(counts) >= 1, f"{jump}: a feed was not polled any more")
    return max(counts) - int(stay_s / (rehearsal.interval_s * EARLIEST) + 1)


@contextmanager
def lock(rehearsal: Rehearsal) -> Iterator[None]:
    """Hold the database's lock from another process than the watcher's."""
    database = rehearsal.site.state / "watcher.db"
    with closing(sqlite3.connect(database, timeout=PATIENCE_S, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.execute("ROLLBACK")


def fill(ballast: Path) -> None:
    """Take every byte that is left."""
    with ballast.open("ab", buffering=0) as file:
        for size in (1 << 20, 4096, 1):
            try:
                while file.write(b"x" * size):
                    continue
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise
