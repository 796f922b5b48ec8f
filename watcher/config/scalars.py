"""What a YAML scalar means, by the YAML 1.2 core schema, with two deliberate refusals to guess.

`no`, `on`, `yes` and `1:30` are text, as YAML 1.2 has it (the parser library would read them the 1.1 way).
A number with leading zeros (`010`) stays text too: it is eight in YAML 1.1 and ten in 1.2, and whoever
wrote it meant either, or a text. NaN and infinity are refused: no setting can mean them.
Pure: no file is read here.
"""

from __future__ import annotations

import math
import re

Scalar = str | int | float | bool | None

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_TRUE = frozenset({"true", "True", "TRUE"})
_FALSE = frozenset({"false", "False", "FALSE"})
_INT = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_OCTAL = re.compile(r"0o[0-7]+")
_HEX = re.compile(r"0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_FIRST = frozenset("-+.0123456789~nNtTfF")  # every scalar that is not text begins with one of these
_MAX_DIGITS = 30  # longer numbers are surely a mistake, and turning them into integers is slow

_TAG_PREFIX = "tag:yaml.org,2002:"


def plain_value(text: str) -> Scalar:
    """Read a plain (unquoted, untagged) scalar.

    Raises:
        ValueError: not a finite number, or far too long; the message is for people.
    """
    if text and text[0] not in _FIRST:
        return text
    if text in _NULL:
        return None
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    if _NOT_FINITE.fullmatch(text):
        raise ValueError(f'{text} is not a number that any setting can have; for the text write "{text}"')
    return _number(text)


def tagged_value(tag: str, text: str) -> Scalar:
    """Read a scalar with an explicit tag such as `!!str`.

    Raises:
        ValueError: an unknown tag, or a text that does not fit it.
    """
    kind = tag.removeprefix(_TAG_PREFIX)
    if tag == "!" or kind == "str":
        return text
    value = plain_value(text)
    fits = {
        "int": isinstance(value, int) and not isinstance(value, bool),
        "float": isinstance(value, int | float) and not isinstance(value, bool),
        "bool": isinstance(value, bool),
        "null": value is None,
    }
    if not tag.startswith(_TAG_PREFIX) or kind not in fits:
        raise ValueError(f"the tag {tag} is not known here: leave it out")
    if not fits[kind]:
        raise ValueError(f"!!{kind} does not fit {text!r}")
    return float(value) if kind == "float" and value is not None else value


def _number(text: str) -> Scalar:
    is_int = _INT.fullmatch(text)
    base = 10 if is_int else 8 if _OCTAL.fullmatch(text) else 16 if _HEX.fullmatch(text) else 0
    if not base and not _FLOAT.fullmatch(text):
        return text
    if len(text) > _MAX_DIGITS:
        raise ValueError("a number this long cannot be meant; put it in quotes if it is text")
    if base:
        return int(text if base == 10 else text[2:], base)
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is too large for a number")
    return number
