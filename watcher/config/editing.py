"""Edits of configuration files that keep comments, spacing and order: only what must change is touched.

Works on a file's text by the places of its nodes. Every edit is proved before it is returned: the new text,
parsed again, must hold exactly the data that was meant. No file is read or written here.
"""

from __future__ import annotations

import copy
import difflib
from typing import TYPE_CHECKING, Any

from watcher.config.blocks import block, dash_column, inserted, is_apart, without_lines
from watcher.config.marks import parse
from watcher.config.places import children, end_of_line, item_span, last_index
from watcher.config.written import key_written, written
from watcher.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from watcher.config.documents import Document, Node
    from watcher.config.problems import Path


def set_value(text: str, path: Path, value: Any, *, name: str) -> str:
    """Set a value, or add its key when only its mapping exists.

    Args:
        text: of the file.
        path: to the value, such as ("patterns", 0, "score").
        value: a scalar, or a list or mapping (written in brackets).
        name: of the file, for messages.

    Returns:
        The new text; a text's quotes and a line's comment stay.

    Raises:
        ConfigError: there is no such place, or it cannot be edited without risk.
    """
    document = _parsed(text, name)
    key, node, found = document.find(path)
    if found == path and node is not None:
        begin, end = node.start.index, last_index(document.text, node)
        new = written(value, style=node.style, flow=_in_flow(document, path))
        if begin == end and key is not None:  # nothing is written there yet
            begin = end = document.text.index(":", key.end.index) + 1
            new = f" {new}"
        changed = document.text[:begin] + new + document.text[end:]
    elif found == path[:-1] and node is not None and node.kind == "mapping" and isinstance(path[-1], str):
        changed = _with_pair(document, node, path, value)
    else:
        raise _refusal(document, path, "there is no such place")
    return _proved(document, text, changed, path, lambda data: _put(data, path, value))


def append_item(text: str, path: Path, item: Any, *, name: str, comment: str = "") -> str:
    """Append an item to a list, laid out as its neighbours are.

    Args:
        text: of the file.
        path: to the list.
        item: a scalar or a mapping; a mapping's keys get a line each where its neighbours' have.
        name: of the file, for messages.
        comment: one line, put under the item.

    Raises:
        ConfigError: there is no such list, or it cannot be edited without risk.
    """
    document = _parsed(text, name)
    key, node, found = document.find(path)
    if found != path or node is None:
        raise _refusal(document, path, "there is no such list")
    whole = document.text
    if node.kind == "list" and node.flow:
        at = last_index(whole, node.items[-1]) if node.items else node.start.index + 1
        changed = f"{whole[:at]}{', ' if node.items else ''}{written(item, flow=True)}{whole[at:]}"
    elif node.kind == "list":
        _, end = item_span(whole, node, len(node.items) - 1)
        lines = block(item, dash_column(whole, node), comment)
        apart = len(node.items) > 1 and is_apart(whole, node)
        changed = inserted(whole, end, ([""] if apart else []) + lines)
    elif node.kind == "scalar" and not node.text and key is not None:
        lines = block(item, key.start.column + 2, comment)
        changed = inserted(whole, end_of_line(whole, key.end.index), lines)
    else:
        raise _refusal(document, path, "is no list")
    return _proved(document, text, changed, path, lambda data: _append(data, path, item))


def append_items(text: str, path: Path, items: Sequence[Any], *, name: str) -> str:
    """Append many items to a list, proved once: the first as `append_item` does, the others like it.

    Raises:
        ConfigError: there is no such list, or it cannot be edited without risk.
    """
    if not items:
        return text
    begun = append_item(text, path, items[0], name=name)
    document = _parsed(begun, name)
    node = document.find(path)[1]
    if node is None or node.flow or len(items) == 1:
        for item in items[1:]:
            begun = append_item(begun, path, item, name=name)
        return begun
    whole = document.text
    apart = [""] if len(node.items) > 1 and is_apart(whole, node) else []
    column = dash_column(whole, node)
    blocks = [line for item in items[1:] for line in (*apart, *block(item, column, ""))]
    changed = inserted(whole, item_span(whole, node, len(node.items) - 1)[1], blocks)

    def meant(data: Any) -> Any:
        for item in items[1:]:
            data = _append(data, path, item)
        return data

    return _proved(document, begun, changed, path, meant)


