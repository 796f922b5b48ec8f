"""Names in topic files that lead nowhere: what no model of one file can see by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from watcher.config.problems import Path, suggestion
from watcher.config.topics.files import NeedOptions, concept_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from watcher.config.topics.concepts import ConceptLists
    from watcher.config.topics.files import ConceptsFile, ExclusionItem, PatternItem, TopicFile


def reference_problems(topic: TopicFile, shared: ConceptsFile | None) -> Iterator[tuple[Path, str]]:
    """Yield (path within the topic file, message) for every name that leads nowhere.

    Args:
        topic: valid by itself.
        shared: the shared concepts, None without such a file.
    """
    common = _known(shared.concepts) if shared is not None else set()
    for concept_id in topic.concepts:
        if concept_id in common:
            advice = f"choose another id, and write 'includes: [{concept_id}]' to extend the shared one"
            yield ("concepts", concept_id), f"'{concept_id}' is a shared concept already: {advice}"
    known = common | _known(topic.concepts)
    yield from _include_problems(topic.concepts, known)
    sections: list[tuple[str, Sequence[PatternItem | ExclusionItem]]] = [
        ("patterns", topic.patterns),
        ("exclusions", topic.exclusions),
    ]
    for section, rules in sections:
        names: set[str] = set()
        for position, rule in enumerate(rules):
            if rule.name in names:
                yield (
                    (section, position, "name"),
                    f"'{rule.name}' is the name of an earlier one too: make it unique",
                )
            names.add(rule.name)
            for key, needs in (("needs", rule.needs), ("unless", rule.unless)):
                for place, need in enumerate(needs):
                    path: Path = (section, position, key, place)
                    for name in _unknown(need, known):
                        yield path, f"there is no concept '{name}'{suggestion(name, known)}"


def shared_problems(shared: ConceptsFile) -> Iterator[tuple[Path, str]]:
    """Yield (path within concepts.yaml, message) for every include that leads nowhere."""
    yield from _include_problems(shared.concepts, _known(shared.concepts))


def _known(concepts: Mapping[str, list[Any] | ConceptLists]) -> set[str]:
    """Ids of concepts, and of their members as "concept.member"."""
    members = {
        f"{concept_id}.{member_id}"
        for concept_id, concept in concepts.items()
        if not isinstance(concept, list)
        for member_id in concept.members
    }
    return set(concepts) | members


def _include_problems(
    concepts: Mapping[str, list[Any] | ConceptLists], known: set[str]
) -> Iterator[tuple[Path, str]]:
    for concept_id, concept in concepts.items():
        if isinstance(concept, list):
            continue
        for place, name in enumerate(concept.includes):
            path: Path = ("concepts", concept_id, "includes", place)
            if name == concept_id:
                yield path, f"'{name}' cannot include itself"
            elif name not in known:
                yield path, f"there is no concept '{name}'{suggestion(name, known)}"


def _unknown(need: str | NeedOptions, known: set[str]) -> list[str]:
    return [
        name for name in concept_names(need if isinstance(need, str) else need.concept) if name not in known
    ]
