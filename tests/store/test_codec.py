"""Values survive the way into a column and back; what cannot be read is StoreUnusable, not a crash."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.store.records import NOW, alert_content, match
from watcher.core.model import AlertContent, DigestContent, DigestLine, EditContent, NoticeContent, NoticeKind
from watcher.errors import StoreUnusable
from watcher.store.codec import (
    content_from_json,
    content_to_json,
    evidence_from_json,
    evidence_to_json,
    from_stamp,
    to_stamp,
)
from watcher.store.repository.seen import hour_of

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
TIMES = st.datetimes(
    min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30), timezones=st.just(UTC)  # noqa: DTZ001
)  # fmt: skip


@given(TIMES)
def test_times_come_back_to_the_microsecond(at: datetime) -> None:
    """Every aware time the calendar has comes back exactly, and order is kept."""
    assert from_stamp(to_stamp(at)) == at
    assert to_stamp(at) < to_stamp(at + timedelta(microseconds=1))


def test_times_of_other_zones_come_back_in_utc() -> None:
    """A time with another offset is the same moment in UTC; a naive one is refused."""
    assert from_stamp(to_stamp(NOW.astimezone(timezone(timedelta(hours=5))))) == NOW
    with pytest.raises(ValueError, match="no time zone"):
        to_stamp(NOW.replace(tzinfo=None))


def test_hours_count_up() -> None:
    """The hour of a time counts from 1970 and is that of its beginning."""
    assert hour_of(datetime(1970, 1, 2, 0, 59, tzinfo=UTC)) == 24


@given(text=TEXT, at=TIMES, count=st.integers(0, 10**6))
def test_contents_come_back(text: str, at: datetime, count: int) -> None:
    """Any text and time in any kind of content survives."""
    line = DigestLine(
        story_id=text, topic=text, headline=text, url=text, outlet=text, outlet_count=count, at=at
    )
    for content in (
        EditContent(story_id=text, change=text),
        DigestContent(reason=text, lines=(line, line), feed_id=None),
        NoticeContent(kind=NoticeKind.FAULT, facts={text: text}, lines=(line,)),
    ):
        assert content_from_json(content_to_json(content)) == content


def test_alert_and_evidence_come_back() -> None:
    """An alert's content and a match's evidence survive with their nested records."""
    content = alert_content("s-1", "1")
    assert content_from_json(content_to_json(content)) == content
    evidence = match("1").evidence + match("1").near
    assert evidence_from_json(evidence_to_json(evidence)) == evidence


def test_rows_of_another_version_are_read() -> None:
    """Fields that an older version did not write have their default; unknown ones are passed over."""
    content = content_from_json('{"type": "edit", "story_id": "s", "invented_later": [1]}')
    assert content == EditContent(story_id="s")
    assert isinstance(content_from_json(content_to_json(alert_content("s", "e"))), AlertContent)


@pytest.mark.parametrize("text", ["", "{", "3", '{"type": "poem"}', '{"type": "edit"}', '{"type": 1}'])
def test_unreadable_rows_are_unusable(text: str) -> None:
    """What is no content or evidence is refused with the text shown."""
    with pytest.raises(StoreUnusable, match="cannot be read"):
        content_from_json(text)
    with pytest.raises(StoreUnusable, match="cannot be read"):
        evidence_from_json(text or "{}")
