"""Tuning a topic from judged entries: which edits of its profile would make fewer mistakes, and at what cost. Pure.

::

    tuning = tune(items, profiles, "aes")
    for proposal in tuning.proposals: ...      # edits, each with what it was measured to bring

Nothing is learned behind anybody's back: what comes out are edits of the configuration, to be read and accepted.
"""

from watcher.core.evaluation.tuning.edits import AddTerm, Edit, RemoveTerm, SetScore, SetThreshold, apply
from watcher.core.evaluation.tuning.measuring import judge_all
from watcher.core.evaluation.tuning.proposing import Proposal, Tuning, tune
from watcher.core.evaluation.tuning.records import PatternRecord, TermRecord, pattern_records, term_records
from watcher.core.evaluation.tuning.thresholds import ThresholdAdvice, advise, figures_at

__all__ = [
    "AddTerm",
    "Edit",
    "PatternRecord",
    "Proposal",
    "RemoveTerm",
    "SetScore",
    "SetThreshold",
    "TermRecord",
    "ThresholdAdvice",
    "Tuning",
    "advise",
    "apply",
    "figures_at",
    "judge_all",
    "pattern_records",
    "term_records",
    "tune",
]
