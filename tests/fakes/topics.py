"""The shipped topics compiled once for all tests, and small topics made from YAML."""

from __future__ import annotations

import functools
from datetime import UTC, datetime
from pathlib import Path

import yaml

from watcher.config import load
from watcher.config.topics import ConceptsFile, TopicFile, build_profiles
from watcher.core.matching import Matcher, compile_matcher, judge, match, read_entry
from watcher.core.model import Entry, Match, Reading

ROOT = Path(__file__).resolve().parent.parent.parent


@functools.cache
def shipped() -> Matcher:
    """The matcher of the topics in config/."""
    return compile_matcher(list(load(ROOT / "config", {}).profiles.values()))


def topic(text: str, concepts: str = "{}") -> Matcher:
    """A matcher of one topic file, and perhaps a concepts file, as YAML."""
    file = TopicFile.model_validate({"id": "t", "name": "T", **yaml.safe_load(text)})
    shared = ConceptsFile.model_validate(yaml.safe_load(concepts))
    return compile_matcher(build_profiles([file], shared))


def words_of(*terms: str, language: str = "any") -> Matcher:
    """A matcher of one concept "c" with these terms, and one pattern that asks for it."""
    listed = {language: list(terms)}
    file = TopicFile.model_validate(
        {
            "id": "t",
            "name": "T",
            "concepts": {"c": listed},
            "patterns": [{"name": "p", "score": 100, "needs": ["c"]}],
        }
    )
    return compile_matcher(build_profiles([file], None))


def entry(title: str, summary: str = "", *, outlet: str = "", language: str | None = None) -> Entry:
    """An entry of these words."""
    return Entry(
        id="e1",
        feed_id="f",
        guid="g",
        url="",
        canonical_url="",
        title=title,
        summary=summary,
        outlet=outlet,
        language=language,
        published_at=None,
        first_seen_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


def reading(
    title: str, summary: str = "", *, matcher: Matcher | None = None, language: str | None = None
) -> Reading:
    """What is read in these words."""
    return read_entry(entry(title, summary, language=language), matcher or shipped())


def scores(title: str, summary: str = "", *, language: str | None = None) -> dict[str, float]:
    """Scores of the shipped topics; topics without evidence are left out."""
    return {one.profile_id: one.score for one in match(entry(title, summary, language=language), shipped())}


def judged(title: str, summary: str = "", *, matcher: Matcher) -> Match:
    """The match of a matcher's only topic, whatever its score."""
    one = entry(title, summary)
    (found,) = judge(read_entry(one, matcher), one, matcher, zeros=True)
    return found
