"""`watcher trace`: one entry's way, with times."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from watcher.cli.context import CliContext
    from watcher.store.reading import Trace


@click.command("trace")
@click.argument("entry")
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for machines.")
@click.pass_obj
def command(ctx: CliContext, *, entry: str, as_json: bool) -> None:
    """One entry's way: seen, matched, grouped, sent, with times.

    ENTRY is an id (or its beginning) from `watcher recent`, a URL, a story's id, or words of the headline.

    \b
    watcher trace 830e42b6
    watcher trace "Lavrov lands in Bamako"
    """
    from watcher.cli.output import emit, emit_json

    with ctx.read_store() as store:
        found = store.find(entry)
        trace = store.trace(found[0].entry.id) if len(found) == 1 else None
    if trace is None:
        if not found:
            raise click.ClickException(
                f"no stored entry has {entry!r} as id, URL, story or words of its title"
            )
        click.echo(f"{len(found)} entries fit; name one:", err=True)
        emit([{"entry": one.entry.id, "outlet": one.entry.outlet, "title": one.entry.title} for one in found])
        raise SystemExit(1)
    if as_json:
        emit_json(_facts(trace))
    else:
        for line in _lines(trace):
            click.echo(line)


def _lines(trace: Trace) -> list[str]:
    judged, entry = trace.judged, trace.judged.entry
    claimed = f"{entry.published_at:%Y-%m-%d %H:%M:%S}" if entry.published_at else "no date"
    lines = [
        f"{entry.title}",
        f"{entry.outlet} · {entry.url or 'no link'}",
        f"{entry.first_seen_at:%Y-%m-%d %H:%M:%S}  seen in feed {entry.feed_id} (published: {claimed})",
    ]
    for match in judged.matches:
        verdict = "on topic" if match.on_topic else "below the line"
        lines.append(f"{'':19}  {match.profile_id}: {match.score:.0f} of {match.threshold:.0f}, {verdict}")
        for evidence in match.evidence:
            words = ", ".join(dict.fromkeys(mention.words for mention in evidence.mentions))
            lines.append(f"{'':19}    {evidence.pattern} ({evidence.score:.0f}): {words}")
    lines.append(f"{'':19}  {judged.fate.value}: {judged.reason}")
    if trace.story is not None:
        story = trace.story
        lines.append(
            f"{story.opened_at:%Y-%m-%d %H:%M:%S}  story {story.id}: {story.headline}"
            f" ({len(story.entries)} entries, {len(story.outlets)} outlets)"
        )
    lines += [
        f"{alert.created_at:%Y-%m-%d %H:%M:%S}  alert ({alert.kind.value}): {', '.join(alert.topics)}"
        for alert in trace.alerts
    ]
    for delivery in trace.deliveries:
        at = delivery.delivered_at or delivery.started_at or delivery.due_at
        told = f", message {delivery.receipt}" if delivery.receipt else ""
        why = f" ({delivery.reason})" if delivery.reason else ""
        lines.append(
            f"{at:%Y-%m-%d %H:%M:%S}  {delivery.kind.value} to {delivery.target_id}: {delivery.state.value}{told}{why}"
        )
    return lines


def _facts(trace: Trace) -> dict[str, Any]:
    from dataclasses import asdict

    return asdict(trace)
