"""What the watcher knows of each language: scripts, stems and the case endings of names.

Pure. A Stemmer of PyStemmer is not thread-safe: every Stems object belongs to one matcher.
"""

from __future__ import annotations

import functools
import unicodedata
from typing import TYPE_CHECKING, Literal

import Stemmer

from watcher.core.text.folding import fold

if TYPE_CHECKING:
    from collections.abc import Collection

LANGUAGES = ("en", "fr", "ru", "pl", "es", "de", "pt", "ar", "uk", "it")
"""Languages a term list may be written for, and whose country names are looked up."""

_SNOWBALL = {
    "en": "english",
    "fr": "french",
    "ru": "russian",
    "pl": "polish",
    "es": "spanish",
    "de": "german",
    "pt": "portuguese",
    "it": "italian",
}
_LATIN = ("en", "fr", "pl", "es", "de", "pt", "it")

Script = Literal["latin", "cyrillic", "arabic", "other"]


def script_of(word: str) -> Script:
    """Return the script of a word's first letter."""
    if word.isascii():
        return "latin"
    return _script_of_letter(next(filter(str.isalpha, word), "0"))


@functools.cache
def _script_of_letter(letter: str) -> Script:
    name = unicodedata.name(letter, "")
    scripts: tuple[Script, ...] = ("latin", "cyrillic", "arabic")
    return next(
        (script for script in scripts if name.startswith(script.upper())),
        "latin" if letter == "0" else "other",
    )


def has_case(word: str) -> bool:
    """True when the word's script tells capitals from small letters."""
    return script_of(word) in ("latin", "cyrillic")


class Stems:
    """Stems of words, by language, folded so that a missing accent does not matter.

    Args:
        languages: the languages whose stems will ever be asked for.
    """

    def __init__(self, languages: frozenset[str]) -> None:
        self._by_language = {
            language: Stemmer.Stemmer(name, 0)
            for language, name in _SNOWBALL.items()
            if language in languages
        }
        self._arabic = "ar" in languages
        stems = {language: stemmer.stemWord for language, stemmer in self._by_language.items()}
        self._latin = [(language, stems[language]) for language in _LATIN if language in stems]
        self._of_language = {language: [(language, stem)] for language, stem in stems.items()}

    def of_term(self, word: str, language: str) -> set[str]:
        """Return the stems a term's word is found by: of the word as written and without its accents."""
        if language == "ar":
            return {light_arabic_stem(fold(word))}
        stemmer = self._by_language.get(language)
        if stemmer is None:
            return {fold(word)}
        lowered = word.lower().replace("ё", "е")
        return {fold(stemmer.stemWord(lowered)), fold(stemmer.stemWord(fold(word)))} - {""}

    def of_token(self, word: str, language: str | None) -> list[tuple[str, str]]:
        """Return (language, stem) of a word: in the text's language, or in all of its script when that is unknown.

        Stems of other languages are no help but an accident: to a Spanish stemmer English "said" is "salida".
        """
        script = script_of(word)
        if script == "arabic":
            return [("ar", light_arabic_stem(fold(word)))] if self._arabic else []
        lowered = word.lower()
        if script == "cyrillic":
            stemmers = self._of_language.get("ru", [])
        else:
            stemmers = self._of_language.get(language, []) if language in _LATIN else self._latin
        stems = [(one, fold(stem(lowered))) for one, stem in stemmers]
        for one, stem in stemmers:
            ending, infinitive = _MISSED_BY_STEMMERS.get(one, ("", ""))
            if ending and lowered.endswith(ending):
                stems.append((one, fold(stem(lowered.removesuffix(ending) + infinitive))))
        return stems


# Third persons that Snowball leaves as they are: ils retirent, er ausweist.
_MISSED_BY_STEMMERS = {"fr": ("ent", "er"), "de": ("t", "en")}

_ARTICLES = ("وبال", "وال", "بال", "كال", "فال", "ولل", "ال", "لل")
_PARTICLES = ("و", "ب", "ل", "ف", "ك")
_ENDINGS = ("ها", "ان", "ات", "ون", "ين", "يه", "هم", "ه", "ي", "ا")


def arabic_bare_forms(folded: str) -> list[str]:
    """Return a folded Arabic word and what is left of it without clitics: "وبمالي" gives "مالي" too.

    The article stays on (or is put back where a particle swallowed half of it), because it makes another word:
    "النيجر" is the country, "المالي" means financial far more often than Malian.
    """
    forms = [folded]
    for _ in range(2):  # a conjunction and a preposition
        last = forms[-1]
        swallowed = next((clitic for clitic in ("لل", "فلل", "ولل") if last.startswith(clitic)), "")
        if swallowed and len(last) - len(swallowed) >= 3:
            forms.append("ال" + last[len(swallowed) :])
            break
        if last[:1] not in _PARTICLES or len(last) < 5:
            break
        forms.append(last[1:])
    return forms


