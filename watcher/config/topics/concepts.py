"""Models of concepts and their terms, as topic files and concepts.yaml write them."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    Field,
    TypeAdapter,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

from watcher.config.fields import Identifier
from watcher.config.models.section import Section
from watcher.config.topics.countries import country_codes
from watcher.core.matching.words import BEGINNING_LENGTH
from watcher.core.profiles import Writing
from watcher.core.text.folding import fold
from watcher.core.text.languages import LANGUAGES
from watcher.core.text.tokens import WORD

# What a regular expression has and no headline: alternatives, escapes, classes, ".*", an anchor.
_EXPRESSION = re.compile(r"[|\\]|\.[*+?]|\[[^\]]*\]|^\^")


def _term_text(text: str) -> str:
    """Refuse what could never be found."""
    if _EXPRESSION.search(text):
        raise ValueError(
            f"the term {text!r} looks like a regular expression: write each word as a term of its own, inflections "
            "are found anyhow; a stem is written 'jihad*'"
        )
    words = [hit for hit in WORD.finditer(text) if fold(hit.group())]
    if not words:
        raise ValueError(f"the term {text!r} has no letters or digits: nothing could ever match it")
    for hit in words:
        if text[hit.end() : hit.end() + 1] == "*" and len(fold(hit.group())) < BEGINNING_LENGTH:
            raise ValueError(
                f"the stem {hit.group()!r}* is too short: give it at least {BEGINNING_LENGTH} letters"
            )
    return text


TermText = Annotated[str, AfterValidator(_term_text)]


class TermOptions(Section):
    """A term with options of its own."""

    term: TermText = Field(description="As the press writes it.", examples=["Traoré"])
    write: Writing | None = Field(
        default=None,
        strict=False,
        description="How it must stand in a text: name, word, acronym, exact or stem; without it, the spelling decides.",
    )
    weight: Annotated[float, Field(gt=0, le=1)] = Field(
        default=1.0, description="What a mention is worth, against 1 for a plain one."
    )
    fuzzy: bool = Field(
        default=True, description="False: no other transliterations and no slips are accepted."
    )


def by_shape(wanted: str, **shapes: Any) -> WrapValidator:
    """Choose by what is written (text, list, mapping), so that errors point at the place and not at a union."""
    adapters: dict[str, TypeAdapter[Any]] = {}

    def validate(value: Any, _handler: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
        shape = next(
            (
                name
                for kind, name in ((str, "text"), (list, "list"), (dict, "mapping"))
                if isinstance(value, kind)
            ),
            "",
        )
        if shape not in shapes:
            raise ValueError(f"must be {wanted}")
        if shape not in adapters:
            adapters[shape] = TypeAdapter(shapes[shape])
        return adapters[shape].validate_python(value, context=info.context)

    return WrapValidator(validate)


TermItem = Annotated[
    str | TermOptions,
    by_shape(
        "a term (in quotes when it looks like a number), or 'term: …' with options",
        text=TermText,
        mapping=TermOptions,
    ),
]
_Terms: Any = Field(default=[], description="Terms of this language, inflected by its rules.")


class TermLists(Section):
    """Terms by language; `any` holds names and whatever is the same everywhere."""

    country: str | None = Field(
        default=None,
        description="ISO 3166 code: stands for the country's name in every language.",
        examples=["ML"],
    )
    any: list[TermItem] = Field(default=[], description="Terms of no particular language: names, acronyms.")
    en: list[TermItem] = _Terms
    fr: list[TermItem] = _Terms
    ru: list[TermItem] = _Terms
    pl: list[TermItem] = _Terms
    es: list[TermItem] = _Terms
    de: list[TermItem] = _Terms
    pt: list[TermItem] = _Terms
    ar: list[TermItem] = _Terms
    uk: list[TermItem] = _Terms
    it: list[TermItem] = _Terms
    weight: Annotated[float, Field(gt=0, le=1)] = Field(
        default=1.0, description="Weight of all terms listed here."
    )
    fuzzy: bool = Field(default=True, description="False: no fuzziness for any term listed here.")

    def has_terms(self) -> bool:
        """True when anything can be found by it."""
        return self.country is not None or any(getattr(self, language) for language in ("any", *LANGUAGES))


def _country(lists: TermLists) -> TermLists:
    code = lists.country
    if code is not None and code not in country_codes():
        hint = f" (did you mean '{code.upper()}'?)" if code.upper() in country_codes() else ""
        raise ValueError(f"'{code}' is no ISO 3166 country code such as ML or BF{hint}")
    return lists


class MemberLists(TermLists):
    """One thing a concept speaks of."""

    of: Identifier | None = Field(
        default=None,
        description="Which member it counts as where a pattern asks for different ones (a leader of Mali: ml).",
    )


def _member(member: MemberLists) -> MemberLists:
    if not member.has_terms():
        raise ValueError("is empty: give it terms or a country")
    _country(member)
    return member


def _member_list(terms: list[Any]) -> list[Any]:
    if not terms:
        raise ValueError("is empty: give it terms")
    return terms


MemberItem = Annotated[
    list[TermItem] | MemberLists,
    by_shape(
        "a list of terms, or a mapping with languages and options",
        list=Annotated[list[TermItem], AfterValidator(_member_list)],
        mapping=Annotated[MemberLists, AfterValidator(_member)],
    ),
]


class ConceptLists(TermLists):
    """An actor, a place, an act."""

    name: str = Field(default="", description="For people; without it, the id.")
    members: dict[Identifier, MemberItem] = Field(default={}, description="The things it speaks of, by id.")
    includes: list[Identifier] = Field(default=[], description="Concepts whose mentions count as its own.")


def _concept(concept: ConceptLists) -> ConceptLists:
    if not (concept.has_terms() or concept.members or concept.includes):
        raise ValueError("is empty: give it terms, members, a country or other concepts to include")
    _country(concept)
    return concept


ConceptItem = Annotated[
    list[TermItem] | ConceptLists,
    by_shape(
        "a list of terms, or a mapping with languages, members or includes",
        list=Annotated[list[TermItem], AfterValidator(_member_list)],
        mapping=Annotated[ConceptLists, AfterValidator(_concept)],
    ),
]
