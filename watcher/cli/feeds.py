"""`watcher feeds`: add, list, check, remove, import and export feeds; feeds.yaml keeps its comments."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from watcher.cli.params import DURATION
from watcher.errors import StoreError

if TYPE_CHECKING:
    from watcher.cli.context import CliContext
    from watcher.core.model import FeedState
    from watcher.feeds.discovery import FoundFeed

COLUMNS = ("id", "outlet", "language", "group", "state", "last_entry_at", "url")
SECRETS = ("username", "password", "headers", "cookie")
APPLIES = "a running watcher takes the change within 5 seconds"


@click.group("feeds")
def command() -> None:
    """Add, list, check, remove, import and export feeds.

    The commands edit feeds.yaml and keep its comments; a file with mistakes is never written.
    """


@command.command("add")
@click.argument("address", metavar="URL|PAGE")
@click.option("--id", "feed_id", help="Its name in lists and logs. Default: made from the outlet.")
@click.option("--outlet", help="How alerts name it. Default: the feed's title.")
@click.option("--language", help="Of its entries, two letters. Default: as the feed says.")
@click.option("--group", help="Heading under which lists show it.")
@click.option("--topic", "topics", multiple=True, help="Match only this topic; may be repeated.")
@click.option("--everything-for", multiple=True, metavar="TOPIC", help="Every entry counts for this topic.")
@click.option("--interval", type=DURATION, help="At least so long between two polls.")
@click.option("--username", help="For a feed behind a password; best as '${FEED_USER}'.")
@click.option("--password", help="Best as '${FEED_PASSWORD}': the file then holds no secret.")
@click.option(
    "--header", "headers", multiple=True, metavar="'NAME: VALUE'", help="Extra header; value best as ${VAR}."
)
@click.option("--cookie", help="Cookie to send; best as '${VAR}'.")
@click.option("--proxy", help="Fetch this feed through an http or socks5 proxy.")
@click.option("--all", "take_all", is_flag=True, help="Add every feed the page offers, not the first only.")
@click.option("--no-check", is_flag=True, help="Add the address as it is, without fetching it.")
@click.pass_obj
def add(ctx: CliContext, /, address: str, *, take_all: bool, no_check: bool, **options: Any) -> None:
    """Add a feed, or the feed behind a page.

    \b
    watcher feeds add https://www.studiotamani.org/
    watcher feeds add https://desk.example/feed --username '${DESK_USER}' --password '${DESK_PASSWORD}'
    """
    from watcher.cli.feed_adding import find, item_of, tell
    from watcher.cli.feed_file import FeedFile, host_name, new_id
    from watcher.core.text.urls import shown_url
    from watcher.feeds.guard import same_home

    if "://" not in address:
        address = f"https://{address}"
    file = FeedFile.open(ctx)
    if (known := file.watching(address)) is not None:
        click.echo(f"{shown_url(address)} is watched already, as '{known}'")
        return
    taken = {feed.id for feed in file.loaded.feeds.feeds}
    item = item_of(address, new_id(options["outlet"] or "", address, taken), options)
    found: list[FoundFeed] = []
    feed = file.try_item(item)
    if not no_check:
        found = asyncio.run(find(feed, file.loaded))
        found = [one for one in found if file.watching(one.url) is None]
        if not found:
            click.echo("every feed found there is watched already")
            return
    chosen = found if take_all else found[:1]
    items: list[dict[str, Any]] = []
    for one in chosen:
        outlet = options["outlet"] or one.title or host_name(one.url)
        name = options["feed_id"] if options["feed_id"] and not items else new_id(outlet, one.url, taken)
        taken.add(name)
        said = options | {"outlet": outlet, "language": options["language"] or one.feed.language}
        if not same_home(address, one.url) and any(said[name] for name in SECRETS):
            said |= dict.fromkeys(SECRETS)
            click.echo(f"{shown_url(one.url)} is elsewhere: password, headers and cookie are not sent there")
        items.append(item_of(one.url, name, said))
    file.add(items or [item])
    for added, one in zip(items, chosen, strict=True):
        tell(added, one)
    if no_check:
        click.echo(f"added {item['id']}, not checked: watcher feeds check {item['id']}")
    for one in found[len(chosen) :]:
        click.echo(f"also there: {shown_url(one.url)} ({one.title or 'untitled'})")
    click.echo(
        f"in {file.path}; {APPLIES}. Its first poll is silent: what it shows now is recorded, not told."
    )


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="A JSON array, for machines.")
@click.pass_obj
def list_feeds(ctx: CliContext, *, as_json: bool) -> None:
    """List the configured feeds and how each does."""
    from watcher.cli.output import emit
    from watcher.core.text.urls import shown_url

    loaded = ctx.load()
    states = _states(ctx)
    rows = [
        {
            "id": feed.id,
            "outlet": feed.outlet,
            "language": feed.language or loaded.feeds.defaults.language,
            "group": feed.group or loaded.feeds.defaults.group,
            "state": _state(states.get(feed.id)) if feed.enabled else "disabled",
            "last_entry_at": states[feed.id].last_entry_at if feed.id in states else None,
            "url": shown_url(feed.url),
        }
        for feed in loaded.feeds.feeds
    ]
    emit(rows, COLUMNS, as_json=as_json)


@command.command("check", short_help="Fetch feeds once, as a poll would, and show what came.")
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for machines.")
@click.pass_context
def check(context: click.Context, ids: tuple[str, ...], *, as_json: bool) -> None:
    """Fetch feeds once, as a poll would, and show what came; without ids all of them."""
    from watcher.cli.check import command as check_command

    context.invoke(check_command, fetch=not ids, only=ids, as_json=as_json)


@command.command("remove")
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@click.pass_obj
def remove(ctx: CliContext, ids: tuple[str, ...]) -> None:
    """Take feeds out of the list, with the comments that belong to them."""
    from watcher.cli.feed_file import FeedFile

    file = FeedFile.open(ctx)
    file.remove(dict.fromkeys(ids))
    click.echo(
        f"removed {', '.join(dict.fromkeys(ids))} from {file.path}; {APPLIES}. What was found stays recorded."
    )


@command.command("import", short_help="Add the feeds of a feed reader's list (OPML).")
@click.argument("source", metavar="FILE.opml", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option("--group", help="Put all of them under this heading. Default: the list's own folders.")
@click.option("--dry-run", is_flag=True, help="Say what would be added; change nothing.")
@click.pass_obj
def import_feeds(ctx: CliContext, source: str, *, group: str | None, dry_run: bool) -> None:
    """Add the feeds of a feed reader's list (OPML); those watched already are left as they are."""
    from watcher.cli.feed_adding import item_of
    from watcher.cli.feed_file import FeedFile, host_name, new_id
    from watcher.config.addresses import address_problem
    from watcher.core.text.html import plain_text
    from watcher.core.text.urls import canonical_url, shown_url
    from watcher.feeds.opml import read_opml

    text = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
    outlines = read_opml(text)
    file = FeedFile.open(ctx)
    seen = {canonical_url(feed.url) for feed in file.loaded.feeds.feeds}
    taken = {feed.id for feed in file.loaded.feeds.feeds}
    items: list[dict[str, Any]] = []
    refused = 0
    for one in outlines:
        if (problem := address_problem(one.url)) is not None:
            click.echo(f"left out: {shown_url(one.url)}: {problem}", err=True)
            refused += 1
        elif canonical_url(one.url) not in seen:
            outlet = plain_text(one.title, 200) or host_name(one.url)
            name = new_id(outlet, one.url, taken)
            seen.add(canonical_url(one.url))
            taken.add(name)
            under = plain_text(group or one.group, 200)
            items.append(item_of(one.url, name, {"outlet": outlet, "language": one.language, "group": under}))
    already = len(outlines) - refused - len(items)
    if items and not dry_run:
        file.add(items)
    for item in items:
        click.echo(f"{item['id']}\t{shown_url(item['url'])}")
    verb = "would be added" if dry_run else "added"
    click.echo(f"{len(items)} feeds {verb}, {already} watched already, {refused} left out", err=True)
    if items and not dry_run:
        click.echo(f"in {file.path}; {APPLIES}. See whether they answer: watcher feeds check", err=True)


