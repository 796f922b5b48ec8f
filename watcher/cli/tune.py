"""`watcher tune`: a better threshold and terms from judged entries, as a patch to review."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from watcher.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from watcher.cli.context import CliContext
    from watcher.config import Loaded
    from watcher.core.evaluation.topics import Figures, Judged, Labelled
    from watcher.core.evaluation.tuning import Edit, Proposal, Tuning

LABELS_FILE = "labels.jsonl"
FIGURE_COLUMNS = ("what", "threshold", "precision", "recall", "f1", "false_alarms", "misses")
PROPOSAL_COLUMNS = ("edit", "false_alarms_less", "misses_less", "because")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Patched:
    diffs: tuple[str, ...]  # unified diffs, one per file
    files: Mapping[Path, str]  # new texts
    figures: Figures  # measured with the patched files
    made: tuple[Proposal, ...]
    refused: tuple[tuple[Proposal, str], ...]  # with the reason


@click.command("tune")
@click.argument("topic")
@click.argument("labelled", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--apply", "write", is_flag=True, help="Write the patch, once the whole configuration passed.")
@click.option("--threshold-only", is_flag=True, help="Leave terms and patterns as they are.")
@click.option("--show", default=5, show_default=True, help="Show so many mistakes that would be left.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for machines.")
@click.pass_obj
def command(
    ctx: CliContext,
    *,
    topic: str,
    labelled: Path | None,
    write: bool,
    threshold_only: bool,
    show: int,
    as_json: bool,
) -> None:
    """Tune TOPIC from judged entries: the threshold that serves best and what it costs, terms and patterns that
    bring mostly false alarms, words that misses share. Prints a patch of the YAML; --apply writes it.

    LABELLED is a JSON-lines file in the labelled format (docs/labelling.md), plain or .gz. Without it: labels.jsonl
    in the state directory, else what was pressed under the alerts.
    """
    from watcher.config.problems import suggestion
    from watcher.core.evaluation.tuning import SetThreshold, tune

    loaded = ctx.load()
    if topic not in loaded.profiles:
        raise click.UsageError(f"there is no topic '{topic}'{suggestion(topic, loaded.profiles)}")
    items = _judged_items(ctx, labelled, topic)
    tuning = tune(items, loaded.profiles, topic, threshold_only=threshold_only)
    patched = _patch(ctx, loaded, items, tuning)
    if as_json:
        from watcher.cli.output import emit_json

        emit_json(_as_json(tuning, patched))
    else:
        _print(tuning, patched, show)
    if not write or not patched.files:
        return
    from watcher.config.saving import save

    save(ctx.config_location, os.environ, patched.files)
    if not as_json:
        thresholds = any(isinstance(one.edit, SetThreshold) for one in patched.made)
        click.echo(f"\n{len(patched.files)} file{'s' * (len(patched.files) > 1)} written")
        click.echo("  a running watcher takes it over within seconds")
        click.echo(f"  watcher backtest shows {'its' if thresholds else 'the'} effect on what was seen")


def _judged_items(ctx: CliContext, file: Path | None, topic: str) -> list[Labelled]:
    from watcher.cli.entries_file import read_labelled
    from watcher.cli.pressed import pressed_labels

    if file is None and (ctx.state_dir / LABELS_FILE).exists():
        file = ctx.state_dir / LABELS_FILE
    if file is not None:
        items, source = read_labelled(file), str(file)
    else:
        with ctx.read_store() as store:
            items, source = pressed_labels(store), "the buttons under the alerts"
        if not items:
            raise click.UsageError(
                "nobody has judged an alert by its buttons yet: name a file of judged entries (docs/labelling.md)"
            )
    graded = sum(topic in item.grades for item in items)
    on_topic = sum(item.grades.get(topic) == 2 for item in items)
    if not on_topic:
        raise ConfigError(
            [f"{source}: of {graded} entries judged for '{topic}' none is on topic: nothing to tune from"]
        )
    return items


def _patch(ctx: CliContext, loaded: Loaded, items: Sequence[Labelled], tuning: Tuning) -> _Patched:
    """Make the proposals in the files' texts, and measure what those files give."""
    from watcher.cli.tune_patch import Patch
    from watcher.config import load
    from watcher.config.editing import diff
    from watcher.core.evaluation.tuning import figures_at, judge_all

    def check(texts: Mapping[Path, str]) -> None:
        load(ctx.config_location, os.environ, instead=texts)

    patch = Patch(loaded.location)
    made: list[Proposal] = []
    refused: list[tuple[Proposal, str]] = []
    for proposal in tuning.proposals:
        try:
            patch.make(proposal.edit, check)
            made.append(proposal)
        except ConfigError as error:
            refused.append((proposal, str(error)))
    files = patch.changed()
    figures = tuning.before
    if files:
        profiles = load(ctx.config_location, os.environ, instead=files).profiles
        figures = figures_at(judge_all(items, profiles)[tuning.topic], profiles[tuning.topic].threshold)
    return _Patched(
        diffs=tuple(
            diff(patch.before[file], text, loaded.location.shown(file)) for file, text in files.items()
        ),
        files=files,
        figures=figures,
        made=tuple(made),
        refused=tuple(refused),
    )


def _print(tuning: Tuning, patched: _Patched, show: int) -> None:
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


def _as_json(tuning: Tuning, patched: _Patched) -> dict[str, Any]:
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
