"""Seed pages -> articles: fetched through the one gate, read in a process that can be killed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.core.deriving import from_blocks
from watcher.core.model import Fetched, FetchRequest
from watcher.errors import FetchError, ParseError, WorkerKilled
from watcher.feeds.documents.pages import PAGE
from watcher.feeds.lanes import Died, Lane, Overdue

if TYPE_CHECKING:
    from watcher.core.deriving import Article
    from watcher.protocols import Fetcher

KILLED_AFTER_S = 20.0  # trafilatura took 15 ms for a page of 46 kB, and 0.5 s to be imported
MAX_PAGE_BYTES = 5 * 1024 * 1024


class PageReader:
    """Reads pages, one after the other, in one worker process.

    Args:
        killed_after_s: the longest a page may take.
    """

    def __init__(self, *, killed_after_s: float = KILLED_AFTER_S) -> None:
        self._lane = Lane(1, alarm_s=killed_after_s + 5, waiting=1, waiting_bytes=MAX_PAGE_BYTES)
        self._killed_after_s = killed_after_s

    async def read(self, body: bytes, *, source: str) -> Article:
        """Find the article in a page.

        Args:
            body: HTML.
            source: for people.

        Raises:
            ParseError: no article in it, or the extra for pages is not installed.
            WorkerKilled: it took too long or too much memory.
        """
        try:
            answer = await self._lane.run(body, PAGE, self._killed_after_s)
        except Overdue:
            raise WorkerKilled(
                f"{source}: the page took longer than {self._killed_after_s:g} s to read"
            ) from None
        except Died as error:
            raise WorkerKilled(f"{source}: {error}") from None
        page = answer.get("page")
        if not isinstance(page, dict):
            raise ParseError(f"{source}: {answer.get('not_a_feed', 'the page cannot be read')}")
        known = {"headline": page["headline"]}
        if page["language"]:
            known["language"] = page["language"]
        return from_blocks(page["blocks"], source, known)

    async def fetch(self, url: str, fetcher: Fetcher) -> Article:
        """Fetch a page and find its article.

        Raises:
            FetchError: it could not be fetched.
            ParseError: as for `read`.
        """
        answer = await fetcher.fetch(FetchRequest(feed_id="seed", url=url, max_bytes=MAX_PAGE_BYTES))
        if not isinstance(answer, Fetched):
            raise FetchError("answered 304 to a request without conditions", status=304)
        return await self.read(answer.body, source=url)

    async def aclose(self) -> None:
        """End the worker. Idempotent."""
        await self._lane.aclose()
