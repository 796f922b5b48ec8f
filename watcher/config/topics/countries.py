"""Country names from CLDR, looked up when the configuration is loaded. The only importer of Babel."""

from __future__ import annotations

import functools

from babel import Locale

from watcher.core.text.languages import LANGUAGES


@functools.cache
def country_codes() -> frozenset[str]:
    """Return the ISO 3166 codes that names are known for."""
    codes: list[str] = [str(code) for code in Locale("en").territories]
    return frozenset(code for code in codes if len(code) == 2 and code.isalpha())


@functools.cache
def country_names(code: str) -> tuple[str, ...]:
    """Return a country's distinct names in the watcher's languages: ML -> Mali, Мали, مالي, Malí."""
    names: list[str | None] = [Locale(language).territories.get(code) for language in LANGUAGES]
    return tuple(dict.fromkeys(name.replace("’", "'") for name in names if name))
