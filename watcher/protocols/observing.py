"""Seeing what happens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened: a name and flat facts, always the same keys for the same name.

    docs/logs.md lists every name with its facts, and a test holds it to that. Values are plain: text, numbers,
    truth values, None, lists of text, and counts by name (matched_topics).
    """

    name: str
    facts: Mapping[str, Any]


class Observer(Protocol):
    """Sees what happens: logs and metrics are two observers. Never raises."""

    def observe(self, event: Event) -> None:
        """Take note."""
        ...
