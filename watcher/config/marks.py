"""YAML text -> plain data, with the place of every key and value kept for error messages and edits.

Built on the parser library's event stream, not on its composer: the stream is read without recursion, so
that neither nesting (100,000 brackets crash the C composer) nor aliases that multiply can hurt. Meaning
comes from `scalars`. No file is read here.
"""

from __future__ import annotations

from typing import Any

import yaml

from watcher.config.documents import Document, Mark, Node, Place
from watcher.config.problems import Path, Problem
from watcher.config.scalars import Scalar, plain_value, tagged_value

MAX_BYTES = 8 * 1024 * 1024
MAX_DEPTH = 32  # the deepest setting lies six levels down
MAX_NODES = 500_000
"""Aliases counted as what they stand for. 10,000 feeds with every key that a feed can have come to 380,000 in
4 MB (2 s, 150 MiB); at the limit the worst texts we know take 3 s and 290 MiB."""

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_COLLECTIONS = {
    yaml.SequenceStartEvent: ("list", "tag:yaml.org,2002:seq"),
    yaml.MappingStartEvent: ("mapping", "tag:yaml.org,2002:map"),
}
_COLLECTION_ENDS = (yaml.SequenceEndEvent, yaml.MappingEndEvent)

# What the parser library says -> what a person can do about it.
_ADVICE = (
    ("mapping values are not allowed", "a second ':' in one line: put the text in quotes if it holds ': '"),
    ("could not find expected ':'", "there is no ':' after this key"),
    (
        "did not find expected key",
        "this line does not fit what stands above it: check indentation and quotes",
    ),
    ("did not find expected '-'", "this line does not fit the list above it: check its indentation"),
    ("did not find expected ',' or '", "a bracket or brace is not closed, or a comma is missing"),
    ("expected <document start>", "this line does not fit what stands above it: check its indentation"),
    ("while scanning a quoted scalar", "this quoted text is never closed"),
    ("that cannot start any token", "this character cannot begin a text: put the text in quotes"),
    ("did not find expected alphabetic or numeric", "a text that begins with '*' or '&' must be in quotes"),
    (
        "unknown escape character",
        "unknown escape in double quotes: use single quotes, or double the backslash",
    ),
    ("control characters are not allowed", "a control character that YAML does not allow"),
)


def parse(text: str, name: str) -> Document:
    """Parse one document; problems are collected in it, never raised.

    Args:
        text: at most MAX_BYTES when encoded.
        name: of the file, for messages.
    """
    document = Document(name=name, text=text.removeprefix("\ufeff"))
    size_bytes = len(text.encode("utf-8", "surrogatepass"))
    if size_bytes > MAX_BYTES:
        document.text = ""
        document.problems.append(Problem(file=name, message=too_large(size_bytes)))
        return document
    try:
        document.root = _compose(document)
    except yaml.YAMLError as error:
        document.problems.append(_syntax_problem(document, error))
    if document.root is not None:
        document.data = _build(document, document.root, ())
    return document


def too_large(size: int) -> str:
    """Say that a file of so many bytes is too large."""
    return f"the file is {size / 1024 / 1024:.1f} MiB; the limit is {MAX_BYTES // 1024 // 1024} MiB"


