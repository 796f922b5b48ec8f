"""Thirty hostile feeds beside twenty good ones under `watcher run`: are the good ones on time?

    python -m bench.poll_hostile [--interval 30] [--seconds 150] [--parses]

Every feed has a port of its own. Hostile ones drip, lie, flood, redirect, explode; with --parses all thirty
send documents that hang the parser. Must hold: good feeds at most 10 % of the interval late, `watcher status`
within 2 s, one log line a poll, nothing else in the log, the main process not larger than 150 MiB.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
import threading
import time
import zlib
from collections import Counter
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.poll_scale import resident_mib
from tests.e2e.harness import Site
from tests.feeds.loopback import always, raw_server, reply
from tests.feeds.test_hostile_servers import (
    drip_body,
    drip_header,
    endless_body,
    endless_header,
    interim_answers,
    say_nothing,
)
from watcher.demo.feedserver import FeedServer, Item

if TYPE_CHECKING:
    from tests.feeds.loopback import Script
    from watcher.demo.feedserver import ServedFeed

GOOD = 20
LATE_RATIO = 0.1
STATUS_S = 2.0
MEMORY_MIB = 150.0
HEAD = b"<?xml version='1.0'?>"
RSS = b"<rss version='2.0'><channel><title>t</title>%s</channel></rss>"


def bomb(mebibytes: int) -> bytes:
    """A gzip body that grows to so many mebibytes."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join(packer.compress(bytes(1024 * 1024)) for _ in range(mebibytes)) + packer.flush()


def hanging(number: int) -> bytes:
    """A small document over which the feed library broods for half a minute."""
    return HEAD + b"\n" * (40_000 + number) + RSS % b""


def scripts(parses: bool) -> list[Script]:
    """Thirty ways to be hostile."""
    if parses:
        return [always(reply(body=hanging(n))) for n in range(30)]
    entities = (
        b'\n<!DOCTYPE r [\n<!ENTITY a "'
        + b"x" * 5000
        + b'">\n]>\n'
        + RSS % (b"<item><title>" + b"&a;" * 100_000 + b"<b>&unknown;</title></item>")
    )
    return [
        drip_body, drip_body, drip_header, say_nothing, say_nothing, interim_answers, endless_body, endless_header,
        always(reply(body=bomb(200), content_encoding="gzip")),
        always(reply(body=bomb(9), content_encoding="gzip")),
        always(reply(body=b"\x1f\x8b\x08\x00cut", content_encoding="gzip")),
        always(reply(body=b"<rss>", content_length="99")),
        always(reply(body=b"<rss>" * 9, content_length="3")),
        always(reply(body=b"zz\r\n", transfer_encoding="chunked")),
        always(reply("301 Moved Permanently", location="/feed")),
        always(reply("302 Found", location="http://169.254.169.254/latest/meta-data/")),
        always(reply("302 Found", location="http://127.0.0.1:22/")),
        always(reply("429 Too Many Requests", retry_after="Mon, 01 Jan 2035 00:00:00 GMT")),
        always(reply("503 Service Unavailable", retry_after="-1")),
        always(reply("200 OK", b"<html>log in first</html>", etag=b'"\xff\xfe"')),
        always(reply(body=b"/etc/hostname")), always(b""), always(b"SSH-2.0-x\r\n\r\n"),
        always(reply(body=hanging(0))), always(reply(body=hanging(1))),
        always(reply(body=HEAD + entities)),
        always(reply(body=RSS % (b"<item><author>" + b"a" * 32_000 + b"</author></item>"))),
        always(reply(body=RSS % (b"<item/>" * 100_000))),
        always(reply(body=b"<rss><channel>" + b"<a>" * 100_000)),
        always(reply(body=b'{"version":' + b"[" * 200_000)),
    ]  # fmt: skip


class Hostiles:
    """The hostile servers, on an event loop in a thread of their own."""

    def __init__(self, parses: bool) -> None:
        self.urls: list[str] = []
        self._ready, self._end = threading.Event(), asyncio.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(
            target=lambda: self._loop.run_until_complete(self._serve(parses)), daemon=True
        )
        self._thread.start()
        self._ready.wait(30)

    async def _serve(self, parses: bool) -> None:
        async with AsyncExitStack() as stack:
            for script in scripts(parses):
                self.urls.append((await stack.enter_async_context(raw_server(script))).url())
            self._ready.set()
            await self._end.wait()

    def close(self) -> None:
        """End the servers."""
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(30)


