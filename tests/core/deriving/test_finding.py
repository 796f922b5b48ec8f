"""What the seeds speak of."""

from __future__ import annotations

from watcher.core.deriving import Knowledge, read_pasted
from watcher.core.deriving.background import Background, WordList
from watcher.core.deriving.finding import find_all, spoken_of
from watcher.core.deriving.names import names_in, settled_capitals


def found_in(text: str, knowledge: Knowledge) -> dict[str, list[str]]:
    """Kind -> what was found, as written."""
    finder = find_all([read_pasted(text, "x")], "", knowledge)
    kinds: dict[str, list[str]] = {}
    for finding in spoken_of(finder.findings):
        kinds.setdefault(finding.kind.value, []).append(finding.written)
    return kinds


def names(text: str, knowledge: Knowledge, *others: str) -> list[str]:
    """The names in a sentence, read together with others."""
    capitals = settled_capitals([text, *others])
    return [text[a:b] for a, b in names_in(text, [], capitals, knowledge.background, "en")]


def test_names_are_told_from_words_that_begin_a_sentence(bare: Knowledge) -> None:
    """A capital at the beginning counts only for what has one elsewhere too."""
    assert ["Petra Voss"] == names("Firefighters met Petra Voss there.", bare)
    assert ["Voss"] == names("Voss met firefighters there.", bare, "They saw Voss again.")


def test_capitals_of_a_headline_in_title_case_say_nothing(bare: Knowledge) -> None:
    """Only names that running text confirms are found in such a headline."""
    headline = "Orlova Dam Breaks After Heavy Rain Floods Valley"
    assert ["Orlova"] == names(headline, bare, "The town of Orlova was flooded.")


def test_names_keep_numbers_and_drop_possessives(bare: Knowledge) -> None:
    """Luna-25 is one name; the s of a genitive is none of it."""
    assert ["Selena-4", "Brill"] == names("The probe Selena-4 was not Brill's idea.", bare)


def test_a_surname_counts_for_the_whole_name(bare: Knowledge) -> None:
    """Petra Voss and Voss are one person."""
    found = found_in(
        "A headline about the flood\n\nThe mayor Petra Voss spoke on Sunday. Later Voss left, and Voss wept.",
        bare,
    )
    assert ["Voss"] == found["name"]


def test_countries_are_known_by_what_their_people_are_called(bare: Knowledge) -> None:
    """No shared concept is needed to see Peru in "Peruvian"."""
    assert (
        "Peruvian"
        in found_in("A headline about gold\n\nThe Peruvian miners went home on Sunday.", bare)["country"]
    )


def test_ordinary_words_are_left_out(bare: Knowledge) -> None:
    """What all news says is no finding."""
    found = found_in("A headline about gold\n\nOfficials said on Monday that people had seen it again.", bare)
    assert "said" not in found.get("word", [])
    assert "Officials" not in found.get("name", [])


def test_rarity_knows_inflected_forms() -> None:
    """One form in the list is enough for the others of its language."""
    background = Background({"en": WordList(empty=["house"], common=["flood"])}, ["New York"])
    assert [0.0, 0.5, 1.0] == [background.rarity(word, "en") for word in ("houses", "flooding", "spillway")]
    assert background.is_common_name(("new", "york"))
    assert not background.is_common_name(("orlova",))
