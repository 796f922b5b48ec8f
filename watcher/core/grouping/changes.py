"""What is new in the telling of a story that is known already: the toll."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.core.text.tokens import NUMBER_WORDS, WORD, counts, folded_words

if TYPE_CHECKING:
    from watcher.core.model import Entry, Reading, Story

KILLING = ("acts", "kill")  # concept and member whose mentions make a count a toll
_REACH = 8  # words between a count and the word for killing: "death toll in Gao attack rises to 17"
_PLAUSIBLE_RATIO = 4.0  # a first toll is hardly corrected to more than four times as much
_YEARS = range(1900, 2101)


def describe_change(known: Story, entry: Entry, reading: Reading) -> str:
    """Return what an entry changes in the story it joins: "toll 12 → 17", or "" when nothing.

    Only a rising toll is news: outlets that are late repeat the old one.

    Args:
        known: the story before the entry joined.
        entry: the one that joins.
        reading: of this entry.
    """
    new = toll(entry, reading)
    if new is None:
        return ""
    told = [
        count
        for other in known.entries
        for count in counts(other.title, folded_words(other.title))
        if count * _PLAUSIBLE_RATIO >= new
    ]
    return f"toll {max(told)} → {new}" if told and max(told) < new else ""


def toll(entry: Entry, reading: Reading) -> int | None:
    """Return how many a headline counts as killed; None when it does not say."""
    words = folded_words(entry.title)
    killing = [
        len(WORD.findall(entry.title[: mention.start]))
        for mention in reading.mentions
        if mention.field == "title" and (mention.concept, mention.member) == KILLING
    ]
    near = [
        (abs(position - place), -count, count)
        for position, word in enumerate(words)
        if (count := _count(word)) is not None
        for place in killing
        if abs(position - place) <= _REACH
    ]
    return min(near)[2] if near else None


def _count(word: str) -> int | None:
    if word.isdecimal() and len(word) <= 5:
        value = int(word)
        return value if value > 1 and value not in _YEARS else None
    return NUMBER_WORDS.get(word)
