"""What a chat is really sent of feeds that move, die, fail or fall silent: days of `watcher run` in seconds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.e2e.harness import CHAT, TOKEN, Site, wait_until
from watcher.demo.botapi import BotApi
from watcher.demo.feedserver import FeedServer, Item

if TYPE_CHECKING:
    from pathlib import Path

    from watcher.demo.feedserver import ServedFeed

pytestmark = pytest.mark.timeout(60)

SCALE = 100_000  # a day takes 0.9 s
WATCHER_YAML = """\
polling: {{interval: 2h, max_interval: 2h}}
alerts: {{max_age: 365d}}
telegram: {{base_url: {base_url}}}
targets: [{{id: chat, chat: "{chat}", ops: true}}]
testing: {{lift_host_limits: true, clock_scale: {scale}, allow_private: [{allowed}]}}
"""
EXPECTED = (
    "feed changed all its identifiers: Churner",
    "feed has fallen silent: Quiet",
    "feed has moved: Mover",
    "feed is back: Ailing",
    "feed is failing: Ailing",
    "feed is gone: Gone",
)


def reports(stem: str = "news", *, apart: timedelta = timedelta(0)) -> list[Item]:
    """Six items until now; their links are made of the stem. Without time between them they have no rhythm."""
    now = datetime.now(UTC)
    return [
        Item(
            title=f"Market report {number}",
            link=f"https://outlet.example/{stem}/{number}",
            published_at=now - apart * (6 - number),
        )
        for number in range(6)
    ]


def redirect(feed: ServedFeed, status: int, to: str) -> None:
    """Answer every request with a redirect from now on."""
    feed.headers["Location"] = to
    feed.fail(status)


def test_each_trouble_of_a_feed_is_one_message(tmp_path: Path) -> None:
    """Moved, gone, failing, back, silent, re-keyed: one message each however long it lasts, none for the rest."""
    with FeedServer() as server, BotApi(token=TOKEN) as api:
        api.add_chat(CHAT)
        names = ("steady", "mover", "lent", "gone", "ailing", "quiet", "churner")
        feeds = {name: server.feed(name) for name in names}
        target = server.feed("target")
        for feed in (*feeds.values(), target):
            feed.publish(*reports(apart=timedelta(hours=6 if feed is feeds["quiet"] else 0)))
        site = Site(tmp_path, base_url=api.url, lean=True)
        for name, feed in feeds.items():
            site.add_feed(name, feed.url)
        site.write()
        (site.config / "watcher.yaml").write_text(
            WATCHER_YAML.format(
                base_url=api.url,
                chat=CHAT,
                scale=SCALE,
                allowed=", ".join(f'"{feed.host_port}"' for feed in server.feeds),
            ),
            encoding="utf-8",
        )

        def told() -> list[str]:
            """The first lines of the messages about single feeds."""
            lines = [message.text.splitlines()[0] for message in api.sent]
            return [line.partition(" ")[2] for line in lines if "feed" in line]

        with site.running() as run:
            run.wait_polled(list(names))
            redirect(feeds["mover"], 301, target.url)
            redirect(feeds["lent"], 302, target.url)
            feeds["gone"].fail(410)
            feeds["ailing"].fail(500)
            for item in reports():
                feeds["churner"].withdraw(item.id)
            feeds["churner"].publish(*reports("renewed"))
            wait_until(lambda: "feed is failing: Ailing" in told(), "the failing feed was told")
            feeds["ailing"].recover()
            wait_until(lambda: len(told()) >= len(EXPECTED), "everything was told", 30)
            asked = {name: len(feed.requests) for name, feed in feeds.items()}
            wait_until(lambda: len(feeds["steady"].requests) > asked["steady"] + 20, "more days have passed")
            assert 0 == run.terminate()
        assert sorted(EXPECTED) == sorted(told())
        assert 3 == feeds["gone"].counts()[410]
        assert (asked["mover"], asked["gone"]) == (len(feeds["mover"].requests), len(feeds["gone"].requests))
        assert asked["lent"] < len(feeds["lent"].requests)
        assert 0 == len([message for message in api.sent if "Why:" in message.text])
