"""Below the transport: names to addresses, addresses judged, connections made and counted.

Names are resolved once, every address is judged, and the connection goes to the judged number: nothing
is looked up a second time, so a name cannot answer differently in between.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import httpcore

from watcher.errors import AddressRefused
from watcher.feeds.guard import Gate, literal_address

if TYPE_CHECKING:
    import ssl
    from collections.abc import Awaitable, Callable, Iterable, Sequence

    Resolver = Callable[[str, int], Awaitable[Sequence[str]]]

MAX_ATTEMPTS = 4  # addresses of one name that are tried; all of them are checked


async def resolve(host: str, port: int) -> Sequence[str]:
    """All A and AAAA records of a name as numeric addresses, in the system's order of preference.

    Runs in a daemon thread of its own: a resolver that hangs holds up neither the loop, nor other
    look-ups, nor the end of the process.

    Raises:
        OSError: the name does not resolve.
    """
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[list[Any]] = loop.create_future()

    def finish(found: list[Any] | None, error: OSError | UnicodeError | None) -> None:
        if answer.done():
            return
        if error is not None:
            answer.set_exception(error)
        else:
            answer.set_result(found or [])

    def look_up() -> None:
        found, failed = None, None
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            failed = error
        with suppress(RuntimeError):  # the loop was closed meanwhile
            loop.call_soon_threadsafe(finish, found, failed)

    threading.Thread(target=look_up, name="resolve", daemon=True).start()
    return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in await answer))


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Connects for one request and remembers the stream, so that it is closed whatever happens.

    Args:
        gate: judges each address; None when the connection goes to a proxy the user chose.
        resolver: host and port to numeric addresses.
    """

    def __init__(self, gate: Gate | None, resolver: Resolver) -> None:
        self._gate = gate
        self._resolver = resolver
        self._plain = httpcore.AnyIOBackend()
        self.stream: CountingStream | None = None

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Resolve, check every address, connect to the first that answers."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + (timeout if timeout is not None else 3600.0)
        addresses = await self._checked(host, port, deadline)
        failure: Exception = httpcore.ConnectError("the name has no address")
        tried = addresses[:MAX_ATTEMPTS]
        for left, address in zip(range(len(tried), 0, -1), tried, strict=True):
            share = (deadline - loop.time()) / left  # a dead first address leaves time for the others
            try:
                stream = await self._plain.connect_tcp(
                    address, port, max(share, 0.001), local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
                continue
            self.stream = CountingStream(stream)
            return self.stream
        raise failure

    async def _checked(self, host: str, port: int, deadline: float) -> Sequence[str]:
        literal = literal_address(host)
        if literal is not None:
            addresses: Sequence[str] = (str(literal),)
        else:
            try:
                async with asyncio.timeout_at(deadline):
                    addresses = await self._resolver(host, port)
            except TimeoutError as error:
                raise httpcore.ConnectTimeout("the name could not be resolved in time") from error
            except (OSError, UnicodeError) as error:
                raise httpcore.ConnectError(f"the name does not resolve ({error})") from error
        if self._gate is not None:
            for address in addresses:
                judged = literal_address(address)
                if judged is None:
                    raise AddressRefused(f"{host} resolves to something that is no address")
                self._gate.check_address(judged, host, port)
        return addresses

    async def aclose(self) -> None:
        """Close the connection, also one left behind half-way through its TLS handshake."""
        if self.stream is not None:
            with suppress(Exception):
                await self.stream.aclose()


class CountingStream(httpcore.AsyncNetworkStream):
    """A connection that counts the bytes which came after the answer's header.

    The HTTP library stops reading at Content-Length; only here can be seen that a server announced
    less than it sent.
    """

    def __init__(self, stream: httpcore.AsyncNetworkStream) -> None:
        self._stream = stream
        self._head = bytearray()
        self.body_bytes: int | None = None  # None = the header has not ended yet

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109
        """Read, and count."""
        data = await self._stream.read(max_bytes, timeout)
        if self.body_bytes is not None:
            self.body_bytes += len(data)
            return data
        self._head += data
        while (end := self._head.find(b"\r\n\r\n")) >= 0:
            interim = self._head[9:10] == b"1"  # "HTTP/1.1 103": a further header follows
            del self._head[: end + 4]
            if not interim:
                self.body_bytes = len(self._head)
                self._head.clear()
                break
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109
        """Write."""
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        """Close."""
        await self._stream.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> httpcore.AsyncNetworkStream:
        """Speak TLS from now on; what is counted is the plain text."""
        self._stream = await self._stream.start_tls(ssl_context, server_hostname, timeout)
        return self

    def get_extra_info(self, info: str) -> Any:
        """What the library wants to know of the socket."""
        return self._stream.get_extra_info(info)
