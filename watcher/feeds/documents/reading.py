"""A document's bytes to plain values. Runs inside the parsing worker; the only importer of feedparser.

Nothing here is safe to run in the main process: feedparser can be made to hang and to eat memory. It is
only ever given a BytesIO, because it opens files and URLs that a bare `bytes` or `str` body names.
Sanitising and resolving links in markup are off: both are slow, and cleaning is done later and for new
entries only.
"""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from typing import Any

import feedparser

from watcher.feeds.documents.json_feed import looks_like_json, read_json_feed
from watcher.feeds.documents.values import Document, NotAFeed, RawTuple, limited, newest

_SURVIVED = (feedparser.CharacterEncodingOverride, feedparser.NonXMLContentType)
_PERIODS_S = {
    "hourly": 3600.0,
    "daily": 86400.0,
    "weekly": 604800.0,
    "monthly": 2592000.0,
    "yearly": 31536000.0,
}
EARLIEST_YEAR, LATEST_YEAR = 1970, 2200
_ENCODING = re.compile(r"(<\?xml[^>]{0,80}?)\sencoding\s*=\s*[\"'][^\"'>]*[\"']")
_HOUR = re.compile(rb"<hour>\s*(\d{1,2})\s*<")
_DAY = re.compile(rb"<day>\s*([A-Za-z]{3})")
_DAYS = (b"mon", b"tue", b"wed", b"thu", b"fri", b"sat", b"sun")


def read_document(body: bytes, *, content_type: str) -> Document:
    """Read RSS, Atom, RDF or JSON Feed.

    Args:
        body: decompressed bytes.
        content_type: as the server claimed it.

    Raises:
        NotAFeed: no feed, or none of its entries could be read.
    """
    if looks_like_json(body):
        return read_json_feed(body)
    # No content-location: with a base, feedparser joins relative links (our work) and also guids like "17",
    # which would make them change whenever the feed moves.
    headers = {"content-type": content_type} if content_type else {}
    parsed = feedparser.parse(
        io.BytesIO(_repaired(body)),
        response_headers=headers,
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    feed, entries, version = parsed.feed, parsed.entries, parsed.get("version", "")
    if not version and not entries:
        raise NotAFeed(_why_not(body))
    feed_language = _language(feed.get("language")) or _language(_detail(feed, "title").get("language"))
    kept: list[RawTuple] = []
    skipped_count = 0
    for entry in entries:
        try:
            kept.append(_entry(entry, feed_language))
        except Exception:
            skipped_count += 1
    if skipped_count and not kept:
        raise NotAFeed(f"none of its {skipped_count} entries could be read")
    skip_hours, skip_days = _skips(body)
    return Document(
        title=str(feed.get("title") or "")[:1000],
        entries=newest(kept),
        format=version,
        language=feed_language,
        skipped_count=skipped_count,
        malformed=bool(parsed.bozo) and not isinstance(parsed.get("bozo_exception"), _SURVIVED),
        ttl_s=_ttl_s(feed),
        skip_hours=skip_hours,
        skip_days=skip_days,
    )


def _entry(entry: Any, feed_language: str | None) -> RawTuple:
    summary = entry.get("summary") or next((c.get("value") for c in entry.get("content") or ()), None) or ""
    language = _language(_detail(entry, "title").get("language"))
    return limited(
        guid=entry.get("id"),
        link=entry.get("link"),
        title=entry.get("title") or "",
        summary=summary,
        # dict.get, since feedparser's own get answers a missing "updated" with "published" and a warning
        published_at=_date(entry.get("published_parsed") or dict.get(entry, "updated_parsed")),
        outlet=_detail(entry, "source", "source").get("title"),
        language=language if language != feed_language else None,
    )


def _detail(holder: Any, name: str, key: str | None = None) -> Any:
    found = holder.get(key or f"{name}_detail")
    return found if isinstance(found, dict) else {}


def _date(parsed: Any) -> float | None:
    """A struct_time in UTC as a POSIX time; None when no news can be of that year."""
    if not parsed:
        return None
    try:
        year, month, day, hour, minute, second = (int(part) for part in parsed[:6])
        if not EARLIEST_YEAR <= year <= LATEST_YEAR:
            return None
        return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC).timestamp()
    except (ValueError, OverflowError, TypeError):
        return None


def _language(tag: Any) -> str | None:
    """The two-letter language of a tag like fr-FR; None for anything else."""
    code = str(tag or "").replace("_", "-").partition("-")[0].strip().lower()
    return code if len(code) == 2 and code.isascii() and code.isalpha() else None


def _ttl_s(feed: Any) -> float | None:
    """The longest the feed itself asks to wait: ttl in minutes, sy:updatePeriod over its frequency."""
    wishes: list[float] = []
    ttl = str(feed.get("ttl") or "").strip()
    if ttl.isascii() and ttl.isdigit():
        wishes.append(60.0 * float(ttl[:9]))
    period_s = _PERIODS_S.get(str(feed.get("sy_updateperiod") or "").strip().lower())
    if period_s is not None:
        frequency = str(feed.get("sy_updatefrequency") or "1").strip()
        times = int(frequency[:9]) if frequency.isascii() and frequency.isdigit() else 1
        # WordPress writes "hourly, 1" into every feed, whatever the site does: that is nobody's wish.
        boilerplate = period_s == 3600.0 and times <= 1 and "wordpress" in str(feed.get("generator")).lower()
        if times > 0 and not boilerplate:
            wishes.append(period_s / times)
    return max(wishes, default=0.0) or None


def _skips(body: bytes) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """skipHours and skipDays of RSS, which feedparser does not keep."""
    head = body[:65536]
    hours = {
        int(text) % 24
        for text in _HOUR.findall(_between(head, b"<skipHours>", b"</skipHours>"))
        if int(text) <= 24
    }
    days = {text.lower() for text in _DAY.findall(_between(head, b"<skipDays>", b"</skipDays>"))}
    return tuple(sorted(hours)), tuple(number for number, day in enumerate(_DAYS) if day in days)


def _between(text: bytes, start: bytes, end: bytes) -> bytes:
    return text.partition(start)[2].partition(end)[0]


def _repaired(body: bytes) -> bytes:
    """Blank lines before the XML declaration are a frequent fault, and feedparser is quadratic in them.

    UTF-16 becomes UTF-8: without an encoding in its declaration feedparser does not know it by its mark.
    """
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        body = _ENCODING.sub(r"\1", body.decode("utf-16", "replace"), count=1).encode("utf-8", "replace")
    if body[:1] not in (b" ", b"\t", b"\r", b"\n") or b"\0" in body[:4]:
        return body
    return body.lstrip(b" \t\r\n")


def _why_not(body: bytes) -> str:
    start = body[:2000].lstrip().lower()
    if not start:
        return "the document is empty"
    if start.startswith((b"<!doctype html", b"<html")) or b"<html" in start:
        return "it is a web page, not a feed"
    return "it is not RSS, Atom or JSON Feed"
