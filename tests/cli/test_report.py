"""`watcher report`: one page that holds all it shows."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tests.cli.desk import Desk

VOID = {"meta", "br"}


class Page(HTMLParser):
    """Tags, links and text of a page; asserts that every tag is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.links: list[str] = []
        self.texts: list[str] = []
        self.feed(text)
        assert [] == self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert tag == self.open.pop()

    def handle_data(self, data: str) -> None:
        self.texts.append(data.strip())


def page_of(desk: Desk, *arguments: object) -> tuple[Page, str]:
    output = desk.state / "report.html"
    assert 0 == desk.run("report", "-o", output, *arguments)
    text = output.read_text(encoding="utf-8")
    return Page(text), text


def test_the_page_holds_all_it_shows(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """Volumes, scores, work, stories, near misses, feeds; no script, and nothing that would be loaded."""
    desk.remember()
    page, text = page_of(desk)
    assert "5 entries" in capsys.readouterr().out
    for words in (
        "Alerts per day",
        "Stories",
        "Ties",
        "Near misses",
        "Feeds",
        "threshold 50",
        "both in one entry",
    ):
        assert words in page.texts
    assert {"script", "link", "img", "iframe", "object"}.isdisjoint(page.tags)
    assert not re.search(r"url\(|@import", text)
    assert all(link.startswith("https://") for link in page.links)
    assert "Lavrov lands in Bamako for talks" in page.texts
    assert any("2 outlets: The Wire, Rival Post" in found for found in page.texts)


def test_judged_entries_bring_curves(desk: Desk) -> None:
    """With labels precision and recall are drawn; without them the page says how to get them."""
    desk.remember()
    assert any("nobody has judged" in found for found in page_of(desk)[0].texts)
    labels = desk.labels(("Kremlin opens a school in Mali", 2), ("Rain over Lagos", 0))
    page, text = page_of(desk, "--labels", labels)
    assert not any("nobody has judged" in found for found in page.texts)
    assert '<path class="precision" d="M' in text
    assert "judged entries of labels.jsonl" in text


def test_an_empty_time_is_a_page_too(desk: Desk) -> None:
    """Nothing was seen: no error, the silence is told."""
    desk.remember(hours_ago=100)
    page, _ = page_of(desk, "--since", "1h")
    assert "No story in this time." in page.texts


def test_a_page_that_cannot_be_written_is_told(
    desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit 2 and the reason."""
    desk.remember()
    assert 2 == desk.run("report", "-o", tmp_path / "nowhere" / "report.html")
    assert "cannot be written" in capsys.readouterr().err
