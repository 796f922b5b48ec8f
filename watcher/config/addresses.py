"""What may be written as a web address or as host:port. Nothing is resolved; the guard judges addresses."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_BLANK_OR_BACKSLASH = re.compile(r"[\s\\]")
_HOST_PORT = re.compile(r"(?P<host>\[[0-9a-fA-F:.]+\]|[^\s:/@\[\]]+):(?P<port>\d{1,5})", re.ASCII)


def web_address(value: str) -> str:
    """Let a web address through.

    Raises:
        ValueError: it is none; the message says why.
    """
    problem = address_problem(value)
    if problem:
        raise ValueError(problem)
    return value


def address_problem(url: str) -> str | None:
    """Why this is no web address to fetch from; None when it is one. Never repeats the address."""
    if not url.isprintable() or _BLANK_OR_BACKSLASH.search(url):
        return "a web address holds no blanks, backslashes or control characters"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "not a web address: check brackets and port"
    if parts.scheme.lower() not in ("http", "https"):
        return "must begin with http:// or https://"
    if parts.username is not None or parts.password is not None:
        return "holds a user name or password: write them under 'auth'"
    if not parts.hostname or port == 0:
        return "has no host" if not parts.hostname else "port 0 cannot be fetched from"
    return None


def host_port(value: str) -> str:
    """Let `host:port` through.

    Raises:
        ValueError: it is none.
    """
    found = _HOST_PORT.fullmatch(value)
    if found is None or not 0 < int(found["port"]) < 65536:
        raise ValueError(f"must be host:port such as 127.0.0.1:8080, got {value!r}")
    return value
