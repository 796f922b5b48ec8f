"""How good is a profile derived from two articles about one event, untouched, against TF-IDF's best threshold?

    python -m bench.derive_events [--topic ID] [--mistakes]

Three events of July and August 2023, two seeds each in our own words, about 150 judged entries each
(`bench/data/derive-events/`: ids and grades only; the entries' texts are read from the shared stream). TF-IDF has
the whole stream as its background and the threshold that is best on the judged entries themselves; the derived
profile has its own threshold. Needs scikit-learn, which is no dependency of the package.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import os
import sys
import unicodedata
from pathlib import Path
from typing import Any

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
DATA = HERE / "data" / "derive-events"
STREAM = "stream/stream-2023-07-20--2023-08-20.jsonl.gz"
# One sentence each, for the steered figures.
ABOUT = {
    "maui-fires": "The wildfires on Maui in Hawaii that destroyed the town of Lahaina",
    "moon-race": "Russia's Luna-25 and India's Chandrayaan-3: missions to land on the Moon",
    "ecuador-killing": "The assassination of the presidential candidate Fernando Villavicencio in Ecuador",
}


def main() -> None:
    """Print the figures."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--topic", choices=sorted(ABOUT))
    options.add_argument("--mistakes", action="store_true", help="Show false alarms and misses.")
    asked = options.parse_args()
    shared = Path(os.environ.get("WATCHER_SHARED", HERE.parent.parent / "shared"))
    if not (shared / STREAM).is_file():
        sys.exit(f"{shared / STREAM} is not there: set WATCHER_SHARED to the folder that holds it")
    stream = _stream(shared / STREAM)
    grades = _grades()
    found = []
    print("topic              seeds alone                        steered               Polish   TF-IDF best")
    for topic in [asked.topic] if asked.topic else sorted(ABOUT):
        entries = [
            labelled({**stream[entry_id], "id": entry_id, "grades": {topic: grade}})
            for entry_id, grade in grades[topic].items()
        ]
        alone, steered = _derived(topic, "", entries), _derived(topic, ABOUT[topic], entries)
        polish = _derived(topic, "", [one for one in entries if one.entry.language == "pl"])
        rival = _tfidf(topic, entries, stream)
        found.append((alone.figures.f1, steered.figures.f1, polish.figures.f1, rival))
        print(f"{topic:18} {_shown(alone)}   {_shown(steered)}   {polish.figures.f1:.2f}     {rival:.3f}")
        if asked.mistakes:
            _show_mistakes(alone)
    means = [sum(column) / len(found) for column in zip(*found, strict=True)]
    print(
        f"mean F1: alone {means[0]:.3f}, steered {means[1]:.3f}, Polish {means[2]:.3f}, TF-IDF best {means[3]:.3f}"
    )


def _stream(path: Path) -> dict[str, dict[str, Any]]:
    """Entry id -> entry; of equal titles the first."""
    found: dict[str, dict[str, Any]] = {}
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            found.setdefault(_entry_id(record["title"]), record)
    return found


def _entry_id(title: str) -> str:
    decomposed = unicodedata.normalize("NFKD", title.casefold())
    folded = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return hashlib.sha1(folded.encode(), usedforsecurity=False).hexdigest()[:16]


def _grades() -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for line in (DATA / "judgements.jsonl").read_text("utf-8").splitlines():
        record = json.loads(line)
        found.setdefault(record["topic"], {})[record["id"]] = record["grade"]
    return found


def _derived(topic: str, about: str, entries: list[Labelled]) -> TopicEvaluation:
    concepts = ConceptsFile.model_validate(read_sources(locate(None)).concepts.data)
    seeds = [read_pasted(path.read_text("utf-8"), path.name) for path in sorted(DATA.glob(f"{topic}-*.txt"))]
    draft = derive(seeds, topic=topic, about=about, knowledge=make_knowledge(concepts))
    file = TopicFile.model_validate(parse(topic_text(draft), topic).data)
    return evaluate(entries, compile_matcher(build_profiles([file], concepts)))[topic]


def _tfidf(topic: str, entries: list[Labelled], stream: dict[str, dict[str, Any]]) -> float:
    """F1 of the cosine to the nearest seed at the best threshold of all."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectors = TfidfVectorizer(sublinear_tf=True, min_df=1)
    vectors.fit(f"{record['title']} {record['summary']}" for record in stream.values())
    seeds = vectors.transform([path.read_text("utf-8") for path in sorted(DATA.glob(f"{topic}-*.txt"))])
    counted = [one for one in entries if one.grades[topic] != 1]
    texts = vectors.transform([f"{one.entry.title} {one.entry.summary}" for one in counted])
    scores = (texts @ seeds.T).toarray().max(axis=1)
    relevant = [one.grades[topic] == 2 for one in counted]
    best = 0.0
    for line in sorted(set(scores)):
        alerted = [score >= line for score in scores]
        true = sum(a and r for a, r in zip(alerted, relevant, strict=True))
        best = max(best, 2 * true / (sum(alerted) + sum(relevant)))
    return best


def _shown(found: TopicEvaluation) -> str:
    figures = found.figures
    return f"P {figures.precision:.2f} R {figures.recall:.2f} F1 {figures.f1:.3f}"


def _show_mistakes(found: TopicEvaluation) -> None:
    for name, items in (("false alarm", found.false_alarms), ("missed", found.misses)):
        for item in items[:20]:
            print(f"    {name} {item.match.score:5.1f}  {item.entry.title[:100]}")


if __name__ == "__main__":
    main()
