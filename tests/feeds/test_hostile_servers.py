"""Servers that hang, lie, flood and break: each ends within its deadline as one error (F1, F2)."""

from __future__ import annotations

import asyncio
import gzip
import resource
import ssl
import subprocess
import zlib
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.feeds.conftest import LoopClock
from tests.feeds.loopback import Asked, always, by_path, raw_server, reply
from watcher.core.model import Fetched, FetchRequest
from watcher.errors import AddressRefused, FetchError
from watcher.feeds.fetching import hosts
from watcher.feeds.fetching.decoding import BodyReader
from watcher.feeds.fetching.fetcher import LARGE_AT_ONCE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from watcher.feeds.fetching import HttpFetcher

    Make = Callable[..., HttpFetcher]

MIB = 1024 * 1024


def request(url: str, **fields: object) -> FetchRequest:
    return FetchRequest(feed_id="f", url=url, **fields)  # type: ignore[arg-type]


# --- time ----------------------------------------------------------------------------------------------


async def drip_body(_: Asked, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.02)


async def drip_header(_: Asked, writer: asyncio.StreamWriter) -> None:
    for byte in b"HTTP/1.1 200 OK\r\nX-Endless: " + b"x" * 10_000:
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(0.02)


async def say_nothing(_: Asked, writer: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


async def interim_answers(_: Asked, writer: asyncio.StreamWriter) -> None:
    while True:
        writer.write(b"HTTP/1.1 103 Early Hints\r\n\r\n")
        await writer.drain()
        await asyncio.sleep(0.02)


@pytest.mark.parametrize("script", [drip_body, drip_header, say_nothing, interim_answers])
async def test_a_server_that_never_ends_is_left_at_the_deadline(fetcher: Make, script: object) -> None:
    """F1, fact 4: the deadline counts for the whole fetch, however steadily bytes drip."""
    async with raw_server(script) as server:  # type: ignore[arg-type]
        loop = asyncio.get_running_loop()
        began = loop.time()
        with pytest.raises(FetchError, match="did not answer completely"):
            await fetcher(server.host_port, total_s=0.3).fetch(request(server.url()))
        assert loop.time() - began < 2.0


async def test_the_deadline_counts_over_all_hops(fetcher: Make) -> None:
    """F1: redirects do not buy time."""

    async def script(asked: Asked, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.15)
        writer.write(reply("302 Found", location=asked.line.split(" ")[1] + "x"))

    async with raw_server(script) as server:
        with pytest.raises(FetchError, match="did not answer completely"):
            await fetcher(server.host_port, total_s=0.35).fetch(request(server.url()))
    assert len(server.asked) <= 3


async def test_a_port_that_does_not_answer_is_an_error(fetcher: Make) -> None:
    """F1: refused at once, not permanent."""
    async with raw_server(always(b"")) as server:
        gone = server.host_port
    with pytest.raises(FetchError, match="no connection") as caught:
        await fetcher(gone).fetch(request(f"http://{gone}/"))
    assert not caught.value.permanent
    assert caught.value.status is None


async def test_slow_hosts_leave_places_for_good_ones() -> None:
    """W2: hosts that were slow last time never take the last places, so others are not kept waiting."""

    class Clock(LoopClock):
        at = 0.0

        def monotonic(self) -> float:
            return self.at

    clock = Clock()
    bounds = hosts.HostBounds(clock, connections=8, host_connections=1, host_gap_s=0)
    for n in range(20):
        async with bounds.turn(f"slow{n}"):
            clock.at += hosts.SLOW_AFTER_S + 1
    release = asyncio.Event()
    holding = 0

    async def hang(origin: str) -> None:
        nonlocal holding
        async with bounds.turn(origin):
            holding += 1
            await release.wait()

    hanging = [asyncio.create_task(hang(f"slow{n}")) for n in range(20)]
    async with asyncio.timeout(2):
        while holding < 6:
            await asyncio.sleep(0)
        for n in range(10):
            async with bounds.turn(f"good{n}"):
                pass
    assert holding == 6
    release.set()
    await asyncio.gather(*hanging)
    assert holding == 20


# --- size and encoding ---------------------------------------------------------------------------------


async def endless_body(_: Asked, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        writer.write(b"x" * 65536)
        await writer.drain()


async def endless_header(_: Asked, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"X-More: " + b"x" * 8000 + b"\r\n")
        await writer.drain()


@pytest.mark.parametrize(
    ("script", "words"), [(endless_body, "larger than 10 MiB"), (endless_header, "broke the protocol")]
)
async def test_endless_answers_end_at_the_limit(fetcher: Make, script: object, words: str) -> None:
    """F2: ten mebibytes and no more; headers far less."""
    async with raw_server(script) as server:  # type: ignore[arg-type]
        with pytest.raises(FetchError, match=words):
            await fetcher(server.host_port).fetch(request(server.url()))


async def test_the_limit_can_be_lowered_by_configuration_and_by_request(fetcher: Make) -> None:
    """F2: the smaller of the two holds."""
    async with raw_server(always(reply(body=bytes(2000)))) as server:
        for made, most in (
            (fetcher(server.host_port, max_body_bytes=1000), 5000),
            (fetcher(server.host_port), 1000),
        ):
            with pytest.raises(FetchError, match="larger than"):
                await made.fetch(request(server.url(), max_bytes=most))
        assert isinstance(
            await fetcher(server.host_port).fetch(request(server.url(), max_bytes=2000)), Fetched
        )


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
async def test_a_bomb_ends_at_the_limit_and_memory_stays_low(fetcher: Make, encoding: str) -> None:
    """F2, fact 4: the limit counts what was unpacked; at most 60 MiB more memory under any body."""
    packer = zlib.compressobj(1, zlib.DEFLATED, 31 if encoding == "gzip" else 15)
    bomb = b"".join(packer.compress(bytes(MIB)) for _ in range(150)) + packer.flush()
    assert len(bomb) < MIB
    async with raw_server(always(reply(body=bomb, content_encoding=encoding))) as server:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        with pytest.raises(FetchError, match="larger than 10 MiB"):
            await fetcher(server.host_port).fetch(request(server.url()))
        after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert (after - before) / 1024 <= 60


async def test_large_bodies_are_read_a_few_at_a_time(fetcher: Make) -> None:
    """F2: twenty hosts with ten mebibytes each do not make two hundred at once."""
    release = asyncio.Event()
    begun = 0

    async def script(asked: Asked, writer: asyncio.StreamWriter) -> None:
        nonlocal begun
        size = 2 * MIB if asked.headers["host"].startswith(b"large") else 10
        writer.write(f"HTTP/1.1 200 OK\r\nContent-Length: {size}\r\n\r\n".encode())
        writer.write(bytes(size - 1))
        await writer.drain()
        begun += 1
        if size > MIB:
            await release.wait()
        writer.write(b"x")

    async def resolver(host: str, port: int) -> list[str]:
        return ["127.0.0.1"]

    async with raw_server(script) as server:
        large = [f"large{n}.example:{server.port}" for n in range(8)]
        small = f"small.example:{server.port}"
        made = fetcher(*large, small, resolver=resolver)
        reading = [asyncio.create_task(made.fetch(request(f"http://{host}/"))) for host in large]
        async with asyncio.timeout(10):
            while begun < LARGE_AT_ONCE:
                await asyncio.sleep(0.01)
            assert isinstance(await made.fetch(request(f"http://{small}/")), Fetched)
        release.set()
        assert all(isinstance(got, Fetched) for got in await asyncio.gather(*reading))


TEXT = b"<rss>" + b"news " * 5000 + b"</rss>"
PACKED = gzip.compress(TEXT)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (reply(body=PACKED[:-20], content_encoding="gzip"), "cut off"),
        (reply(body=b"", content_encoding="gzip"), "cut off"),
        (reply(body=PACKED[:-8] + bytes(8), content_encoding="gzip"), "broken"),
        (reply(body=TEXT, content_encoding="gzip"), "not"),
        (reply(body=PACKED + b"trailing rubbish", content_encoding="gzip"), "not"),
        (reply(body=TEXT, content_encoding="br"), "not understood"),
        (reply(body=TEXT, content_encoding="zstd"), "not understood"),
        (reply(body=PACKED, content_encoding="gzip, gzip"), "not understood"),
        (reply(body=TEXT, content_length=str(len(TEXT) + 10)), "broke the protocol"),
        (reply(body=TEXT, content_length=str(len(TEXT) - 10)), "sent more"),
        (reply(body=TEXT, content_length="a few"), "broke the protocol"),
        (reply(body=b"5\r\nhello\r\nZZ\r\n", transfer_encoding="chunked"), "broke the protocol"),
        (reply(body=b"ff\r\nhello", transfer_encoding="chunked"), "broke the protocol"),
        (b"HTTP/1.1 200 OK\r\nContent-Le", "broke the protocol"),
        (b"220 mail.example ESMTP\r\n\r\n", "broke the protocol"),
        (b"", "broke the protocol"),
    ],
)
async def test_broken_bodies_are_errors(fetcher: Make, answer: bytes, words: str) -> None:
    """F2: truncated, lying or broken bodies never become a feed and never bring validators."""
    async with raw_server(always(answer)) as server:
        with pytest.raises(FetchError, match=words) as caught:
            await fetcher(server.host_port).fetch(request(server.url()))
    assert not caught.value.permanent


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (TEXT, "identity"),
        (PACKED, "gzip"),
        (PACKED, "x-gzip"),
        (PACKED, "GZIP"),
        (PACKED + bytes(512), "gzip"),
        (gzip.compress(TEXT[:100]) + gzip.compress(TEXT[100:]), "gzip"),
        (zlib.compress(TEXT), "deflate"),
        (zlib.compress(TEXT)[2:-4], "deflate"),
        (PACKED, ""),
    ],
    ids=["identity", "gzip", "x-gzip", "case", "padding", "members", "zlib", "raw", "a .gz file as it lies"],
)
async def test_bodies_are_unpacked(fetcher: Make, body: bytes, encoding: str) -> None:
    """F2: gzip and deflate in the forms servers really send."""
    async with raw_server(always(reply(body=body, content_encoding=encoding))) as server:
        got = await fetcher(server.host_port).fetch(request(server.url()))
    assert isinstance(got, Fetched)
    assert got.body == TEXT


