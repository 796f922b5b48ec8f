"""Living with a running watcher: reload, requests from other processes, traces; through real processes."""

from __future__ import annotations

import re
import signal
from typing import TYPE_CHECKING

import pytest

from tests.e2e.harness import Site, item, wait_until
from watcher.demo.botapi import BotApi
from watcher.demo.feedserver import FeedServer

if TYPE_CHECKING:
    pass

pytestmark = pytest.mark.timeout(60)


def test_reload(world: tuple[Site, BotApi, FeedServer]) -> None:
    """A broken file keeps the old configuration and is told once; a good one applies without losing state (C2)."""
    site, api, server = world
    with site.running() as run:
        run.wait_polled(["alpha"])
        good = (site.config / "feeds.yaml").read_text(encoding="utf-8")
        (site.config / "feeds.yaml").write_text(good + "  - id: 7 bad\n", encoding="utf-8")
        wait_until(lambda: run.events("reload"), "the broken file was noticed")
        assert not run.events("reload")[0]["ok"]
        run.wait_polled(["alpha"], times=len(run.events("poll")) + 2)
        beta = server.feed("beta")
        beta.publish(item("Rain expected", "beta"))
        site.add_feed("beta", beta.url)
        site.write()
        run.wait_polled(["beta"])
        assert run.events("reload")[-1]["ok"]
        run.process.send_signal(signal.SIGHUP)
        wait_until(lambda: len(run.events("reload")) >= 3, "SIGHUP reloaded")
        assert run.events("reload")[-1]["ok"]
        wait_until(lambda: [s for s in api.sent if "beta" in s.text.lower()], "the change was told")
        assert 0 == run.terminate()
    assert 1 == len([s for s in api.sent if "has errors" in s.text])


def test_a_reload_says_what_it_would_have_told(world: tuple[Site, BotApi, FeedServer]) -> None:
    """C2: an edited threshold is in force within 5 s; its notice tells how many alerts that means, once it is known."""
    site, api, server = world
    topic = site.config / "topics" / "russia-sahel.yaml"
    with site.running() as run:
        run.wait_polled(["alpha"])
        server.feeds[0].publish(item("Lavrov lands in Bamako for talks with Goïta"))
        wait_until(lambda: [s for s in api.sent if "Why:" in s.text], "the alert arrived")
        text = topic.read_text(encoding="utf-8")
        topic.write_text(re.sub(r"^threshold:.*$", "threshold: 100", text, flags=re.M), encoding="utf-8")
        wait_until(lambda: run.events("reload"), "the change is in force", 5.0)
        assert ["topic russia-sahel: threshold 50 → 100"] == run.events("reload")[0]["changes"]
        polls = len(run.events("poll"))
        (backtest,) = wait_until(lambda: run.events("backtest"), "the last days were read anew", 30.0)
        assert (1, 0, 1) == tuple(backtest[key] for key in ("alerts_before", "alerts_after", "lost"))
        wait_until(lambda: [s for s in api.sent if "0 alerts instead of 1" in s.text], "it was told")
        wait_until(lambda: len(run.events("poll")) > polls, "polling went on")
        assert 0 == run.terminate()
    (told,) = [s.text for s in api.sent if "reloaded" in s.text]
    assert "threshold 50 → 100" in told


def test_outbox_commands_act_through_the_running_watcher(world: tuple[Site, BotApi, FeedServer]) -> None:
    """`outbox drop` and `retry` from another process are carried out by the one that writes."""
    site, api, server = world
    with site.running() as run:
        run.wait_polled(["alpha"])
        wait_until(lambda: api.sent, "the first-run message arrived")
        api.refuse()
        server.feeds[0].publish(item("Lavrov lands in Bamako for talks with Goïta"))
        waiting = wait_until(
            lambda: [row for row in site.ask_json("outbox") if row["kind"] == "alert"], "the alert waits"
        )
        number = str(waiting[0]["id"])
        wait_until(lambda: 0 == site.ask("outbox", "drop", number).returncode, "it was dropped", 20)
        (row,) = [row for row in site.ask_json("outbox") if str(row["id"]) == number]
        assert ("dead", "dropped by user") == (row["state"], row["reason"])
        api.accept()
        assert 0 == site.ask("outbox", "retry", number).returncode
        wait_until(lambda: [s for s in api.sent if "Why:" in s.text], "it was sent after all", 30)
        assert 1 == site.ask("outbox", "retry", number).returncode
        assert 0 == site.ask("health").returncode
        assert 0 == run.terminate()
    assert 1 == site.ask("health").returncode


def test_trace_tells_an_entrys_way(world: tuple[Site, BotApi, FeedServer]) -> None:
    """Seen, matched, grouped, sent: all in `trace`, found by words of the headline."""
    site, api, server = world
    with site.running() as run:
        run.wait_polled(["alpha"])
        server.feeds[0].publish(item("Lavrov lands in Bamako for talks with Goïta"))
        wait_until(lambda: [s for s in api.sent if "Why:" in s.text], "the alert arrived")
        wait_until(lambda: not site.ask_json("outbox"), "it was acknowledged")
        assert 0 == run.terminate()
    done = site.ask("trace", "lands in Bamako")
    assert 0 == done.returncode, done.stderr
    for step in ("seen in feed alpha", "russia-sahel", "new story", "delivered, message"):
        assert step in done.stdout
    assert 1 == site.ask("trace", "no such words").returncode
