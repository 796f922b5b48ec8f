"""What the patterns of one profile come to on the mentions of one entry. Pure.

A need is worth its best mention (weight x quality, less in the summary than in the title); a pattern its score
times the geometric mean of its needs.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

from watcher.core.matching.reading import SUMMARY_LIMIT
from watcher.core.model import Evidence
from watcher.core.profiles import LEAD_LENGTH, Where

if TYPE_CHECKING:
    from collections.abc import Sequence

    from watcher.core.matching.patterns import CompiledNeed, CompiledPattern, CompiledProfile
    from watcher.core.model import Entry, Mention, Reading

_SENTENCE_END = re.compile(r"[.!?…؟。]+[\"'»”’)\]]*\s+|\n+")


class Found(NamedTuple):
    """A mention as one profile sees it."""

    bit: int
    member: str  # what it counts as
    value: float  # 0–1
    title: bool
    mention: Mention


_One = tuple[float, tuple["Mention", ...]]
"""What one need comes to: its worth 0–1 and the mentions that fill it."""


def find(reading: Reading, compiled: CompiledProfile) -> list[Found]:
    """The mentions this profile asks for; a longer one takes its words from the shorter inside it."""
    meanings = compiled.meanings
    lead, late = compiled.profile.summary_weight / 100, compiled.profile.late_weight / 100
    found = []
    reached_start = reached_end = -1  # of the longest mention so far
    in_title = True
    for mention in reading.mentions:  # in the order of the text, longer ones first, title first
        known = meanings.get((mention.concept, mention.member))
        if known is None:
            continue
        title = mention.field == "title"
        if title is not in_title:
            in_title, reached_start, reached_end = title, -1, -1
        start, end = mention.start, mention.end
        if end > reached_end:
            reached_start, reached_end = start, end
        elif start != reached_start or end != reached_end:
            continue
        value = mention.weight * mention.quality * (0.01 if title else lead if start < LEAD_LENGTH else late)
        found.append(Found(known[0], known[1], value, title, mention))
    return found


class Weighing:
    """What patterns come to on the mentions of one entry; remembers needs that patterns share."""

    __slots__ = ("_anywhere", "_entry", "_filled", "_found", "_sentences", "_title", "hinged")

    def __init__(self, found: list[Found], entry: Entry, hinges: int) -> None:
        anywhere = title = 0
        for hit in found:
            anywhere |= hit.bit
            if hit.title:
                title |= hit.bit
        self._found = found
        self._entry = entry
        self._anywhere = anywhere
        self._title = title
        self._filled: dict[tuple[int, int, bool], _One | None] = {}
        self._sentences: list[list[Found]] | None = None
        self.hinged = bool(anywhere & hinges)  # some pattern may be met

    def met(self, pattern: CompiledPattern) -> Evidence | None:
        """Return the evidence when every need is filled and nothing speaks against it."""
        for need in pattern.needs:
            if not need.mask & (self._title if need.title else self._anywhere):
                return None
        filled, missing = self._fill(pattern)
        if missing or self._against(pattern) is not None:
            return None
        return _evidence(pattern, filled)

    def missed(self, pattern: CompiledPattern) -> Evidence | None:
        """Return what there is of a pattern that just failed: one need open, or struck out."""
        present = sum(bool(need.mask & self._anywhere) for need in pattern.needs)
        if not present or len(pattern.needs) - present > 1:
            return None
        filled, missing = self._fill(pattern)
        if not filled or len(missing) > 1:
            return None
        if missing:
            return _evidence(pattern, filled, missing=missing)
        against = self._against(pattern)
        if against is None:
            return None
        need, mentions = against
        return _evidence(
            pattern, filled, note=f"not counted, because of {mentions[0].words!r} ({need.label})"
        )

    def _against(self, pattern: CompiledPattern) -> tuple[CompiledNeed, tuple[Mention, ...]] | None:
        for need in pattern.unless:
            filled = self._fill_one(need)
            if filled is not None:
                return need, filled[1]
        return None

    def _fill(self, pattern: CompiledPattern) -> tuple[list[_One], tuple[str, ...]]:
        """Fill each need with its best mentions; the labels of those that stay open."""
        if pattern.where is Where.SENTENCE:
            return self._fill_in_sentence(pattern.needs)
        pairs = [(need, self._fill_one(need)) for need in pattern.needs]
        return [one for _, one in pairs if one is not None], tuple(
            [need.label for need, one in pairs if one is None]
        )

    def _fill_one(self, need: CompiledNeed) -> _One | None:
        key = (need.mask, need.different, need.title)
        if key not in self._filled:
            self._filled[key] = _best(need, self._found)
        return self._filled[key]

    def _fill_in_sentence(self, needs: Sequence[CompiledNeed]) -> tuple[list[_One], tuple[str, ...]]:
        """Fill the needs from one sentence: the one that fills most, the title first."""
        if self._sentences is None:
            self._sentences = _by_sentence(self._found, self._entry)
        best: tuple[list[_One], tuple[str, ...]] = ([], tuple([need.label for need in needs]))
        for found in self._sentences:
            pairs = [(need, _best(need, found)) for need in needs]
            missing = tuple([need.label for need, one in pairs if one is None])
            if len(missing) < len(best[1]):
                best = ([one for _, one in pairs if one is not None], missing)
        return best


def _best(need: CompiledNeed, found: Sequence[Found]) -> _One | None:
    """The need's worth and its mentions, or None when it is not met."""
    mask, title = need.mask, need.title
    if need.different == 1:
        top: Found | None = None
        for hit in found:
            if hit.bit & mask and (hit.title or not title) and (top is None or hit.value > top.value):
                top = hit
        return None if top is None else (top.value, (top.mention,))
    best: dict[str, Found] = {}
    for hit in found:
        if hit.bit & mask and (hit.title or not title):
            known = best.get(hit.member)
            if known is None or hit.value > known.value:
                best[hit.member] = hit
    if len(best) < need.different:
        return None
    chosen = sorted(best.values(), key=lambda hit: -hit.value)[: need.different]
    return sum(hit.value for hit in chosen) / need.different, tuple([hit.mention for hit in chosen])


def _by_sentence(found: Sequence[Found], entry: Entry) -> list[list[Found]]:
    """The mentions of the title, then those of each sentence of the summary."""
    ends = [hit.end() for hit in _SENTENCE_END.finditer(entry.summary[:SUMMARY_LIMIT])]
    groups: dict[int, list[Found]] = {}
    for hit in found:
        number = -1 if hit.title else bisect_right(ends, hit.mention.start)
        groups.setdefault(number, []).append(hit)
    return [groups[number] for number in sorted(groups)]


def _evidence(
    pattern: CompiledPattern, filled: Sequence[_One], *, missing: tuple[str, ...] = (), note: str = ""
) -> Evidence:
    """The pattern's score times the geometric mean of its needs' worth."""
    strength = 1.0
    for value, _ in filled:
        strength *= value
    return Evidence(
        pattern=pattern.name,
        score=round(pattern.score * strength ** (1 / len(filled)), 1),
        mentions=tuple(dict.fromkeys([mention for _, mentions in filled for mention in mentions])),
        missing=missing,
        note=note,
    )
