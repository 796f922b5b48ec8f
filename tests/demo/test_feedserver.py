"""The feed server the demo, tests and benches stand on: a server as feeds should have one."""

from __future__ import annotations

import gzip
import http.client
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from watcher.demo.feedserver import FeedFormat, FeedServer, Item, ServedFeed
from watcher.feeds.documents.reading import read_document

if TYPE_CHECKING:
    from collections.abc import Iterator

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def item(n: int, **fields: str) -> Item:
    return Item(
        title=f"Headline {n}",
        link=f"https://o.example/{n}",
        published_at=NOON + timedelta(minutes=n),
        **fields,
    )


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with FeedServer() as running:
        yield running


def ask(feed: ServedFeed, **headers: str) -> http.client.HTTPResponse:
    """One request; the body is read."""
    connection = http.client.HTTPConnection(feed.host_port, timeout=5)
    try:
        connection.request(
            "GET",
            "/" + feed.url.split("/", 3)[3],
            headers={k.replace("_", "-"): v for k, v in headers.items()},
        )
        answer = connection.getresponse()
        answer.body = answer.read()  # type: ignore[attr-defined]
        return answer
    finally:
        connection.close()


def titles(feed: ServedFeed) -> list[str]:
    return [entry[2] for entry in read_document(ask(feed).body, content_type="").entries]  # type: ignore[attr-defined]


@pytest.mark.parametrize("feed_format", list(FeedFormat))
def test_items_are_served_newest_first_in_every_format(server: FeedServer, feed_format: FeedFormat) -> None:
    """What is published stands at the top, in RSS, Atom and JSON Feed alike."""
    feed = server.feed("alpha", feed_format=feed_format)
    feed.publish(item(1), item(2))
    feed.publish(item(3))
    assert titles(feed) == ["Headline 3", "Headline 2", "Headline 1"]


def test_items_can_be_edited_and_withdrawn(server: FeedServer) -> None:
    """A changed headline keeps its guid; a withdrawn item is gone; only the newest are shown."""
    feed = server.feed("alpha", max_items=2)
    feed.publish(item(1), item(2, guid="two"), item(3))
    feed.edit("two", title="Corrected")
    feed.withdraw("https://o.example/3")
    assert titles(feed) == ["Corrected", "Headline 1"]


def test_conditional_requests_are_answered_with_304(server: FeedServer) -> None:
    """By ETag, else by Last-Modified; a change ends it."""
    feed = server.feed("alpha")
    feed.publish(item(1))
    first = ask(feed)
    etag, modified = first.headers["ETag"], first.headers["Last-Modified"]
    assert [ask(feed, If_None_Match=etag).status, ask(feed, If_Modified_Since=modified).status] == [304, 304]
    assert ask(feed, If_None_Match='"other"', If_Modified_Since=modified).status == 200
    feed.publish(item(2))
    assert ask(feed, If_None_Match=etag).status == 200
    assert feed.counts() == {200: 3, 304: 2}


def test_long_documents_are_packed_when_asked(server: FeedServer) -> None:
    """gzip for those who take it."""
    feed = server.feed("alpha")
    feed.publish(*(item(n) for n in range(50)))
    packed = ask(feed, Accept_Encoding="gzip")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.body) == ask(feed).body  # type: ignore[attr-defined]


def test_feeds_have_ports_of_their_own_or_share_one(server: FeedServer) -> None:
    """An outlet is a host; a path of another feed is not found there."""
    alone, one, two = (
        server.feed("alone"),
        server.feed("one", own_port=False),
        server.feed("two", own_port=False),
    )
    assert one.host_port == two.host_port != alone.host_port
    two.publish(item(2))
    assert (titles(one), titles(two)) == ([], ["Headline 2"])
    connection = http.client.HTTPConnection(alone.host_port, timeout=5)
    connection.request("GET", "/one.xml")
    assert connection.getresponse().status == 404
    connection.close()
    assert server.feeds == (alone, one, two)


def test_a_feed_can_fail_and_recover(server: FeedServer) -> None:
    """For showing what the watcher says then."""
    feed = server.feed("alpha")
    feed.headers["Retry-After"] = "60"
    feed.fail(503)
    failed = ask(feed)
    assert (failed.status, failed.headers["Retry-After"]) == (503, "60")
    feed.recover()
    assert ask(feed).status == 200


def test_requests_are_kept_as_they_came(server: FeedServer) -> None:
    """Headers by lower-case name, and what was answered."""
    feed = server.feed("alpha")
    ask(feed, User_Agent="tester/1")
    (request,) = feed.requests
    assert (request.headers["user-agent"], request.status, request.path) == ("tester/1", 200, "/alpha.xml")


def test_closing_twice_is_harmless() -> None:
    """And the port is free again."""
    server = FeedServer()
    feed = server.feed("alpha")
    server.close()
    server.close()
    with pytest.raises(ConnectionRefusedError):
        ask(feed)
