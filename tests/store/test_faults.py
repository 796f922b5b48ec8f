"""What the store does when the process, the disk or another process fails it (D1, L1-L3)."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.store.records import NOW, delivery, later, news, plan, settle, state
from watcher.core.model import DeliveryState
from watcher.errors import AlreadyRunning, StoreUnavailable, StoreUnusable
from watcher.store.lock import StateLock, holder
from watcher.store.opening import connect
from watcher.store.reading import ReadStore
from watcher.store.sqlite import SqliteStore
from watcher.store.transactions import Patience

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent.parent


def start_child(database: Path, first: int, count: int = 100_000) -> subprocess.Popen[str]:
    """Start the committing process."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.store.child", str(database), str(first), str(count)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_killed_at_any_moment_a_poll_is_there_in_full_or_not_at_all(database: Path) -> None:
    """After kill -9 the database opens, is sound, and holds every poll that was acknowledged, none by half."""
    first = 0
    chance = random.Random(7)
    for _ in range(4):
        child = start_child(database, first)
        assert child.stdout is not None
        told = [int(child.stdout.readline()) for _ in range(chance.randrange(1, 30))]
        time.sleep(chance.random() / 100)  # a random moment of the commits that follow, not a wait
        child.kill()
        told += [int(line) for line in child.stdout.read().splitlines()]
        child.stdout.close()
        child.wait()
        with ReadStore(database) as reading:
            assert reading.problems() == []
            stories = {int(story.id[2:], 16) for story in reading.stories_since(NOW)}
            rows = {int((d.story_id or "")[2:], 16) for d in reading.deliveries(limit=99999)}
            entries = {int(judged.entry.id, 16) for judged in reading.entries_since(NOW)}
            assert reading.counters(NOW).seen_count == 3 * len(entries)
        assert stories == rows == entries
        assert set(range(max(told) + 1)) <= entries
        assert len(entries) <= max(told) + 2
        first = max(entries) + 1


async def test_full_disk_commits_nothing_and_recovers(database: Path) -> None:
    """With no room left a poll is refused as a whole; with room again the same poll is committed."""
    store = await SqliteStore.open(database)
    await store.commit_polls([news(0)])
    pages = store._connection.execute("PRAGMA page_count").fetchone()[0]
    store._connection.execute(f"PRAGMA max_page_count = {pages}")
    refused = None
    for number in range(1, 500):
        try:
            await store.commit_polls([news(number)])
        except StoreUnavailable as error:
            refused, message = number, str(error)
            break
    assert refused is not None
    assert "the disk is full" in message
    assert await store.delivery(delivery(refused).dedupe_key) is None
    assert await store.story(f"s-{refused:016x}") is None
    assert len(await store.deliveries()) == refused
    store._connection.execute("PRAGMA max_page_count = 1000000")
    await store.commit_polls([news(refused)])
    assert len(await store.deliveries()) == refused + 1
    await store.aclose()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 1 MiB, a third of it taken by a file named ballast."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("mounting a small file system is not permitted here")
    try:
        (disk / "ballast").write_bytes(b"x" * 300_000)
        yield disk
    finally:
        subprocess.run(["umount", disk], check=True)


async def test_full_file_system_commits_nothing_and_recovers(small_disk: Path) -> None:
    """On a disk that fills up nothing is half-committed, and work goes on when there is room."""
    store = await SqliteStore.open(small_disk / "watcher.db")
    number, refusals = 0, 0
    while refusals < 5 and number < 2000:
        try:
            await store.commit_polls([news(number)])
            number += 1
        except StoreUnavailable:
            refusals += 1
    assert refusals == 5
    assert len(await store.deliveries(limit=9999)) == number
    await asyncio.to_thread((small_disk / "ballast").unlink)
    await store.commit_polls([news(number)])
    await store.aclose()
    with ReadStore(small_disk / "watcher.db") as reading:
        assert reading.problems() == []
        assert len(reading.deliveries(limit=9999)) == number + 1


async def test_lock_of_another_process_is_waited_for(database: Path) -> None:
    """A commit that meets another process's lock waits for it and then succeeds."""
    store = await SqliteStore.open(database)
    with closing(connect(database)) as other:
        other.execute("BEGIN IMMEDIATE")
        commit = asyncio.create_task(store.commit_polls([news(1)]))
        done, _ = await asyncio.wait([commit], timeout=0.2)
        assert not done
        other.execute("ROLLBACK")
        await commit
    assert len(await store.deliveries()) == 1
    await store.aclose()


