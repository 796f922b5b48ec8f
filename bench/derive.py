"""How good are profiles derived from two raw pasted articles, steered by one sentence, untouched by hand?

    python -m bench.derive [--topic ID] [--mistakes] [--show]

The two articles that the shipped topics come from serve three topics; what tells them apart is the sentence. Several
wordings per topic are tried, since a user's will be yet another. Figures are F1 on the real judged headlines, at the
profile's own threshold. The articles and headlines are read from the shared folder and are not part of the project.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import sys
from pathlib import Path

from watcher.config.drafts import topic_text
from watcher.config.knowledge import make_knowledge
from watcher.config.locating import locate
from watcher.config.marks import parse
from watcher.config.sources import read_sources
from watcher.config.topics import ConceptsFile, TopicFile, build_profiles
from watcher.core.deriving import derive, read_pasted
from watcher.core.evaluation.topics import Labelled, TopicEvaluation, evaluate, labelled
from watcher.core.matching import compile_matcher

HERE = Path(__file__).parent
# Written from the topics' definitions; the first wording of each is the one that the target is measured with.
ABOUT = {
    "russia-sahel": (
        "Dealings between Russia (its state, army, Wagner and Africa Corps) and the Sahel states Mali, Burkina Faso, "
        "Niger and Chad.",
        "Russia-Sahel ties: visits, deals, arms and fighters between Russia or Wagner and Mali, Burkina Faso, Niger "
        "or Chad",
        "Relations between Russia and the Sahel",
    ),
    "aes": (
        "The Alliance of Sahel States: what Mali, Burkina Faso and Niger do together as juntas, their break with "
        "ECOWAS, and the French, American and UN forces they expel.",
        "Mali, Burkina Faso and Niger as a bloc and as junta-run states: what they do together, and their break with "
        "the old order.",
        "The Alliance of Sahel States",
    ),
    "counterterrorism": (
        "Jihadist violence and the fight against it in the Sahel (Mali, Burkina Faso, Niger, Chad), and terrorism "
        "against Russia.",
        "Attacks by jihadists in Mali, Burkina Faso, Niger and Chad, and the armies that fight them",
        "Counterterrorism in the Sahel and Russia",
    ),
}


def main() -> None:
    """Print the figures."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--topic", choices=sorted(ABOUT))
    options.add_argument(
        "--mistakes", action="store_true", help="Show false alarms and misses of the first wording."
    )
    options.add_argument("--show", action="store_true", help="Print the drafts of the first wording.")
    asked = options.parse_args()
    shared = Path(os.environ.get("WATCHER_SHARED", HERE.parent.parent / "shared"))
    judged, seeds = shared / "topic-tracking" / "dev.jsonl.gz", shared / "seed-articles"
    if not judged.is_file() or not seeds.is_dir():
        sys.exit(f"{judged} or {seeds} is not there: set WATCHER_SHARED to the folder that holds them")
    with gzip.open(judged, "rt", encoding="utf-8") as lines:
        items = [labelled(json.loads(line)) for line in lines]
    topics = [asked.topic] if asked.topic else list(ABOUT)
    means = []
    for wording in range(3):
        found = [
            _measure(topic, ABOUT[topic][wording], seeds, items, show=asked.show and not wording)
            for topic in topics
        ]
        for topic, one in zip(topics, found, strict=True):
            figures = one.figures
            print(
                f"{topic:17} P {figures.precision:.2f} R {figures.recall:.2f} F1 {figures.f1:.3f} at {figures.threshold:.0f}"
                f"   best {one.best.f1:.3f} at {one.best.threshold:.0f}   {ABOUT[topic][wording][:60]}"
            )
            if asked.mistakes and not wording:
                for name, wrong in (("false alarm", one.false_alarms), ("missed", one.misses)):
                    for item in wrong[:15]:
                        print(f"    {name} {item.match.score:5.1f}  {item.entry.title[:100]}")
        means.append(sum(one.figures.f1 for one in found) / len(found))
        print(f"mean F1, wording {wording + 1}: {means[-1]:.3f}\n")
    sys.exit(0 if means[0] > 0.45 or asked.topic else 1)


def _measure(topic: str, about: str, seeds: Path, items: list[Labelled], *, show: bool) -> TopicEvaluation:
    concepts = ConceptsFile.model_validate(read_sources(locate(None)).concepts.data)
    articles = [read_pasted(path.read_text("utf-8"), path.name) for path in sorted(seeds.glob("*.txt"))]
    text = topic_text(derive(articles, topic=topic, about=about, knowledge=make_knowledge(concepts)))
    if show:
        print(text)
    file = TopicFile.model_validate(parse(text, topic).data)
    return evaluate(items, compile_matcher(build_profiles([file], concepts)))[topic]


if __name__ == "__main__":
    main()
