"""Many feeds: how long a tick takes, what memory is used, how soon it starts, whether anything grows.

    python -m bench.poll_scale [--feeds 10000] [--polls 20000] [--part ticks|run|growth]

Each part runs in a process of its own, so that its memory is its own:
  ticks   a store of 10,000 feeds, none due and some due: milliseconds per look (must be <= 20)
  run     `watcher run` on 10,000 configured feeds that are not due: seconds to its first tick (must be <= 3)
          and memory (must be <= 200 MiB); the same with 500 feeds (must be <= 120 MiB)
  growth  20,000 polls of 500 feeds, answered with 304 by nginx: memory and open files must stay flat
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.poll_rig import made_up_document, memory_mib, nginx, open_files, rig
from tests.e2e.harness import Site
from watcher.core.model import FeedState, PollOutcome, PollPlan
from watcher.store.sqlite import SqliteStore

ROOT = Path(__file__).resolve().parent.parent
PARTS = ("ticks", "run", "growth")
LIMITS = {"tick_ms": 20.0, "start_s": 3.0, "memory_10000_mib": 200.0, "memory_500_mib": 120.0}
GROWTH_MIB = 8.0  # between the first and the last quarter of 20,000 polls


async def fill(database: Path, urls: dict[str, str], due_at: datetime) -> SqliteStore:
    """A store that knows these feeds, polled a moment ago and due at the given time."""
    store = await SqliteStore.open(database)
    now = datetime.now(UTC)
    await store.sync_feeds(urls, now)
    plans = [
        PollPlan(
            feed_id=name,
            outcome=PollOutcome.UNCHANGED,
            now=now,
            state=FeedState(
                feed_id=name,
                url=url,
                etag=b'"%d"' % number,
                last_poll_at=now,
                last_success_at=now,
                next_poll_at=due_at + timedelta(seconds=number / 10),
                next_poll_reason="every 10 min as configured",
            ),
        )
        for number, (name, url) in enumerate(urls.items())
    ]
    for begin in range(0, len(plans), 500):
        await store.commit_polls(plans[begin : begin + 500])
    return store


async def ticks(count: int, folder: Path) -> bool:
    """Time the look at what is due."""
    urls = {f"feed-{n}": f"https://outlet{n}.example/feed.xml" for n in range(count)}
    due_at = datetime.now(UTC) + timedelta(hours=1)
    store = await fill(folder / "watcher.db", urls, due_at)
    worst = 0.0
    for what, now, limit in (
        ("none due", due_at - timedelta(minutes=1), 64),
        ("64 of many due", due_at + timedelta(days=1), 64),
    ):
        spent = []
        for _ in range(200):
            began = time.perf_counter()
            found = await store.due_feeds(now, limit)
            spent.append((time.perf_counter() - began) * 1000)
        quantile = statistics.quantiles(spent, n=20)[-1]
        worst = max(worst, quantile)
        print(
            f"tick with {count} feeds, {what}: median {statistics.median(spent):.2f} ms, p95 {quantile:.2f} ms ({len(found)} found)"
        )
    await store.aclose()
    return worst <= LIMITS["tick_ms"]


def resident_mib(pid: int) -> float:
    """Resident memory of a process."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024 / 1024


