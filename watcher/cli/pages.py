"""What a page on the web says it is about: title, description, outlet, language."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from watcher.errors import FetchError, WatcherError

if TYPE_CHECKING:
    from watcher.config import Loaded

_MEANINGS = {
    "og:title": "title",
    "twitter:title": "title",
    "og:description": "summary",
    "twitter:description": "summary",
    "description": "summary",
    "og:site_name": "outlet",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page's own words about itself."""

    title: str
    summary: str
    outlet: str
    language: str | None


def read_page(loaded: Loaded, url: str) -> Page:
    """Fetch a page through the watcher's one gate to the network.

    Raises:
        WatcherError: it cannot be fetched, or names no title.
    """
    return page_from(asyncio.run(_fetch(loaded, url)), url)


def page_from(markup: str, url: str) -> Page:
    """Read title and description from a page's head.

    Raises:
        WatcherError: there is no title.
    """
    head = _Head()
    head.feed(markup)
    title = head.found.get("title") or head.title.strip()
    if not title:
        raise WatcherError(f"{url}: the page names no title; give the headline itself")
    return Page(
        title=title,
        summary=head.found.get("summary", ""),
        outlet=head.found.get("outlet", ""),
        language=head.language,
    )


async def _fetch(loaded: Loaded, url: str) -> str:
    from watcher.app.clock import SystemClock
    from watcher.app.parts import make_fetcher
    from watcher.core.model import Fetched, FetchRequest

    fetcher = make_fetcher(loaded, SystemClock())
    try:
        answer = await fetcher.fetch(FetchRequest(feed_id="explain", url=url))
    except FetchError as error:
        raise WatcherError(f'{error}; give the headline itself: watcher explain "HEADLINE"') from error
    finally:
        await fetcher.aclose()
    body = answer.body if isinstance(answer, Fetched) else b""
    _, _, charset = getattr(answer, "content_type", "").partition("charset=")
    try:
        return body.decode(charset.strip(" \"'") or "utf-8", "replace")
    except LookupError:
        return body.decode("utf-8", "replace")


class _Head(HTMLParser):
    """Collects the title and the meta elements that describe a page; the first of each kind counts."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: dict[str, str] = {}
        self.title = ""
        self.language: str | None = None
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "html":
            self.language = (given.get("lang") or "")[:2].lower() or None
        self._in_title = tag == "title" and not self.title
        if tag == "meta":
            meaning = _MEANINGS.get((given.get("property") or given.get("name") or "").lower())
            content = (given.get("content") or "").strip()
            if meaning and content:
                self.found.setdefault(meaning, content)

    def handle_endtag(self, tag: str) -> None:
        self._in_title = False

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data
