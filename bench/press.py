"""How long a person waits for the answer to a press, while feeds are polled and a flood is going out.

    python -m bench.press [--alerts 200] [--presses 150] [--feeds 40]

A real `watcher run`; feeds on loopback, all of them changing and polled every second, bring 200 stories at once; a
Bot API stand-in enforces Telegram's limits and lets every call, updates included, travel 50 to 200 ms. People
press buttons in two chats and a group. Measured from the press to the arrival of answerCallbackQuery at the
stand-in, both ways of travel included. Exit 1 when one took longer than a second, was not answered, or a 429 was
provoked.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.e2e.harness import TOKEN, Site, wait_until
from watcher.demo.botapi import BotApi
from watcher.demo.feedserver import FeedServer, Item

if TYPE_CHECKING:
    from tests.e2e.harness import Running
    from watcher.demo.botapi import Sent
    from watcher.demo.feedserver import ServedFeed

LIMIT_S = 1.0
LATENCY_S, SPREAD_S = 0.05, 0.15
CHATS = ("41", "42", "-100500")
USERS = (41, 42, 43)
GAP_S = 0.3  # between two presses
ACTIONS = ("why", "relevant", "irrelevant", "take", "story", "outlet")
SYLLABLES = [a + b for a in "bdfghklmnprstvwz" for b in "aeiou"]
TOPIC = """\
id: flood
name: Flood
threshold: 50
concepts: {{beacon: {{members: {{{members}}}}}}}
patterns: [{{name: beacon, score: 80, needs: [beacon]}}]
"""
SETTINGS = """\
polling: {{interval: 1s, max_interval: 1s}}
alerts: {{edit_delay: 0s, edit_interval: 1s, flood: {{per_feed: 1000, per_topic_hour: 100000}}}}
telegram: {{base_url: "{base_url}", users: [41, 42, 43]}}
targets:
  - {{id: first, chat: "41", max_alerts_per_hour: 1000}}
  - {{id: second, chat: "42", max_alerts_per_hour: 1000, language: fr}}
  - {{id: group, chat: "-100500", max_alerts_per_hour: 1000, group: true}}
testing: {{min_interval: 1s, lift_host_limits: true, allow_private: [{allowed}]}}
"""


def configured(site: Site, words: list[str]) -> None:
    """Write the configuration: each word opens a story of its own."""
    site.write()
    ports = sorted({url.split("/")[2] for url, _, _ in site.feeds.values()})
    for path in (site.config / "topics").glob("*.yaml"):
        path.unlink()
    members = ", ".join(f'{word}: ["{word}"]' for word in words)
    (site.config / "topics" / "flood.yaml").write_text(TOPIC.format(members=members), encoding="utf-8")
    allowed = ", ".join(f'"{port}"' for port in ports)
    text = SETTINGS.format(base_url=site.base_url, allowed=allowed)
    (site.config / "watcher.yaml").write_text(text, encoding="utf-8")


def made_up(source: random.Random) -> str:
    """A word there is not."""
    return "".join(source.choices(SYLLABLES, k=5))


def churn(feeds: list[ServedFeed], stop: threading.Event) -> None:
    """Let every feed change all the time, off topic, so that every poll is parsed and committed."""
    number = 0
    while not stop.wait(1.0):
        number += 1
        for feed in feeds:
            at = datetime.now(UTC)
            feed.publish(
                Item(
                    title=f"Weather note {number} of {feed.url}",
                    link=f"https://a.example{feed.url}/{number}",
                    published_at=at,
                )
            )


def flood(feeds: list[ServedFeed], words: list[str], source: random.Random) -> None:
    """As many stories as words, at once, no two alike."""
    at = datetime.now(UTC) - timedelta(minutes=1)
    for number, word in enumerate(words):
        feeds[number % len(feeds)].publish(
            Item(
                title=f"{word} {made_up(source)} {made_up(source)} {made_up(source)}",
                link=f"https://a.example/{word}",
                published_at=at,
            )
        )


def pressed(api: BotApi, count: int, source: random.Random) -> list[float | None]:
    """Press buttons all over the chats, each press when its time comes; how long each answer took."""
    asked: list[tuple[str, float]] = []
    for _ in range(count):
        chat = source.choice(CHATS)
        alerts = [one for one in api.sent if one.chat_id == chat and one.buttons]
        if not alerts:
            alerts = [one for one in api.sent if one.buttons]
        message: Sent = source.choice(alerts)
        action = source.choice([a for a in ACTIONS if a != "take" or chat.startswith("-")])
        data = next(
            (
                str(b["callback_data"])
                for row in message.buttons
                for b in row
                if f":{action}:" in b["callback_data"]
            ),
            str(message.buttons[0][0]["callback_data"]),
        )
        at = api.monotonic()
        asked.append((api.desk.press(message.message_id, data, user_id=source.choice(USERS)), at))
        time.sleep(GAP_S * (0.5 + source.random()))
    api.wait_for(lambda at: len(at.desk.callback_answers) >= count, timeout_s=10.0)
    answered = {
        str(call.params.get("callback_query_id")): call.at
        for call in api.calls
        if call.method == "answerCallbackQuery"
    }
    return [answered[query] - at if query in answered else None for query, at in asked]


def report(api: BotApi, run: Running, times: list[float | None], sent_before: int) -> int:
    """Print the figures; returns the exit code."""
    took = sorted(one for one in times if one is not None)
    refused = [call.method for call in api.calls if call.status == 429]
    quantiles = statistics.quantiles(took, n=20)
    polls = len(run.events("poll"))
    out = len([one for one in api.sent if one.buttons])
    print(
        f"{len(times)} presses while {len(api.sent) - sent_before} messages went out ({out} alerts in all) and"
        f" {polls} polls were made"
    )
    print(
        f"answered after p50 {statistics.median(took):.2f} s, p95 {quantiles[-1]:.2f} s, worst {took[-1]:.2f} s"
        f" (of that {2 * LATENCY_S:.1f} to {2 * (LATENCY_S + SPREAD_S):.1f} s on the way); unanswered: {len(times) - len(took)}"
    )
    print(f"429 provoked: {len(refused)} {sorted(set(refused)) or ''}")
    return int(len(took) < len(times) or took[-1] > LIMIT_S or bool(refused))


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--alerts", type=int, default=200)
    parser.add_argument("--presses", type=int, default=150)
    parser.add_argument("--feeds", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    source = random.Random(options.seed)
    words = sorted({made_up(source) for _ in range(options.alerts)})
    with (
        tempfile.TemporaryDirectory() as folder,
        BotApi(token=TOKEN, limits=True, latency_s=LATENCY_S, spread_s=SPREAD_S) as api,
        FeedServer() as server,
    ):
        for chat in CHATS:
            api.add_chat(chat, "supergroup" if chat.startswith("-") else "private")
        site = Site(Path(folder), base_url=api.url)
        feeds = [server.feed(f"feed-{number}") for number in range(options.feeds)]
        for number, feed in enumerate(feeds):
            site.add_feed(f"feed-{number}", feed.url)
        configured(site, words)
        stop = threading.Event()
        with site.running() as run:
            run.wait_polled([f"feed-{number}" for number in range(options.feeds)])
            threading.Thread(target=churn, args=(feeds, stop), daemon=True).start()
            flood(feeds, words, source)
            wait_until(
                lambda: sum(bool(one.buttons) for one in api.sent) >= 9, "the first alerts arrived", 60
            )
            sent_before = len(api.sent)
            times = pressed(api, options.presses, source)
            stop.set()
            return report(api, run, times, sent_before)


if __name__ == "__main__":
    raise SystemExit(main())
