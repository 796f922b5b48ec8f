"""The page: the template filled in. Everything that comes from feeds is escaped; nothing is loaded from elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from watcher.ops.report import charts
from watcher.ops.report.drawing import spark

if TYPE_CHECKING:
    from datetime import timedelta

    from watcher.ops.report.facts import Report

TEMPLATE = "report.html.j2"


def render(report: Report) -> str:
    """Return the report as one HTML document."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(link=_link, span=_span, clip=_clip)
    kinds = charts.kinds(report)
    marks, rows = charts.timelines(report)
    return environment.get_template(TEMPLATE).render(
        report=report,
        kinds=kinds,
        several=any(topic == "" for _, topic in report.alerts),
        alerts=charts.alerts_per_day(report),
        topics=[
            (
                topic,
                kinds[topic.id],
                charts.scores(topic, kinds[topic.id]),
                charts.curve(topic) if topic.curve else None,
            )
            for topic in report.topics
        ],
        marks=marks,
        timelines=rows,
        spark=spark,
        problems=sum(feed.state in ("gone", "failing") for feed in report.feeds),
    )


def _link(url: str) -> str:
    """A link that is safe to click: http(s) or nothing."""
    return url if urlsplit(url).scheme in ("http", "https") else ""


def _span(time: timedelta | float | None) -> str:
    """ "40 s", "3 min", "5 h", "2 d"; "–" for nothing."""
    if time is None:
        return "–"
    seconds = time if isinstance(time, int | float) else time.total_seconds()
    for size, unit in ((86400 * 2, "d"), (7200, "h"), (120, "min")):
        if seconds >= size:
            return f"{seconds / {'d': 86400, 'h': 3600, 'min': 60}[unit]:.0f} {unit}"
    return f"{seconds:.0f} s" if seconds >= 1 or not seconds else "< 1 s"


def _clip(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"
