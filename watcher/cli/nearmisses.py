"""`watcher nearmisses`: where a profile may be too narrow."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from watcher.cli.params import COUNT, DURATION, unknown

if TYPE_CHECKING:
    from watcher.cli.context import CliContext
    from watcher.core.evaluation.nearmisses import NearMiss, Silence

COLUMNS = ("score", "threshold", "topic", "at", "outlet", "title", "because")
SILENCE_COLUMNS = ("topic", "stories", "last", "usual_gap", "silent", "title")
SILENCE_WINDOW = timedelta(days=30)
"""What is usual for a topic is told from so long, or from what was asked for where that is longer."""


@click.command("nearmisses")
@click.option("--since", type=DURATION, default="7d", show_default=True, help="How far back, as 24h, 7d.")
@click.option("--topic", help="Only this topic.")
@click.option(
    "--margin", type=click.FloatRange(0, 100), default=20.0, show_default=True, help="Points below."
)
@click.option("--limit", type=COUNT, default=50, show_default=True, help="At most so many entries.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for machines.")
@click.pass_obj
def command(
    ctx: CliContext, *, since: timedelta, topic: str | None, margin: float, limit: int, as_json: bool
) -> None:
    """Entries just below a threshold, nearest first, and how long each topic has been without a story.

    Scores are the stored ones, against the thresholds of that time; `watcher backtest` applies new ones.

    \b
    watcher nearmisses --since 30d --topic aes --margin 10
    """
    from watcher.cli.output import emit, emit_json
    from watcher.core.evaluation.nearmisses import near_misses, silences

    now = datetime.now(UTC)
    profiles = ctx.load().profiles
    if topic is not None:
        if topic not in profiles:
            raise unknown("topic", topic, profiles)
        profiles = {topic: profiles[topic]}
    with ctx.read_store() as store:
        judged = store.entries_since(now - since)
        stories = store.stories_since(now - max(since, SILENCE_WINDOW))
    misses = near_misses(
        ((one.entry, one.matches) for one in judged if one.matches), margin=margin, topic=topic
    )
    quiet = silences(
        ((topic_id, story.opened_at, story.headline) for story in stories for topic_id in story.topics),
        profiles,
        now,
        watched_since=judged[0].entry.first_seen_at if judged else None,
    )
    if as_json:
        emit_json(
            {
                "near_misses": [near_row(miss) for miss in misses[:limit]],
                "topics": [_silence_row(one) for one in quiet],
            }
        )
        return
    click.echo(
        f"{len(misses)} of {len(judged)} entries stayed below a threshold by at most {margin:g} points"
    )
    if misses:
        emit([near_row(miss) for miss in misses[:limit]], COLUMNS)
    click.echo("\nTopics, and how long they have been without a story:")
    emit([_silence_row(one) for one in quiet], SILENCE_COLUMNS)


def near_row(miss: NearMiss) -> dict[str, Any]:
    """A near miss as a row of a table."""
    return {
        "score": miss.match.score,
        "threshold": miss.match.threshold,
        "topic": miss.match.profile_id,
        "at": miss.entry.at,
        "outlet": miss.entry.outlet,
        "title": miss.entry.title,
        "because": miss.because,
        "entry": miss.entry.id,
        "url": miss.entry.url,
        "told_for": list(miss.told_for),
        "repeats": miss.repeat_count,
    }


def _silence_row(one: Silence) -> dict[str, Any]:
    return {
        "topic": one.topic,
        "stories": one.story_count,
        "last": one.last_at,
        "usual_gap": None if one.usual_gap_s is None else f"{one.usual_gap_s / 3600:.1f} h",
        "silent": "silent" if one.silent else "",
        "title": one.last_title,
        "expected_since": None if one.expected_count is None else round(one.expected_count, 1),
    }
