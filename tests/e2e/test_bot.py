"""Buttons and commands through a real `watcher run`."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from tests.e2e.harness import CHAT, TOKEN, Site, wait_until
from watcher.demo.botapi import BotApi
from watcher.demo.feedserver import FeedServer, Item

if TYPE_CHECKING:
    from pathlib import Path

    from watcher.demo.botapi import Sent

pytestmark = pytest.mark.timeout(60)


def test_a_reader_presses_and_asks(tmp_path: Path) -> None:
    """Naming a user is all it takes: an alert has buttons, a press mutes its story, a command answers."""
    with BotApi(token=TOKEN) as api, FeedServer() as server:
        api.add_chat(CHAT)
        feed = server.feed("alpha")
        site = Site(tmp_path, base_url=api.url, lean=True)
        site.add_feed("alpha", feed.url)
        site.write()
        settings = site.config / "watcher.yaml"
        text = settings.read_text(encoding="utf-8")
        settings.write_text(text.replace("telegram:\n", "telegram:\n  users: [7]\n"), encoding="utf-8")
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


TARGETS = """
targets:
  - {{id: me, chat: "4242", language: fr, time_zone: Asia/Kathmandu, ops: true}}
  - {{id: thread, chat: "-1001", thread: 7, topics: [counterterrorism], group: true}}
  - {{id: public, chat: "@news", silent: true, group: true}}
  - {{id: picky, chat: "4343", min_score: 100}}
  - {{id: little, chat: "4444", max_alerts_per_hour: 1}}
  - {{id: night, chat: "4545", quiet_hours: {{from: "{begin}", until: "{end}"}}}}
"""


def test_each_chat_gets_what_it_asked_for(tmp_path: Path) -> None:
    """Topics, thread, language, zone, sound, score, budget and quiet hours, by target; who takes a story is shown."""
    with BotApi(token=TOKEN) as api, FeedServer() as server:
        api.add_chat("-1001", "supergroup", threads=(7,))
        api.add_chat("@news", "channel")
        site = Site(tmp_path, base_url=api.url, lean=True)
        feed = server.feed("alpha")
        site.add_feed("alpha", feed.url)
        site.write()
        now = datetime.now(UTC)
        hours = {"begin": f"{now - timedelta(hours=1):%H:%M}", "end": f"{now + timedelta(hours=2):%H:%M}"}
        settings = site.config / "watcher.yaml"
        text = settings.read_text(encoding="utf-8").replace("telegram:\n", "telegram:\n  users: [7]\n")
        settings.write_text(text + TARGETS.format(**hours), encoding="utf-8")

        def alerts(chat: str) -> list[Sent]:
            return [one for one in api.sent if one.chat_id == chat and one.buttons]

        with site.running() as run:
            run.wait_polled(["alpha"])
            for number, title in enumerate(
                (
                    "Lavrov lands in Bamako for talks with Goïta",
                    "Jihadists kill 12 soldiers in Djibo, Burkina Faso",
                )
            ):
                link = f"https://a.example/{number}"
                feed.publish(Item(title=title, link=link, published_at=now - timedelta(minutes=1)))
            wait_until(lambda: len(alerts("4242")) == 2 and len(alerts("@news")) == 2, "two alerts arrived")
            wait_until(lambda: alerts("-1001"), "the thread has its alert")
            (in_thread,) = alerts("-1001")
            data = in_thread.buttons[-1][0]["callback_data"]
            assert ":take:" in data
            api.desk.press(in_thread.message_id, data, user_id=7, name="Amina")

            def taken() -> bool:
                return "🙋 Amina works on it" in alerts("-1001")[0].text

            wait_until(taken, "the message says who works on it", 5)
            wait_until(
                lambda: any("1" in one.text for one in api.sent if one.chat_id == "4444"), "a digest", 5
            )
            assert 0 == run.terminate()
        assert ("Djibo" in in_thread.text, in_thread.thread_id) == (True, 7)
        assert all("Pourquoi :" in one.text for one in alerts("4242"))
        there = (now - timedelta(minutes=1)).astimezone(ZoneInfo("Asia/Kathmandu"))
        assert all(f"{there:%H:%M}" in one.text for one in alerts("4242"))
        assert all(one.silent for one in alerts("@news"))
        assert all(len(one.buttons) == 2 for one in alerts("@news"))
        assert all("100" in one.text for one in alerts("4343"))
        assert len(alerts("4444")) == 1
        assert alerts("4545") == []
        assert {row.reason for row in site.waiting() if row.target_id == "night"} <= {
            "waits for the end of quiet hours",
            None,
        }