def cpu_s(pid: int) -> float:
    """Seconds of CPU a process has used: what a busy machine cannot falsify."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def run(count: int, folder: Path) -> tuple[float, float, float]:
    """Start `watcher run`, wait for its first tick; return seconds, seconds of CPU and MiB."""
    site = Site(folder)
    for n in range(count):
        site.add_feed(f"feed-{n}", f"https://outlet{n}.example/feed.xml", outlet=f"Outlet{n}")
    site.write()
    configuration = site.config / "watcher.yaml"
    configuration.write_text("{}\n")
    site.state.mkdir()
    urls = {name: url for name, (url, _, _) in site.feeds.items()}

    async def prepare() -> None:
        await (await fill(site.state / "watcher.db", urls, datetime.now(UTC) + timedelta(hours=1))).aclose()

    asyncio.run(prepare())
    began = time.monotonic()
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            site.command("run", "--log-format", "json"),
            stdout=log, stderr=log, env=site.environment(telegram=False),
        )  # fmt: skip
        try:
            while not started(folder / "log"):
                if process.poll() is not None or time.monotonic() - began > 120:
                    sys.exit(f"watcher run did not start: {(folder / 'log').read_text()[-800:]}")
                time.sleep(0.02)
            took, cpu = time.monotonic() - began, cpu_s(process.pid)
            time.sleep(3.0)
            return took, cpu, resident_mib(process.pid)
        finally:
            process.terminate()
            process.wait(30)


def started(log: Path) -> bool:
    """Whether the log tells of the start."""
    for line in log.read_text().splitlines():
        try:
            if json.loads(line).get("event") == "start":
                return True
        except ValueError:
            continue
    return False


async def growth(polls: int, folder: Path) -> bool:
    """Poll the same feeds over and over; memory and files must not grow."""
    feeds = 500
    with nginx(folder, {f"{n}.xml": made_up_document(n, entries=5) for n in range(feeds)}) as base:
        async with rig(folder, {f"feed-{n}": f"{base}/{n}.xml" for n in range(feeds)}) as made:
            await made.poll_all()
            samples: list[tuple[int, float, int]] = []
            began = time.perf_counter()
            for number in range(polls // feeds):
                await made.poll_all()
                samples.append(((number + 1) * feeds, memory_mib(), open_files()))
            lasted = time.perf_counter() - began
    for done, mib, files in samples[:: max(1, len(samples) // 5)]:
        print(f"after {done} polls: {mib:.1f} MiB, {files} open files")
    quarter = max(1, len(samples) // 4)
    rise = statistics.mean(s[1] for s in samples[-quarter:]) - statistics.mean(
        s[1] for s in samples[:quarter]
    )
    files = max(s[2] for s in samples[-quarter:]) - max(s[2] for s in samples[:quarter])
    print(
        f"{polls} polls in {lasted:.0f} s ({polls / lasted:.0f}/s): memory {rise:+.1f} MiB, files {files:+d}; {dict(made.observer.outcomes)}"
    )
    return rise <= GROWTH_MIB and files <= 0


def part(name: str, feeds: int, polls: int) -> bool:
    """Run one part in this process; True when it holds."""
    with tempfile.TemporaryDirectory() as directory:
        folder = Path(directory)
        if name == "ticks":
            return asyncio.run(ticks(feeds, folder))
        if name == "growth":
            return asyncio.run(growth(polls, folder))
        took, cpu, mib = run(feeds, folder / "many")
        print(
            f"`watcher run` with {feeds} feeds: start {took:.1f} s (<= {LIMITS['start_s']:g}; {cpu:.1f} s of CPU), {mib:.0f} MiB (<= {LIMITS['memory_10000_mib']:g})"
        )
        few_took, few_cpu, few_mib = run(500, folder / "few")
        print(
            f"`watcher run` with 500 feeds: start {few_took:.1f} s ({few_cpu:.1f} s of CPU), {few_mib:.0f} MiB (<= {LIMITS['memory_500_mib']:g})"
        )
        return (
            took <= LIMITS["start_s"]
            and mib <= LIMITS["memory_10000_mib"]
            and few_mib <= LIMITS["memory_500_mib"]
        )


def main() -> None:
    """Run from the command line."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--feeds", type=int, default=10_000)
    options.add_argument("--polls", type=int, default=20_000)
    options.add_argument("--part", choices=PARTS)
    asked = options.parse_args()
    if asked.part:
        sys.exit(0 if part(asked.part, asked.feeds, asked.polls) else 1)
    held = True
    for name in PARTS:
        command = [
            sys.executable,
            "-m",
            "bench.poll_scale",
            "--part",
            name,
            "--feeds",
            str(asked.feeds),
            "--polls",
            str(asked.polls),
        ]
        held = subprocess.run(command, cwd=ROOT, check=False).returncode == 0 and held
    sys.exit(0 if held else 1)


if __name__ == "__main__":
    main()
