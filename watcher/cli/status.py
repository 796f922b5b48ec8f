"""`watcher status`: what is watched, how each feed does, what waits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from watcher.cli.context import CliContext
    from watcher.core.model import FeedState

COLUMNS = ("feed", "state", "last_success_at", "next_poll_at", "why_then", "entries_per_day", "error")


@click.command("status")
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for machines.")
@click.option("--all", "show_all", is_flag=True, help="Every feed; default: the ten next and all in trouble.")
@click.pass_obj
def command(ctx: CliContext, *, as_json: bool, show_all: bool) -> None:
    """What is watched, how each feed does, what waits. Works beside a running watcher."""
    from watcher.cli.output import emit, emit_json

    now = datetime.now(UTC)
    with ctx.read_store() as store:
        states = store.feed_states()
        counters = store.counters(now - timedelta(days=1))
        targets = store.target_states()
        mutes = store.mutes(now)
    feeds = [_feed(state, now) for state in states]
    summary: dict[str, Any] = {
        "database": str(ctx.database),
        "feeds": len(feeds),
        "failing": sum(row["state"] not in ("ok", "never polled") for row in feeds),
        "never_polled": sum(row["state"] == "never polled" for row in feeds),
        "entries_24h": counters.entry_count,
        "fates_24h": {fate.value: count for fate, count in counters.fates.items()},
        "alerts_24h": counters.alerts_by_topic,
        "outbox": {state.value: count for state, count in counters.deliveries.items()},
        "mutes": [f"{mute.kind} {mute.value}" for mute in mutes],
        "unreachable_targets": [t.target_id for t in targets.values() if t.unreachable_since],
    }
    if as_json:
        emit_json({**summary, "feed_states": feeds})
        return
    for key, value in summary.items():
        if isinstance(value, dict):
            value = ", ".join(f"{name} {count}" for name, count in value.items()) or "none"
        elif isinstance(value, list):
            value = ", ".join(value) or "none"
        click.echo(f"{key.replace('_', ' '):>20}  {value}")
    calm = [row for row in feeds if row["state"] == "ok"]
    calm.sort(key=lambda row: row["next_poll_at"] or now)
    trouble = [row for row in feeds if row["state"] != "ok"]
    shown = [row | {"state": _in_words(row)} for row in trouble] + (calm if show_all else calm[:10])
    if shown:
        click.echo()
        emit(shown, COLUMNS)


def _in_words(row: dict[str, Any]) -> str:
    """How long a feed has been in trouble (F10)."""
    if row["failing_since"] is None:
        return str(row["state"])
    times = "once" if row["failures"] == 1 else f"{row['failures']} times"
    return f"{row['state']}: {times} since {row['failing_since']:%Y-%m-%d %H:%M}"


def _feed(state: FeedState, now: datetime) -> dict[str, Any]:
    from watcher.core.text.urls import shown_url

    if state.gone:
        verdict = "gone"
    elif state.failure_count:
        verdict = "failing"
    elif state.last_success_at is None:
        verdict = "never polled"
    else:
        verdict = "ok"
    return {
        "feed": state.feed_id,
        "url": shown_url(state.moved_to or state.url),
        "state": verdict,
        "last_poll_at": state.last_poll_at,
        "last_success_at": state.last_success_at,
        "last_status": state.last_status,
        "next_poll_at": state.next_poll_at or now,
        "why_then": state.next_poll_reason or "never polled: at once",
        "entries_per_day": state.entries_per_day,
        "last_entry_at": state.last_entry_at,
        "failures": state.failure_count,
        "failing_since": state.failing_since,
        "error": state.last_error,
    }
