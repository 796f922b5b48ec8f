"""What feeds do over days, and what the user is told of it: F8, F9, silence, re-keying, deltas (226)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.e2e.overtime import over_time
from tests.feeds.loopback import always, by_path, raw_server, reply
from watcher.core.model import PollOutcome
from watcher.demo.feeddocuments import FeedFormat, Item, document

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from tests.feeds.loopback import RawServer

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
VISIT = "Lavrov lands in Bamako for talks"
TALKS = "Kremlin hosts Niger for talks on grain"


def rss(*titles: str, at: datetime, stem: str = "news") -> bytes:
    """A document with these headlines, newest first; links and guids are made of stem and headline."""
    items = [
        Item(title=title, link=f"https://outlet.example/{stem}/{title.replace(' ', '-')}", published_at=at)
        for title in titles
    ]
    return document(
        FeedFormat.RSS, title="Outlet", url="https://o.example/", language="en", items=items, ttl_minutes=None
    )


def validators(server: RawServer) -> list[tuple[bytes | None, bytes | None]]:
    """If-None-Match and A-IM of every request."""
    return [(asked.headers.get("if-none-match"), asked.headers.get("a-im")) for asked in server.asked]


async def test_a_delta_is_not_taken_for_the_whole_feed(tmp_path: Path) -> None:
    """After a 226 what the feed showed before stays known however long ago: a later 200 brings nothing anew."""
    async with over_time(tmp_path / "db") as (desk, server):
        start = desk.clock.now()
        old = ["Rain in the hills", "A bridge is painted"]
        server.script = always(reply(body=rss(*old, at=start), etag='"1"'))
        await desk.poll()
        server.script = always(reply("226 IM Used", rss(VISIT, at=start), etag='"2"', im="feed"))
        plan = await desk.poll()
        assert plan is not None
        assert [VISIT] == [judged.entry.title for judged in plan.entries]
        assert 1 == len(plan.alerts)
        server.script = always(reply("304 Not Modified", etag='"2"'))
        await desk.poll()
        desk.clock.advance(100 * DAY.total_seconds())
        await desk.restart()
        late = rss(TALKS, at=desk.clock.now())
        server.script = always(reply("226 IM Used", late, etag='"3"', im="feed"))
        plan = await desk.poll()
        assert plan is not None
        assert 1 == len(plan.alerts)
        now = desk.clock.now()
        await desk.store.prune(entries_before=now - 90 * DAY, seen_before=now - 90 * DAY, limit=1000)
        server.script = always(reply(body=rss(TALKS, VISIT, *old, at=now), etag='"4"'))
        plan = await desk.poll()
        assert plan is not None
        assert ((), (), PollOutcome.UNCHANGED) == (plan.entries, plan.alerts, plan.outcome)
        asked = [None, b'"1"', b'"2"', b'"2"', b'"3"']
        assert [(etag, etag and b"feed") for etag in asked] == validators(server)


@pytest.mark.parametrize("status", ["301 Moved Permanently", "308 Permanent Redirect"])
async def test_a_permanent_move_is_taken_over_after_a_day_and_told_once(tmp_path: Path, status: str) -> None:
    """Three polls over 24 hours, a restart among them; then only the new address is asked."""
    async with raw_server(always(b"")) as target:
        moved = always(reply(status, location=target.url("/new")))
        async with over_time(tmp_path / "db", target.host_port, script=moved) as (desk, server):
            target.script = always(reply(body=rss(VISIT, at=desk.clock.now()), etag='"1"'))
            await desk.poll_for(10 * HOUR)
            assert len(server.asked) >= 3
            await desk.restart()
            await desk.poll_for(13 * HOUR)
            assert (None, []) == ((await desk.state()).moved_to, await desk.told())
            await desk.poll_for(7 * HOUR)
            assert (target.url("/new"), ["feed moved"]) == ((await desk.state()).moved_to, await desk.told())
            before, now = len(server.asked), len(target.asked)
            await desk.restart()
            await desk.poll_for(2 * DAY)
            assert before == len(server.asked)
            assert len(target.asked) > now
            assert ["feed moved"] == await desk.told()


async def test_secrets_do_not_move_along(tmp_path: Path) -> None:
    """F7: password, header and cookie were meant for the configured host; a move gives them to nobody else."""
    async with raw_server(always(b"")) as target:
        moved = always(reply("301 Moved Permanently", location=target.url("/new")))
        async with over_time(tmp_path / "db", target.host_port, script=moved) as (desk, server):
            secrets = {"Cookie": "s=1", "X-Key": "k", "Authorization": "Bearer t"}
            desk.feed = replace(desk.feed, headers=secrets, username="desk", password="hush")
            target.script = always(reply(body=rss(VISIT, at=desk.clock.now())))
            await desk.poll_for(3 * DAY)
            assert target.url("/new") == (await desk.state()).moved_to
            assert {"cookie", "x-key", "authorization"} <= set(server.asked[0].headers)
            shown = {name for asked in target.asked for name in asked.headers}
            assert set() == {"cookie", "x-key", "authorization"} & shown


@pytest.mark.parametrize("status", ["302 Found", "303 See Other", "307 Temporary Redirect"])
async def test_a_temporary_redirect_is_followed_for_ever(tmp_path: Path, status: str) -> None:
    """However long it lasts, the configured address is the one that is asked."""
    async with raw_server(always(b"")) as target:
        moved = always(reply(status, location=target.url("/new")))
        async with over_time(tmp_path / "db", target.host_port, script=moved) as (desk, server):
            target.script = always(reply(body=rss(VISIT, at=desk.clock.now())))
            plans = await desk.poll_for(4 * DAY)
            assert len(plans) == len(server.asked) == len(target.asked)
            state = await desk.state()
            assert (None, None, []) == (state.moved_to, state.redirect_url, await desk.told())


async def test_a_move_through_a_temporary_step_is_not_permanent(tmp_path: Path) -> None:
    """301 and then 302 leads to a place that is not for good."""
    async with over_time(tmp_path / "db") as (desk, server):
        server.script = by_path(
            {
                "/feed": reply("301 Moved Permanently", location="/step"),
                "/step": reply("302 Found", location="/end"),
                "/end": reply(body=rss(VISIT, at=desk.clock.now())),
            }
        )
        await desk.poll_for(3 * DAY)
        assert (None, []) == ((await desk.state()).moved_to, await desk.told())


async def test_a_move_to_something_that_was_never_read_is_not_taken_over(tmp_path: Path) -> None:
    """A place that has only said "not modified" may be anything; pages that are no feeds are failures."""
    async with over_time(tmp_path / "db") as (desk, server):
        feed = reply(body=rss(VISIT, at=desk.clock.now()), etag='"1"')
        server.script = always(feed)
        await desk.poll()
        moved = reply("301 Moved Permanently", location="/new")
        server.script = by_path({"/feed": moved, "/new": reply("304 Not Modified")})
        await desk.poll_for(3 * DAY)
        assert None is (await desk.state()).moved_to
        server.script = by_path({"/feed": moved, "/new": reply(body=b"<html>Welcome</html>")})
        await desk.poll_for(3 * DAY)
        assert None is (await desk.state()).moved_to
        assert ["feed failing"] == await desk.told()
        server.script = by_path({"/feed": moved, "/new": feed})
        await desk.poll_for(3 * DAY)
        assert server.url("/new") == (await desk.state()).moved_to
        assert ["feed failing", "feed recovered", "feed moved"] == await desk.told()


async def test_a_feed_that_is_gone_is_asked_three_times_and_told_once(tmp_path: Path) -> None:
    """410: a day apart, a restart between, then never again."""
    async with over_time(tmp_path / "db", script=always(reply("410 Gone"))) as (desk, server):
        await desk.poll_for(HOUR)
        await desk.restart()
        await desk.poll_for(1.5 * DAY)
        assert 2 == len(server.asked)
        await desk.restart()
        await desk.poll_for(9 * DAY)
        assert 3 == len(server.asked)
        assert ((await desk.state()).gone, ["feed gone"]) == (True, await desk.told())
        await desk.restart()
        assert None is await desk.poll()
        assert ["feed gone"] == await desk.told()


async def test_a_feed_that_comes_back_between_two_410_is_not_gone(tmp_path: Path) -> None:
    """Only three in a row count."""
    async with over_time(tmp_path / "db", script=always(reply("410 Gone"))) as (desk, server):
        await desk.poll_for(1.5 * DAY)
        server.script = always(reply(body=rss(VISIT, at=desk.clock.now())))
        await desk.poll_for(1.5 * DAY)
        server.script = always(reply("410 Gone"))
        await desk.poll_for(1.5 * DAY)
        state = await desk.state()
        assert (2, False, []) == (state.gone_count, state.gone, await desk.told())


async def test_a_failure_is_told_once_after_a_day_and_its_end_once(tmp_path: Path) -> None:
    """503 for days, restarts among them: one message a day after it began, one when it is over."""
    async with over_time(tmp_path / "db") as (desk, server):
        server.script = always(reply(body=rss(VISIT, at=desk.clock.now())))
        await desk.poll()
        server.script = always(reply("503 Service Unavailable"))
        await desk.poll()
        await desk.poll_for(20 * HOUR)
        assert [] == await desk.told()
        await desk.restart()
        await desk.poll_for(4.5 * HOUR)
        assert ["feed failing"] == await desk.told()
        await desk.restart()
        await desk.poll_for(9 * DAY)
        assert ["feed failing"] == await desk.told()
        server.script = always(reply(body=rss(TALKS, at=desk.clock.now())))
        plans = await desk.poll_for(DAY)
        assert 1 == sum(len(plan.alerts) for plan in plans)
        await desk.restart()
        await desk.poll_for(2 * DAY)
        assert ["feed failing", "feed recovered"] == await desk.told()


async def test_retry_after_is_kept_over_a_restart(tmp_path: Path) -> None:
    """429 with Retry-After: nothing is asked before its time, whoever is started in between."""
    async with over_time(
        tmp_path / "db", script=always(reply("429 Too Many Requests", retry_after="90000"))
    ) as (desk, server):
        await desk.poll()
        for _ in range(4):
            await desk.restart()
            await desk.poll_for(6 * HOUR)
        assert 1 == len(server.asked)
        await desk.poll_for(2 * HOUR)
        assert 2 == len(server.asked)


async def test_silence_against_the_rhythm_is_told_once_an_episode(tmp_path: Path) -> None:
    """Four entries a day for three days, then none: one message; it speaks and falls silent again: another."""
    async with over_time(tmp_path / "db") as (desk, server):
        titles: list[str] = []

        async def publish_for_three_days() -> None:
            for _ in range(12):
                titles.insert(0, f"Market report {len(titles)}")
                server.script = always(reply(body=rss(*titles[:20], at=desk.clock.now())))
                await desk.poll_for(6 * HOUR)

        await publish_for_three_days()
        assert [] == await desk.told()
        await desk.poll_for(2 * DAY)
        await desk.restart()
        assert [] == await desk.told()
        await desk.poll_for(8 * DAY)
        assert ["feed silent"] == await desk.told()
        await publish_for_three_days()
        await desk.poll_for(8 * DAY)
        assert ["feed silent"] * 2 == await desk.told()


async def test_a_feed_that_changes_all_its_ids_is_one_notice_and_no_alert(tmp_path: Path) -> None:
    """New guids and new links under known headlines: nothing is alerted again, and it is said once."""
    titles = [VISIT, TALKS, *(f"Market report {number}" for number in range(4))]
    async with over_time(tmp_path / "db") as (desk, server):
        at = desk.clock.now()
        server.script = always(reply(body=rss(*titles, at=at)))
        await desk.poll_for(6 * HOUR)
        server.script = always(reply(body=rss(*titles, at=at, stem="2026")))
        plans = await desk.poll_for(6 * HOUR)
        await desk.restart()
        server.script = always(reply(body=rss("Rain", *titles, at=at, stem="2026")))
        plans += await desk.poll_for(6 * HOUR)
        assert ["feed re-keyed"] == await desk.told()
        assert [] == [alert for plan in plans for alert in plan.alerts]
