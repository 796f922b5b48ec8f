"""The stand-in's HTTP side: calls in, answers out, faults in between.

Calls arrive at /bot<token>/<method> as forms or JSON, as from any Bot API client. Other processes
steer it over /control/<what> (JSON): `fault`, `chaos`, `clear`, `refuse`, `say`, `press`, `state`.
"""

from __future__ import annotations

import contextlib
import json
import socket
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import parse_qsl

from watcher.demo.botapi.reading import parsed_params
from watcher.demo.botapi.records import Call, Params, Refusal, bad_request
from watcher.demo.botapi.updates import CONFLICT

if TYPE_CHECKING:
    from collections.abc import Callable

    from watcher.demo.botapi.desk import Desk
    from watcher.demo.botapi.faults import Fault, FaultQueue

REFUSALS = {
    "blocked": Refusal(403, "Forbidden: bot was blocked by the user"),
    "deactivated": Refusal(403, "Forbidden: user is deactivated"),
    "kicked": Refusal(403, "Forbidden: bot was kicked from the supergroup chat"),
    "not_started": Refusal(403, "Forbidden: bot can't initiate conversation with a user"),
    "not_member": Refusal(403, "Forbidden: bot is not a member of the channel chat"),
    "no_rights": bad_request("not enough rights to send text messages to the chat"),
    "not_found": bad_request("chat not found"),
    "no_thread": bad_request("message thread not found"),
    "topic_closed": bad_request("TOPIC_CLOSED"),
    "cannot_parse": bad_request('can\'t parse entities: Unsupported start tag "x" at byte offset 0'),
    "unauthorized": Refusal(401, "Unauthorized"),
    "no_method": Refusal(404, "Not Found"),
    "conflict": CONFLICT,
    "error_500": Refusal(500, "Internal Server Error"),
}
PAGES = {"error_502": (502, "Bad Gateway"), "error_504": (504, "Gateway Timeout")}


class Service(Protocol):
    """What calls are carried out by."""

    token: str
    monotonic: Callable[[], float]
    desk: Desk
    faults: FaultQueue
    calls: list[Call]

    @property
    def travel_s(self) -> float:
        """How long the next call travels."""
        ...

    def answer(self, method: str, params: Params) -> Any:
        """Carry out one call; raises Refusal."""
        ...

    def control(self, what: str, order: Params) -> Any:
        """Carry out one order of another process; raises Refusal."""
        ...


class Server(ThreadingHTTPServer):
    """Listens for one stand-in.

    Args:
        port: on loopback; 0 = any free one.
        api: carries the calls out.
    """

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, port: int, api: Service) -> None:
        self.api = api
        self._open: set[socket.socket] = set()
        super().__init__(("127.0.0.1", port), Exchange)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no news."""

    def close(self) -> None:
        """Close the door and every open connection."""
        self.shutdown()
        self.server_close()
        for connection in list(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class Exchange(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

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
        polls = method == "getUpdates"  # its answer travels, when there is something to tell
        if not polls:
            time.sleep(api.travel_s)
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
        if action in REFUSALS:
            self._refusal(method, params, REFUSALS[action], action)
            return
        if action in PAGES:
            code, phrase = PAGES[action]
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
        if polls and result:
            time.sleep(api.travel_s)
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
