"""What every Parser keeps (protocols.Parser), shown over the real one and the fake."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fakes.feeds import FakeParser
from watcher.core.model import ParsedFeed, RawEntry
from watcher.errors import ParseError, WorkerKilled
from watcher.feeds.parsing import WorkerParser

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from watcher.protocols import Parser

URL = "https://outlet.example/feed.xml"
FEED = (
    b"<rss version='2.0'><channel><title>Outlet</title><item><title>Talks in Bamako</title>"
    b"<link>https://outlet.example/1</link><guid>1</guid></item></channel></rss>"
)
ENTRY = RawEntry(guid="1", link="https://outlet.example/1", title="Talks in Bamako", summary="")
HANGS = b"<?xml version='1.0'?>" + b"\n" * 60_000 + b"<rss version='2.0'><channel/></rss>"


@pytest.fixture(params=["worker", "fake"])
async def parser(request: pytest.FixtureRequest) -> AsyncIterator[Parser]:
    if request.param == "fake":
        fake = FakeParser()
        fake.teach(FEED, ParsedFeed(title="Outlet", entries=(ENTRY,), format="rss20"))
        fake.teach(HANGS, WorkerKilled("too long"))
        yield fake
        return
    real = WorkerParser(workers=1, patience_s=0.5, killed_after_s=1.0)
    yield real
    await real.aclose()


async def test_a_feed_becomes_records(parser: Parser) -> None:
    """A document's entries come as they stand in it."""
    feed = await parser.parse(FEED, url=URL, content_type="application/rss+xml")
    assert (feed.title, feed.format, feed.skipped_count) == ("Outlet", "rss20", 0)
    assert [(e.guid, e.link, e.title) for e in feed.entries] == [
        ("1", "https://outlet.example/1", "Talks in Bamako")
    ]


async def test_what_is_no_feed_is_an_error(parser: Parser) -> None:
    """ParseError, and not WorkerKilled: the worker is fine."""
    with pytest.raises(ParseError) as caught:
        await parser.parse(b"<html><body>Not here</body></html>", url=URL)
    assert not isinstance(caught.value, WorkerKilled)


@pytest.mark.parametrize("isolated", [False, True])
async def test_a_killed_worker_does_not_matter_to_the_next_call(parser: Parser, isolated: bool) -> None:
    """Facts 1, P1: what hangs is killed, and later calls work."""
    with pytest.raises(WorkerKilled):
        await parser.parse(HANGS, url=URL + "?hangs", isolated=isolated)
    assert (await parser.parse(FEED, url=URL, isolated=isolated)).title == "Outlet"
    assert (await parser.parse(FEED, url=URL)).title == "Outlet"


async def test_closing_twice_is_harmless(parser: Parser) -> None:
    """aclose is idempotent."""
    await parser.parse(FEED, url=URL)
    await parser.aclose()
    await parser.aclose()
