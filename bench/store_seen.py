"""How large a million seen entries are, and what a poll's SQL costs beside them (L6).

    python -m bench.store_seen [--entries 1000000] [--feeds 500] [--database FILE]

Fills a database with three identity keys an entry, spread over the feeds, then measures polls of 50
entries (150 keys): unchanged, shown again in a later hour, and all new; the lookup of the keys is counted in.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import os
import resource
import statistics
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from watcher.core.model import (
    Entry,
    Evidence,
    Fate,
    FeedState,
    JudgedEntry,
    Match,
    Mention,
    PollOutcome,
    PollPlan,
)
from watcher.store.opening import examine
from watcher.store.sqlite import SqliteStore

START = datetime(2026, 1, 5, tzinfo=UTC)
SHOWN = 50  # entries in a document
LIMIT_MIB, LIMIT_MS = 400, 50


def keys_of(feed: int, entry: int) -> dict[bytes, int]:
    """The three identity keys of an entry."""
    digest = hashlib.blake2b(f"{feed}:{entry}".encode(), digest_size=24).digest()
    return {digest[0:8]: 1, digest[8:16]: 2, digest[16:24]: 3}


def document(feed: int, last: int) -> dict[bytes, int]:
    """The keys of the document that ends with this entry."""
    shown: dict[bytes, int] = {}
    for entry in range(last - SHOWN + 1, last + 1):
        shown.update(keys_of(feed, entry))
    return shown


def plan(
    feed: int, now: datetime, shown: dict[bytes, int], entries: tuple[JudgedEntry, ...] = ()
) -> PollPlan:
    """A poll of one feed."""
    feed_id = f"feed-{feed}"
    state = FeedState(
        feed_id=feed_id,
        url=f"https://feed-{feed}.example/rss",
        last_poll_at=now,
        last_success_at=now,
        next_poll_at=now + timedelta(minutes=10),
    )
    outcome = PollOutcome.NEW if entries else PollOutcome.UNCHANGED
    return PollPlan(feed_id=feed_id, outcome=outcome, now=now, state=state, shown=shown, entries=entries)


def judged(feed: int, number: int, now: datetime) -> JudgedEntry:
    """An entry of usual size, with a match below the line."""
    entry_id = hashlib.blake2b(f"e{feed}:{number}".encode(), digest_size=8).hexdigest()
    entry = Entry(
        id=entry_id,
        feed_id=f"feed-{feed}",
        guid=f"https://feed-{feed}.example/?p={number}",
        url=f"https://feed-{feed}.example/2026/01/a-headline-of-usual-length-in-a-link-{number}?utm=rss",
        canonical_url=f"https://feed-{feed}.example/2026/01/a-headline-of-usual-length-in-a-link-{number}",
        title=f"A headline of usual length about something that happened somewhere today, number {number}",
        summary="Two sentences of summary as most feeds give them, about what happened and who said so. " * 3,
        outlet=f"Outlet {feed}",
        language="en",
        published_at=now,
        first_seen_at=now,
    )
    mention = Mention(
        concept="place",
        member="somewhere",
        term="somewhere",
        field="title",
        start=51,
        end=60,
        words="somewhere",
        quality=100,
        weight=0.5,
    )
    evidence = Evidence(pattern="place × act", score=30.0, mentions=(mention,), missing=("act",))
    match = Match(
        entry_id=entry_id,
        profile_id="topic",
        profile_version="v",
        score=30.0,
        threshold=60.0,
        evidence=(evidence,),
    )
    return JudgedEntry(entry=entry, fate=Fate.BELOW, reason="best 30 of 60", matches=(match,))


async def poll(store: SqliteStore, made: PollPlan) -> tuple[float, float]:
    """Look the keys up and commit, as a poll does; milliseconds of wall time and of CPU."""
    assert made.shown is not None
    wall, cpu = time.perf_counter(), time.process_time()
    await store.seen(made.feed_id, list(made.shown))
    await store.commit_polls([made])
    return (time.perf_counter() - wall) * 1000, (time.process_time() - cpu) * 1000


def told(name: str, times: list[tuple[float, float]]) -> float:
    """Print a line of figures; returns the 95th percentile of the CPU time, which others' load leaves alone."""
    wall, cpu = ([pair[n] for pair in times] for n in (0, 1))
    wall_p95, cpu_p95 = (statistics.quantiles(values, n=20)[-1] for values in (wall, cpu))
    print(
        f"{name:<44} median {statistics.median(wall):5.1f} ms, p95 {wall_p95:5.1f} ms"
        f" (CPU {statistics.median(cpu):5.1f}, p95 {cpu_p95:5.1f})"
    )
    return cpu_p95


