"""How many alerts more or fewer a reload would have meant in the last days.

Worked out by a process of its own: reading entries anew takes seconds of CPU, and neither polls nor deliveries nor the
reload itself may wait for it. It is bounded in days, entries and time, and says so; what it says is worth a line of a
notice, never a fault. `watcher backtest` tells the whole story.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import pickle
import sys
from asyncio.subprocess import DEVNULL, PIPE
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from watcher.errors import StoreError

if TYPE_CHECKING:
    from watcher.core.deciding import Runtime
    from watcher.core.profiles import Profile

DAYS = 7
NEWEST = 5_000  # entries that are read: 4 s of a core for each configuration, 10 ms for each that is on topic
WITHIN_S = 60.0
PATIENCE = 10  # added to the process's niceness: whatever else runs comes first


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest:
    """The last days as they would have been told before and after a reload."""

    entry_count: int
    all_days: bool  # False: only the newest entries were read
    before_count: int  # alerts
    after_count: int
    gained_count: int
    lost_count: int

    def __str__(self) -> str:
        span = f"last {DAYS} days" if self.all_days else f"last {self.entry_count:,} entries"
        if not self.gained_count and not self.lost_count:
            return f"{span}: the same {self.after_count} alerts"
        return (
            f"{span}: {self.after_count} alerts instead of {self.before_count}:"
            f" {self.gained_count} more, {self.lost_count} fewer"
        )


async def backtest(database: Path, old: Runtime, new: Runtime, now: datetime) -> Backtest:
    """Compare two configurations on what is stored, in a process of its own that ends with this call.

    Raises:
        StoreError: the past could not be read, or not in time.
    """
    environment = {"PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry), "LC_ALL": "C.UTF-8"}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-P", "-m", __name__, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=environment
    )  # fmt: skip
    try:
        asked = pickle.dumps((database, now, [_portable(runtime) for runtime in (old, new)]))
        async with asyncio.timeout(WITHIN_S):
            said, _ = await process.communicate(asked)
        return Backtest(**json.loads(said))
    except TimeoutError:
        raise StoreError(f"no answer within {WITHIN_S:g} s") from None
    except (ValueError, TypeError):
        raise StoreError(f"the process ended with {process.returncode}") from None
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def _portable(runtime: Runtime) -> Runtime:
    """Without what the other process must make anew, and without what is none of its business."""
    feeds = {
        feed.id: replace(feed, headers={}, username=None, password=None, proxy=None)
        for feed in runtime.feeds.values()
    }
    return replace(runtime, feeds=feeds, matcher=None)  # type: ignore[arg-type]  # made on the other side


def main() -> None:
    """The process: a question in, an answer out."""
    os.nice(PATIENCE)
    database, now, (old, new) = pickle.load(sys.stdin.buffer)  # from our own parent only
    sys.stdout.write(json.dumps(_compare(database, now, old, new)))


def _compare(database: Path, now: datetime, old: Runtime, new: Runtime) -> dict[str, Any]:
    from watcher.core.evaluation.backtest import arrivals_of, at_thresholds, live_through, score
    from watcher.core.evaluation.comparing import compare
    from watcher.store.reading import ReadStore

    since = now - timedelta(days=DAYS)
    with ReadStore(database) as store:
        judged = store.entries_since(new.remembered_since(since), newest=NEWEST)
    arrivals, old, new = arrivals_of(judged), _compiled(old), _compiled(new)
    scored = list(score(arrivals, old))
    before = live_through(scored, old).since(since)
    if _but_for_thresholds(old) == _but_for_thresholds(new):
        scored = list(at_thresholds(scored, new.profiles))
    else:
        scored = list(score(arrivals, new))
    after = live_through(scored, new).since(since)
    found = compare(before, after)
    return {
        "entry_count": len(after.times),
        "all_days": len(judged) < NEWEST,
        "before_count": len(before.alerts),
        "after_count": len(after.alerts),
        "gained_count": len(found.gained),
        "lost_count": len(found.lost),
    }


def _compiled(runtime: Runtime) -> Runtime:
    from watcher.core.matching import compile_matcher

    return replace(runtime, matcher=compile_matcher(list(runtime.profiles.values())))


def _but_for_thresholds(runtime: Runtime) -> list[Profile]:
    return [replace(profile, threshold=0.0, version="") for profile in runtime.profiles.values()]


if __name__ == "__main__":
    main()
