"""The steering sentence."""

from __future__ import annotations

import pytest

from watcher.core.deriving import Knowledge, read_pasted
from watcher.core.deriving.finding import find_all
from watcher.core.deriving.steering import Steering, read_steering

SEED = """\
Ugandan and Rwandan ministers meet over raiders

The ministers of Uganda and Rwanda met on Monday. Kenya sent an envoy, and the raiders were blamed.
"""


def steered(about: str, knowledge: Knowledge) -> Steering:
    """What a sentence comes to beside the seed."""
    return read_steering(about, "en", find_all([read_pasted(SEED, "x")], about, knowledge))


def sides(steering: Steering) -> list[list[str]]:
    """Keys of the named facets."""
    return [[thing.key for thing in facet.things] for facet in steering.named]


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        ("Trade between Uganda and Kenya", [["lakes.uganda"], ["KE"]]),
        ("Uganda's ties with Kenya, Ethiopia and Sudan", [["lakes.uganda"], ["KE", "ET", "SD"]]),
        ("Uganda-Kenya quarrels", [["lakes.uganda"], ["KE"]]),
        ("Uganda and the coast states Kenya and Tanzania", [["lakes.uganda"], ["KE", "TZ"]]),
        ("Dealings between Uganda (its army, Rwanda) and Kenya", [["lakes.uganda", "lakes.rwanda"], ["KE"]]),
    ],
)
def test_prepositions_and_between_part_two_sides(
    about: str, expected: list[list[str]], knowledge: Knowledge
) -> None:
    """What a preposition, "between … and", a hyphen or a lone "and" stands between are two parties, joined."""
    steering = steered(about, knowledge)
    assert expected == sides(steering)
    assert {(0, 1)} == steering.linked
    assert steering.direct


def test_a_list_is_one_side(knowledge: Knowledge) -> None:
    """Commas and "and" make one party of several."""
    assert [["KE", "ET", "SD"]] == sides(steered("Raiders in Kenya, Ethiopia and Sudan", knowledge))


def test_words_of_the_sentence_are_its_subject(knowledge: Knowledge) -> None:
    """Acts and subjects stand apart from names."""
    steering = steered("Raiders in Kenya", knowledge)
    assert steering.matter is not None
    assert ["raiders.raiders"] == [thing.key for thing in steering.matter.things]
    assert set() == steering.linked


def test_their_joins_what_was_named_before(knowledge: Knowledge) -> None:
    """A possessive refers back over a comma."""
    steering = steered("What Uganda and Rwanda do, and their quarrel with Kenya", knowledge)
    assert [["lakes.uganda", "lakes.rwanda"], ["KE"]] == sides(steering)
    assert {(0, 1)} == steering.linked


def test_a_sentence_that_names_nothing_says_nothing(knowledge: Knowledge) -> None:
    """Ordinary words do not steer."""
    assert [] == steered("What they have done there", knowledge).things
