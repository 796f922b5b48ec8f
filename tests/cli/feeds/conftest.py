"""A list of feeds with comments, a feed that answers, and `watcher feeds` over them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from watcher.__main__ import main
from watcher.demo.feedserver import FeedServer, Item, ServedFeed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Run = Callable[..., tuple[int, str, str]]

FEEDS = """\
# our feeds
feeds:

  - id: one        # the first
    url: https://one.example.org/feed
    outlet: One
    # confirmed

  - id: two
    url: https://two.example.org/feed?api_key=sekrit
    group: keys

# the end
"""
TOPIC = """\
id: aes
name: Alliance of Sahel States
concepts: {mali: {country: ML}}
patterns: [{name: Mali, score: 80, needs: [mali]}]
"""


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with FeedServer() as running:
        yield running


@pytest.fixture
def feed(server: FeedServer) -> ServedFeed:
    served = server.feed("desk", title="Büro Sahel", language="de")
    served.publish(
        Item(title="Gespräche in Bamako", link="https://d.example/1", published_at=datetime.now(UTC))
    )
    return served


@pytest.fixture
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, feed: ServedFeed) -> Path:
    monkeypatch.chdir(tmp_path)
    for variable in ("TELEGRAM_BOT_TOKEN", "TELEGRAM_CHAT_ID", "WATCHER_CONFIG"):
        monkeypatch.delenv(variable, raising=False)
    config = tmp_path / "config"
    (config / "topics").mkdir(parents=True)
    (config / "topics" / "aes.yaml").write_text(TOPIC)
    (config / "feeds.yaml").write_text(FEEDS)
    (config / "watcher.yaml").write_text(
        f'testing:\n  allow_private: ["{feed.host_port}"]\n  lift_host_limits: true\n'
    )
    return config


@pytest.fixture
def run(directory: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def typed(*arguments: str) -> tuple[int, str, str]:
        try:
            code = main(["feeds", *arguments])
        except SystemExit as ended:
            code = ended.code
        captured = capsys.readouterr()
        return int(code or 0), captured.out, captured.err

    return typed
