"""The why line of an alert: the very evidence the match was made of, in one line of plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from watcher.core.model import Evidence, Match
    from watcher.core.profiles import Profile

WORDS_SHOWN = 3  # different words of one concept


def why(match: Match, profile: Profile) -> str:
    """ "Russia (Lavrov) × Sahel state (Mali, Niger)": the strongest pattern that met, with the words it hit."""
    if not match.evidence:
        return "score stored without evidence"
    names = {}
    for concept in profile.concepts:  # mentions name a profile's own concepts "profile/concept"
        key = concept.id if concept.shared else f"{profile.id}/{concept.id}"
        names[key] = concept.name or concept.id
    return _line(match.evidence[0], names)


def _line(evidence: Evidence, names: dict[str, str]) -> str:
    words: dict[str, dict[str, None]] = {}
    for mention in evidence.mentions:
        words.setdefault(mention.concept, {})[mention.words] = None
    if not words:
        return evidence.pattern
    parts = []
    for concept, hits in words.items():
        shown = list(hits)[:WORDS_SHOWN]
        parts.append(f"{names.get(concept, concept)} ({', '.join(shown)})")
    return " × ".join(parts)
