"""How soon an entry reaches the phone: fifty feeds under `watcher run`, entries published at random moments.

    python -m bench.poll_latency [--feeds 50] [--interval 20] [--entries 100]

Each feed has a port of its own and the per-host limits hold. Measured is the time from the moment an entry
stands in its feed to the moment the Bot API stand-in has accepted its message.
Must hold: at the 95th percentile at most the interval + 10 s, and every entry told.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.e2e.harness import CHAT, TOKEN, Site, wait_until
from watcher.demo.botapi import BotApi
from watcher.demo.feedserver import FeedServer, Item

GRACE_S = 10.0


def headline(rng: random.Random, number: int) -> str:
    """Words of no language, so that no two entries look like one story."""
    syllables = [a + b for a in "bdfgklmnprstvz" for b in "aeiou"]
    words = ("".join(rng.choices(syllables, k=4)) for _ in range(7))
    return f"{' '.join(words).capitalize()} {number:04d}x"


def play(feeds: int, interval: int, entries: int, folder: Path) -> bool:
    """Run the watcher, publish, and print how long it took."""
    rng = random.Random(7)
    with FeedServer() as server, BotApi(token=TOKEN) as api:
        api.add_chat(CHAT)
        site = Site(folder, base_url=api.url)
        served = {f"feed-{n}": server.feed(f"feed-{n}") for n in range(feeds)}
        for n, (name, feed) in enumerate(served.items()):
            old = datetime.now(UTC) - timedelta(hours=5)
            feed.publish(
                Item(title=headline(rng, 9000 + n), link=f"https://{name}.example/0", published_at=old)
            )
            site.add_feed(name, feed.url)
        site.write()
        allowed = json.dumps([feed.host_port for feed in served.values()])
        (site.config / "watcher.yaml").write_text(
            f"polling: {{interval: {interval}s}}\n"
            "alerts: {flood: {per_feed: 10000, per_topic_hour: 10000}}\n"
            f"targets: [{{id: desk, chat: {CHAT}, max_alerts_per_hour: 1000}}]\n"
            f"telegram: {{base_url: {api.url}}}\n"
            f"testing: {{min_interval: 1s, allow_private: {allowed}}}\n"
        )
        listed = (
            (site.config / "feeds.yaml")
            .read_text()
            .replace("language: en}", "language: en, everything_for: [aes]}")
        )
        (site.config / "feeds.yaml").write_text(listed)
        published: dict[str, float] = {}
        accepted: dict[str, float] = {}

        def look() -> None:
            texts = [sent.text for sent in api.sent]
            now = time.monotonic()
            for title in published.keys() - accepted.keys():
                if any(title in text for text in texts):
                    accepted[title] = now

        with site.running() as run:
            wait_until(
                lambda: {event["feed"] for event in run.events("poll")} >= served.keys(),
                "all polled once",
                120,
            )
            for number in range(entries):
                title = headline(rng, number)
                name = rng.choice(list(served))
                served[name].publish(
                    Item(
                        title=title,
                        link=f"https://{name}.example/{number + 1}",
                        published_at=datetime.now(UTC),
                    )
                )
                published[title] = time.monotonic()
                until = published[title] + rng.uniform(1.2, 2.4)  # a chat takes one message a second
                while time.monotonic() < until:
                    look()
                    time.sleep(0.05)
            ends = time.monotonic() + 3 * interval + 30
            while len(accepted) < len(published) and time.monotonic() < ends:
                look()
                time.sleep(0.05)
            code = run.terminate()
    waits = sorted(accepted[title] - published[title] for title in accepted)
    p95 = statistics.quantiles(waits, n=20)[-1]
    print(
        f"{feeds} feeds, interval {interval} s: {len(accepted)} of {len(published)} entries told; published to accepted: "
        f"median {statistics.median(waits):.1f} s, p95 {p95:.1f} s, worst {waits[-1]:.1f} s (p95 <= {interval + GRACE_S:g} s); exit {code}"
    )
    return len(accepted) == len(published) and p95 <= interval + GRACE_S


def main() -> None:
    """Run from the command line."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--feeds", type=int, default=50)
    options.add_argument("--interval", type=int, default=20)
    options.add_argument("--entries", type=int, default=100)
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        sys.exit(0 if play(asked.feeds, asked.interval, asked.entries, Path(folder)) else 1)


if __name__ == "__main__":
    main()
