"""Faults to order: what the stand-in answers instead of behaving.

Pure records and their matching; `chaos` draws them at random from a seeded source.
"""

from __future__ import annotations

import random
import threading
from dataclasses import dataclass, replace

ACTIONS = (
    "too_many",  # 429, retry_after = seconds
    "migrate",  # 400 with migrate_to_chat_id = value; from then on the old id is refused
    "blocked",  # 403, the user blocked the bot
    "deactivated",  # 403, the user's account is gone
    "kicked",  # 403, thrown out of a group
    "not_started",  # 403, the user never wrote to the bot
    "not_member",  # 403, the bot is not in the channel
    "no_rights",  # 400, may not write in this chat
    "not_found",  # 400, chat not found
    "no_thread",  # 400, message thread not found
    "topic_closed",  # 400, TOPIC_CLOSED
    "cannot_parse",  # 400, can't parse entities
    "unauthorized",  # 401
    "no_method",  # 404, what a malformed token gets
    "conflict",  # 409
    "error_500",  # 500 as JSON
    "error_502",  # 502 as an HTML page
    "error_504",  # 504 as an HTML page
    "hung_up",  # connection closed without an answer, nothing accepted
    "accepted_hung_up",  # accepted, then the connection is closed without an answer
    "accepted_reset",  # accepted, then the connection is reset
    "accepted_broken",  # accepted, answered 200 with half a JSON document
    "accepted_silent",  # accepted, answered only after `seconds`
    "slow",  # behaves, after `seconds`
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One ordered fault.

    Args:
        action: one of ACTIONS.
        method: Bot API method it is for; "" = any that sends or edits.
        chat_id: chat it is for; "" = any.
        count: how many calls it hits; None = all.
        seconds: of waiting, or the retry_after of a 429.
        value: the new id, for migrate.
    """

    action: str
    method: str = ""
    chat_id: str = ""
    count: int | None = 1
    seconds: float = 0.0
    value: str = ""

    def __post_init__(self) -> None:
        if self.action not in ACTIONS:
            raise ValueError(f"unknown fault {self.action!r}; known: {', '.join(ACTIONS)}")

    def hits(self, method: str, chat_id: str) -> bool:
        """Whether a call meets this fault."""
        methods = (self.method,) if self.method else ("sendMessage", "editMessageText")
        return method in methods and self.chat_id in ("", chat_id)


class FaultQueue:
    """Faults in the order they were ordered, then chance; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []
        self._chance: tuple[float, tuple[Fault, ...], random.Random] | None = None

    def add(self, fault: Fault) -> None:
        """Order one more."""
        with self._lock:
            self._faults.append(fault)

    def chaos(self, probability: float, faults: tuple[Fault, ...], seed: int) -> None:
        """Let this share (0–1) of the calls meet one of these faults, drawn at random."""
        with self._lock:
            self._chance = (probability, faults, random.Random(seed))

    def clear(self) -> None:
        """Behave from now on."""
        with self._lock:
            self._faults.clear()
            self._chance = None

    def take(self, method: str, chat_id: str) -> Fault | None:
        """The fault this call meets, used up by it."""
        with self._lock:
            for position, fault in enumerate(self._faults):
                if not fault.hits(method, chat_id):
                    continue
                if fault.count is not None:
                    if fault.count <= 1:
                        del self._faults[position]
                    else:
                        self._faults[position] = replace(fault, count=fault.count - 1)
                return fault
            if self._chance is not None:
                probability, faults, source = self._chance
                candidates = [fault for fault in faults if fault.hits(method, chat_id)]
                if candidates and source.random() < probability:
                    return source.choice(candidates)
        return None
