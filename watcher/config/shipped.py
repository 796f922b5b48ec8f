"""The shipped profiles, as they are now and as they were when a configuration was made of them.

`watcher init` keeps a copy of what it shipped under `.base/`. With it, an upgrade can be told apart from the user's own
edits: base -> shipped is what the project changed, base -> yours what you did. Nothing under `.base/` is ever loaded.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher.config.locating import CONCEPTS_FILE, TOPICS_DIR, packaged
from watcher.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

BASE_DIR = ".base"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShippedFile:
    """One profile file in its three versions; None = it is not there."""

    name: str  # within the configuration: "topics/aes.yaml"
    base: str | None  # as shipped when this configuration was made, or last taken over
    yours: str | None
    shipped: str | None  # as this version of the program ships it

    @property
    def upgraded(self) -> bool:
        """True when the project changed it since."""
        return self.base is not None and self.base != self.shipped

    @property
    def edited(self) -> bool:
        """True when the user changed it since."""
        return self.base is not None and self.base != self.yours


def shipped_texts() -> dict[str, str]:
    """The profile files this version ships: name -> text."""
    return _texts(packaged("config"))


def base_files(texts: Mapping[str, str]) -> dict[str, str]:
    """Where copies of shipped files are kept: name within the configuration -> text."""
    return {f"{BASE_DIR}/{name}": text for name, text in texts.items()}


def compare(directory: Path) -> list[ShippedFile]:
    """Put the three versions of every profile file side by side, by name.

    Raises:
        ConfigError: a file cannot be read.
    """
    base, yours, shipped = _texts(directory / BASE_DIR), _texts(directory), shipped_texts()
    return [
        ShippedFile(name=name, base=base.get(name), yours=yours.get(name), shipped=shipped.get(name))
        for name in sorted(base.keys() | yours.keys() | shipped.keys())
    ]


def record(directory: Path) -> int:
    """Take the shipped version as the new base; the configuration itself is not touched.

    Returns:
        How many files are kept.

    Raises:
        ConfigError: the copies cannot be written.
    """
    texts = base_files(shipped_texts())
    try:
        for old in _paths(directory / BASE_DIR).values():
            old.unlink()
        for name, text in texts.items():
            path = directory / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise ConfigError(
            [f"{directory / BASE_DIR}: cannot be written: {error.strerror or error}"]
        ) from error
    return len(texts)


def difference(old: str | None, new: str | None, name: str, old_name: str, new_name: str) -> str:
    """A unified diff of two versions of a file; "" when they are the same."""
    lines = difflib.unified_diff(
        (old or "").splitlines(keepends=True),
        (new or "").splitlines(keepends=True),
        f"{name} ({old_name})" if old is not None else "/dev/null",
        f"{name} ({new_name})" if new is not None else "/dev/null",
        n=2,
    )
    return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)


def _texts(directory: Path) -> dict[str, str]:
    try:
        return {
            name: path.read_bytes().decode("utf-8", "replace") for name, path in _paths(directory).items()
        }
    except OSError as error:
        raise ConfigError([f"{directory}: cannot be read: {error.strerror or error}"]) from error


def _paths(directory: Path) -> dict[str, Path]:
    found = {CONCEPTS_FILE: directory / CONCEPTS_FILE}
    found |= {f"{TOPICS_DIR}/{path.name}": path for path in sorted((directory / TOPICS_DIR).glob("*.yaml"))}
    return {name: path for name, path in found.items() if path.is_file()}
