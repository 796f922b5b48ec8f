"""The way of one entry, through real processes: feeds over HTTP, `watcher run`, a Bot API over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.harness import CHAT, TOKEN, Site, item, wait_until
from watcher.demo.botapi import BotApi
from watcher.demo.feedserver import FeedServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.timeout(60)

FEEDS = ("alpha", "beta", "gamma")


@pytest.fixture
def api() -> Iterator[BotApi]:
    with BotApi(token=TOKEN) as api:
        api.add_chat(CHAT)
        yield api


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with FeedServer() as server:
        yield server


@pytest.fixture
def site(tmp_path: Path, api: BotApi, server: FeedServer) -> Site:
    """Three outlets, each with one old item, watched by one chat."""
    site = Site(tmp_path, base_url=api.url, lean=True)
    for name in FEEDS:
        feed = server.feed(name)
        feed.publish(item(f"Weather report of {name}", name))
        site.add_feed(name, feed.url)
    site.write()
    return site


def alerts(api: BotApi) -> list[str]:
    """Texts in the chat as they stand, but for the message of the first run."""
    return [sent.text for sent in api.sent if "Why:" in sent.text]


def test_an_entry_becomes_one_message_that_grows(site: Site, api: BotApi, server: FeedServer) -> None:
    """A new on-topic entry is alerted once with its reason; further outlets edit the message; SIGTERM ends with 0."""
    feeds = dict(zip(FEEDS, server.feeds, strict=True))
    with site.running() as run:
        run.wait_polled(list(FEEDS))
        feeds["alpha"].publish(item("Lavrov lands in Bamako for talks with Goïta", "alpha"))
        feeds["alpha"].publish(item("Chef shares recipe for onion soup", "alpha"))
        wait_until(lambda: alerts(api), "the alert arrived")
        feeds["beta"].publish(item("Russia's Lavrov arrives in Bamako for talks with Mali's Goïta", "beta"))
        wait_until(lambda: "Beta" in alerts(api)[0], "the message lists the second outlet")
        assert 0 == run.terminate()
    (text,) = alerts(api)
    assert "Lavrov lands in Bamako" in text
    assert "onion" not in text
    assert all(event["outcome"] != "failed" for event in run.events("poll"))
    outbox = site.ask_json("outbox", "--all")
    assert {"delivered"} == {row["state"] for row in outbox}
    fates = {row["title"]: row["fate"] for row in site.ask_json("recent", "--all")}
    assert "new story" == fates["Lavrov lands in Bamako for talks with Goïta"]
    assert "off topic" == fates["Chef shares recipe for onion soup"]
    assert TOKEN.split(":")[1] not in run.err + run.out


def test_a_second_start_repeats_nothing(site: Site, api: BotApi, server: FeedServer) -> None:
    """Started again on the same state, the watcher sends nothing twice."""
    with site.running() as run:
        run.wait_polled(list(FEEDS))
        server.feeds[0].publish(item("Wagner fighters leave base near Timbuktu, Mali says"))
        wait_until(lambda: alerts(api), "the alert arrived")
        assert 0 == run.terminate()
    before = len(api.sent)
    with site.running() as again:
        again.wait_polled(list(FEEDS), times=2)
        assert 0 == again.terminate()
    assert before == len(api.sent)


def test_killed_while_a_send_hangs_loses_nothing(site: Site, api: BotApi, server: FeedServer) -> None:
    """kill -9 while Telegram holds the answer back: after a restart the alert is there, a repeat only marked."""
    with site.running() as run:
        run.wait_polled(list(FEEDS))
        wait_until(lambda: api.sent, "the first-run message arrived")
        sends = len([call for call in api.calls if call.method == "sendMessage"])
        api.latency_s = 30
        for n in range(3):
            server.feeds[n].publish(item(DISTINCT[n], FEEDS[n]))
        wait_until(lambda: {"sending"} <= {row["state"] for row in site.ask_json("outbox")}, "a send hangs")
        run.kill()
    api.latency_s = 0
    with site.running() as again:
        wait_until(
            lambda: all(any(title in text for text in alerts(api)) for title in DISTINCT),
            "every alert arrived",
        )
        wait_until(lambda: not site.ask_json("outbox"), "nothing waits any more")
        assert 0 == again.terminate()
    assert sends >= 1
    for title in DISTINCT:
        copies = [text for text in alerts(api) if title in text]
        marked = [text for text in copies if "repeat" in text.lower()]
        assert len(copies) - 1 <= len(marked)
    assert len(alerts(api)) <= len(DISTINCT) + 1


DISTINCT = (
    "Lavrov lands in Bamako for talks with Goïta",
    "Niger and Russia sign nuclear energy deal with Rosatom",
    "Wagner fighters accused of killings in village near Mopti",
)


def test_telegram_away_queues_and_nothing_is_lost(site: Site, api: BotApi, server: FeedServer) -> None:
    """While Telegram refuses connections feeds are polled and alerts wait; they arrive when it is back."""
    api.refuse()
    with site.running() as run:
        run.wait_polled(list(FEEDS))
        server.feeds[0].publish(item(DISTINCT[0]))
        wait_until(
            lambda: (
                [row for row in site.ask_json("outbox") if row["kind"] == "alert" and row["attempts"]]
                or [row for row in site.ask_json("outbox") if row["kind"] == "alert"]
            ),
            "the alert waits in the outbox",
        )
        api.accept()
        wait_until(lambda: alerts(api), "the alert arrived", timeout_s=30)
        assert 0 == run.terminate()
    assert 1 == len(alerts(api))


def test_bad_feeds_do_not_disturb_good_ones(site: Site, api: BotApi, server: FeedServer) -> None:
    """A dead, a malformed and a refused feed each have a state and an error; the good ones go on."""
    dead = server.feed("dead")
    dead.fail(500)
    site.add_feed("dead", dead.url)
    site.add_feed("closed", "http://127.0.0.1:9/feed.xml")
    site.add_feed("private", "http://127.0.0.2:8080/feed.xml")
    site.write()
    text = (site.config / "watcher.yaml").read_text(encoding="utf-8").replace(', "127.0.0.2:8080"', "")
    (site.config / "watcher.yaml").write_text(text, encoding="utf-8")
    with site.running() as run:
        run.wait_polled([*FEEDS, "dead", "closed", "private"])
        server.feeds[0].publish(item(DISTINCT[0]))
        wait_until(lambda: alerts(api), "the alert of a good feed arrived")
        status = site.ask_json("status")
        assert 0 == run.terminate()
    states = {row["feed"]: row for row in status["feed_states"]}
    assert {"failing"} == {states[name]["state"] for name in ("dead", "closed", "private")}
    assert "500" in states["dead"]["error"]
    assert "127.0.0.2" in states["private"]["error"]
    assert {"ok"} == {states[name]["state"] for name in FEEDS}


def test_without_a_token_alerts_go_to_the_console(site: Site, server: FeedServer) -> None:
    """No token: the alert is drawn on standard output, with its reason."""
    with site.running(telegram=False) as run:
        run.wait_polled(list(FEEDS))
        server.feeds[0].publish(item(DISTINCT[1]))
        wait_until(lambda: "Rosatom" in run.out, "the alert was printed")
        assert 0 == run.terminate()
    assert "Why:" in run.out


def test_dry_run_sends_nothing_to_telegram(site: Site, api: BotApi, server: FeedServer) -> None:
    """--dry-run prints although a token is set."""
    with site.running("--dry-run") as run:
        run.wait_polled(list(FEEDS))
        server.feeds[0].publish(item(DISTINCT[1]))
        wait_until(lambda: "Rosatom" in run.out, "the alert was printed")
        assert 0 == run.terminate()
    assert [] == api.calls


def test_once_polls_what_is_due_and_ends(site: Site, api: BotApi) -> None:
    """`run --once` polls every due feed, delivers, and exits 0."""
    done = site.ask("run", "--once")
    assert 0 == done.returncode, done.stderr
    assert {"ok"} == {row["state"] for row in site.ask_json("status")["feed_states"]}
    assert api.sent, "the first run's message was delivered"


def test_a_second_process_is_refused(site: Site) -> None:
    """A second `run` on one state directory exits 5; commands that look still work."""
    with site.running() as run:
        run.wait_polled(list(FEEDS))
        assert 5 == site.ask("run").returncode
        assert 0 == site.ask("status").returncode
        assert 0 == run.terminate()


def test_a_refused_token_ends_with_exit_4(site: Site, api: BotApi) -> None:
    """A token that Telegram does not know ends the process with 4, soon."""
    api.token = "987654321:another"
    with site.running() as run:
        assert 4 == run.process.wait(15)
        assert "BotFather" in run.err.splitlines()[-1]


def test_a_broken_configuration_starts_nothing(site: Site) -> None:
    """Every mistake is told at once, exit 2, and no state is made."""
    (site.config / "feeds.yaml").write_text(
        "feeds:\n  - id: a\n    ulr: https://x.example/\n", encoding="utf-8"
    )
    done = site.ask("run")
    assert 2 == done.returncode
    assert "feeds.yaml:3" in done.stderr
    assert "url" in done.stderr
    assert not (site.state / "watcher.db").exists()
