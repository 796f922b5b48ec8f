"""Kinds of values that settings are made of: durations, sizes, times of day, zones, secrets, addresses.

Each reads what a person writes and refuses the rest with a message that says what to write. Nothing here
reads the environment: secrets look their variable up in the mapping that validation is handed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import (
    AfterValidator,
    BeforeValidator,
    PlainSerializer,
    SecretStr,
    ValidationInfo,
    WithJsonSchema,
)
from pydantic_core import core_schema

from watcher.config.addresses import host_port, web_address

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic.json_schema import JsonSchemaValue

_UNITS_S = {"w": 604800.0, "d": 86400.0, "h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
_DURATION = re.compile(
    r"(?=.)(?:(?P<w>\d{1,6})w)?\s*(?:(?P<d>\d{1,6})d)?\s*(?:(?P<h>\d{1,6})h)?\s*"
    r"(?:(?P<m>\d{1,6})m)?\s*(?:(?P<s>\d{1,9})s)?\s*(?:(?P<ms>\d{1,9})ms)?",
    re.ASCII,
)
_SIZE = re.compile(r"(\d{1,6}) ?(KiB|MiB|GiB)", re.ASCII)
_SIZE_UNITS = {"KiB": 1024, "MiB": 1024**2, "GiB": 1024**3}
_TIME_OF_DAY = re.compile(r"(?:[01]?\d|2[0-3]):[0-5]\d", re.ASCII)
IDENTIFIER = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2,3}", re.ASCII)
_CHAT = re.compile(r"-?\d{1,20}|@[A-Za-z]\w{3,31}", re.ASCII)
_REFERENCE = re.compile(r"(?<!\$)\$\{([^}]*)\}")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)


def parse_duration(text: str) -> float:
    """`10m`, `1h30m`, `2d` -> seconds.

    Raises:
        ValueError: not a duration; the message shows how to write one.
    """
    found = _DURATION.fullmatch(text.strip())
    if found is None or not any(found.groups()):
        unit = " (a number needs its unit)" if re.fullmatch(r"[\d.]+", text) else ""
        raise ValueError(f"must be a duration such as 30s, 10m, 1h30m or 2d{unit}, got {text!r}")
    return sum(int(number) * _UNITS_S[unit] for unit, number in found.groupdict().items() if number)


def format_duration(seconds: float) -> str:
    """Seconds -> the shortest text that `parse_duration` reads back (to the millisecond)."""
    rest = round(seconds * 1000)
    parts = []
    for unit in ("d", "h", "m", "s", "ms"):  # no weeks: nobody thinks of ten days as 1w3d
        number, rest = divmod(rest, round(_UNITS_S[unit] * 1000))
        if number:
            parts.append(f"{number}{unit}")
    return "".join(parts) or "0s"


def written(text: str) -> Any:
    """A default as a person would write it; it is validated like any other value, and shown so in the docs."""
    return text


@dataclass(frozen=True, slots=True)
class Duration:
    """Marks a float of seconds that is written as a duration, within bounds."""

    at_least: str = "0s"
    at_most: str = "3650d"

    def validate(self, value: object) -> float:
        """Read and check."""
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise ValueError("must be a duration such as 30s, 10m, 1h30m or 2d")  # noqa: TRY004 - pydantic's way
        seconds = parse_duration(str(value))
        if not parse_duration(self.at_least) <= seconds <= parse_duration(self.at_most):
            raise ValueError(f"must be between {self.at_least} and {self.at_most}, got {value}")
        return seconds

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(
            self.validate,
            serialization=core_schema.plain_serializer_function_ser_schema(format_duration, when_used="json"),
        )

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        pattern = r"^(?=.)(\d+w)? ?(\d+d)? ?(\d+h)? ?(\d+m)? ?(\d+s)? ?(\d+ms)?$"
        return {
            "type": "string",
            "pattern": pattern,
            "x-kind": f"duration, {self.at_least} to {self.at_most}",
        }


def _size(value: object) -> int:
    found = _SIZE.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise ValueError(f"must be a size such as 512 KiB or 10 MiB, got {value!r}")
    return int(found[1]) * _SIZE_UNITS[found[2]]


def format_size(size_bytes: int) -> str:
    """Bytes -> `10 MiB`."""
    unit, size = next((name, size) for name, size in reversed(_SIZE_UNITS.items()) if size_bytes % size == 0)
    return f"{size_bytes // size} {unit}"


def _plain_text(value: str) -> str:
    found = _REFERENCE.search(value)
    if found:
        raise ValueError(
            f"${{{found[1]}}} is not replaced here: only secrets (auth, headers, cookie, proxy) and chat ids are"
        )
    if not value.strip():
        raise ValueError("must not be empty")
    return value


def _identifier(value: str) -> str:
    if not IDENTIFIER.fullmatch(value):
        raise ValueError(f"must be lower-case letters, digits, '-', '_' or '.', got {value!r}")
    return value


def _language(value: str) -> str:
    if not _LANGUAGE.fullmatch(value):
        raise ValueError(f"must be a language code of two or three letters such as fr, got {value!r}")
    return value


def _time_of_day(value: str) -> str:
    if not _TIME_OF_DAY.fullmatch(value):
        raise ValueError(f"must be a time of day such as 22:30, got {value!r}")
    return value.zfill(5)


def _zone(value: str) -> str:
    import zoneinfo

    try:
        zoneinfo.ZoneInfo(value)
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
        from watcher.config.problems import suggestion

        near = suggestion(value.replace(" ", "_"), zoneinfo.available_timezones())
        raise ValueError(f"unknown time zone {value!r}{near}") from None
    return value


def _resolved(value: object, info: ValidationInfo) -> object:
    """Replace ${VAR} by the environment's value; `$${` stands for a literal `${`."""
    if not isinstance(value, str):
        return value
    environment = (info.context or {}).get("env", {})

    def look_up(found: re.Match[str]) -> str:
        name = found[1]
        if not _VARIABLE.fullmatch(name):
            raise ValueError("${…} must hold the name of an environment variable")
        if not environment.get(name):
            raise ValueError(f"the environment variable {name} is not set")
        return str(environment[name])

    return _REFERENCE.sub(look_up, value).replace("$${", "${")