@command.command("export", short_help="Write the list as OPML, for any feed reader.")
@click.argument(
    "target", metavar="[FILE.opml]", required=False, type=click.Path(dir_okay=False, writable=True)
)
@click.option("--with-secrets", is_flag=True, help="Also feeds whose address holds a key or token.")
@click.pass_obj
def export(ctx: CliContext, target: str | None, *, with_secrets: bool) -> None:
    """Write the list as OPML, for any feed reader; passwords and headers are never in it."""
    from watcher.core.text.urls import shown_url
    from watcher.feeds.opml import Outline, write_opml

    loaded = ctx.load()
    feeds = loaded.feeds.feeds
    kept = [feed for feed in feeds if with_secrets or shown_url(feed.url) == feed.url]
    text = write_opml(
        (
            Outline(
                url=feed.url,
                title=feed.outlet or feed.id,
                group=feed.group or loaded.feeds.defaults.group,
                language=feed.language or loaded.feeds.defaults.language,
            )
            for feed in kept
        ),
        title="Feeds of the coverage watcher",
    )
    if target is None:
        click.echo(text, nl=False)
    else:
        try:
            Path(target).write_text(text, encoding="utf-8")
        except OSError as error:
            raise click.FileError(target, error.strerror) from error
        click.echo(f"{len(kept)} feeds in {target}", err=True)
    if left := [feed.id for feed in feeds if feed not in kept]:
        click.echo(
            f"left out, their addresses hold secrets (--with-secrets takes them): {', '.join(left)}", err=True
        )


def _states(ctx: CliContext) -> dict[str, FeedState]:
    """What the database knows; nothing when there is none yet."""
    try:
        with ctx.read_store() as store:
            return {state.feed_id: state for state in store.feed_states()}
    except StoreError:
        return {}


def _state(state: FeedState | None) -> str:
    if state is None or (state.last_success_at is None and not state.failure_count):
        return "never polled"
    return "gone" if state.gone else "failing" if state.failure_count else "ok"
