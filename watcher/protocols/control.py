"""Acting on the running watcher."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of a request: for the one who asked."""

    ok: bool
    text: str


class Control(Protocol):
    """How commands and the bot act on the running watcher."""

    async def request(self, action: str, args: Mapping[str, str]) -> Answer:
        """Ask for one action and wait for what came of it. Idempotent.

        Actions: "outbox retry" (id), "outbox drop" (id), "mute" (kind, value, until, by),
        "unmute" (kind, value), "pause", "resume", "reload", "poll" (feed).

        Raises:
            StoreUnavailable: it could not be carried out now.
        """
        ...
