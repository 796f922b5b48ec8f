"""A raw HTTP server on loopback that answers exactly what a test says, well-formed or not."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator


@dataclass
class Asked:
    """One request as its bytes were."""

    line: str
    headers: dict[str, bytes]
    at: float  # loop time


Script = Callable[[Asked, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class RawServer:
    """`script` answers every request; the connection is closed after it."""

    script: Script
    port: int = 0
    asked: list[Asked] = field(default_factory=list)
    open_count: int = 0
    most_open_count: int = 0
    scheme: str = "http"

    @property
    def host_port(self) -> str:
        return f"127.0.0.1:{self.port}"

    def url(self, path: str = "/feed") -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}{path}"

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open_count += 1
        self.most_open_count = max(self.most_open_count, self.open_count)
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            first, *lines = head[:-4].split(b"\r\n")
            headers = {k.decode().lower(): v.strip() for k, _, v in (line.partition(b":") for line in lines)}
            asked = Asked(line=first.decode(), headers=headers, at=asyncio.get_running_loop().time())
            self.asked.append(asked)
            await self.script(asked, writer)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self.open_count -= 1
            writer.close()


@asynccontextmanager
async def raw_server(script: Script, *, tls: ssl.SSLContext | None = None) -> AsyncIterator[RawServer]:
    """Serve until the block ends; scripts still running then are cancelled."""
    raw = RawServer(script=script, scheme="https" if tls else "http")
    tasks: set[asyncio.Task[None]] = set()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        await raw.accept(reader, writer)
        tasks.discard(task)

    server = await asyncio.start_server(accept, "127.0.0.1", 0, ssl=tls)
    raw.port = server.sockets[0].getsockname()[1]
    try:
        yield raw
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def reply(status: str = "200 OK", body: bytes = b"", **headers: str | bytes) -> bytes:
    """A well-formed answer; header names as keyword arguments, `_` for `-`."""
    lines = [f"HTTP/1.1 {status}".encode()]
    if (
        "content_length" not in headers
        and "transfer_encoding" not in headers
        and not status.startswith("304")
    ):
        headers["content_length"] = str(len(body))
    for name, value in headers.items():
        raw = value if isinstance(value, bytes) else value.encode("latin-1")
        lines.append(name.replace("_", "-").encode() + b": " + raw)
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def always(answer: bytes) -> Script:
    """The same bytes to every request."""

    async def script(_: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)

    return script


def by_path(answers: dict[str, bytes]) -> Script:
    """Bytes by path."""

    async def script(asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(answers[asked.line.split(" ")[1]])

    return script
