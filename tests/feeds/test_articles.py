"""Pages as seeds: fetched through the gate, read in a process that can be killed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fakes.feeds import FakeFetcher
from watcher.errors import FetchError, ParseError, WorkerKilled
from watcher.feeds.articles import PageReader

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

pytest.importorskip("trafilatura")

URL = "https://gazette.example/dam"
PAGE = b"""<!doctype html><html lang="en"><head><title>Dam gives way</title></head><body>
<nav><a href="/">Home</a> <a href="/sport">Sport</a></nav><article><h1>Dam at Orlova gives way</h1>
<p>The old dam above Orlova broke on Sunday night, and the river Szara drowned the whole valley below it.</p>
<p>Nine bodies were found in the streets of Orlova by Monday noon, the governor of the province said.</p>
<p>Engineers had called the spillway of the dam cracked as early as March, according to an unread report.</p>
</article></body></html>"""


@pytest.fixture
async def reader() -> AsyncIterator[PageReader]:
    """A reader whose worker ends with the test."""
    pages = PageReader()
    yield pages
    await pages.aclose()


async def test_an_address_is_fetched_through_the_gate(reader: PageReader) -> None:
    """The fetcher is asked once, and the article holds the page's paragraphs without its menu."""
    fetcher = FakeFetcher()
    fetcher.serve(URL, PAGE, content_type="text/html")
    article = await reader.fetch(URL, fetcher)
    assert [URL] == [request.url for request in fetcher.asked]
    assert URL == article.source
    assert 3 == len(article.sentences)
    assert "Sport" not in " ".join(article.sentences)


async def test_what_the_gate_refuses_is_told(reader: PageReader) -> None:
    """Errors of fetching pass through as they are."""
    with pytest.raises(FetchError):
        await reader.fetch(URL, FakeFetcher())


async def test_a_page_without_an_article_is_refused_by_name(reader: PageReader) -> None:
    """The message names the seed and says what to do."""
    with pytest.raises(ParseError, match=r"empty\.html: .*paste its text"):
        await reader.read(b"<html><body></body></html>", source="empty.html")


async def test_a_page_that_takes_too_long_has_its_worker_killed() -> None:
    """The limit holds whatever the page does; no process stays behind."""
    pages = PageReader(killed_after_s=0.0)
    try:
        with pytest.raises(WorkerKilled, match="longer than 0 s"):
            await pages.read(PAGE, source="slow.html")
    finally:
        await pages.aclose()
