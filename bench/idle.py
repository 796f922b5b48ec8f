"""What the watcher costs when little happens: cold start, idle CPU, memory after an hour's polls.

    python -m bench.idle [--feeds 50] [--seconds 120]

Three figures, each with its limit, on feeds served from this machine:
  start    from the command line to the first finished poll, on an empty state directory: <= 3 s (best of 3: other
           load on the machine adds, nothing takes away; the CPU time it took is printed beside it)
  idle     CPU of the main process and its workers with so many feeds polled every 10 minutes, in two windows: one
           between polls, and one with a poll a minute and feed, which tells what a poll costs: <= 1 % of a core
  memory   resident memory of the main process after as many polls as an hour has (6 a feed), run 50 times faster,
           with new entries in a tenth of them: <= 120 MiB
Exit 1 when a limit is missed.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.e2e.harness import Running, Site, wait_until
from watcher.demo.feedserver import FeedServer, Item

if TYPE_CHECKING:
    from watcher.demo.feedserver import ServedFeed

START_LIMIT_S, CPU_LIMIT_PERCENT, MEMORY_LIMIT_MIB = 3.0, 1.0, 120.0
TRIES = 3
POLLS_AN_HOUR = 6  # with the default interval of 10 minutes
HURRY_S = 12  # between two polls of a feed when an hour is run 50 times faster
TICKS = os.sysconf("SC_CLK_TCK")


def site(folder: Path, server: FeedServer, count: int, interval: str) -> tuple[Site, list[ServedFeed]]:
    """A configuration with so many feeds of 30 entries each."""
    found = Site(folder)
    feeds = []
    for n in range(count):
        feed = server.feed(f"outlet-{n}")
        feed.publish(*(entry(n, k) for k in range(30)))
        feeds.append(feed)
        found.add_feed(f"outlet-{n}", feed.url)
    found.write()
    path = found.config / "watcher.yaml"
    text = path.read_text(encoding="utf-8").replace(
        "interval: 1s\n  max_interval: 2s", f"interval: {interval}"
    )
    path.write_text(text, encoding="utf-8")
    return found, feeds


def entry(feed: int, number: int) -> Item:
    """Something off topic, like most entries."""
    title = f"Council {feed} debates budget item {number} for roads and schools"
    return Item(title=title, link=f"https://outlet{feed}.example/{number}", published_at=datetime.now(UTC))


def cpu_s(pid: int) -> float:
    """CPU a process has used so far, its ended children included."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(") ")[2].split()
    return sum(map(int, fields[11:15])) / TICKS


def family(pid: int) -> list[int]:
    """A process and its children."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return [pid, *map(int, children)]


def resident_mib(pid: int) -> float:
    """Resident memory of a process."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def polls(run: Running) -> int:
    """Polls so far."""
    return len(run.events("poll"))


def start(folder: Path, server: FeedServer, count: int) -> bool:
    """Time the cold start."""
    spent = []
    for attempt in range(TRIES):
        place, _ = site(folder / str(attempt), server, count, "10m")
        began = time.monotonic()
        with place.running(telegram=False) as run:
            wait_until(lambda run=run: polls(run), "the first poll ended", 60)
            spent.append((time.monotonic() - began, sum(map(cpu_s, family(run.process.pid)))))
    wall_s, used_s = min(spent)
    print(
        f"start: first poll {wall_s:.2f} s after the command (limit {START_LIMIT_S:g}; {used_s:.2f} s of CPU; tries "
        f"{', '.join(f'{s:.2f}' for s, _ in spent)}; load {os.getloadavg()[0]:.1f})"
    )
    return wall_s <= START_LIMIT_S


def window(place: Site, count: int, seconds: float) -> tuple[float, int]:
    """CPU seconds used and polls ended in a window that begins after the first pass."""
    with place.running(telegram=False) as run:
        wait_until(lambda: polls(run) >= count, "every feed was polled", 120)
        time.sleep(5)  # the message of the first run, the last commits
        before, polled = {pid: cpu_s(pid) for pid in family(run.process.pid)}, polls(run)
        time.sleep(seconds)
        used_s = sum(cpu_s(pid) - before.get(pid, 0.0) for pid in family(run.process.pid))
        return used_s, polls(run) - polled


def idle(folder: Path, server: FeedServer, count: int, seconds: float) -> bool:
    """Measure CPU between polls, and what a poll adds; tell what both come to every 10 minutes."""
    quiet_s, few = window(site(folder / "quiet", server, count, "10m")[0], count, seconds)
    busy_s, many = window(site(folder / "busy", server, count, "1m")[0], count, seconds)
    poll_s = max(busy_s - quiet_s, 0.0) / max(many - few, 1)
    percent = 100 * (quiet_s / seconds + poll_s * count * POLLS_AN_HOUR / 3600)
    print(
        f"idle: {percent:.2f} % of a core with {count} feeds every 10 minutes (limit {CPU_LIMIT_PERCENT:g} %): "
        f"{100 * quiet_s / seconds:.2f} % between polls ({few} in {seconds:g} s), {1000 * poll_s:.1f} ms a poll "
        f"({many} in {seconds:g} s)"
    )
    return percent <= CPU_LIMIT_PERCENT


def memory(folder: Path, server: FeedServer, count: int) -> bool:
    """Run an hour's polls quickly and look at the memory."""
    place, feeds = site(folder / "memory", server, count, f"{HURRY_S}s")
    with place.running(telegram=False) as run:
        wait_until(lambda: polls(run) >= count, "every feed was polled", 120)
        first_mib = resident_mib(run.process.pid)
        number = 100
        while (done := polls(run)) < count * (POLLS_AN_HOUR + 1):
            feeds[number % count].publish(entry(number % count, number))
            number += 1
            time.sleep(HURRY_S / count * 10)
        last_mib = resident_mib(run.process.pid)
    print(
        f"memory: {last_mib:.0f} MiB after {done} polls of {count} feeds, {first_mib:.0f} MiB after the first pass "
        f"(limit {MEMORY_LIMIT_MIB:g} MiB, main process)"
    )
    return last_mib <= MEMORY_LIMIT_MIB


def main() -> int:
    """Measure all three."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--feeds", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=120.0, help="window of the idle figure")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, FeedServer() as server:
        folder = Path(name)
        fine = [
            start(folder, server, options.feeds),
            idle(folder, server, options.feeds, options.seconds),
            memory(folder, server, options.feeds),
        ]
    return 0 if all(fine) else 1


if __name__ == "__main__":
    sys.exit(main())
