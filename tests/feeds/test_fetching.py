"""One request as it should be: what is said, what is kept, where it goes (F4–F8, S2)."""

from __future__ import annotations

import asyncio
import base64
from typing import TYPE_CHECKING

import pytest

from tests.feeds.loopback import Asked, always, by_path, raw_server, reply
from watcher import __version__
from watcher.core.model import Fetched, FetchRequest, NotModified
from watcher.errors import AddressRefused, FetchError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.feeds.conftest import HandClock
    from watcher.feeds.fetching import HttpFetcher

    Make = Callable[..., HttpFetcher]


def request(url: str, **fields: object) -> FetchRequest:
    return FetchRequest(feed_id="f", url=url, **fields)  # type: ignore[arg-type]


# --- what is said --------------------------------------------------------------------------------------


async def test_we_say_who_we_are_and_nothing_else(fetcher: Make) -> None:
    """F7: name/version (+contact); no cookies, no referrer, no parameters of ours."""
    async with raw_server(always(reply(body=b"x", set_cookie="a=b"))) as server:
        made = fetcher(server.host_port, contact="https://desk.example/bot")
        await made.fetch(request(server.url("/feed?a=1")))
        await made.fetch(request(server.url("/feed?a=1")))
    for asked in server.asked:
        assert asked.line == "GET /feed?a=1 HTTP/1.1"
        assert (
            asked.headers["user-agent"]
            == f"coverage-watcher/{__version__} (+https://desk.example/bot)".encode()
        )
        assert asked.headers["accept-encoding"] == b"gzip, deflate"
        assert not {"cookie", "referer", "authorization"} & asked.headers.keys()


async def test_validators_are_echoed_byte_for_byte(fetcher: Make) -> None:
    """F4, fact 4: an ETag is opaque, also one that is not ASCII or has strange quotes."""
    etag, modified = b'W/"\xe9t\xe9 \xff"', b"yesterday, about noon"
    async with raw_server(always(reply(body=b"x", etag=etag, last_modified=modified))) as server:
        made = fetcher(server.host_port)
        got = await made.fetch(request(server.url()))
        assert (got.etag, got.last_modified) == (etag, modified)
        await made.fetch(request(server.url(), etag=got.etag, last_modified=got.last_modified))
    assert server.asked[1].headers["if-none-match"] == etag
    assert server.asked[1].headers["if-modified-since"] == modified
    assert server.asked[1].headers["a-im"] == b"feed"
    assert "if-none-match" not in server.asked[0].headers


async def test_validators_are_dropped_when_a_200_brings_none(fetcher: Make) -> None:
    """F4: what the last full answer did not confirm is not sent again."""
    async with raw_server(always(reply(body=b"x"))) as server:
        got = await fetcher(server.host_port).fetch(
            request(server.url(), etag=b'"old"', last_modified=b"old")
        )
    assert (got.etag, got.last_modified) == (None, None)


async def test_a_304_renews_validators_and_keeps_the_rest(fetcher: Make) -> None:
    """F4: a 304 may bring a new ETag; what it does not mention stays."""
    async with raw_server(
        always(reply("304 Not Modified", etag='"new"', cache_control="max-age=900"))
    ) as server:
        got = await fetcher(server.host_port).fetch(
            request(server.url(), etag=b'"old"', last_modified=b"then")
        )
    assert got == NotModified(url=server.url(), etag=b'"new"', last_modified=b"then", max_age_s=900.0)


async def test_an_unasked_304_is_an_error(fetcher: Make) -> None:
    """Without validators sent there is nothing a 304 could refer to."""
    async with raw_server(always(reply("304 Not Modified"))) as server:
        with pytest.raises(FetchError) as caught:
            await fetcher(server.host_port).fetch(request(server.url()))
    assert caught.value.status == 304


async def test_an_oversized_etag_is_not_kept(fetcher: Make) -> None:
    """A validator of many kilobytes is not worth its room: the next request is unconditional."""
    async with raw_server(always(reply(body=b"x", etag="e" * 5000))) as server:
        assert (await fetcher(server.host_port).fetch(request(server.url()))).etag is None


async def test_a_delta_answer_is_a_body(fetcher: Make) -> None:
    """RFC 3229: 226 brings the new entries only; that it does goes along, a 200 is the whole feed."""
    async with raw_server(always(reply("226 IM Used", b"new only", im="feed"))) as server:
        got = await fetcher(server.host_port).fetch(request(server.url(), etag=b'"a"'))
    assert isinstance(got, Fetched)
    assert (got.status, got.body, got.partial) == (226, b"new only", True)
    async with raw_server(always(reply(body=b"all"))) as server:
        got = await fetcher(server.host_port).fetch(request(server.url(), etag=b'"a"'))
    assert isinstance(got, Fetched)
    assert not got.partial


