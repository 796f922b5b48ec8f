"""The project's own concepts, read once: grouping is only as good as what it is given."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from watcher.config import load
from watcher.core.matching import compile_matcher, read_entry

if TYPE_CHECKING:
    from collections.abc import Callable

    from watcher.core.model import Entry, Reading

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def read() -> Callable[[Entry], Reading]:
    """Reads an entry with the shipped profiles."""
    profiles = load(ROOT / "config", {}).profiles
    return partial(read_entry, matcher=compile_matcher(list(profiles.values())))
