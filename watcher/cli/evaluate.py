"""`watcher evaluate`: the profiles against judged entries."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from watcher.cli.params import COUNT, unknown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from watcher.cli.context import CliContext
    from watcher.core.evaluation.topics import Figures, Judged, TopicEvaluation

FIGURES = ("precision", "recall", "f1", "average_precision")


@click.command("evaluate")
@click.argument("labelled", type=click.Path(path_type=Path))
@click.option("--topic", help="Only this topic.")
@click.option(
    "--worst",
    type=COUNT,
    default=5,
    show_default=True,
    help="So many false alarms and misses, each explained.",
)
@click.option(
    "--floor",
    type=click.Path(path_type=Path),
    help="JSON file of least figures per topic; exit 1 when one is not reached.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for machines.")
@click.pass_obj
def command(
    ctx: CliContext, *, labelled: Path, topic: str | None, worst: int, floor: Path | None, as_json: bool
) -> None:
    """Precision, recall and F1 of each topic on judged entries, and the worst mistakes.

    LABELLED holds one JSON object a line, plain or gzipped: title, summary, source, language, and grades per
    topic (2 on topic, 0 off topic, 1 borderline and not counted).
    """
    from watcher.cli.entries_file import read_labelled
    from watcher.cli.output import emit_json
    from watcher.core.evaluation.topics import evaluate
    from watcher.core.matching import compile_matcher

    matcher = compile_matcher(list(ctx.load().profiles.values()))
    if topic is not None and topic not in matcher.profiles:
        raise unknown("topic", topic, matcher.profiles)
    least = _read_floor(floor) if floor is not None else {}
    chance = random.Random(20240506)  # fixed: the same file gives the same intervals
    evaluations = evaluate(
        read_labelled(labelled),
        matcher,
        choose=lambda weights, count: chance.choices(range(len(weights)), weights, k=count),
    )
    evaluations = {name: one for name, one in evaluations.items() if topic in (None, name)}
    if not evaluations:
        raise click.ClickException(f"{labelled}: no entry has a grade for any of the configured topics")
    fallen = _fallen(evaluations, least)
    if as_json:
        topics = {name: _facts(one, worst) for name, one in evaluations.items()}
        emit_json({"topics": topics, "labelled": str(labelled), "below_floor": fallen})
    else:
        _show(evaluations, worst)
    for line in fallen:
        click.echo(line, err=True)
    if fallen:
        raise SystemExit(1)


def _show(evaluations: Mapping[str, TopicEvaluation], worst: int) -> None:
    from watcher.cli.output import emit

    emit(
        [_row(one) for one in evaluations.values()],
        (
            "topic",
            "threshold",
            "precision",
            "recall",
            "f1",
            "95% of f1",
            "ap",
            "on topic",
            "false",
            "missed",
            "best",
        ),
    )
    for one in evaluations.values():
        click.echo(f"\n{one.topic}: sweep")
        emit([_sweep_row(at) for at in one.sweep])
        for heading, mistakes in (("false alarms", one.false_alarms), ("misses", one.misses)):
            if mistakes[:worst]:
                click.echo(f"\n{one.topic}: worst {heading}")
            for judged in mistakes[:worst]:
                _show_mistake(judged)


def _show_mistake(judged: Judged) -> None:
    from watcher.core.matching.explaining import explain

    click.echo(f"\n  {judged.entry.title}")
    if judged.entry.summary:
        click.echo(f"  {judged.entry.summary[:200]}")
    for line in explain(judged.match):
        click.echo(f"    {line}")


def _row(one: TopicEvaluation) -> dict[str, Any]:
    figures = one.figures
    low, high = one.intervals["f1"]
    return {
        "topic": one.topic,
        "threshold": figures.threshold,
        "precision": f"{figures.precision:.3f}",
        "recall": f"{figures.recall:.3f}",
        "f1": f"{figures.f1:.3f}",
        "95% of f1": f"{low:.3f}-{high:.3f}",
        "ap": f"{one.average_precision:.3f}",
        "on topic": figures.true_count + figures.missed_count,
        "false": figures.false_count,
        "missed": figures.missed_count,
        "best": f"{one.best.f1:.3f} at {one.best.threshold:g}",
    }


def _sweep_row(at: Figures) -> dict[str, Any]:
    return {
        "threshold": at.threshold,
        "precision": f"{at.precision:.3f}",
        "recall": f"{at.recall:.3f}",
        "f1": f"{at.f1:.3f}",
    }


def _facts(one: TopicEvaluation, worst: int) -> dict[str, Any]:
    return {
        **_figures(one.figures),
        "average_precision": one.average_precision,
        "counted": one.counted,
        "intervals": one.intervals,
        "best": _figures(one.best),
        "sweep": [_figures(at) for at in one.sweep],
        "false_alarms": [_mistake(judged) for judged in one.false_alarms[:worst]],
        "misses": [_mistake(judged) for judged in one.misses[:worst]],
    }


def _figures(figures: Figures) -> dict[str, float]:
    return {
        "threshold": figures.threshold,
        "precision": figures.precision,
        "recall": figures.recall,
        "f1": figures.f1,
        "true": figures.true_count,
        "false": figures.false_count,
        "missed": figures.missed_count,
    }


def _mistake(judged: Judged) -> dict[str, Any]:
    from watcher.core.matching.explaining import explain

    entry = judged.entry
    return {
        "id": entry.id,
        "title": entry.title,
        "summary": entry.summary,
        "score": judged.match.score,
        "explanation": explain(judged.match),
    }


def _read_floor(path: Path) -> dict[str, dict[str, float]]:
    from watcher.errors import ConfigError

    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError([f"{path}: cannot be read: {error.strerror}"]) from error
    except ValueError as error:
        raise ConfigError([f"{path}: is no JSON: {error}"]) from error
    topics = content.get("topics") if isinstance(content, dict) else None
    if not isinstance(topics, dict) or not topics:
        raise ConfigError([f'{path}: must hold {{"topics": {{"<topic>": {{"f1": 0.9}}}}}}'])
    for topic, figures in topics.items():
        for name, least in figures.items() if isinstance(figures, dict) else [("", None)]:
            if name not in FIGURES or isinstance(least, bool) or not isinstance(least, int | float):
                raise ConfigError(
                    [f"{path}: topics.{topic}: figures are {', '.join(FIGURES)}, each a number 0-1"]
                )
    return topics


def _fallen(
    evaluations: Mapping[str, TopicEvaluation], least: Mapping[str, Mapping[str, float]]
) -> list[str]:
    """What lies below the floor, and floors of topics that were not measured."""
    lines = []
    for topic, floors in least.items():
        one = evaluations.get(topic)
        if one is None:
            lines.append(f"{topic}: has a floor, but was not measured")
            continue
        measured = {
            "precision": one.figures.precision,
            "recall": one.figures.recall,
            "f1": one.figures.f1,
            "average_precision": one.average_precision,
        }
        lines += [
            f"{topic}: {name} is {measured[name]:.4f}, below the floor of {floor:g}"
            for name, floor in floors.items()
            if measured[name] < floor
        ]
    return lines
