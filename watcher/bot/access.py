"""Who may speak to the bot (B1), decided by ids alone. Pure.

Others get no answer at all: not even that there is a bot that listens.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from watcher.core.model import Target, TargetState


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """The configured ids.

    Args:
        users: whose commands and presses count.
        admins: who may also pause, resume and reload; they count as users.
    """

    users: Collection[int]
    admins: Collection[int] = ()

    def is_user(self, user_id: int) -> bool:
        """Whether this person counts."""
        return user_id in self.users or user_id in self.admins

    def is_admin(self, user_id: int) -> bool:
        """Whether this person may steer the watcher."""
        return user_id in self.admins


def target_of(
    chat_id: str,
    thread_id: int | None,
    targets: Mapping[str, Target],
    states: Mapping[str, TargetState],
) -> Target | None:
    """The configured target a chat is: its own thread first, else any of the chat; moved chats count."""
    of_chat = [
        target
        for target in targets.values()
        if target.sink == "telegram"
        and chat_id in (target.chat_id, states[target.id].migrated_to if target.id in states else None)
    ]
    exact = [target for target in of_chat if target.thread_id == thread_id]
    return next(iter(exact or of_chat), None)
