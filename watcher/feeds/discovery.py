"""Finding the feed behind a page: the page's own links first, then the usual places.

Everything is fetched through the same gate as feeds. The page is read with plain searches for tags, not
with an HTML parser: nothing of it but addresses is wanted, and hostile markup must cost nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from watcher.core.model import Fetched
from watcher.core.text.html import plain_text
from watcher.core.text.urls import canonical_url
from watcher.errors import FetchError, ParseError
from watcher.feeds.guard import DEFAULT_PORTS, USUAL_PORTS, port_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from watcher.core.model import FetchRequest, ParsedFeed
    from watcher.protocols import Fetcher, Parser

MAX_PAGE_CHARS = 1_000_000
MAX_TRIED = 8  # addresses asked for one page, a second apart when they are on one host
FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml")
MAYBE_TYPES = ("application/json", "application/xml", "text/xml")
USUAL_PLACES = ("feed/", "rss", "rss.xml", "feed.xml", "atom.xml", "index.xml", "feed.json")

_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_TAG = re.compile(r"<(link|a|base)\s([^<>]*)", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([a-zA-Z-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_LOOKS_LIKE_FEED = re.compile(r"(?:^|[/._-])(?:rss|feed|feeds|atom|xml)(?:$|[/._?-])|\.rdf$", re.IGNORECASE)
_COMMENTS = re.compile(r"comment|commentaire", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFeed:
    """A feed that was found and read."""

    url: str  # the one to configure: the end of a permanent redirect, else the address that was asked
    title: str
    feed: ParsedFeed


async def find_feeds(request: FetchRequest, *, fetcher: Fetcher, parser: Parser) -> list[FoundFeed]:
    """Find the feeds at an address: itself when it is one, else those its page points to, best first.

    Args:
        request: the address, with what it takes to be let in; sent on to the same host only.
        fetcher: the gate.
        parser: decides what is a feed.

    Raises:
        FetchError: the address itself cannot be fetched.
        ParseError: it is no feed, and none was found behind it.
    """
    page = await fetcher.fetch(request)
    if not isinstance(page, Fetched):
        raise FetchError("answered 304 to a request without conditions", status=304)
    try:
        return [await _read(page, request.url, parser)]
    except ParseError as error:
        reason = str(error)
    found: list[FoundFeed] = []
    for url in candidates(page)[:MAX_TRIED]:
        if not _same_kind_of_port(url, request.url):
            continue
        try:
            answer = await fetcher.fetch(replace(request, url=url, home=request.url))
            if isinstance(answer, Fetched):
                found.append(await _read(answer, url, parser))
        except (FetchError, ParseError):
            continue
        if url in _guesses(page.url):
            break  # a guess was right: the others would be the same feed by other names
    if not found:
        raise ParseError(f"{reason}, and no feed was found behind it")
    return list({canonical_url(one.url): one for one in found}.values())


def candidates(page: Fetched) -> list[str]:
    """Addresses that may be feeds, likeliest first: announced, linked, and only without those the usual places."""
    markup = _COMMENT.sub("", page.body.decode("utf-8", "replace")[:MAX_PAGE_CHARS])
    base = page.url
    announced: list[tuple[bool, str]] = []  # whether it holds comments only, address
    linked: list[str] = []
    for tag, attributes in _tags(markup):
        href = attributes.get("href", "").strip()
        if not href:
            continue
        if tag == "base":
            base = urljoin(page.url, href)
        elif tag == "link" and "alternate" in attributes.get("rel", "").lower().split():
            kind = attributes.get("type", "").partition(";")[0].strip().lower()
            if kind in FEED_TYPES or (kind in MAYBE_TYPES and _LOOKS_LIKE_FEED.search(href)):
                announced.append((_COMMENTS.search(href + attributes.get("title", "")) is not None, href))
        elif tag == "a" and _LOOKS_LIKE_FEED.search(href) and len(linked) < MAX_TRIED:
            linked.append(href)
    ordered = [href for _, href in sorted(announced, key=lambda pair: pair[0])] + linked
    urls = [_joined(base, href) for href in ordered] or _guesses(page.url)
    return list(dict.fromkeys(url for url in urls if url))


def _guesses(page_url: str) -> list[str]:
    here = page_url if page_url.endswith("/") else page_url + "/"
    places = [urljoin(here, place) for place in USUAL_PLACES[:1]] + [
        urljoin(page_url, f"/{place}") for place in USUAL_PLACES
    ]
    return list(dict.fromkeys(places))


def _tags(markup: str) -> Iterator[tuple[str, dict[str, str]]]:
    for found in _TAG.finditer(markup):
        attributes = {
            name.lower(): unescape(double or single or bare)
            for name, double, single, bare in _ATTRIBUTE.findall(found.group(2)[:4096])
        }
        yield found.group(1).lower(), attributes


def _joined(base: str, href: str) -> str:
    try:
        url = urljoin(base, href).partition("#")[0]
    except ValueError:
        return ""
    return url if url.startswith(("http://", "https://")) else ""


def _same_kind_of_port(url: str, configured: str) -> bool:
    """S1: a page may point to the usual ports and the one the user typed, not to any other."""
    try:
        parts, typed = urlsplit(url), urlsplit(configured)
        port = port_of(parts)
        return parts.scheme in DEFAULT_PORTS and (
            port in USUAL_PORTS or (port == port_of(typed) and parts.hostname == typed.hostname)
        )
    except ValueError:
        return False


async def _read(answer: Fetched, asked: str, parser: Parser) -> FoundFeed:
    feed = await parser.parse(answer.body, url=answer.url, content_type=answer.content_type)
    return FoundFeed(url=answer.permanent_url or asked, title=plain_text(feed.title, 200), feed=feed)
