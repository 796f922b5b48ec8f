"""What a draft would add to an existing topic file: members, references, patterns and seeds that it lacks.

Only additions: comments, spacing, order and every edit of the user stay. No file is read or written here.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from watcher.config.drafts import concept_data, member_data, pattern_data
from watcher.config.editing import append_item, set_value
from watcher.config.marks import parse
from watcher.core.text.tokens import folded_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from watcher.core.deriving import Draft
    from watcher.core.deriving.records import DraftConcept


def with_additions(text: str, draft: Draft, *, name: str) -> str:
    """Return the topic file with what the draft knows beyond it.

    Args:
        text: of the file; valid.
        draft: from old and new seeds, for the same topic.
        name: of the file, for messages.

    Raises:
        ConfigError: the file cannot be edited without risk.
    """
    data = parse(text, name).data
    own = data.get("concepts") or {}
    homes = {concept.id: _home(concept, own) for concept in draft.concepts}
    text = _with_seeds(text, data, draft, name)
    text = _with_patterns(text, data, draft, homes, name)
    used = _used(text, name)
    for concept in draft.concepts:
        if homes[concept.id] in used or homes[concept.id] in own:
            text = _with_concept(text, concept, homes[concept.id], name)
    return text


def _home(concept: DraftConcept, own: dict[str, Any]) -> str:
    """The concept of the file that is the same: by id, else the one that shares most; a new one keeps its id."""
    if concept.id in own:
        return concept.id
    wanted = {one.split(".")[0] for one in concept.includes} | set(
        _terms(concept_data(concept).get("members", {}))
    )
    shared = {
        other: len(wanted & ({one.split(".")[0] for one in _references({other: value})} | set(_terms(value))))
        for other, value in own.items()
    }
    best = max(shared, key=lambda other: shared[other], default="")
    return best if best and shared[best] else concept.id


def _used(text: str, name: str) -> set[str]:
    """Ids of the concepts that patterns ask for."""
    found: set[str] = set()
    for pattern in parse(text, name).data["patterns"]:
        found |= _asked(pattern["needs"])
    return found


def _asked(needs: list[Any]) -> set[str]:
    named = [need if isinstance(need, str) else need["concept"] for need in needs]
    return {one.strip() for names in named for one in names.split(" or ")}


def _with_seeds(text: str, data: dict[str, Any], draft: Draft, name: str) -> str:
    known = data.get("seeds") or []
    if not known:
        return set_value(text, ("seeds",), list(draft.seeds), name=name)
    for seed in draft.seeds:
        if seed not in known:
            text = append_item(text, ("seeds",), seed, name=name)
    return text


def _with_patterns(text: str, data: dict[str, Any], draft: Draft, homes: dict[str, str], name: str) -> str:
    """Add patterns, unless one of the same name, or one that asks for the same concepts, is there."""
    names = {pattern["name"] for pattern in data["patterns"]}
    asked = [_asked(pattern["needs"]) for pattern in data["patterns"]]
    for pattern in draft.patterns:
        places = [homes[one] for need in pattern.needs for one in need.concepts]
        if len(set(places)) < len(places):
            continue  # the file has one concept for what the draft tells apart
        needs = tuple(
            replace(need, concepts=tuple(homes[one] for one in need.concepts)) for need in pattern.needs
        )
        wanted = pattern_data(replace(pattern, needs=needs))
        if pattern.name not in names and _asked(wanted["needs"]) not in asked:
            text = append_item(text, ("patterns",), wanted, name=name, comment=pattern.comment)
    return text


def _with_concept(text: str, concept: DraftConcept, home: str, name: str) -> str:
    """Add to the concept what no concept of the file covers; make it when it is not there."""
    concepts = parse(text, name).data.get("concepts") or {}
    covered, referred = set(_terms(concepts)), set(_references(concepts))
    here = concepts.get(home)
    includes, members = list(concept.includes), {member.id: member_data(member) for member in concept.members}
    if here is None:
        whole = {"name": concept.name, "includes": includes, "members": members}
        wanted = {key: value for key, value in whole.items() if value}
        path: tuple[str, ...] = ("concepts", home) if concepts else ("concepts",)
        return set_value(text, path, wanted if concepts else {home: wanted}, name=name)
    includes = [one for one in includes if one not in referred and one.split(".")[0] not in referred]
    members = {key: data for key, data in members.items() if not set(_terms(data)) <= covered}
    if isinstance(here, list):  # a plain list of terms: terms can be added to it, nothing else
        for data in members.values():
            for term in data.get("any", []):
                text = append_item(text, ("concepts", home), term, name=name)
        return text
    for include in includes:
        path = ("concepts", home, "includes")
        if here.get("includes"):
            text = append_item(text, path, include, name=name)
        else:
            text = set_value(text, path, [include], name=name)
            here = {**here, "includes": [include]}
    for key, data in members.items():
        present = here.get("members") or {}
        member_id = key if key not in present else f"{key}-new"
        path = ("concepts", home, "members")
        text = set_value(
            text, (*path, member_id) if present else path, data if present else {member_id: data}, name=name
        )
        here = {**here, "members": {**present, member_id: data}}
    return text


def _terms(value: Any) -> Iterator[Any]:
    """Every term below, folded, and countries as "country XX"."""
    if isinstance(value, str):
        yield folded_words(value)
    elif isinstance(value, list):
        for item in value:
            yield from _terms(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key == "country":
                yield f"country {item}"
            elif key not in ("name", "includes", "weight", "fuzzy", "of", "write"):
                yield from _terms(item)


def _references(concepts: dict[str, Any]) -> Iterator[str]:
    for concept in concepts.values():
        if isinstance(concept, dict):
            yield from concept.get("includes") or []
