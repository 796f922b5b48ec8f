"""`watcher check`: mistakes, a summary, and what the feeds answer."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from tests.fakes.feeds import FakeFetcher, FakeParser
from watcher.__main__ import main
from watcher.cli.check import command
from watcher.cli.context import CliContext
from watcher.config import compile_runtime, load
from watcher.core.model import ParsedFeed, RawEntry
from watcher.errors import FetchError
from watcher.ops.feed_check import FeedReport, check_feeds

if TYPE_CHECKING:
    from pathlib import Path

    from watcher.core.deciding import Runtime

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
TOPIC = """\
id: aes
name: Alliance of Sahel States
concepts: {mali: {country: ML}}
patterns: [{name: Mali, score: 80, needs: [mali]}]
"""
FEEDS = """\
feeds:
  - {id: one, url: "https://one.example.org/feed", outlet: One}
  - {id: two, url: "https://two.example.org/feed?key=sekrit", outlet: Two, topics: [aes]}
  - {id: off, url: "https://off.example.org/feed", enabled: false}
"""


class StillClock:
    """A clock that stands."""

    def now(self) -> datetime:
        return NOW

    def monotonic(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        raise AssertionError("nobody sleeps here")


@pytest.fixture
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A valid configuration in ./config; no variables of the machine."""
    monkeypatch.chdir(tmp_path)
    for name in ("TELEGRAM_BOT_TOKEN", "TELEGRAM_BOT_TOKEN_FILE", "TELEGRAM_CHAT_ID", "WATCHER_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    directory = tmp_path / "config"
    (directory / "topics").mkdir(parents=True)
    (directory / "feeds.yaml").write_text(FEEDS, encoding="utf-8")
    (directory / "topics" / "aes.yaml").write_text(TOPIC, encoding="utf-8")
    return directory


def check(*arguments: str) -> tuple[int, str]:
    """Run the command; its exit code and what it printed."""
    context = CliContext(config=None, state="data")
    result = CliRunner().invoke(command, list(arguments), obj=context, catch_exceptions=False)
    return result.exit_code, result.output


def test_a_good_configuration_is_summed_up(directory: Path) -> None:
    """Exit 0, with what is watched and where alerts go."""
    assert check() == (
        0,
        "config (./config): no mistakes\n"
        "  feeds    2 of 2 outlets, 1 disabled\n"
        "  topics   aes\n"
        "  targets  console (console)\n",
    )


def test_mistakes_end_with_exit_2(directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """All of them on standard error, and how many."""
    (directory / "watcher.yaml").write_text("a: 1\nb: 2\n", encoding="utf-8")
    assert 2 == main(["check"])
    captured = capsys.readouterr()
    assert "" == captured.out
    assert "config/watcher.yaml:1:1: a: unknown key 'a'" in captured.err
    assert "config/watcher.yaml:2:1: b: unknown key 'b'" in captured.err
    assert captured.err.endswith("2 problems; nothing was started\n")


def test_mistakes_for_machines(directory: Path) -> None:
    """--json prints one object and ends with 2."""
    (directory / "watcher.yaml").write_text("a: 1\n", encoding="utf-8")
    code, output = check("--json")
    assert 2 == code
    assert {
        "ok": False,
        "problems": ["config/watcher.yaml:1:1: a: unknown key 'a'\n    a: 1\n    ^"],
    } == json.loads(output)


def test_a_chat_without_a_token_is_a_mistake(directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What would stop `run` is told by `check`."""
    (directory / "watcher.yaml").write_text("targets: [{id: desk, chat: 5}]\n", encoding="utf-8")
    assert 2 == main(["check"])
    assert "TELEGRAM_BOT_TOKEN is not set" in capsys.readouterr().err


def test_nothing_starts_with_mistakes(directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`run` with a broken configuration ends with 2, all mistakes told, before anything is made or polled."""
    (directory / "watcher.yaml").write_text("a: 1\n", encoding="utf-8")
    (directory / "feeds.yaml").write_text(FEEDS + "  - {id: one, url: x}\n", encoding="utf-8")
    assert 2 == main(["run", "--once"])
    told = capsys.readouterr().err
    assert "unknown key 'a'" in told
    assert "feeds.3.url: must begin with http" in told
    assert "the feed id 'one' is used twice" in told
    assert not (directory.parent / "data").exists()


def test_an_unknown_feed_is_a_usage_error(directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--feed names a configured feed; a near miss is suggested."""
    assert 2 == main(["check", "--feed", "onne"])
    assert "there is no feed 'onne' (did you mean 'one'?)" in capsys.readouterr().err


@pytest.fixture
def runtime(directory: Path) -> Runtime:
    """The configuration compiled."""
    return compile_runtime(load(None, {}))


def entry(title: str, published_at: datetime | None = None) -> RawEntry:
    """An entry as a parser reads it."""
    link = f"https://one.example.org/{abs(hash(title))}"
    return RawEntry(guid=title, link=link, title=title, summary="", published_at=published_at)


async def reports(runtime: Runtime, fetcher: FakeFetcher, parser: FakeParser) -> dict[str, FeedReport]:
    """Check all feeds."""
    ended: list[str] = []
    found = await check_feeds(
        list(runtime.feeds.values()),
        fetcher=fetcher,
        parser=parser,
        runtime=runtime,
        clock=StillClock(),
        on_done=lambda report: ended.append(report.feed),
    )
    assert sorted(ended) == sorted(report.feed for report in found)
    return {report.feed: report for report in found}


async def test_each_feed_is_fetched_parsed_and_matched_once(runtime: Runtime) -> None:
    """Format, entries, newest date and what would match; secrets in addresses are masked."""
    fetcher, parser = FakeFetcher(), FakeParser()
    fetcher.serve("https://one.example.org/feed", b"one")
    fetcher.serve("https://two.example.org/feed?key=sekrit", b"two", permanent_url="https://new.example.org/")
    old, new = NOW - timedelta(days=2), NOW - timedelta(hours=1)
    entries = (entry("Mali expels a diplomat", old), entry("Football results", new), entry("Undated"))
    parser.teach(b"one", ParsedFeed(title="One", entries=entries, format="rss20", skipped_count=1))
    parser.teach(b"two", ParsedFeed(title="Two", entries=(), format="atom10"))
    found = await reports(runtime, fetcher, parser)
    one = found["one"]
    assert (None, 200, "rss20", 3, 1, new) == (
        one.error,
        one.status,
        one.format,
        one.entries,
        one.skipped,
        one.newest,
    )
    assert (1, ("Mali expels a diplomat",), "ok") == (one.matching, one.examples, one.verdict)
    two = found["two"]
    assert ("empty", "https://new.example.org/", None) == (two.verdict, two.moved_to, two.newest)
    assert "sekrit" not in repr(found)
    assert 2 == len(fetcher.asked)


async def test_a_failing_feed_is_reported_and_stops_nothing(runtime: Runtime) -> None:
    """What could not be fetched or read has its reason; the others are checked all the same."""
    fetcher, parser = FakeFetcher(), FakeParser()
    fetcher.fail("https://one.example.org/feed", FetchError("503 Service Unavailable", status=503))
    fetcher.serve("https://two.example.org/feed?key=sekrit", b"<html>")
    found = await reports(runtime, fetcher, parser)
    assert ("failed", 503, "503 Service Unavailable") == (
        found["one"].verdict,
        found["one"].status,
        found["one"].error,
    )
    assert ("failed", 200) == (found["two"].verdict, found["two"].status)
    assert "not RSS, Atom or JSON Feed" in (found["two"].error or "")


class OneFeed(BaseHTTPRequestHandler):
    """Serves one RSS document."""

    def do_GET(self) -> None:
        body = (
            b"<rss version='2.0'><channel><title>One</title><item><guid>1</guid>"
            b"<title>Mali recalls its ambassador</title><link>https://one.example.org/1</link>"
            b"<pubDate>Sun, 01 Mar 2026 10:00:00 GMT</pubDate></item></channel></rss>"
        )
        self.send_response(200)
        self.send_header("Content-Type", "application/rss+xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def test_the_real_fetcher_and_parser_are_used(directory: Path) -> None:
    """Over loopback HTTP: one feed answers, one is refused by the guard; exit 1 says that something failed."""
    with ThreadingHTTPServer(("127.0.0.1", 0), OneFeed) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            port = server.server_address[1]
            (directory / "watcher.yaml").write_text(
                f"testing: {{allow_private: ['127.0.0.1:{port}']}}\n", encoding="utf-8"
            )
            (directory / "feeds.yaml").write_text(
                f"feeds:\n  - {{id: one, url: 'http://127.0.0.1:{port}/feed'}}\n"
                "  - {id: two, url: 'http://127.0.0.1:1/feed'}\n",
                encoding="utf-8",
            )
            code, output = check("--feeds", "--json")
        finally:
            server.shutdown()
            thread.join()
    assert 1 == code
    one, two = json.loads(output)["reports"]
    assert ("ok", 200, "rss20", 1, 1) == (
        one["verdict"],
        one["status"],
        one["format"],
        one["entries"],
        one["matching"],
    )
    assert "2026-03-01T10:00:00+00:00" == one["newest"]
    assert ("failed", None) == (two["verdict"], two["status"])


async def test_everything_for_counts_as_matching(runtime: Runtime) -> None:
    """A feed whose every entry is on topic says so."""
    fetcher, parser = FakeFetcher(), FakeParser()
    fetcher.serve("https://one.example.org/feed", b"one")
    parser.teach(b"one", ParsedFeed(title="One", entries=(entry("Rain expected"),)))
    feed = replace(runtime.feeds["one"], everything_for=("aes",))
    (report,) = await check_feeds(
        [feed],
        fetcher=fetcher,
        parser=parser,
        runtime=runtime,
        clock=StillClock(),
        on_done=lambda _: None,
    )
    assert 1 == report.matching
