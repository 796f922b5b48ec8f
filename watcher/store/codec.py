"""Values <-> what a column holds: times, enums, booleans, JSON of contents and evidence.

Pure: this module may not touch a connection. Reading is tolerant of fields that are missing (rows of an
older version) or unknown, and refuses anything else with StoreUnusable.
"""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar, cast

from watcher.core.model import (
    AlertContent,
    Content,
    DigestContent,
    EditContent,
    Evidence,
    NoticeContent,
)
from watcher.errors import StoreUnusable

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Hashable, Sequence

    from pydantic import TypeAdapter

R = TypeVar("R")

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
CLOCK_TOLERANCE = timedelta(minutes=1)  # a stored time further ahead: the clock was set back since
_MICROSECOND = timedelta(microseconds=1)
_TIME_SUFFIXES = ("_at", "_since", "_until")

_CONTENTS: dict[str, type[Content]] = {
    "alert": AlertContent,
    "edit": EditContent,
    "digest": DigestContent,
    "notice": NoticeContent,
}


def to_stamp(at: datetime) -> int:
    """Microseconds since 1970 UTC.

    Raises:
        ValueError: the time is naive.
    """
    if at.tzinfo is None:
        raise ValueError(f"{at!r} has no time zone: only aware times are stored")
    return (at - EPOCH) // _MICROSECOND


def from_stamp(stamp: int) -> datetime:
    """The aware UTC time of a stamp."""
    return EPOCH + timedelta(microseconds=stamp)


def to_column(value: object) -> Any:
    """One field's value as SQLite keeps it."""
    if isinstance(value, datetime):
        return to_stamp(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, tuple):
        return json.dumps(value, ensure_ascii=False)
    return value


def to_columns(record: Any, *, without: frozenset[str] = frozenset()) -> dict[str, Any]:
    """A record's fields by name, as SQLite keeps them."""
    return {f.name: to_column(getattr(record, f.name)) for f in fields(record) if f.name not in without}


def from_row(record_type: type[R], row: sqlite3.Row, **given: Any) -> R:
    """Build a record from the row's columns of the same names; `given` fields are taken as they are.

    Which columns are times follows from the suffix law of the model, booleans and lists from the
    annotation.
    """
    values = dict(given)
    for name, kind in _kinds(cast("Hashable", record_type)):
        if name in given:
            continue
        value = row[name]
        if value is not None:
            if kind == "time":
                value = from_stamp(value)
            elif kind == "bool":
                value = bool(value)
            elif kind == "list":
                value = tuple(json.loads(value))
        values[name] = value
    return record_type(**values)


@cache
def _kinds(record_type: Hashable) -> tuple[tuple[str, str], ...]:
    kinds = []
    for f in fields(cast("type[Any]", record_type)):
        if f.name.endswith(_TIME_SUFFIXES) or f.name == "until":
            kind = "time"
        elif f.type == "bool":
            kind = "bool"
        elif str(f.type).startswith("tuple["):
            kind = "list"
        else:
            kind = "plain"
        kinds.append((f.name, kind))
    return tuple(kinds)


# pydantic takes 0.15 s to import: `status` and `health`, run every few seconds, do without it.


@cache
def _content_adapter(name: str) -> TypeAdapter[Content]:
    from pydantic import TypeAdapter

    return TypeAdapter(_CONTENTS[name])


@cache
def _evidence_adapter() -> TypeAdapter[tuple[Evidence, ...]]:
    from pydantic import TypeAdapter

    return TypeAdapter(tuple[Evidence, ...])


def content_to_json(content: Content) -> str:
    """A delivery's content as one JSON object; "type" says which record it is."""
    return _content_adapter(content.type).dump_json(content).decode()


def content_from_json(text: str) -> Content:
    """The content a row holds.

    Raises:
        StoreUnusable: it is no content this program knows.
    """
    try:
        return _content_adapter(str(json.loads(text)["type"])).validate_json(text)
    except (ValueError, KeyError, TypeError) as error:
        raise StoreUnusable(f"a delivery's content cannot be read: {text[:120]!r}") from error


def evidence_to_json(evidence: Sequence[Evidence]) -> str:
    """Evidence as a JSON array."""
    return _evidence_adapter().dump_json(tuple(evidence)).decode()


def evidence_from_json(text: str) -> tuple[Evidence, ...]:
    """The evidence a match holds.

    Raises:
        StoreUnusable: it cannot be read.
    """
    try:
        return _evidence_adapter().validate_json(text)
    except ValueError as error:
        raise StoreUnusable(f"a match's evidence cannot be read: {text[:120]!r}") from error
