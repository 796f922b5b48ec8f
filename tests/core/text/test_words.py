"""Letters, words, languages and outlets' names: what matching stands on."""

from __future__ import annotations

import pytest

from watcher.core.text.folding import fold, skeleton
from watcher.core.text.languages import arabic_bare_forms, latin_language, name_forms
from watcher.core.text.outlets import headline_end, repeats_title, without_credits
from watcher.core.text.tokens import WORD, counts, folded_words


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Goïta", "goita"), ("Łódź", "lodz"), ("STRASSE", "strasse"), ("Straße", "strasse"), ("Čad", "cad"),
        ("Гойта", "goita"), ("Ёлка", "elka"), ("Київ", "kiiv"), ("أفريقيا", "افريقيا"), ("قُوّة", "قوه"),
    ],
)  # fmt: skip
def test_folding_makes_one_letter_of_its_variants(text: str, folded: str) -> None:
    """Case, accents, Cyrillic and Arabic variants fold away."""
    assert folded == fold(text)


@pytest.mark.parametrize(
    "spellings",
    [
        ("Prigozhin", "Prigojine", "Prigożyn", "Пригожин"),
        ("Tchiani", "Тчиани", "Tschiani"),
        ("Lavrov", "Ławrow", "Лавров"),
        ("Djibo", "Dżibo", "Джибо"),
        ("Traoré", "Траоре"),
    ],
)
def test_transliterations_share_a_skeleton(spellings: tuple[str, ...]) -> None:
    """The usual spellings of a name in Latin and Cyrillic letters fall together."""
    assert 1 == len({skeleton(fold(spelling)) for spelling in spellings})


def test_words_are_cut_at_hyphens_and_apostrophes() -> None:
    """Outlets do not agree on them, so neither counts."""
    assert ("l", "armee", "du", "burkina", "faso") == folded_words("L'armée du Burkina-Faso")
    assert ["مالِي"] == WORD.findall("مالِي")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("17 killed, 1 missing", (17,)),
        ("20 000 migrants et 1.200 soldats", (1200, 20000)),
        ("In 2023 and 1999", ()),
        ("le 26 juillet, 9 morts", (9,)),
        ("July 26", ()),
        ("at 14:30 or 3.5 %", ()),
        ("G5 and Su-25 and 5,000", (25, 5000)),
        ("dozens, seven dead", (7,)),
        ("семнадцать погибших", (17,)),
    ],
)
def test_counts_are_tolls_not_dates(text: str, expected: tuple[int, ...]) -> None:
    """Numbers that tell events apart."""
    assert expected == counts(text, folded_words(text))


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("Putin", "Putinem"),
        ("Goita", "Goity"),
        ("Bazoum", "Bazouma"),
        ("Путин", "Путину"),
        ("Лавров", "Лавровым"),
    ],
)
def test_names_have_their_case_forms(name: str, form: str) -> None:
    """Polish and Russian endings of names."""
    assert fold(form) in name_forms(name)


def test_short_names_have_none() -> None:
    """An ending on a short name makes another word: Mali, Malia."""
    assert set() == name_forms("Mali") == name_forms("Gao")


def test_arabic_clitics_come_off_but_the_article_stays() -> None:
    """المالي is "financial" far more often than "Malian"."""
    assert "مالي" in arabic_bare_forms(fold("وبمالي"))
    assert "النيجر" in arabic_bare_forms(fold("للنيجر"))
    assert "مالي" not in arabic_bare_forms(fold("المالي"))


def test_the_declared_language_holds_unless_the_words_say_otherwise() -> None:
    """Feeds copy "en-us" from a template."""
    french = [
        "les",
        "soldats",
        "de",
        "la",
        "junte",
        "dans",
        "le",
        "nord",
        "du",
        "pays",
        "avec",
        "leurs",
        "chefs",
    ]
    assert "fr" == latin_language(french, "en")
    assert "fr" == latin_language(french, None)
    assert "pl" == latin_language(["Mali"], "pl")
    assert latin_language(["Mali"], None) is None


def test_outlet_names_are_cut_and_other_dashes_are_not() -> None:
    """Only what is the outlet's name, or a site's, or repeated so by the summary."""
    title = "Army base attacked - Maliweb.net"
    assert "Army base attacked" == title[: headline_end(title, "")]
    for kept in ("Talks fail - again", "Mali-Niger border", "Base attacked"):
        assert len(kept) == headline_end(kept, "Le Monde")
    title = "Le Mali - une crise - Le Monde"
    assert "Le Mali - une crise" == title[: headline_end(title, "Le Monde")]


def test_repetition_is_told_from_more_words() -> None:
    """One new word makes a summary worth reading."""
    title = folded_words("Mali closes border Le Monde")
    assert repeats_title(title, folded_words("Mali closes border"), "")
    assert not repeats_title(title, folded_words("Mali closes border tomorrow"), "")


def test_credits_are_blanked_in_place() -> None:
    """Offsets of everything else stay true."""
    text = "A (Jade Gao/AFP via Getty Images) B"
    assert len(text) == len(without_credits(text))
    assert ["A", "B"] == without_credits(text).split()
