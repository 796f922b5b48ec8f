"""Interface texts by language. Adding a language is one file here: a module named by its two-letter
code with one `CATALOGUE`.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
import re
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from watcher.core.rendering.catalogue.form import Catalogue

FALLBACK = "en"


def languages() -> tuple[str, ...]:
    """Codes of the languages there are texts in."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(__path__) if len(module.name) == 2))


@functools.cache
def texts(language: str) -> Catalogue:
    """The texts of a language; English where there are none."""
    code = language.lower().partition("-")[0]
    if not re.fullmatch(r"[a-z]{2}", code) or code not in languages():
        code = FALLBACK
    module = importlib.import_module(f"{__name__}.{code}")
    return cast("Catalogue", module.CATALOGUE)
