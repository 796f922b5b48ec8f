"""YAML files as documents with places."""

from __future__ import annotations

import time

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from watcher.config import marks
from watcher.config.documents import MAX_PROBLEMS, Node
from watcher.config.marks import MAX_BYTES, MAX_NODES, parse
from watcher.config.models.feeds import Auth, FeedItem


def told(text: str) -> list[str]:
    """The problems of a text, first lines only."""
    return [problem.show().splitlines()[0] for problem in parse(text, "x.yaml").problems]


def test_a_duplicate_key_is_refused_where_it_stands() -> None:
    """A second key of one name is an error and names the first."""
    assert told("a: 1\nb: 2\na: 3\n") == ["x.yaml:3:1: a: duplicate key 'a' (first in line 1)"]


def test_duplicate_keys_deep_inside_are_found_too() -> None:
    """Every mapping is checked, flow style included."""
    assert told("a:\n  - {b: 1, b: 2}\n") == ["x.yaml:2:12: a.0.b: duplicate key 'b' (first in line 2)"]


def test_keys_are_texts_as_written() -> None:
    """`no` and `1` as keys are names, not values (Norwegian is a language)."""
    assert parse("no: 1\n1: 2\n~: 3\n", "x.yaml").data == {"no": 1, "1": 2, "~": 3}


def test_anchors_and_aliases_work() -> None:
    """An alias stands for its anchor."""
    assert parse("a: &x [1, 2]\nb: *x\n", "x.yaml").data == {"a": [1, 2], "b": [1, 2]}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a:\n\t- b\n", "x.yaml:2:1: a tab cannot indent in YAML: use blanks"),
        ("a: b: c\n", "x.yaml:1:5: a second ':' in one line: put the text in quotes if it holds ': '"),
        ("a: [1, 2\nb: 3\n", "x.yaml:2:2: a bracket or brace is not closed, or a comma is missing"),
        ('a: 1\nb: "x\nc: 2\n', "x.yaml:2:4: this quoted text is never closed"),
        ("a: *b\n", "x.yaml:1:4: *b stands for nothing: no &b above (is it a text? quote it)"),
        ("a: &b [*b]\n", "x.yaml:1:8: *b stands for nothing: no &b above (is it a text? quote it)"),
        (
            "a: @handle\n",
            "x.yaml:1:4: this character cannot begin a text: put the text in quotes",
        ),
        (
            "a: 1\n---\nb: 2\n",
            "x.yaml:2:1: a second document begins here: one file holds one document, remove the '---'",
        ),
        ("a: 1\n b: 2\n", "x.yaml:2:3: a second ':' in one line: put the text in quotes if it holds ': '"),
        ("a: \x01\n", "x.yaml:1:4: the character U+0001 is not allowed in YAML"),
        ("[a]: 1\n", "x.yaml:1:1: a key must be a text"),
        ("<<: {a: 1}\n", "x.yaml:1:1: <<: merging with '<<' is not supported"),
        (
            "a: !!python/name:os.system x\n",
            "x.yaml:1:4: a: the tag tag:yaml.org,2002:python/name:os.system is not known here: leave it out",
        ),
        ("a: !!set {b}\n", "x.yaml:1:4: the tag tag:yaml.org,2002:set is not known here: leave it out"),
    ],
)
def test_broken_yaml_is_told_in_words(text: str, message: str) -> None:
    """What the parser found is said with its place and what to do."""
    assert [message] == told(text)


def test_an_anchors_bomb_is_refused_at_once() -> None:
    """Aliases count as what they stand for: nothing is expanded."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 12)]
    started = time.monotonic()
    problems = told("\n".join(lines))
    assert time.monotonic() - started < 2
    assert len(problems) == 1
    assert "more than 500,000 values" in problems[0]


@pytest.mark.parametrize("text", ["[" * 1_000_000, "- " * 1_000_000, "{a: " * 500_000, "? " * 500_000])
def test_nesting_without_end_is_refused_at_once(text: str) -> None:
    """Depth is counted while reading: nothing recurses, nothing crashes."""
    started = time.monotonic()
    problems = told(text)
    assert time.monotonic() - started < 2
    assert [problem.split(": ", 1)[1] for problem in problems] == ["nested more than 32 levels deep"]


def test_a_flood_of_values_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading ends at the limit (here a smaller one: half a million values take seconds to make)."""
    monkeypatch.setattr(marks, "MAX_NODES", 5_000)
    assert "more than 5,000 values" in told("- a\n" * 10_000)[0]


def test_ten_thousand_feeds_with_every_key_are_within_the_limits() -> None:
    """The limits are for mistakes and bombs, not for people with many feeds."""
    longer = {
        "topics": ["first", "second"],
        "everything_for": ["first"],
        "auth": dict.fromkeys(Auth.model_fields, "${FEED_PASSWORD}"),
        "headers": {"X-Key": "${FEED_KEY}"},
    }
    text = yaml.safe_dump([dict.fromkeys(FeedItem.model_fields, "https://outlet.example/feed") | longer])

    def count(node: Node) -> int:
        return 1 + sum(map(count, node.items)) + sum(count(key) + count(value) for key, value in node.pairs)

    root = parse(text, "x.yaml").root
    assert root is not None
    assert count(root) * 10_000 < MAX_NODES
    assert len(text) * 10_000 < MAX_BYTES


def test_a_mistake_multiplied_by_aliases_is_told_so_often_and_no_more() -> None:
    """A hundred thousand times one wrong value neither takes long nor fills the screen."""
    lines = [f"a0: &a0 [{', '.join(['.nan'] * 10)}]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 5)]
    started = time.monotonic()
    assert MAX_PROBLEMS == len(told("\n".join(lines)))
    assert time.monotonic() - started < 2


def test_more_than_8_mib_is_refused() -> None:
    """The limit counts bytes, before anything is read."""
    assert told("a: " + "é" * (MAX_BYTES // 2 + 1)) == ["x.yaml: the file is 8.0 MiB; the limit is 8 MiB"]


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    """Files saved by Windows editors are read, and columns are right."""
    document = parse("\ufeffa: 1\r\na: 2\r\n", "x.yaml")
    assert [problem.show().splitlines()[0] for problem in document.problems] == [
        "x.yaml:2:1: a: duplicate key 'a' (first in line 1)"
    ]


plain_data = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**6), 10**6) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(plain_data)
def test_what_the_library_writes_is_read_back(data: object) -> None:
    """Any plain data that the library writes (quoting all texts) is read as the same data."""
    text = yaml.safe_dump({"x": data}, allow_unicode=True, default_style='"').replace("!!int ", "!!int ")
    document = parse(text, "x.yaml")
    assert document.problems == []
    assert {"x": data} == document.data


@given(st.text(max_size=200))
def test_no_text_crashes_the_reader(text: str) -> None:
    """Any text ends in data or in problems that can be shown."""
    document = parse(text, "x.yaml")
    for problem in document.problems:
        assert problem.show().startswith("x.yaml")
