"""`watcher feeds` on files and pages as people have them: empty, flow style, read-only, several feeds, none."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, ClassVar

import pytest

from tests.cli.feeds.conftest import FEEDS
from watcher.config.marks import parse

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.cli.feeds.conftest import Run
    from watcher.demo.feedserver import ServedFeed

RSS = "<rss version='2.0'><channel><title>{}</title><item><title>One</title></item></channel></rss>"
NEW = "  - id: buro-sahel\n    url: {url}\n    outlet: Büro Sahel\n    language: de\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "feeds:\n" + NEW),
        ("# nothing yet\n", "# nothing yet\n\nfeeds:\n" + NEW),
        ("feeds: []   # none yet\ndefaults: {{group: X}}\n", "feeds:   # none yet\n" + NEW + "defaults: {{group: X}}\n"),
        ("feeds:\n# - id: a\n#   url: b\n", "feeds:\n" + NEW + "# - id: a\n#   url: b\n"),
        ("defaults: {{group: X}} # all\n", "defaults: {{group: X}} # all\n\nfeeds:\n" + NEW),
    ],
)  # fmt: skip
def test_a_list_is_begun(run: Run, feed: ServedFeed, directory: Path, text: str, expected: str) -> None:
    """The first feed goes into an empty list as into any other; what is written there stays."""
    file = directory / "feeds.yaml"
    file.write_text(text.format())
    assert 0 == run("add", feed.url)[0]
    assert expected.format(url=feed.url) == file.read_text()


def test_a_list_that_is_not_there_is_made(run: Run, feed: ServedFeed, directory: Path) -> None:
    """A configuration may begin with its topics."""
    (directory / "feeds.yaml").unlink()
    assert 0 == run("add", feed.url)[0]
    assert ("feeds:\n" + NEW).format(url=feed.url) == (directory / "feeds.yaml").read_text()


def test_a_list_in_brackets_stays_in_brackets(run: Run, feed: ServedFeed, directory: Path) -> None:
    """Flow style is kept by adding and by removing, the line's comment too."""
    file = directory / "feeds.yaml"
    file.write_text(
        'feeds: [{id: a, url: "https://a.example/f"}, {id: b, url: "https://b.example/f"}]  # two\n'
    )
    assert 0 == run("add", feed.url, "--id", "c")[0]
    assert 0 == run("remove", "a")[0]
    text = file.read_text()
    assert ["b", "c"] == [item["id"] for item in parse(text, "feeds.yaml").data["feeds"]]
    assert text.startswith('feeds: [{id: b, url: "https://b.example/f"}, {id: c,')
    assert text.endswith("]  # two\n")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("ftp://one.example.org/",), "nothing was added: url: must begin with http:// or https://"),
        (("https://u:p@x.example/",), "nothing was added: url: holds a user name or password"),
        (("https://x.example/", "--id", "one"), "nothing was added: id: the feed id 'one' is used twice"),
        (("https://x.example/", "--id", "A b", "--no-check"), "nothing was added: id: must be lower-case"),
    ],
)
def test_a_refusal_speaks_of_what_was_typed(run: Run, arguments: tuple[str, ...], words: str) -> None:
    """No line of a file that was never written is named."""
    code, _, err = run("add", *arguments)
    assert (2, True) == (code, err.startswith(words)), err
    assert "feeds.yaml" not in err


def test_a_locked_feed_names_the_keys(run: Run, feed: ServedFeed) -> None:
    """401 says which options may open it."""
    feed.fail(401)
    code, _, err = run("add", feed.url)
    assert (1, True) == (code, "--username and --password" in err)


def test_the_last_feed_stays(run: Run, directory: Path) -> None:
    """A list without feeds would stop the watcher at its next start: said as that, and nothing is changed."""
    code, _, err = run("remove", "one", "two")
    assert (2, True) == (code, err.startswith("nothing was removed: no feed would be left"))
    assert FEEDS == (directory / "feeds.yaml").read_text()


