"""A well-behaved feed server on loopback, for the demo, the tests and the benches.

Many feeds, each on a port of its own (as outlets are) or as a path of the shared one. Items are published
while it runs; conditional requests are answered with 304; what was asked is counted. It runs on one event
loop in a thread of its own and can therefore be used from any code.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import threading
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import format_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Self, TypeVar

from watcher.demo.feeddocuments import CONTENT_TYPES, FeedFormat, Item, document

if TYPE_CHECKING:
    from asyncio import StreamReader, StreamWriter
    from collections.abc import Coroutine, Mapping

T = TypeVar("T")

__all__ = ["FeedFormat", "FeedServer", "Item", "Request", "ServedFeed"]

LOOPBACK = "127.0.0.1"
START_S = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request as it came; header names in lower case."""

    path: str
    headers: Mapping[str, str]
    status: int  # what it was answered with
    at: datetime


@dataclass(slots=True, kw_only=True)
class ServedFeed:
    """One feed of the server; every method may be called from any thread, at any time."""

    title: str
    url: str
    format: FeedFormat = FeedFormat.RSS
    language: str = "en"
    ttl_minutes: int | None = None
    max_items: int = 100  # shown at once
    headers: dict[str, str] = field(default_factory=dict)  # sent with every answer
    requests: list[Request] = field(default_factory=list)
    _items: list[Item] = field(default_factory=list)
    _status: int | None = None
    _etag: str = ""
    _modified_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    _body: bytes | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def publish(self, *items: Item) -> None:
        """Put items at the top; the last one given is the newest."""
        with self._lock:
            self._items[:0] = reversed(items)
            self._changed()

    def edit(self, item_id: str, *, title: str) -> None:
        """Change the headline of a published item, guid and link unchanged."""
        with self._lock:
            self._items = [replace(item, title=title) if item.id == item_id else item for item in self._items]
            self._changed()

    def withdraw(self, item_id: str) -> None:
        """Take an item out of the document."""
        with self._lock:
            self._items = [item for item in self._items if item.id != item_id]
            self._changed()

    def fail(self, status: int) -> None:
        """Answer every request with this status until `recover`."""
        self._status = status

    def recover(self) -> None:
        """Serve again."""
        self._status = None

    @property
    def host_port(self) -> str:
        """`host:port`, for the allow-list of private targets."""
        return self.url.split("/")[2]

    def counts(self) -> dict[int, int]:
        """Requests so far by the status they were answered with."""
        found: dict[int, int] = {}
        for request in list(self.requests):
            found[request.status] = found.get(request.status, 0) + 1
        return found

    def _changed(self) -> None:
        self._body = None
        self._modified_at = max(datetime.now(UTC), self._modified_at)

    def answer(self, headers: Mapping[str, str]) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body for one request."""
        if self._status is not None:
            return self._status, dict(self.headers), b""
        with self._lock:
            if self._body is None:
                self._body = document(
                    self.format,
                    title=self.title,
                    url=self.url,
                    language=self.language,
                    items=self._items[: self.max_items],
                    ttl_minutes=self.ttl_minutes,
                )
                self._etag = f'"{hashlib.blake2b(self._body, digest_size=8).hexdigest()}"'
            body, etag = self._body, self._etag
            modified = format_datetime(self._modified_at.replace(microsecond=0), usegmt=True)
        answer = {"ETag": etag, "Last-Modified": modified, **self.headers}
        asked = headers.get("if-none-match")
        if asked == etag or (asked is None and headers.get("if-modified-since") == modified):
            return 304, answer, b""
        answer["Content-Type"] = CONTENT_TYPES[self.format]
        if "gzip" in headers.get("accept-encoding", "") and len(body) > 1024:
            answer["Content-Encoding"] = "gzip"
            body = gzip.compress(body, 1)
        return 200, answer, body


class FeedServer:
    """Serves feeds until it is closed; a context manager."""

    def __init__(self) -> None:
        self.requests_count = 0
        self._feeds: dict[tuple[int, str], ServedFeed] = {}
        self._servers: list[asyncio.Server] = []
        self._connections: set[asyncio.Task[None]] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="feedserver", daemon=True)
        self._thread.start()
        self._shared_port = self._call(self._listen(0))

    def feed(
        self,
        name: str,
        *,
        title: str = "",
        feed_format: FeedFormat = FeedFormat.RSS,
        language: str = "en",
        own_port: bool = True,
        port: int = 0,
        ttl_minutes: int | None = None,
        max_items: int = 100,
    ) -> ServedFeed:
        """Add a feed.

        Args:
            name: makes its path.
            title: of the feed; the name when "".
            feed_format: of the document.
            language: two-letter code.
            own_port: a port of its own, as every outlet has its own host; else a path of the shared port.
            port: that port; 0 = any free one.
            ttl_minutes: announced in RSS; None = nothing.
            max_items: shown at once, newest first.
        """
        at_port = self._call(self._listen(port)) if own_port or port else self._shared_port
        path = f"/{name}.{'json' if feed_format is FeedFormat.JSON else 'xml'}"
        served = ServedFeed(
            title=title or name,
            url=f"http://{LOOPBACK}:{at_port}{path}",
            format=feed_format,
            language=language,
            ttl_minutes=ttl_minutes,
            max_items=max_items,
        )
        self._feeds[at_port, path] = served
        return served

    @property
    def feeds(self) -> tuple[ServedFeed, ...]:
        """All feeds, in the order they were added."""
        return tuple(self._feeds.values())

    def close(self) -> None:
        """Stop listening and end the thread. Idempotent."""
        if self._loop.is_closed():
            return
        self._call(self._shut_down())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(START_S)
        self._loop.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _call(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(START_S)

    async def _listen(self, port: int) -> int:
        server = await asyncio.start_server(self._accept, LOOPBACK, port, backlog=256)
        self._servers.append(server)
        return int(server.sockets[0].getsockname()[1])

    async def _shut_down(self) -> None:
        for server in self._servers:
            server.close()
        for connection in list(self._connections):
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _accept(self, reader: StreamReader, writer: StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        try:
            while await self._serve_one(reader, writer):
                pass
        except (
            ConnectionError,
            asyncio.IncompleteReadError,
            asyncio.LimitOverrunError,
            asyncio.CancelledError,
        ):
            pass  # the client went away, or we are closing
        finally:
            self._connections.discard(task)
            writer.close()

    async def _serve_one(self, reader: StreamReader, writer: StreamWriter) -> bool:
        """Answer one request; True when the connection stays open for another."""
        lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        path = lines[0].split(" ")[1]
        headers = {
            name.strip().lower(): value.strip()
            for name, _, value in (line.partition(":") for line in lines[1:] if line)
        }
        port = writer.get_extra_info("sockname")[1]
        served = self._feeds.get((port, path.partition("?")[0]))
        status, answer, body = served.answer(headers) if served else (404, {}, b"")
        self.requests_count += 1
        if served is not None:
            served.requests.append(Request(path=path, headers=headers, status=status, at=datetime.now(UTC)))
        keep = headers.get("connection", "").lower() != "close"
        answer |= {"Date": format_datetime(datetime.now(UTC), usegmt=True)}
        answer |= {"Connection": "keep-alive" if keep else "close"}
        if status != HTTPStatus.NOT_MODIFIED:
            answer["Content-Length"] = str(len(body))
        head = f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n" + "".join(
            f"{k}: {v}\r\n" for k, v in answer.items()
        )
        writer.write(head.encode("latin-1") + b"\r\n" + body)
        await writer.drain()
        return keep
