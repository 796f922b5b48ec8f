"""The service's memory and rules: chats, messages, callbacks, updates.

Answers calls as the Bot API documents them, with its error texts. Knows nothing of HTTP and of
ordered faults.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from watcher.demo.botapi.limits import FloodLimits
from watcher.demo.botapi.linking import automatic_entities
from watcher.demo.botapi.markup import utf16_len
from watcher.demo.botapi.reading import is_true, read_buttons, read_content
from watcher.demo.botapi.records import Chat, Params, Refusal, Sent, bad_request

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(slots=True)
class Desk:
    """All state of the service for one bot; every call holds the lock."""

    monotonic: Callable[[], float]
    limits: FloodLimits | None = None
    any_chat: bool = True  # an unknown numeric chat comes into being when written to
    chats: dict[str, Chat] = field(default_factory=dict)
    sent: list[Sent] = field(default_factory=list)
    commands: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    callback_answers: list[Params] = field(default_factory=list)
    updates: list[Params] = field(default_factory=list)
    changed: threading.Condition = field(default_factory=threading.Condition)
    _next_message: int = 1
    _next_update: int = 1
    _open_callbacks: set[str] = field(default_factory=set)

    def chat(self, raw_id: Any) -> Chat:
        """Find a chat.

        Raises:
            Refusal: there is none, or it has moved.
        """
        chat_id = str(raw_id)
        if chat_id not in self.chats:
            if not self.any_chat or not chat_id.lstrip("-").isdigit():
                raise bad_request("chat not found")
            kind = "private" if not chat_id.startswith("-") else "supergroup"
            self.chats[chat_id] = Chat(id=chat_id, type=kind)
        chat = self.chats[chat_id]
        if chat.migrated_to:
            raise bad_request(
                "group chat was upgraded to a supergroup chat", migrate_to_chat_id=int(chat.migrated_to)
            )
        return chat

    def migrate(self, chat_id: str, new_id: str) -> None:
        """Upgrade a group: from now on only the new id works."""
        self.chats[chat_id] = Chat(id=chat_id, type="group", migrated_to=new_id)
        self.chats.setdefault(new_id, Chat(id=new_id, type="supergroup"))

    def send(self, params: Params) -> Params:
        """sendMessage."""
        with self.changed:
            chat = self.chat(params.get("chat_id", ""))
            text, entities = read_content(params, "message is too long")
            buttons = read_buttons(params)
            thread = int(params["message_thread_id"]) if params.get("message_thread_id") else None
            if thread is not None and thread not in chat.threads:
                raise bad_request("message thread not found")
            reply_to = self._reply_to(chat, params)
            wait = self.limits.wait_s(chat.id, group=chat.type != "private") if self.limits else 0
            if wait:
                raise Refusal(429, f"Too Many Requests: retry after {wait}", retry_after=wait)
            message = Sent(
                message_id=self._next_message,
                chat_id=chat.id,
                text=text,
                source=str(params.get("text", "")),
                entities=entities,
                links=automatic_entities(text, entities),
                at=self.monotonic(),
                silent=is_true(params.get("disable_notification")),
                reply_to=reply_to,
                thread_id=thread,
                parse_mode=str(params.get("parse_mode", "")),
                buttons=buttons,
            )
            self._next_message += 1
            self.sent.append(message)
            self.changed.notify_all()
            return self._as_json(message)

    def edit(self, params: Params) -> Params:
        """editMessageText."""
        with self.changed:
            chat = self.chat(params.get("chat_id", ""))
            number = int(params.get("message_id") or 0)
            at = next(
                (i for i, m in enumerate(self.sent) if (m.chat_id, m.message_id) == (chat.id, number)), None
            )
            if at is None:
                raise bad_request("message to edit not found")
            old = self.sent[at]
            text, entities = read_content(params, "MESSAGE_TOO_LONG")
            buttons = read_buttons(params)
            if (text, entities, buttons) == (old.text, old.entities, old.buttons):
                raise bad_request(
                    "message is not modified: specified new message content and reply markup are exactly "
                    "the same as a current content and reply markup of the message"
                )
            self.sent[at] = replace(
                old,
                text=text,
                source=str(params.get("text", "")),
                entities=entities,
                links=automatic_entities(text, entities),
                parse_mode=str(params.get("parse_mode", "")),
                buttons=buttons,
                edits=(*old.edits, replace(old, edits=())),
            )
            self.changed.notify_all()
            return self._as_json(self.sent[at]) | {"edit_date": 1_700_000_001}

    def delete(self, message_id: int) -> None:
        """A person deletes a message."""
        with self.changed:
            self.sent[:] = [message for message in self.sent if message.message_id != message_id]

    def answer_callback(self, params: Params) -> bool:
        """answerCallbackQuery."""
        with self.changed:
            query = str(params.get("callback_query_id", ""))
            if query not in self._open_callbacks:
                raise bad_request("query is too old and response timeout expired or query ID is invalid")
            if utf16_len(str(params.get("text", ""))) > 200:
                raise bad_request("MESSAGE_TOO_LONG")
            self._open_callbacks.discard(query)
            self.callback_answers.append(params)
            self.changed.notify_all()
            return True

    def say(self, chat_id: str, text: str, *, user_id: int, reply_to: int | None = None, **more: Any) -> None:
        """A person writes to the bot."""
        with self.changed:
            chat = self.chat(chat_id)
            message = {
                "message_id": self._next_message,
                "date": 1_700_000_000,
                "chat": self._chat_json(chat),
                "from": {"id": user_id, "is_bot": False, "first_name": "Reader"},
                "text": text,
                "entities": [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}]
                if text.startswith("/")
                else [],
            }
            self._next_message += 1
            if reply_to is not None:
                replied = next(m for m in self.sent if m.message_id == reply_to)
                message["reply_to_message"] = self._as_json(replied)
            self._push({"message": message | more})

    def press(self, message_id: int, data: str, *, user_id: int) -> str:
        """A person presses a button; returns the callback query's id."""
        with self.changed:
            message = next(m for m in self.sent if m.message_id == message_id)
            query = f"{message_id}-{self._next_update}"
            self._open_callbacks.add(query)
            self._push(
                {
                    "callback_query": {
                        "id": query,
                        "from": {"id": user_id, "is_bot": False, "first_name": "Reader"},
                        "chat_instance": message.chat_id,
                        "message": self._as_json(message),
                        "data": data,
                    }
                }
            )
            return query

    def pending_updates(self, params: Params) -> list[Params]:
        """getUpdates: waits up to `timeout` seconds for one."""
        offset = int(params.get("offset") or 0)
        with self.changed:
            self.updates[:] = [update for update in self.updates if update["update_id"] >= offset]
            self.changed.wait_for(
                lambda: bool(self.updates), timeout=min(float(params.get("timeout") or 0), 50)
            )
            return self.updates[: int(params.get("limit") or 100)]

    def _push(self, update: Params) -> None:
        self.updates.append({"update_id": self._next_update} | update)
        self._next_update += 1
        self.changed.notify_all()

    def _reply_to(self, chat: Chat, params: Params) -> int | None:
        reply = params.get("reply_parameters") or {}
        wanted = reply.get("message_id") or params.get("reply_to_message_id")
        if not wanted:
            return None
        if any((m.chat_id, m.message_id) == (chat.id, int(wanted)) for m in self.sent):
            return int(wanted)
        if is_true(reply.get("allow_sending_without_reply") or params.get("allow_sending_without_reply")):
            return None
        raise bad_request("message to be replied not found")

    def _chat_json(self, chat: Chat) -> Params:
        number: int | str = int(chat.id) if chat.id.lstrip("-").isdigit() else -1
        name = {"first_name": chat.title} if chat.type == "private" else {"title": chat.title}
        return {"id": number, "type": chat.type} | name

    def describe_chat(self, params: Params) -> Params:
        """getChat."""
        with self.changed:
            chat = self._chat_json(self.chat(params.get("chat_id", "")))
            return chat | {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": _NO_GIFTS}

    def _as_json(self, message: Sent) -> Params:
        answer: Params = {
            "message_id": message.message_id,
            "date": 1_700_000_000,
            "chat": self._chat_json(self.chats[message.chat_id]),
            "text": message.text,
            "entities": [entity.as_json() for entity in message.entities],
        }
        if message.buttons:
            answer["reply_markup"] = {"inline_keyboard": [list(row) for row in message.buttons]}
        return answer


_NO_GIFTS = dict.fromkeys(
    ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), False
)
