"""What people, feeds and outlets wrote stays text in answers, whatever it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.core.rendering.test_rendering import HOSTILE_TEXT, URLS, assert_telegram_accepts, entry, story
from watcher.bot.paging import paged
from watcher.bot.records import Question, Said
from watcher.bot.wording import counted, ours, story_row
from watcher.core.model import Taking, Target
from watcher.core.rendering import languages, texts
from watcher.core.rendering.styled import own, safe_url
from watcher.demo.botapi.linking import automatic_entities
from watcher.demo.botapi.markup import parse_html

AT = datetime(2026, 3, 29, tzinfo=UTC)
SAID = Said(
    chat_id="1", thread_id=None, message_id="1", user_id=7, user_name="R", private=True, name="recent",
    addressed="", words="",
)  # fmt: skip


@given(headline=HOSTILE_TEXT, outlet=HOSTILE_TEXT, name=HOSTILE_TEXT, url=URLS)
@example(headline="", outlet="", name="-.AA", url="https://outlet.example/")
@settings(max_examples=40)
def test_lists_of_stories_link_their_headlines_and_nothing_else(
    headline: str, outlet: str, name: str, url: str
) -> None:
    """P2 holds for answers, too: pages of hostile stories are accepted and mention nobody."""
    first = replace(entry(outlet, title=headline), url=url)
    told = replace(story(first, entry("B")), headline=headline)
    taking = Taking(story_id=told.id, target_id="t", user_id=7, name=name, changed_at=AT, press_id=1)
    question = Question(said=SAID, target=Target(id="t"), texts=texts("en"))
    row = story_row(told, question, {told.id: taking})
    for page in paged(own("Title", bold=True), [row] * 12):
        assert_telegram_accepts(page.html, {safe_url(url)})


@pytest.mark.parametrize("language", languages())
@given(name=HOSTILE_TEXT)
@settings(max_examples=20)
def test_what_is_put_into_a_text_of_ours_is_no_command(language: str, name: str) -> None:
    """Only the commands of the text itself can be tapped."""
    catalogue = texts(language)
    for key in (
        "unknown topic",
        "mute unknown",
        "muted",
        "unmuted",
        "refused",
        "checkfeed failed",
        "feed failing",
    ):
        drawn = ours(
            catalogue, key, name=name, what=name, until=name, reason=name, outlet=name, error=name, at=name
        )
        text, entities = parse_html(drawn.html)
        assert automatic_entities(text, entities) == automatic_entities(catalogue.answers[key]) == ()


@pytest.mark.parametrize(
    ("language", "count", "expected"),
    [
        ("en", 0, "No stories in the last 24 hours."),
        ("en", 1, "1 story in the last 24 hours"),
        ("en", 2, "2 stories in the last 24 hours"),
        ("fr", 0, "Aucun sujet ces dernières 24 heures."),
        ("fr", 1, "1 sujet ces dernières 24 heures"),
        ("fr", 21, "21 sujets ces dernières 24 heures"),
    ],
)
def test_a_count_takes_the_form_of_its_language(language: str, count: int, expected: str) -> None:
    """One is one, none is none; French counts 0 and 1 alike where it has no word for none."""
    assert counted(texts(language), "recent", count).plain == expected


@given(count=st.integers(0, 10_000))
def test_every_count_has_a_text(count: int) -> None:
    """Whatever form a language takes, there is a line for it."""
    for language in languages():
        catalogue = texts(language)
        for key in ("recent", "open stories", "topics", "feeds", "mutes", "status waiting", "topic stories"):
            assert counted(catalogue, key, count).plain
