"""`/why` and `/try`: what a score is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.bot.paging import paged
from watcher.bot.wording import answer, ours
from watcher.core.deciding.why import why as reason_of
from watcher.core.matching import judge, read
from watcher.core.model import AlertContent, Entry, alert_key
from watcher.core.rendering.buttons import read_button
from watcher.core.rendering.passages import score_mark
from watcher.core.rendering.styled import own, value

if TYPE_CHECKING:
    from watcher.bot.records import Pages, Question, Sources
    from watcher.core.rendering.catalogue.form import Catalogue

REASON_UNITS = 1500


async def why(question: Question, sources: Sources) -> Pages:
    """Why the alert it replies to came."""
    for data in question.said.replied_data:
        button = read_button(data)
        if button is None:
            continue
        for known in sources.runtime().targets.values():
            row = await sources.store.delivery(alert_key(button.story_id, known.id))
            if row is not None and isinstance(row.content, AlertContent):
                return reasons(row.content, question.texts)
    return answer(question.texts, "why how")


def reasons(content: AlertContent, texts: Catalogue) -> Pages:
    """Why an alert came: each topic with its score and what it was found by."""
    rows = [
        value(tag.name, bold=True) + own(f" {score_mark(tag.score)} – ") + value(tag.why, limit=REASON_UNITS)
        for tag in sorted(content.topics, key=lambda tag: -tag.score)
    ]
    return paged(ours(texts, "why title", bold=True), rows)


async def try_headline(question: Question, sources: Sources) -> Pages:
    """Would this headline alert?"""
    said, texts = question.said, question.texts
    if not said.words:
        return answer(texts, "try how")
    runtime, now = sources.runtime(), sources.clock.now()
    entry = Entry(
        id="", feed_id="", guid="", url="", canonical_url="", title=said.words, summary="", outlet="",
        language=None, published_at=now, first_seen_at=now,
    )  # fmt: skip
    reading = read(title=said.words, matcher=runtime.matcher, complete=True)
    matches = sorted(judge(reading, entry, runtime.matcher), key=lambda match: -match.score)
    if not matches:
        return answer(texts, "try nothing")
    rows = []
    for match in matches:
        profile = runtime.profiles[match.profile_id]
        below = (
            ""
            if match.on_topic
            else f" {texts.answers['try below'].format(threshold=f'{match.threshold:g}')}"
        )
        rows.append(
            own("✓ " if match.on_topic else "✗ ")
            + value(profile.name, bold=True)
            + own(f" {score_mark(match.score)}{below} – ")
            + value(reason_of(match, profile), limit=REASON_UNITS)
        )
    told = any(match.on_topic for match in matches)
    return paged(ours(texts, "try yes" if told else "try no", bold=True), rows)
