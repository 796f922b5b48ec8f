"""What is new in the telling of a known story."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.core.grouping.making import entry
from watcher.core.grouping import StoryIndex, describe_change

if TYPE_CHECKING:
    from collections.abc import Callable

    from watcher.core.model import Entry, Reading

FIRST = "Attack near Gao kills 12 soldiers"


@pytest.mark.parametrize(
    ("title", "language", "change"),
    [
        ("Death toll in Gao attack rises to 17 soldiers", "en", "toll 12 → 17"),
        ("Gao : le bilan passe à 17 morts", "fr", "toll 12 → 17"),
        ("Près de Gao, 17 soldats tués dans l'attaque", "fr", "toll 12 → 17"),
        ("Twelve soldiers killed near Gao", "en", ""),
        ("Gao attack kills 9 soldiers", "en", ""),
        ("Gao attack kills soldiers", "en", ""),
        ("Army sends 300 men to Gao", "en", ""),
        ("Attack kills 900 near Gao in 2025", "en", ""),
    ],
)
def test_only_a_rising_toll_is_a_change(
    read: Callable[[Entry], Reading], title: str, language: str, change: str
) -> None:
    """Late outlets repeat old tolls, and not every number is one."""
    first, later = entry(FIRST), entry(title, language, hours=4)
    story = StoryIndex().add("s-1", first, read(first))
    assert describe_change(story, later, read(later)) == change
