"""Markup becomes the text a reader would see, and nothing that could act (P2)."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from watcher.core.text.html import clean, cut, plain_text, utf16_length

NASTY = st.text(
    alphabet=st.one_of(
        st.characters(),
        st.sampled_from("<>&;/!-'\"=# abp\u0301\u200b\u202e\u2066\ufeff\x00\ud800\U0001f600é"),
    ),
    max_size=200,
)


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("Plain text", "Plain text"),
        ("<p>One</p><p>Two</p>", "One Two"),
        ("line<br/>break", "line break"),
        ("<b>bold</b>ly", "boldly"),
        ("Tom &amp; Jerry &eacute;&#233;&#xE9; &nbsp;end", "Tom & Jerry ééé end"),
        ("&lt;b&gt; is a tag", "<b> is a tag"),
        ("&amp;lt;b&amp;gt;", "&lt;b&gt;"),
        ("?a=1&copy=2&amp;b", "?a=1&copy=2&b"),
        ("5 < 6 and 7 > 2", "5 < 6 and 7 > 2"),
        ("AT&T, R&D", "AT&T, R&D"),
        ("<script>alert(1)</script>seen<style>p{}</style>", "seen"),
        ("a<script>never closed", "a"),
        ("<!-- hidden --> seen <![CDATA[inside]]>", "seen inside"),
        ("cut off <img src='https://cdn.exam", "cut off"),
        ("cut off </di", "cut off"),
        ("<a href='https://x.example' onclick='x()'>link</a>", "link"),
        ("tabs\tand\r\nlines\u2028and\u00a0blanks", "tabs and lines and blanks"),
        ("in\u200bvis\u00adi\u2060ble \u202egnp.exe\u202c", "invisible gnp.exe"),
        ("e\u0301te\u0301", "été"),
        ("z\u0300\u0301\u0302\u0303\u0304\u0305\u0306algo", "z\u0300\u0301\u0302\u0303algo"),
        ("nul\x00 bell\x07 esc\x1b[31m", "nul bell esc[31m"),
        ("half \ud83d pair", "half pair"),
        ("Министр иностранных дел", "Министр иностранных дел"),
        ("وزير الخارجية", "وزير الخارجية"),
        ("&#0;&#x202e;&#128512;", "\ufffd😀"),
        ("", ""),
        (" \n\t ", ""),
    ],
)
def test_what_a_reader_sees(markup: str, expected: str) -> None:
    """Tags and what is not seen go, entities are decoded once, blanks fold."""
    assert plain_text(markup, 1000) == expected


@given(NASTY, st.integers(1, 60))
@example("😀" * 50, 7)
def test_the_result_is_safe_and_within_its_limit(markup: str, limit: int) -> None:
    """P2: NFC, no control, bidi, zero-width or surrogate characters, limited in UTF-16 units."""
    text = plain_text(markup, limit)
    assert len(text.encode("utf-16-le")) // 2 == utf16_length(text) <= limit
    assert unicodedata.is_normalized("NFC", text)
    assert not [c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co")]
    assert text == text.strip()
    assert "  " not in text
    text.encode("utf-8")


@given(NASTY)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    """Clean text stays as it is."""
    assert clean(clean(text)) == clean(text)


@given(st.text(alphabet="abc <>&", max_size=50))
def test_no_tag_survives(text: str) -> None:
    """Whatever is put between, a tag's markup is gone."""
    assert "<script" not in plain_text(f"{text}<script src='x'>evil</script>", 1000)


def test_a_cut_falls_between_words_and_is_marked() -> None:
    """A shortened text ends in an ellipsis, after a word when one ends near."""
    assert cut("one two three four five six", 26) == "one two three four five…"
    assert cut("one two three four", 18) == "one two three four"
    assert cut("a" * 20, 10) == "a" * 9 + "…"


def test_emoji_count_twice_and_are_never_halved() -> None:
    """Telegram counts UTF-16 units."""
    assert cut("😀" * 5, 7) == "😀😀😀…"


@pytest.mark.parametrize("unit", ["<", "<!", "<a ", "<script>", "&", "&#", "<!--", "\n", "</", "< a", "<p "])
def test_hostile_markup_takes_no_time(unit: str) -> None:
    """No repetition of anything makes the work grow beyond a fixed bound."""
    began = time.process_time()
    plain_text(unit * 200_000, 4_000)
    assert time.process_time() - began < 0.5
