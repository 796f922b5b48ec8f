"""Where a list's items and a mapping's keys begin and end in the text, with the comments that are theirs. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from watcher.config.documents import Node


def children(node: Node) -> list[tuple[Node, Node]]:
    """What a collection holds: (where it begins, where it ends) as nodes."""
    return [(item, item) for item in node.items] or list(node.pairs)


def last_index(whole: str, node: Node) -> int:
    """Index right behind a node's last character.

    The parser lets block collections end where the next thing begins, comments in between included.
    """
    parts = children(node)
    if node.kind != "scalar" and not node.flow and parts:
        return last_index(whole, parts[-1][1])
    if node.style in ("|", ">"):
        return node.start.index + len(whole[node.start.index : node.end.index].rstrip())
    return node.end.index


def start_of_line(whole: str, index: int) -> int:
    """Index of the first character of a line."""
    return whole.rfind("\n", 0, index) + 1


def end_of_line(whole: str, index: int) -> int:
    """Index of the first character of the next line, or the text's end."""
    found = whole.find("\n", index)
    return len(whole) if found < 0 else found + 1


def item_span(whole: str, parent: Node, position: int) -> tuple[int, int]:
    """Whole lines of an item or key of a block collection, its own comments included.

    Its own are the comments right above at its indentation (a blank line ends them) and those right below
    that are indented deeper.
    """
    first, last = children(parent)[position]
    begin, end = start_of_line(whole, first.start.index), end_of_line(whole, last_index(whole, last))
    indent = _indent(whole[begin : first.start.index + 1])
    while end < len(whole):
        line = whole[end : end_of_line(whole, end)]
        if not line.lstrip().startswith("#") or _indent(line) <= indent:
            break
        end = end_of_line(whole, end)
    while begin:
        above = start_of_line(whole, begin - 1)
        line = whole[above:begin]
        if not line.lstrip().startswith("#") or _indent(line) != indent or _opens_file(whole, above):
            break
        begin = above
    return begin, end


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _opens_file(whole: str, index: int) -> bool:
    """True for a comment of the block that the file begins with: it speaks of the file."""
    return (
        not any(line and not line.startswith("#") for line in whole[:index].split("\n"))
        and "\n\n" not in whole[:index]
    )
