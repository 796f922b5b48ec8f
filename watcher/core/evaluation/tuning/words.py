"""Words that misses have in common and the profile does not know. Pure.

A miss mostly lacks one thing: a pattern that is all there but for one concept. A word that several misses share is
proposed for that concept; whether it helps is measured afterwards, not guessed here.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher.core.evaluation.tuning.edits import AddTerm
from watcher.core.grouping.stopwords import STOPWORDS
from watcher.core.text.folding import fold
from watcher.core.text.languages import LANGUAGES
from watcher.core.text.tokens import WORD

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from watcher.core.evaluation.topics import Judged
    from watcher.core.model import Entry
    from watcher.core.profiles import Profile

MISSES_NEEDED = 2  # unlike misses; a word of one is an accident
ALIKE = 0.5  # share of common words from which two misses are one text told twice
LIFT_NEEDED = 3.0  # times as frequent in misses as in what is off topic
CONCEPTS_TRIED = 2  # per word
SUMMARY_READ = 300  # characters: the news stands at the beginning


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingWord:
    """A word or a pair of words that misses share."""

    text: str  # as the entries write it, in small letters where any of them does
    folded: tuple[str, ...]
    language: str | None  # of all entries that use it; None = several, or a name
    miss_count: int
    off_topic_count: int
    completes: tuple[
        tuple[str, int], ...
    ]  # concepts that near patterns of these misses want, most wanted first


def missing_words(
    misses: Sequence[Judged], off_topic: Sequence[Judged], limit: int = 20
) -> list[MissingWord]:
    """List what misses share, most frequent first.

    Args:
        misses: on-topic entries below the threshold.
        off_topic: judged entries that are not on topic.
        limit: at most so many.
    """
    in_misses: dict[tuple[str, ...], list[Judged]] = {}
    for item in misses:
        known = {fold(word) for word in _mentioned(item)}
        for phrase in set(phrases(item.entry)):
            if not any(word in known for word in phrase):
                in_misses.setdefault(phrase, []).append(item)
    elsewhere: Counter[tuple[str, ...]] = Counter()
    for item in off_topic:
        elsewhere.update(phrase for phrase in set(phrases(item.entry)) if phrase in in_misses)
    found = []
    for phrase, items in in_misses.items():
        share = elsewhere[phrase] / max(1, len(off_topic))
        if _unlike(items) < MISSES_NEEDED or len(items) / len(misses) < LIFT_NEEDED * share:
            continue
        found.append(_word(phrase, items, elsewhere[phrase]))
    found.sort(key=lambda word: (-word.miss_count, word.off_topic_count, -len(word.folded), word.text))
    return _without_parts(found)[:limit]


def additions(word: MissingWord, profile: Profile) -> Iterator[AddTerm]:
    """Yield the edits that teach a profile a word: one per concept it could complete."""
    by_id = {concept.id: concept for concept in profile.concepts}
    for wanted, _ in word.completes[:CONCEPTS_TRIED]:
        concept_id, member = (
            (wanted, None) if wanted in by_id else (wanted.rpartition(".")[0], wanted.rpartition(".")[2])
        )
        concept = by_id.get(concept_id)
        if concept is None:
            continue
        yield AddTerm(
            topic=profile.id,
            concept=concept_id,
            shared=concept.shared,
            member=member,
            term=word.text,
            language=word.language,
        )


def phrases(entry: Entry) -> list[tuple[str, ...]]:
    """Words and pairs of neighbours, folded, stopwords and numbers left out."""
    found: list[tuple[str, ...]] = []
    for text in (entry.title, entry.summary[:SUMMARY_READ]):
        words = [fold(word) for word in WORD.findall(text)]
        for position, word in enumerate(words):
            if not _says_something(word):
                continue
            found.append((word,))
            if position + 1 < len(words) and _says_something(words[position + 1]):
                found.append((word, words[position + 1]))
    return found


def _unlike(items: Sequence[Judged]) -> int:
    """How many of these are not the same text told again."""
    kept: list[set[tuple[str, ...]]] = []
    for item in items:
        words = set(phrases(item.entry))
        if all(len(words & other) < ALIKE * min(len(words), len(other)) for other in kept):
            kept.append(words)
    return len(kept)


def _says_something(word: str) -> bool:
    return len(word) >= 3 and word not in STOPWORDS and not any(letter.isdigit() for letter in word)


def _mentioned(item: Judged) -> Iterator[str]:
    """Words that some pattern of the profile already used."""
    for evidence in (*item.match.evidence, *item.match.near):
        for mention in evidence.mentions:
            yield from WORD.findall(mention.words)


def _word(phrase: tuple[str, ...], items: Sequence[Judged], off_topic_count: int) -> MissingWord:
    spellings: Counter[str] = Counter()
    languages: set[str | None] = set()
    completes: Counter[str] = Counter()
    for item in items:
        languages.add(item.entry.language)
        spellings.update(_spellings(phrase, item.entry))
        wanted = {
            concept
            for evidence in item.match.near
            if not evidence.note
            for label in evidence.missing
            for concept in _concepts(label)
        }
        completes.update(wanted)
    text = min(spellings, key=lambda spelling: (spelling != spelling.lower(), -spellings[spelling], spelling))
    language = next(iter(languages)) if len(languages) == 1 else None
    is_name = text != text.lower()
    return MissingWord(
        text=text,
        folded=phrase,
        language=language if language in LANGUAGES and not is_name else None,
        miss_count=len(items),
        off_topic_count=off_topic_count,
        completes=tuple(completes.most_common()),
    )


def _concepts(label: str) -> list[str]:
    """The concepts a need's label names: "acts.expel or acts.recall in the title"."""
    bare = label.removesuffix(" in the title").partition(" (")[0]
    return bare.split(" or ")


def _spellings(phrase: tuple[str, ...], entry: Entry) -> Iterator[str]:
    for text in (entry.title, entry.summary[:SUMMARY_READ]):
        words = WORD.findall(text)
        folded = [fold(word) for word in words]
        for position in range(len(words) - len(phrase) + 1):
            if tuple(folded[position : position + len(phrase)]) == phrase:
                yield " ".join(words[position : position + len(phrase)])


def _without_parts(found: list[MissingWord]) -> list[MissingWord]:
    """Leave out single words that only ever stand in a pair that is there too."""
    pairs = [word for word in found if len(word.folded) == 2]
    return [
        word
        for word in found
        if len(word.folded) == 2
        or not any(word.folded[0] in pair.folded and pair.miss_count == word.miss_count for pair in pairs)
    ]
