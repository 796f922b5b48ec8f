"""HttpFetcher: one conditional request, hop by hop, within deadline and size, told as a record or an error.

Nothing is logged here: the poll's own line says what happened. Error texts name hosts, never whole URLs,
headers or credentials.
"""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

import httpx

from watcher import __version__
from watcher.core.model import Fetched, NotModified
from watcher.errors import AddressRefused, FetchError
from watcher.feeds.fetching.decoding import BodyReader
from watcher.feeds.fetching.headers import max_age_s, request_headers, retry_after_s, validator
from watcher.feeds.fetching.hosts import HostBounds
from watcher.feeds.fetching.network import resolve
from watcher.feeds.fetching.transport import GuardedTransport
from watcher.feeds.fetching.wording import failure_in_words, status_in_words
from watcher.feeds.guard import Gate, port_of, same_home

if TYPE_CHECKING:
    import ssl
    from collections.abc import Collection
    from urllib.parse import SplitResult

    from watcher.core.model import FetchRequest
    from watcher.feeds.fetching.network import Resolver
    from watcher.protocols import Clock

PERMANENT_REDIRECTS = frozenset({301, 308})
REDIRECTS = frozenset({301, 302, 303, 307, 308})
WITH_BODY = frozenset({200, 203, 226})  # 226: only the new entries (RFC 3229)
HOPELESS = frozenset({404, 410})
WAITING = frozenset({429, 503})
LARGE_BYTES = 1024 * 1024
LARGE_AT_ONCE = 4
"""Bodies beyond LARGE_BYTES are read so many at a time: twenty of 10 MiB each would be 200 MiB at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Redirect:
    status: int
    location: str


class HttpFetcher:
    """The Fetcher over httpx.

    Args:
        clock: wall time for dates in headers, monotonic time and sleep for the gap between requests.
        allowed_hosts: `host:port` that may be private (default none).
        user_agent: name/version; default this package's.
        contact: a URL or mail address for the operator of a feed, put in the User-Agent.
        total_s: deadline of one fetch over all hops, waiting for a turn not counted.
        connect_s: deadline for resolving, connecting and the TLS handshake of one hop, each.
        max_redirects: hops after the first request.
        max_body_bytes: limit after decompression; a request may ask for less.
        connections: at once in all.
        host_connections: at once to one host (scheme + host + port).
        host_gap_s: pause between two requests to one host.
        resolver: host and port to numeric addresses; tests pass their own.
        ssl_context: for https; None = the usual certificate authorities.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        allowed_hosts: Collection[str] = (),
        user_agent: str = f"coverage-watcher/{__version__}",
        contact: str | None = None,
        total_s: float = 30.0,
        connect_s: float = 10.0,
        max_redirects: int = 5,
        max_body_bytes: int = 10 * 1024 * 1024,
        connections: int = 20,
        host_connections: int = 1,
        host_gap_s: float = 1.0,
        resolver: Resolver = resolve,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        self._clock = clock
        self._gate = Gate(allowed_hosts)
        self._user_agent = f"{user_agent} (+{contact})" if contact else user_agent
        self._total_s = total_s
        self._timeouts = {"connect": connect_s, "read": None, "write": None, "pool": None}
        self._max_redirects = max_redirects
        self._max_body_bytes = max_body_bytes
        self._hosts = HostBounds(
            clock, connections=connections, host_connections=host_connections, host_gap_s=host_gap_s
        )
        self._large = asyncio.Semaphore(LARGE_AT_ONCE)
        self._transport = GuardedTransport(self._gate, resolver, ssl_context)

    async def fetch(self, request: FetchRequest) -> Fetched | NotModified:
        """Fetch one URL, conditionally when the request holds validators.

        Raises:
            FetchError: status, retry_after_s and permanent say what follows.
            AddressRefused: the guard refused the URL, an address or a redirect.
        """
        own_port = _own_port(request.url)
        url, permanent_url, permanent_so_far = request.url, None, True
        left_s = self._total_s
        loop = asyncio.get_running_loop()
        for _ in range(self._max_redirects + 1):
            parts = self._gate.check_url(url, own_port=own_port)
            try:
                async with self._hosts.turn(_origin(parts)):
                    began = loop.time()
                    async with asyncio.timeout(left_s):
                        outcome = await self._ask(url, parts, request, permanent_url)
                    left_s -= loop.time() - began
            except TimeoutError:
                raise FetchError(
                    f"{parts.hostname} did not answer completely within {self._total_s:g} s"
                ) from None
            if not isinstance(outcome, _Redirect):
                return outcome
            url = _next_url(url, parts, outcome.location)
            permanent_so_far = permanent_so_far and outcome.status in PERMANENT_REDIRECTS
            permanent_url = url if permanent_so_far else None
        raise FetchError(
            f"more than {self._max_redirects} redirects, the last one to {urlsplit(url).hostname}"
        )

    async def aclose(self) -> None:
        """Nothing stays open between fetches; here for the contract."""
        await self._transport.aclose()

    async def _ask(
        self, url: str, parts: SplitResult, request: FetchRequest, permanent_url: str | None
    ) -> Fetched | NotModified | _Redirect:
        """One request to one host."""
        headers = request_headers(
            request,
            user_agent=self._user_agent,
            with_secrets=same_home(request.home or request.url, url),
        )
        extensions: dict[str, object] = {"timeout": self._timeouts}
        if request.proxy:
            extensions["proxy"] = request.proxy
        try:
            asked = httpx.Request("GET", url, headers=headers, extensions=extensions)
        except httpx.InvalidURL as error:
            raise FetchError(f"the URL cannot be used: {error}", permanent=True) from None
        if (asked.url.port or port_of(parts)) != port_of(parts):
            raise AddressRefused("the URL can be read in two ways")
        try:
            response = await self._transport.handle_async_request(asked)
            try:
                return await self._read(response, url, request, permanent_url)
            finally:
                await response.stream.aclose()  # type: ignore[union-attr]
        except httpx.HTTPError as error:
            raise FetchError(
                failure_in_words(error, str(parts.hostname), by_proxy=request.proxy is not None)
            ) from error

    async def _read(
        self, response: httpx.Response, url: str, request: FetchRequest, permanent_url: str | None
    ) -> Fetched | NotModified | _Redirect:
        """Turn an answer into a record; the body is read only where there should be a feed."""
        status, headers = response.status_code, response.headers
        raw = {name.lower(): value for name, value in reversed(headers.raw)}  # of repeated ones the first
        now = self._clock.now()
        if status == HTTPStatus.NOT_MODIFIED and (request.etag or request.last_modified):
            return NotModified(
                url=url,
                etag=validator(raw.get(b"etag")) or request.etag,
                last_modified=validator(raw.get(b"last-modified")) or request.last_modified,
                permanent_url=permanent_url,
                max_age_s=max_age_s(headers, now),
            )
        if status in REDIRECTS and (location := raw.get(b"location", b"").strip()):
            return _Redirect(status=status, location=location.decode("utf-8", "replace"))
        if status not in WITH_BODY:
            raise FetchError(
                status_in_words(status),
                status=status,
                retry_after_s=retry_after_s(headers, now) if status in WAITING else None,
                permanent=status in HOPELESS,
            )
        try:
            body = await self._body(
                response, raw, min(request.max_bytes or self._max_body_bytes, self._max_body_bytes)
            )
        except FetchError as error:
            raise FetchError(str(error), status=status) from error.__cause__
        return Fetched(
            url=url,
            status=status,
            body=body,
            content_type=headers.get("content-type", ""),
            etag=validator(raw.get(b"etag")),
            last_modified=validator(raw.get(b"last-modified")),
            permanent_url=permanent_url,
            max_age_s=max_age_s(headers, now),
            open_ended=b"content-length" not in raw and b"transfer-encoding" not in raw,
            partial=status == HTTPStatus.IM_USED,
        )

    async def _body(self, response: httpx.Response, raw: dict[bytes, bytes], max_bytes: int) -> bytes:
        """The complete body, unpacked."""
        reader = BodyReader(raw.get(b"content-encoding", b"").decode("latin-1"), max_bytes)
        async with AsyncExitStack() as stack:
            large = False
            async for chunk in response.stream:  # type: ignore[union-attr]
                reader.add(chunk)
                if not large and reader.size > LARGE_BYTES:
                    large = True
                    await stack.enter_async_context(self._large)
            announced = raw.get(b"content-length", b"")
            received = getattr(response.extensions.get("received"), "body_bytes", None)
            if announced.isdigit() and b"transfer-encoding" not in raw and (received or 0) > int(announced):
                raise FetchError(f"the server announced {int(announced)} bytes and sent more")
            return reader.finish()


def _own_port(url: str) -> int | None:
    try:
        return port_of(urlsplit(url))
    except ValueError:
        return None  # check_url says what is wrong with it


def _origin(parts: SplitResult) -> str:
    return f"{parts.scheme}://{parts.hostname}:{port_of(parts)}"


def _next_url(url: str, parts: SplitResult, location: str) -> str:
    try:
        following = urljoin(url, location.replace(" ", "%20"))
        scheme = urlsplit(following).scheme
    except ValueError:
        raise FetchError(f"{parts.hostname} redirects to something that is no URL") from None
    if parts.scheme == "https" and scheme == "http":
        raise AddressRefused(f"{parts.hostname} redirects from https to http")
    return following
