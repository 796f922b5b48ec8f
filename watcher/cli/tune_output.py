"""How `watcher tune` shows what it found: tables and a diff for people, one JSON object for machines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from watcher.core.evaluation.topics import Figures, Judged
    from watcher.core.evaluation.tuning import Edit, Proposal, Tuning

FIGURE_COLUMNS = ("what", "threshold", "precision", "recall", "f1", "false_alarms", "misses")
PROPOSAL_COLUMNS = ("edit", "false_alarms_less", "misses_less", "because")


@dataclass(frozen=True, slots=True, kw_only=True)
class Patched:
    """The proposals as texts of the configuration's files."""

    diffs: tuple[str, ...]  # unified diffs, one per file
    files: Mapping[Path, str]  # new texts
    figures: Figures  # measured with the patched files
    made: tuple[Proposal, ...]
    refused: tuple[tuple[Proposal, str], ...]  # with the reason


def show_tuning(tuning: Tuning, patched: Patched, show: int) -> None:
    """Print figures, suspects, proposals, `show` mistakes of each kind that are left, and the patch."""
    from watcher.cli.output import emit

    relevant = tuning.before.true_count + tuning.before.missed_count
    click.echo(f"{tuning.topic}: {tuning.counted} judged entries, {relevant} on topic")
    rows = [_figures("now", tuning.before)]
    if patched.files:
        rows.append(_figures("with the patch", patched.figures))
    best = tuning.threshold.best
    if best.threshold not in (tuning.before.threshold, patched.figures.threshold):
        rows.append(_figures("best threshold here", best))
    if tuning.threshold.held_out is not None:
        rows.append({**_figures("tuned on 4/5, judged on 1/5", tuning.threshold.held_out), "threshold": None})
    emit(rows, FIGURE_COLUMNS)
    click.echo("\nWhat another threshold costs:")
    emit([_figures("", at) for at in tuning.threshold.sweep], FIGURE_COLUMNS[1:])
    if suspects := [one for one in tuning.terms if one.false_count > one.true_count]:
        click.echo("\nTerms that bring mostly false alarms:")
        emit(
            [
                {"concept": one.concept, "term": one.term, "false": one.false_count, "true": one.true_count}
                for one in suspects[:10]
            ]
        )
    if tuning.words:
        click.echo("\nWords that misses share:")
        emit(
            [
                {
                    "word": word.text,
                    "misses": word.miss_count,
                    "off_topic": word.off_topic_count,
                    "would_complete": [concept for concept, _ in word.completes[:3]],
                }
                for word in tuning.words[:10]
            ]
        )
    if patched.made:
        click.echo("\nProposed, each measured with the ones above it:")
        emit([_proposal(one) for one in patched.made], PROPOSAL_COLUMNS)
    for proposal, reason in patched.refused:
        click.echo(f"\nNot in the patch: {describe(proposal.edit)}: {reason}")
    _print_left(tuning, show)
    click.echo()
    if patched.diffs:
        click.echo("".join(patched.diffs), nl=False)
    else:
        click.echo("Nothing is proposed: no edit saves more mistakes than chance would.")


def _print_left(tuning: Tuning, show: int) -> None:
    from watcher.cli.output import emit

    for title, items in (("False alarms", tuning.false_alarms), ("Misses", tuning.misses)):
        if items and show:
            click.echo(f"\n{title} that are left ({len(items)}):")
            emit([_mistake(item) for item in items[:show]], ("score", "outlet", "title", "because"))


def describe(edit: Edit) -> str:
    """An edit in words."""
    from watcher.core.evaluation.tuning import AddTerm, SetScore, SetThreshold

    if isinstance(edit, SetThreshold):
        return f"threshold {edit.value:g}"
    if isinstance(edit, SetScore):
        return f"score {edit.value:g} for '{edit.pattern}'"
    member = f".{edit.member}" if edit.member and edit.member != edit.concept else ""
    place = f"{edit.concept}{member}{' (shared)' if edit.shared else ''}"
    if isinstance(edit, AddTerm):
        return f"add '{edit.term}' ({edit.language or 'any'}) to {place}"
    return f"remove '{edit.term}' from {place}"


def _proposal(one: Proposal) -> dict[str, Any]:
    return {
        "edit": describe(one.edit),
        "false_alarms_less": one.false_saved,
        "misses_less": one.missed_saved,
        "because": one.because,
    }


def _figures(what: str, at: Figures) -> dict[str, Any]:
    return {
        "what": what,
        "threshold": at.threshold,
        "precision": f"{at.precision:.3f}",
        "recall": f"{at.recall:.3f}",
        "f1": f"{at.f1:.3f}",
        "false_alarms": at.false_count,
        "misses": at.missed_count,
    }


def _mistake(item: Judged) -> dict[str, Any]:
    from watcher.core.evaluation.nearmisses import because

    return {
        "score": item.match.score,
        "outlet": item.entry.outlet,
        "title": item.entry.title,
        "because": because(item.match),
        "entry": item.entry.id,
    }


def as_json_object(tuning: Tuning, patched: Patched) -> dict[str, Any]:
    """Everything for machines."""
    held_out = tuning.threshold.held_out
    return {
        "topic": tuning.topic,
        "judged": tuning.counted,
        "now": _figures("now", tuning.before),
        "patched": _figures("patched", patched.figures),
        "held_out": _figures("held out", held_out) if held_out else None,
        "sweep": [_figures("", at) for at in tuning.threshold.sweep],
        "proposals": [_proposal(one) for one in patched.made],
        "refused": [{"edit": describe(one.edit), "reason": reason} for one, reason in patched.refused],
        "false_alarms": [_mistake(item) for item in tuning.false_alarms],
        "misses": [_mistake(item) for item in tuning.misses],
        "diff": "".join(patched.diffs),
    }
