"""What the seeds speak of: known things, names, words and phrases, each with where it was seen. Pure."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from watcher.core.deriving.background import COMMON, COMMON_NAME, DAILY_COUNTRY, EMPTY, OTHER_COUNTRY, RARE
from watcher.core.deriving.merging import merge_names
from watcher.core.deriving.names import Word, names_in, settled_capitals, words_of
from watcher.core.deriving.records import COUNTRY, Finding, Kind
from watcher.core.text.folding import fold
from watcher.core.text.tokens import folded_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from watcher.core.deriving.records import Article, Knowledge
    from watcher.core.model import Mention

_LIST_GAP = re.compile(r"\s*,?\s*(?:\w{1,3}\s+)?")
PHRASE_COUNT = 2  # two words side by side are a phrase when they are so this often


class Item(NamedTuple):
    """A finding at a place in a sentence."""

    start: int
    end: int
    key: str


class Finder:
    """Reads sentences and remembers what they speak of.

    Args:
        knowledge: what is known beside the seeds.
        texts: all that will be read, so that names are told from words at the beginning of sentences.
    """

    def __init__(self, knowledge: Knowledge, texts: Iterable[str]) -> None:
        self._knowledge = knowledge
        self._capitals = settled_capitals(texts)
        self.findings: dict[str, Finding] = {}

    def read(self, text: str, language: str | None) -> list[Item]:
        """Find everything in one sentence, in order; counts nothing."""
        known = self._known(text, language)
        taken = [(item.start, item.end) for item in known]
        names = [
            self._name(text, start, end, language)
            for start, end in names_in(text, taken, self._capitals, self._knowledge.background, language)
        ]
        named = [(item.start, item.end) for item in known if not self.findings[item.key].matter]
        names = [item for item in names if not _belongs(text, item, named)]
        taken += [(item.start, item.end) for item in names]
        whole = [_reaching_back(text, place, self._capitals) for place in named]
        free = [
            word
            for word in words_of(text)
            if not any(word.start < end and start < word.end for start, end in [*taken, *whole])
        ]
        words = [item for word in free if (item := self._word(word, language)) is not None]
        return sorted({*known, *names, *words})

    def count(self, text: str, language: str | None, seed: int, sentence: int) -> None:
        """Find everything in one sentence of a seed and remember it; sentence 0 is the headline."""
        items = self.read(text, language)
        for item in [*items, *self._phrases(text, items, language)]:
            finding = self.findings[item.key]
            form = text[item.start : item.end]
            finding.forms[form] = finding.forms.get(form, 0) + 1
            finding.count += 1
            finding.sentences.add((seed, sentence))
            if sentence == 0:
                finding.headlines.add(seed)

    def lists_of(self, text: str, language: str | None, keys: set[str]) -> list[list[Finding]]:
        """Runs of two and more of these findings in a sentence with nothing but commas and a word between."""
        runs: list[list[Item]] = []
        for item in (item for item in self.read(text, language) if item.key in keys):
            if runs and _LIST_GAP.fullmatch(text[runs[-1][-1].end : item.start]):
                runs[-1].append(item)
            else:
                runs.append([item])
        return [
            list({item.key: self.findings[item.key] for item in run}.values()) for run in runs if len(run) > 1
        ]

    def parts_of(self, thing: Finding, language: str | None) -> list[Finding]:
        """Other known things that are named within a thing's own words: jihadists in "fighting jihadists"."""
        keys = {
            f"{mention.concept}.{mention.member}"
            for form in thing.forms
            for mention in self._knowledge.reader(form, language)
        }
        return [self.findings[key] for key in sorted(keys - {thing.key}) if key in self.findings]

    def _known(self, text: str, language: str | None) -> list[Item]:
        """Mentions of what is known; the longest at each place, countries only where no shared concept knows them."""
        mentions = list(self._knowledge.reader(text, language))
        kept = [one for one in mentions if not any(_covers(other, one) for other in mentions)]
        items = []
        for mention in kept:
            key = mention.member if mention.concept == COUNTRY else f"{mention.concept}.{mention.member}"
            if key not in self.findings:
                self.findings[key] = self._known_finding(key, mention, language)
            elif (
                mention.concept,
                mention.member,
            ) not in self._knowledge.homes and mention.concept != COUNTRY:
                finding = self.findings[key]
                finding.rarity = max(finding.rarity, self._rarity_of(mention.words, language))
            items.append(Item(mention.start, mention.end, key))
        return items

    def _known_finding(self, key: str, mention: Mention, language: str | None) -> Finding:
        home = self._knowledge.homes.get((mention.concept, mention.member))
        if mention.concept == COUNTRY or home is not None:
            country = self._knowledge.countries.get(home or mention.member)
            rarity = DAILY_COUNTRY if country is not None and country.daily else OTHER_COUNTRY
            kind = Kind.COUNTRY if mention.concept == COUNTRY else Kind.SHARED
            return Finding(key=key, kind=kind, rarity=rarity, matter=False)
        matter = not mention.words[:1].isupper() or _is_word(self._knowledge, mention)
        return Finding(
            key=key, kind=Kind.SHARED, rarity=self._rarity_of(mention.words, language), matter=matter
        )

    def _rarity_of(self, words: str, language: str | None) -> float:
        background = self._knowledge.background
        if words[:1].isupper() and background.is_common_name(folded_words(words)):
            return COMMON_NAME
        return max((background.rarity(word.text, language) for word in words_of(words)), default=EMPTY)

    def _name(self, text: str, start: int, end: int, language: str | None) -> Item:
        words = folded_words(text[start:end])
        key = " ".join(words)
        if key not in self.findings:
            self.findings[key] = Finding(
                key=key, kind=Kind.NAME, rarity=self._rarity_of_name(text[start:end], language), matter=False
            )
        return Item(start, end, key)

    def _rarity_of_name(self, name: str, language: str | None) -> float:
        background, words = self._knowledge.background, folded_words(name)
        if background.is_common_name(words):
            return COMMON_NAME
        if len(words) == 1 and (len(words[0]) < 3 or background.rarity(name, language) == EMPTY):
            return EMPTY  # Wednesday, IS
        ordinary = all(
            background.rarity(word, language) < RARE or background.is_common_name((word,)) for word in words
        )
        return 0.7 if ordinary else RARE

    def _word(self, word: Word, language: str | None) -> Item | None:
        background = self._knowledge.background
        rarity = background.rarity(word.text, language)
        if rarity == EMPTY:
            return None
        key = "~" + background.stem(word.text, language)
        if key not in self.findings:
            self.findings[key] = Finding(
                key=key, kind=Kind.WORD, rarity=rarity, matter=True, language=language
            )
        return Item(word.start, word.end, key)

    def _phrases(self, text: str, items: Sequence[Item], language: str | None) -> list[Item]:
        """Two words side by side that both say something."""
        words = [item for item in items if item.key.startswith("~")]
        found = []
        for first, second in pairwise(words):
            if text[first.end : second.start] not in (" ", "-"):
                continue
            key = f"{first.key} {second.key[1:]}"
            if key not in self.findings:
                both = self.findings[first.key].rarity + self.findings[second.key].rarity
                rarity = min(RARE, max(both, COMMON) * 0.85)
                self.findings[key] = Finding(
                    key=key, kind=Kind.WORD, rarity=rarity, matter=True, language=language
                )
            found.append(Item(first.start, second.end, key))
        return found