def test_a_file_that_nobody_may_write_is_not_replaced(run: Run, feed: ServedFeed, directory: Path) -> None:
    """Its directory may be writable: the file was locked for a reason."""
    file = directory / "feeds.yaml"
    file.chmod(0o444)
    code, _, err = run("add", feed.url)
    assert (2, True) == (code, "cannot be written: it is read-only" in err)
    assert FEEDS == file.read_text()


def test_a_list_that_cannot_be_exported_is_an_error_in_words(run: Run, tmp_path: Path) -> None:
    """A directory that is not there is no reason for a traceback."""
    code, _, err = run("export", str(tmp_path / "nowhere" / "x.opml"))
    assert (1, True) == (code, "No such file or directory" in err)


class Site(BaseHTTPRequestHandler):
    """An outlet with two feeds, a page that announces both, one that announces none, and what has moved."""

    moved: ClassVar[dict[str, str]] = {}

    def do_GET(self) -> None:
        announced = "<link rel=alternate type=application/rss+xml href=/{}>"
        pages = {
            "/news": RSS.format("News"),
            "/sport": RSS.format("Sport"),
            "/": announced.format("news") + announced.format("sport"),
            "/about": "<html>About us</html>",
        }
        body = pages.get(self.path, "").encode()
        self.send_response(301 if self.path in Site.moved else 200 if body else 404)
        self.send_header("Location", Site.moved.get(self.path, "/"))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def site(directory: Path, feed: ServedFeed) -> Iterator[str]:
    """Its address; it may be fetched from, and so may the other feed."""
    Site.moved = {"/moved": feed.url}
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        (directory / "watcher.yaml").write_text(
            f'testing: {{allow_private: ["127.0.0.1:{server.server_port}", "{feed.host_port}"], lift_host_limits: true}}\n'
        )
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_page_with_several_feeds_offers_all_of_them(run: Run, site: str, directory: Path) -> None:
    """The first is taken and the others are named; --all takes what is not watched yet; then nothing is left."""
    code, out, _ = run("add", site + "/")
    assert (0, True) == (code, f"also there: {site}/sport (Sport)" in out)
    code, out, _ = run("add", site + "/", "--all")
    assert (0, True, False) == (code, "added sport: Sport" in out, "added news" in out)
    before = (directory / "feeds.yaml").read_text()
    code, out, _ = run("add", site + "/", "--all")
    assert (0, "every feed found there is watched already\n") == (code, out)
    assert before == (directory / "feeds.yaml").read_text()


def test_a_page_without_a_feed_is_a_finding(run: Run, site: str, directory: Path) -> None:
    """It is said that it is a page and that nothing was found; the file stays."""
    code, _, err = run("add", site + "/about")
    assert (1, True) == (code, "it is a web page, not a feed, and no feed was found behind it" in err)
    assert FEEDS == (directory / "feeds.yaml").read_text()


def test_secrets_are_not_written_for_another_host(
    run: Run, site: str, feed: ServedFeed, directory: Path
) -> None:
    """F7: what was typed for one host is neither sent nor configured for the one it has moved to."""
    code, out, _ = run("add", site + "/moved", "--cookie", "s=1", "--header", "X-Key: k")
    assert (0, True) == (code, "password, headers and cookie are not sent there" in out)
    added = parse((directory / "feeds.yaml").read_text(), "feeds.yaml").data["feeds"][-1]
    assert {"id", "url", "outlet", "language"} == set(added)
    assert feed.url == added["url"]
    assert set() == {"cookie", "x-key"} & {name for asked in feed.requests for name in asked.headers}
    assert 0 == run("add", site + "/news", "--cookie", "s=1")[0]
    added = parse((directory / "feeds.yaml").read_text(), "feeds.yaml").data["feeds"][-1]
    assert "s=1" == added["cookie"]
