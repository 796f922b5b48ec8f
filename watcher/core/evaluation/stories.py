"""Grouping against labelled stories: B-cubed in time order, and pairs by language. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from watcher.core.grouping import StoryIndex, assign

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from watcher.core.model import Entry, Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An entry and the story that a person says it tells."""

    entry: Entry
    story: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How well found stories agree with labelled ones; ratios 0–1."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """Harmonic mean; 0 when both are 0."""
        whole = self.precision + self.recall
        return 2.0 * self.precision * self.recall / whole if whole else 0.0


def group(entries: Iterable[Entry], read: Callable[[Entry], Reading]) -> list[str]:
    """Group entries as they come in and return the story id of each.

    Args:
        entries: in time order; each is taken at its own time.
        read: reads an entry with the matcher in force.
    """
    index = StoryIndex()
    found = []
    for entry in entries:
        reading = read(entry)
        assignment = assign(entry, reading, index, entry.at)
        story_id = assignment.story_id or f"s-{entry.id}"
        index.add(story_id, entry, reading, follows_story_id=assignment.follows_story_id)
        found.append(story_id)
    return found


def b_cubed(found: Sequence[str], gold: Sequence[str]) -> Agreement:
    """Score found stories: for each entry, how pure and how complete its story is; the mean over entries."""
    if not found:
        return Agreement(precision=1.0, recall=1.0)
    found_sizes, gold_sizes = Counter(found), Counter(gold)
    both = Counter(zip(found, gold, strict=True))
    precision = sum(count * count / found_sizes[story] for (story, _), count in both.items())
    recall = sum(count * count / gold_sizes[label] for (_, label), count in both.items())
    return Agreement(precision=precision / len(found), recall=recall / len(found))


def pairs_by_language(told: Sequence[Told], found: Sequence[str]) -> dict[str, Agreement]:
    """Score pairs of entries of one story: per language, and "cross-language" for two different ones."""
    right: Counter[str] = Counter()
    joined: Counter[str] = Counter()
    wanted: Counter[str] = Counter()
    for one, other in combinations(range(len(told)), 2):
        is_joined = found[one] == found[other]
        is_wanted = told[one].story == told[other].story
        if is_joined or is_wanted:
            kind = _kind(told[one].entry, told[other].entry)
            right[kind] += is_joined and is_wanted
            joined[kind] += is_joined
            wanted[kind] += is_wanted
    return {
        kind: Agreement(
            precision=right[kind] / joined[kind] if joined[kind] else 1.0,
            recall=right[kind] / wanted[kind] if wanted[kind] else 1.0,
        )
        for kind in sorted(joined | wanted)
    }


def _kind(one: Entry, other: Entry) -> str:
    return (one.language or "unknown") if one.language == other.language else "cross-language"
