"""Ways to Telegram: a proxy for it alone, a Bot API server of one's own."""

from __future__ import annotations

import http.client
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from tests.bot.room import Room
from watcher.core.model import Message, Target
from watcher.demo.botapi import BotApi
from watcher.errors import SendError, SendFault
from watcher.sinks.telegram import TelegramSink

if TYPE_CHECKING:
    from collections.abc import Iterator

    from watcher.store.sqlite import SqliteStore

TARGET = Target(id="desk", sink="telegram", chat_id="42")
HELLO = Message(html="<b>hello</b>", plain="hello")


class Forwarding(BaseHTTPRequestHandler):
    """One request of a plain HTTP proxy: absolute address in, answer out."""

    protocol_version = "HTTP/1.1"
    server: Proxy

    def log_message(self, format: str, *args: Any) -> None:
        """Silence."""

    def do_POST(self) -> None:
        parts = urlsplit(self.path)
        self.server.asked.append(parts.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        there = http.client.HTTPConnection(parts.hostname or "", parts.port or 80, timeout=30)
        there.request("POST", parts.path, body, {"Content-Type": self.headers["Content-Type"] or ""})
        answer = there.getresponse()
        data = answer.read()
        there.close()
        self.send_response(answer.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


class Proxy(ThreadingHTTPServer):
    """A proxy on loopback that notes what went through it."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Forwarding)
        self.asked: list[str] = []
        self.url = f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no news."""


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    """A running proxy."""
    with Proxy() as made:
        thread = threading.Thread(target=made.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield made
        made.shutdown()
        thread.join()


async def test_messages_go_through_the_configured_proxy(proxy: Proxy) -> None:
    """Every call does, also to a server of one's own; a proxy that is away is surely unsent."""
    with BotApi() as api:
        sink = TelegramSink(api.token, base_url=api.url, proxy=proxy.url)
        await sink.send(TARGET, HELLO)
        await sink.edit(TARGET, "1", Message(html="<b>more</b>", plain="more"))
        await sink.aclose()
        assert [path.rpartition("/")[2] for path in proxy.asked] == ["sendMessage", "editMessageText"]
        assert [message.text for message in api.sent] == ["more"]
        lost = TelegramSink(api.token, base_url=api.url, proxy="http://127.0.0.1:9")
        with pytest.raises(SendError) as caught:
            await lost.send(TARGET, HELLO)
        assert caught.value.fault is SendFault.UNSENT
        await lost.aclose()


async def test_the_listener_uses_the_proxy_too(proxy: Proxy, store: SqliteStore) -> None:
    """Updates, answers to presses and menus; nothing of it goes past the proxy."""
    room = Room(store, proxy=proxy.url)
    await room.open()
    assert await room.press("why") == "AES 80: Mali"
    through = {path.rpartition("/")[2] for path in proxy.asked}
    assert {"getUpdates", "answerCallbackQuery", "setMyCommands", "deleteWebhook", "getMe"} <= through
    await room.close()


async def test_the_environments_proxy_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the configured one: an alert may not leave by a way nobody chose for it."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with BotApi() as api:
        sink = TelegramSink(api.token, base_url=f"{api.url}/bot")
        await sink.send(TARGET, HELLO)
        await sink.aclose()
        assert len(api.sent) == 1
