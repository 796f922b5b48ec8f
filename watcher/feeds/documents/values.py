"""Plain values that cross from the parsing worker to the main process, within the limits of P1.

Imports neither feedparser nor the rest of the package: worker and parent both use it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

MAX_ENTRIES = 1_000
MAX_TITLE = 1_000
MAX_LINK = 2_048
MAX_SUMMARY = 4_000

RawTuple = tuple[str | None, str | None, str, str, float | None, str | None, str | None]
"""guid, link, title, summary, published (POSIX seconds), outlet, language: as in model.RawEntry."""

_ATTRIBUTES = re.compile(r"<(/?[a-zA-Z][a-zA-Z0-9]*)\s[^<>]*>")
_DATED_RATIO = 0.9  # of the entries must have a date before dates decide which are the newest


class NotAFeed(Exception):
    """The document cannot be read as a feed; the text says why, for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What a document holds; the fields are those of model.ParsedFeed."""

    title: str
    entries: list[RawTuple]
    format: str
    language: str | None = None
    skipped_count: int = 0
    malformed: bool = False
    ttl_s: float | None = None
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()


def limited(
    *,
    guid: Any,
    link: Any,
    title: Any,
    summary: Any,
    published_at: float | None,
    outlet: Any,
    language: str | None,
) -> RawTuple:
    """An entry within the limits.

    A link that is too long is dropped, since a cut one leads elsewhere.

    Raises:
        ValueError: it holds nothing that could be told: no title, no summary, no link, no guid.
    """
    guid, link = _text(guid).strip()[:MAX_LINK] or None, _text(link).strip() or None
    title, summary = _text(title), _text(summary)
    if link is not None and len(link) > MAX_LINK:
        link = None
    if not (title.strip() or summary.strip() or link or guid):
        raise ValueError("an entry without title, summary, link and guid")
    if len(summary) > MAX_SUMMARY:  # attributes (image addresses, styles) would crowd out the words
        summary = _ATTRIBUTES.sub(r"<\1>", summary[: 8 * MAX_SUMMARY])[:MAX_SUMMARY]
    outlet = _text(outlet)[:200].strip() or None
    return guid, link, title[:MAX_TITLE], summary, published_at, outlet, language


def newest(entries: list[RawTuple]) -> list[RawTuple]:
    """At most MAX_ENTRIES, in the document's order: the newest by date, or the first without dates."""
    if len(entries) <= MAX_ENTRIES:
        return entries
    dated = sum(entry[4] is not None for entry in entries)
    if dated < _DATED_RATIO * len(entries):
        return entries[:MAX_ENTRIES]
    by_age = sorted(range(len(entries)), key=lambda i: -(entries[i][4] or 0.0))
    return [entries[i] for i in sorted(by_age[:MAX_ENTRIES])]


def _text(value: Any) -> str:
    if value is None or isinstance(value, (dict, list)):
        return ""
    return value if isinstance(value, str) else str(value)
