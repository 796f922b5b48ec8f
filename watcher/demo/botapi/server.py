"""The stand-in's HTTP side: one loopback server, its faults, its control door.

Calls arrive at /bot<token>/<method> as forms or JSON, as from any Bot API client. Other processes
steer it over /control/<what> (JSON): `fault`, `chaos`, `clear`, `refuse`, `say`, `press`, `state`.
"""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from dataclasses import asdict, dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from watcher.demo.botapi.chats import Chat, Desk, Params, Refusal, Sent, bad_request, parsed_params
from watcher.demo.botapi.faults import Fault, FaultQueue
from watcher.demo.botapi.limits import FloodLimits

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Self

DEMO_TOKEN = "123456789:" + "demo" * 8 + "abc"  # no real one; the shape real tokens have

_REFUSALS = {
    "blocked": Refusal(403, "Forbidden: bot was blocked by the user"),
    "deactivated": Refusal(403, "Forbidden: user is deactivated"),
    "kicked": Refusal(403, "Forbidden: bot was kicked from the supergroup chat"),
    "no_rights": bad_request("not enough rights to send text messages to the chat"),
    "not_found": bad_request("chat not found"),
    "no_thread": bad_request("message thread not found"),
    "cannot_parse": bad_request('can\'t parse entities: Unsupported start tag "x" at byte offset 0'),
    "unauthorized": Refusal(401, "Unauthorized"),
    "no_method": Refusal(404, "Not Found"),
    "conflict": Refusal(
        409,
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    ),
    "error_500": Refusal(500, "Internal Server Error"),
}
_PAGES = {"error_502": (502, "Bad Gateway"), "error_504": (504, "Gateway Timeout")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call that arrived."""

    method: str
    params: Params
    at: float
    status: int  # 0 = no answer was given
    fault: str = ""


class BotApi:
    """A Bot API stand-in on a loopback port; use it as a context manager.

    Args:
        token: the only one it accepts.
        port: 0 = any free one.
        limits: answer 429 to those who send faster than the service allows.
        latency_s: added to every call.
        monotonic: its clock (a scaled one makes limits run faster).
    """

    def __init__(
        self,
        *,
        token: str = DEMO_TOKEN,
        port: int = 0,
        limits: bool = False,
        latency_s: float = 0.0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.token = token
        self.latency_s = latency_s
        self.monotonic = monotonic
        self.desk = Desk(monotonic, FloodLimits(monotonic) if limits else None)
        self.faults = FaultQueue()
        self.calls: list[Call] = []
        self._polling = threading.Lock()
        self._server = self._listen(port)
        self.port = self._server.server_address[1]

    @property
    def url(self) -> str:
        """Root of the server."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def base_url(self) -> str:
        """What python-telegram-bot takes as base_url."""
        return f"{self.url}/bot"

    @property
    def sent(self) -> list[Sent]:
        """Accepted messages as they stand now, oldest first."""
        with self.desk.changed:
            return list(self.desk.sent)

    def fail(self, action: str, **order: Any) -> None:
        """Order a fault; see Fault."""
        self.faults.add(Fault(action=action, **order))

    def add_chat(self, chat_id: str, kind: str = "private", threads: tuple[int, ...] = ()) -> None:
        """Make a chat known."""
        with self.desk.changed:
            self.desk.chats[chat_id] = Chat(id=chat_id, type=kind, threads=threads)

    def delete_message(self, message_id: int) -> None:
        """A person deletes a message."""
        self.desk.delete(message_id)

    def refuse(self) -> None:
        """Close the door: connections are refused until `accept`."""
        self._server.close()

    def accept(self) -> None:
        """Open the door again, at the same port."""
        self._server = self._listen(self.port)

    def wait_for(self, condition: Callable[[BotApi], bool], timeout_s: float = 10.0) -> bool:
        """Block until the condition holds or the time is up; True when it holds."""
        with self.desk.changed:
            return self.desk.changed.wait_for(lambda: condition(self), timeout_s)

    def close(self) -> None:
        """Stop serving. Idempotent."""
        self._server.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _listen(self, port: int) -> _Server:
        server = _Server(("127.0.0.1", port), _Exchange)
        server.api = self
        threading.Thread(target=server.serve_forever, args=(0.05,), name="botapi", daemon=True).start()
        return server

    def answer(self, method: str, params: Params) -> Any:
        """Carry out one call.

        Raises:
            Refusal: an error answer.
        """
        desk = self.desk
        match method:
            case "getMe":
                return {
                    "id": 1,
                    "is_bot": True,
                    "first_name": "Watcher",
                    "username": "watcher_demo_bot",
                } | dict.fromkeys(
                    ("can_join_groups", "can_read_all_group_messages", "supports_inline_queries"), False
                )
            case "sendMessage":
                return desk.send(params)
            case "editMessageText":
                return desk.edit(params)
            case "answerCallbackQuery":
                return desk.answer_callback(params)
            case "getChat":
                return desk.describe_chat(params)
            case "setMyCommands":
                desk.commands[str(params.get("language_code", ""))] = params.get("commands", [])
                return True
            case "deleteWebhook" | "sendChatAction":
                return True
            case "getUpdates":
                if not self._polling.acquire(blocking=False):
                    raise _REFUSALS["conflict"]
                try:
                    return desk.pending_updates(params)
                finally:
                    self._polling.release()
        raise Refusal(404, "Not Found")

    def control(self, what: str, order: Params) -> Any:
        """Carry out one order of another process."""
        match what:
            case "fault":
                self.faults.add(Fault(**order))
            case "chaos":
                faults = tuple(Fault(**fault, count=None) for fault in order["faults"])
                self.faults.chaos(float(order["probability"]), faults, int(order.get("seed", 0)))
            case "clear":
                self.faults.clear()
            case "refuse":
                threading.Thread(
                    target=self._refuse_for, args=(float(order["seconds"]),), daemon=True
                ).start()
            case "say":
                self.desk.say(str(order.pop("chat_id")), str(order.pop("text")), **order)
            case "press":
                return self.desk.press(int(order["message_id"]), order["data"], user_id=int(order["user_id"]))
            case "state":
                return {"sent": [asdict(message) for message in self.sent], "calls": len(self.calls)}
            case _:
                raise Refusal(404, f"no such order: {what}")
        return True

    def _refuse_for(self, seconds: float) -> None:
        self.refuse()
        time.sleep(seconds)
        self.accept()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64
    api: BotApi

    def __init__(self, *args: Any) -> None:
        self._open: set[socket.socket] = set()
        super().__init__(*args)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no news."""

    def close(self) -> None:
        self.shutdown()
        self.server_close()
        for connection in list(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class _Exchange(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def log_message(self, format: str, *args: Any) -> None:
        """Silence: calls are recorded, not printed."""

    def do_GET(self) -> None:
        self.do_POST()

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        api = self.server.api
        path = self.path.partition("?")[0].strip("/")
        if path.startswith("control/"):
            try:
                self._json(200, {"ok": True, "result": api.control(path[8:], json.loads(body or b"{}"))})
            except (Refusal, ValueError, TypeError, KeyError) as error:
                self._json(400, {"ok": False, "description": str(error)})
            return
        token, _, method = path.removeprefix("bot").rpartition("/")
        if "json" in (self.headers.get("Content-Type") or ""):
            params: Params = json.loads(body or b"{}")
        else:
            params = parsed_params(dict(parse_qsl(body.decode(), keep_blank_values=True)))
        if token != api.token:
            malformed = ":" not in token
            self._refusal(
                method, params, Refusal(404, "Not Found") if malformed else Refusal(401, "Unauthorized")
            )
            return
        self._carry_out(method, params)

    def _carry_out(self, method: str, params: Params) -> None:
        api = self.server.api
        fault = api.faults.take(method, str(params.get("chat_id", "")))
        action = fault.action if fault else ""
        if api.latency_s and method != "getUpdates":
            time.sleep(api.latency_s)
        if fault and action == "slow":
            time.sleep(fault.seconds)
        if fault and action == "too_many":
            wait = int(fault.seconds)
            self._refusal(
                method,
                params,
                Refusal(429, f"Too Many Requests: retry after {wait}", retry_after=wait),
                action,
            )
            return
        if fault and action == "migrate":
            api.desk.migrate(str(params.get("chat_id", "")), fault.value)
        if action in _REFUSALS:
            self._refusal(method, params, _REFUSALS[action], action)
            return
        if action in _PAGES:
            code, phrase = _PAGES[action]
            self._note(method, params, code, action)
            page = f"<html><head><title>{code} {phrase}</title></head><body>{phrase}</body></html>"
            self._send(code, page.encode(), "text/html")
            return
        if action == "hung_up":
            self._note(method, params, 0, action)
            self._hang_up()
            return
        try:
            result = api.answer(method, params)
        except Refusal as refusal:
            self._refusal(method, params, refusal, action)
            return
        if fault and action.startswith("accepted_"):
            self._note(method, params, 0, action)
            self._accepted(fault)
            return
        self._note(method, params, 200, action)
        self._json(200, {"ok": True, "result": result})

    def _accepted(self, fault: Fault) -> None:
        match fault.action:
            case "accepted_broken":
                self._send(200, b'{"ok": true, "result": {"message_id', "application/json")
                return
            case "accepted_silent":
                time.sleep(fault.seconds)
            case "accepted_reset":
                linger = b"\x01\x00\x00\x00\x00\x00\x00\x00"  # on, 0 s: closing sends a reset
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self._hang_up()

    def _hang_up(self) -> None:
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def _refusal(self, method: str, params: Params, refusal: Refusal, fault: str = "") -> None:
        self._note(method, params, refusal.code, fault)
        answer: Params = {"ok": False, "error_code": refusal.code, "description": refusal.description}
        if refusal.parameters:
            answer["parameters"] = refusal.parameters
        self._json(refusal.code, answer)

    def _note(self, method: str, params: Params, status: int, fault: str) -> None:
        api = self.server.api
        with api.desk.changed:
            api.calls.append(
                Call(method=method, params=params, at=api.monotonic(), status=status, fault=fault)
            )
            api.desk.changed.notify_all()

    def _json(self, code: int, answer: Params) -> None:
        self._send(code, json.dumps(answer).encode(), "application/json")

    def _send(self, code: int, body: bytes, content_type: str) -> None:
        self.send_response(code)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
