"""Concepts and patterns of a draft while they are put together. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.core.deriving.concepts import includes_of, members_of, refer, seen, slug, unique
from watcher.core.deriving.records import DraftConcept, DraftPattern, Kind
from watcher.core.profiles import Need, Where

if TYPE_CHECKING:
    from collections.abc import Sequence

    from watcher.core.deriving.records import Finding, Knowledge
    from watcher.core.deriving.steering import Facet

NAME_TITLE, NAME_ANYWHERE = 80.0, 55.0  # see docs/deriving.md for what chose these


class Proposals:
    """Collects concepts, each under an id of its own, and patterns, each once.

    Attributes:
        findings: what the seeds speak of.
        knowledge: what is known beside the seeds.
        seed_count: how many seeds there are.
    """

    def __init__(self, findings: Sequence[Finding], knowledge: Knowledge, seed_count: int) -> None:
        self.findings = findings
        self.knowledge = knowledge
        self.seed_count = seed_count
        self.concepts: list[DraftConcept] = []
        self.patterns: list[DraftPattern] = []
        self._ids = set(knowledge.shared)

    def new_id(self, wanted: str) -> str:
        """Return a concept id like this one that nothing bears yet."""
        return unique(wanted, self._ids)

    def add(self, name: str, needs: tuple[Need, ...], where: Where, score: float, comment: str) -> None:
        """Add a pattern unless one of this name is there."""
        if not any(pattern.name == name for pattern in self.patterns):
            self.patterns.append(
                DraftPattern(name=name, needs=needs, where=where, score=score, comment=comment)
            )

    def concept(self, facet: Facet, wanted: str = "") -> str:
        """Add a concept for what one side of a pattern asks for; return its id."""
        label = self.label(facet)
        concept = self.new_id(wanted or f"{slug(label)}-side")
        weights = {
            thing.key: 0.6 if thing.kind is Kind.WORD and thing.rarity < 1 else 1.0 for thing in facet.things
        }
        self.concepts.append(
            DraftConcept(
                id=concept,
                name=label if len(facet.things) == 1 else f"{label} and what stands beside it",
                includes=includes_of(facet.things, self.knowledge),
                members=members_of(facet.things, self.knowledge, weights, countries=False),
                comment=", ".join(f"{self.thing_label(thing)} ({seen(thing)})" for thing in facet.things),
            )
        )
        return concept

    def by_name(self, things: Sequence[Finding]) -> None:
        """Let each of these tell the topic alone."""
        if not things:
            return
        concept = self.new_id("by-name")
        self.concepts.append(
            DraftConcept(
                id=concept,
                name="names that hardly appear elsewhere",
                includes=refer(things, self.knowledge),
                members=members_of(things, self.knowledge),
                comment="one of these is enough",
            )
        )
        needs = (Need(concepts=(concept,)),)
        why = ", ".join(
            f"{thing.written if thing.forms else thing.key} ({seen(thing)})" for thing in things[:4]
        )
        self.add("by name, in the headline", needs, Where.TITLE, NAME_TITLE, why)
        self.add("by name", needs, Where.ANYWHERE, NAME_ANYWHERE, why)

    def label(self, facet: Facet) -> str:
        """Name a facet by its first thing."""
        return self.thing_label(facet.things[0])

    def thing_label(self, thing: Finding) -> str:
        """Name a thing as its text or the shared concepts do."""
        if thing.forms:
            return thing.written
        if thing.kind is Kind.COUNTRY:
            return self.knowledge.countries[thing.key].name
        concept, _, member = thing.key.partition(".")
        return concept if concept == member or not member else member
