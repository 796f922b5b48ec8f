"""The demo's stage: outlets and a Bot API stand-in on loopback, a configuration and a state of its own.

Everything is in one temporary directory and gone when the stage is left. Nothing of the watcher is
replaced: the configuration only says where the feeds and the Bot API are, and asks for short intervals.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Self

from watcher.config import Loaded, load
from watcher.config.locating import CONCEPTS_FILE, FEEDS_FILE, TOPICS_DIR, WATCHER_FILE, packaged
from watcher.demo.botapi import DEMO_TOKEN, BotApi
from watcher.demo.feedserver import FeedServer, Item, ServedFeed
from watcher.demo.script import OUTLETS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from watcher.demo.script import Piece

READER_CHAT = "20260101"  # the chat of whoever watches the demo
INTERVAL = "1s"  # the shortest that testing settings allow
EDIT_DELAY = "1600ms"
"""Longer than it takes until every feed was polled once more (interval and jitter): outlets that take a story up at
one moment share one edit."""


def settings(base_url: str, allowed: Iterable[str]) -> dict[str, object]:
    """watcher.yaml of the demo.

    Args:
        base_url: root of the Bot API stand-in.
        allowed: loopback `host:port`s that may be fetched from.
    """
    return {
        "polling": {"interval": INTERVAL, "max_interval": INTERVAL, "contact": "demo@watcher.example"},
        "alerts": {"edit_delay": EDIT_DELAY, "edit_interval": "1s"},
        "targets": [{"id": "phone", "chat": READER_CHAT, "reads": ["en"]}],
        "telegram": {"base_url": base_url},
        "testing": {"min_interval": INTERVAL, "allow_private": sorted(allowed)},
    }


class NowhereToWrite(Exception):
    """No directory for temporary files, and no spare one either."""


class Stage:
    """Servers, configuration and state; a context manager.

    Args:
        spare: where to put the temporary directory when the machine has no place for such (a read-only container);
            None = nowhere.

    Raises:
        NowhereToWrite: when entered.

    Attributes:
        api: what stands in for Telegram.
        config_dir: the configuration, made for the stage.
        feeds: the served feeds by outlet id.
        state_dir: where the database will be.
    """

    def __init__(self, spare: Path | None = None) -> None:
        self._spare = spare
        self._exits = ExitStack()
        self.feeds: dict[str, ServedFeed] = {}

    def __enter__(self) -> Self:
        with ExitStack() as exits:
            directory = Path(exits.enter_context(self._temporary()))
            self.api = exits.enter_context(BotApi(limits=True))
            server = exits.enter_context(FeedServer())
            for outlet in OUTLETS:
                self.feeds[outlet.id] = server.feed(
                    outlet.id, title=outlet.name, feed_format=outlet.format, language=outlet.language
                )
            self.state_dir = directory / "state"
            self.config_dir = directory / "config"
            self._write_configuration()
            self._exits = exits.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._exits.close()

    def load(self) -> Loaded:
        """Load the stage's configuration; nothing of the real environment is looked at.

        Raises:
            ConfigError: the packaged topics are broken.
        """
        return load(self.config_dir, {"TELEGRAM_BOT_TOKEN": DEMO_TOKEN})

    def publish(self, pieces: Iterable[Piece]) -> None:
        """Put items into their outlets' feeds."""
        now = datetime.now(UTC)
        for piece in pieces:
            item = Item(
                title=piece.title,
                link=link_of(piece),
                summary=piece.summary,
                published_at=now - timedelta(minutes=piece.minutes_ago),
            )
            self.feeds[piece.outlet_id].publish(item)

    def _temporary(self) -> tempfile.TemporaryDirectory[str]:
        try:
            return tempfile.TemporaryDirectory(prefix="watcher-demo-")
        except (
            FileNotFoundError
        ) as error:  # neither $TMPDIR nor /tmp nor the current directory can be written to
            try:
                return tempfile.TemporaryDirectory(prefix="watcher-demo-", dir=self._spare)
            except OSError:
                raise NowhereToWrite(str(error)) from error

    def _write_configuration(self) -> None:
        shipped = packaged("config")
        self.config_dir.mkdir()
        shutil.copytree(shipped / TOPICS_DIR, self.config_dir / TOPICS_DIR)
        shutil.copy(shipped / CONCEPTS_FILE, self.config_dir / CONCEPTS_FILE)
        feeds = [
            {
                "id": outlet.id,
                "url": self.feeds[outlet.id].url,
                "outlet": outlet.name,
                "language": outlet.language,
            }
            for outlet in OUTLETS
        ]
        files = {
            WATCHER_FILE: settings(self.api.url, (feed.host_port for feed in self.feeds.values())),
            FEEDS_FILE: {"feeds": feeds},
        }
        for name, content in files.items():  # JSON is YAML
            (self.config_dir / name).write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


def link_of(piece: Piece) -> str:
    """Where a piece is said to be; the domain is reserved for examples and leads nowhere."""
    return f"https://{piece.outlet_id}.example/{piece.slug}"
