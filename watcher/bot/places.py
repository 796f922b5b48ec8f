"""Which configured target a chat is. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.core.model import Target

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from watcher.bot.records import Heard
    from watcher.core.model import TargetState

GENERAL = 1  # the thread of a forum that the service does not name


def targets_of(
    chat_ids: Collection[str], targets: Mapping[str, Target], states: Mapping[str, TargetState]
) -> list[Target]:
    """The configured targets a chat is, one for each thread; moved chats count.

    Args:
        chat_ids: what the chat may be called: its number, its public name.
    """
    names = {name.casefold() for name in chat_ids}
    return [
        target
        for target in targets.values()
        if target.sink == "telegram"
        and not names.isdisjoint(
            (
                (target.chat_id or "").casefold(),
                states[target.id].migrated_to if target.id in states else None,
            )
        )
    ]


def place_of(heard: Heard, targets: Mapping[str, Target], states: Mapping[str, TargetState]) -> Target | None:
    """The configured target a chat is: its own thread first, else any of the chat.

    A person's own chat may be none of them; it borrows the zone of the first. None for other chats.
    """
    of_chat = targets_of(heard.chat_ids, targets, states)
    thread = heard.thread_id or GENERAL
    exact = [target for target in of_chat if (target.thread_id or GENERAL) == thread]
    target = next(iter(exact or of_chat), None)
    if target is not None:
        return replace(target, chat_id=heard.chat_id, thread_id=heard.thread_id)
    if not heard.private:
        return None
    zone = next((one.time_zone for one in targets.values() if one.sink == "telegram"), "UTC")
    return Target(
        id=f"chat {heard.chat_id}",
        sink="telegram",
        chat_id=heard.chat_id,
        language=heard.language,
        time_zone=zone,
    )
