"""Models of a topic file and of concepts.yaml."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from watcher.config.fields import Identifier
from watcher.config.models.section import Section
from watcher.config.topics.concepts import ConceptItem, TermItem, by_shape


def concept_names(text: str) -> list[str]:
    """Return the concepts a need names: "russia or wagner" names two."""
    return [name.strip() for name in re.split(r"(?:^|\s+)or(?:\s+|$)", text)]


def _need_text(text: str) -> str:
    if not all(concept_names(text)):
        raise ValueError("must name a concept, or several joined by ' or '")
    return text


NeedText = Annotated[str, AfterValidator(_need_text)]


class NeedOptions(Section):
    """A need with options."""

    concept: NeedText = Field(description="A concept, or several joined by ' or '.")
    different: Annotated[int, Field(ge=1, le=9)] = Field(default=1, description="How many different members.")
    where: Literal["title", "anywhere"] = Field(default="anywhere", description="Where it must stand.")


NeedItem = Annotated[
    str | NeedOptions,
    by_shape("a concept, or 'concept: …' with options", text=NeedText, mapping=NeedOptions),
]
_WHERE: Any = Field(
    default="anywhere", description="title; sentence (the title, or one sentence of the summary); anywhere."
)


class PatternItem(Section):
    """Concepts that must meet."""

    name: str = Field(min_length=1, description="How explanations and alerts call it.")
    score: Annotated[float, Field(gt=0, le=100)] = Field(
        description="What it gives alone, plainly in the title."
    )
    needs: list[NeedItem] = Field(min_length=1, description="All of these must be mentioned.")
    where: Literal["title", "sentence", "anywhere"] = _WHERE
    unless: list[NeedItem] = Field(default=[], description="Any of these, and it does not count.")


class ExclusionItem(Section):
    """What speaks against the topic."""

    name: str = Field(min_length=1, description="How explanations call it.")
    times: Annotated[float, Field(ge=0, lt=1)] = Field(
        default=0.0, description="What the score is multiplied with."
    )
    needs: list[NeedItem] = Field(min_length=1, description="All of these must be mentioned.")
    where: Literal["title", "sentence", "anywhere"] = _WHERE
    unless: list[NeedItem] = Field(default=[], description="Any of these, and it does not count.")


class ConceptsFile(Section):
    """concepts.yaml: what several topics (and the grouping of stories) speak of."""

    concepts: dict[Identifier, ConceptItem] = Field(default={}, description="By id.")
    shadows: list[TermItem] = Field(
        default=[], description="Longer terms that take their words away: Niger Delta."
    )


class TopicFile(Section):
    """One topic: topics/<id>.yaml."""

    id: Identifier = Field(description="The same as the file's name.")
    name: str = Field(min_length=1, description="As alerts show it.")
    description: str = Field(default="", description="What counts as on topic, for people.")
    seeds: list[str] = Field(default=[], description="The articles it was derived from.")
    targets: list[Identifier] = Field(
        default=[], description="Who is told; empty: every target that takes it."
    )
    threshold: Annotated[float, Field(ge=0, le=100)] = Field(
        default=50.0, description="Alerts begin at this score."
    )
    summary_weight: Annotated[float, Field(ge=0, le=1)] = Field(
        default=0.7, description="What a mention in the summary counts, against 1 in the title."
    )
    late_weight: Annotated[float, Field(ge=0, le=1)] = Field(
        default=0.5, description="The same, further down in a long summary, where background stands."
    )
    concepts: dict[Identifier, ConceptItem] = Field(
        default={}, description="Its own, beside the shared ones."
    )
    shadows: list[TermItem] = Field(default=[], description="As in concepts.yaml; they hold for every topic.")
    patterns: list[PatternItem] = Field(min_length=1, description="What makes an entry on topic.")
    exclusions: list[ExclusionItem] = Field(default=[], description="What speaks against it.")
