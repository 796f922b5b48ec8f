"""Reading and writing the few header fields that matter to a poller. Pure."""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from watcher.core.model import FetchRequest

ACCEPT = (
    b"application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, "
    b"application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, text/html;q=0.5, */*;q=0.1"
)
MAX_VALIDATOR_BYTES = 4096  # a longer ETag is not worth keeping: the next request is unconditional

_OURS = frozenset({"host", "accept-encoding", "connection", "content-length", "transfer-encoding", "te"})
_MAX_AGE = re.compile(r'(?:^|[,\s])max-age\s*=\s*"?(\d{1,12})', re.IGNORECASE)
_FORBIDS_STORING = re.compile(r"(?:^|[,\s])no-(?:cache|store)(?:$|[,\s])", re.IGNORECASE)


def request_headers(
    request: FetchRequest, *, user_agent: str, with_secrets: bool
) -> list[tuple[bytes, bytes]]:
    """What we say about ourselves and about what we hold already.

    Args:
        request: validators, own headers and credentials of the feed.
        user_agent: name/version (+contact).
        with_secrets: False on a hop to another host: neither credentials nor own headers travel there.
    """
    headers = {
        b"user-agent": user_agent.encode("utf-8"),
        b"accept": ACCEPT,
        b"accept-encoding": b"gzip, deflate",
        b"connection": b"close",
    }
    if request.etag:
        headers[b"if-none-match"] = request.etag
        headers[b"a-im"] = b"feed"  # RFC 3229: a server that can sends the new entries only (226)
    if request.last_modified:
        headers[b"if-modified-since"] = request.last_modified
    if with_secrets:
        for name, value in request.headers.items():
            if name.lower() not in _OURS:
                headers[name.lower().encode("utf-8")] = value.encode("utf-8")
        if request.username is not None:
            pair = f"{request.username}:{request.password or ''}".encode()
            headers[b"authorization"] = b"Basic " + base64.b64encode(pair)
    return list(headers.items())


def validator(value: bytes | None) -> bytes | None:
    """An ETag or Last-Modified worth keeping: opaque, echoed byte for byte."""
    return value if value and len(value) <= MAX_VALIDATOR_BYTES else None


def retry_after_s(headers: Mapping[str, str], now: datetime) -> float | None:
    """The server's wish in seconds from now, >= 0; None when it gave none that can be read.

    A date counts from the answer's own Date, so that a server with a wrong clock is understood.
    """
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return float(value[:12])
    then = http_date(value)
    if then is None:
        return None
    return max(0.0, (then - (http_date(headers.get("date", "")) or now)).total_seconds())


def max_age_s(headers: Mapping[str, str], now: datetime) -> float | None:
    """How long the answer stays fresh, in seconds, >= 0; None when the server does not say."""
    control = headers.get("cache-control", "")
    if _FORBIDS_STORING.search(control):
        return None
    if found := _MAX_AGE.search(control):
        age = headers.get("age", "").strip()
        spent = float(age[:12]) if age.isascii() and age.isdigit() else 0.0
        return max(0.0, float(found.group(1)) - spent)
    expires = http_date(headers.get("expires", ""))
    if expires is None:
        return None
    return max(0.0, (expires - (http_date(headers.get("date", "")) or now)).total_seconds())


def http_date(text: str) -> datetime | None:
    """An HTTP date in any of its three forms as aware UTC; None when it is none."""
    if not text:
        return None
    try:
        parsed = parsedate_to_datetime(text.strip())
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)
