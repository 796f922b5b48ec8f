"""Articles -> a draft of a topic profile. Pure.

Steered by a sentence, the draft follows it: named things that it joins, named things with its subject matter.
Without one, it follows what the seeds themselves are full of.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.core.deriving.concepts import is_country
from watcher.core.deriving.finding import find_all, spoken_of
from watcher.core.deriving.proposals import Proposals
from watcher.core.deriving.proposing import steer
from watcher.core.deriving.records import Draft
from watcher.core.deriving.signs import follow_seeds
from watcher.core.deriving.steering import fill_regions, fill_subject, read_steering
from watcher.core.text.languages import latin_language
from watcher.core.text.tokens import WORD

if TYPE_CHECKING:
    from collections.abc import Sequence

    from watcher.core.deriving.finding import Finder
    from watcher.core.deriving.records import Article, Finding, Knowledge

THRESHOLD = 50.0
"""Every score below is set against it: what tells a topic alone passes, what does so with a second thing does not."""


def derive(articles: Sequence[Article], *, topic: str, about: str, knowledge: Knowledge) -> Draft:
    """Draft a topic profile.

    Args:
        articles: one at least, cleaned.
        topic: the id it will have.
        about: what the topic is, in a sentence; "" = whatever the seeds are about.
        knowledge: what is known beside the seeds.
    """
    finder = find_all(articles, about, knowledge)
    findings = spoken_of(finder.findings)
    proposals = Proposals(findings, knowledge, len(articles))
    notes = [f"from: {article.headline}" for article in articles if article.headline]
    if about:
        language = latin_language(WORD.findall(about), None) or articles[0].language
        steering = read_steering(about, language, finder)
        if steering.things:
            fill_subject(steering, finder, language)
            countries = {key for key, thing in finder.findings.items() if is_country(thing, knowledge)}
            fill_regions(steering, _lists(articles, finder, countries), countries)
            steer(proposals, steering)
        else:
            notes.append(
                "the sentence names nothing that the seeds or the shared concepts speak of; it was not used"
            )
    if not proposals.patterns:
        follow_seeds(proposals)
    return Draft(
        topic=topic,
        name=_name(topic),
        description=about,
        seeds=tuple(article.source for article in articles),
        threshold=THRESHOLD,
        concepts=tuple(proposals.concepts),
        patterns=tuple(proposals.patterns),
        notes=tuple(notes),
    )


def _name(topic: str) -> str:
    return topic.replace("-", " ").replace("_", " ").capitalize()


def _lists(
    articles: Sequence[Article], finder: Finder, countries: set[str]
) -> list[tuple[str, list[Finding]]]:
    """(sentence, countries in one list), for every list of countries in the seeds."""
    return [
        (text, listed)
        for article in articles
        for text in (article.headline, *article.sentences)
        for listed in finder.lists_of(text, article.language, countries)
    ]