def _compose(document: Document) -> Node | None:
    """Read events into nodes, counting depth and size; stops at the first of either limit."""
    root: Node | None = None
    open_nodes: list[tuple[Node, list[Node], str | None]] = []  # node, its children flat, its anchor
    anchors: dict[str, tuple[Node, int]] = {}  # with the number of nodes each stands for
    starts: list[int] = []  # node count when the open collections began
    count = 0

    def refuse(mark: Mark, message: str) -> None:
        document.problems.append(document.problem_at(mark, message))

    for event in iter(_Loader(document.text).get_event, None):
        kind = type(event)
        node: Node | None = None
        if kind is yaml.ScalarEvent:
            node = _scalar(event)
            count += 1
            if event.anchor:
                anchors[event.anchor] = (node, 1)
        elif kind is yaml.AliasEvent:
            known = anchors.get(event.anchor)
            if known is None:
                message = (
                    f"*{event.anchor} stands for nothing: no &{event.anchor} above (is it a text? quote it)"
                )
                refuse(event.start_mark, message)
                return None
            node, size = known
            count += size
        elif kind in _COLLECTIONS:
            name, tag = _COLLECTIONS[kind]
            if event.tag and event.tag not in ("!", tag):
                refuse(event.start_mark, f"the tag {event.tag} is not known here: leave it out")
            opened = Node(name, event.start_mark, event.end_mark, flow=bool(event.flow_style))
            open_nodes.append((opened, [], event.anchor))
            starts.append(count)
            count += 1
            if len(open_nodes) > MAX_DEPTH:
                refuse(event.start_mark, f"nested more than {MAX_DEPTH} levels deep")
                return None
        elif kind in _COLLECTION_ENDS:
            node, children, anchor = open_nodes.pop()
            node.end = event.end_mark
            if node.kind == "list":
                node.items = children
            else:
                node.pairs = list(zip(children[::2], children[1::2], strict=True))
            size = count - starts.pop()
            if anchor:
                anchors[anchor] = (node, size)
        elif kind is yaml.DocumentStartEvent and root is not None:
            message = "a second document begins here: one file holds one document, remove the '---'"
            refuse(event.start_mark, message)
            return None
        if count > MAX_NODES:
            message = f"more than {MAX_NODES:,} values (each alias counts as what it stands for)"
            refuse(event.start_mark, message)
            return None
        if node is not None:
            if open_nodes:
                open_nodes[-1][1].append(node)
            else:
                root = node
    return root


def _scalar(event: Any) -> Node:
    tag = event.tag
    if tag is not None and tag != "!" and any(event.implicit):
        tag = None
    return Node("scalar", event.start_mark, event.end_mark, event.value, event.style or None, tag=tag)


def _value(document: Document, node: Node, path: Path) -> Scalar:
    try:
        if node.tag is not None:
            return tagged_value(node.tag, node.text)
        return plain_value(node.text) if node.style is None else node.text
    except ValueError as error:
        document.problems.append(document.problem_at(node.start, str(error), path))
        return None


def _build(document: Document, node: Node, path: Path) -> Any:
    """Nodes -> data. Keys are texts as written: `no:` is the key "no", `1:` the key "1".

    Ends early when enough is wrong: an alias can repeat one mistake half a million times.
    """
    if document.tells_enough:
        return None
    if node.kind == "scalar":
        return _value(document, node, path)
    if node.kind == "list":
        return [_build(document, item, (*path, position)) for position, item in enumerate(node.items)]
    data: dict[str, Any] = {}
    first: dict[str, int] = {}
    for key, value in node.pairs:
        here = (*path, key.text)
        if key.kind != "scalar":
            document.problems.append(document.problem_at(key.start, "a key must be a text", path))
        elif key.text == "<<":
            document.problems.append(
                document.problem_at(key.start, "merging with '<<' is not supported", here)
            )
        elif key.text in data:
            message = f"duplicate key '{key.text}' (first in line {first[key.text] + 1})"
            document.problems.append(document.problem_at(key.start, message, here))
        else:
            first[key.text] = key.start.line
            data[key.text] = _build(document, value, here)
    return data


def _syntax_problem(document: Document, error: yaml.YAMLError) -> Problem:
    """Say in words what the parser library found."""
    if not isinstance(error, yaml.MarkedYAMLError):  # the reader's: a character that may not be in YAML
        position = getattr(error, "position", None)
        if isinstance(position, int) and 0 <= position < len(document.text):
            before = document.text[:position].split("\n")
            mark = Place(position, len(before) - 1, len(before[-1]))
            code = ord(document.text[position])
            return document.problem_at(mark, f"the character U+{code:04X} is not allowed in YAML")
        return Problem(file=document.name, message=f"not YAML: {_one_line(str(error))}")
    said = " ".join(part for part in (error.context, error.problem) if part)
    advice = next((text for sign, text in _ADVICE if sign in said), "")
    marked = error.problem_mark or error.context_mark
    if "quoted scalar" in said and error.context_mark is not None and "end of stream" in said:
        marked = error.context_mark  # where the text begins says more than the end of the file
    if marked is not None and document.text[marked.index : marked.index + 1] == "\t":
        advice = "a tab cannot indent in YAML: use blanks"
    message = advice or f"not YAML: {_one_line(said)}"
    if marked is None:
        return Problem(file=document.name, message=message)
    return document.problem_at(marked, message)


def _one_line(text: str) -> str:
    return " ".join(text.split())
