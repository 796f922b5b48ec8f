"""One pass over an entry: every term of every profile that it mentions. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from watcher.core.matching.index import SHADOW
from watcher.core.matching.words import Script
from watcher.core.model import Mention, Reading
from watcher.core.text.languages import latin_language
from watcher.core.text.outlets import headline_end, repeats_title, without_credits
from watcher.core.text.tokens import WORD, counts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from watcher.core.matching.index import Entered, Matcher, Node
    from watcher.core.matching.words import Word
    from watcher.core.model import Entry
    from watcher.core.model.matches import Field

TITLE_LIMIT = 1_000
SUMMARY_LIMIT = 4_000
"""Characters that are read; the parser cuts there too, but `read` must not depend on who calls it."""


class _Hit(NamedTuple):
    """A term found: from word `first` to word `last` of a field."""

    first: int
    last: int
    meaning: Entered
    quality: int


def read_entry(entry: Entry, matcher: Matcher) -> Reading:
    """Read an entry's title and summary."""
    return read(
        title=entry.title,
        summary=entry.summary,
        outlet=entry.outlet,
        language=entry.language,
        matcher=matcher,
    )


def read(
    *, title: str, summary: str = "", outlet: str = "", language: str | None = None, matcher: Matcher
) -> Reading:
    """Find every mention of every concept, whichever profile asks for it.

    Costs one look-up per word; the number of terms does not matter.

    Args:
        title: plain text; read to 1,000 characters.
        summary: plain text; read to 4,000 characters, and not at all when it only repeats the title.
        outlet: whose name at the end of a title is no part of the headline.
        language: two-letter code when known; spares homographs of that language (Polish "mali").
        matcher: the compiled profiles.

    Returns:
        Mentions in the order of the text, title first. A mention inside a longer one is there too (which counts
        is the profile's affair); words that a shadow took away are not.
    """
    title, summary = title[:TITLE_LIMIT], without_credits(summary[:SUMMARY_LIMIT])
    whole_title = _words(title, matcher, language)
    title_words = whole_title
    end = headline_end(title, outlet, summary)
    if end < len(title):
        title = title[:end]
        title_words = whole_title[: len(WORD.findall(title))]
    summary_words = _words(summary, matcher, language) if summary else []
    if summary_words and repeats_title(
        [word.folded for word in whole_title], [word.folded for word in summary_words], outlet
    ):
        summary, summary_words = "", []
    mentions = _mentions(title, title_words, "title", matcher)
    mentions += _mentions(summary, summary_words, "summary", matcher)
    tokens = tuple(word.folded for word in title_words)
    summary_tokens = tuple(word.folded for word in summary_words)
    return Reading(
        mentions=tuple(mentions),
        tokens=tokens,
        summary_tokens=summary_tokens,
        numbers=_numbers(title, title_words, summary, summary_words),
    )


def _words(text: str, matcher: Matcher, language: str | None) -> list[Word]:
    """Look up every word of a field, through the memo."""
    tokens = WORD.findall(text)
    script = _script(text, latin_language(tokens, language))
    memo = matcher.words.memo(script)
    words = []
    for token in tokens:
        word = memo.get(token)
        if word is None:
            word = memo[token] = matcher.words.look_up(token, script)
        words.append(word)
    return words


_LOWERCASE_HOMOGRAPHS = frozenset(("pl", "uk"))  # "mali": small ones (Polish), had (Ukrainian)


def _script(text: str, language: str | None) -> Script:
    """How the field is written."""
    if text.islower():
        return Script(language=language, no_capitals=language not in _LOWERCASE_HOMOGRAPHS)
    return Script(language=language, shouting=text.isupper())


def _mentions(text: str, words: Sequence[Word], field: Field, matcher: Matcher) -> list[Mention]:
    """All terms in a field as mentions, what shadows cover left out."""
    hits: list[_Hit] = []
    root = matcher.root
    for position, word in enumerate(words):
        if word.atoms:
            _walk(root, words, position, position, 100, hits)
    if not hits:
        return []
    hits = _unshadowed(hits)
    if not hits:
        return []
    spans = [hit.span() for hit in WORD.finditer(text)]
    mentions = []
    for hit in sorted(hits, key=_order):
        start, end = spans[hit.first][0], spans[hit.last][1]
        mentions.append(
            Mention(
                concept=hit.meaning.concept,
                member=hit.meaning.member,
                term=hit.meaning.term,
                field=field,
                start=start,
                end=end,
                words=text[start:end],
                quality=hit.quality,
                weight=hit.meaning.weight,
            )
        )
    return mentions


def _order(hit: _Hit) -> tuple[int, int, str, str, str]:
    return (hit.first, -hit.last, hit.meaning.concept, hit.meaning.member, hit.meaning.term)


def _walk(
    node: Node, words: Sequence[Word], first: int, position: int, quality: int, hits: list[_Hit]
) -> None:
    """Follow the trie from a word on; record every term that ends."""
    for atom, atom_quality in words[position].atoms:
        then = node.then.get(atom)
        if then is None:
            continue
        worst = min(quality, atom_quality)
        hits.extend(_Hit(first, position, meaning, worst) for meaning in then.ends)
        if then.then and position + 1 < len(words) and words[position + 1].atoms:
            _walk(then, words, first, position + 1, worst, hits)


def _unshadowed(hits: list[_Hit]) -> list[_Hit]:
    """Take away what shadows cover, unless a longer term holds the shadow itself; one hit per member and place."""
    shadows = [hit for hit in hits if hit.meaning.concept == SHADOW]
    best: dict[tuple[int, int, str, str], _Hit] = {}
    for hit in hits:
        if hit.meaning.concept == SHADOW:
            continue
        if shadows and any(_takes(shadow, hit) for shadow in shadows):
            continue
        key = (hit.first, hit.last, hit.meaning.concept, hit.meaning.member)
        known = best.get(key)
        if known is None or hit.quality * hit.meaning.weight > known.quality * known.meaning.weight:
            best[key] = hit
    return list(best.values())


def _takes(shadow: _Hit, hit: _Hit) -> bool:
    """A shadow takes what overlaps it and is not longer."""
    overlaps = shadow.first <= hit.last and hit.first <= shadow.last
    return overlaps and shadow.last - shadow.first >= hit.last - hit.first


def _numbers(
    title: str, title_words: Sequence[Word], summary: str, summary_words: Sequence[Word]
) -> tuple[int, ...]:
    """Counts in title and summary."""
    found: set[int] = set()
    for text, words in ((title, title_words), (summary, summary_words)):
        written_out = [word.folded for word in words if word.is_number]
        if written_out or any(map(text.__contains__, "0123456789")):
            found.update(counts(text, written_out))
    return tuple(sorted(found))
