"""A configuration problem and how it is shown: where, what, what to do, and the line with a caret.

Secrets never get into what is shown: a line is masked before it is printed. Pure.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher.core.text.urls import shown_url

if TYPE_CHECKING:
    from collections.abc import Iterable

Path = tuple[str | int, ...]

MASK = "***"
_MAX_MESSAGE = 500
_MAX_LINE = 2000  # longer source lines are not shown: no hand wrote them, and masking them takes long
_SHOWN_WIDTH = 100  # of the source line; a terminal's width, less the indentation

SECRET_KEYS = ("password", "cookie", "headers", "proxy", "token", "secret", "authorization", "api_key")
_SECRET_WORD = re.compile(
    r"pass|pwd|secret|token|cookie|header|auth|credential|proxy|api.?key|username|x-", re.I
)
_KEY = re.compile(r"""(?:^|[\s{,])["']?(?P<key>[\w.-]+)["']?\s*:(?=\s|$|["'])\s*""")
_BOT_TOKEN = re.compile(r"\b\d{6,12}:[A-Za-z0-9_-]{20,}")  # pasted where it does not belong
_URL = re.compile(r"""https?://[^\s"'<>\]}]+""", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong, with its place."""

    file: str  # as the user would type it
    message: str
    path: Path = ()
    line: int | None = None  # from 0; None = the file as a whole
    column: int = 0  # from 0, in code points
    source: str = ""  # the line, unmasked: only `show` may print it
    below_secret: bool = False  # the whole value of the line is secret

    def show(self) -> str:
        """`file:line:column: path: message`, then the line and a caret."""
        where = self.file if self.line is None else f"{self.file}:{self.line + 1}:{self.column + 1}"
        message = (
            self.message if len(self.message) <= _MAX_MESSAGE else self.message[: _MAX_MESSAGE - 1] + "…"
        )
        path = ".".join(str(part)[:80] for part in self.path)
        head = ": ".join(_printable(part) for part in (where, path, message) if part)
        head = _BOT_TOKEN.sub(MASK, head)
        if self.line is None or not self.source.strip() or len(self.source) > _MAX_LINE:
            return head
        return "\n".join([head, *_with_caret(self.source, self.column, below_secret=self.below_secret)])


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Sort by file (in the order the files came), then by place."""
    problems = list(problems)
    files = {file: rank for rank, file in enumerate(dict.fromkeys(problem.file for problem in problems))}
    return sorted(
        dict.fromkeys(problems),
        key=lambda problem: (
            files[problem.file],
            -1 if problem.line is None else problem.line,
            problem.column,
        ),
    )


def suggestion(word: str, known: Iterable[str]) -> str:
    """Return ` (did you mean 'x'?)`, or an empty text when nothing is near."""
    by_folded = {name.casefold(): name for name in known}
    near = difflib.get_close_matches(word.casefold().replace("-", "_"), by_folded, n=1, cutoff=0.6)
    return f" (did you mean '{by_folded[near[0]]}'?)" if near else ""


def is_secret_key(key: str) -> bool:
    """True for a key whose value may be a secret, slips of the pen included."""
    return bool(_SECRET_WORD.search(key)) or bool(
        difflib.get_close_matches(key.casefold(), SECRET_KEYS, n=1, cutoff=0.75)
    )


def masked(line: str) -> str:
    """Hide the values of secret-looking keys, the secrets in URLs and whatever looks like a bot's token."""
    for found in _KEY.finditer(line):
        if is_secret_key(found["key"]) and line[found.end() :].strip():
            line = line[: found.end()] + MASK
            break
    return _URL.sub(lambda found: shown_url(found[0]), _BOT_TOKEN.sub(MASK, line))


def _with_caret(source: str, column: int, *, below_secret: bool) -> list[str]:
    """The line and the caret under its column, cut to width, tabs as blanks, control characters visible."""
    indent = len(source) - len(source.lstrip())
    safe = masked(source)
    if below_secret:
        key = _KEY.search(source)
        safe = source[: key.end() if key else indent] + MASK
    # Masking may move what stands behind it: the caret then goes to the mask.
    common = next(
        (i for i, pair in enumerate(zip(safe, source, strict=False)) if pair[0] != pair[1]), len(safe)
    )
    column = min(column, max(common, indent)) if safe != source else column
    start = max(indent if column - indent < _SHOWN_WIDTH - 20 else column - _SHOWN_WIDTH // 2, 0)
    before, after = _printable(safe[start:column]), _printable(safe[column : start + _SHOWN_WIDTH])
    cut = "…" if start > indent else ""
    rest = "…" if len(safe.rstrip()) > start + _SHOWN_WIDTH else ""
    return [f"    {cut}{before}{after.rstrip()}{rest}", "    " + " " * (len(cut) + _width(before)) + "^"]


def _printable(text: str) -> str:
    return "".join(
        character if character.isprintable() else " " if character == "\t" else f"\\u{ord(character):04x}"
        for character in text
    )


def _width(text: str) -> int:
    """Columns of a terminal that the text takes."""
    return sum(
        0 if unicodedata.combining(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in text
    )
