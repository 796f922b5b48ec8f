"""A draft as a commented topic file, and what it would add to an existing one. No file is read or written here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from watcher.config.written import key_written, written
from watcher.core.profiles import Where
from watcher.core.text.languages import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from watcher.core.deriving.records import Draft, DraftConcept, DraftMember, DraftPattern, DraftTerm
    from watcher.core.profiles import Need

WIDTH = 116
_HEAD = """\
# yaml-language-server: $schema=../schema/topic.json
# A draft, derived from {seeds}. It works as it is; prune it: `watcher explain` shows what each line does.
# Numbers behind "seed" count the articles under `seeds:`. How topic files are tuned: docs/profiles.md."""


def topic_text(draft: Draft) -> str:
    """Write the draft as topics/<id>.yaml."""
    count = len(draft.seeds)
    lines = _HEAD.format(seeds="one article" if count == 1 else f"{count} articles").split("\n")
    lines += [f"# Note: {note}." for note in draft.notes]
    lines += [f"id: {draft.topic}", f"name: {written(draft.name)}"]
    if draft.description:
        lines += ["description: >-", *(f"  {line}" for line in _wrapped(draft.description, WIDTH - 2))]
    lines += [f"seeds: {written(list(draft.seeds))}"]
    lines += [
        f"threshold: {written(draft.threshold)}   # alerts begin at this score; lower brings more, higher fewer"
    ]
    lines += ["", "concepts:"]
    for concept in draft.concepts:
        lines += _concept_lines(concept)
    lines += ["", "patterns:"]
    for pattern in draft.patterns:
        lines += _pattern_lines(pattern)
    return "\n".join(lines) + "\n"


def _concept_lines(concept: DraftConcept) -> Iterator[str]:
    for line in _wrapped(concept.comment, WIDTH - 4) if concept.comment else []:
        yield f"  # {line}"
    yield f"  {key_written(concept.id)}:"
    yield f"    name: {written(concept.name)}"
    if concept.includes:
        yield from _list_lines("    includes: ", concept.includes)
    if concept.members:
        yield "    members:"
        for member in concept.members:
            comment = f"   # {member.comment}" if member.comment else ""
            yield f"      {key_written(member.id)}: {written(member_data(member))}{comment}"


def _list_lines(key: str, items: Sequence[str]) -> Iterator[str]:
    """A list in brackets over as many lines as it needs."""
    indent = " " * (len(key) + 1)
    lines = _wrapped(", ".join(written(item, flow=True) for item in items), WIDTH - len(indent))
    for position, line in enumerate(lines):
        begin, end = (f"{key}[" if position == 0 else indent), ("]" if position == len(lines) - 1 else "")
        yield f"{begin}{line}{end}"


def _pattern_lines(pattern: DraftPattern) -> Iterator[str]:
    for line in _wrapped(pattern.comment, WIDTH - 4) if pattern.comment else []:
        yield f"  # {line}"
    data = pattern_data(pattern)
    for position, (key, value) in enumerate(data.items()):
        yield f"  {'- ' if position == 0 else '  '}{key}: {written(value)}"


def member_data(member: DraftMember) -> dict[str, Any]:
    """A member as a topic file holds it."""
    data: dict[str, Any] = {}
    if member.country:
        data["country"] = member.country
    for language in ("any", *LANGUAGES):
        if terms := member.terms.get(language):
            data[language] = [_term_data(term) for term in terms]
    if member.weight < 1:
        data["weight"] = member.weight
    if not member.fuzzy:
        data["fuzzy"] = False
    return data


def concept_data(concept: DraftConcept) -> dict[str, Any]:
    """A concept as a topic file holds it."""
    data: dict[str, Any] = {"name": concept.name}
    if concept.includes:
        data["includes"] = list(concept.includes)
    if concept.members:
        data["members"] = {member.id: member_data(member) for member in concept.members}
    return data


def pattern_data(pattern: DraftPattern) -> dict[str, Any]:
    """A pattern as a topic file holds it."""
    data: dict[str, Any] = {"name": pattern.name, "needs": [_need_data(need) for need in pattern.needs]}
    if pattern.where is not Where.ANYWHERE:
        data["where"] = pattern.where.value
    data["score"] = pattern.score
    return data


def _term_data(term: DraftTerm) -> Any:
    return term.text if term.weight == 1 else {"term": term.text, "weight": term.weight}


def _need_data(need: Need) -> Any:
    named = " or ".join(need.concepts)
    return named if need.different == 1 else {"concept": named, "different": need.different}


def draft_data(draft: Draft) -> dict[str, Any]:
    """The whole draft as a topic file holds it."""
    return {
        "id": draft.topic,
        "name": draft.name,
        "description": draft.description,
        "seeds": list(draft.seeds),
        "threshold": draft.threshold,
        "concepts": {concept.id: concept_data(concept) for concept in draft.concepts},
        "patterns": [pattern_data(pattern) for pattern in draft.patterns],
    }


def _wrapped(text: str, width: int) -> Sequence[str]:
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += " " + word
        else:
            lines.append(word)
    return lines
