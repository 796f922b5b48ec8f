"""`watcher stories`: the stories of a day with their outlets, to look at or to hand over."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from watcher.cli.params import DURATION, refuse_unknown

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta

    from watcher.cli.context import CliContext
    from watcher.core.model import Story

COLUMNS = ("first_seen", "story", "topics", "count", "headline", "outlets")


@click.command("stories")
@click.option("--topic", help="Only stories that matched this topic.")
@click.option(
    "--since", type=DURATION, default="24h", show_default=True, help="With an entry in the last 30m, 24h, 7d."
)
@click.option("--json", "as_json", is_flag=True, help="All fields, for machines.")
@click.option("--csv", "as_csv", is_flag=True, help="For a spreadsheet.")
@click.option("--markdown", "as_markdown", is_flag=True, help="By topic, to paste into a report.")
@click.pass_obj
def command(
    ctx: CliContext, *, topic: str | None, since: timedelta, as_json: bool, as_csv: bool, as_markdown: bool
) -> None:
    """Stories: headline, topics, outlets, when first seen; the newest first.

    \b
    watcher stories --since 7d --topic aes
    watcher stories --since 24h --markdown > today.md
    """
    if as_json + as_csv + as_markdown > 1:
        raise click.UsageError("name one of --json, --csv and --markdown")
    after = datetime.now(UTC) - since
    with ctx.read_store() as store:
        found = store.stories_since(after)
    stories = [story for story in reversed(found) if topic is None or topic in story.topics]
    if not stories:
        refuse_unknown(ctx, topic=topic)
    if as_csv:
        _csv(stories)
    elif as_markdown:
        _markdown(stories, topic)
    else:
        from watcher.cli.output import emit

        emit([_row(story) for story in stories], COLUMNS, as_json=as_json)


def _row(story: Story) -> dict[str, Any]:
    opener = story.entries[0] if story.entries else None
    return {
        "first_seen": min((entry.first_seen_at for entry in story.entries), default=story.opened_at),
        "last_entry": story.last_entry_at,
        "story": story.id,
        "topics": list(story.topics),
        "count": len(story.outlets),
        "headline": story.headline,
        "outlets": list(story.outlets),
        "url": opener.url if opener else "",
        "entries": len(story.entries),
        "told": list(story.told_targets),
        "follows": story.follows_story_id,
        "closed": story.closed_at,
    }


def _csv(stories: Sequence[Story]) -> None:
    import csv
    import io

    text = io.StringIO()
    rows = [_row(story) for story in stories]
    names = ("first_seen", "last_entry", "story", "topics", "count", "headline", "outlets", "url", "follows")
    writer = csv.writer(text)
    writer.writerow(names)
    for row in rows:
        writer.writerow([_cell(row[name]) for name in names])
    click.echo(text.getvalue(), nl=False)


def _cell(value: Any) -> str:
    """A value a spreadsheet will not take for a formula: feeds write these headlines, not we."""
    if isinstance(value, datetime):
        return value.isoformat()
    text = "; ".join(value) if isinstance(value, list) else str(value if value is not None else "")
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _markdown(stories: Sequence[Story], topic: str | None) -> None:
    topics = [topic] if topic else list(dict.fromkeys(name for story in stories for name in story.topics))
    for number, name in enumerate(topics):
        if number:
            click.echo()
        click.echo(f"## {_escaped(name)}\n")
        for story in stories:
            if name in story.topics:
                click.echo(_line(story))


def _line(story: Story) -> str:
    row = _row(story)
    headline = _escaped(story.headline)
    if row["url"]:
        url = row["url"].replace("(", "%28").replace(")", "%29").replace(" ", "%20")
        headline = f"[{headline}]({url})"
    outlets = ", ".join(map(_escaped, story.outlets))
    return f"- {row['first_seen']:%Y-%m-%d %H:%M} UTC · {headline} · {outlets}"


def _escaped(text: str) -> str:
    """Text that Markdown shows as it is, wherever it stands but at the beginning of a line."""
    return "".join(f"\\{char}" if char in "\\`*_[]()!|<>~" else char for char in " ".join(text.split()))
