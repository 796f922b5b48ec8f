"""Edits that tuning proposes, made in the text of the configuration's files: comments and spacing stay."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from watcher.config.editing import append_item, remove, set_value
from watcher.config.locating import CONCEPTS_FILE, TOPICS_DIR
from watcher.config.marks import parse
from watcher.core.evaluation.tuning import AddTerm, RemoveTerm, SetScore, SetThreshold
from watcher.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from watcher.config import Location
    from watcher.config.problems import Path as Place
    from watcher.core.evaluation.tuning import Edit


class Patch:
    """The files as they would be; nothing is written here."""

    def __init__(self, location: Location) -> None:
        self._location = location
        self.before: dict[Path, str] = {}
        self.after: dict[Path, str] = {}

    def make(self, edit: Edit, check: Callable[[Mapping[Path, str]], object]) -> None:
        """Make one edit.

        Args:
            edit: what to change.
            check: raises ConfigError when the configuration would have mistakes with these texts.

        Raises:
            ConfigError: its place cannot be found or edited without risk, or the check failed; nothing changed.
        """
        shared = isinstance(edit, RemoveTerm | AddTerm) and edit.shared
        directory = self._location.directory
        file = directory / CONCEPTS_FILE if shared else directory / TOPICS_DIR / f"{edit.topic}.yaml"
        if file not in self.before:
            self.before[file] = self.after[file] = file.read_text(encoding="utf-8")
        text = _edited(self.after[file], edit, self._location.shown(file))
        check({**self.changed(), file: text})
        self.after[file] = text

    def changed(self) -> dict[Path, str]:
        """File -> new text, for those that are not as they were."""
        return {file: text for file, text in self.after.items() if text != self.before[file]}


def _edited(text: str, edit: Edit, name: str) -> str:
    if isinstance(edit, SetThreshold):
        return set_value(text, ("threshold",), _plain(edit.value), name=name)
    data = parse(text, name).data
    if isinstance(edit, SetScore):
        for position, pattern in enumerate(data["patterns"]):
            if pattern["name"] == edit.pattern:
                return set_value(text, ("patterns", position, "score"), _plain(edit.value), name=name)
        raise ConfigError([f"{name}: there is no pattern '{edit.pattern}'"])
    if isinstance(edit, AddTerm):
        return _with_term(text, edit, data, name)
    places = list(_places(data, edit))
    if not places:
        raise ConfigError(
            [f"{name}: '{edit.term}' is not written there (a country's name, perhaps): edit it by hand"]
        )
    for place in reversed(places):  # from the end, so that the earlier ones keep their numbers
        text = remove(text, place, name=name)
    return text


def _with_term(text: str, edit: AddTerm, data: Any, name: str) -> str:
    place: Place = ("concepts", edit.concept)
    holder = data["concepts"][edit.concept]
    if edit.member is not None and not isinstance(holder, list):
        place, holder = (*place, "members", edit.member), holder["members"][edit.member]
    if isinstance(holder, list):
        return append_item(text, place, edit.term, name=name)
    language = edit.language or "any"
    if holder.get(language):
        return append_item(text, (*place, language), edit.term, name=name)
    return set_value(text, (*place, language), [edit.term], name=name)


def _places(data: Any, edit: RemoveTerm) -> Iterator[Place]:
    """Where a term stands: in the list of its member, or in one of its languages' lists."""
    holder = data["concepts"].get(edit.concept)
    place: Place = ("concepts", edit.concept)
    members = holder.get("members", {}) if isinstance(holder, dict) else {}
    if edit.member in members:
        place, holder = (*place, "members", edit.member), members[edit.member]
    lists = {(): holder} if isinstance(holder, list) else _language_lists(holder)
    for key, items in lists.items():
        for position, item in enumerate(items):
            written = item["term"] if isinstance(item, dict) else item
            if str(written).removeprefix("=").strip() == edit.term:
                yield (*place, *key, position)


def _language_lists(holder: Any) -> dict[tuple[str, ...], Sequence[Any]]:
    if not isinstance(holder, dict):
        return {}
    return {
        (key,): value for key, value in holder.items() if isinstance(value, list) and key not in _NO_TERMS
    }


_NO_TERMS = ("includes", "members")


def _plain(value: float) -> float | int:
    return int(value) if value == int(value) else value