async def test_lock_held_too_long_is_unavailable(database: Path) -> None:
    """A lock held longer than the busy time-out is StoreUnavailable; nothing was committed; later it works."""
    store = await SqliteStore.open(database)
    store._patience = Patience(longest_s=0.05)
    with closing(connect(database)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable, match="lock"):
            await store.commit_polls([news(1)])
        other.execute("ROLLBACK")
    assert await store.deliveries() == []
    await store.commit_polls([news(1)])
    await store.aclose()


async def test_a_wait_for_a_lock_is_cut_short(database: Path) -> None:
    """X2: a process that is to end does not wait out another's lock, not even in calls that wait already."""
    store = await SqliteStore.open(database)
    with closing(connect(database)) as other:
        other.execute("BEGIN IMMEDIATE")
        commits = [asyncio.create_task(store.commit_polls([news(n)])) for n in range(3)]
        done, _ = await asyncio.wait(commits, timeout=0.2)
        assert not done
        store.hurry(0.1)
        async with asyncio.timeout(5):
            results = await asyncio.gather(*commits, return_exceptions=True)
        assert all(isinstance(result, StoreUnavailable) for result in results)
        other.execute("ROLLBACK")
    await store.commit_polls([news(1)])  # free again: no waiting is needed
    await store.aclose()


async def test_calls_do_not_block_the_loop(database: Path) -> None:
    """While the writer waits for a lock the event loop goes on."""
    store = await SqliteStore.open(database)
    with closing(connect(database)) as other:
        other.execute("BEGIN IMMEDIATE")
        commit = asyncio.create_task(store.set_value("a", "b"))
        started = time.monotonic()
        for _ in range(100):
            await asyncio.sleep(0)
        assert time.monotonic() - started < 0.5
        assert not commit.done()
        other.execute("ROLLBACK")
        await commit
    await store.aclose()


async def test_cancelled_caller_leaves_a_whole_commit(database: Path) -> None:
    """Cancelling a commit under way leaves all of it or nothing, and the store works on."""
    store = await SqliteStore.open(database)
    for number in range(20):
        commit = asyncio.create_task(store.commit_polls([news(number)]))
        await asyncio.sleep(0)
        commit.cancel()
        await asyncio.gather(commit, return_exceptions=True)
    stories = {story.id for story in await store.open_stories(NOW)}
    assert stories == {d.story_id for d in await store.deliveries()}
    await store.aclose()


async def test_damage_found_while_running_is_unusable(database: Path) -> None:
    """A file that turns out to be corrupt in the middle of work is StoreUnusable, not a crash."""
    store = await SqliteStore.open(database)
    await store.commit_polls([news(n) for n in range(300)])
    await store.aclose()
    store = await SqliteStore.open(database)
    with database.open("r+b") as file:
        file.seek(4096 * 2)
        file.write(b"\xa5" * 4096 * 60)

    async def read_all() -> None:
        for number in range(300):
            await store.story(f"s-{number:016x}")
            await store.delivery(delivery(number).dedupe_key)

    with pytest.raises(StoreUnusable, match="corrupt"):
        await read_all()
    await store.aclose()


async def test_closing_twice_is_harmless(database: Path) -> None:
    """aclose is idempotent, and a closed store says so."""
    store = await SqliteStore.open(database)
    await store.aclose()
    await store.aclose()
    with pytest.raises(StoreUnavailable, match="closed"):
        await store.deliveries()


async def test_backup_is_consistent_while_writing(database: Path, tmp_path: Path) -> None:
    """A backup taken in the middle of commits opens, is sound and holds whole polls only (L5)."""
    store = await SqliteStore.open(database)
    await store.commit_polls([news(n) for n in range(50)])
    commits = asyncio.create_task(store.commit_polls([news(n) for n in range(50, 100)]))
    await store.backup(tmp_path / "deep" / "copy.db")
    with ReadStore(database) as beside:
        beside.backup(tmp_path / "beside.db")
    await commits
    await store.aclose()
    for copy in (tmp_path / "deep" / "copy.db", tmp_path / "beside.db"):
        with ReadStore(copy) as reading:
            assert reading.problems() == []
            assert len(reading.deliveries(limit=999)) in (50, 100)


