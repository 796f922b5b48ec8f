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


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """What a press asks for."""

    action: Action
    story_id: str


def alert_buttons(story_id: str, catalogue: Catalogue) -> Rows:
    """The rows of buttons of an alert."""

    def button(action: Action) -> tuple[str, str]:
        return catalogue.buttons[action], f"a1:{action}:{story_id}"

    first = (button(Action.RELEVANT), button(Action.IRRELEVANT), button(Action.WHY))
    return first, (button(Action.MUTE_STORY), button(Action.MUTE_OUTLET))


def read_button(data: str) -> Button | None:
    """What callback data asks for; None when it is none of ours."""
    hit = _DATA.fullmatch(data)
    if hit is None or hit.group(1) not in set(Action):
        return None
    return Button(action=Action(hit.group(1)), story_id=hit.group(2))
