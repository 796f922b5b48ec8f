"""Edits change what must change and keep everything else as it was."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.config.conftest import FEEDS
from watcher.config import load, packaged
from watcher.config.editing import append_item, diff, remove, set_value
from watcher.config.marks import parse
from watcher.config.saving import save
from watcher.config.written import written
from watcher.errors import ConfigError

TOPIC = """\
# A topic, tuned by hand
id:   aes          # three blanks are mine
threshold: 50      # was 45 in March
words: [ coup,  "junta" ]

patterns:
  # the strongest
  - name: "Two states"
    score: 80
    needs: [a, b]

  - name: Leaders   # Goïta & co.
    score: 70.5
    needs:
      - a
      - b           # both
"""


def changed_lines(old: str, new: str) -> list[str]:
    """The lines of a diff that begin with + or -."""
    lines = diff(old, new, "t.yaml").splitlines()
    return [line for line in lines if line[:1] in "+-" and line[:3] not in ("+++", "---")]


def test_a_scalar_is_set_and_nothing_else_changes() -> None:
    """Blanks, comments and order stay."""
    new = set_value(TOPIC, ("threshold",), 62.5, name="t.yaml")
    assert [
        "-threshold: 50      # was 45 in March",
        "+threshold: 62.5      # was 45 in March",
    ] == changed_lines(TOPIC, new)


def test_a_texts_quotes_stay() -> None:
    """What was quoted stays quoted; what was plain is quoted only when it must be."""
    new = set_value(TOPIC, ("patterns", 0, "name"), "Three", name="t.yaml")
    assert '+  - name: "Three"' in changed_lines(TOPIC, new)
    new = set_value(TOPIC, ("patterns", 1, "name"), "no: 5", name="t.yaml")
    assert "+  - name: 'no: 5'   # Goïta & co." in changed_lines(TOPIC, new)


def test_a_missing_key_is_added_at_its_mappings_end() -> None:
    """In block style on a line of its own, in flow style before the brace."""
    new = set_value(TOPIC, ("patterns", 0, "where"), "title", name="t.yaml")
    assert ["+    where: title"] == changed_lines(TOPIC, new)
    assert "a: {b: 1, c: no}" in set_value("a: {b: 1}  # x\n", ("a", "c"), "no", name="t.yaml")
    assert "a: {c: 1}" in set_value("a: {}\n", ("a", "c"), 1, name="t.yaml")


def test_an_empty_setting_is_filled() -> None:
    """`key:` with nothing behind it takes a value."""
    assert "a: 5  # none yet\nb: 1\n" == set_value("a:  # none yet\nb: 1\n", ("a",), 5, name="t.yaml")


def test_an_item_is_appended_as_its_neighbours_are() -> None:
    """Indentation and blank lines as between the last two; the comments below an item stay with it."""
    text = (
        FEEDS
        + "    # confirmed\n\n  - id: two\n    url: https://two.example.org/\n    # listed\n\n# the end\n"
    )
    item = {"id": "new", "url": "https://n.example.org/?a=b#c", "topics": ["aes"], "note": "yes"}
    new = append_item(text, ("feeds",), item, name="f.yaml", comment="added by hand")
    assert """\
    # listed

  - id: new
    url: https://n.example.org/?a=b#c
    topics: [aes]
    note: yes
    # added by hand

# the end
""" == new[new.index("    # listed") :]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: [ x,  y ]  # mine\n", "a: [ x,  y, z ]  # mine\n"),
        ("a: []\n", "a: [z]\n"),
        ("a:\n- x\n- y\nb: 1\n", "a:\n- x\n- y\n- z\nb: 1\n"),
        ("a:\n    - x\n", "a:\n    - x\n    - z\n"),
        ("a:\n    - x", "a:\n    - x\n    - z\n"),
        ("a:\r\n  - x\r\n", "a:\r\n  - x\r\n  - z\r\n"),
        ("a:   # empty\nb: 1\n", "a:   # empty\n  - z\nb: 1\n"),
        ("a: [\n  x,\n  y,  # two\n]\n", "a: [\n  x,\n  y, z,  # two\n]\n"),
        ("a: [x  # one\n  ]\n", "a: [x, z  # one\n  ]\n"),
    ],
)
def test_lists_of_every_style_take_an_item(text: str, expected: str) -> None:
    """Brackets on one line or several, dashes at any indentation, an empty list."""
    assert expected == append_item(text, ("a",), "z", name="t.yaml")


def test_an_item_goes_with_its_comments() -> None:
    """Comments right above and deeper below belong to it; the group's heading stays."""
    text = """\
feeds:
  # Broadcasters

  - id: one
    url: x
    # confirmed: yes

  # this speaks of two
  - id: two   # inline
    url: y
    # confirmed: no

  # Newspapers

  - id: three
    url: z
"""
    assert """\
feeds:
  # Broadcasters

  - id: one
    url: x
    # confirmed: yes

  # Newspapers

  - id: three
    url: z
""" == remove(text, ("feeds", 1), name="f.yaml")