@given(st.binary(max_size=3000), st.data())
def test_unpacking_does_not_depend_on_how_the_bytes_arrive(text: bytes, data: st.DataObject) -> None:
    """Any split of any packed body gives the same bytes."""
    packed, encoding = data.draw(
        st.sampled_from(
            [(gzip.compress(text), "gzip"), (zlib.compress(text), "deflate"), (gzip.compress(text), "x-gzip")]
        )
    )
    reader = BodyReader(encoding, 10_000)
    while packed:
        size = data.draw(st.integers(1, 700))
        reader.add(packed[:size])
        packed = packed[size:]
    assert reader.finish() == text


@given(st.binary(max_size=500), st.sampled_from(["gzip", "deflate", ""]))
def test_rubbish_never_raises_anything_but_a_fetch_error(rubbish: bytes, encoding: str) -> None:
    """Whatever a server sends, the poll sees one kind of error."""
    reader = BodyReader(encoding, 10_000)
    try:
        reader.add(rubbish)
        reader.finish()
    except FetchError as error:
        assert str(error)  # noqa: PT017 - either outcome is right


@pytest.mark.parametrize(
    "status",
    [
        "204 No Content",
        "206 Partial Content",
        "300 Multiple Choices",
        "401 Unauthorized",
        "418 I'm a Teapot",
        "599 Odd",
    ],
)
async def test_other_answers_are_errors_with_their_status(fetcher: Make, status: str) -> None:
    """Only 200, 203 and 226 bring a feed."""
    async with raw_server(always(reply(status, TEXT))) as server:
        with pytest.raises(FetchError) as caught:
            await fetcher(server.host_port).fetch(request(server.url()))
    assert caught.value.status == int(status[:3])


