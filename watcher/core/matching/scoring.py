"""Which patterns of which profiles a reading meets, and what that comes to. Pure.

A need is worth its best mention (weight x quality, less in the summary than in the title); a pattern its score
times the geometric mean of its needs; the patterns that met are joined by noisy-or; exclusions multiply.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

from watcher.core.matching.reading import SUMMARY_LIMIT, read_entry
from watcher.core.model import Evidence, Match
from watcher.core.profiles import Where

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from watcher.core.matching.index import Matcher
    from watcher.core.matching.patterns import CompiledNeed, CompiledPattern, CompiledProfile
    from watcher.core.model import Entry, Mention, Reading

NEAR_LIMIT = 3  # patterns that just failed, kept per match
WHOLE_FEED = "every entry of this feed"
"""Name of the pattern by which an entry of an `everything_for` feed is on topic."""

_SENTENCE_END = re.compile(r"[.!?…؟。]+[\"'»”’)\]]*\s+|\n+")


class _Found(NamedTuple):
    """A mention as one profile sees it."""

    bit: int
    member: str  # what it counts as
    value: float  # 0–1
    title: bool
    mention: Mention


def match(entry: Entry, matcher: Matcher) -> list[Match]:
    """Read an entry and judge it against every profile: the matches with a score above 0."""
    return judge(read_entry(entry, matcher), entry, matcher)


def judge(
    reading: Reading,
    entry: Entry,
    matcher: Matcher,
    topics: Collection[str] | None = None,
    everything_for: Collection[str] = (),
    *,
    zeros: bool = False,
) -> list[Match]:
    """Weigh a reading against the profiles.

    Args:
        reading: of this entry, by this matcher.
        entry: its id goes into the matches, its summary is cut into sentences.
        matcher: the compiled profiles.
        topics: judge only these profile ids; None = all.
        everything_for: profile ids that every entry of the entry's feed counts for.
        zeros: also return matches with score 0 (for explaining what was missing).

    Returns:
        One match per profile with a score above 0, in the profiles' order, below-threshold ones included.
    """
    matches = []
    for profile_id, compiled in matcher.profiles.items():
        if topics is not None and profile_id not in topics:
            continue
        whole_feed = profile_id in everything_for
        found = _found(reading, compiled) if reading.mentions else []
        if not found and not whole_feed and not zeros:
            continue
        judged = _judge_one(found, entry, compiled, whole_feed=whole_feed)
        if judged.score > 0 or zeros:
            matches.append(judged)
    return matches


def _found(reading: Reading, compiled: CompiledProfile) -> list[_Found]:
    """The mentions this profile asks for; a longer one takes its words from the shorter inside it."""
    bits, counts_as = compiled.bits, compiled.counts_as
    summary_weight = compiled.profile.summary_weight
    found = []
    reach: dict[str, tuple[int, int]] = {}
    for mention in reading.mentions:  # in the order of the text, longer ones first
        bit = bits.get((mention.concept, ""), 0) | bits.get((mention.concept, mention.member), 0)
        if not bit:
            continue
        start, end = reach.get(mention.field, (-1, -1))
        if mention.end <= end and (mention.start, mention.end) != (start, end):
            continue
        if mention.end > end:
            reach[mention.field] = (mention.start, mention.end)
        title = mention.field == "title"
        value = mention.weight * mention.quality / 100 * (1.0 if title else summary_weight)
        member = counts_as.get((mention.concept, mention.member), mention.member)
        found.append(_Found(bit, member, value, title, mention))
    return found


def _judge_one(found: list[_Found], entry: Entry, compiled: CompiledProfile, *, whole_feed: bool) -> Match:
    profile = compiled.profile
    anywhere = 0
    for hit in found:
        anywhere |= hit.bit
    sentences = _Sentences(entry)
    met: list[Evidence] = []
    missed: list[Evidence] = []
    doubt = 1.0
    for pattern in compiled.patterns:
        evidence = _try(pattern, found, anywhere, sentences)
        if evidence is None:
            continue
        if evidence.missing or evidence.note:
            missed.append(evidence)
        else:
            met.append(evidence)
            doubt *= 1.0 - evidence.score / 100
    score = 100 * (1.0 - doubt)
    if score > 0:
        for exclusion in compiled.exclusions:
            against = _try(exclusion, found, anywhere, sentences)
            if against is not None and not against.missing and not against.note:
                score *= exclusion.times
                note = f"against the topic: score x {exclusion.times:g}"
                struck = Evidence(pattern=exclusion.name, score=0.0, mentions=against.mentions, note=note)
                missed.insert(0, struck)
    met.sort(key=lambda evidence: -evidence.score)
    if whole_feed:
        score = 100.0
        met.insert(0, Evidence(pattern=WHOLE_FEED, score=100.0, mentions=()))
    missed.sort(key=lambda evidence: (not evidence.note, len(evidence.missing), -evidence.score))
    return Match(
        entry_id=entry.id,
        profile_id=profile.id,
        profile_version=profile.version,
        score=round(score, 1),
        threshold=profile.threshold,
        evidence=tuple(met),
        near=tuple(missed[:NEAR_LIMIT]),
    )


def _try(
    pattern: CompiledPattern, found: list[_Found], anywhere: int, sentences: _Sentences
) -> Evidence | None:
    """Return what the pattern comes to: met, just missed, or None when nothing of it is there."""
    present = [need for need in pattern.needs if need.mask & anywhere]
    if not present or len(pattern.needs) - len(present) > 1:
        return None
    if pattern.where is Where.SENTENCE:
        best = _best_sentence(pattern.needs, found, sentences)
    else:
        best = _fill(pattern.needs, found)
    filled, missing = best
    if not filled or len(missing) > 1:
        return None
    strength = 1.0
    for value, _ in filled:
        strength *= value
    score = pattern.score * strength ** (1 / len(filled))
    mentions = tuple(dict.fromkeys(mention for _, mentions in filled for mention in mentions))
    note = ""
    if not missing:
        for need in pattern.unless:
            against = _fill_one(need, found)
            if against is not None:
                note = f"not counted, because of {against[1][0].words!r} ({need.label})"
                break
    return Evidence(
        pattern=pattern.name, score=round(score, 1), mentions=mentions, missing=missing, note=note
    )


_Filled = list[tuple[float, list["Mention"]]]


def _fill(needs: Sequence[CompiledNeed], found: list[_Found]) -> tuple[_Filled, tuple[str, ...]]:
    """Fill each need with its best mentions; the labels of those that stay open."""
    filled: _Filled = []
    missing = []
    for need in needs:
        one = _fill_one(need, found)
        if one is None:
            missing.append(need.label)
        else:
            filled.append(one)
    return filled, tuple(missing)


def _fill_one(need: CompiledNeed, found: list[_Found]) -> tuple[float, list[Mention]] | None:
    """The need's worth and its mentions, or None when it is not met."""
    best: dict[str, _Found] = {}
    for hit in found:
        if hit.bit & need.mask and (hit.title or not need.title):
            known = best.get(hit.member)
            if known is None or hit.value > known.value:
                best[hit.member] = hit
    if len(best) < need.different:
        return None
    chosen = sorted(best.values(), key=lambda hit: -hit.value)[: need.different]
    return sum(hit.value for hit in chosen) / need.different, [hit.mention for hit in chosen]


def _best_sentence(
    needs: Sequence[CompiledNeed], found: list[_Found], sentences: _Sentences
) -> tuple[_Filled, tuple[str, ...]]:
    """Fill the needs from one sentence: the one that fills most, the title first."""
    groups: dict[int, list[_Found]] = {}
    for hit in found:
        groups.setdefault(-1 if hit.title else sentences.number(hit.mention.start), []).append(hit)
    best: tuple[_Filled, tuple[str, ...]] = ([], tuple(need.label for need in needs))
    for number in sorted(groups):
        filled, missing = _fill(needs, groups[number])
        if len(missing) < len(best[1]):
            best = (filled, missing)
    return best


class _Sentences:
    """Which sentence of the summary a place belongs to; cut only when first asked."""

    __slots__ = ("_ends", "_entry")

    def __init__(self, entry: Entry) -> None:
        self._entry = entry
        self._ends: list[int] | None = None

    def number(self, start: int) -> int:
        """0 for the first sentence, and so on."""
        if self._ends is None:
            summary = self._entry.summary[:SUMMARY_LIMIT]
            self._ends = [hit.end() for hit in _SENTENCE_END.finditer(summary)]
        return bisect_right(self._ends, start)
