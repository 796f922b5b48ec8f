"""`watcher feeds`: the list is edited as a person would, and nothing broken is ever written."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.cli.feeds.conftest import FEEDS
from watcher.feeds.opml import read_opml

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.feeds.conftest import Run
    from watcher.demo.feedserver import ServedFeed


def test_a_feed_is_added_with_what_it_says_of_itself(run: Run, feed: ServedFeed, directory: Path) -> None:
    """Outlet, language and id come from the feed; comments and order of the file stay."""
    code, out, _ = run("add", feed.url)
    assert code == 0
    assert "added buro-sahel: Büro Sahel (rss20, 1 entry" in out
    assert "Gespräche in Bamako" in out
    text = (directory / "feeds.yaml").read_text()
    assert (
        text.replace(
            f"\n  - id: buro-sahel\n    url: {feed.url}\n    outlet: Büro Sahel\n    language: de\n", "", 1
        )
        == FEEDS
    )


def test_everything_said_is_written_and_secrets_stay_variables(
    run: Run, feed: ServedFeed, directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Basic auth, header, cookie, topics and interval; the request carries them, the file names variables."""
    monkeypatch.setenv("PASS", "hush")
    code, out, _ = run(
        "add", feed.url, "--id", "desk", "--outlet", "Desk", "--topic", "aes", "--interval", "90m",
        "--username", "${PASS}", "--password", "${PASS}", "--header", "X-Key: ${PASS}", "--cookie", "s=${PASS}",
    )  # fmt: skip
    assert code == 0, out
    text = (directory / "feeds.yaml").read_text()
    assert "hush" not in text + out
    assert "interval: 1h30m" in text
    headers = feed.requests[0].headers
    assert headers["authorization"].startswith("Basic ")
    assert (headers["x-key"], headers["cookie"]) == ("hush", "s=hush")


def test_a_known_feed_is_not_added_twice(run: Run, directory: Path) -> None:
    """Other spellings of a watched address are the same feed, and secrets are not shown."""
    for address in ("http://www.one.example.org/feed/", "one.example.org/feed?utm_source=x"):
        code, out, _ = run("add", address)
        assert (code, "watched already, as 'one'" in out) == (0, True)
    assert "sekrit" not in run("add", "https://two.example.org/feed?api_key=sekrit")[1]
    assert (directory / "feeds.yaml").read_text() == FEEDS


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["http://10.0.0.1/feed"], 1, "not a public address"),
        (["ftp://one.example.org/"], 2, "http"),
        (["https://three.example.org/", "--no-check", "--cookie", "${NOT_SET}"], 2, "NOT_SET"),
        (["https://three.example.org/", "--no-check", "--topic", "aess"], 2, "aes"),
        (["https://three.example.org/", "--username", "u"], 2, "belong together"),
        (["https://three.example.org/", "--header", "X-Key"], 2, "NAME: VALUE"),
    ],
)
def test_what_cannot_work_is_refused_and_nothing_is_written(
    run: Run, directory: Path, arguments: list[str], code: int, words: str
) -> None:
    """Every refusal says why, and leaves the file byte for byte."""
    got, out, err = run("add", *arguments)
    assert (got, words in err) == (code, True), out + err
    assert (directory / "feeds.yaml").read_text() == FEEDS


def test_a_feed_that_does_not_answer_is_added_only_on_demand(
    run: Run, feed: ServedFeed, directory: Path
) -> None:
    """--no-check is for addresses that answer later."""
    feed.fail(503)
    code, _, err = run("add", feed.url)
    assert code == 1
    assert "503" in err
    assert "--no-check" in err
    assert run("add", feed.url, "--no-check")[0] == 0
    assert feed.url in (directory / "feeds.yaml").read_text()


def test_the_list_shows_every_feed_and_no_secret(run: Run) -> None:
    """K2: keys in addresses are masked; the state is "never polled" before there is a database."""
    code, out, _ = run("list", "--json")
    rows = json.loads(out)
    assert code == 0
    assert [(row["id"], row["state"]) for row in rows] == [("one", "never polled"), ("two", "never polled")]
    assert "sekrit" not in out
    assert run("list")[1].startswith("id\toutlet")


def test_check_fetches_one_feed(run: Run, feed: ServedFeed) -> None:
    """A feed is fetched as a poll would; one that does not answer is a finding."""
    run("add", feed.url, "--id", "desk")
    code, out, _ = run("check", "desk", "--json")
    assert (code, json.loads(out)["reports"][0]["verdict"]) == (0, "ok")
    feed.fail(500)
    assert run("check", "desk")[0] == 1


def test_a_removed_feed_takes_its_comments_along(run: Run, directory: Path) -> None:
    """Only its own lines go; an unknown id changes nothing and gets a suggestion."""
    assert run("remove", "one")[0] == 0
    text = (directory / "feeds.yaml").read_text()
    assert "one" not in text
    assert "# our feeds" in text
    assert "# the end" in text
    code, _, err = run("remove", "two", "twoo")
    assert (code, "did you mean 'two'" in err) == (2, True)
    assert "two.example.org" in (directory / "feeds.yaml").read_text()


def test_lists_go_out_and_come_in(run: Run, directory: Path, tmp_path: Path) -> None:
    """Export leaves out addresses with secrets unless asked; import adds what is new, under its folder."""
    target = tmp_path / "feeds.opml"
    code, _, err = run("export", str(target))
    assert (code, "left out" in err) == (0, True)
    assert [one.url for one in read_opml(target.read_bytes())] == ["https://one.example.org/feed"]
    assert "sekrit" in run("export", "--with-secrets")[1]
    target.write_text(
        "<opml version='2.0'><body><outline text='Niger'>"
        "<outline text='Third &amp; last' xmlUrl='https://three.example.org/rss'/>"
        "<outline text='One again' xmlUrl='http://www.one.example.org/feed'/>"
        "<outline text='Bad' xmlUrl='ftp://x/'/></outline></body></opml>"
    )
    before = (directory / "feeds.yaml").read_text()
    assert "1 feeds would be added" in run("import", "--dry-run", str(target))[2]
    assert (directory / "feeds.yaml").read_text() == before
    code, out, err = run("import", str(target))
    assert (code, out) == (0, "third-last\thttps://three.example.org/rss\n")
    assert "1 feeds added, 1 watched already, 1 left out" in err
    text = (directory / "feeds.yaml").read_text()
    assert "group: Niger" in text
    assert "outlet: Third & last" in text


def test_a_broken_list_is_an_error(run: Run, tmp_path: Path) -> None:
    """What is no OPML is said in words."""
    (tmp_path / "x.opml").write_text("<rss/>")
    code, _, err = run("import", str(tmp_path / "x.opml"))
    assert (code, "no OPML" in err) == (1, True)
