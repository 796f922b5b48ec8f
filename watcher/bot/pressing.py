"""What a press on an alert's button does (B2, B3): looked up, bound to its message, idempotent.

A press counts only when the story's message in that chat is the one pressed. Anything else, forged,
replayed from another chat or about a message long forgotten, is "expired" and changes nothing.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

from watcher.bot.access import target_of
from watcher.bot.records import Popup, Press
from watcher.core.model import AlertContent, DeliveryState, alert_key
from watcher.core.rendering import texts
from watcher.core.rendering.buttons import Action, read_button
from watcher.core.rendering.styled import clean, cut

if TYPE_CHECKING:
    from collections.abc import Callable

    from watcher.bot.access import Access
    from watcher.core.deciding import Runtime
    from watcher.core.model import Delivery
    from watcher.protocols import Clock, Control, Store

POPUP_UNITS = 200  # Telegram's limit
OUTLET_MUTE = timedelta(hours=24)
LABEL_PREFIX = "label:"  # facts of judged entries: label:<entry>:<user> -> JSON


class Presses:
    """Carries out presses.

    Args:
        access: who counts.
        runtime: the configuration in force.
    """

    def __init__(
        self, *, store: Store, control: Control, clock: Clock, access: Access, runtime: Callable[[], Runtime]
    ) -> None:
        self._store, self._control, self._clock = store, control, clock
        self._access, self._runtime = access, runtime

    async def answer(self, press: Press) -> Popup | None:
        """Carry out one press; None for people who do not count."""
        if not self._access.is_user(press.user_id):
            return None
        states = await self._store.target_states()
        target = target_of(press.chat_id, press.thread_id, self._runtime().targets, states)
        answers = texts(target.language if target else "en").answers
        button = read_button(press.data)
        if target is None or button is None:
            return Popup(text=answers["expired"])
        row = await self._alert(button.story_id, press)
        if row is None or not isinstance(row.content, AlertContent):
            return Popup(text=answers["expired"])
        content = row.content
        match button.action:
            case Action.WHY:
                return Popup(text=_why(content), loud=True)
            case Action.RELEVANT | Action.IRRELEVANT:
                await self._judge(content, button.action, press)
                return Popup(text=answers[f"judged {button.action}"])
            case Action.MUTE_STORY:
                text = await self._mute("story", content.story_id, None, press, answers["muted story"])
            case Action.MUTE_OUTLET:
                done = answers["muted outlet"].format(outlet=clean(content.outlet))
                text = await self._mute("outlet", content.outlet, OUTLET_MUTE, press, done)
        return Popup(text=cut(text, POPUP_UNITS))

    async def _alert(self, story_id: str, press: Press) -> Delivery | None:
        """The alert's row, when its message is the one that was pressed."""
        states = await self._store.target_states()
        for target in self._runtime().targets.values():
            if target_of(press.chat_id, target.thread_id, {target.id: target}, states) is None:
                continue
            row = await self._store.delivery(alert_key(story_id, target.id))
            if row and row.state is DeliveryState.DELIVERED and row.receipt == press.message_id:
                return row
        return None

    async def _judge(self, content: AlertContent, action: Action, press: Press) -> None:
        """Keep a judgement; a later one of the same person replaces it, and nothing else changes."""
        label = {
            "entry": content.entry_id,
            "story": content.story_id,
            "headline": content.headline,
            "summary": content.summary,
            "outlet": content.outlet,
            "language": content.language,
            "topics": [tag.id for tag in content.topics],
            "relevant": action is Action.RELEVANT,
            "by": str(press.user_id),
            "at": self._clock.now().isoformat(),
        }
        key = f"{LABEL_PREFIX}{content.entry_id}:{press.user_id}"
        await self._store.set_value(key, json.dumps(label, ensure_ascii=False))

    async def _mute(self, kind: str, value: str, span: timedelta | None, press: Press, done: str) -> str:
        args = {"kind": kind, "value": value, "by": press.user_name}
        if span is not None:
            args["until"] = (self._clock.now() + span).isoformat()
        answer = await self._control.request("mute", args)
        return done if answer.ok else answer.text


def _why(content: AlertContent) -> str:
    reasons = "\n".join(f"{tag.name} {tag.score:.0f}: {tag.why}" for tag in content.topics)
    return cut("\n".join(clean(line) for line in reasons.splitlines()), POPUP_UNITS)
