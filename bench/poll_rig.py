"""What the polling benches share: nginx with static feeds, and the real poller over the real store."""

from __future__ import annotations

import asyncio
import os
import random
import re
import shutil
import socket
import subprocess
import sys
import time
from collections import Counter
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.shared_data import runtime as own_runtime
from watcher.app.clock import SystemClock
from watcher.core.grouping import StoryIndex
from watcher.core.model import FeedConfig
from watcher.demo.feeddocuments import FeedFormat, Item, document
from watcher.feeds.fetching import HttpFetcher
from watcher.feeds.parsing import WorkerParser
from watcher.polling import Poller
from watcher.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from watcher.core.model import ParsedFeed
    from watcher.protocols import Event

WORDS = re.findall(
    r"\w+",
    "minister talks border river market school court farmers rail harvest price union water power bridge vote "
    "council health road season museum strike festival harbour budget survey drought clinic teachers trade",
)
NGINX = """
worker_processes 1;
daemon off;
pid {folder}/nginx.pid;
error_log stderr crit;
events {{ worker_connections 4096; }}
http {{
  access_log off;
  types {{ application/rss+xml xml; }}
  keepalive_requests 1000000;
  client_body_temp_path {folder}/t; proxy_temp_path {folder}/t; fastcgi_temp_path {folder}/t;
  uwsgi_temp_path {folder}/t; scgi_temp_path {folder}/t;
  server {{ listen 127.0.0.1:{port} backlog=4096; root {folder}/www; }}
}}
"""


def made_up_document(number: int, entries: int = 50) -> bytes:
    """A feed of ordinary length in words that mean nothing to any topic."""
    rng = random.Random(number)
    now = datetime.now(UTC)
    items = [
        Item(
            title=" ".join(rng.choices(WORDS, k=9)).capitalize(),
            link=f"https://outlet{number}.example/{number}-{n}",
            guid=f"{number}-{n}",
            summary=" ".join(rng.choices(WORDS, k=30)).capitalize() + ".",
            published_at=now - timedelta(minutes=20 * n + number % 17),
        )
        for n in range(entries)
    ]
    return document(
        FeedFormat.RSS, title=f"Outlet {number}", url="", language="en", items=items, ttl_minutes=None
    )


@contextmanager
def nginx(folder: Path, documents: dict[str, bytes]) -> Iterator[str]:
    """Serve documents by name from a free loopback port; yields the base URL."""
    binary = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if binary is None:
        sys.exit("nginx is not installed (Debian: apt-get install nginx-light)")
    folder.chmod(0o755)  # nginx gives up root for its worker
    (folder / "www").mkdir()
    for name, body in documents.items():
        (folder / "www" / name).write_bytes(body)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    configuration = folder / "nginx.conf"
    configuration.write_text(NGINX.format(folder=folder, port=port))
    process = subprocess.Popen([binary, "-c", configuration, "-p", folder])
    try:
        deadline = time.monotonic() + 10
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > deadline:
                    sys.exit("nginx does not start")
                time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


class Counting:
    """An Observer that counts outcomes."""

    def __init__(self) -> None:
        self.outcomes: Counter[str] = Counter()

    def observe(self, event: Event) -> None:
        """Count polls."""
        if event.name == "poll":
            self.outcomes[event.facts["outcome"]] += 1


class CountingParser(WorkerParser):
    """The real parser, counted."""

    calls = 0

    async def parse(
        self, body: bytes, *, url: str, content_type: str = "", isolated: bool = False
    ) -> ParsedFeed:
        """Parse and count."""
        self.calls += 1
        return await super().parse(body, url=url, content_type=content_type, isolated=isolated)


class Rig:
    """A poller with everything real behind it, driven by the bench instead of the scheduler."""

    def __init__(
        self,
        store: SqliteStore,
        poller: Poller,
        feeds: dict[str, FeedConfig],
        observer: Counting,
        parser: CountingParser,
    ) -> None:
        self.store, self.poller, self.feeds, self.observer = store, poller, feeds, observer
        self._parser = parser

    def parser_calls(self) -> int:
        """Documents parsed so far."""
        return self._parser.calls

    async def poll_all(self, at_once: int = 64) -> None:
        """Poll every feed once, due or not, and commit; the store is asked as the service asks it."""
        states = {state.feed_id: state for state in await self.store.feed_states()}
        waiting = iter(states.values())

        async def work() -> None:
            for state in waiting:
                await self.poller.poll(self.feeds[state.feed_id], state)

        await asyncio.gather(*(work() for _ in range(at_once)))
        await self.poller.flush()


@asynccontextmanager
async def rig(
    folder: Path, urls: dict[str, str], *, connections: int = 20, workers: int | None = None
) -> AsyncIterator[Rig]:
    """Feeds by id -> URL on allowed loopback hosts; the per-host limit is lifted."""
    clock = SystemClock()
    feeds = {
        name: FeedConfig(id=name, url=url, outlet=name, interval_s=1.0, max_interval_s=1.0)
        for name, url in urls.items()
    }
    runtime = replace(own_runtime(), feeds=feeds)
    store = await SqliteStore.open(folder / "watcher.db")
    await store.sync_feeds(urls, clock.now())
    fetcher = HttpFetcher(
        clock=clock,
        allowed_hosts={url.split("/")[2] for url in urls.values()},
        connections=connections,
        host_connections=connections,
        host_gap_s=0.0,
    )
    parser, observer = CountingParser(workers=workers), Counting()
    poller = Poller(
        store=store,
        fetcher=fetcher,
        parser=parser,
        clock=clock,
        observer=observer,
        runtime=lambda: runtime,
        stories=StoryIndex(),
        jitter=random.random,
        on_queued=lambda: None,
    )
    try:
        yield Rig(store, poller, feeds, observer, parser)
    finally:
        await parser.aclose()
        await fetcher.aclose()
        await store.aclose()


def memory_mib() -> float:
    """Resident memory of this process now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024 / 1024


def open_files() -> int:
    """Open file descriptors of this process."""
    return len(list(Path("/proc/self/fd").iterdir()))