async def test_credentials_headers_and_cookies_of_the_feed_are_sent(fetcher: Make) -> None:
    """Feeds behind basic auth, a header or a cookie."""
    async with raw_server(always(reply(body=b"x"))) as server:
        await fetcher(server.host_port).fetch(
            request(
                server.url(),
                username="désk",
                password="p:w",
                headers={"Cookie": "s=1", "X-Key": "k", "Host": "evil.example"},
            )
        )
    headers = server.asked[0].headers
    assert headers["authorization"] == b"Basic " + base64.b64encode("désk:p:w".encode())
    assert (headers["cookie"], headers["x-key"]) == (b"s=1", b"k")
    assert headers["host"] == server.host_port.encode()


async def test_a_header_that_http_forbids_is_an_error_that_does_not_show_it(fetcher: Make) -> None:
    """K1: a broken secret is not repeated in the message."""
    async with raw_server(always(reply(body=b"x"))) as server:
        with pytest.raises(FetchError) as caught:
            await fetcher(server.host_port).fetch(request(server.url(), headers={"X-Key": "hush\r\nX: y"}))
    assert "hush" not in str(caught.value)
    assert not server.asked


# --- redirects -----------------------------------------------------------------------------------------


async def test_permanent_redirects_are_followed_and_reported(fetcher: Make) -> None:
    """F8: the end of a chain of only permanent redirects is told, for whoever decides to move."""
    pages = {
        "/a": reply("301 Moved Permanently", location="/b"),
        "/b": reply("308 Permanent Redirect", location="c?x=1"),
        "/c?x=1": reply(body=b"feed"),
    }
    async with raw_server(by_path(pages)) as server:
        got = await fetcher(server.host_port).fetch(request(server.url("/a"), etag=b'"e"'))
    assert isinstance(got, Fetched)
    assert got.url == got.permanent_url == server.url("/c?x=1")
    assert [asked.headers["if-none-match"] for asked in server.asked] == [b'"e"'] * 3


@pytest.mark.parametrize("status", ["302 Found", "303 See Other", "307 Temporary Redirect"])
async def test_a_temporary_hop_makes_the_chain_temporary(fetcher: Make, status: str) -> None:
    """F8: 302, 303 and 307 never move a feed."""
    pages = {
        "/a": reply("301 Moved Permanently", location="/b"),
        "/b": reply(status, location="/c"),
        "/c": reply(body=b"feed"),
    }
    async with raw_server(by_path(pages)) as server:
        got = await fetcher(server.host_port).fetch(request(server.url("/a")))
    assert got.permanent_url is None
    assert got.url == server.url("/c")


async def test_a_redirect_loop_ends(fetcher: Make) -> None:
    """F8: five hops and no more."""
    async with raw_server(always(reply("302 Found", location="/feed"))) as server:
        with pytest.raises(FetchError, match="more than 5 redirects"):
            await fetcher(server.host_port).fetch(request(server.url()))
    assert len(server.asked) == 6


async def test_a_redirect_without_target_is_an_error(fetcher: Make) -> None:
    """A 301 that leads nowhere is no answer."""
    async with raw_server(always(reply("301 Moved Permanently"))) as server:
        with pytest.raises(FetchError) as caught:
            await fetcher(server.host_port).fetch(request(server.url()))
    assert caught.value.status == 301


@pytest.mark.parametrize(
    "location",
    [
        "http://169.254.169.254/latest/",
        "http://127.0.0.1:1/",
        "http://[::1]:8080/",
        "http://2130706433:8080/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "http://user:pw@example.org/",
        "http://127。0。0。1:8080/",
        "http://[bad/",
        "/a\x01b",
    ],
)
async def test_every_hop_passes_the_gate(fetcher: Make, location: str) -> None:
    """S2: a redirect cannot lead where a configured URL could not."""
    async with raw_server(always(reply("302 Found", location=location.encode()))) as server:
        with pytest.raises(FetchError) as caught:
            await fetcher(server.host_port).fetch(request(server.url()))
    assert isinstance(caught.value, AddressRefused) or "no URL" in str(caught.value)
    assert len(server.asked) == 1


async def test_secrets_stay_with_their_host(fetcher: Make) -> None:
    """F7: neither credentials nor own headers travel to another host; validators do."""
    async with (
        raw_server(always(reply(body=b"feed"))) as other,
        raw_server(always(reply("302 Found", location=other.url()))) as server,
    ):
        made = fetcher(server.host_port, other.host_port)
        await made.fetch(
            request(server.url(), username="u", password="p", headers={"Cookie": "s=1"}, etag=b'"e"')
        )
    assert {"authorization", "cookie"} <= server.asked[0].headers.keys()
    assert not {"authorization", "cookie"} & other.asked[0].headers.keys()
    assert other.asked[0].headers["if-none-match"] == b'"e"'


