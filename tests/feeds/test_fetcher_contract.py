"""What every Fetcher keeps (protocols.Fetcher), shown over the real one and the fake."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import pytest

from tests.fakes.feeds import FakeFetcher
from watcher.core.model import Fetched, FetchRequest, NotModified
from watcher.demo.feedserver import FeedServer, Item, ServedFeed
from watcher.errors import AddressRefused, FetchError
from watcher.feeds.fetching import HttpFetcher

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.feeds.conftest import HandClock
    from watcher.protocols import Fetcher


class Site(Protocol):
    """A feed that can be changed and broken, and the fetcher that is asked for it."""

    fetcher: Fetcher
    url: str

    def change(self, text: str) -> None: ...

    def fail(self, status: int) -> None: ...


@dataclass
class RealSite:
    fetcher: HttpFetcher
    feed: ServedFeed
    clock: HandClock

    @property
    def url(self) -> str:
        return self.feed.url

    def change(self, text: str) -> None:
        self.feed.recover()
        self.feed.publish(Item(title=text, link=f"https://example.org/{text}", published_at=self.clock.now()))

    def fail(self, status: int) -> None:
        self.feed.fail(status)


@dataclass
class FakeSite:
    fetcher: FakeFetcher
    url: str = "https://example.org/feed"
    version: int = 0

    def change(self, text: str) -> None:
        self.version += 1
        self.fetcher.serve(self.url, text.encode(), etag=b'"%d"' % self.version)

    def fail(self, status: int) -> None:
        self.fetcher.fail(self.url, FetchError(str(status), status=status, permanent=status in (404, 410)))


@pytest.fixture(params=["http", "fake"])
async def site(request: pytest.FixtureRequest, hand_clock: HandClock) -> AsyncIterator[Site]:
    if request.param == "fake":
        made = FakeSite(FakeFetcher())
        made.change("first")
        yield made
        return
    with FeedServer() as server:
        feed = server.feed("alpha")
        fetcher = HttpFetcher(clock=hand_clock, allowed_hosts=[feed.host_port], host_gap_s=0)
        real = RealSite(fetcher, feed, hand_clock)
        real.change("first")
        yield real
        await fetcher.aclose()


async def test_a_first_fetch_brings_body_and_validators(site: Site) -> None:
    """Without validators the complete body comes, with what to ask by next time."""
    got = await site.fetcher.fetch(FetchRequest(feed_id="f", url=site.url))
    assert isinstance(got, Fetched)
    assert b"first" in got.body
    assert got.status == 200
    assert got.etag
    assert got.url == site.url


async def test_nothing_new_is_said_without_a_body(site: Site) -> None:
    """With the validators of an unchanged document the answer is NotModified, and they stay known."""
    got = await site.fetcher.fetch(FetchRequest(feed_id="f", url=site.url))
    again = await site.fetcher.fetch(
        FetchRequest(feed_id="f", url=site.url, etag=got.etag, last_modified=got.last_modified)
    )
    assert isinstance(again, NotModified)
    assert again.etag == got.etag


async def test_a_change_is_fetched_though_validators_were_sent(site: Site) -> None:
    """A changed document comes whole and with new validators."""
    got = await site.fetcher.fetch(FetchRequest(feed_id="f", url=site.url))
    site.change("second")
    again = await site.fetcher.fetch(FetchRequest(feed_id="f", url=site.url, etag=got.etag))
    assert isinstance(again, Fetched)
    assert b"second" in again.body
    assert again.etag != got.etag


@pytest.mark.parametrize(("status", "permanent"), [(404, True), (410, True), (500, False), (503, False)])
async def test_a_refusal_is_an_error_with_its_status(site: Site, status: int, permanent: bool) -> None:
    """Anything but an answer raises FetchError, which says whether asking again makes sense."""
    site.fail(status)
    with pytest.raises(FetchError) as caught:
        await site.fetcher.fetch(FetchRequest(feed_id="f", url=site.url))
    assert (caught.value.status, caught.value.permanent) == (status, permanent)
    site.change("back")
    assert isinstance(await site.fetcher.fetch(FetchRequest(feed_id="f", url=site.url)), Fetched)


async def test_other_schemes_are_refused(site: Site) -> None:
    """S1: only http and https are ever fetched."""
    with pytest.raises(AddressRefused):
        await site.fetcher.fetch(FetchRequest(feed_id="f", url="file:///etc/hostname"))


async def test_closing_twice_is_harmless(site: Site) -> None:
    """aclose is idempotent."""
    await site.fetcher.aclose()
    await site.fetcher.aclose()
