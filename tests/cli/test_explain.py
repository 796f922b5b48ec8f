"""`watcher explain` says what `match` used: score, terms, words, what was missing."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest

from watcher.cli.pages import page_from
from watcher.errors import WatcherError

if TYPE_CHECKING:
    from tests.cli.desk import Desk


def test_a_headline_is_explained_word_by_word(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """Score against threshold, each term with the words it hit, where and how well."""
    assert 0 == desk.run("explain", "Lavrov lands in Bamako")
    said = capsys.readouterr().out
    assert "ties: 93.5 of 50, ON TOPIC" in said
    assert "+ 90  both in one entry" in said
    assert "'Bamako' = ties/sahel.ml, title 16-22, as written 100" in said


def test_what_just_failed_is_told_with_what_it_wants(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """A headline that is off topic shows which pattern nearly met."""
    assert 0 == desk.run("explain", "Rain", "in", "Mali")
    assert "both in one entry: would give 90, but wants russia" in capsys.readouterr().out


def test_standard_input_gives_a_headline_a_line(
    desk: Desk, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A tab sets the summary apart; empty lines are skipped."""
    monkeypatch.setattr("sys.stdin", io.StringIO("Lavrov speaks\tIn Bamako.\n\nRain over Lagos\n"))
    first, second = desk.asked(capsys, "explain", "-")
    assert ("In Bamako.", True) == (first["summary"], first["topics"]["ties"]["on_topic"])
    assert 0 == second["topics"]["ties"]["score"]


def test_a_stored_entry_is_found_by_its_words(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """The entry as it was stored, explained by the configuration as it is now."""
    desk.remember()
    (found,) = desk.asked(capsys, "explain", "--entry", "Kremlin writes to Niger")
    assert "Kremlin writes to Niger" == found["title"]
    assert found["topics"]["ties"]["on_topic"]


def test_an_entry_that_is_not_there_is_said_so(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing stored fits: exit 1 with a sentence."""
    desk.remember()
    assert 1 == desk.run("explain", "--entry", "Unheard of")
    assert "no stored entry has 'Unheard of'" in capsys.readouterr().err


def test_an_unknown_topic_is_a_usage_error_with_a_suggestion(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    """A slip in a topic's id is answered with the nearest one."""
    assert 2 == desk.run("explain", "x", "--topic", "tiez")
    assert "there is no topic 'tiez' (did you mean 'ties'?)" in capsys.readouterr().err


def test_a_page_is_read_by_its_own_description() -> None:
    """Title and description as the page gives them to others; entities resolved."""
    markup = (
        '<html lang="fr-FR"><head><title>Site</title><meta property="og:title" content="Niger &amp; Mali">'
        '<meta name="description" content="Une réunion."><meta property="og:site_name" content="Le Fil"></head>'
    )
    page = page_from(markup, "https://fil.example/1")
    assert ("Niger & Mali", "Une réunion.", "Le Fil", "fr") == (
        page.title,
        page.summary,
        page.outlet,
        page.language,
    )


def test_a_page_without_a_title_is_no_headline() -> None:
    """There is nothing to explain; the message says what to do."""
    with pytest.raises(WatcherError, match="give the headline itself"):
        page_from("<p>nothing</p>", "https://fil.example/1")
