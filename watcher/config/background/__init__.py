"""The background that deriving tells the distinctive against: read from the files beside this one.

Ordinary words, common names and demonyms, all compiled by hand for this project (docs/deriving.md says why).
"""

from __future__ import annotations

import functools
from importlib import resources

from watcher.config.topics.countries import country_names
from watcher.core.deriving.background import Background, WordList
from watcher.core.deriving.records import Country
from watcher.core.text.languages import LANGUAGES


@functools.cache
def read_background() -> Background:
    """Read the ordinary words of each language and the names that many stories share."""
    words: dict[str, WordList] = {}
    for language in LANGUAGES:
        sections: dict[str, list[str]] = {"empty": [], "common": []}
        section = sections["empty"]
        for line in _lines(f"{language}.txt"):
            if line.startswith("["):
                section = sections[line.strip("[]")]
            else:
                section += line.split()
        words[language] = WordList(empty=sections["empty"], common=sections["common"])
    names = [name.replace("-", " ") for line in _lines("names.txt") for name in line.split()]
    return Background(words, names)


@functools.cache
def read_countries() -> dict[str, Country]:
    """Read what countries' people and things are called, by ISO code."""
    countries = {}
    for line in _lines("countries.txt"):
        code, capital, rest = (part.strip() for part in line.split("|"))
        daily, code = code.endswith("+"), code.removesuffix("+")
        terms: dict[str, list[str]] = {"any": [capital] if capital else []}
        for part in rest.split(";"):
            language, *written = part.split()
            # A hyphen stands for a blank in English and in names of any language.
            terms.setdefault(language, []).extend(
                term.replace("-", " ") if language in ("any", "en") else term for term in written
            )
        # Of men, Polish adjectives end otherwise: peruwiański, peruwiańscy.
        terms["pl"] = [form for term in terms.get("pl", []) for form in _with_plural(term)]
        countries[code] = Country(
            code=code,
            name=country_names(code)[0],
            daily=daily,
            words={language: tuple(listed) for language, listed in terms.items() if listed},
        )
    return countries


def _with_plural(stem: str) -> tuple[str, ...]:
    return (stem, f"{stem[:-2]}c*") if stem.endswith("k*") else (stem,)


def _lines(name: str) -> list[str]:
    text = resources.files(__package__).joinpath(name).read_text("utf-8")
    return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