async def measure(database: Path, entries: int, feeds: int) -> int:
    """Fill, measure, print; exit code."""
    store = await SqliteStore.open(database)
    per_feed = entries // feeds
    started = time.perf_counter()
    for feed in range(feeds):
        for first in range(0, per_feed, 500):
            keys: dict[bytes, int] = {}
            for number in range(first, min(first + 500, per_feed)):
                keys.update(keys_of(feed, number))
            await store.commit_polls([plan(feed, START + timedelta(minutes=first), keys)])
    print(
        f"{entries} entries, {3 * entries} keys in {feeds} feeds: filled in {time.perf_counter() - started:.0f} s"
    )
    await store.aclose()
    size = (await asyncio.to_thread(database.stat)).st_size / 2**20
    print(f"file size {size:.0f} MiB (limit {LIMIT_MIB} MiB), {size * 2**20 / 3 / entries:.1f} bytes a key")
    started = time.perf_counter()
    examine(database)
    print(f"check at start {time.perf_counter() - started:.2f} s")
    store = await SqliteStore.open(database)
    now = START + timedelta(days=60)
    polled = range(0, feeds, max(1, feeds // 100))
    worst = told("shown again, a later hour (150 keys renewed)", [
        await poll(store, plan(feed, now, document(feed, per_feed - 1))) for feed in polled
    ])  # fmt: skip
    worst = max(worst, told("shown again, the same hour", [
        await poll(store, plan(feed, now, document(feed, per_feed - 1))) for feed in polled
    ]))  # fmt: skip
    worst = max(worst, told("50 new entries of 50 (first poll)", [
        await poll(store, plan(
            feed, now, document(feed, per_feed + SHOWN),
            tuple(judged(feed, per_feed + n, now) for n in range(SHOWN)),
        ))
        for feed in polled
    ]))  # fmt: skip
    batches = []
    removed = 1
    while removed and len(batches) < 200:
        wall, cpu = time.perf_counter(), time.process_time()
        removed = await store.prune(
            entries_before=START, seen_before=START + timedelta(minutes=per_feed // 4), limit=2000
        )
        batches.append(((time.perf_counter() - wall) * 1000, (time.process_time() - cpu) * 1000))
    told("retention, batches of 2,000 rows", batches[:-1])
    print(f"{'retention, nothing left to do':<44} {batches[-1][0]:.0f} ms")
    await store.aclose()
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")
    good = size <= LIMIT_MIB and worst <= LIMIT_MS
    print("holds" if good else "DOES NOT HOLD", f"(limits {LIMIT_MIB} MiB, {LIMIT_MS} ms of CPU a poll, p95)")
    return 0 if good else 1


def main() -> int:
    """Parse the command line and measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--feeds", type=int, default=500)
    parser.add_argument("--database", type=Path, help="default: a new file that is removed afterwards")
    options = parser.parse_args()
    if options.database:
        return asyncio.run(measure(options.database, options.entries, options.feeds))
    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR")) as directory:
        return asyncio.run(measure(Path(directory) / "watcher.db", options.entries, options.feeds))


if __name__ == "__main__":
    raise SystemExit(main())
