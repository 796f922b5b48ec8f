"""The worker processes: limits, lanes, no leftovers (facts 1–3, P1, W1, W2)."""

from __future__ import annotations

import asyncio
import itertools
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.feeds.test_parser_contract import FEED, HANGS, URL
from watcher.errors import ParseError, WorkerKilled
from watcher.feeds import lanes, parsing
from watcher.feeds.documents.wire import LENGTH, MODULE, framed
from watcher.feeds.parsing import SLOW_NICENESS, WorkerParser

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable


@pytest.fixture
async def make() -> AsyncIterator[Callable[..., WorkerParser]]:
    """Makes parsers that are closed at the end."""
    made: list[WorkerParser] = []

    def build(**options: object) -> WorkerParser:
        made.append(WorkerParser(**{"workers": 1, "patience_s": 0.5, "killed_after_s": 1.0} | options))  # type: ignore[arg-type]
        return made[-1]

    yield build
    for parser in made:
        await parser.aclose()


def environment_of(pid: int) -> bytes:
    return Path(f"/proc/{pid}/environ").read_bytes()


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def started(parser: WorkerParser) -> None:
    """Wait until a worker runs."""
    async with asyncio.timeout(10):
        while not parser.worker_pids:
            await asyncio.sleep(0.01)


def bomb() -> bytes:
    """Entities within entities: small, and hundreds of megabytes when expanded."""
    names = "abcdefghij"
    entities = (
        '\n<!ENTITY a "'
        + "x" * 10_000
        + '">\n'
        + "".join(f"<!ENTITY {name} '{f'&{inner};' * 10}'>\n" for inner, name in itertools.pairwise(names))
    )
    return (
        f"<?xml version='1.0'?><!DOCTYPE rss [{entities}]><rss version='2.0'><channel>"
        f"<item><title>&j;</title><link>https://e.example/</link></item></channel></rss>"
    ).encode()


def external_entity(target: str) -> bytes:
    return (
        f"<?xml version='1.0'?><!DOCTYPE rss [<!ENTITY x SYSTEM '{target}'>]><rss version='2.0'><channel>"
        "<item><title>before &x; after</title><link>https://e.example/</link></item></channel></rss>"
    ).encode()


@pytest.mark.parametrize(
    "body", [bomb(), b"<rss><channel>" + b"<a>" * 60_000, b'{"a":' * 100_000, b"<author>" * 8_000], ids=["entities", "depth", "json depth", "authors"]
)  # fmt: skip
async def test_explosive_documents_end_and_the_next_one_parses(
    make: Callable[..., WorkerParser], body: bytes
) -> None:
    """Fact 3: whatever it expands to, the worker ends it or is ended, and this process does not grow."""
    parser = make(killed_after_s=2.5)
    try:
        feed = await parser.parse(body, url=URL + "?bomb")
    except ParseError:
        pass
    else:
        assert all(len(entry.title) <= 1_000 for entry in feed.entries)
    assert (await parser.parse(FEED, url=URL)).title == "Outlet"


async def test_memory_is_limited_and_the_next_document_parses(make: Callable[..., WorkerParser]) -> None:
    """Fact 3: 512 MiB and no more; 300 kB with one entity can ask for far more."""
    parser = make(patience_s=15.0, killed_after_s=15.0)
    entity = b'<?xml version="1.0"?>\n<!DOCTYPE rss [\n<!ENTITY a "' + b"x" * 5_000 + b'">\n]>\n'
    title = b"<title>" + b"&a;" * 100_000 + b"<b>&unknown;</title>"
    greedy = entity + b"<rss version='2.0'><channel><item>" + title + b"</item></channel></rss>"
    with pytest.raises(WorkerKilled, match="memory"):
        await parser.parse(greedy, url=URL + "?greedy", isolated=True)
    assert (await parser.parse(FEED, url=URL, isolated=True)).title == "Outlet"


@pytest.mark.parametrize(
    "body", [b"/etc/hostname", b"file:///etc/hostname", b"http://127.0.0.1:9/feed", b"", b" \n "]
)
async def test_a_body_is_never_taken_for_a_name(make: Callable[..., WorkerParser], body: bytes) -> None:
    """Fact 2: a body that names a file or a URL is a broken feed and nothing else."""
    with pytest.raises(ParseError, match=r"not RSS|empty"):
        await make().parse(body, url=URL)


async def test_external_entities_are_not_fetched(make: Callable[..., WorkerParser], tmp_path: Path) -> None:
    """Fact 3: nothing is read from the disk or the network on behalf of a document."""
    secret = tmp_path / "secret"
    secret.write_text("hush", encoding="utf-8")
    feed = await make().parse(external_entity(secret.as_uri()), url=URL)
    assert "hush" not in "".join(entry.title for entry in feed.entries)


async def test_leading_blank_lines_cost_nothing(make: Callable[..., WorkerParser]) -> None:
    """Fact 1: a frequent fault of real feeds is repaired before the library sees it."""
    assert (await make().parse(b"\n" * 100_000 + FEED, url=URL)).title == "Outlet"


async def test_good_documents_pass_while_others_hang(make: Callable[..., WorkerParser]) -> None:
    """W2: thirty documents that hang hold up the good ones for moments, not for thirty time-outs."""
    parser = make(patience_s=0.05, killed_after_s=60.0)
    hanging = [asyncio.create_task(parser.parse(HANGS, url=f"{URL}?{n}")) for n in range(30)]
    async with asyncio.timeout(15):
        assert (await parser.parse(FEED, url=URL)).title == "Outlet"
    assert not any(task.done() for task in hanging)
    for task in hanging:
        task.cancel()
    await asyncio.gather(*hanging, return_exceptions=True)