def _chat(value: object, info: ValidationInfo) -> object:
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else _resolved(value, info)
    if isinstance(text, str) and not _CHAT.fullmatch(text.strip()):
        raise ValueError("must be a chat id such as -1001234567890, or @channel")
    return text.strip() if isinstance(text, str) else text


def _secret_line(value: SecretStr) -> SecretStr:
    text = value.get_secret_value()
    if not text or any(not character.isprintable() for character in text):
        raise ValueError("must not be empty or hold line breaks and control characters")
    return value


def _kind(kind: str, pattern: str | None = None) -> WithJsonSchema:
    """What editors check by and what the reference calls it."""
    return WithJsonSchema({"type": "string", "x-kind": kind, **({"pattern": pattern} if pattern else {})})


Text = Annotated[str, AfterValidator(_plain_text)]
Identifier = Annotated[
    str, AfterValidator(_identifier), _kind("name: a-z, 0-9, -, _ and .", f"^{IDENTIFIER.pattern}$")
]
Language = Annotated[str, AfterValidator(_language), _kind("language code", f"^{_LANGUAGE.pattern}$")]
TimeOfDay = Annotated[str, AfterValidator(_time_of_day), _kind("time of day", f"^({_TIME_OF_DAY.pattern})$")]
Zone = Annotated[str, AfterValidator(_zone), _kind("time zone")]
WebAddress = Annotated[
    str,
    AfterValidator(_plain_text),
    AfterValidator(web_address),
    _kind("web address", "^[Hh][Tt][Tt][Pp][Ss]?://"),
]
HostPort = Annotated[str, AfterValidator(host_port), _kind("host:port")]
Size = Annotated[
    int,
    BeforeValidator(_size),
    PlainSerializer(format_size, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": r"^\d+ ?(KiB|MiB|GiB)$", "x-kind": "size"}),
]
Chat = Annotated[
    str,
    BeforeValidator(_chat),
    WithJsonSchema({"type": ["string", "integer"], "x-kind": "chat id, @channel or ${VAR}"}),
]
Secret = Annotated[
    SecretStr,
    BeforeValidator(_resolved),
    AfterValidator(_secret_line),
    WithJsonSchema({"type": "string", "x-kind": "secret: text or ${VAR}"}),
]
