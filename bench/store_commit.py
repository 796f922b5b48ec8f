"""What committing polls costs: unchanged ones alone and in groups, polls with news, claims of a full outbox.

python -m bench.store_commit [--polls 2000]
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from bench.store_seen import START, document, judged, plan
from watcher.core.model import (
    AlertContent,
    AlertKind,
    Delivery,
    DeliveryKind,
    DeliveryState,
    PollOutcome,
    PollPlan,
    TopicTag,
)
from watcher.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

CLAIM_LIMIT_MS = 5.0


def delivery(number: int, target_id: str) -> Delivery:
    """An alert row of usual size."""
    content = AlertContent(
        alert_id=f"a{number}",
        story_id=f"s{number}",
        entry_id=f"e{number}",
        kind=AlertKind.NEW_STORY,
        topics=(TopicTag(id="topic", name="A topic", score=80.0, why="someone (him) × somewhere (there)"),),
        headline="A headline of usual length about something that happened somewhere today",
        url="https://feed.example/2026/01/a-headline",
        outlet="Outlet",
        language="en",
        summary="Two sentences of summary as most feeds give them. " * 4,
        published_at=START,
        first_seen_at=START,
    )
    return Delivery(
        kind=DeliveryKind.ALERT,
        target_id=target_id,
        content=content,
        due_at=START + timedelta(seconds=number % 3600),
        created_at=START,
        dedupe_key=f"alert:s{number}:{target_id}",
        story_id=f"s{number}",
    )


async def timed(
    name: str, store: SqliteStore, plans: Sequence[PollPlan], group: int, show: Callable[[str], None]
) -> None:
    """Commit in groups of this size and show the cost of a poll."""
    wall, cpu = time.perf_counter(), time.process_time()
    for first in range(0, len(plans), group):
        await store.commit_polls(plans[first : first + group])
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    show(f"{name:<44} {1000 * wall / len(plans):7.3f} ms a poll, {1000 * cpu / len(plans):7.3f} ms of CPU")


async def measure(database: Path, polls: int) -> int:
    """Run all measurements; exit code."""
    store = await SqliteStore.open(database)
    now = START
    feeds = 500
    await store.commit_polls([plan(feed, now, document(feed, 100)) for feed in range(feeds)])
    unread = [
        PollPlan(
            feed_id=f"feed-{n % feeds}",
            outcome=PollOutcome.UNCHANGED,
            now=now,
            state=plan(n % feeds, now + timedelta(seconds=n), {}).state,
        )
        for n in range(polls)
    ]
    for group in (1, 10, 50):
        await timed(f"not modified, {group} to a commit", store, unread, group, print)
    shown = [plan(n % feeds, now + timedelta(hours=1), document(n % feeds, 100)) for n in range(polls // 4)]
    await timed("read, nothing new (150 keys), 1 to a commit", store, shown, 1, print)
    news = [
        plan(n % feeds, now, document(n % feeds, 100 + n), tuple(judged(n % feeds, 5 * n + i, now) for i in range(5)))
        for n in range(polls // 4)
    ]  # fmt: skip
    await timed("5 new entries with a match, 1 to a commit", store, news, 1, print)
    await store.enqueue([delivery(n, f"target-{n % 5}") for n in range(10_000)])
    claims = []
    for _ in range(50):
        started = time.perf_counter()
        rows = await store.claim(now + timedelta(hours=2), busy_targets=["target-0"], limit=10)
        claims.append((time.perf_counter() - started) * 1000)
        for row in rows:
            await store.settle(row.id or 0, state=DeliveryState.PENDING, reason="again")
    claims.sort()
    print(
        f"claim of 4 of 10,000 waiting rows              median {claims[25]:.2f} ms, p95 {claims[47]:.2f} ms"
    )
    await store.aclose()
    good = claims[25] < CLAIM_LIMIT_MS
    print("holds" if good else "DOES NOT HOLD", f"(limit {CLAIM_LIMIT_MS:g} ms a claim)")
    return 0 if good else 1


def main() -> int:
    """Parse the command line and measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--polls", type=int, default=2000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        return asyncio.run(measure(Path(directory) / "watcher.db", options.polls))


if __name__ == "__main__":
    raise SystemExit(main())
