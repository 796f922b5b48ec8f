"""The stand-in as tests and other processes use it: a service on a port, its records, its faults."""

from __future__ import annotations

import random
import threading
import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from watcher.demo.botapi.desk import Desk
from watcher.demo.botapi.faults import Fault, FaultQueue
from watcher.demo.botapi.limits import FloodLimits
from watcher.demo.botapi.records import Call, Chat, Params, Refusal, Sent
from watcher.demo.botapi.serving import Server

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Self

DEMO_TOKEN = "123456789:" + "demo" * 8 + "abc"  # no real one; the shape real tokens have


class BotApi:
    """A Bot API stand-in on a loopback port; use it as a context manager.

    Args:
        token: the only one it accepts.
        port: 0 = any free one.
        limits: answer 429 to those who send faster than the service allows.
        latency_s: added to every call.
        spread_s: up to so much more, by chance.
        monotonic: its clock (a scaled one makes limits run faster).
    """

    def __init__(
        self,
        *,
        token: str = DEMO_TOKEN,
        port: int = 0,
        limits: bool = False,
        latency_s: float = 0.0,
        spread_s: float = 0.0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.token = token
        self.latency_s, self.spread_s = latency_s, spread_s
        self.monotonic = monotonic
        self.desk = Desk(monotonic, FloodLimits(monotonic) if limits else None)
        self.faults = FaultQueue()
        self.calls: list[Call] = []
        self._server = self._listen(port)
        self.port = self._server.server_address[1]

    @property
    def travel_s(self) -> float:
        """How long the next call travels."""
        return self.latency_s + random.random() * self.spread_s

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

    def _listen(self, port: int) -> Server:
        server = Server(port, self)
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
                return desk.set_menu(params)
            case "deleteWebhook" | "sendChatAction":
                return True
            case "getUpdates":
                return desk.pending_updates(params)
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
