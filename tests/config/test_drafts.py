"""What a draft would add to a topic file that somebody has edited."""

from __future__ import annotations

from watcher.config.additions import with_additions
from watcher.config.drafts import topic_text
from watcher.config.knowledge import make_knowledge
from watcher.config.marks import parse
from watcher.config.topics import TopicFile
from watcher.core.deriving import Draft, derive, read_pasted

SEED = """\
Dam at Orlova gives way: at least nine dead

The old dam above Orlova broke on Sunday night, and the river Szara drowned the valley, the governor Jonas Brill said.
"""
NEW = """\
Orlova buries its dead while Halina Prus is questioned

The engineer Halina Prus was questioned about the dam of Orlova. Prus says that she warned of the cracked spillway.
"""


def drafted(*seeds: str) -> Draft:
    """A draft without shared concepts."""
    articles = [read_pasted(seed, f"{number}.txt") for number, seed in enumerate(seeds)]
    return derive(articles, topic="orlova", about="", knowledge=make_knowledge(None))


def edited() -> str:
    """A first draft as a user left it: commented, raised, pruned."""
    text = topic_text(drafted(SEED))
    text = text.replace("threshold: 50 ", "threshold: 61 ")
    return text.replace("concepts:\n", "# mine: the governor is no sign\nconcepts:\n", 1)


def test_additions_keep_comments_and_edits() -> None:
    """Every line of the user's file is still there, in order; what the new seed brings stands between."""
    before = edited()
    after = with_additions(before, drafted(SEED, NEW), name="orlova.yaml")
    kept = iter(after.splitlines())
    missing = [line for line in before.splitlines() if not line.startswith("seeds:") and line not in kept]
    assert [] == missing
    assert "Halina Prus" in after
    file = TopicFile.model_validate(parse(after, "x").data)
    assert 61 == file.threshold
    assert ["0.txt", "1.txt"] == file.seeds


def test_nothing_is_added_twice() -> None:
    """A file that has all of it stays as it is, byte for byte."""
    draft = drafted(SEED, NEW)
    once = with_additions(edited(), draft, name="orlova.yaml")
    assert once == with_additions(once, draft, name="orlova.yaml")


def test_texts_that_look_like_something_else_are_quoted() -> None:
    """Names such as "No" or "12" stay texts in the file."""
    seed = SEED.replace("Szara", "Null").replace("Orlova", "On")
    document = parse(topic_text(drafted(seed)), "x")
    assert [] == document.problems
    TopicFile.model_validate(document.data)