def lateness(polls: list[dict[str, object]], good: dict[str, ServedFeed]) -> list[float]:
    """How many seconds after it was due each later request for a good feed reached its server."""
    late: list[float] = []
    for name, feed in good.items():
        due = [datetime.fromisoformat(str(poll["next_poll_at"])) for poll in polls if poll["feed"] == name]
        late += [
            (asked.at - when).total_seconds() for when, asked in zip(due, feed.requests[1:], strict=False)
        ]
    return late


def play(interval: int, seconds: int, parses: bool, folder: Path) -> bool:
    """Run the watcher among them and print what came of it."""
    with FeedServer() as server:
        hostiles = Hostiles(parses)
        site = Site(folder)
        good: dict[str, ServedFeed] = {}
        for n in range(GOOD):
            feed = server.feed(f"good-{n}")
            feed.publish(
                Item(
                    title=f"Opening line of good {n}",
                    link=f"https://good{n}.example/0",
                    published_at=datetime.now(UTC),
                )
            )
            site.add_feed(f"good-{n}", feed.url)
            good[f"good-{n}"] = feed
        for n, url in enumerate(hostiles.urls):
            site.add_feed(f"hostile-{n}", url)
        site.write()
        allowed = json.dumps([url.split("/")[2] for url, _, _ in site.feeds.values()])
        (site.config / "watcher.yaml").write_text(
            f"polling: {{interval: {interval}s, max_interval: {interval}s}}\n"
            f"testing: {{min_interval: 1s, allow_private: {allowed}}}\n"
        )
        slowest_status, memory = 0.0, 0.0
        with site.running(telegram=False) as run:
            ends = time.monotonic() + seconds
            while time.monotonic() < ends:
                time.sleep(3)
                began = time.monotonic()
                asked = site.ask("status", "--json")
                if asked.returncode == 0:
                    slowest_status = max(slowest_status, time.monotonic() - began)
                memory = max(memory, resident_mib(run.process.pid))
            polls = run.events("poll")
            began = time.monotonic()
            code = run.terminate()
            stopped_s = time.monotonic() - began
            lines = run.err.splitlines()
        hostiles.close()
    late = lateness(polls, good)
    spoken = Counter(str(poll["feed"]) for poll in polls)
    for n in range(len(hostiles.urls)):
        last = next((poll for poll in reversed(polls) if poll["feed"] == f"hostile-{n}"), None)
        print(
            f"hostile-{n}: {spoken[f'hostile-{n}']} polls, {last and (last['outcome'], last['duration_s'], last['error'])}"
        )
    other = Counter(
        json.loads(line).get("event", "?") if line.startswith("{") else "no JSON: " + line[:80]
        for line in lines
    )
    print(f"log: {dict(other)}")
    p95 = statistics.quantiles(late, n=20)[-1]
    print(
        f"good feeds: {len(late)} later polls, late by median {statistics.median(late):.2f} s, p95 {p95:.2f} s, worst {max(late):.2f} s (<= {LATE_RATIO * interval:g} s)"
    )
    print(
        f"status: slowest {slowest_status:.2f} s (<= {STATUS_S:g}); main process {memory:.0f} MiB (<= {MEMORY_MIB:g}); SIGTERM: exit {code} after {stopped_s:.1f} s"
    )
    return (
        max(late) <= LATE_RATIO * interval
        and slowest_status <= STATUS_S
        and memory <= MEMORY_MIB
        and code == 0
    )


def main() -> None:
    """Run from the command line."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--interval", type=int, default=30)
    options.add_argument("--seconds", type=int, default=150)
    options.add_argument("--parses", action="store_true", help="all thirty hang the parser")
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        sys.exit(0 if play(asked.interval, asked.seconds, asked.parses, Path(folder)) else 1)


if __name__ == "__main__":
    main()