@pytest.mark.parametrize(
    ("text", "path", "expected"),
    [
        ("a: [x, y, z]\n", ("a", 0), "a: [y, z]\n"),
        ("a: [x, y, z]\n", ("a", 2), "a: [x, y]\n"),
        ("a: [x]\n", ("a", 0), "a: []\n"),
        ("a: {x: 1, y: 2}\n", ("a", "x"), "a: {y: 2}\n"),
        ("a:\n  - x\nb: 1\n", ("a", 0), "a: []\nb: 1\n"),
        ("a:\n  x: 1\n  y: 2\n", ("a", "y"), "a:\n  x: 1\n"),
        ("a: 1\n\nb: 2\n", ("b",), "a: 1\n"),
    ],
)
def test_parts_of_every_style_are_removed(text: str, path: tuple[str | int, ...], expected: str) -> None:
    """In brackets with their comma, in block style with their lines."""
    assert expected == remove(text, path, name="t.yaml")


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("a: &x 1\nb: *x\n", ("a",)),
        ("a: &x 1\nb: *x\n", ("b",)),
        ("a: 1\n", ("b", "c")),
        ("a: [1]\n", ("a", 3)),
    ],
)
def test_what_would_change_more_is_refused(text: str, path: tuple[str | int, ...]) -> None:
    """An anchor's value stands in several places; a place that is not there cannot be set."""
    with pytest.raises(ConfigError, match=r"^t\.yaml:"):
        set_value(text, path, 2, name="t.yaml")


def test_a_broken_file_is_not_edited() -> None:
    """Its mistakes are told instead."""
    with pytest.raises(ConfigError, match="duplicate key"):
        set_value("a: 1\na: 2\n", ("a",), 3, name="t.yaml")


scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(10**9), 10**9)
    | st.text(max_size=20)
    | st.floats(allow_nan=False, allow_infinity=False, width=32)
)


@given(scalars | st.lists(scalars, max_size=3) | st.dictionaries(st.text(max_size=6), scalars, max_size=3))
def test_whatever_is_written_is_read_back(value: object) -> None:
    """Any text, number or small collection is written so that it means itself, in both styles."""
    assert {"a": value} == parse(f"a: {written(value)}\n", "t.yaml").data
    assert {"a": [value]} == parse(f"a: [{written(value, flow=True)}]\n", "t.yaml").data


comments = st.sampled_from(["", "  # kept", "   # über alles: [x]"])


@given(
    st.lists(st.tuples(st.sampled_from("abcdefgh"), scalars, comments), min_size=1, max_size=6),
    scalars,
    st.data(),
)
def test_one_line_is_all_that_a_new_scalar_changes(
    rows: list[tuple[str, object, str]], value: object, data: st.DataObject
) -> None:
    """In any list of mappings, setting one value touches one line and keeps its comment."""
    text = "items:\n" + "".join(
        f"  - {key}: {written(old)}{comment}\n    last: 1\n" for key, old, comment in rows
    )
    at = data.draw(st.integers(0, len(rows) - 1))
    key, old, comment = rows[at]
    assume(written(old) != written(value) and "\n" not in written(value))
    new = set_value(text, ("items", at, key), value, name="t.yaml")
    changed = [was != now for was, now in zip(text.splitlines(), new.splitlines(), strict=True)]
    assert [1 + 2 * at] == [number for number, is_new in enumerate(changed) if is_new]
    assert new.splitlines()[1 + 2 * at].endswith(comment)
    assert value == parse(new, "t.yaml").data["items"][at][key]


@given(
    st.lists(st.text("xyz-: #é", min_size=1, max_size=8), min_size=1, max_size=5),
    st.text(max_size=12),
    st.data(),
)
def test_appending_and_removing_again_restores_the_text(
    items: list[str], item: str, data: st.DataObject
) -> None:
    """An item that was appended and removed leaves no trace, and any item can be removed."""
    text = "# head\na:\n" + "".join(f"  - {written(one)}  # {n}\n" for n, one in enumerate(items)) + "b: 1\n"
    new = append_item(text, ("a",), item, name="t.yaml")
    assert text == remove(new, ("a", len(items)), name="t.yaml")
    at = data.draw(st.integers(0, len(items) - 1))
    left = remove(text, ("a", at), name="t.yaml")
    assert items[:at] + items[at + 1 :] == parse(left, "t.yaml").data["a"]


def test_every_shipped_feed_can_be_removed_and_switched_off() -> None:
    """The shipped list, edited feed by feed, always stays what was meant, and its comments stay."""
    text = (packaged("config") / "feeds.yaml").read_text(encoding="utf-8")
    feeds = parse(text, "f").data["feeds"]
    count = len(feeds)
    for position in range(0, count, 7):
        enabled = feeds[position].get("enabled", True)
        switched = set_value(text, ("feeds", position, "enabled"), not enabled, name="f")
        assert 1 <= len(changed_lines(text, switched)) <= 2
        gone = remove(text, ("feeds", position), name="f")
        assert count - 1 == len(parse(gone, "f").data["feeds"])
        assert all(line.startswith("-") for line in changed_lines(text, gone))
        assert gone.count("\n\n\n") <= text.count("\n\n\n")


def test_an_edit_is_saved_only_when_all_is_valid(directory: Path) -> None:
    """The whole configuration is checked with the new text first; the file's mode stays."""
    file = Path("config") / "feeds.yaml"
    (directory / "feeds.yaml").chmod(0o640)
    good = append_item(FEEDS, ("feeds",), {"id": "two", "url": "https://two.example.org/"}, name="f")
    assert 2 == len(save(None, {}, {file: good}).feeds.feeds)
    assert good == (directory / "feeds.yaml").read_text(encoding="utf-8")
    assert 0o640 == (directory / "feeds.yaml").stat().st_mode & 0o777
    bad = append_item(good, ("feeds",), {"id": "two", "url": "ftp://x"}, name="f")
    with pytest.raises(ConfigError, match="must begin with http"):
        save(None, {}, {file: bad})
    assert good == (directory / "feeds.yaml").read_text(encoding="utf-8")
    assert ["feeds.yaml", "topics"] == sorted(path.name for path in directory.iterdir())
    assert 2 == len(load(None, {}).feeds.feeds)


def test_the_packaged_configuration_is_not_edited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Defaults belong to the installation: the advice is `watcher init`."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError, match="watcher init DIR"):
        save(None, {}, {})
