"""What people say and press, as the conversation sees it, and what answers are made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from watcher.bot.access import Access
    from watcher.core.deciding import Runtime
    from watcher.core.model import FeedConfig, Message, Target
    from watcher.core.rendering.catalogue.form import Catalogue
    from watcher.protocols import Clock, Control, Store

Pages = tuple["Message", ...]  # of one answer: the first is sent, the others are a press away


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """Who was heard, and where."""

    chat_id: str
    chat_name: str = ""  # "@name" of a public chat
    thread_id: int | None
    message_id: str
    user_id: int
    user_name: str
    private: bool
    language: str = "en"  # of the person's app

    @property
    def chat_ids(self) -> tuple[str, ...]:
        """What a configuration may call the chat."""
        return tuple(filter(None, (self.chat_id, self.chat_name)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Press(Heard):
    """A button was pressed; the message is the pressed one."""

    query_id: str
    update_id: int  # rises from update to update
    data: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Said(Heard):
    """A command was written."""

    name: str  # without slash and bot name, lower case
    addressed: str  # the bot it names, lower case; "" = none
    words: str  # what followed it
    replied_data: tuple[str, ...] = ()  # callback data of the message it replies to


@dataclass(frozen=True, slots=True, kw_only=True)
class Popup:
    """The answer to a press: text over the chat, at most 200 units, and what else it brings."""

    text: str = ""
    loud: bool = False  # must be dismissed
    page: Message | None = None  # what the pressed message becomes
    reply: Pages = ()  # said in reply to the pressed message
    target: Target | None = None  # where, with a page or a reply


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedLook:
    """What a feed holds, looked at once; nothing was stored."""

    error: str | None  # None = it is a feed
    title: str = ""
    entry_count: int = 0
    newest_at: datetime | None = None
    on_topic_count: int = 0
    examples: tuple[str, ...] = ()  # headlines on topic, best first


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What answers are made of.

    Args:
        runtime: the configuration in force, asked at every use.
        look_at: fetches a feed once, through the guard.
        on_queued: called when something was queued for the outbox.
    """

    store: Store
    control: Control
    clock: Clock
    access: Access
    runtime: Callable[[], Runtime]
    look_at: Callable[[FeedConfig], Awaitable[FeedLook]]
    on_queued: Callable[[], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A command that is answered, and for whom."""

    said: Said
    target: Target  # where the answer goes: its language, zone and topics
    texts: Catalogue
    admin: bool = False
