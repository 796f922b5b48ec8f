"""The buttons under an alert and what their callback data says. Pure.

Data is short and holds no secret: what makes a press count is that the story's message in that very
chat is the one pressed, which whoever carries it out looks up (B2).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from watcher.core.model import Taking
    from watcher.core.rendering.catalogue.form import Catalogue

Rows = tuple[tuple[tuple[str, str], ...], ...]

_DATA = re.compile(r"a1:(\w{1,12}):([\w-]{1,40})", re.ASCII)


class Action(StrEnum):
    """What a button does; the value is its key in a catalogue and in callback data."""

    RELEVANT = "relevant"
    IRRELEVANT = "irrelevant"
    MUTE_STORY = "story"
    MUTE_OUTLET = "outlet"
    WHY = "why"
    TAKE = "take"


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """What a press asks for."""

    action: Action
    story_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What an alert carries for the people in its chat.

    Args:
        shared: several people read and write there: one of them can take the story.
        taking: who took the story, or gave it back.
    """

    shared: bool = False
    taking: Taking | None = None

    @property
    def holder(self) -> Taking | None:
        """Who has the story; None = nobody."""
        return self.taking if self.taking and self.taking.user_id is not None else None


def alert_buttons(story_id: str, catalogue: Catalogue, desk: Desk) -> Rows:
    """The rows of buttons of an alert."""

    def button(action: Action, label: str = "") -> tuple[str, str]:
        return catalogue.buttons[label or action], f"a1:{action}:{story_id}"

    first = (button(Action.RELEVANT), button(Action.IRRELEVANT), button(Action.WHY))
    rows = (first, (button(Action.MUTE_STORY), button(Action.MUTE_OUTLET)))
    return (*rows, (button(Action.TAKE, "taken" if desk.holder else ""),)) if desk.shared else rows


def read_button(data: str) -> Button | None:
    """What callback data asks for; None when it is none of ours."""
    hit = _DATA.fullmatch(data)
    if hit is None or hit.group(1) not in set(Action):
        return None
    return Button(action=Action(hit.group(1)), story_id=hit.group(2))
