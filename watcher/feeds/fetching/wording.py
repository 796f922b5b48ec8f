"""Failures of a fetch in words for people: hosts are named, never whole URLs, headers or credentials."""

from __future__ import annotations

from http import HTTPStatus

import httpx


def status_in_words(status: int) -> str:
    """An HTTP status with its usual phrase."""
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"unknown status {status}"


def failure_in_words(error: httpx.HTTPError, host: str, *, by_proxy: bool) -> str:
    """What went wrong on the wire; the library's own words are kept short, and whole URLs are never in them."""
    where = f"the proxy for {host}" if by_proxy else host
    match error:
        case httpx.ConnectTimeout():
            return f"no connection to {where} in time"
        case httpx.ConnectError():
            return f"no connection to {where}: {str(error)[:200] or 'refused'}"
        case httpx.LocalProtocolError():
            return "a configured header holds characters that HTTP does not allow"
        case httpx.ProtocolError():
            return f"{where} broke the protocol: {str(error)[:200]}"
        case httpx.ProxyError():
            return f"{where} failed: {str(error)[:100]}"
        case _:
            return f"the connection to {where} broke: {str(error)[:200] or type(error).__name__}"
