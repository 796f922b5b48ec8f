"""Which patterns of which profiles a reading meets, and what that comes to. Pure.

The patterns that met are joined by noisy-or; exclusions multiply.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.core.matching.reading import read_entry
from watcher.core.matching.weighing import Weighing, find
from watcher.core.model import Evidence, Match

if TYPE_CHECKING:
    from collections.abc import Collection

    from watcher.core.matching.index import Matcher
    from watcher.core.matching.patterns import CompiledProfile
    from watcher.core.model import Entry, Reading

NEAR_LIMIT = 3  # patterns that just failed, kept per match
WHOLE_FEED = "every entry of this feed"
"""Name of the pattern by which an entry of an `everything_for` feed is on topic."""


def match(entry: Entry, matcher: Matcher) -> list[Match]:
    """Read an entry and judge it against every profile: the matches with a score above 0."""
    return judge(read_entry(entry, matcher, complete=False), entry, matcher)


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
        reading: of this entry, by this matcher; a complete one when `zeros` are asked for.
        entry: its id goes into the matches, its summary is cut into sentences.
        matcher: the compiled profiles.
        topics: judge only these profile ids; None = all.
        everything_for: profile ids that every entry of the entry's feed counts for.
        zeros: also return matches with score 0 (for explaining what was missing).

    Returns:
        One match per profile with a score above 0, in the profiles' order, below-threshold ones included. What
        just failed (`near`) is listed for matches below their threshold.
    """
    if not (reading.mentions or everything_for or zeros):
        return []
    matches = []
    for profile_id, compiled in matcher.profiles.items():
        if topics is not None and profile_id not in topics:
            continue
        judged = _judge_one(reading, entry, compiled, profile_id in everything_for, zeros)
        if judged is not None:
            matches.append(judged)
    return matches


def _judge_one(
    reading: Reading, entry: Entry, compiled: CompiledProfile, whole_feed: bool, zeros: bool
) -> Match | None:
    profile = compiled.profile
    evidence_of = Weighing(find(reading, compiled), entry, compiled.hinges)
    met, score = _met(compiled, evidence_of)
    against: list[Evidence] = []
    if score > 0:
        for exclusion in compiled.exclusions:
            found = evidence_of.met(exclusion)
            if found is not None:
                score *= exclusion.times
                note = f"against the topic: score x {exclusion.times:g}"
                against.append(
                    Evidence(pattern=exclusion.name, score=0.0, mentions=found.mentions, note=note)
                )
    if whole_feed:
        score = 100.0
        met.insert(0, Evidence(pattern=WHOLE_FEED, score=100.0, mentions=()))
    score = round(score, 1)
    if score == 0 and not zeros:
        return None
    near = against
    if score < profile.threshold:
        missed = [
            found for pattern in compiled.patterns if (found := evidence_of.missed(pattern)) is not None
        ]
        missed.sort(key=lambda evidence: (not evidence.note, -evidence.score))
        near = against + missed
    return Match(
        entry_id=entry.id,
        profile_id=profile.id,
        profile_version=profile.version,
        score=score,
        threshold=profile.threshold,
        evidence=tuple(met),
        near=tuple(near[:NEAR_LIMIT]),
    )


def _met(compiled: CompiledProfile, evidence_of: Weighing) -> tuple[list[Evidence], float]:
    """Patterns that met, strongest first, and their noisy-or."""
    if not evidence_of.hinged:
        return [], 0.0
    met = [found for pattern in compiled.patterns if (found := evidence_of.met(pattern)) is not None]
    doubt = 1.0
    for found in met:
        doubt *= 1.0 - found.score / 100
    met.sort(key=lambda evidence: -evidence.score)
    return met, 100 * (1.0 - doubt)
