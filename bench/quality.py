"""How well the shipped profiles track their topics on the judged sets outside the repository.

Usage: python -m bench.quality
"""

from __future__ import annotations

import random

from bench.shared_data import ROOT, records, shared
from watcher.config import load
from watcher.core.evaluation.topics import evaluate, labelled
from watcher.core.matching import compile_matcher

SETS = ("topic-tracking/dev.jsonl.gz", "topic-tracking/dev-multilingual.jsonl.gz")
WANTED = {"russia-sahel": 0.97, "aes": 0.92, "counterterrorism": 0.92}  # F1 on dev.jsonl.gz


def main() -> None:
    matcher = compile_matcher(list(load(ROOT / "config", {}).profiles.values()))
    chance = random.Random(1)
    for name in SETS:
        items = [labelled(record) for record in records(shared(name))]
        print(f"{name}: {len(items)} entries, at the shipped thresholds")
        evaluations = evaluate(
            items, matcher, choose=lambda weights, n: chance.choices(range(len(weights)), weights, k=n)
        )
        for topic, one in sorted(evaluations.items()):
            figures, (low, high) = one.figures, one.intervals["f1"]
            wanted = f", wanted >= {WANTED[topic]}" if name == SETS[0] and topic in WANTED else ""
            print(
                f"  {topic:18} precision {figures.precision:.3f}  recall {figures.recall:.3f}  F1 {figures.f1:.3f} "
                f"(95 % {low:.3f}-{high:.3f}{wanted})  average precision {one.average_precision:.3f}  "
                f"{figures.false_count} false, {figures.missed_count} missed of "
                f"{figures.true_count + figures.missed_count}"
            )


if __name__ == "__main__":
    main()
