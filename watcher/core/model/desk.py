"""What people do with alerts in a chat: who works on a story, which pages an answer has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Taking:
    """Who works on a story, as one target shows it."""

    story_id: str
    target_id: str
    user_id: int | None  # None = given back: nobody
    name: str  # as the service tells it: foreign text
    changed_at: datetime  # since when it is so
    press_id: int  # the latest press that counted, as the service numbers them: it counts once
    wanted_by: int | None = None  # pressed while somebody else has it; the next press takes over
    wanted_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPages:
    """An answer of several pages as it was when it was given: turning them shows nothing newer."""

    chat_id: str
    message_id: str
    pages: tuple[str, ...]  # Telegram HTML
    kept_at: datetime
