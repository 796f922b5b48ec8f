"""Feeds that churn, shuffle, break off and lie, polled from a real server into a real database: F2, F4, P4, P5, P7."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.e2e.overtime import over_time
from tests.feeds.loopback import always, reply
from watcher.core.model import AlertContent
from watcher.demo.feeddocuments import FeedFormat, Item, document

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.e2e.overtime import OverTime
    from tests.feeds.loopback import RawServer

HOUR = timedelta(hours=1)
VISIT = "Lavrov lands in Bamako for talks"
GRAIN = "Kremlin hosts Niger for talks on grain"
AMBUSH = "Soldiers die in ambush near Niger's border"


class Outlet:
    """What a feed shows; polled through everything real, its first poll being over.

    Args:
        desk: the poller.
        server: its server.
    """

    def __init__(self, desk: OverTime, server: RawServer) -> None:
        self.desk, self.server = desk, server

    def item(self, title: str, *, guid: str = "", link: str = "") -> Item:
        """Published an hour ago; without more its link is made of its title and is its guid."""
        link = link or f"https://outlet.example/{title.replace(' ', '-').replace(chr(39), '')}"
        return Item(title=title, link=link, guid=guid, published_at=self.desk.clock.now() - HOUR)

    async def show(self, items: Sequence[Item], feed_format: FeedFormat = FeedFormat.RSS) -> None:
        """Show these, and be polled."""
        body = document(
            feed_format, title="Outlet", url="https://outlet.example/", language="en", items=items, ttl_minutes=None
        )  # fmt: skip
        await self.serve(body)

    async def serve(self, body: bytes) -> None:
        """Answer with this document, and be polled."""
        self.server.script = always(reply(body=body))
        await self.desk.poll()

    async def alerted(self) -> list[str]:
        """The headlines alerted so far."""
        contents = [delivery.content for delivery in await self.desk.store.deliveries()]
        return sorted(content.headline for content in contents if isinstance(content, AlertContent))


async def test_churning_shuffled_and_resurrected_entries_are_told_once(tmp_path: Path) -> None:
    """P5: new guids at every poll, tracking parameters, any order, entries that go and come back: no second alert."""
    async with over_time(tmp_path / "db") as (desk, server):
        outlet = Outlet(desk, server)
        await outlet.show([outlet.item("Rain in the hills")])
        titles = [VISIT, GRAIN]
        for number in range(6):
            shown = titles[number % 2 :] + titles[: number % 2] if number != 3 else [VISIT]
            await outlet.show(
                [
                    outlet.item(
                        title,
                        guid=f"{title}-{number}",
                        link=f"http://www.outlet.example/{len(title)}/?utm_source=rss{number}&PHPSESSID=a{number}",
                    )
                    for title in shown
                ]
            )
            await desk.restart()
        assert [GRAIN, VISIT] == await outlet.alerted()


@pytest.mark.parametrize("feed_format", [FeedFormat.ATOM, FeedFormat.JSON])
async def test_another_format_is_the_same_feed(tmp_path: Path, feed_format: FeedFormat) -> None:
    """An outlet that changes from RSS to Atom or JSON repeats nothing, and goes on."""
    async with over_time(tmp_path / "db") as (desk, server):
        outlet = Outlet(desk, server)
        items = [outlet.item("Rain in the hills"), outlet.item("A bridge is painted")]
        await outlet.show(items)
        items.insert(0, outlet.item(VISIT))
        await outlet.show(items)
        await outlet.show(items, feed_format)
        assert [VISIT] == await outlet.alerted()
        await outlet.show([outlet.item(GRAIN), *items], feed_format)
        assert [GRAIN, VISIT] == await outlet.alerted()


async def test_entries_that_share_link_or_guid_are_told_apart(tmp_path: Path) -> None:
    """P5: a live page that all entries link to, and a generator that gives all one guid, hide no news."""
    async with over_time(tmp_path / "db") as (desk, server):
        outlet = Outlet(desk, server)
        await outlet.show([outlet.item("Rain in the hills")])
        live = "https://outlet.example/live"
        await outlet.show([outlet.item(title, guid=title, link=live) for title in (VISIT, GRAIN)])
        await outlet.show([outlet.item(title, guid=title, link=live) for title in (AMBUSH, VISIT, GRAIN)])
        assert 3 == len(await outlet.alerted())
    async with over_time(tmp_path / "other") as (desk, server):
        outlet = Outlet(desk, server)
        await outlet.show([outlet.item("Rain in the hills")])
        await outlet.show([outlet.item(title, guid="0") for title in (VISIT, GRAIN)])
        await outlet.show([outlet.item(title, guid="0") for title in (AMBUSH, VISIT, GRAIN)])
        assert 3 == len(await outlet.alerted())


async def test_a_body_that_broke_off_is_read_whole_the_next_time(tmp_path: Path) -> None:
    """F2, D2: a truncated answer brings neither entries nor validators; the next poll finds everything."""
    async with over_time(tmp_path / "db") as (desk, server):
        outlet = Outlet(desk, server)
        rain = outlet.item("Rain in the hills")
        await outlet.show([rain])
        body = document(
            FeedFormat.RSS, title="Outlet", url="", language="en", items=[outlet.item(VISIT), rain], ttl_minutes=None
        )  # fmt: skip
        server.script = always(reply(body=body[:-200], etag='"new"', content_length=str(len(body))))
        await desk.poll()
        state = await desk.state()
        assert (None, 1, []) == (state.etag, state.failure_count, await outlet.alerted())
        server.script = always(reply(body=body, etag='"new"'))
        await desk.poll()
        assert (b'"new"', [VISIT]) == ((await desk.state()).etag, await outlet.alerted())


async def test_a_body_without_end_that_breaks_off_brings_no_validators(tmp_path: Path) -> None:
    """F2: where nothing says how long the body is, half a document is read and asked for again in full."""
    async with over_time(tmp_path / "db") as (desk, server):
        outlet = Outlet(desk, server)
        rain = outlet.item("Rain in the hills")
        await outlet.show([rain])
        items = [rain, outlet.item(VISIT)]
        body = document(FeedFormat.RSS, title="O", url="", language="en", items=items, ttl_minutes=None)
        head = b'HTTP/1.0 200 OK\r\nETag: "new"\r\n\r\n'
        server.script = always(head + body[: body.index(VISIT.encode())])
        await desk.poll()
        assert (None, []) == ((await desk.state()).etag, await outlet.alerted())
        server.script = always(head + body)
        await desk.poll()
        assert (b'"new"', [VISIT]) == ((await desk.state()).etag, await outlet.alerted())


async def test_validators_of_any_bytes_outlast_a_restart(tmp_path: Path) -> None:
    """F4: kept and echoed byte for byte, renewed by a 304, dropped by a 200 without them."""
    etag, modified = b'W/"\xe9\xff\xc3(; ,"', b"vor f\xfcnf Minuten"
    async with over_time(tmp_path / "db") as (desk, server):
        body = document(FeedFormat.RSS, title="O", url="", language="en", items=[], ttl_minutes=None)
        server.script = always(reply(body=body, etag=etag, last_modified=modified))
        await desk.poll()
        await desk.restart()
        server.script = always(reply("304 Not Modified", etag=b'"\xfe2"'))
        await desk.poll()
        await desk.restart()
        server.script = always(reply(body=body))
        await desk.poll()
        await desk.restart()
        await desk.poll()
        names = ("if-none-match", "if-modified-since")
        asked = [tuple(one.headers.get(name) for name in names) for one in server.asked]
        assert [(None, None), (etag, modified), (b'"\xfe2"', modified), (None, None)] == asked


@pytest.mark.parametrize(
    "date",
    ["", "Thu, 01 Jan 1970 00:00:00 GMT", "Mon, 01 Jan 0001 00:00:00 GMT", "Fri, 31 Dec 99999 23:59:59 GMT",
     "Fri, 31 Dec 2100 23:59:59 GMT", "yesterday", "&#0;"],
)  # fmt: skip
async def test_a_date_that_cannot_be_true_is_the_time_of_first_sight(tmp_path: Path, date: str) -> None:
    """P7: such an entry is news all the same."""
    async with over_time(tmp_path / "db") as (desk, server):
        outlet = Outlet(desk, server)
        await outlet.show([outlet.item("Rain in the hills")])
        entry = f"<item><title>{VISIT}</title><guid>v</guid><pubDate>{date}</pubDate></item>"
        channel = f"<rss version='2.0'><channel><title>O</title>{entry}</channel></rss>"
        await outlet.serve(channel.encode())
        assert [VISIT] == await outlet.alerted()


async def test_a_week_old_entry_is_seen_and_not_told(tmp_path: Path) -> None:
    """P7: what appears a week late is no news."""
    async with over_time(tmp_path / "db") as (desk, server):
        outlet = Outlet(desk, server)
        await outlet.show([outlet.item("Rain in the hills")])
        late = Item(title=VISIT, link="https://outlet.example/v", published_at=desk.clock.now() - 192 * HOUR)
        await outlet.show([late])
        await outlet.show([late, outlet.item(GRAIN)])
        assert [GRAIN] == await outlet.alerted()


@pytest.mark.parametrize("days", [365, -365])
async def test_a_clock_that_jumps_a_year_costs_one_poll(tmp_path: Path, days: int) -> None:
    """X1: forward everything is due once, back nothing waits for a year; then the usual interval holds again."""
    async with over_time(tmp_path / "db") as (desk, server):
        outlet = Outlet(desk, server)
        await outlet.show([outlet.item("Rain in the hills")])
        await outlet.show([outlet.item("Rain in the hills")])
        desk.clock.jump(timedelta(days=days).total_seconds())
        await desk.restart()
        assert ["outlet"] == [state.feed_id for state in await desk.store.due_feeds(desk.clock.now(), 9)]
        await outlet.show([outlet.item(VISIT), outlet.item("Rain in the hills")])
        assert [] == await desk.store.due_feeds(desk.clock.now() + HOUR, 9)
        due_at = (await desk.state()).next_poll_at
        assert due_at is not None
        assert due_at < desk.clock.now() + 24 * HOUR
        assert ([VISIT], []) == (await outlet.alerted(), await desk.told())
