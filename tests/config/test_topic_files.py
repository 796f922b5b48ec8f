"""Topic files: what is wrong is told with its place and what to do; countries are looked up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from watcher.config.topics import country_names
from watcher.errors import ConfigError

if TYPE_CHECKING:
    from tests.config.conftest import Try

HEAD = "id: aes\nname: A\n"
PATTERN = "patterns:\n  - {name: p, score: 80, needs: [mali]}\n"
GOOD = HEAD + "concepts:\n  mali: {country: ML}\n" + PATTERN


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (HEAD + "concepts:\n  mali: []\n" + PATTERN, "aes.yaml:4:9: concepts.mali: is empty: give it terms"),
        (HEAD + "concepts:\n  mali: {}\n" + PATTERN, "aes.yaml:4:9: concepts.mali: is empty"),
        (HEAD + "concepts:\n  mali: {members: {ml: {}}}\n" + PATTERN, "concepts.mali.members.ml: is empty"),
        (HEAD + "concepts:\n  mali: ['--']\n" + PATTERN, "aes.yaml:4:10: concepts.mali.0: the term '--' has no letters"),
        (
            HEAD + "concepts:\n  mali: [Mali, '(mali|malien)s?']\n" + PATTERN,
            "concepts.mali.1: the term '(mali|malien)s?' looks like a regular expression",
        ),
        (HEAD + "concepts:\n  mali: ['Mal.*']\n" + PATTERN, "looks like a regular expression"),
        (HEAD + "concepts:\n  mali: ['[Mm]ali']\n" + PATTERN, "looks like a regular expression"),
        (HEAD + "concepts:\n  mali: ['ab*']\n" + PATTERN, "the stem 'ab'* is too short: give it at least 3 letters"),
        (HEAD + "concepts:\n  mali: [2024]\n" + PATTERN, "concepts.mali.0: must be a term (in quotes"),
        (HEAD + "concepts:\n  mali: {country: ml}\n" + PATTERN, "'ml' is no ISO 3166 country code such as ML or BF (did you mean 'ML'?)"),
        (HEAD + "concepts:\n  mali: {any: [{term: Mali, wieght: 1}]}\n" + PATTERN, "unknown key 'wieght' (did you mean 'weight'?)"),
        (HEAD + "concepts:\n  mali: {frr: [x]}\n" + PATTERN, "aes.yaml:4:10: concepts.mali.frr: unknown key 'frr'"),
        (GOOD.replace("[mali]", "[mail]"), "aes.yaml:6:34: patterns.0.needs.0: there is no concept 'mail' (did you mean 'mali'?)"),
        (GOOD.replace("[mali]", "[mali or ]"), "must name a concept, or several joined by ' or '"),
        (GOOD.replace("score: 80", "score: 800"), "patterns.0.score: must be at most 100, got 800"),
        (GOOD + "  - {name: p, score: 8, needs: [mali]}\n", "'p' is the name of an earlier one too: make it unique"),
        (GOOD.replace("{country: ML}", "{includes: [mali]}"), "'mali' cannot include itself"),
        (GOOD.replace("{country: ML}", "{includes: [nail]}"), "there is no concept 'nail'"),
        (HEAD + PATTERN.replace("[mali]", "[]"), "patterns.0.needs: must have at least 1 item(s)"),
    ],
)  # fmt: skip
def test_every_mistake_is_told_with_its_place(loaded: Try, content: str, said: str) -> None:
    """File, line, column, path, and what to do."""
    with pytest.raises(ConfigError) as error:
        loaded({"topics/aes.yaml": content})
    assert said in str(error.value)


def test_an_own_concept_may_not_hide_a_shared_one(loaded: Try) -> None:
    """Mentions of both could not be told apart; the message says how to extend the shared one."""
    with pytest.raises(ConfigError, match=r"shared concept already: .*includes: \[mali\]"):
        loaded({"concepts.yaml": "concepts:\n  mali: [Mali]\n"})


def test_a_country_stands_for_its_names_everywhere(loaded: Try) -> None:
    """CLDR's names in the watcher's languages, apostrophes made one."""
    assert {"Mali", "Мали", "مالي", "Малі"} <= set(country_names("ML"))
    assert "Côte d'Ivoire" in country_names("CI")
    profile = loaded().profiles["aes"]
    terms = {term.text for concept in profile.concepts for member in concept.members for term in member.terms}
    assert {"Mali", "Мали", "مالي"} <= terms


def test_weights_and_fuzziness_of_a_list_hold_for_its_terms(loaded: Try) -> None:
    """Factors of concept, member and term multiply; fuzziness is off where any of them says so."""
    text = GOOD.replace(
        "{country: ML}",
        "{weight: 0.5, fuzzy: false, members: {m: {weight: 0.8, any: [{term: Kidal, weight: 0.5}]}}}",
    )
    (concept,) = loaded({"topics/aes.yaml": text}).profiles["aes"].concepts
    (term,) = concept.members[0].terms
    assert (pytest.approx(0.2), False) == (term.weight, term.fuzzy)


def test_an_equals_sign_makes_a_term_exact(loaded: Try) -> None:
    """ "=nations" is not "nation"."""
    text = GOOD.replace("{country: ML}", "['=nations']")
    (concept,) = loaded({"topics/aes.yaml": text}).profiles["aes"].concepts
    (term,) = concept.members[0].terms
    assert ("nations", "exact") == (term.text, term.writing)
