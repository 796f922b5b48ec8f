"""Why two entries are, or are not, one story: what `assign` would say of them, taken apart.

Uses the very functions that grouping uses, on an index that holds the first entry and nothing else; among many open
stories the same words may say less, because others use them too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from watcher.core.grouping.assigning import JOIN_THRESHOLD, assign_print
from watcher.core.grouping.fingerprint import fingerprint
from watcher.core.grouping.index import StoryIndex
from watcher.core.grouping.similarity import BIAS, Parts, compare, contributions
from watcher.core.grouping.vetoes import veto

if TYPE_CHECKING:
    from collections.abc import Callable

    from watcher.core.model import Entry, Reading

_STORY = "s-first"
_MEANINGS = {
    "words": "words of title and summary",
    "things": "places, actors, acts, names and counts",
    "covered": "of one headline, what the other entry says too",
    "covered_less": "of the other headline",
    "days": "days between them",
    "apart": "an act that makes a story of its own, in one headline only",
    "comment_one": "one is a comment",
    "comment_both": "both are comments",
    "other_language": "different languages (fewer words can meet)",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of the similarity."""

    meaning: str
    value: float
    points: float  # what it adds to the log-odds


@dataclass(frozen=True, slots=True, kw_only=True)
class PairExplanation:
    """What grouping makes of two entries."""

    kind: Literal["new", "same", "near-duplicate"]  # "new" = two stories
    similarity: float  # 0–100; of the headlines for a near-duplicate
    threshold: float
    because: str
    veto: str  # "" when nothing keeps them apart
    meeting: tuple[str, ...]  # words of the second entry that meet, what says most first
    only_first: tuple[str, ...]  # of the headlines
    only_second: tuple[str, ...]
    parts: tuple[Part, ...]
    start: float  # the log-odds that the parts add to


def explain_pair(first: Entry, second: Entry, read: Callable[[Entry], Reading]) -> PairExplanation:
    """Explain whether the second entry would join the story that the first one opened.

    Args:
        first: the earlier entry.
        second: the later one.
        read: reads an entry with the matcher in force.
    """
    one, other = fingerprint(first, read(first)), fingerprint(second, read(second))
    index = StoryIndex()
    index.add(_STORY, first, read(first))
    found = assign_print(other, index, max(first.at, second.at))
    parts = compare(other, one, index.rarity)
    points = contributions(parts)
    meeting = sorted(one.keys & other.keys, key=lambda key: (-index.rarity(key), key))
    return PairExplanation(
        kind=found.kind,
        similarity=found.similarity,
        threshold=JOIN_THRESHOLD,
        because=found.because,
        veto=veto(other, one),
        meeting=tuple(dict.fromkeys(other.spelled.get(key, key) for key in meeting)),
        only_first=tuple(one.spelled[key] for key in sorted(one.title_words - other.words.keys())),
        only_second=tuple(other.spelled[key] for key in sorted(other.title_words - one.words.keys())),
        parts=tuple(
            Part(meaning=_MEANINGS[name], value=getattr(parts, name), points=points[name])
            for name in Parts.__slots__
        ),
        start=BIAS,
    )
