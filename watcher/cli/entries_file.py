"""Entries from a file: JSON lines, plain or gzipped, in the labelled format or the stream's (grades are optional)."""

from __future__ import annotations

import gzip
import json
import zlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from watcher.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from watcher.core.evaluation.topics import Labelled
    from watcher.core.model import Entry


def read_records(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield (line number, record).

    Raises:
        ConfigError: the file cannot be read, or a line is no JSON object; names the line.
    """
    number = 0
    opener = gzip.open if path.suffix == ".gz" else open
    try:
        with opener(path, "rt", encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                if not line.strip():
                    continue
                record = json.loads(line)
                if not isinstance(record, dict):
                    raise ConfigError([f"{path}:{number}: is no JSON object: one per line is expected"])
                yield number, record
    except (OSError, EOFError, zlib.error) as error:
        raise ConfigError([f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}"]) from error
    except json.JSONDecodeError as error:
        raise ConfigError([f"{path}:{number}:{error.colno}: is no JSON: {error.msg}"]) from error
    except UnicodeDecodeError as error:
        raise ConfigError([f"{path}:{number + 1}: not UTF-8: save the file as UTF-8"]) from error


def read_entries(path: Path) -> list[Entry]:
    """Read entries in time order, each taken as first seen when it was published.

    Raises:
        ConfigError: as for `read_records`, or a line lacks a title or a usable time.
    """
    entries = [_entry(record, path, number) for number, record in read_records(path)]
    return sorted(entries, key=lambda entry: (entry.first_seen_at, entry.id))


def read_labelled(path: Path) -> list[Labelled]:
    """Read judged entries.

    Raises:
        ConfigError: as for `read_records`, or a line is not in the labelled format.
    """
    from dataclasses import replace

    from watcher.core.evaluation.topics import labelled

    found = []
    for number, record in read_records(path):
        try:
            one = labelled(record)
        except ValueError as error:
            raise ConfigError([f"{path}:{number}: {error}"]) from error
        found.append(replace(one, entry=replace(one.entry, id=one.entry.id or f"{path.name}:{number}")))
    return found


def _entry(record: dict[str, Any], path: Path, number: int) -> Entry:
    from watcher.core.model import Entry

    title = record.get("title")
    if not isinstance(title, str):
        raise ConfigError([f"{path}:{number}: 'title' is missing"])
    at = _time(record.get("published"))
    if at is None:
        raise ConfigError(
            [f"{path}:{number}: 'published' is missing or no ISO 8601 time: {record.get('published')!r}"]
        )
    source, url, language = record.get("source"), record.get("url"), record.get("language")
    own_id = str(record.get("id") or f"{path.name}:{number}")
    return Entry(
        id=own_id,
        feed_id=str(source or path.name),
        guid=str(url or own_id),
        url=str(url or ""),
        canonical_url=str(url or ""),
        title=title,
        summary=str(record.get("summary") or ""),
        outlet=str(record.get("outlet") or source or ""),
        language=language if isinstance(language, str) else None,
        published_at=at,
        first_seen_at=at,
    )


def _time(value: Any) -> datetime | None:
    try:
        at = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return at.astimezone(UTC) if at.tzinfo is not None else at.replace(tzinfo=UTC)
