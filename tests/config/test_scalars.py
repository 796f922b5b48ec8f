"""YAML 1.2 scalars."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.config.marks import parse
from watcher.config.scalars import plain_value, tagged_value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("No", "No"),
        ("on", "on"),
        ("off", "off"),
        ("yes", "yes"),
        ("y", "y"),
        ("NO", "NO"),
        ("010", "010"),
        ("0123", "0123"),
        ("08", "08"),
        ("1:30", "1:30"),
        ("22:30", "22:30"),
        ("190:20:30", "190:20:30"),
        ("2023-07-31", "2023-07-31"),
        ("1_000", "1_000"),
        ("1,000", "1,000"),
        ("0b11", "0b11"),
        ("+", "+"),
        (".", "."),
        ("1e", "1e"),
        ("nul", "nul"),
        ("True", True),
        ("FALSE", False),
        ("true", True),
        ("tRue", "tRue"),
        ("", None),
        ("~", None),
        ("null", None),
        ("Null", None),
        ("0", 0),
        ("-7", -7),
        ("+12", 12),
        ("0o17", 15),
        ("0xFF", 255),
        ("1.5", 1.5),
        (".5", 0.5),
        ("1.", 1.0),
        ("-1e3", -1000.0),
        ("6.02E23", 6.02e23),
        ("-1001234567890", -1001234567890),
    ],
)
def test_plain_scalars_mean_what_yaml_1_2_says(text: str, value: object) -> None:
    """Words of agreement, sexagesimals, dates and leading zeros are text; core-schema numbers are numbers."""
    assert (value, type(value)) == (plain_value(text), type(plain_value(text)))


@pytest.mark.parametrize("text", [".nan", ".NaN", ".inf", "-.INF", "+.inf", "1e999", "-2e400", "9" * 5000])
def test_numbers_no_setting_can_have_are_refused(text: str) -> None:
    """NaN, infinity, overflow and endless digits are errors, not values."""
    with pytest.raises(ValueError, match=r"number"):
        plain_value(text)


@given(st.integers(min_value=-(10**17), max_value=10**17))
def test_integers_are_read_back(number: int) -> None:
    """Every integer as Python writes it is that integer."""
    assert number == plain_value(str(number))


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_floats_are_read_back(number: float) -> None:
    """Every finite float as Python writes it is that number."""
    value = plain_value(repr(number))
    assert isinstance(value, float)
    assert math.isclose(number, value, rel_tol=0, abs_tol=0) or number == value


@given(st.text(max_size=40))
def test_any_text_is_a_finite_scalar_or_a_refusal(text: str) -> None:
    """Whatever is written, the reading ends in a plain value or a ValueError."""
    try:
        value = plain_value(text)
    except ValueError:
        return
    assert value is None or isinstance(value, str | bool | int | float)
    assert not isinstance(value, float) or math.isfinite(value)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("!!str 5", "5"),
        ("! 5", "5"),
        ("!!int 5", 5),
        ("!!float 5", 5.0),
        ("'5'", "5"),
        ('"no"', "no"),
        ("!!null ~", None),
        ("!!bool true", True),
    ],
)
def test_quotes_and_core_tags_are_obeyed(written: str, value: object) -> None:
    """What is quoted is text; core tags force their type."""
    document = parse(f"a: {written}", "x.yaml")
    assert document.problems == []
    assert ({"a": value}, type(value)) == (document.data, type(document.data["a"]))


@pytest.mark.parametrize("tag", ["!!python/object:os.system", "!!binary", "!!timestamp", "!env"])
def test_other_tags_are_refused(tag: str) -> None:
    """Nothing but the core schema's tags is known."""
    with pytest.raises(ValueError, match="not known here"):
        tagged_value(tag.replace("!!", "tag:yaml.org,2002:"), "x")
