"""What the stand-in keeps and how it refuses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from watcher.demo.botapi.markup import Entity

Params = dict[str, Any]


class Refusal(Exception):
    """An error answer of the API: code, description, parameters."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


def bad_request(text: str, **parameters: int) -> Refusal:
    """A 400 with the prefix the service uses."""
    return Refusal(400, f"Bad Request: {text}", **parameters)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A message the service accepted, as it stands now."""

    message_id: int
    chat_id: str
    text: str  # after entity parsing
    source: str  # as it was sent
    entities: tuple[Entity, ...]
    links: tuple[Entity, ...]  # what the service would link by itself
    at: float  # seconds of the stand-in's clock
    silent: bool = False
    reply_to: int | None = None
    thread_id: int | None = None
    parse_mode: str = ""
    buttons: tuple[tuple[Mapping[str, Any], ...], ...] = ()
    edits: tuple[Sent, ...] = ()  # earlier texts, oldest first


@dataclass(slots=True, kw_only=True)
class Chat:
    """A chat the bot can write to."""

    id: str
    type: str = "private"  # "private" | "group" | "supergroup" | "channel"
    title: str = "A reader"
    threads: tuple[int, ...] = ()
    migrated_to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call that arrived."""

    method: str
    params: Params
    at: float
    status: int  # 0 = no answer was given
    fault: str = ""
