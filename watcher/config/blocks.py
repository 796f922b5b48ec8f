"""Lines of block-style YAML: how an item is laid out, put in, taken out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from watcher.config.places import item_span, start_of_line
from watcher.config.written import key_written, written

if TYPE_CHECKING:
    from watcher.config.documents import Node


def inserted(whole: str, at: int, lines: list[str]) -> str:
    """Put lines in at the begin of a line, with the file's own line ends."""
    newline = "\r\n" if "\r\n" in whole else "\n"
    before = whole[:at] if not at or whole[at - 1] == "\n" else whole[:at] + newline
    return before + "".join(line + newline for line in lines) + whole[at:]


def without_lines(whole: str, begin: int, end: int) -> str:
    """Take lines out, and one of the two blank lines that meet then."""
    before, after = whole[:begin], whole[end:]
    if not before or before.endswith(("\n\n", "\n\r\n")):
        if after.startswith(("\n", "\r\n")):
            after = after[after.index("\n") + 1 :]
        elif not after and before:
            before = before.rstrip("\r\n") + ("\r\n" if before.endswith("\r\n") else "\n")
    return before + after


def block(item: Any, column: int, comment: str) -> list[str]:
    """An item's lines in block style."""
    indent = " " * column
    pairs = list(item.items()) if isinstance(item, dict) and item else None
    if pairs is None:
        lines = [f"{indent}- {written(item)}"]
    else:
        lines = [
            f"{indent}{'- ' if first else '  '}{key_written(key)}: {written(value)}"
            for first, (key, value) in zip([True] + [False] * len(pairs), pairs, strict=False)
        ]
    return [*lines, *([f"{indent}  # {comment}"] if comment else [])]


def dash_column(whole: str, node: Node) -> int:
    """Where the dashes of a block list stand."""
    first = node.items[0]
    begin = start_of_line(whole, first.start.index)
    return whole.rindex("-", begin, first.start.index) - begin


def is_apart(whole: str, node: Node) -> bool:
    """True when blank lines separate the list's last two items."""
    begin = item_span(whole, node, len(node.items) - 1)[0]
    return whole[:begin].endswith(("\n\n", "\n\r\n"))
