"""Kinds of values: what may be written and what it means."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.config.addresses import address_problem
from watcher.config.fields import format_duration, format_size, parse_duration


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("30s", 30),
        ("10m", 600),
        ("1h30m", 5400),
        ("1h 30m", 5400),
        ("2d", 172800),
        ("1w", 604800),
        ("90m", 5400),
        ("500ms", 0.5),
        ("1m500ms", 60.5),
        ("0s", 0),
        ("1d2h3m4s", 93784),
    ],
)
def test_durations_are_read(text: str, seconds: float) -> None:
    """Numbers with units, largest first."""
    assert seconds == parse_duration(text)


@pytest.mark.parametrize(
    "text", ["", "10", "10 minutes", "m", "1m1h", "1.5h", "-5m", "٣m", "1h1h", "5M", "1e3s", "9999999d"]
)
def test_other_texts_are_no_durations(text: str) -> None:
    """Numbers without units, other orders, signs, fractions and foreign digits are refused with an example."""
    with pytest.raises(ValueError, match="must be a duration such as 30s, 10m, 1h30m or 2d"):
        parse_duration(text)


@given(st.integers(min_value=0, max_value=10**12))
def test_a_duration_is_read_back(milliseconds: int) -> None:
    """What is shown for a duration is read as the same duration, to the millisecond."""
    seconds = milliseconds / 1000
    assert seconds == pytest.approx(parse_duration(format_duration(seconds)), abs=1e-6)


@given(st.text(max_size=20))
def test_any_text_is_a_duration_or_a_refusal(text: str) -> None:
    """Reading never fails in another way, and is never negative."""
    try:
        seconds = parse_duration(text)
    except ValueError:
        return
    assert seconds >= 0


def test_sizes_are_shown_as_written() -> None:
    """Sizes keep their unit."""
    assert [format_size(size) for size in (10 * 2**20, 512 * 2**10, 2**30)] == ["10 MiB", "512 KiB", "1 GiB"]


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/feed",
        "http://127.0.0.1:8123/x.xml",
        "https://[2001:db8::1]:8443/feed",
        "https://пример.рф/rss?a=b#c",
    ],
)
def test_web_addresses_are_accepted(url: str) -> None:
    """http and https, names, literals and ports."""
    assert address_problem(url) is None


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("ftp://example.org/", "must begin with"),
        ("example.org/feed", "must begin with"),
        ("file:///etc/passwd", "must begin with"),
        ("https://user:hunter2@example.org/", "holds a user name or password"),
        ("https://example.org:99999/", "check brackets and port"),
        ("https://[::1/", "check brackets and port"),
        ("https:///feed", "has no host"),
        ("https://example.org/a b", "no blanks"),
        ("https://example.org\\@evil.example/", "backslashes"),
        ("https://example.org/\x07", "control characters"),
    ],
)
def test_other_addresses_are_refused(url: str, problem: str) -> None:
    """The message says what is wrong and never repeats the address, which may hold a secret."""
    said = address_problem(url) or ""
    assert problem in said
    assert "hunter2" not in said
