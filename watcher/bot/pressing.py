"""What a press does (B2, B3): looked up, bound to its message, idempotent.

A press counts only when the story's message, or the answer whose pages are turned, is the one pressed in that
chat. Anything else, forged, replayed from another chat or about a message long forgotten, is "expired" and
changes nothing.
"""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import TYPE_CHECKING

from watcher.bot.paging import shown, wanted_page
from watcher.bot.places import place_of, targets_of
from watcher.bot.reasons import reasons
from watcher.bot.records import Popup
from watcher.bot.taking import take
from watcher.core.model import AlertContent, DeliveryState, Message, alert_key
from watcher.core.rendering import texts
from watcher.core.rendering.buttons import Action, read_button
from watcher.core.rendering.styled import clean, cut, units
from watcher.errors import StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from watcher.bot.records import Press, Sources
    from watcher.core.model import Delivery, Target, TargetState
    from watcher.core.rendering.catalogue.form import Catalogue

POPUP_UNITS = 200  # Telegram's limit
OUTLET_MUTE = timedelta(hours=24)
LABEL_PREFIX = "label:"  # facts of judged entries: label:<entry>:<user> -> JSON


class Presses:
    """Carries out presses."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._taking = asyncio.Lock()  # from reading who has a story to writing who has it now

    async def answer(self, press: Press) -> Popup | None:
        """Carry out one press; None for people who do not count."""
        if not self._sources.access.is_user(press.user_id):
            return None
        try:
            return await self._answered(press)
        except StoreUnavailable:  # nothing was changed: somebody who pressed is told so
            return Popup(text=texts(press.language).answers["later"])

    async def _answered(self, press: Press) -> Popup:
        sources = self._sources
        states = await sources.store.target_states()
        target = place_of(press, sources.runtime().targets, states)
        catalogue = texts(target.language if target else press.language)
        expired = Popup(text=catalogue.answers["expired"])
        number, button = wanted_page(press.data), read_button(press.data)
        if target is None:
            return expired
        if number is not None:
            return await self._turned(number, press, target) or Popup(text=catalogue.answers["pages gone"])
        row = await self._alert(button.story_id, press, states) if button else None
        if button is None or row is None or not isinstance(row.content, AlertContent):
            return expired
        if button.action is Action.WHY:
            return _why(row.content, target, catalogue)
        done = await self._done(button.action, row, row.content, press, target, catalogue)
        return Popup(text=cut(done, POPUP_UNITS))

    async def _done(
        self,
        action: Action,
        row: Delivery,
        content: AlertContent,
        press: Press,
        target: Target,
        catalogue: Catalogue,
    ) -> str:
        """Carry out what changes something; returns what to say."""
        answers = catalogue.answers
        match action:
            case Action.TAKE:
                async with self._taking:
                    return await take(press, row, target, catalogue, self._sources)
            case Action.MUTE_STORY:
                return await self._mute("story", content.story_id, None, press, answers["muted story"])
            case Action.MUTE_OUTLET:
                done = answers["muted outlet"].format(outlet=cut(clean(content.outlet), 60))
                return await self._mute("outlet", content.outlet, OUTLET_MUTE, press, done)
        await self._judge(content, action, press)
        return answers[f"judged {action}"]

    async def _turned(self, number: int, press: Press, target: Target) -> Popup | None:
        """The page, when the pressed message is an answer that is still kept."""
        kept = await self._sources.store.kept_pages(press.chat_id, press.message_id)
        if kept is None or number >= len(kept.pages):
            return None
        pages = tuple(Message(html=html, plain="", silent=True) for html in kept.pages)
        return Popup(page=shown(pages, number), target=target)

    async def _alert(self, story_id: str, press: Press, states: Mapping[str, TargetState]) -> Delivery | None:
        """The alert's row, when its message is the one that was pressed."""
        store = self._sources.store
        for target in targets_of(press.chat_ids, self._sources.runtime().targets, states):
            row = await store.delivery(alert_key(story_id, target.id))
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
            "at": self._sources.clock.now().isoformat(),
        }
        key = f"{LABEL_PREFIX}{content.entry_id}:{press.user_id}"
        await self._sources.store.set_value(key, json.dumps(label, ensure_ascii=False))

    async def _mute(self, kind: str, value: str, span: timedelta | None, press: Press, done: str) -> str:
        args = {"kind": kind, "value": value, "by": press.user_name}
        if span is not None:
            args["until"] = (self._sources.clock.now() + span).isoformat()
        answer = await self._sources.control.request("mute", args)
        return done if answer.ok else answer.text


def _why(content: AlertContent, target: Target, catalogue: Catalogue) -> Popup:
    """A pop-up where the reasons fit one, else a reply to the alert."""
    tags = sorted(content.topics, key=lambda tag: -tag.score)
    text = "\n".join(f"{clean(tag.name)} {tag.score:.0f}: {clean(tag.why)}" for tag in tags)
    if units(text) <= POPUP_UNITS:
        return Popup(text=text, loud=True)
    return Popup(reply=reasons(content, catalogue), target=target)
