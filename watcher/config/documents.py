"""A parsed file: its nodes, each with its place, and how to get from a path to the place and to a problem.

Pure: `marks` fills documents, `sources` reads files.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from watcher.config.problems import Path, Problem, is_secret_key

if TYPE_CHECKING:
    from collections.abc import Sequence


MAX_PROBLEMS = 1_000  # told of one file; half a million wrong values would take a minute and a GiB to tell


class Mark(Protocol):
    """A place in a text; all from 0, in code points.

    The parser library's own marks are kept as they are: a list of 10,000 feeds has a quarter of a million.
    """

    @property
    def index(self) -> int:
        """In the text."""

    @property
    def line(self) -> int:
        """Of the text."""

    @property
    def column(self) -> int:
        """In the line."""


@dataclass(frozen=True, slots=True)
class Place:
    """A mark of our own, where the parser library has none."""

    index: int
    line: int
    column: int


@dataclass(slots=True)
class Node:
    """A key or value as written. Aliases are the very node they stand for."""

    kind: str  # "scalar" | "list" | "mapping"
    start: Mark
    end: Mark
    text: str = ""  # of a scalar
    style: str | None = None  # of a scalar: None plain, ' " | >
    flow: bool = False  # of a collection: written in brackets or braces
    tag: str | None = None  # of a scalar: an explicit one such as !!str
    items: Sequence[Node] = ()
    pairs: Sequence[tuple[Node, Node]] = ()

    def pair(self, key: str) -> tuple[Node, Node] | None:
        """A mapping's key node and value node."""
        return next((pair for pair in self.pairs if pair[0].text == key), None)


@dataclass(slots=True)
class Document:
    """One file: its text, its nodes and its data."""

    name: str
    text: str
    root: Node | None = None  # None = empty or broken
    data: Any = None
    problems: list[Problem] = field(default_factory=list)
    _lines: list[str] | None = None

    def find(self, path: Path) -> tuple[Node | None, Node | None, Path]:
        """Follow a path as far as it exists: (key node, value node, the part of the path that exists)."""
        key: Node | None = None
        node = self.root
        for depth, part in enumerate(path):
            if node is None:
                return key, node, path[:depth]
            if isinstance(part, int) and node.kind == "list" and part < len(node.items):
                key, node = None, node.items[part]
            elif (pair := node.pair(str(part))) is not None:
                key, node = pair
            else:
                return key, node, path[:depth]
        return key, node, path

    @property
    def tells_enough(self) -> bool:
        """True when so many problems are known that further ones help nobody."""
        return len(self.problems) >= MAX_PROBLEMS

    def problem(self, path: Path, message: str, *, at_key: bool = False) -> Problem:
        """A problem of the value (or its key) at a path, or of the nearest thing above that exists."""
        key, node, found = self.find(path)
        anchor = (key if (at_key or found != path) and key is not None else node) or key
        if anchor is None:
            return Problem(file=self.name, message=message, path=path)
        return self.problem_at(anchor.start, message, path)

    def problem_at(self, mark: Mark, message: str, path: Path = ()) -> Problem:
        """A problem at a place in the text."""
        line, column = mark.line, mark.column
        lines = self.lines
        if line >= len(lines):  # the parser library puts what is missing after the end
            line, column = max(len(lines) - 1, 0), len(lines[-1]) if lines else 0
        return Problem(
            file=self.name,
            message=message,
            path=path,
            line=line,
            column=column,
            source=lines[line] if lines else "",
            below_secret=self._below_secret(line),
        )

    @property
    def lines(self) -> list[str]:
        """The text's lines as YAML counts them."""
        if self._lines is None:
            text = self.text.replace("\r\n", "\n").replace("\r", "\n")
            for other in "\x85\u2028\u2029":
                text = text.replace(other, "\n")
            self._lines = text.split("\n")
        return self._lines

    def _below_secret(self, line: int) -> bool:
        """True when the line belongs to a secret's value that began above it, judged by indentation only:
        it must work for texts that could not be parsed."""
        indent = len(self.lines[line]) - len(self.lines[line].lstrip())
        for above in reversed(self.lines[max(line - 50, 0) : line]):
            stripped = above.lstrip()
            if not stripped or stripped.startswith("#") or len(above) - len(stripped) >= indent:
                continue
            indent = len(above) - len(stripped)
            if is_secret_key(stripped.removeprefix("- ").split(":")[0].strip("'\" ")):
                return True
        return False
