"""Tables on a terminal: ids stay whole, headlines stay readable, however narrow it is."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest

from watcher.cli.output import emit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Draw = Callable[..., list[str]]

HEADLINE = "Burkina Faso : 12 soldats tués à Djibo par des jihadistes"
ROW: Mapping[str, object] = {
    "seen": "2026-03-02 19:42:00",
    "entry": "830e42b631b19449",
    "score": 99.9,
    "topic": "counterterrorism",
    "fate": "same story",
    "outlet": "Gamma Post",
    "title": HEADLINE,
}


class Terminal(io.StringIO):
    """A terminal that remembers what was written to it."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> Draw:
    """Draws the row on a terminal of some width; returns its lines."""

    def draw(columns: int, row: Mapping[str, object] = ROW) -> list[str]:
        screen = Terminal()
        monkeypatch.setattr("sys.stdout", screen)
        monkeypatch.setenv("COLUMNS", str(columns))
        monkeypatch.setenv("TERM", "xterm")
        monkeypatch.setenv("NO_COLOR", "1")
        emit([row], title="Latest")
        return screen.getvalue().splitlines()

    return draw


def test_a_wide_terminal_gets_a_table(drawn: Draw) -> None:
    """Where the headline has room beside the other columns, one row is one line."""
    assert any(HEADLINE in line and str(ROW["entry"]) in line for line in drawn(180))


def test_only_the_headline_wraps_in_a_table(drawn: Draw) -> None:
    """Somewhat narrower, ids and times stay whole."""
    text = "\n".join(drawn(145))
    assert "│" in text
    assert all(str(ROW[name]) in text for name in ("seen", "entry", "topic", "fate", "outlet"))


@pytest.mark.parametrize("columns", [80, 60])
def test_a_narrow_terminal_gets_records_of_several_lines(drawn: Draw, columns: int) -> None:
    """No line is longer than the terminal, nothing is cut, and the headline keeps a line of its own."""
    lines = drawn(columns)
    assert max(map(len, lines)) <= columns
    text = "\n".join(lines)
    assert "…" not in text
    assert all(str(value) in text for name, value in ROW.items() if name != "title")
    assert HEADLINE in " ".join(text.split())
    assert "Latest" in lines[0]


def test_markup_of_a_headline_is_shown_as_it_is(drawn: Draw) -> None:
    """A feed cannot colour the terminal, in a table or in records."""
    for columns in (200, 60):
        assert any("[red]x[/red]" in line for line in drawn(columns, dict(ROW) | {"title": "[red]x[/red]"}))
