"""One event is one line, whatever a feed contains; the forms are for people and for machines (P3)."""

from __future__ import annotations

import io
import json
import logging
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.ops.logs import VALUE_LIMIT, JsonFormatter, LogObserver, TextFormatter
from watcher.protocols import Event

if TYPE_CHECKING:
    from collections.abc import Callable


def log_of(
    formatter: logging.Formatter, act: Callable[[LogObserver], None], level: int = logging.INFO
) -> str:
    """What an observer writes."""
    out = io.StringIO()
    logger = logging.Logger("watcher", level)
    handler = logging.StreamHandler(out)
    handler.setFormatter(formatter)
    logger.addHandler(handler)
    act(LogObserver(logger))
    return out.getvalue()


def poll(**facts: object) -> Event:
    return Event(name="poll", facts={"feed": "alpha", "outcome": "new", **facts})


@given(st.text(max_size=400))
def test_one_event_is_one_line(text: str) -> None:
    """Line breaks, control and bidi characters of feed text are escaped; text is cut."""
    for formatter in (TextFormatter(), JsonFormatter()):
        written = log_of(formatter, lambda observer: observer.observe(poll(error=text)))
        assert 1 == written.count("\n")
        assert 1 == len(written.splitlines())
        assert all(character.isprintable() for character in written[:-1])
    assert VALUE_LIMIT * 10 > len(written)


def test_json_lines_hold_every_fact() -> None:
    """at, level, event, then the facts as they are."""
    line = json.loads(log_of(JsonFormatter(), lambda o: o.observe(poll(entries=3, error=None))))
    assert ("info", "poll", "alpha", 3, None) == (
        line["level"],
        line["event"],
        line["feed"],
        line["entries"],
        line["error"],
    )
    assert line["at"].endswith("Z")


def test_text_lines_quote_what_would_be_misread() -> None:
    """Values with blanks or equals signs are quoted; empty ones are left out."""
    line = log_of(TextFormatter(), lambda o: o.observe(poll(error="a = b", status=None)))
    assert 'error="a = b"' in line
    assert "status" not in line


@pytest.mark.parametrize(
    ("event", "level"),
    [
        (poll(), "info"),
        (poll(outcome="failed"), "warning"),
        (Event(name="fault", facts={}), "warning"),
    ],
)
def test_what_somebody_should_look_at_is_a_warning(event: Event, level: str) -> None:
    """Failures and faults stand out; the rest is information."""
    assert level == json.loads(log_of(JsonFormatter(), lambda o: o.observe(event)))["level"]


def test_pings_are_seen_only_when_debugging_or_failing() -> None:
    """What happens every few minutes is no news, its failure is."""
    ping = Event(name="ping", facts={"outcome": "sent"})
    assert "" == log_of(JsonFormatter(), lambda o: o.observe(ping))
    assert "" != log_of(JsonFormatter(), lambda o: o.observe(ping), logging.DEBUG)
    failed = Event(name="ping", facts={"outcome": "failed"})
    assert "warning" == json.loads(log_of(JsonFormatter(), lambda o: o.observe(failed)))["level"]


def test_counts_by_name_read_well() -> None:
    """Counts and lists are one short word in the text form, and left out when they are empty."""
    event = poll(matched_topics={"aes": 2, "sahel": 1}, none={}, targets=["desk", "phone"])
    line = log_of(TextFormatter(), lambda o: o.observe(event))
    assert line.rstrip().endswith("outcome=new matched_topics=aes:2,sahel:1 targets=desk,phone")


def test_a_person_is_spared_polls_that_brought_nothing() -> None:
    """On a terminal unchanged polls are seen only when debugging; elsewhere every poll has its line."""
    out = io.StringIO()
    logger = logging.Logger("watcher", logging.INFO)
    logger.addHandler(logging.StreamHandler(out))
    LogObserver(logger, for_a_person=True).observe(poll(outcome="unchanged"))
    assert "" == out.getvalue()
    LogObserver(logger).observe(poll(outcome="unchanged"))
    assert "" != out.getvalue()


def test_a_traceback_stays_on_the_line() -> None:
    """An exception's traceback is part of its event's one line."""
    try:
        int("surprise\nwith a second line")
    except ValueError:
        fault = Event(name="fault", facts={"exception": sys.exc_info()[1]})
    for formatter in (TextFormatter(), JsonFormatter()):
        written = log_of(formatter, lambda o: o.observe(fault))
        assert 1 == written.count("\n")
        assert "ValueError" in written
