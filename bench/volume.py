"""Alerts a day per topic over a month of 133 feeds, and a random sample of them to be read by hand.

Entries are counted, not stories: what a day would bring without grouping. Usage: python -m bench.volume [SEED]
"""

from __future__ import annotations

import random
import sys
import time
from collections import Counter

from bench.shared_data import ROOT, entry_of, records, shared
from watcher.config import load
from watcher.core.matching import compile_matcher, match

STREAM = "stream/stream-2023-07-20--2023-08-20.jsonl.gz"
SAMPLE = 100


def main() -> None:
    matcher = compile_matcher(list(load(ROOT / "config", {}).profiles.values()))
    per_topic: Counter[str] = Counter()
    days = set()
    alerts = []
    count = 0
    started = time.process_time()
    for record in records(shared(STREAM)):
        entry = entry_of(record)
        count += 1
        days.add(entry.at.date())
        on_topic = [one for one in match(entry, matcher) if one.on_topic]
        per_topic.update(one.profile_id for one in on_topic)
        if on_topic:
            alerts.append((entry, on_topic))
    seconds = time.process_time() - started
    print(f"{count} entries of {len(days)} days, {seconds:.1f} s of CPU")
    for topic in matcher.profiles:
        print(
            f"  {topic:18} {per_topic[topic]:5} entries on topic, {per_topic[topic] / len(days):5.1f} a day"
        )
    print(f"  any topic          {len(alerts):5} entries, {len(alerts) / len(days):5.1f} a day")
    chance = random.Random(int(sys.argv[1]) if len(sys.argv) > 1 else 7)
    print(f"\n{SAMPLE} of them at random:")
    for entry, on_topic in chance.sample(alerts, min(SAMPLE, len(alerts))):
        topics = ", ".join(f"{one.profile_id} {one.score:.0f}" for one in on_topic)
        print(f"- {topics} | {entry.title} | {entry.summary[:220]}")


if __name__ == "__main__":
    main()