async def test_what_waits_is_bounded(
    make: Callable[..., WorkerParser], monkeypatch: pytest.MonkeyPatch
) -> None:
    """W2: hanging documents cannot pile up without end, neither in number nor in bytes."""
    monkeypatch.setattr(parsing, "MAX_WAITING_SLOW", 3)
    monkeypatch.setattr(parsing, "MAX_WAITING_BYTES", 10_000_000)
    parser = make(patience_s=60.0, killed_after_s=60.0)
    hanging = [asyncio.create_task(parser.parse(HANGS, url=URL, isolated=True)) for _ in range(8)]
    done, waiting = await asyncio.wait(hanging, timeout=10, return_when=asyncio.FIRST_EXCEPTION)
    while len(done) < 4:
        more, waiting = await asyncio.wait(waiting, timeout=10, return_when=asyncio.FIRST_EXCEPTION)
        done |= more
    for task in done:
        with pytest.raises(ParseError, match="put off"):
            task.result()
    assert (await parser.parse(FEED, url=URL)).title == "Outlet"
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)


async def test_isolated_feeds_have_a_lane_of_their_own(make: Callable[..., WorkerParser]) -> None:
    """P1: a feed that had a worker killed does not touch the common lane again, and stands back behind it."""
    parser = make(patience_s=30.0, killed_after_s=60.0)
    hanging = asyncio.create_task(parser.parse(HANGS, url=URL + "?bad", isolated=True))
    await started(parser)
    assert (await parser.parse(FEED, url=URL)).title == "Outlet"
    assert not hanging.done()
    own = os.getpriority(os.PRIO_PROCESS, 0)

    def found() -> list[int]:
        return sorted(os.getpriority(os.PRIO_PROCESS, pid) for pid in parser.worker_pids)

    async with asyncio.timeout(10):  # a worker stands back as its first act, a moment after it is there
        while found() != sorted([own, max(own, SLOW_NICENESS)]):
            await asyncio.sleep(0.01)
    hanging.cancel()
    await asyncio.gather(hanging, return_exceptions=True)


async def test_what_is_slow_but_honest_gets_the_full_time(make: Callable[..., WorkerParser]) -> None:
    """A very large feed outlasts the common lane's patience and is still read."""
    big = FEED.replace(
        b"<item>", b"<item><title>x</title><link>https://e.example/x</link></item>" * 1_500 + b"<item>"
    )
    feed = await make(patience_s=0.02, killed_after_s=15.0).parse(big, url=URL)
    assert len(feed.entries) == 1_000


async def test_a_worker_that_dies_is_replaced(make: Callable[..., WorkerParser]) -> None:
    """A worker killed from outside is one document's second try, not an error."""
    parser = make()
    await parser.parse(FEED, url=URL)
    os.kill(parser.worker_pids[0], signal.SIGKILL)
    assert (await parser.parse(FEED, url=URL)).title == "Outlet"


async def test_workers_are_recycled_and_leave_no_zombie(
    make: Callable[..., WorkerParser], monkeypatch: pytest.MonkeyPatch
) -> None:
    """W1: a worker ends after so many documents, and is waited for."""
    monkeypatch.setattr(lanes, "RECYCLED_AFTER", 2)
    parser = make()
    pids: set[int] = set()
    for _ in range(5):
        await parser.parse(FEED, url=URL)
        pids.update(parser.worker_pids)
    assert len(pids) >= 2
    await parser.aclose()
    assert parser.worker_pids == ()
    assert not any(alive(pid) for pid in pids)


async def test_a_cancelled_parse_ends_its_worker(make: Callable[..., WorkerParser]) -> None:
    """X2: a stop does not wait for a document that hangs."""
    parser = make(patience_s=30.0, killed_after_s=30.0)
    task = asyncio.create_task(parser.parse(HANGS, url=URL))
    await started(parser)
    (pid,) = parser.worker_pids
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not alive(pid)


async def test_the_worker_sees_no_secret(
    make: Callable[..., WorkerParser], monkeypatch: pytest.MonkeyPatch
) -> None:
    """K1: the process that reads hostile documents does not hold the token."""
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "123:hush")
    parser = make()
    await parser.parse(FEED, url=URL)
    assert b"hush" not in environment_of(parser.worker_pids[0])


def test_an_orphaned_worker_ends_itself() -> None:
    """No parse outlives a parent that was killed: end of input ends an idle worker, the alarm a busy one."""
    process = subprocess.Popen([sys.executable, "-m", MODULE], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin
    assert process.stdout
    assert process.stdout.read(LENGTH.size) == framed(b"")
    process.stdin.write(framed(b'{"content_type": "", "alarm_s": 1}') + framed(HANGS))
    process.stdin.close()
    process.stdout.read()
    assert process.wait(10) == -signal.SIGALRM
    process.stdout.close()


def test_the_worker_imports_neither_command_line_nor_network() -> None:
    """What starts for every worker stays small: no click, no telegram, no HTTP client, no database."""
    code = f"import sys, {MODULE}; print([m for m in ('click', 'httpx', 'telegram', 'sqlite3', 'pydantic', 'asyncio') if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=15)
    assert out.stdout.strip() == "[]"


async def test_a_worker_that_cannot_start_is_an_error(
    make: Callable[..., WorkerParser], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A broken installation shows as an error of the poll, not as a hang."""
    monkeypatch.setattr(lanes, "MODULE", "watcher.feeds.documents.nowhere")
    with pytest.raises(WorkerKilled, match="ended"):
        await make().parse(FEED, url=URL)
