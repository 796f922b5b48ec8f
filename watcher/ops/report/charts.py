"""The report's charts as coordinates; the template only writes them down. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher.ops.report.drawing import Axis, Bar, path, ticks
from watcher.ops.report.facts import BIN

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from watcher.core.model import Story
    from watcher.ops.report.facts import Report, TopicReport

Tick = tuple[float, str]  # place, label
COLOURS = 8  # topics have so many colours; further ones begin again
HOURS = (0, 1, 3, 6, 12, 24, 48, 72)  # marks of the timelines; a story ends after three days without an entry
DOTS_APART = 7.0  # pixels
SEVERAL = "several"  # the kind of bars that stand for several topics at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A drawing: its size, axes and bars."""

    width: float
    height: float
    left: float
    bottom: float  # where the horizontal axis lies
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    bars: tuple[Bar, ...] = ()
    line_at: float | None = None  # the threshold
    lines: tuple[tuple[str, str], ...] = ()  # (kind, SVG path)
    dots: tuple[tuple[float, float, str, str], ...] = ()  # x, y, kind, title


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """One story's row."""

    story: Story
    kinds: tuple[str, ...]  # of its topics
    start: float
    end: float
    dots: tuple[tuple[float, float, str], ...]  # x, radius, title


def kinds(report: Report) -> dict[str, str]:
    """Topic id -> the class that colours it."""
    return {topic.id: f"t{number % COLOURS}" for number, topic in enumerate(report.topics)}


def alerts_per_day(report: Report, width: float = 1000, height: float = 230) -> Chart:
    """Stacked bars: one per day, a part per topic, a part for alerts that name several."""
    of_topic = {**kinds(report), "": SEVERAL}
    names = {**{topic.id: topic.name for topic in report.topics}, "": "several topics"}
    totals = [sum(report.alerts.get((day, topic), 0) for topic in of_topic) for day in report.days]
    marks = ticks(max(totals, default=0))
    left, bottom = 34.0, height - 26
    y = Axis(0, marks[-1], bottom, 12)
    step = (width - left) / max(1, len(report.days))
    bar_width = min(46.0, step * 0.66)
    bars = []
    for number, day in enumerate(report.days):
        below = 0
        for topic, kind in of_topic.items():
            count = report.alerts.get((day, topic), 0)
            if count:
                top = y(below + count)
                bars.append(
                    Bar(
                        x=round(left + step * (number + 0.5) - bar_width / 2, 1),
                        y=top,
                        width=round(bar_width, 1),
                        height=round(y(below) - top - (1 if below else 0), 1),
                        kind=kind,
                        title=f"{day:%a %d %b}: {count} · {names[topic]}",
                    )
                )
                below += count
    every = max(1, -(-len(report.days) // 12))
    return Chart(
        width=width,
        height=height,
        left=left,
        bottom=bottom,
        x_ticks=tuple(
            (round(left + step * (number + 0.5), 1), f"{day:%a} {day.day} {day:%b}")
            for number, day in enumerate(report.days)
            if number % every == 0
        ),
        y_ticks=tuple((y(mark), str(mark)) for mark in marks),
        bars=tuple(bars),
    )


def scores(topic: TopicReport, kind: str, width: float = 480, height: float = 190) -> Chart:
    """A histogram of scores; what stays below the threshold is pale."""
    marks = ticks(max(topic.scores))
    left, bottom = 34.0, height - 26
    x, y = Axis(0, 100, left, width - 8), Axis(0, marks[-1], bottom, 22)
    bars = [
        Bar(
            x=x(number * BIN) + 1,
            y=y(count),
            width=round(x(BIN) - x(0) - 2, 1),
            height=round(bottom - y(count), 1),
            kind=kind if number * BIN >= topic.threshold else f"{kind} pale",
            title=f"score {number * BIN}-{number * BIN + BIN}: {count}",
        )
        for number, count in enumerate(topic.scores)
        if count
    ]
    return Chart(
        width=width,
        height=height,
        left=left,
        bottom=bottom,
        x_ticks=tuple((x(mark), str(mark)) for mark in range(0, 101, 20)),
        y_ticks=tuple((y(mark), str(mark)) for mark in marks),
        bars=tuple(bars),
        line_at=x(topic.threshold),
    )


def curve(topic: TopicReport, width: float = 480, height: float = 190) -> Chart:
    """Precision and recall of judged entries against the threshold."""
    left, bottom = 34.0, height - 26
    x, y = Axis(0, 100, left, width - 8), Axis(0, 1, bottom, 22)
    at = min(topic.curve, key=lambda figures: abs(figures.threshold - topic.threshold))
    return Chart(
        width=width,
        height=height,
        left=left,
        bottom=bottom,
        x_ticks=tuple((x(mark), str(mark)) for mark in range(0, 101, 20)),
        y_ticks=tuple((y(mark), f"{mark:.2g}") for mark in (0, 0.25, 0.5, 0.75, 1)),
        line_at=x(topic.threshold),
        lines=(
            ("precision", path([(x(one.threshold), y(one.precision)) for one in topic.curve])),
            ("recall", path([(x(one.threshold), y(one.recall)) for one in topic.curve])),
        ),
        dots=(
            (x(at.threshold), y(at.precision), "precision", f"precision {at.precision:.2f}"),
            (x(at.threshold), y(at.recall), "recall", f"recall {at.recall:.2f}"),
        ),
    )


def timelines(report: Report, width: float = 560) -> tuple[tuple[Tick, ...], tuple[Timeline, ...]]:
    """Hours after the first entry along the top, and one row per story with a dot for every entry.

    The scale is that of a square root: most outlets follow within hours, a few after days.
    """
    spans = [_hours(story, story.last_entry_at) for story in report.stories]
    last = next(hours for hours in HOURS if hours >= max([1.0, *spans]) or hours == HOURS[-1])
    x = Axis(0, math.sqrt(last), 8, width - 14)
    of_topic = kinds(report)
    rows = []
    for story in report.stories:
        places = _apart([x(math.sqrt(min(last, _hours(story, entry.at)))) for entry in story.entries])
        rows.append(
            Timeline(
                story=story,
                kinds=tuple(of_topic[topic] for topic in story.topics if topic in of_topic),
                start=min(places),
                end=max(places),
                dots=tuple(
                    (at, 6.0 if number == 0 else 4.5, f"{entry.at:%d %b %H:%M} {entry.outlet}: {entry.title}")
                    for number, (at, entry) in enumerate(zip(places, story.entries, strict=True))
                ),
            )
        )
    marks = tuple(
        (x(math.sqrt(hours)), f"{hours} h" if hours else "first") for hours in HOURS if hours <= last
    )
    return marks, tuple(rows)


def _hours(story: Story, at: datetime) -> float:
    """Hours after the story's first entry by its own time; an earlier time counts as the same moment."""
    return max(0.0, (at - story.entries[0].at).total_seconds() / 3600)


def _apart(places: Sequence[float]) -> list[float]:
    """Dots that would cover one another stand a little apart."""
    found: list[float] = []
    for place in places:
        while any(abs(place - other) < DOTS_APART for other in found):
            place = round(place + DOTS_APART, 1)
        found.append(place)
    return found
