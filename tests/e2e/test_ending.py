"""How a real process ends, and what it refuses to begin with."""

from __future__ import annotations

import asyncio
import signal
import socket
import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from tests.e2e.harness import Site, item, wait_until
from watcher.demo.botapi import BotApi
from watcher.demo.feedserver import FeedServer
from watcher.store.reading import ReadStore
from watcher.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.timeout(60)

NEWS = "Lavrov lands in Bamako for talks with Goïta"


async def made(database: Path) -> None:
    """A sound database that knows a feed."""
    store = await SqliteStore.open(database)
    await store.sync_feeds({"alpha": "https://alpha.example/feed"}, datetime.now(UTC))
    await store.aclose()


def damaged(database: Path) -> str:
    """Overwrite the middle of a sound file."""
    data = bytearray(database.read_bytes())
    data[4096:12288] = b"\xa5" * 8192
    database.write_bytes(data)
    return "corrupt"


def newer(database: Path) -> str:
    """A file as a later version would leave it."""
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA user_version = 999")
    return "newer version"


@pytest.mark.parametrize("spoil", [damaged, newer], ids=lambda spoil: spoil.__name__)
def test_a_database_that_cannot_be_used_is_left_as_it_is(
    world: tuple[Site, BotApi, FeedServer], spoil: object
) -> None:
    """L4: exit 3 with advice; not a byte is changed, and no feed is asked."""
    site, _, server = world
    site.state.mkdir()
    database = site.state / "watcher.db"
    asyncio.run(made(database))
    why = spoil(database)  # type: ignore[operator]
    before, asked = database.read_bytes(), len(server.feeds[0].requests)
    done = site.ask("run", "--once")
    assert 3 == done.returncode, done.stderr
    assert why in done.stderr
    assert "Advice: " in done.stderr
    assert before == database.read_bytes()
    assert asked == len(server.feeds[0].requests)
    assert 1 == site.ask("doctor").returncode


def test_a_second_signal_ends_at_once(world: tuple[Site, BotApi, FeedServer]) -> None:
    """X2: who cannot wait for a running send signals again; the message is repeated, silently and marked."""
    site, api, server = world
    with site.running() as run:
        run.wait_polled(["alpha"])
        wait_until(lambda: api.sent and not site.waiting(), "the first-run message was delivered")
        api.latency_s = 8.0
        server.feeds[0].publish(item(NEWS))
        wait_until(lambda: sending(site), "the alert is on its way")
        run.process.send_signal(signal.SIGTERM)
        wait_until(lambda: run.events("stop"), "it began to stop")
        asked_at = time.monotonic()
        run.process.send_signal(signal.SIGTERM)
        assert 1 == run.process.wait(5)
        assert time.monotonic() - asked_at < 2.0
    api.latency_s = 0.0
    with site.running() as run:
        again = wait_until(lambda: [s for s in api.sent if "possible repeat" in s.text], "it was repeated")
        assert again[0].silent
        assert 0 == run.terminate()


def test_a_feed_that_hangs_does_not_hold_up_the_end(world: tuple[Site, BotApi, FeedServer]) -> None:
    """X2: a request without an answer is cut off; its feed is as due as it was."""
    site, _, _ = world
    with socket.create_server(("127.0.0.1", 0)) as silent:
        site.add_feed("mute", f"http://127.0.0.1:{silent.getsockname()[1]}/feed")
        site.write()
        with site.running() as run:
            run.wait_polled(["alpha"])
            with silent.accept()[0]:
                asked_at = time.monotonic()
                assert 0 == run.terminate()
                assert time.monotonic() - asked_at < 15.0
    with ReadStore(site.state / "watcher.db") as store:
        states = {state.feed_id: state for state in store.feed_states()}
    assert states["mute"].next_poll_at is None
    assert 0 == states["mute"].failure_count


def test_backup_beside_a_running_watcher_and_restore_without(
    world: tuple[Site, BotApi, FeedServer], tmp_path: Path
) -> None:
    """L5: a backup is made while it runs; a restore is refused then (5) and done afterwards; nothing is told twice."""
    site, api, server = world
    copy = tmp_path / "backup.db"
    with site.running() as run:
        run.wait_polled(["alpha"])
        server.feeds[0].publish(item(NEWS))
        wait_until(lambda: [s for s in api.sent if "Why:" in s.text], "the alert arrived")
        wait_until(lambda: not sending(site), "it was acknowledged")
        done = site.ask("backup", str(copy))
        assert 0 == done.returncode, done.stderr
        assert 5 == site.ask("restore", str(copy)).returncode
        assert 0 == run.terminate()
    assert 0 == site.ask("restore", str(copy)).returncode
    told = len(api.sent)
    with site.running() as run:
        run.wait_polled(["alpha"], times=2)
        assert 0 == run.terminate()
    assert told == len(api.sent)


def sending(site: Site) -> bool:
    with ReadStore(site.state / "watcher.db") as store:
        return store.sending_since() is not None
