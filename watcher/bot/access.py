"""Who may speak to the bot (B1), decided by ids alone. Pure.

Others get no answer at all: not even that there is a bot that listens.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection


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