def find_all(articles: Sequence[Article], about: str, knowledge: Knowledge) -> Finder:
    """Read all articles.

    Args:
        articles: cleaned.
        about: the steering sentence, "" without one; it is read for the spelling of names only.
        knowledge: what is known beside them.
    """
    texts = [text for article in articles for text in article.sentences]
    finder = Finder(knowledge, [*texts, about])
    for seed, article in enumerate(articles):
        for number, text in enumerate((article.headline, *article.sentences)):
            if text:
                finder.count(text, article.language, seed, number)
    merge_names(finder.findings)
    return finder


def _belongs(text: str, item: Item, named: Sequence[tuple[int, int]]) -> bool:
    """True for a first name or title right before a known name: Vladimir (Putin)."""
    return any(text[item.end : start] == " " for start, _ in named if start > item.end)


def _reaching_back(text: str, place: tuple[int, int], capitals: frozenset[str]) -> tuple[int, int]:
    """A known name's place with the capitalised words right before it: (Colonel Assimi) Goita."""
    start, end = place
    before = [word for word in words_of(text) if word.end <= start]
    while (
        before
        and before[-1].text[0].isupper()
        and text[before[-1].end : start] == " "
        and fold(before[-1].text) in capitals
    ):
        start = before.pop().start
    return start, end


def _covers(other: Mention, one: Mention) -> bool:
    """True when another mention leaves no place for this one."""
    if other is one or not (other.start <= one.start and one.end <= other.end):
        return False
    longer = other.end - other.start > one.end - one.start
    return longer or (one.concept == COUNTRY and other.concept != COUNTRY)


def _is_word(knowledge: Knowledge, mention: Mention) -> bool:
    """True when the member is made of words rather than names: none of its terms in any list is a name."""
    concept = knowledge.shared[mention.concept]
    member = next(member for member in concept.members if member.id == mention.member)
    written = [term.text for term in member.terms if term.language in (None, "en")]
    return bool(written) and sum(text[:1].islower() for text in written) * 2 > len(written)


def spoken_of(findings: Mapping[str, Finding]) -> list[Finding]:
    """The findings that the seeds have, without phrases that occur once."""
    return [
        finding
        for finding in findings.values()
        if finding.count
        and finding.rarity > EMPTY
        and not (" " in finding.key and finding.kind is Kind.WORD and finding.count < PHRASE_COUNT)
    ]
