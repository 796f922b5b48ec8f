"""What people say and press, as the conversation sees it, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from watcher.core.model import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """A button was pressed."""

    query_id: str
    chat_id: str
    thread_id: int | None
    message_id: str
    user_id: int
    user_name: str
    data: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A command was written."""

    chat_id: str
    thread_id: int | None
    message_id: str
    user_id: int
    user_name: str
    private: bool
    name: str  # without slash and bot name, lower case
    words: str  # what followed it
    replied_data: tuple[str, ...] = ()  # callback data of the message it replies to


@dataclass(frozen=True, slots=True, kw_only=True)
class Popup:
    """The answer to a press, shown over the chat: at most 200 units."""

    text: str
    loud: bool = False  # must be dismissed


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """A message in answer to a command."""

    message: Message
