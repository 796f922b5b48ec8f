"""One real day through `watcher run`: every outlet on a loopback port of its own, alerts to a Bot API stand-in.

    python -m bench.day [--day 2023-07-31] [--batches 12]

The day's entries, dates shifted to now, are published after the silent first poll, in time order and in
batches. Prints alerts, stories, edits, seconds, CPU and peak memory of the watcher and its workers.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.shared_data import records, shared
from tests.e2e.harness import CHAT, TOKEN, Site, wait_until
from watcher.demo.botapi import BotApi
from watcher.demo.feedserver import FeedServer, Item, ServedFeed

STREAM = "stream/stream-2023-07-20--2023-08-20.jsonl.gz"
TIMEOUT_S = 900.0


def entries_of(day: str) -> list[dict[str, Any]]:
    """The day's entries in time order."""
    found = [row for row in records(shared(STREAM)) if row["published"].startswith(day)]
    return sorted(found, key=lambda row: row["published"])


def serve(rows: list[dict[str, Any]], server: FeedServer, site: Site) -> dict[str, ServedFeed]:
    """A feed on a port of its own for every source, with one old item each."""
    feeds: dict[str, ServedFeed] = {}
    old = datetime.now(UTC) - timedelta(days=2)
    for row in rows:
        source = row["source"]
        if source not in feeds:
            name = f"feed-{len(feeds)}"
            feed = server.feed(name, language=row["language"] or "en", max_items=1000)
            feed.publish(
                Item(title=f"Opening line of {name}", link=f"https://{name}.example/0", published_at=old)
            )
            outlet = source.split("/")[2].removeprefix("www.")
            site.add_feed(name, feed.url, outlet=json.dumps(outlet), language=row["language"] or "en")
            feeds[source] = feed
    return feeds


def publish(rows: list[dict[str, Any]], feeds: dict[str, ServedFeed], shift: timedelta) -> None:
    """Publish a batch, its dates shifted so that the day ends now."""
    for row in rows:
        at = datetime.fromisoformat(row["published"]).astimezone(UTC) + shift
        link = row["url"] or f"https://nowhere.example/{abs(hash(row['title']))}"
        feeds[row["source"]].publish(
            Item(title=row["title"], link=link, published_at=at, summary=row["summary"] or "")
        )


def main() -> None:
    """Play the day and print what came of it."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--day", default="2023-07-31")
    options.add_argument("--batches", type=int, default=12)
    asked = options.parse_args()
    rows = entries_of(asked.day)
    with tempfile.TemporaryDirectory() as directory, FeedServer() as server, BotApi(token=TOKEN) as api:
        api.add_chat(CHAT)
        site = Site(Path(directory), base_url=api.url)
        feeds = serve(rows, server, site)
        site.write()
        names = list(site.feeds)
        last = datetime.fromisoformat(rows[-1]["published"]).astimezone(UTC)
        with site.running() as run:
            started = time.monotonic()
            run.wait_polled(names)
            first_pass_s = time.monotonic() - started
            size = -(-len(rows) // asked.batches)
            for start in range(0, len(rows), size):
                publish(rows[start : start + size], feeds, datetime.now(UTC) - last)
                seen = Counter(event["feed"] for event in run.events("poll"))
                wait_until(
                    lambda seen=seen: (
                        not (Counter(e["feed"] for e in run.events("poll")).keys() & seen.keys())
                        or all(
                            count >= seen[name] + 2
                            for name, count in Counter(e["feed"] for e in run.events("poll")).items()
                        )
                    ),
                    "every feed was polled again",
                    TIMEOUT_S,
                )
            wait_until(
                lambda: not site.ask_json("outbox", "--state", "pending", "--state", "sending"),
                "the outbox is empty",
                TIMEOUT_S,
            )
            seconds = time.monotonic() - started
            peak_kib = int(
                next(
                    line.split()[1]
                    for line in Path(f"/proc/{run.process.pid}/status").read_text().splitlines()
                    if line.startswith("VmHWM")
                )
            )
            code = run.terminate()
            polls = run.events("poll")
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        fates = Counter(row["fate"] for row in site.ask_json("recent", "--all", "--limit", "100000"))
        status = site.ask_json("status")
        told = [sent for sent in api.sent if "Why:" in sent.text]
        bad = [call for call in api.calls if call.status >= 400]
        result = {
            "entries": len(rows),
            "feeds": len(feeds),
            "polls": len(polls),
            "failed_polls": sum(poll["outcome"] in ("failed", "unreadable") for poll in polls),
            "fates": dict(fates),
            "alerts_in_chat": len(told),
            "digests_in_chat": len(api.sent) - len(told) - 1,
            "edits": sum(len(sent.edits) for sent in api.sent),
            "alerts_by_topic": status["alerts_24h"],
            "bot_api_errors": len(bad),
            "first_pass_s": round(first_pass_s, 1),
            "seconds": round(seconds, 1),
            "cpu_s_of_watcher_workers_and_commands": round(usage.ru_utime + usage.ru_stime, 1),
            "main_process_peak_mib": round(peak_kib / 1024, 1),
            "exit_code": code,
        }
    for key, value in result.items():
        print(f"{key:>40}  {value}")


if __name__ == "__main__":
    main()
