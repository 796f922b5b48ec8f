"""What is new in the telling of a story that is known already: the toll, the headline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.core.grouping.vocabulary import acts
from watcher.core.text.tokens import NUMBER_WORDS, folded_words

if TYPE_CHECKING:
    from watcher.core.model import Entry, Reading, Story

_REACH = 5  # words between a count and the word for killing: "17 soldiers were reported killed"
_YEARS = range(1900, 2101)


def describe_change(known: Story, entry: Entry, reading: Reading) -> str:
    """Return what an entry changes in the story it joins: "toll 12 → 17", or "" when nothing.

    Only a rising toll is news: outlets that are late repeat the old one.

    Args:
        known: the story before the entry joined.
        entry: the one that joins.
        reading: of this entry.
    """
    new = toll(entry.title, entry.summary) if reading.numbers else None
    tolls = [found for other in known.entries if (found := toll(other.title, other.summary)) is not None]
    if new is None or not tolls or new <= max(tolls):
        return ""
    return f"toll {max(tolls)} → {new}"


def toll(title: str, summary: str) -> int | None:
    """Return how many a headline (else its summary) counts as killed; None when it does not say."""
    for text in (title, summary):
        found = _toll(folded_words(text))
        if found is not None:
            return found
    return None


def _toll(words: tuple[str, ...]) -> int | None:
    killing = [position for position, act in acts(words) if act == "dead"]
    counts = {
        position: value
        for position, word in enumerate(words)
        if (value := _count(word)) is not None and value > 1
    }
    near = [
        (abs(position - place), -value, value)
        for place, value in counts.items()
        for position in killing
        if abs(position - place) <= _REACH
    ]
    return min(near)[2] if near else None


def _count(word: str) -> int | None:
    if word.isdecimal() and len(word) <= 5:
        value = int(word)
        return None if value in _YEARS else value
    return NUMBER_WORDS.get(word)