def light_arabic_stem(folded: str) -> str:
    """Return a light stem (after Larkey's light10): articles, a leading particle and common endings off."""
    stem = folded
    for article in _ARTICLES:
        if stem.startswith(article) and len(stem) - len(article) >= 3:
            stem = stem[len(article) :]
            break
    else:
        if stem[:1] == "و" and len(stem) >= 5:
            stem = stem[1:]
    for ending in _ENDINGS:
        if stem.endswith(ending) and len(stem) - len(ending) >= 3:
            return stem[: -len(ending)]
    return stem


def name_forms(name: str) -> set[str]:
    """Return the folded case forms of a name in Polish, Russian and German, without the name itself.

    Only names of five letters and more are inflected: endings on short ones make other words.
    """
    folded = fold(name)
    script = script_of(name)
    if script == "arabic" or len(folded) < 5:
        return set()
    forms = _russian_forms(name.casefold()) if script == "cyrillic" else _latin_forms(folded)
    return forms - {folded, ""}


def _latin_forms(folded: str) -> set[str]:
    """Polish cases and the German (and misspelt English) genitive."""
    stem, last = folded[:-1], folded[-1]
    if last not in "aeiouy":
        return {folded + ending for ending in ("s", "a", "u", "owi", "em", "iem", "ie")}
    if last == "a":
        return {stem + ending for ending in ("y", "i", "e", "o", "ie", "as")}
    if last == "e":
        return {folded + ending for ending in ("go", "mu", "m", "s")}
    if last in "iy":
        return {folded + ending for ending in ("ego", "emu", "m", "s")}
    return {folded + "s"}


def _russian_forms(lowered: str) -> set[str]:
    """Russian (and most Ukrainian) cases of a noun or surname."""
    stem, last = lowered[:-1], lowered[-1]
    endings: tuple[str, ...]
    if lowered.endswith(("ия", "ія")):
        endings = ("ии", "ию", "ией", "ії", "ію", "єю")
        stem = lowered[:-2]
    elif last in "йь":
        endings = ("я", "ю", "ем", "е")
    elif last == "а":
        endings = ("ы", "и", "е", "у", "ой", "ою")
    elif last == "я":
        endings = ("и", "е", "ю", "ей")
    elif last in "оеиуюэыіє":
        return set()
    else:
        stem, endings = lowered, ("а", "у", "ом", "ем", "е", "ы", "ым", "ів", "ов", "і")
    return {fold(stem + ending) for ending in endings}


# Function words that only one of the languages has, as far as headlines go.
_FUNCTION_WORDS = {
    "en": "the of and to for with from by after over says said is are was were has have its their at it",
    "fr": "le les des du et au aux une dans pour avec sur est sont après d l qu ses leur selon été ont ce cette",
    "pl": "w z na do się jest są nie że po przez dla od oraz jego ich przed został została będzie który która",
    "es": "el los las del y una con por para tras su sus según ha han está desde entre sobre al ante",
    "de": "der die das und den dem ein eine mit von für auf nach im ist sind nicht bei über aus zum zur sich wird",
    "pt": "o os do da dos das e um uma com não em no na nos nas após pelo pela ao foi são seu sua",
    "it": "il gli della delle dei di che è sono nel nella con per dopo alla degli dal",
}


def _distinct_function_words() -> dict[str, str]:
    owners: dict[str, set[str]] = {}
    for language, words in _FUNCTION_WORDS.items():
        for word in words.split():
            owners.setdefault(word, set()).add(language)
    return {word: owner for word, (owner, *others) in owners.items() if not others}


_LANGUAGE_OF = _distinct_function_words()


def latin_language(words: Collection[str], declared: str | None) -> str | None:
    """Return the language of a text in Latin script: as its feed declares it, unless its words say otherwise.

    Args:
        words: of the text, as they stand; each counts once.
        declared: two-letter code or None.

    Returns:
        The code, or None when nothing tells.
    """
    seen: dict[str, int] = {}
    for word in _LANGUAGE_OF.keys() & set(words):
        language = _LANGUAGE_OF[word]
        seen[language] = seen.get(language, 0) + 1
    if not seen:
        return declared
    likely = max(seen, key=lambda language: seen[language])
    if declared is None:
        return likely if seen[likely] >= 2 else None
    return likely if seen[likely] >= 3 + 3 * seen.get(declared, 0) else declared
