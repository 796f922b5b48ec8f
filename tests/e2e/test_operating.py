"""Operating a real watcher process: its port, its ping, its word at the end."""

from __future__ import annotations

import json
import socket
import urllib.request
from typing import TYPE_CHECKING

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.e2e.harness import TOKEN, Site, item, wait_until
from watcher.demo.botapi import BotApi
from watcher.demo.feedserver import FeedServer

if TYPE_CHECKING:
    pass

pytestmark = pytest.mark.timeout(60)


def configure(site: Site, text: str) -> None:
    """Add sections to watcher.yaml."""
    path = site.config / "watcher.yaml"
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def get(port: int, path: str) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
        return str(answer.read().decode())


def sample(text: str, name: str, **labels: str) -> float:
    for family in text_string_to_metric_families(text):
        for found in family.samples:
            if found.name == name and labels.items() <= found.labels.items():
                return found.value
    return 0.0


def test_metrics_tell_the_way_of_an_alert(world: tuple[Site, BotApi, FeedServer]) -> None:
    """From the port one sees polls, the match, the alert, its delivery and delay; health agrees with the command."""
    site, api, server = world
    port = free_port()
    configure(site, f"metrics:\n  port: {port}\nnotices:\n  start: true\n  stop: true\n")
    with site.running() as run:
        run.wait_polled(["alpha"])
        server.feeds[0].publish(item("Lavrov lands in Bamako for talks with Goïta"))
        wait_until(lambda: [s for s in api.sent if "Why:" in s.text], "the alert arrived")
        wait_until(
            lambda: sample(get(port, "/metrics"), "watcher_detection_delay_seconds_count") == 1,
            "the delivered alert was counted",
        )
        text = get(port, "/metrics")
        assert sample(text, "watcher_polls_total", outcome="new") >= 2
        assert 1 == sample(text, "watcher_alerts_total", topic="russia-sahel")
        assert 1 == sample(text, "watcher_delivery_attempts_total", kind="alert", outcome="delivered")
        assert 60 <= sample(text, "watcher_detection_delay_seconds_sum") <= 120  # published a minute before
        assert 1 == sample(text, "watcher_condition", condition="well") == sample(text, "watcher_feeds")
        health = json.loads(get(port, "/healthz"))
        assert ("well", 0) == (health["condition"], site.ask("health").returncode)
        assert "rfi" not in text
        assert TOKEN.split(":")[1] not in text
        assert 0 == run.terminate()
    texts = [sent.text for sent in api.sent]
    assert [True, True] == ["has started" in texts[0], "has stopped" in texts[-1]]


def test_a_taken_port_is_a_mistake_of_the_configuration(world: tuple[Site, BotApi, FeedServer]) -> None:
    """The watcher does not start half-blind: exit 2, with the setting's name; nothing was polled."""
    site, _, _ = world
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        configure(site, f"metrics:\n  port: {taken.getsockname()[1]}\n")
        done = site.ask("run", "--once")
    assert 2 == done.returncode
    assert "metrics: cannot listen on 127.0.0.1 port" in done.stderr
    assert "poll " not in done.stderr


def test_the_ping_goes_out_when_all_is_well(world: tuple[Site, BotApi, FeedServer]) -> None:
    """A pass over the feeds ends with a ping; its address, a secret, is in no log line."""
    site, _, server = world
    ping = server.feed("ping-5ecret")
    configure(site, f"health:\n  ping_url: {ping.url}\n")
    path = site.config / "watcher.yaml"
    path.write_text(path.read_text().replace("allow_private: [", f'allow_private: ["{ping.host_port}", '))
    done = site.ask("run", "--once", "--log-format", "json", "--log-level", "debug")
    assert 0 == done.returncode, done.stderr
    events = [json.loads(line) for line in done.stderr.splitlines() if '"event": "ping"' in line]
    assert ["sent"] == [event["outcome"] for event in events]
    assert 1 == len(ping.requests)
    assert "5ecret" not in done.stderr + done.stdout
