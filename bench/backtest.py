"""How long a backtest of a whole month takes, as typed: `watcher backtest`, on one core.

    python -m bench.backtest [FILE]

Three of them on 62,656 entries: a file with a changed threshold, a file with a changed pattern (every entry is read
twice), and stored entries with a changed threshold, answered from their scores. Goals: <= 60 s of a core for the first
two, <= 10 s for the last. CPU seconds are what counts: a busy machine stretches the others.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.shared_data import ROOT, shared
from watcher.cli.entries_file import read_entries
from watcher.config import compile_runtime, load
from watcher.core.evaluation.backtest import score
from watcher.core.evaluation.replay import Arrival, decisions
from watcher.core.model import Fate, FeedState, JudgedEntry, PollOutcome, PollPlan
from watcher.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from watcher.core.model import Entry

STREAM = "stream/stream-2023-07-20--2023-08-20.jsonl.gz"
BATCH = 1000
FILE_LIMIT_S, STORED_LIMIT_S = 60.0, 10.0


def edited(config: Path, name: str, old: str, new: str) -> Path:
    """A copy of a configuration with one edit in one topic."""
    config = shutil.copytree(config, config.parent / name)
    topic = config / "topics/aes.yaml"
    text = topic.read_text(encoding="utf-8")
    if old not in text:
        sys.exit(f"{topic}: {old!r} is not there any more: change this benchmark")
    topic.write_text(text.replace(old, new, 1), encoding="utf-8")
    return config


async def fill(database: Path, entries: list[Entry], config: Path) -> None:
    """Store the month as it would have been recorded."""
    used = compile_runtime(load(config, {}))
    scored = list(score((Arrival(entry=entry, at=entry.first_seen_at) for entry in entries), used))
    some = [one.arrival for one in scored if one.matches]
    found = {arrival.entry.id: plan for arrival, plan in decisions(some, used)}
    store = await SqliteStore.open(database)
    await store.sync_feeds({entry.feed_id: entry.feed_id for entry in entries}, entries[0].first_seen_at)
    for start in range(0, len(entries), BATCH):
        plans = []
        for entry in entries[start : start + BATCH]:
            off = JudgedEntry(entry=entry, fate=Fate.OFF_TOPIC, reason="no evidence for any topic")
            plain = PollPlan(
                feed_id=entry.feed_id,
                outcome=PollOutcome.NEW,
                now=entry.first_seen_at,
                state=FeedState(feed_id=entry.feed_id),
                entries=(off,),
            )
            plans.append(found.get(entry.id, plain))
        await store.commit_polls(plans)
    await store.aclose()


def backtest(*arguments: str) -> tuple[dict[str, Any], float, float]:
    """Run the command on one core: its answer, CPU seconds, seconds."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "watcher", *arguments, "--json"],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        preexec_fn=lambda: os.sched_setaffinity(0, {0}),
    )
    seconds = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return json.loads(done.stdout), used, seconds


def told(name: str, result: tuple[dict[str, Any], float, float], limit_s: float) -> bool:
    """Print one figure; True when it is within its limit."""
    answer, cpu_s, seconds = result
    print(
        f"{name:45} {answer['entries']:6} entries  scores {answer['scores']:8} {cpu_s:5.1f} s CPU ({seconds:.1f} s)  goal {limit_s:.0f} s"
        f"  alerts {answer['alerts']['before']} -> {answer['alerts']['after']}"
        f"  gained {len(answer['gained'])} lost {len(answer['lost'])} changed {len(answer['changed'])}"
    )
    return cpu_s <= limit_s


def main() -> int:
    """Print the three figures; 1 when one misses its goal."""
    file = Path(sys.argv[1]) if len(sys.argv) > 1 else shared(STREAM)
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        now = shutil.copytree(ROOT / "config", directory / "now")
        threshold = edited(now, "threshold", "threshold: 50", "threshold: 62")
        pattern = edited(now, "pattern", "    score: 85", "    score: 45")
        state = directory / "state"
        state.mkdir()
        asyncio.run(fill(state / "watcher.db", read_entries(file), now))
        reached = [
            told(
                "a file, a changed threshold",
                backtest("--config", str(now), "backtest", "--file", str(file), "--config", str(threshold)),
                FILE_LIMIT_S,
            ),
            told(
                "a file, a changed pattern (read twice)",
                backtest("--config", str(now), "backtest", "--file", str(file), "--config", str(pattern)),
                FILE_LIMIT_S,
            ),
            told(
                "stored entries, a changed threshold",
                backtest("--config", str(threshold), "--state", str(state), "backtest", "--since", "3000d"),
                STORED_LIMIT_S,
            ),
        ]
    return 0 if all(reached) else 1


if __name__ == "__main__":
    sys.exit(main())
