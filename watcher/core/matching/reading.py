"""One pass over an entry: every term of every profile that it mentions. Pure."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING

from watcher.core.matching.index import SHADOW
from watcher.core.matching.words import Script
from watcher.core.model import Mention, Reading
from watcher.core.text.languages import latin_language
from watcher.core.text.outlets import headline_end, repeats_title, without_credits
from watcher.core.text.tokens import WORD, counts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from watcher.core.matching.index import Entered, Matcher, Node, Word
    from watcher.core.model import Entry
    from watcher.core.model.matches import Field

TITLE_LIMIT = 1_000
SUMMARY_LIMIT = 4_000
"""Characters that are read; the parser cuts there too, but `read` must not depend on who calls it."""


_FOLDED = operator.attrgetter("folded")

NOTHING = Reading(mentions=())
"""The reading of an entry that no profile can match."""

_Hit = tuple[int, int, "Entered", int]
"""A term found: first word, last word, what it means, quality."""


def read_entry(entry: Entry, matcher: Matcher, *, complete: bool = True) -> Reading:
    """Read an entry's title and summary; see `read`."""
    return read(
        title=entry.title,
        summary=entry.summary,
        outlet=entry.outlet,
        language=entry.language,
        matcher=matcher,
        complete=complete,
    )


def read(
    *,
    title: str,
    summary: str = "",
    outlet: str = "",
    language: str | None = None,
    matcher: Matcher,
    complete: bool = True,
) -> Reading:
    """Find every mention of every concept, whichever profile asks for it.

    Costs one look-up per word; the number of terms does not matter.

    Args:
        title: plain text; read to 1,000 characters.
        summary: plain text; read to 4,000 characters, and not at all when it only repeats the title.
        outlet: whose name at the end of a title is no part of the headline.
        language: two-letter code as the feed declares it, or None.
        matcher: the compiled profiles.
        complete: False lets entries go at once in which nothing is found that any pattern hinges on: they get the
            empty reading. Most entries of a general feed are such; no profile can match them.

    Returns:
        Mentions in the order of the text, title first. A mention inside a longer one is there too (which counts
        is the profile's affair); words that a shadow took away are not.
    """
    title, summary = title[:TITLE_LIMIT], summary[:SUMMARY_LIMIT]
    if not complete and not matcher.sieve.lets_through(title, summary):
        return NOTHING
    summary = without_credits(summary)
    whole_title = _words(title, matcher, language)
    title_words = whole_title
    end = headline_end(title, outlet, summary)
    if end < len(title):
        title = title[:end]
        title_words = whole_title[: len(WORD.findall(title))]
    summary_words = _words(summary, matcher, language) if summary else []
    tokens = tuple(map(_FOLDED, title_words))
    summary_tokens = tuple(map(_FOLDED, summary_words))
    if summary_words and repeats_title(tuple(map(_FOLDED, whole_title)), summary_tokens, outlet):
        summary, summary_words, summary_tokens = "", [], ()
    title_hits, summary_hits = _hits(title_words), _hits(summary_words)
    if not complete and not any(hit[2].hinge for hit in (*title_hits, *summary_hits)):
        return NOTHING
    mentions = _mentions(title, title_hits, "title") + _mentions(summary, summary_hits, "summary")
    return Reading(
        mentions=tuple(mentions),
        tokens=tokens,
        summary_tokens=summary_tokens,
        numbers=_numbers(title, title_words, summary, summary_words),
    )


def _words(text: str, matcher: Matcher, language: str | None) -> list[Word]:
    """Look up every word of a field."""
    tokens = WORD.findall(text)
    return matcher.words(tokens, _script(text, latin_language(tokens, language)))


_LOWERCASE_HOMOGRAPHS = frozenset(("pl", "uk"))  # "mali": small ones (Polish), had (Ukrainian)


def _script(text: str, language: str | None) -> Script:
    """How the field is written."""
    if text.islower():
        return Script(language, language not in _LOWERCASE_HOMOGRAPHS)
    return Script(language, False, text.isupper())


def _hits(words: Sequence[Word]) -> list[_Hit]:
    """All terms in a field, what shadows cover left out."""
    hits: list[_Hit] = []
    for position, word in enumerate(words):
        for meaning, quality in word.singles:
            hits.append((position, position, meaning, quality))
        for node, quality in word.starts:
            _follow(node, words, position, position + 1, quality, hits)
    if any(hit[2].concept is SHADOW for hit in hits):
        return _unshadowed(hits)
    return hits


def _follow(
    node: Node, words: Sequence[Word], first: int, position: int, quality: int, hits: list[_Hit]
) -> None:
    """Follow a phrase word by word; record every term that ends."""
    if position == len(words):
        return
    for atom, atom_quality in words[position].atoms.items():
        then = node.then.get(atom)
        if then is None:
            continue
        worst = min(quality, atom_quality)
        hits.extend((first, position, meaning, worst) for meaning in then.ends)
        if then.then:
            _follow(then, words, first, position + 1, worst, hits)


def _unshadowed(hits: list[_Hit]) -> list[_Hit]:
    """Take away what shadows cover: what overlaps one and is not longer."""
    shadows = [(first, last) for first, last, meaning, _ in hits if meaning.concept is SHADOW]
    return [
        hit
        for hit in hits
        if hit[2].concept is not SHADOW
        and not any(
            first <= hit[1] and hit[0] <= last and last - first >= hit[1] - hit[0] for first, last in shadows
        )
    ]


def _mentions(text: str, hits: Sequence[_Hit], field: Field) -> list[Mention]:
    """Hits as mentions: one per member and place, the best; in the order of the text, longer ones first."""
    if not hits:
        return []
    best: dict[tuple[int, int, str, str], _Hit] = {}
    for hit in hits:
        first, last, meaning, quality = hit
        key = (first, -last, meaning.concept, meaning.member)
        known = best.get(key)
        if known is None or quality * meaning.weight > known[3] * known[2].weight:
            best[key] = hit
    spans = [hit.span() for hit in WORD.finditer(text)]
    mentions = []
    reached: dict[tuple[str, str], int] = {}
    for key in sorted(best):
        first, last, meaning, quality = best[key]
        if last <= reached.get(key[2:], -1):
            continue  # "Burkina" inside "Burkina Faso" says nothing new
        reached[key[2:]] = last
        start, end = spans[first][0], spans[last][1]
        mentions.append(
            Mention(
                concept=meaning.concept,
                member=meaning.member,
                term=meaning.term,
                field=field,
                start=start,
                end=end,
                words=text[start:end],
                quality=quality,
                weight=meaning.weight,
            )
        )
    return mentions


def _numbers(
    title: str, title_words: Sequence[Word], summary: str, summary_words: Sequence[Word]
) -> tuple[int, ...]:
    """Counts in title and summary."""
    found: set[int] = set()
    for text, words in ((title, title_words), (summary, summary_words)):
        written_out = [word.folded for word in words if word.is_number]
        found.update(counts(text, written_out))
    return tuple(sorted(found))
