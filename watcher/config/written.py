"""Values as YAML text that `marks` reads back as the same values. Pure."""

from __future__ import annotations

import json
from typing import Any

from watcher.config.marks import parse

Plain = str | int | float | bool | None


def written(value: Any, *, style: str | None = None, flow: bool = False) -> str:
    """Write a value on one line.

    Args:
        value: a scalar, or lists and mappings of such, which are written in brackets and braces.
        style: how a text was quoted before: ' or " is kept; None = quoted only where it must be.
        flow: it will stand within brackets or braces.
    """
    if isinstance(value, dict):
        return (
            "{" + ", ".join(f"{key_written(key)}: {written(v, flow=True)}" for key, v in value.items()) + "}"
        )
    if isinstance(value, list | tuple):
        return "[" + ", ".join(written(item, flow=True) for item in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "null"
    if isinstance(value, int | float):
        return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(value)
    return _text(str(value), style, flow=flow)


def key_written(key: str) -> str:
    """Write a key; keys are texts whatever they look like, so that quotes are needed rarely."""
    for candidate in (key, _single(key), _double(key)):
        document = parse(f"{candidate}: 1", "")
        inside = parse(f"{{{candidate}: 1}}", "")
        if not document.problems and document.data == {key: 1} == inside.data:
            return candidate
    return _double(key)


def _text(text: str, style: str | None, *, flow: bool) -> str:
    candidates = [text, _single(text), _double(text)]
    if style == "'":
        candidates = candidates[1:]
    elif style == '"':
        candidates = [candidates[2]]
    for candidate in candidates:
        document = parse(f"[a, {candidate}, b]" if flow else f"a: {candidate}\nb: 1\n", "")
        wanted: Any = ["a", text, "b"] if flow else {"a": text, "b": 1}
        if not document.problems and document.data == wanted and "\n" not in candidate:
            return candidate
    return _double(text)


def _single(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _double(text: str) -> str:
    """JSON's escapes are YAML's; what may not stand in YAML at all is escaped too."""
    readable = json.dumps(text, ensure_ascii=False)
    return "".join(
        character
        if character.isprintable()
        else f"\\u{ord(character):04x}"
        if ord(character) < 0x10000
        else f"\\U{ord(character):08x}"
        for character in readable
    )
