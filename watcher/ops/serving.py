"""/metrics and /healthz on an opt-in port: a small HTTP server on the watcher's own loop.

On the loop on purpose: an answer proves that the loop turns. Two GET paths, one answer a connection, nothing read
from the client but its request line and headers, and little of those.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from watcher.errors import ConfigError
from watcher.ops.health import Condition

if TYPE_CHECKING:
    from asyncio import StreamReader, StreamWriter
    from collections.abc import Awaitable, Callable

    from watcher.ops.health import Health

REQUEST_BYTES = 8192  # a scraper's request has a few hundred
PATIENCE_S = 5.0  # for a request to arrive and for an answer to be taken
CONNECTIONS = 16  # at once; more are closed unread

JSON = "application/json; charset=utf-8"
TEXT = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One answer."""

    status: HTTPStatus
    body: bytes
    content_type: str = TEXT


class OpsServer:
    """Serves both paths.

    Args:
        health: asks how the watcher is.
        metrics: draws the exposition; returns it with its content type.
    """

    def __init__(
        self,
        *,
        health: Callable[[], Awaitable[Health]],
        metrics: Callable[[], Awaitable[tuple[bytes, str]]],
    ) -> None:
        self._health, self._metrics = health, metrics
        self._server: asyncio.Server | None = None
        self._running: set[asyncio.Task[None]] = set()

    async def start(self, host: str, port: int) -> int:
        """Listen.

        Returns:
            The port: the given one, or a free one for 0.

        Raises:
            ConfigError: the address cannot be listened on.
        """
        try:
            self._server = await asyncio.start_server(self._accept, host, port, limit=REQUEST_BYTES)
        except OSError as error:
            reason = error.strerror or str(error)
            raise ConfigError(
                [f"watcher.yaml: metrics: cannot listen on {host} port {port}: {reason}; choose another port"]
            ) from error
        return int(self._server.sockets[0].getsockname()[1])

    async def aclose(self) -> None:
        """Stop listening and drop who is connected. Idempotent."""
        if self._server is None:
            return
        self._server.close()
        for task in list(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        await self._server.wait_closed()
        self._server = None

    def _accept(self, reader: StreamReader, writer: StreamWriter) -> None:
        if len(self._running) >= CONNECTIONS:
            writer.close()
            return
        task = asyncio.create_task(self._converse(reader, writer), name="ops request")
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _converse(self, reader: StreamReader, writer: StreamWriter) -> None:
        """One request, one answer; a client that breaks off or dawdles is no event."""
        try:
            with contextlib.suppress(OSError, TimeoutError, asyncio.IncompleteReadError):
                async with asyncio.timeout(PATIENCE_S):
                    try:
                        head = await reader.readuntil(b"\r\n\r\n")
                    except asyncio.LimitOverrunError:
                        head = b""
                page, with_body = await self._answer(head)
                writer.write(_framed(page, with_body=with_body))
                async with asyncio.timeout(PATIENCE_S):
                    await writer.drain()
        finally:
            writer.close()
            with contextlib.suppress(OSError, TimeoutError):
                async with asyncio.timeout(PATIENCE_S):
                    await writer.wait_closed()

    async def _answer(self, head: bytes) -> tuple[Page, bool]:
        words = head.partition(b"\r\n")[0].decode("latin-1").split(" ")
        if len(words) != 3 or not words[2].startswith("HTTP/1."):
            return Page(status=HTTPStatus.BAD_REQUEST, body=b"not an HTTP request\n"), True
        method, path = words[0], words[1].partition("?")[0]
        if method not in ("GET", "HEAD"):
            return Page(status=HTTPStatus.METHOD_NOT_ALLOWED, body=b"only GET\n"), True
        return await self._page(path), method == "GET"

    async def _page(self, path: str) -> Page:
        match path:
            case "/healthz":
                health = await self._health()
                unwell = health.condition is Condition.UNWELL
                said = {"condition": health.condition.value, "reasons": list(health.reasons)}
                return Page(
                    status=HTTPStatus.SERVICE_UNAVAILABLE if unwell else HTTPStatus.OK,
                    body=json.dumps(said, ensure_ascii=False).encode() + b"\n",
                    content_type=JSON,
                )
            case "/metrics":
                body, content_type = await self._metrics()
                return Page(status=HTTPStatus.OK, body=body, content_type=content_type)
            case _:
                return Page(status=HTTPStatus.NOT_FOUND, body=b"/metrics and /healthz are here\n")


def _framed(page: Page, *, with_body: bool) -> bytes:
    head = (
        f"HTTP/1.1 {page.status.value} {page.status.phrase}\r\n"
        f"Content-Type: {page.content_type}\r\n"
        f"Content-Length: {len(page.body)}\r\n"
        "Cache-Control: no-store\r\n"
        "X-Content-Type-Options: nosniff\r\n"
        "Connection: close\r\n\r\n"
    )
    return head.encode("latin-1") + (page.body if with_body else b"")
