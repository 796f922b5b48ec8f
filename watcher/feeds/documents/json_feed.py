"""JSON Feed 1.0 and 1.1 by the standard library. Runs inside the parsing worker."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from watcher.feeds.documents.values import Document, NotAFeed, RawTuple, limited, newest


def looks_like_json(body: bytes) -> bool:
    """True when the first character is that of a JSON object."""
    return body[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{"


def read_json_feed(body: bytes) -> Document:
    """Read a JSON Feed.

    Raises:
        NotAFeed: broken JSON, another kind of document, or no entry that can be read.
    """
    try:
        document = json.loads(body.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError) as error:
        raise NotAFeed(f"it looks like JSON and is broken ({str(error)[:100]})") from error
    version = str(document.get("version", ""))
    items = document.get("items")
    if "jsonfeed.org/version/" not in version or not isinstance(items, list):
        raise NotAFeed("it is JSON, but no JSON Feed")
    kept: list[RawTuple] = []
    skipped_count = 0
    for item in items:
        try:
            kept.append(_entry(item))
        except (ValueError, TypeError, AttributeError):
            skipped_count += 1
    if skipped_count and not kept:
        raise NotAFeed(f"none of its {skipped_count} entries could be read")
    return Document(
        title=str(document.get("title") or "")[:1000],
        entries=newest(kept),
        format="json" + version.rpartition("/")[2][:8],
        language=_language(document.get("language")),
        skipped_count=skipped_count,
    )


def _entry(item: Any) -> RawTuple:
    return limited(
        guid=item.get("id"),
        link=item.get("url") or item.get("external_url"),
        title=item.get("title") or "",
        summary=item.get("summary") or item.get("content_text") or item.get("content_html") or "",
        published_at=_date(item.get("date_published") or item.get("date_modified")),
        outlet=None,
        language=_language(item.get("language")),
    )


def _date(text: Any) -> float | None:
    try:
        when = datetime.fromisoformat(str(text))
        return (when.replace(tzinfo=UTC) if when.tzinfo is None else when).timestamp()
    except (ValueError, OverflowError):
        return None


def _language(tag: Any) -> str | None:
    code = str(tag or "").partition("-")[0].strip().lower()
    return code if len(code) == 2 and code.isascii() and code.isalpha() else None