def remove(text: str, path: Path, *, name: str) -> str:
    """Remove a list's item or a mapping's key, with the comments that belong to it.

    Its own are: comments in its lines, those right above it, and deeper indented ones right below.

    Raises:
        ConfigError: there is no such place, or it cannot be edited without risk.
    """
    document = _parsed(text, name)
    _, node, found = document.find(path)
    parent = document.find(path[:-1])[1]
    if found != path or node is None or parent is None or not path:
        raise _refusal(document, path, "there is no such place")
    whole, position = document.text, _position(parent, path[-1])
    parts = children(parent)
    if len(parts) == 1:
        empty = "[]" if parent.kind == "list" else "{}"
        begin, end = parent.start.index, last_index(whole, parent)
        if parent.flow:
            changed = whole[:begin] + empty + whole[end:]
        else:
            begin, end = item_span(whole, parent, 0)
            key = document.find(path[:-1])[0]
            colon = whole.index(":", key.end.index) + 1 if key is not None else begin
            changed = f"{whole[:colon]} {empty}{whole[colon:begin]}{whole[end:]}"
    elif parent.flow:
        begin, end = parts[position][0].start.index, last_index(whole, parts[position][1])
        if position + 1 < len(parts):
            end = parts[position + 1][0].start.index
        else:
            begin = last_index(whole, parts[position - 1][1])
        changed = whole[:begin] + whole[end:]
    else:
        begin, end = item_span(whole, parent, position)
        changed = without_lines(whole, begin, end)
    return _proved(document, text, changed, path, lambda data: _drop(data, path))


def diff(old: str, new: str, name: str) -> str:
    """The change as a unified diff; "" when there is none."""
    lines = difflib.unified_diff(
        old.splitlines(keepends=True),
        new.splitlines(keepends=True),
        f"{name} (now)",
        f"{name} (changed)",
        n=2,
    )
    return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)


def _parsed(text: str, name: str) -> Document:
    document = parse(text, name)
    if document.problems:
        raise ConfigError([problem.show() for problem in document.problems])
    return document


def _refusal(document: Document, path: Path, message: str) -> ConfigError:
    return ConfigError([document.problem(path, message).show()])


def _proved(document: Document, text: str, changed: str, path: Path, change: Any) -> str:
    """Return the new text if it holds what was meant and nothing else."""
    meant = change(copy.deepcopy(document.data))
    after = parse(changed, document.name)
    if after.problems or after.data != meant:
        raise _refusal(document, path, "cannot be changed safely by a program here: edit it by hand")
    return ("\ufeff" if text.startswith("\ufeff") else "") + changed


def _with_pair(document: Document, parent: Node, path: Path, value: Any) -> str:
    """Add a key to a mapping: after its last one, indented as that is."""
    whole, pair = document.text, f"{key_written(str(path[-1]))}: {written(value, flow=parent.flow)}"
    if parent.flow:
        at = last_index(whole, parent.pairs[-1][1]) if parent.pairs else parent.start.index + 1
        return f"{whole[:at]}{', ' if parent.pairs else ''}{pair}{whole[at:]}"
    column = parent.pairs[0][0].start.column
    _, end = item_span(whole, parent, len(parent.pairs) - 1)
    return inserted(whole, end, [" " * column + pair])


def _in_flow(document: Document, path: Path) -> bool:
    return any(
        (node := document.find(path[:depth])[1]) is not None and node.flow for depth in range(len(path))
    )


def _position(parent: Node, part: str | int) -> int:
    if isinstance(part, int):
        return part
    return next(position for position, (key, _) in enumerate(parent.pairs) if key.text == part)


def _within(data: Any, path: Path) -> Any:
    for part in path:
        data = data[part]
    return data


def _put(data: Any, path: Path, value: Any) -> Any:
    if not path:
        return value
    _within(data, path[:-1])[path[-1]] = value
    return data


def _append(data: Any, path: Path, item: Any) -> Any:
    if _within(data, path) is None:
        return _put(data, path, [item])
    _within(data, path).append(item)
    return data


def _drop(data: Any, path: Path) -> Any:
    del _within(data, path[:-1])[path[-1]]
    return data