async def test_backup_that_cannot_be_written_is_unavailable(database: Path, tmp_path: Path) -> None:
    """A backup into a place that is no directory fails clearly and leaves nothing behind."""
    store = await SqliteStore.open(database)
    (tmp_path / "file").touch()
    with pytest.raises(StoreUnavailable, match="copy"):
        await store.backup(tmp_path / "file" / "copy.db")
    await store.aclose()


async def test_readers_beside_the_writer(database: Path) -> None:
    """A reader sees every commit of a writing process and never makes it wait or fail."""
    store = await SqliteStore.open(database)
    stop, failures = threading.Event(), []

    def read() -> None:
        while not stop.is_set():
            with ReadStore(database) as reading:
                stories = {story.id for story in reading.stories_since(NOW)}
                if len(stories) % 5:
                    failures.append(len(stories))

    thread = threading.Thread(target=read)
    thread.start()
    for number in range(0, 100, 5):
        await store.commit_polls([news(n) for n in range(number, number + 5)])
    stop.set()
    await asyncio.to_thread(thread.join)
    with ReadStore(database) as reading:
        assert len(reading.stories_since(NOW)) == 100
        with pytest.raises(StoreUnavailable, match="written"):
            reading._ask(lambda: reading._connection.execute("DELETE FROM seen"))
    assert failures == []
    await store.aclose()


def test_second_process_is_refused_within_three_seconds(database: Path) -> None:
    """The lock is held by one process, names it to the second within 3 s, and is free when it is killed."""
    child = start_child(database, 0)
    assert child.stdout is not None
    child.stdout.readline()
    started = time.monotonic()
    with pytest.raises(AlreadyRunning, match=str(child.pid)):
        StateLock(database.parent).acquire()
    assert time.monotonic() - started < 3
    assert holder(database.parent) == child.pid
    with ReadStore(database) as reading:
        assert reading.problems() == []
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    assert holder(database.parent) is None
    with StateLock(database.parent):
        assert holder(database.parent) == os.getpid()
    assert holder(database.parent) is None


def test_reading_without_a_database_says_so(database: Path) -> None:
    """Before the first run a command is told what is missing and what makes it."""
    with pytest.raises(StoreUnusable, match=r"nothing has been recorded here yet.*watcher run"):
        ReadStore(database)
    assert not database.parent.exists()


async def test_full_outbox_is_claimed_without_reading_it(database: Path) -> None:
    """Claiming from 10,000 due rows takes hardly more steps of SQLite than from 10: no row but the claimed is read."""
    store = await SqliteStore.open(database)
    steps = [0]

    def step() -> None:
        steps[0] += 1

    async def claiming() -> int:
        steps[0] = 0
        store._connection.set_progress_handler(step, 1)
        claimed = await store.claim(NOW, busy_targets=["t1"], limit=10)
        await store.next_due_delivery_at()
        store._connection.set_progress_handler(None, 1)
        assert [d.target_id for d in claimed] == ["t0", "t2"]
        for row in claimed:
            await settle(store, row.id or 0, state=DeliveryState.PENDING, reason="again")
        return steps[0]

    await store.enqueue([delivery(n, target_id=f"t{n % 3}", due_at=later(seconds=-n)) for n in range(10)])
    few = await claiming()
    await store.enqueue(
        [delivery(n, target_id=f"t{n % 3}", due_at=later(seconds=-n)) for n in range(10, 10_000)]
    )
    assert await claiming() < few * 1.5
    await store.aclose()


async def test_due_feeds_are_found_without_reading_the_others(database: Path) -> None:
    """Asking 2,000 feeds for the one that is due takes hardly more steps than asking 20."""
    store = await SqliteStore.open(database)
    steps = [0]

    def step() -> None:
        steps[0] += 1

    async def asking(count: int) -> int:
        await store.sync_feeds({f"f{n}": f"https://f{n}.example/rss" for n in range(count)}, NOW)
        await store.commit_polls([plan(f"f{n}") for n in range(count)])
        await store.commit_polls([plan("f7", state=state("f7", next_poll_at=NOW))])
        steps[0] = 0
        store._connection.set_progress_handler(step, 1)
        assert [found.feed_id for found in await store.due_feeds(NOW, 64)] == ["f7"]
        store._connection.set_progress_handler(None, 1)
        return steps[0]

    few = await asking(20)
    assert await asking(2000) < few * 1.5
    await store.aclose()
