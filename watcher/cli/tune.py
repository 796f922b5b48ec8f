"""`watcher tune`: a better threshold and terms from judged entries, as a patch to review."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from watcher.cli.params import COUNT, unknown
from watcher.cli.tune_output import Patched, as_json_object, show_tuning
from watcher.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from watcher.cli.context import CliContext
    from watcher.config import Loaded
    from watcher.core.evaluation.topics import Labelled
    from watcher.core.evaluation.tuning import Proposal, Tuning

LABELS_FILE = "labels.jsonl"


@click.command("tune")
@click.argument("topic")
@click.argument("labelled", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--apply", "write", is_flag=True, help="Write the patch, once the whole configuration passed.")
@click.option("--threshold-only", is_flag=True, help="Leave terms and patterns as they are.")
@click.option(
    "--show", type=COUNT, default=5, show_default=True, help="Show so many mistakes that would be left."
)
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

    \b
    watcher tune aes judged.jsonl
    watcher tune aes judged.jsonl --apply
    """
    from watcher.core.evaluation.tuning import SetThreshold, tune

    loaded = ctx.load()
    if topic not in loaded.profiles:
        raise unknown("topic", topic, loaded.profiles)
    items = _judged_items(ctx, labelled, topic)
    tuning = tune(items, loaded.profiles, topic, threshold_only=threshold_only)
    patched = _patch(ctx, loaded, items, tuning)
    if as_json:
        from watcher.cli.output import emit_json

        emit_json(as_json_object(tuning, patched))
    else:
        show_tuning(tuning, patched, show)
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


def _patch(ctx: CliContext, loaded: Loaded, items: Sequence[Labelled], tuning: Tuning) -> Patched:
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
    return Patched(
        diffs=tuple(
            diff(patch.before[file], text, loaded.location.shown(file)) for file, text in files.items()
        ),
        files=files,
        figures=figures,
        made=tuple(made),
        refused=tuple(refused),
    )
