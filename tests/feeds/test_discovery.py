"""The feed behind a page: announced, linked, or in the usual place; and only through the gate."""

from __future__ import annotations

import time

import pytest

from tests.fakes.feeds import FakeFetcher, FakeParser
from watcher.core.model import Fetched, FetchRequest, ParsedFeed
from watcher.errors import FetchError, ParseError
from watcher.feeds.discovery import MAX_TRIED, candidates, find_feeds

PAGE = "https://outlet.example/africa"


def page(markup: str, url: str = PAGE) -> Fetched:
    return Fetched(url=url, status=200, body=markup.encode(), content_type="text/html")


def link(href: str, kind: str = "application/rss+xml", more: str = "") -> str:
    return f"<link rel='alternate' type='{kind}' href='{href}' {more}>"


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        (link("/feed.xml"), ["https://outlet.example/feed.xml"]),
        (link("feed.xml"), ["https://outlet.example/feed.xml"]),
        ("<base href='https://cdn.example/x/'>" + link("feed.xml"), ["https://cdn.example/x/feed.xml"]),
        (link("/a?x=1&amp;y=2", "application/atom+xml"), ["https://outlet.example/a?x=1&y=2"]),
        ('<LINK TYPE="application/feed+json" HREF=/f.json REL="alternate home">', ["https://outlet.example/f.json"]),
        (link("/wp-json/x", "application/json"), None),
        (link("/feed.json", "application/json"), ["https://outlet.example/feed.json"]),
        (link("/comments/feed") + link("/feed"), ["https://outlet.example/feed", "https://outlet.example/comments/feed"]),
        ("<!-- " + link("/old.xml") + " -->" + link("/new.xml"), ["https://outlet.example/new.xml"]),
        ("<a class=x href='/rss/africa.xml'>RSS</a> <a href='/about'>About</a>", ["https://outlet.example/rss/africa.xml"]),
        ("<a href='/feedback'>Feedback</a><a href='javascript:rss()'>RSS</a>", None),
        (link("#") + link("https://[bad/feed"), ["https://outlet.example/africa"]),
        ("no markup", None),
    ],
)  # fmt: skip
def test_addresses_are_read_from_the_page(markup: str, expected: list[str] | None) -> None:
    """Announced feeds first, comments last, then links that look like feeds; else the usual places."""
    found = candidates(page(markup))
    if expected is None:
        assert found[:2] == ["https://outlet.example/africa/feed/", "https://outlet.example/feed/"]
    else:
        assert found == expected


@pytest.mark.parametrize(
    "unit", ["<link ", "<a href='", "<!--", "<link rel=alternate href=x ", "<base href=x>"]
)
def test_hostile_pages_take_no_time(unit: str) -> None:
    """A page of a million of anything is read at once."""
    began = time.process_time()
    candidates(page(unit * 60_000))
    assert time.process_time() - began < 2.0


class Web:
    """Pages and feeds; every address not served is a 404."""

    def __init__(self) -> None:
        self.fetcher, self.parser = FakeFetcher(), FakeParser()

    def feed(self, url: str, title: str = "Outlet", permanent_url: str | None = None) -> None:
        body = f"feed {url}".encode()
        self.fetcher.serve(url, body, permanent_url=permanent_url)
        self.parser.teach(body, ParsedFeed(title=title, entries=(), format="rss20"))

    async def find(self, url: str = PAGE, **fields: object) -> list[str]:
        request = FetchRequest(feed_id="new", url=url, **fields)  # type: ignore[arg-type]
        return [found.url for found in await find_feeds(request, fetcher=self.fetcher, parser=self.parser)]


async def test_a_feed_is_found_as_itself() -> None:
    """An address that is a feed needs no page; a permanent redirect is the address to configure."""
    web = Web()
    web.feed("https://outlet.example/feed")
    web.feed("http://old.example/feed", permanent_url="https://new.example/feed")
    assert await web.find("https://outlet.example/feed") == ["https://outlet.example/feed"]
    assert await web.find("http://old.example/feed") == ["https://new.example/feed"]


async def test_all_feeds_of_a_page_are_found_in_order() -> None:
    """Those that do not answer or are no feeds are passed over."""
    web = Web()
    web.fetcher.serve(PAGE, (link("/dead") + link("/a") + link("/page") + link("/b")).encode())
    web.fetcher.serve("https://outlet.example/page", b"<html>")
    web.feed("https://outlet.example/a")
    web.feed("https://outlet.example/b")
    assert await web.find() == ["https://outlet.example/a", "https://outlet.example/b"]


async def test_the_usual_places_are_tried_when_a_page_says_nothing() -> None:
    """The first that is a feed ends the search."""
    web = Web()
    web.fetcher.serve(PAGE, b"<html>")
    web.feed("https://outlet.example/feed/")
    web.feed("https://outlet.example/rss.xml")
    assert await web.find() == ["https://outlet.example/feed/"]


async def test_a_page_without_a_feed_is_an_error_in_words() -> None:
    """Both what the page is and that nothing was found is said; the tries are few."""
    web = Web()
    web.fetcher.serve(PAGE, "".join(link(f"/{n}") for n in range(50)).encode())
    with pytest.raises(ParseError, match="no feed was found behind it"):
        await web.find()
    assert len(web.fetcher.asked) == 1 + MAX_TRIED


async def test_a_page_that_does_not_answer_is_an_error() -> None:
    """The address's own failure is told as it is."""
    with pytest.raises(FetchError, match="404"):
        await Web().find()


async def test_secrets_go_to_the_pages_own_host_only() -> None:
    """F7: every request says whose the secrets are, so that the fetcher shows them to no other host."""
    web = Web()
    web.fetcher.serve(PAGE, (link("/a") + link("https://other.example/feed")).encode())
    web.feed("https://outlet.example/a")
    web.feed("https://other.example/feed")
    await web.find(username="u", password="p", headers={"Cookie": "c"})
    assert [PAGE, PAGE] == [asked.home for asked in web.fetcher.asked[1:]]


async def test_a_page_cannot_point_to_odd_ports() -> None:
    """S1: the usual ports, or the one that was typed on the host that was typed."""
    web = Web()
    web.fetcher.serve(
        "https://outlet.example:8181/",
        (
            link("https://outlet.example:22/feed") + link("https://other.example:8181/feed") + link("/feed")
        ).encode(),
    )
    web.feed("https://outlet.example:8181/feed")
    assert await web.find("https://outlet.example:8181/") == ["https://outlet.example:8181/feed"]
    assert len(web.fetcher.asked) == 2
