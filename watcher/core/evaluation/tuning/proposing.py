"""From judged entries to edits of a profile, each measured before it is proposed. Pure.

Candidates are cheap guesses (a term that stands in many false alarms, a word that misses share); an edit is proposed
only when the whole profile, with it made, judges the entries it touches better than before, for every topic they are
judged for.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from watcher.core.evaluation.topics import Figures, Judged, Labelled
from watcher.core.evaluation.tuning.edits import AddTerm, Edit, RemoveTerm, SetScore, SetThreshold
from watcher.core.evaluation.tuning.measuring import Bench, judge_all
from watcher.core.evaluation.tuning.records import PatternRecord, TermRecord, pattern_records, term_records
from watcher.core.evaluation.tuning.thresholds import ThresholdAdvice, advise, figures_at
from watcher.core.evaluation.tuning.words import MissingWord, additions, missing_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from watcher.core.profiles import Profile

GAIN_NEEDED = 2
"""Mistakes an edit must save: one entry more or less is chance, and one edit per mistake is fitting, not tuning."""

SHARED_GAIN_NEEDED = 4
"""The same where the edit changes the shared concepts: other topics, judged or not, feel it too."""

FALSE_ALARMS_NEEDED = 2  # a term or pattern is suspected from so many on
TERMS_TRIED = 12
PATTERNS_TRIED = 6
WORDS_TRIED = 12
BELOW_THRESHOLD = 5.0  # a pattern that should not decide alone is put so far below


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """An edit and what it was measured to bring, made after those before it."""

    edit: Edit
    false_saved: int  # false alarms less, over all topics it touches
    missed_saved: int  # misses less
    because: str

    @property
    def gain(self) -> int:
        """Mistakes less."""
        return self.false_saved + self.missed_saved


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuning:
    """What judged entries say about one topic."""

    topic: str
    counted: int  # entries with grade 0 or 2
    before: Figures
    after: Figures  # with all proposals made
    threshold: ThresholdAdvice  # for the profile with the other proposals made
    proposals: tuple[Proposal, ...]  # in the order they were measured; a threshold comes last
    terms: tuple[TermRecord, ...]  # of false alarms, as the profile is now
    patterns: tuple[PatternRecord, ...]
    words: tuple[MissingWord, ...]
    false_alarms: tuple[Judged, ...]  # left after all proposals, surest first
    misses: tuple[Judged, ...]  # left after all proposals, lowest first


def tune(
    items: Sequence[Labelled], profiles: Mapping[str, Profile], topic: str, *, threshold_only: bool = False
) -> Tuning:
    """Propose edits of one topic's profile.

    Args:
        items: judged entries; those that do not grade the topic only guard the others.
        profiles: all topics, so that an edit of a shared concept is measured on all of them.
        topic: a profile id.
        threshold_only: leave terms and patterns as they are.
    """
    judged = judge_all(items, profiles)
    own = judged[topic]
    threshold = profiles[topic].threshold
    misses = [item for item in own if item.grade == 2 and item.match.score < threshold]
    words = missing_words(misses, [item for item in own if item.grade == 0]) if misses else []
    terms, patterns = term_records(own, threshold), pattern_records(own, threshold)
    bench = Bench(items, dict(profiles), judged)
    guesses: list[tuple[Edit, _Reason]] = [
        *_removals(terms, profiles[topic]),
        *_lower_scores(patterns, profiles[topic]),
        *((edit, word) for word in words[:WORDS_TRIED] for edit in additions(word, profiles[topic])),
    ]
    if threshold_only:
        guesses = []
    measured = [(bench.measure(edit), edit, reason) for edit, reason in guesses]
    measured = [one for one in measured if sum(one[0]) >= _needed(one[1])]
    measured.sort(key=lambda one: -sum(one[0]))
    proposals = []
    for _, edit, reason in measured:
        saved = bench.measure(edit)  # again: what an earlier one saved is not saved twice
        if sum(saved) >= _needed(edit):
            bench.make(edit)
            proposals.append(
                Proposal(edit=edit, false_saved=saved[0], missed_saved=saved[1], because=_because(reason))
            )
    advice = advise(bench.judged[topic], threshold)
    after = advice.now
    if advice.worth_it:
        after = advice.best
        edit = SetThreshold(topic=topic, value=after.threshold)
        proposals.append(
            Proposal(
                edit=edit,
                false_saved=advice.now.false_count - after.false_count,
                missed_saved=advice.now.missed_count - after.missed_count,
                because=f"F1 {advice.now.f1:.3f} → {after.f1:.3f}",
            )
        )
    return Tuning(
        topic=topic,
        counted=len(own),
        before=figures_at(own, threshold),
        after=after,
        threshold=advice,
        proposals=tuple(proposals),
        terms=tuple(one for one in terms if one.false_count),
        patterns=tuple(patterns),
        words=tuple(words),
        false_alarms=_wrong(bench.judged[topic], after.threshold, grade=0),
        misses=_wrong(bench.judged[topic], after.threshold, grade=2),
    )


_Reason = TermRecord | PatternRecord | MissingWord


def _removals(records: Sequence[TermRecord], profile: Profile) -> list[tuple[Edit, _Reason]]:
    """Terms that stand in more false alarms than in true ones."""
    suspects = [
        one for one in records if one.false_count >= FALSE_ALARMS_NEEDED and one.false_count > one.true_count
    ]
    suspects.sort(key=lambda one: one.true_count - one.false_count)
    own = f"{profile.id}/"
    return [
        (
            RemoveTerm(
                topic=profile.id,
                concept=one.concept.removeprefix(own),
                shared=not one.concept.startswith(own),
                member=one.member,
                term=one.term,
            ),
            one,
        )
        for one in suspects[:TERMS_TRIED]
    ]


def _lower_scores(records: Sequence[PatternRecord], profile: Profile) -> list[tuple[Edit, _Reason]]:
    """Patterns that alone bring more false alarms than true ones: they should not decide alone."""
    scores = {pattern.name: pattern.score for pattern in profile.patterns}
    value = max(1.0, profile.threshold - BELOW_THRESHOLD)
    suspects = [
        one
        for one in records
        if one.alone_false_count >= FALSE_ALARMS_NEEDED
        and one.alone_false_count > one.alone_true_count
        and scores.get(one.pattern, 0.0) > value
    ]
    return [
        (SetScore(topic=profile.id, pattern=one.pattern, value=value), one)
        for one in suspects[:PATTERNS_TRIED]
    ]


def _needed(edit: Edit) -> int:
    return SHARED_GAIN_NEEDED if isinstance(edit, RemoveTerm | AddTerm) and edit.shared else GAIN_NEEDED


def _because(reason: _Reason) -> str:
    if isinstance(reason, TermRecord):
        return f"evidence of {reason.false_count} false alarms and {reason.true_count} true ones"
    if isinstance(reason, PatternRecord):
        return (
            f"alone it brings {reason.alone_false_count} false alarms and {reason.alone_true_count} true ones"
        )
    return f"in {reason.miss_count} misses and {reason.off_topic_count} entries off topic"


def _wrong(judged: Sequence[Judged], threshold: float, *, grade: int) -> tuple[Judged, ...]:
    found = [
        replace(item, match=replace(item.match, threshold=threshold))
        for item in judged
        if item.grade == grade and (item.match.score >= threshold) == (grade == 0)
    ]
    return tuple(sorted(found, key=lambda item: -item.match.score if grade == 0 else item.match.score))
