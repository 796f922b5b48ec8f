"""What `watcher feeds add` and `import` make of what they are told: items of feeds.yaml, feeds found and shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from watcher.errors import FetchError, ParseError, WatcherError

if TYPE_CHECKING:
    from datetime import timedelta

    from watcher.config import Loaded
    from watcher.core.model import FeedConfig
    from watcher.feeds.discovery import FoundFeed


def item_of(url: str, feed_id: str, options: dict[str, Any]) -> dict[str, Any]:
    """A feed as feeds.yaml holds it: only what was said."""
    interval: timedelta | None = options.get("interval")
    headers = [header.partition(":") for header in options.get("headers") or ()]
    if any(not colon or not name.strip() for name, colon, _ in headers):
        raise click.UsageError("--header takes 'NAME: VALUE'")
    if (options.get("username") is None) != (options.get("password") is None):
        raise click.UsageError("--username and --password belong together")
    item: dict[str, Any] = {
        "id": options.get("feed_id") or feed_id,
        "url": url,
        "outlet": options.get("outlet"),
        "language": options.get("language"),
        "group": options.get("group"),
        "topics": list(options.get("topics") or ()),
        "everything_for": list(options.get("everything_for") or ()),
        "interval": _written(interval),
        "auth": {"username": options["username"], "password": options["password"]}
        if options.get("username")
        else None,
        "headers": {name.strip(): value.strip() for name, _, value in headers},
        "cookie": options.get("cookie"),
        "proxy": options.get("proxy"),
    }
    return {key: value for key, value in item.items() if value}


def _written(interval: timedelta | None) -> str | None:
    from watcher.config.fields import format_duration

    return None if interval is None else format_duration(interval.total_seconds())


async def find(feed: FeedConfig, loaded: Loaded) -> list[FoundFeed]:
    """Look for feeds with the very parts that `run` polls with."""
    from watcher.app.clock import SystemClock
    from watcher.app.parts import make_fetcher
    from watcher.core.model import FetchRequest
    from watcher.feeds.discovery import find_feeds
    from watcher.feeds.parsing import WorkerParser

    request = FetchRequest(
        feed_id=feed.id,
        url=feed.url,
        headers=feed.headers,
        username=feed.username,
        password=feed.password,
        proxy=feed.proxy,
    )
    fetcher, parser = make_fetcher(loaded, SystemClock()), WorkerParser(workers=1)
    try:
        return await find_feeds(request, fetcher=fetcher, parser=parser)
    except (FetchError, ParseError) as error:
        locked = isinstance(error, FetchError) and error.status in (401, 403)
        advice = "does it want --username and --password, --header or --cookie? " if locked else ""
        raise WatcherError(f"{error}; {advice}nothing was added (--no-check adds it all the same)") from error
    finally:
        await parser.aclose()
        await fetcher.aclose()


def tell(item: dict[str, Any], found: FoundFeed) -> None:
    from watcher.core.text.html import plain_text
    from watcher.core.text.urls import shown_url

    dates = [entry.published_at for entry in found.feed.entries if entry.published_at is not None]
    newest = f", newest {max(dates):%Y-%m-%d %H:%M} UTC" if dates else ""
    click.echo(
        f"added {item['id']}: {item['outlet']} ({found.feed.format}, {len(found.feed.entries)} entr{'y' if len(found.feed.entries) == 1 else 'ies'}{newest})"
    )
    click.echo(f"  {shown_url(item['url'])}")
    for entry in found.feed.entries[:3]:
        click.echo(f"  · {plain_text(entry.title or entry.summary, 100)}")
