"""Buttons and commands through a real `watcher run`."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.e2e.harness import CHAT, TOKEN, Site, wait_until
from watcher.demo.botapi import BotApi
from watcher.demo.feedserver import FeedServer, Item

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.timeout(60)


def test_a_reader_presses_and_asks(tmp_path: Path) -> None:
    """Naming a user is all it takes: an alert has buttons, a press mutes its story, a command answers."""
    with BotApi(token=TOKEN) as api, FeedServer() as server:
        api.add_chat(CHAT)
        feed = server.feed("alpha")
        site = Site(tmp_path, base_url=api.url)
        site.add_feed("alpha", feed.url)
        site.write()
        settings = site.config / "watcher.yaml"
        text = settings.read_text(encoding="utf-8")
        settings.write_text(
            text.replace("telegram:\n", "telegram:\n  users: [7]\n"), encoding="utf-8"
        )
        with site.running() as run:
            run.wait_polled(["alpha"])
            wait_until(lambda: api.sent, "the first run was told of")
            at = datetime.now(UTC) - timedelta(minutes=1)
            feed.publish(
                Item(
                    title="Lavrov lands in Bamako for talks with Goïta",
                    link="https://a.example/1",
                    published_at=at,
                )
            )
            wait_until(lambda: any(message.buttons for message in api.sent), "an alert with buttons arrived")
            alert = next(message for message in api.sent if message.buttons)
            data = next(
                b["callback_data"] for row in alert.buttons for b in row if ":story:" in b["callback_data"]
            )
            api.desk.press(alert.message_id, data, user_id=666)
            began = time.monotonic()
            api.desk.press(alert.message_id, data, user_id=7)
            wait_until(lambda: api.desk.callback_answers, "the press was answered")
            assert time.monotonic() - began < 2.0
            assert len(api.desk.callback_answers) == 1
            count = len(api.sent)
            api.desk.say(CHAT, "/mutes", user_id=7, date=int(time.time()))
            wait_until(lambda: len(api.sent) > count, "the command was answered")
            assert "1 thing is muted" in api.sent[-1].text
            assert 0 == run.terminate()
