"""`watcher recent`: the latest entries with their scores and fates."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from watcher.cli.params import COUNT, DURATION, refuse_unknown

if TYPE_CHECKING:
    from datetime import timedelta

    from watcher.cli.context import CliContext
    from watcher.core.model import JudgedEntry

COLUMNS = ("seen", "entry", "score", "topic", "fate", "outlet", "title")


@click.command("recent")
@click.option(
    "--since", type=DURATION, default="24h", show_default=True, help="How far back, as 30m, 24h, 7d."
)
@click.option("--limit", type=COUNT, default=50, show_default=True, help="At most so many.")
@click.option("--topic", help="Only entries with a score for this topic.")
@click.option("--feed", help="Only entries of this feed.")
@click.option("--all", "show_all", is_flag=True, help="Also what no topic has any evidence for.")
@click.option("--json", "as_json", is_flag=True, help="All fields, for machines.")
@click.pass_obj
def command(
    ctx: CliContext,
    *,
    since: timedelta,
    limit: int,
    topic: str | None,
    feed: str | None,
    show_all: bool,
    as_json: bool,
) -> None:
    """The latest entries: score, topic, and what became of each (new story, same story, below the line …)."""
    from watcher.cli.output import emit
    from watcher.core.model import Fate

    after = datetime.now(UTC) - since
    fates = None if show_all else [fate for fate in Fate if fate is not Fate.OFF_TOPIC]
    with ctx.read_store() as store:
        found = store.recent(after, limit=limit, feed_id=feed, profile_id=topic, fates=fates)
    if not found:
        refuse_unknown(ctx, topic=topic, feed=feed)
    emit([_row(judged) for judged in found], COLUMNS, as_json=as_json)


def _row(judged: JudgedEntry) -> dict[str, Any]:
    best = max(judged.matches, key=lambda match: match.score, default=None)
    entry = judged.entry
    return {
        "seen": entry.first_seen_at,
        "entry": entry.id,
        "score": best.score if best else None,
        "topic": best.profile_id if best else None,
        "fate": judged.fate.value,
        "reason": judged.reason,
        "outlet": entry.outlet,
        "title": entry.title,
        "url": entry.url,
        "published": entry.published_at,
        "story": judged.story_id,
        "scores": {match.profile_id: match.score for match in judged.matches},
    }
