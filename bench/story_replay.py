"""The past replayed through decide(): what would have been alerted.

    python -m bench.story_replay [FILE …]

Without files: the judged items from 20 July 2023 on (goals: >= 95 % of the stories with an on-topic item alerted, <= 0.15 redundant
alerts a story, <= 5 % of the alerts off topic everywhere), then the unjudged month: alerts a day before and after grouping.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from pathlib import Path

from bench.shared_data import entry_of, records, runtime, shared
from watcher.core.evaluation.replay import Labels, novelty, replay

FROM = "2023-07-20"


def judged(path: Path) -> bool:
    """Replay judged items and print the figures; True when they reach the goals."""
    found = sorted(
        (r for r in records(path) if r["published"] >= FROM), key=lambda r: (r["published"], r["id"])
    )
    replayed = replay(map(entry_of, found), runtime())
    labels = {record["id"]: Labels(grades=record["grades"], story=record["story"]) for record in found}
    figures = novelty(replayed, labels)
    print(f"{path.name}: {len(found)} items, {len(replayed.matched)} on topic, {figures.alert_count} alerts")
    print(f"  stories with an on-topic item {figures.story_count}, alerted {figures.alerted_ratio:.1%}")
    print(
        f"  redundant alerts {figures.redundant_count}, {figures.redundancy:.3f} for each of {figures.told_count} alerted stories"
    )
    print(f"  alerts off topic everywhere {figures.off_topic_count}, {figures.off_topic_ratio:.1%}")
    return figures.alerted_ratio >= 0.95 and figures.redundancy <= 0.15 and figures.off_topic_ratio <= 0.05


def month(path: Path) -> None:
    """Replay the unjudged month and print alerts a day."""
    began = time.perf_counter()
    found = sorted(records(path), key=lambda r: (r["published"], r["title"]))
    replayed = replay(map(entry_of, found), runtime())
    seconds = time.perf_counter() - began
    before = Counter(at.date() for _, at in replayed.matched)
    after = Counter(at.date() for _, at in replayed.alerts)
    days = len(before) or 1
    print(
        f"{path.name}: {replayed.entry_count} entries in {seconds:.0f} s, {1000 * seconds / replayed.entry_count:.2f} ms each"
    )
    print(
        f"  alerts without grouping {sum(before.values())}: {sum(before.values()) / days:.1f} a day, at most {max(before.values())}"
    )
    print(
        f"  alerts with grouping    {sum(after.values())}: {sum(after.values()) / days:.1f} a day, at most {max(after.values())}"
    )


def main() -> int:
    """Print everything; 1 when a goal is missed."""
    paths = [Path(name) for name in sys.argv[1:]]
    reached = [judged(path) for path in paths or [shared("topic-tracking/dev.jsonl.gz")]]
    if not paths:
        month(shared("stream/stream-2023-07-20--2023-08-20.jsonl.gz"))
    return 0 if all(reached) else 1


if __name__ == "__main__":
    sys.exit(main())
