"""Fetch each feed once, as a poll would, and look at what comes; nothing is stored or sent."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from watcher.core.deciding import identify
from watcher.core.deciding.cleaning import clean
from watcher.core.matching import judge, read_entry
from watcher.core.model import Fetched, FetchRequest
from watcher.core.text.urls import shown_url
from watcher.errors import FetchError, ParseError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from watcher.core.deciding import Runtime
    from watcher.core.model import FeedConfig, ParsedFeed
    from watcher.protocols import Clock, Fetcher, Parser

EXAMPLES = 3  # headlines shown of those that would match


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedReport:
    """What one feed came to."""

    feed: str
    outlet: str
    url: str  # secrets masked
    error: str | None  # None = well
    status: int | None  # of HTTP; None = no answer
    title: str = ""  # as the feed calls itself
    format: str = ""
    entries: int = 0
    skipped: int = 0  # broken entries
    malformed: bool = False
    newest: datetime | None = None  # the latest date an entry claims; None = no entry has one
    matching: int = 0  # entries that are on topic now
    examples: tuple[str, ...] = ()  # their headlines, best first
    moved_to: str | None = None  # end of permanent redirects
    seconds: float = 0.0

    @property
    def verdict(self) -> str:
        """One word."""
        return "failed" if self.error else "empty" if not self.entries else "ok"


async def check_feeds(
    feeds: Sequence[FeedConfig],
    *,
    fetcher: Fetcher,
    parser: Parser,
    runtime: Runtime,
    clock: Clock,
    on_done: Callable[[FeedReport], None],
) -> list[FeedReport]:
    """Check all feeds, as many at once as the fetcher lets through.

    Args:
        feeds: in the order of the reports.
        on_done: called as each ends.
    """

    async def one(feed: FeedConfig) -> FeedReport:
        report = await check_feed(feed, fetcher=fetcher, parser=parser, runtime=runtime, clock=clock)
        on_done(report)
        return report

    return list(await asyncio.gather(*(one(feed) for feed in feeds)))


async def check_feed(
    feed: FeedConfig, *, fetcher: Fetcher, parser: Parser, runtime: Runtime, clock: Clock
) -> FeedReport:
    """Check one feed; a failure of the feed is a report."""
    started = clock.monotonic()

    def failed(error: Exception, status: int | None) -> FeedReport:
        return FeedReport(
            feed=feed.id,
            outlet=feed.outlet,
            url=shown_url(feed.url),
            error=str(error),
            status=status,
            seconds=clock.monotonic() - started,
        )

    request = FetchRequest(
        feed_id=feed.id,
        url=feed.url,
        headers=feed.headers,
        username=feed.username,
        password=feed.password,
        proxy=feed.proxy,
    )
    try:
        answer = await fetcher.fetch(request)
    except FetchError as error:
        return failed(error, error.status)
    if not isinstance(answer, Fetched):
        return failed(FetchError("answered 304 to a request without conditions"), 304)
    try:
        parsed = await parser.parse(answer.body, url=answer.url, content_type=answer.content_type)
    except ParseError as error:
        return failed(error, answer.status)
    matching = _matching(feed, parsed, answer.url, runtime, clock.now())
    dates = [raw.published_at for raw in parsed.entries if raw.published_at is not None]
    return FeedReport(
        feed=feed.id,
        outlet=feed.outlet,
        url=shown_url(feed.url),
        error=None,
        status=answer.status,
        title=parsed.title,
        format=parsed.format,
        entries=len(parsed.entries),
        skipped=parsed.skipped_count,
        malformed=parsed.malformed,
        newest=max(dates).astimezone(UTC) if dates else None,
        matching=len(matching),
        examples=tuple(matching[:EXAMPLES]),
        moved_to=shown_url(answer.permanent_url) if answer.permanent_url else None,
        seconds=clock.monotonic() - started,
    )


def _matching(feed: FeedConfig, parsed: ParsedFeed, base: str, runtime: Runtime, now: datetime) -> list[str]:
    """Headlines of the entries that are on topic, best first."""
    found: list[tuple[float, str]] = []
    for one in identify(parsed, base):
        entry = clean(one, feed, parsed, now)
        reading = read_entry(entry, runtime.matcher)
        scores = [
            match.score
            for match in judge(
                reading, entry, runtime.matcher, topics=feed.topics, everything_for=feed.everything_for
            )
            if match.on_topic
        ]
        if scores:
            found.append((max(scores), entry.title))
    return [title for _, title in sorted(found, key=lambda pair: -pair[0])]
