"""How well entries are grouped into stories, and what it costs.

    python -m bench.stories [FILE …]

Without files: the story-labelled items of the development set, in time order (goals: B-cubed precision >= 0.93, F1 >= 0.80), and the
project's own set. Other files are JSON lines of the same form. Then the time an entry takes with 10, 1,000 and 10,000
stories open, which must not grow.
"""

from __future__ import annotations

import statistics
import sys
import time
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bench.shared_data import ROOT, entry_of, records, runtime, shared
from watcher.core.evaluation.stories import Told, b_cubed, group, pairs_by_language
from watcher.core.grouping import StoryIndex, assign
from watcher.core.matching import read_entry

if TYPE_CHECKING:
    from collections.abc import Callable

    from watcher.core.model import Entry, Reading

GOALS = (0.93, 0.80)


def labelled(path: Path) -> list[Told]:
    """The story-labelled items of a file in time order."""
    told = [
        Told(entry=entry_of(record), story=record["story"]) for record in records(path) if record.get("story")
    ]
    return sorted(told, key=lambda one: (one.entry.at, one.entry.id))


def report(path: Path, read: Callable[[Entry], Reading]) -> bool:
    """Print the figures of one file; True when they reach the goals."""
    told = labelled(path)
    found = group([one.entry for one in told], read)
    figures = b_cubed(found, [one.story for one in told])
    print(
        f"{path.name}: {len(told)} entries, {len({one.story for one in told})} stories, found {len(set(found))}"
    )
    print(f"  B-cubed precision {figures.precision:.3f}  recall {figures.recall:.3f}  F1 {figures.f1:.3f}")
    for kind, pairs in pairs_by_language(told, found).items():
        print(
            f"  pairs {kind:15} precision {pairs.precision:.3f}  recall {pairs.recall:.3f}  F1 {pairs.f1:.3f}"
        )
    return figures.precision >= GOALS[0] and figures.f1 >= GOALS[1]


def cost(told: list[Told], read: Callable[[Entry], Reading], open_count: int) -> tuple[float, float]:
    """Return median and 95th percentile of the CPU milliseconds an entry takes with so many stories open."""
    index, readings = StoryIndex(), [(one.entry, read(one.entry)) for one in told]
    start = told[0].entry.at
    for number in range(open_count):
        entry, reading = readings[number % len(readings)]
        at = start + timedelta(seconds=number * 200_000 / open_count)  # all within the window
        index.add(f"s-{number}", replace(entry, id=f"{number}", published_at=at), reading)
    now = start + timedelta(seconds=200_000)
    taken = []
    for entry, reading in readings[:300]:
        began = time.process_time()
        draft = index.draft()
        late = replace(entry, published_at=now)
        found = assign(late, reading, draft, now)
        draft.add(found.story_id or f"s-{entry.id}", late, reading)
        taken.append((time.process_time() - began) * 1000.0)
    return statistics.median(taken), statistics.quantiles(taken, n=20)[-1]


def main() -> int:
    """Print everything; 1 when a goal is missed."""
    read = partial(read_entry, matcher=runtime().matcher)
    own = ROOT / "tests/data/labelled-stories.jsonl"
    paths = [Path(name) for name in sys.argv[1:]] or [shared("topic-tracking/dev.jsonl.gz"), own]
    reached = [report(path, read) for path in paths]
    for count in (10, 1_000, 10_000):
        median, slow = cost(labelled(paths[0]), read, count)
        print(f"  {count:6} open stories: {median:.2f} ms an entry (p95 {slow:.2f})")
    return 0 if all(reached) else 1


if __name__ == "__main__":
    sys.exit(main())