# --- names and addresses -------------------------------------------------------------------------------


def answering(*addresses: str) -> Callable[[str, int], object]:
    async def resolver(host: str, port: int) -> Sequence[str]:
        resolver.asked.append(host)  # type: ignore[attr-defined]
        return addresses

    resolver.asked = []  # type: ignore[attr-defined]
    return resolver


@pytest.mark.parametrize("addresses", [["10.0.0.1"], ["93.184.216.34", "127.0.0.1"], ["64:ff9b::7f00:1"]])
async def test_a_name_with_one_private_address_is_refused(fetcher: Make, addresses: list[str]) -> None:
    """S2: all records are judged, and one bad one refuses the name; nothing is connected to."""
    with pytest.raises(AddressRefused, match=r"feeds\.example"):
        await fetcher(resolver=answering(*addresses)).fetch(request("http://feeds.example/feed"))


async def test_a_name_is_resolved_once_and_host_stays_the_name(fetcher: Make) -> None:
    """S2: the connection goes to the checked number, the Host header keeps the name."""
    resolver = answering("127.0.0.1")
    async with raw_server(always(reply(body=b"feed"))) as server:
        made = fetcher(f"feeds.example:{server.port}", resolver=resolver)
        await made.fetch(request(f"http://feeds.example:{server.port}/feed"))
    assert server.asked[0].headers["host"] == f"feeds.example:{server.port}".encode()
    assert resolver.asked == ["feeds.example"]  # type: ignore[attr-defined]


async def test_a_dead_first_address_leaves_time_for_the_next(fetcher: Make) -> None:
    """A name may have an address that does not answer; the others are tried."""
    async with raw_server(always(reply(body=b"feed"))) as server:
        made = fetcher(f"feeds.example:{server.port}", resolver=answering("::1", "127.0.0.1"))
        got = await made.fetch(request(f"http://feeds.example:{server.port}/feed"))
    assert isinstance(got, Fetched)


async def test_an_unknown_name_is_a_plain_error(fetcher: Make) -> None:
    """DNS failures can pass: not permanent."""

    async def resolver(host: str, port: int) -> Sequence[str]:
        raise OSError("no such name")

    with pytest.raises(FetchError, match="does not resolve") as caught:
        await fetcher(resolver=resolver).fetch(request("http://feeds.example/feed"))
    assert not caught.value.permanent


async def test_a_resolver_that_hangs_ends_with_the_connect_deadline(fetcher: Make) -> None:
    """F1: resolving counts as connecting."""

    async def resolver(host: str, port: int) -> Sequence[str]:
        await asyncio.Event().wait()
        return ()

    with pytest.raises(FetchError, match="in time"):
        await fetcher(resolver=resolver, connect_s=0.05).fetch(request("http://feeds.example/feed"))


