"""Messages about the watcher itself, in the voice of the alerts."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

from watcher.core.rendering.alerts import message, repeat_mark
from watcher.core.rendering.catalogue import texts
from watcher.core.rendering.digests import digest_lines
from watcher.core.rendering.passages import moment
from watcher.core.rendering.styled import PLACE, Styled, cut, filled, joined, lines

if TYPE_CHECKING:
    from collections.abc import Mapping

    from watcher.core.model import Message, NoticeContent, Target
    from watcher.core.rendering.catalogue.form import Catalogue

FACT_UNITS = 600
_ISO_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")


def render_notice(content: NoticeContent, target: Target, *, possible_repeat: bool = False) -> Message:
    """Draw a notice; sentences whose facts are missing are left out, ISO times are shown in local time."""
    catalogue = texts(target.language)
    notice = catalogue.notices[content.kind]
    facts = {name: _local(fact, target, catalogue) for name, fact in content.facts.items() if fact}
    sentences = [
        _sentence(text, facts) for text in notice.sentences if set(PLACE.findall(text)) <= set(facts)
    ]
    body = lines(
        repeat_mark(catalogue) if possible_repeat else Styled(),
        filled(notice.title, facts, limit=FACT_UNITS, bold=True),
        joined(sentences, " "),
        digest_lines(content.lines, target, catalogue),
    )
    return message(body, silent=target.silent or possible_repeat)


def _sentence(text: str, facts: Mapping[str, str]) -> Styled:
    """A sentence that is nothing but a fact of several lines keeps them: what a reload changes is a list."""
    name = PLACE.fullmatch(text)
    if name is None:
        return filled(text, facts, limit=FACT_UNITS)
    rows = cut(facts[name[1]], FACT_UNITS).splitlines()
    return lines(*(filled(text, {name[1]: row}, limit=FACT_UNITS) for row in rows))


def _local(fact: str, target: Target, catalogue: Catalogue) -> str:
    if not _ISO_TIME.match(fact):
        return fact
    try:
        at = datetime.fromisoformat(fact)
    except ValueError:
        return fact
    return moment(at, target, catalogue) if at.tzinfo else fact
