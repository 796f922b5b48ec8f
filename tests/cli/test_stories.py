"""`watcher stories` and `watcher explain --pair`, as a user types them."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.store.records import news
from watcher.__main__ import main
from watcher.cli.stories import _cell, _escaped
from watcher.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from collections.abc import Callable

    Watch = Callable[..., str]

CONFIG = Path(__file__).parents[2] / "config"
STORY = "s-0000000000000001"


@pytest.fixture
def watch(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Watch:
    """Runs `watcher ARGUMENTS` beside a database with one story; returns what it printed."""

    async def fill() -> None:
        store = await SqliteStore.open(tmp_path / "watcher.db")
        await store.commit_polls([news(1, now=datetime.now(UTC))])
        await store.aclose()

    asyncio.run(fill())

    def run(*arguments: str) -> str:
        try:
            code = main(["--config", str(CONFIG), "--state", str(tmp_path), *arguments])
        except SystemExit as end:
            code = int(end.code or 0)
        assert code == 0
        return capsys.readouterr().out

    return run


def test_stories_are_a_table_with_outlets(watch: Watch) -> None:
    """Piped: one tab-separated line a story, under the names of the columns."""
    header, line = watch("stories").splitlines()
    assert header.split("\t")[:3] == ["first_seen", "story", "topics"]
    assert line.split("\t")[1:4] == [STORY, "aes", "1"]
    assert line.endswith("Lokalblatt")


def test_stories_can_be_asked_by_topic(watch: Watch) -> None:
    """Another topic has none."""
    assert STORY in watch("stories", "--topic", "aes")
    assert STORY not in watch("stories", "--topic", "counterterrorism")


def test_stories_as_json_hold_every_field(watch: Watch) -> None:
    """Machines get outlets as a list, the opener's link and what the story follows."""
    (story,) = json.loads(watch("stories", "--json"))
    assert (story["story"], story["outlets"], story["topics"]) == (STORY, ["Lokalblatt"], ["aes"])
    assert story["url"].startswith("https://blatt.example/1")
    assert story["follows"] is None


def test_stories_as_csv_are_read_back(watch: Watch) -> None:
    """A spreadsheet gets one row a story."""
    (row,) = csv.DictReader(io.StringIO(watch("stories", "--csv")))
    assert (row["story"], row["topics"], row["outlets"]) == (STORY, "aes", "Lokalblatt")


def test_stories_as_markdown_are_listed_by_topic(watch: Watch) -> None:
    """A section a topic, a linked line a story."""
    text = watch("stories", "--markdown")
    assert text.startswith("## aes\n\n- ")
    assert "](https://blatt.example/1?ref=rss) · Lokalblatt" in text


@given(st.text(max_size=60))
def test_no_feed_can_write_formulas_or_markup(text: str) -> None:
    """A headline cannot become a formula in a spreadsheet, nor a link or a heading in a report."""
    assert not _cell(text).startswith(("=", "+", "-", "@"))
    shown = _escaped(text)
    assert "](" not in shown.replace("\\]\\(", "")
    assert "\n" not in shown


def test_a_pair_is_explained_in_words(watch: Watch) -> None:
    """Two headlines that differ in the actor: two stories, and which actors."""
    said = watch("explain", "--pair", "Niger expels French ambassador", "Niger expels EU ambassador")
    assert "two stories" in said
    assert "kept apart: one is about EU, the other about French" in said


def test_a_pair_of_languages_is_explained_for_machines(watch: Watch) -> None:
    """The same event in two languages: one story, with its parts as JSON."""
    said = json.loads(
        watch(
            "explain",
            "--json",
            "--pair",
            "Niger expels French ambassador",
            "Le Niger expulse l'ambassadeur de France",
        )
    )
    assert (said["kind"], said["veto"]) == ("same", "")
    assert {part["meaning"] for part in said["parts"]} >= {"words of title and summary", "days between them"}


def test_stored_entries_can_be_named_in_a_pair(watch: Watch) -> None:
    """An id stands for the stored entry."""
    said = watch("explain", "--pair", "0000000000000001", "Bridge opens early in Gao")
    assert "Bridge number 1 opens in Gao" in said
