"""The service's memory and rules: chats, messages, callbacks, updates.

Answers calls as the Bot API documents them, with its error texts. Knows nothing of HTTP and of
ordered faults.
"""

from __future__ import annotations

import threading
import zlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from watcher.demo.botapi.limits import FloodLimits
from watcher.demo.botapi.linking import automatic_entities
from watcher.demo.botapi.reading import is_true, read_buttons, read_content
from watcher.demo.botapi.records import Chat, Params, Refusal, Sent, bad_request
from watcher.demo.botapi.updates import Updates, menu_key, person, read_menu

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
    menus: dict[tuple[str, str], list[dict[str, str]]] = field(default_factory=dict)  # by scope, language
    changed: threading.Condition = field(default_factory=threading.Condition)
    updates: Updates = field(init=False)
    _next_message: int = 1

    def __post_init__(self) -> None:
        self.updates = Updates(self.changed)

    @property
    def _names(self) -> dict[str, str]:
        """Numbers of chats that are known by a public name."""
        return {str(_number_of(name)): name for name in self.chats if name.startswith("@")}

    @property
    def callback_answers(self) -> list[Params]:
        """Answers to presses, as they arrived."""
        return self.updates.answers

    def chat(self, raw_id: Any) -> Chat:
        """Find a chat.

        Raises:
            Refusal: there is none, or it has moved.
        """
        chat_id = self._names.get(str(raw_id), str(raw_id))
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
            self._pace(chat)
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
            self._pace(chat)
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

    def _pace(self, chat: Chat) -> None:
        """Refuse what comes too fast; an edit counts like a message."""
        wait = self.limits.wait_s(chat.id, group=chat.type != "private") if self.limits else 0
        if wait:
            raise Refusal(429, f"Too Many Requests: retry after {wait}", retry_after=wait)

    def delete(self, message_id: int) -> None:
        """A person deletes a message."""
        with self.changed:
            self.sent[:] = [message for message in self.sent if message.message_id != message_id]

    def answer_callback(self, params: Params) -> bool:
        """answerCallbackQuery."""
        with self.changed:
            return self.updates.answer(params)

    def say(
        self,
        chat_id: str,
        text: str,
        *,
        user_id: int,
        name: str = "Reader",
        language: str = "",
        reply_to: int | None = None,
        thread_id: int | None = None,
        **more: Any,
    ) -> None:
        """A person writes to the bot."""
        with self.changed:
            command = [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}]
            message = {
                "message_id": self._next_message,
                "date": 1_700_000_000,
                "chat": self._chat_json(self.chat(chat_id)),
                "from": person(user_id, name, language),
                "text": text,
                "entities": command if text.startswith("/") else [],
            } | _thread_json(thread_id)
            self._next_message += 1
            if reply_to is not None:
                message["reply_to_message"] = self._as_json(self._sent(reply_to))
            self.updates.push("message", message | more)

    def press(
        self, message_id: int, data: str, *, user_id: int, name: str = "Reader", language: str = ""
    ) -> str:
        """A person presses a button; returns the callback query's id."""
        with self.changed:
            message = self._as_json(self._sent(message_id))
            return self.updates.press(message, data, person(user_id, name, language))

    def pending_updates(self, params: Params) -> list[Params]:
        """getUpdates."""
        with self.changed:
            return self.updates.pending(params)

    def set_menu(self, params: Params) -> bool:
        """setMyCommands."""
        with self.changed:
            menu, key = read_menu(params), menu_key(params)
            if key[0].startswith("chat"):
                self.chat(key[0].split(":")[1])
            self.menus[key] = menu
            return True

    def _sent(self, message_id: int) -> Sent:
        return next(message for message in self.sent if message.message_id == message_id)

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
        number = int(chat.id) if chat.id.lstrip("-").isdigit() else _number_of(chat.id)
        name = {"first_name": chat.title} if chat.type == "private" else {"title": chat.title}
        public = {"username": chat.id[1:]} if chat.id.startswith("@") else {}
        return {"id": number, "type": chat.type} | name | public

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
        answer |= _thread_json(message.thread_id)
        if message.buttons:
            answer["reply_markup"] = {"inline_keyboard": [list(row) for row in message.buttons]}
        return answer


def _thread_json(thread_id: int | None) -> Params:
    return {} if thread_id is None else {"message_thread_id": thread_id, "is_topic_message": True}


def _number_of(name: str) -> int:
    """The number of a chat that is known by its public name."""
    return -1_000_000_000_000 - zlib.crc32(name.encode())


_NO_GIFTS = dict.fromkeys(
    ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), False
)