async def test_environment_proxies_are_ignored(fetcher: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """S4: no proxy by accident."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    async with raw_server(always(reply(body=b"feed"))) as server:
        assert isinstance(await fetcher(server.host_port).fetch(request(server.url())), Fetched)


async def test_a_configured_proxy_is_asked_and_literal_addresses_stay_guarded(fetcher: Make) -> None:
    """S4: behind a proxy only literal addresses can be judged, and they are."""
    async with raw_server(always(reply(body=b"by proxy"))) as proxy:
        made = fetcher()
        got = await made.fetch(request("http://feeds.example/feed", proxy=proxy.url("")))
        assert isinstance(got, Fetched)
        assert proxy.asked[0].line == "GET http://feeds.example/feed HTTP/1.1"
        with pytest.raises(AddressRefused):
            await made.fetch(request("http://10.0.0.1/feed", proxy=proxy.url("")))
    assert len(proxy.asked) == 1


async def test_a_socks_proxy_is_spoken_to(fetcher: Make) -> None:
    """S4: socks5 too; the proxy gets the name and resolves it."""
    heard: list[bytes] = []

    async def socks(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(3)
        writer.write(b"\x05\x00")
        heard.append(await reader.readexactly(5 + 13 + 2))
        writer.write(b"\x05\x00\x00\x01" + bytes(6))
        heard.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(reply(body=b"by socks"))
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(socks, "127.0.0.1", 0)
    async with server:
        proxy = f"socks5://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        got = await fetcher().fetch(request("http://feeds.example/feed", proxy=proxy))
    assert isinstance(got, Fetched)
    assert got.body == b"by socks"
    assert b"feeds.example" in heard[0]
    assert heard[1].startswith(b"GET /feed HTTP/1.1")


@pytest.mark.parametrize("proxy", ["ftp://proxy.example", "nonsense", "http://127.0.0.1:1"])
async def test_a_proxy_that_cannot_be_used_is_an_error(fetcher: Make, proxy: str) -> None:
    """A wrong or dead proxy fails the poll in words; it is never gone around."""
    with pytest.raises(FetchError, match="prox"):
        await fetcher().fetch(request("http://feeds.example/feed", proxy=proxy))


# --- hints ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["429 Too Many Requests", "503 Service Unavailable"])
@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"retry_after": "120"}, 120.0),
        ({"retry_after": "Mon, 02 Mar 2026 13:00:00 GMT", "date": "Mon, 02 Mar 2026 12:30:00 GMT"}, 1800.0),
        ({"retry_after": "Mon, 02 Mar 2026 13:00:00 GMT"}, 3600.0),  # our clock stands at noon
        ({"retry_after": "Mon, 02 Mar 2020 13:00:00 GMT"}, 0.0),
        ({"retry_after": "soon"}, None),
        ({"retry_after": "-5"}, None),
        ({}, None),
    ],
)
async def test_retry_after_is_understood(
    fetcher: Make, status: str, headers: dict[str, str], expected: float | None
) -> None:
    """F6: 429 and 503, seconds or a date relative to the answer's own Date."""
    async with raw_server(always(reply(status, **headers))) as server:
        with pytest.raises(FetchError) as caught:
            await fetcher(server.host_port).fetch(request(server.url()))
    assert caught.value.retry_after_s == expected


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"cache_control": "public, max-age=600"}, 600.0),
        ({"cache_control": "max-age=600", "age": "200"}, 400.0),
        ({"cache_control": "no-cache, max-age=600"}, None),
        ({"cache_control": "s-maxage=600"}, None),
        ({"expires": "Mon, 02 Mar 2026 12:20:00 GMT", "date": "Mon, 02 Mar 2026 12:00:00 GMT"}, 1200.0),
        ({"expires": "0"}, None),
        ({"expires": "Wed, 11 Jan 1984 05:00:00 GMT"}, 0.0),
        ({}, None),
    ],
)
async def test_freshness_is_understood(
    fetcher: Make, headers: dict[str, str], expected: float | None
) -> None:
    """F5: max-age less Age, else Expires relative to Date."""
    async with raw_server(always(reply(body=b"x", **headers))) as server:
        assert (await fetcher(server.host_port).fetch(request(server.url()))).max_age_s == expected


# --- politeness ----------------------------------------------------------------------------------------


async def test_one_host_sees_one_connection_at_a_time(fetcher: Make, hand_clock: HandClock) -> None:
    """F3: at most one connection a host and a second between two requests."""
    async with raw_server(always(reply(body=b"x"))) as server:
        made = fetcher(server.host_port, host_gap_s=1.0)
        await asyncio.gather(*(made.fetch(request(server.url(f"/{n}"))) for n in range(5)))
    assert server.most_open_count == 1
    assert hand_clock.slept == pytest.approx([1.0] * 4)


async def test_all_hosts_together_share_the_places(fetcher: Make) -> None:
    """F3: so many connections in all, however many hosts wait."""
    gate = asyncio.Event()
    state = {"open": 0, "most": 0}

    async def script(_: Asked, writer: asyncio.StreamWriter) -> None:
        state["open"] += 1
        state["most"] = max(state["most"], state["open"])
        if state["open"] == 3:
            gate.set()
        await gate.wait()
        writer.write(reply(body=b"x"))
        state["open"] -= 1

    async with raw_server(script) as server:
        names = [f"host{n}.example:{server.port}" for n in range(9)]
        made = fetcher(*names, connections=3, resolver=answering("127.0.0.1"))
        await asyncio.gather(*(made.fetch(request(f"http://{name}/")) for name in names))
    assert state["most"] == 3


async def test_another_host_does_not_wait_for_a_slow_one(fetcher: Make) -> None:
    """F10: a host that hangs holds up itself only."""
    release = asyncio.Event()

    async def script(asked: Asked, writer: asyncio.StreamWriter) -> None:
        if asked.headers["host"].startswith(b"slow"):
            await release.wait()
        writer.write(reply(body=b"x"))

    async with raw_server(script) as server:
        slow, good = f"slow.example:{server.port}", f"good.example:{server.port}"
        made = fetcher(slow, good, resolver=answering("127.0.0.1"))
        hanging = asyncio.create_task(made.fetch(request(f"http://{slow}/")))
        waiting = asyncio.create_task(made.fetch(request(f"http://{slow}/second")))
        assert isinstance(await made.fetch(request(f"http://{good}/")), Fetched)
        assert not hanging.done()
        assert not waiting.done()
        release.set()
        await asyncio.gather(hanging, waiting)
