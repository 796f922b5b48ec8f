"""Many items appended at once: laid out like their neighbours, comments kept, proved."""

from __future__ import annotations

import pytest

from watcher.config.editing import append_item, append_items
from watcher.config.marks import parse
from watcher.errors import ConfigError

NEW = [{"id": f"n{n}", "url": f"https://n{n}.example/?a=1&b=#x", "outlet": 'Ü: "x"'} for n in range(3)]
LISTS = [
    "# top\nfeeds:\n\n  - id: a  # one\n    url: u\n    # confirmed\n\n  - id: b\n    url: v\n\n# end\n",
    "feeds:\n- id: a\n  url: u\n",
    "feeds: []\n",
    "feeds:\n",
    "feeds: [{id: a, url: u}]\nlast: 1\n",
]


@pytest.mark.parametrize("text", LISTS)
def test_many_at_once_are_as_one_after_the_other(text: str) -> None:
    """The result is that of single appends."""
    one_by_one = text
    for item in NEW:
        one_by_one = append_item(one_by_one, ("feeds",), item, name="feeds.yaml")
    together = append_items(text, ("feeds",), NEW, name="feeds.yaml")
    assert parse(together, "f").data == parse(one_by_one, "f").data
    assert together == one_by_one
    assert all(line in together.splitlines() for line in text.splitlines() if "#" in line)


def test_nothing_to_append_changes_nothing() -> None:
    """An empty import leaves the file as it is."""
    assert append_items(LISTS[0], ("feeds",), [], name="feeds.yaml") == LISTS[0]


def test_a_place_that_is_no_list_is_refused() -> None:
    """A mapping cannot be appended to."""
    with pytest.raises(ConfigError):
        append_items("feeds: {a: 1}\n", ("feeds",), NEW, name="feeds.yaml")
