"""An alert as it is read at a glance: topics, linked headline, outlet, time, summary, who else, why."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.core.model import Message
from watcher.core.rendering.buttons import alert_buttons
from watcher.core.rendering.catalogue import texts
from watcher.core.rendering.outlets import also_line
from watcher.core.rendering.passages import moment, score_mark, summary, translate_link
from watcher.core.rendering.styled import (
    MESSAGE_UNITS,
    Span,
    Styled,
    clean,
    cut,
    filled,
    joined,
    lines,
    own,
    value,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from watcher.core.model import AlertContent, Story, Taking, Target, TopicTag
    from watcher.core.rendering.buttons import Desk
    from watcher.core.rendering.catalogue.form import Catalogue

HEADLINE_UNITS = 300
TOPIC_UNITS = 40
TOPIC_COUNT = 6
WHY_UNITS = 240  # a topic
CHANGE_UNITS = 200
NAME_UNITS = 40  # of a person
TAKEN_MARK = "🙋"


def render_alert(
    content: AlertContent,
    story: Story | None,
    target: Target,
    *,
    possible_repeat: bool = False,
    change: str = "",
    topics: Sequence[TopicTag] = (),
    desk: Desk | None = None,
) -> Message:
    """Draw an alert for one target.

    Args:
        content: what was decided to be told.
        story: as it stands now, for the outlets that joined; None = only the alert's own outlet.
        target: its language, zone and the languages its readers read.
        possible_repeat: an earlier attempt may have arrived: marked, and without sound.
        change: what changed since the alert ("toll 12 → 17"), for an edit.
        topics: the topics by now; () = those of the content.
        desk: what it carries for the people in the chat; None = nobody listens to presses.

    Returns:
        A message within Telegram's limits.
    """
    catalogue = texts(target.language)
    tags = sorted(topics or content.topics, key=lambda tag: -tag.score)
    body = lines(
        repeat_mark(catalogue) if possible_repeat else Styled(),
        joined([value(tag.name, limit=TOPIC_UNITS, bold=True) for tag in tags[:TOPIC_COUNT]], " · "),
        value(_headline(content, story), limit=HEADLINE_UNITS, bold=True, url=content.url),
        _source(content, tags, target, catalogue),
        value(summary(content.summary, content.headline)),
        _labelled(catalogue.changed, change),
        also_line(story, content.outlet, catalogue.also, catalogue.more) if story else Styled(),
        _why(tags, catalogue),
        _taken(desk.holder, target, catalogue) if desk else Styled(),
    )
    drawn = message(body, silent=target.silent or possible_repeat)
    return replace(drawn, buttons=alert_buttons(content.story_id, catalogue, desk)) if desk else drawn


def _headline(content: AlertContent, story: Story | None) -> str:
    """As its outlet writes it now."""
    titles = {entry.id: entry.title for entry in story.entries} if story else {}
    return titles.get(content.entry_id) or content.headline


def message(body: Styled, *, silent: bool) -> Message:
    """A message of this text, within the limit."""
    body = body.cut(MESSAGE_UNITS)
    return Message(html=body.html, plain=cut(body.plain, MESSAGE_UNITS), silent=silent)


def repeat_mark(catalogue: Catalogue) -> Styled:
    """The mark of a message that may have arrived before."""
    return Styled((Span(text=catalogue.possible_repeat, italic=True),))


def _taken(taking: Taking | None, target: Target, catalogue: Catalogue) -> Styled:
    if taking is None:
        return Styled()
    at = moment(taking.changed_at, target, catalogue)
    facts = {"name": shown_name(taking, catalogue), "at": at}
    return own(f"{TAKEN_MARK} ") + filled(catalogue.taken, facts, limit=NAME_UNITS)


def shown_name(taking: Taking, catalogue: Catalogue) -> str:
    """Who has it, by the name they gave the service, cleaned and cut."""
    return cut(clean(taking.name), NAME_UNITS) or catalogue.somebody


def _source(content: AlertContent, tags: list[TopicTag], target: Target, catalogue: Catalogue) -> Styled:
    parts = [
        value(content.outlet, limit=60),
        own(moment(content.published_at or content.first_seen_at, target, catalogue)),
        own(score_mark(max(tag.score for tag in tags))) if tags else Styled(),
        translate_link(content.url, content.language, target, catalogue),
    ]
    return joined(parts, " · ")


def _labelled(label: str, text: str) -> Styled:
    shown = value(text, limit=CHANGE_UNITS)
    return own(f"{label} ") + shown if shown else Styled()


def _why(tags: list[TopicTag], catalogue: Catalogue) -> Styled:
    reasons: dict[str, Styled] = {}
    for tag in tags[:TOPIC_COUNT]:
        named = value(tag.name, limit=TOPIC_UNITS) + own(": ") if len(tags) > 1 else Styled()
        if tag.why:
            reasons.setdefault(tag.why, named + value(tag.why, limit=WHY_UNITS))
    return own(f"{catalogue.why} ") + joined(list(reasons.values()), "; ") if reasons else Styled()
