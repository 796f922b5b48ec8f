"""The smallest world that the end-to-end tests share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.harness import CHAT, TOKEN, Site, item
from watcher.demo.botapi import BotApi
from watcher.demo.feedserver import FeedServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def world(tmp_path: Path) -> Iterator[tuple[Site, BotApi, FeedServer]]:
    """One outlet and one chat."""
    with FeedServer() as server, BotApi(token=TOKEN) as api:
        api.add_chat(CHAT)
        site = Site(tmp_path, base_url=api.url, lean=True)
        feed = server.feed("alpha")
        feed.publish(item("Weather report"))
        site.add_feed("alpha", feed.url)
        site.write()
        yield site, api, server