# --- after it --------------------------------------------------------------------------------------------


async def test_the_next_fetch_works_after_every_kind_of_failure(fetcher: Make) -> None:
    """F10: nothing a server did stays behind: no place, no connection, no state."""
    answers = {
        "/ok": reply(body=TEXT),
        "/cut": reply(body=TEXT, content_length="99999999"),
        "/bad": b"rubbish\r\n\r\n",
    }
    async with raw_server(by_path(answers)) as server:
        made = fetcher(server.host_port, connections=1, total_s=5)
        for _ in range(3):
            for path in ("/cut", "/bad"):
                with pytest.raises(FetchError):
                    await made.fetch(request(server.url(path)))
            assert isinstance(await made.fetch(request(server.url("/ok"))), Fetched)


async def test_a_cancelled_fetch_gives_its_place_back(fetcher: Make) -> None:
    """X2: a stop in the middle of a fetch leaves no connection open."""
    heard = asyncio.Event()

    async def script(asked: Asked, writer: asyncio.StreamWriter) -> None:
        if asked.line.startswith("GET /hang"):
            heard.set()
            await asyncio.Event().wait()
        writer.write(reply(body=TEXT))

    async with raw_server(script) as server:
        made = fetcher(server.host_port, connections=1)
        task = asyncio.create_task(made.fetch(request(server.url("/hang"))))
        await heard.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert isinstance(await made.fetch(request(server.url("/ok"))), Fetched)


# --- https -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", "/CN=feeds.example", "-addext", "subjectAltName=DNS:feeds.example", "-keyout", folder / "key.pem",
         "-out", folder / "cert.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    return folder


def serving(folder: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context


async def loopback_resolver(host: str, port: int) -> list[str]:
    return ["127.0.0.1"]


async def test_https_keeps_the_name_and_refuses_a_way_back(fetcher: Make, certificate: Path) -> None:
    """S2, F8: the certificate is checked for the name although a number is connected to; https never
    leads to http."""
    pages = {
        "/feed": reply(body=TEXT),
        "/away": reply("301 Moved Permanently", location="http://feeds.example/feed"),
    }
    trusting = ssl.create_default_context(cafile=str(certificate / "cert.pem"))
    async with raw_server(by_path(pages), tls=serving(certificate)) as server:
        origin = f"feeds.example:{server.port}"
        made = fetcher(origin, ssl_context=trusting, resolver=loopback_resolver)
        got = await made.fetch(request(f"https://{origin}/feed"))
        assert isinstance(got, Fetched)
        assert got.body == TEXT
        with pytest.raises(AddressRefused, match="from https to http"):
            await made.fetch(request(f"https://{origin}/away"))


async def test_a_certificate_for_another_name_is_refused(fetcher: Make, certificate: Path) -> None:
    """A server that cannot prove its name brings nothing."""
    trusting = ssl.create_default_context(cafile=str(certificate / "cert.pem"))
    async with raw_server(always(reply(body=TEXT)), tls=serving(certificate)) as server:
        origin = f"other.example:{server.port}"
        with pytest.raises(FetchError, match="no connection"):
            await fetcher(origin, ssl_context=trusting, resolver=loopback_resolver).fetch(
                request(f"https://{origin}/feed")
            )
    assert not server.asked
