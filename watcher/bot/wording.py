"""Answers of the bot in the reader's language: counts, lists, stories in a line. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.bot.paging import page
from watcher.core.rendering.alerts import TAKEN_MARK, shown_name
from watcher.core.rendering.passages import moment
from watcher.core.rendering.styled import MESSAGE_UNITS, Styled, filled, lines, own, value

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from watcher.bot.records import Pages, Question
    from watcher.core.model import Story, Taking, Target
    from watcher.core.rendering.catalogue.form import Catalogue

HEADLINE_UNITS = 160
FACT_UNITS = 300


def counted(texts: Catalogue, key: str, count: int, *, bold: bool = False, **facts: str) -> Styled:
    """A text with a number in it, in the form the number takes; "key none" is for 0 where there is one."""
    forms = (f"{key} none" if count == 0 else "", f"{key} {texts.plural(count)}", key)
    template = next(texts.answers[form] for form in forms if form in texts.answers)
    return filled(template, {"count": str(count), **facts}, limit=FACT_UNITS, bold=bold)


def ours(texts: Catalogue, key: str, *, bold: bool = False, **facts: str) -> Styled:
    """A text of the catalogue, commands in it clickable; what is inserted is defused."""
    return filled(texts.answers[key], facts, limit=FACT_UNITS, bold=bold)


def answer(texts: Catalogue, key: str, **facts: str) -> Pages:
    """A text of the catalogue as an answer."""
    return (page(filled(texts.answers[key], facts, limit=FACT_UNITS)),)


def foreign(text: str) -> Styled:
    """A text from elsewhere, line by line."""
    return lines(*(value(line, limit=MESSAGE_UNITS) for line in text.splitlines()))


def story_row(story: Story, question: Question, holders: Mapping[str, Taking]) -> Styled:
    """A story in one line: linked headline, outlet, how many others, when, who works on it."""
    first = story.entries[0] if story.entries else None
    others = len(story.outlets) - 1
    holder = holders.get(story.id)
    return (
        own("• ")
        + value(story.headline, limit=HEADLINE_UNITS, url=first.url if first else "")
        + own(" – ")
        + value(first.outlet if first else "", limit=40)
        + own(f" +{others}" if others > 0 else "")
        + own(f" · {moment(story.last_entry_at, question.target, question.texts)}")
        + (
            own(f" · {TAKEN_MARK} ") + value(shown_name(holder, question.texts), limit=40)
            if holder
            else Styled()
        )
    )


def until_text(until: datetime | None, target: Target, texts: Catalogue) -> str:
    """Until when something lasts, in local time."""
    if until is None:
        return texts.answers["until unmuted"]
    return texts.answers["until"].format(at=moment(until, target, texts))
