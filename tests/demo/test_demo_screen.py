"""How the demo draws messages: as the service parsed them, on terminals and in pipes."""

from __future__ import annotations

import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.demo.botapi import Sent
from watcher.demo.botapi.markup import Entity, utf16_len
from watcher.demo.screen import JOINER, Screen, styled

TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=40)


def sent(text: str, *entities: Entity, edits: tuple[Sent, ...] = ()) -> Sent:
    return Sent(
        message_id=7, chat_id="1", text=text, source=text, entities=entities, links=(), at=0.0, edits=edits
    )


@given(before=TEXT, bold=TEXT, after=TEXT)
def test_styles_cover_exactly_their_words(before: str, bold: str, after: str) -> None:
    """Offsets count UTF-16 units: characters beyond the first plane shift nothing; joiners are not drawn."""
    entity = Entity(kind="bold", offset=utf16_len(before), length=utf16_len(bold))
    drawn = styled(sent(before + bold + after, entity))
    assert (before + bold + after).replace(JOINER, "") == drawn.plain
    styled_words = "".join(
        drawn.plain[span.start : span.end] for span in drawn.spans if "bold" in str(span.style)
    )
    assert bold.replace(JOINER, "") == styled_words


def test_a_link_is_a_link_only_where_the_service_made_one() -> None:
    """The headline's address goes into the terminal's link, the rest stays text."""
    entity = Entity(kind="text_link", offset=0, length=8, url="https://o.example/1")
    drawn = styled(sent("Headline and http://x.example", entity))
    links = {
        drawn.plain[span.start : span.end]: span.style.link
        for span in drawn.spans
        if hasattr(span.style, "link")
    }
    assert {"Headline": "https://o.example/1"} == {words: link for words, link in links.items() if link}


def test_new_lines_of_an_edit_stand_out() -> None:
    """What the edit added is coloured, what was there is not."""
    first = sent("Headline\nWhy: so")
    drawn = styled(sent("Headline\nAlso: B\nWhy: so", edits=(first,)))
    coloured = [drawn.plain[span.start : span.end] for span in drawn.spans if span.style == "green"]
    assert ["Also: B"] == coloured


def test_in_a_pipe_a_message_is_plain_lines_between_rules() -> None:
    """No escape sequences, no blanks at line ends, and every line of the message begins its line."""
    stream = io.StringIO()
    Screen(stream).message(sent("Headline\nWhy: so [not markup]"), 1.25)
    lines = stream.getvalue().splitlines()
    assert lines[1].startswith("╭─ message 7 · 1.2 s ─")
    assert ["Headline", "Why: so [not markup]"] == lines[2:4]
    assert lines == [line.rstrip() for line in lines]
    assert "\x1b" not in stream.getvalue()


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("columns", [50, 80, 200])
def test_on_a_terminal_a_message_is_a_bubble_that_fits(columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bubbles shrink with the terminal and stay as narrow as a phone's; the headline can be clicked."""
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", str(columns))
    stream = Terminal()
    text = "Lavrov lands in Bamako for talks with Goïta\n" + "word " * 40
    Screen(stream).message(
        sent(text, Entity(kind="text_link", offset=0, length=43, url="https://o.example/1")), 1.0
    )
    assert "https://o.example/1" in stream.getvalue()
    drawn = re.sub(r"\x1b\[[0-9;]*m|\x1b\]8;.*?\x1b\\", "", stream.getvalue())
    lines = [line.rstrip() for line in drawn.splitlines() if line.strip()]
    assert {len(line) for line in lines} == {min(columns, 80)}
    assert all(line.strip()[0] in "╭│╰" for line in lines)
