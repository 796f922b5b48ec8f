"""What people do, waiting to be fetched by the bot: updates, and presses that are not answered yet.

Kept until they are confirmed by asking for a later one, as the service keeps them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from watcher.demo.botapi.markup import utf16_len
from watcher.demo.botapi.records import Params, Refusal, bad_request

if TYPE_CHECKING:
    import threading

LONGEST_POLL_S = 50.0
CONFLICT = Refusal(
    409, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
)


def person(user_id: int, name: str = "Reader", language: str = "") -> Params:
    """A user as the API writes it."""
    return {"id": user_id, "is_bot": False, "first_name": name} | (
        {"language_code": language} if language else {}
    )


@dataclass(slots=True)
class Updates:
    """Updates of one bot; whoever calls holds the lock."""

    changed: threading.Condition
    waiting: list[Params] = field(default_factory=list)
    answers: list[Params] = field(default_factory=list)  # to presses, as they arrived
    _next: int = 1
    polled: int = 0  # which getUpdates is the latest
    _open: set[str] = field(default_factory=set)
    _allowed: list[str] | None = None  # kinds the bot asked for last; None = all

    def push(self, kind: str, what: Params) -> None:
        """Something happened; kinds the bot did not ask for are not kept."""
        if self._allowed is None or kind in self._allowed:
            self.waiting.append({"update_id": self._next, kind: what})
        self._next += 1
        self.changed.notify_all()

    def press(self, message: Params, data: str, who: Params) -> str:
        """A press; returns the query's id."""
        query = f"{message['message_id']}-{self._next}"
        self._open.add(query)
        chat = str(message["chat"]["id"])
        self.push(
            "callback_query",
            {"id": query, "from": who, "chat_instance": chat, "message": message, "data": data},
        )
        return query

    def pending(self, params: Params) -> list[Params]:
        """getUpdates: waits up to `timeout` seconds for one. A later request ends this one, as the service does."""
        self.polled += 1
        number = self.polled
        self.changed.notify_all()
        offset = int(params.get("offset") or 0)
        self._allowed = params.get("allowed_updates") or self._allowed
        self.waiting[:] = [update for update in self.waiting if update["update_id"] >= offset]
        timeout = min(float(params.get("timeout") or 0), LONGEST_POLL_S)
        self.changed.wait_for(lambda: bool(self.waiting) or self.polled != number, timeout=timeout)
        if self.polled != number:
            raise CONFLICT
        return self.waiting[: int(params.get("limit") or 100)]

    def answer(self, params: Params) -> bool:
        """answerCallbackQuery."""
        query = str(params.get("callback_query_id", ""))
        if query not in self._open:
            raise bad_request("query is too old and response timeout expired or query ID is invalid")
        if utf16_len(str(params.get("text", ""))) > 200:
            raise bad_request("MESSAGE_TOO_LONG")
        self._open.discard(query)
        self.answers.append(params)
        self.changed.notify_all()
        return True

    def forget_presses(self) -> None:
        """Time passes: no press can be answered any more."""
        self._open.clear()


def menu_key(params: Params) -> tuple[str, str]:
    """For whom a menu of commands is meant: scope and language."""
    scope: dict[str, Any] = params.get("scope") or {"type": "default"}
    parts = [scope["type"], *(str(scope[key]) for key in ("chat_id", "user_id") if key in scope)]
    return ":".join(parts), str(params.get("language_code", ""))


def read_menu(params: Params) -> list[dict[str, str]]:
    """The commands of setMyCommands, refused as the service does."""
    commands: list[dict[str, str]] = params.get("commands") or []
    if len(commands) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        name = command.get("command", "")
        if (
            not (1 <= len(name) <= 32 and name.isascii() and name == name.lower())
            or not name.replace("_", "").isalnum()
        ):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(command.get("description", "")) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return commands
