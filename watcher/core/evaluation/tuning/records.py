"""What each term and each pattern of a profile did: how often it spoke for what was on topic, how often for what was not. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from watcher.core.evaluation.topics import Judged


@dataclass(frozen=True, slots=True, kw_only=True)
class TermRecord:
    """A term among the evidence of entries above the threshold."""

    concept: str  # as mentions name it: shared ones by id, a profile's own as "profile/id"
    member: str
    term: str
    true_count: int
    false_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PatternRecord:
    """A pattern that met in entries above the threshold."""

    pattern: str
    true_count: int
    false_count: int
    alone_true_count: int  # … where no other pattern met
    alone_false_count: int


def term_records(judged: Iterable[Judged], threshold: float) -> list[TermRecord]:
    """Count, for every term, the alerts it was evidence for; most false alarms first."""
    true: Counter[tuple[str, str, str]] = Counter()
    false: Counter[tuple[str, str, str]] = Counter()
    for item in judged:
        if item.match.score < threshold or item.grade == 1:
            continue
        keys = {
            (mention.concept, mention.member, mention.term)
            for evidence in item.match.evidence
            for mention in evidence.mentions
        }
        (true if item.grade == 2 else false).update(keys)
    records = [
        TermRecord(concept=concept, member=member, term=term, true_count=true[key], false_count=false[key])
        for key in true | false
        for concept, member, term in [key]
    ]
    return sorted(records, key=lambda one: (-one.false_count, one.true_count, one.concept, one.term))


def pattern_records(judged: Iterable[Judged], threshold: float) -> list[PatternRecord]:
    """Count, for every pattern, the alerts it met in; most false alarms first."""
    counts: dict[str, list[int]] = {}
    for item in judged:
        if item.match.score < threshold or item.grade == 1:
            continue
        for evidence in item.match.evidence:
            tally = counts.setdefault(evidence.pattern, [0, 0, 0, 0])
            off = 0 if item.grade == 2 else 1
            tally[off] += 1
            tally[2 + off] += len(item.match.evidence) == 1
    records = [
        PatternRecord(
            pattern=pattern,
            true_count=tally[0],
            false_count=tally[1],
            alone_true_count=tally[2],
            alone_false_count=tally[3],
        )
        for pattern, tally in counts.items()
    ]
    return sorted(records, key=lambda one: (-one.false_count, one.true_count, one.pattern))
