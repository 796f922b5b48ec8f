"""/metrics and /healthz over real sockets: two paths, and no client can hold the loop up."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from watcher.errors import ConfigError
from watcher.ops import serving
from watcher.ops.health import Condition, Health
from watcher.ops.serving import OpsServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

HOST = "127.0.0.1"


class Desk:
    """A server whose health can be set."""

    def __init__(self) -> None:
        self.health = Health(condition=Condition.WELL, reasons=("process 7",))
        self.server = OpsServer(health=self._health, metrics=self._metrics)
        self.port = 0

    async def _health(self) -> Health:
        return self.health

    async def _metrics(self) -> tuple[bytes, str]:
        return b"watcher_feeds 3\n", "text/plain; version=1.0.0"

    async def ask(self, request: bytes) -> tuple[int, dict[str, str], bytes]:
        """One exchange: status, headers, body; (0, {}, b"") when nothing came back."""
        reader, writer = await asyncio.open_connection(HOST, self.port)
        writer.write(request)
        try:
            answer = await reader.read()
        except ConnectionError:
            answer = b""
        finally:
            writer.close()
        if not answer:
            return 0, {}, b""
        head, _, body = answer.partition(b"\r\n\r\n")
        status, *lines = head.decode().split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in lines)
        return int(status.split()[1]), headers, body

    async def get(self, path: str) -> tuple[int, dict[str, str], bytes]:
        return await self.ask(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())


@pytest_asyncio.fixture
async def desk() -> AsyncIterator[Desk]:
    desk = Desk()
    desk.port = await desk.server.start(HOST, 0)
    yield desk
    await desk.server.aclose()


@pytest.mark.parametrize(
    ("condition", "status"), [(Condition.WELL, 200), (Condition.DEGRADED, 200), (Condition.UNWELL, 503)]
)
async def test_healthz_says_how_it_is(desk: Desk, condition: Condition, status: int) -> None:
    """200 while the watcher works, 503 when it does not, with the reasons of `watcher health`."""
    desk.health = Health(condition=condition, reasons=("because – of this",))
    answered, headers, body = await desk.get("/healthz")
    assert (status, "no-store") == (answered, headers["cache-control"])
    assert {"condition": condition.value, "reasons": ["because – of this"]} == json.loads(body)


async def test_metrics_are_served_as_drawn(desk: Desk) -> None:
    """The body and content type of the exposition go out as they are; a query is ignored."""
    status, headers, body = await desk.get("/metrics?name[]=x")
    assert (200, b"watcher_feeds 3\n") == (status, body)
    assert "text/plain; version=1.0.0" == headers["content-type"]
    assert str(len(body)) == headers["content-length"]


@pytest.mark.parametrize(
    ("request_line", "status"),
    [
        (b"GET / HTTP/1.1", 404),
        (b"GET /metrics/../etc/passwd HTTP/1.1", 404),
        (b"POST /metrics HTTP/1.1", 405),
        (b"GET /healthz", 400),
        (b"\x16\x03\x01\x02\x00", 400),
    ],
)
async def test_anything_else_is_refused(desk: Desk, request_line: bytes, status: int) -> None:
    """Other paths, methods and protocols get a status and nothing more."""
    assert status == (await desk.ask(request_line + b"\r\n\r\n"))[0]


async def test_head_has_no_body(desk: Desk) -> None:
    """HEAD answers with the headers alone."""
    assert (200, b"") == (await desk.ask(b"HEAD /healthz HTTP/1.0\r\n\r\n"))[::2]


async def test_a_long_request_is_refused(desk: Desk) -> None:
    """Nobody makes it keep more than a few kilobytes."""
    status, _, _ = await desk.ask(b"GET /healthz HTTP/1.1\r\nX: " + b"x" * 70_000 + b"\r\n\r\n")
    assert status in (0, 400)  # the answer, or the reset that overtook it
    assert 200 == (await desk.get("/healthz"))[0]


async def test_idle_clients_are_dropped(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who says nothing is cut off, and more than a few at once are not even heard."""
    monkeypatch.setattr(serving, "PATIENCE_S", 0.2)
    idle = [await asyncio.open_connection(HOST, desk.port) for _ in range(serving.CONNECTIONS + 4)]
    async with asyncio.timeout(5):
        assert {b""} == set(await asyncio.gather(*(reader.read() for reader, _ in idle)))
    for _, writer in idle:
        writer.close()
    assert 200 == (await desk.get("/healthz"))[0]


async def test_a_taken_port_is_told_with_advice(desk: Desk) -> None:
    """Two servers on one port: the second says which setting to change."""
    with pytest.raises(ConfigError, match=f"metrics: cannot listen on {HOST} port {desk.port}"):
        await Desk().server.start(HOST, desk.port)


async def test_closing_drops_who_is_connected(desk: Desk) -> None:
    """A client that holds its connection open does not hold up the end."""
    _, writer = await asyncio.open_connection(HOST, desk.port)
    async with asyncio.timeout(5):
        await desk.server.aclose()
        await desk.server.aclose()
    writer.close()
    with pytest.raises(ConnectionError):
        await asyncio.open_connection(HOST, desk.port)
