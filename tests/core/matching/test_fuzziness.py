"""Fuzziness helps with names and inflection, and never makes one thing of two."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.fakes.topics import reading, shipped, words_of
from watcher.core.text.folding import fold


def members(title: str, summary: str = "", language: str | None = None) -> set[str]:
    """Every concept.member mentioned."""
    return {f"{one.concept}.{one.member}" for one in reading(title, summary, language=language).mentions}


@pytest.mark.parametrize(
    "title",
    [
        "Goïta in Moscow", "Goita in Moscow", "GOITA IN MOSCOW", "Гойта в Москве", "встреча с Гойтой",
        "Assimi Goity nie ma", "Spotkanie z Goitą",
    ],
)  # fmt: skip
def test_a_name_is_found_in_every_spelling_and_case(title: str) -> None:
    """Accents, scripts and case endings do not hide a name."""
    assert "sahel-leader.goita" in members(title)


@pytest.mark.parametrize(
    ("title", "member"),
    [
        ("Prigojine est mort", "russian-fighters.prigozhin"),
        ("Prigoschins Söldner", "russian-fighters.prigozhin"),
        ("Prigozyn nie żyje", "russian-fighters.prigozhin"),
        ("слова Пригожина", "russian-fighters.prigozhin"),
        ("General Tchiani speaks", "sahel-leader.tiani"),
        ("le général Tiani parle", "sahel-leader.tiani"),
        ("Генерал Тчиани", "sahel-leader.tiani"),
        ("Abdourahmane Tchiany", "sahel-leader.tiani"),
        ("Burkina-Faso: putsch", "aes-state.bf"),
        ("la junte burkinabè", "aes-state.bf"),
        ("Burkinabe army", "aes-state.bf"),
        ("Malian army", "aes-state.ml"),
        ("l'armée malienne", "aes-state.ml"),
        ("les soldats maliens", "aes-state.ml"),
        ("w Nigrze i Nigru", "aes-state.ne"),
        ("malijscy żołnierze", "aes-state.ml"),
        ("в Мали и Нигере", "aes-state.ne"),
        ("малийские военные", "aes-state.ml"),
        ("Junta nigerina", "aes-state.ne"),
        ("Übergangsregierung in Malis Hauptstadt", "aes-state.ml"),
        ("الجيش في مالي", "aes-state.ml"),
        ("انسحاب القوات من النيجر", "aes-state.ne"),
        ("والنيجر توقع اتفاقا", "aes-state.ne"),
        ("للنيجر وحدها", "aes-state.ne"),
        ("بوركينا فاسو", "aes-state.bf"),
        ("Djibo besieged", "sahel-place.djibo"),
        ("Tombouctou", "sahel-place.timbuktu"),
        ("Тимбукту в осаде", "sahel-place.timbuktu"),
        ("la Cédéao menace", "ecowas.ecowas"),
        ("szczyt ECOWAS-u", "ecowas.ecowas"),
        ("ЭКОВАС грозит", "ecowas.ecowas"),
    ],
)
def test_the_same_thing_has_the_same_member_in_every_language(title: str, member: str) -> None:
    """Grouping and patterns rely on it: Нигер, Niger and Nigru are one member."""
    assert member in members(title)


@pytest.mark.parametrize(
    ("title", "forbidden"),
    [
        ("Nigeria: gunmen kill ten in Katsina", "aes-state.ne"),
        ("Nigerian troops rescue hostages", "aes-state.ne"),
        ("Le président nigérian Tinubu", "aes-state.ne"),
        ("Нигерия: нападение", "aes-state.ne"),
        ("Nigeria und der Bundesstaat Niger", "aes-state.ne"),
        ("Oil spill in the Niger Delta", "aes-state.ne"),
        ("Flood kills 30 in Niger State", "aes-state.ne"),
        ("Un bateau chavire sur le fleuve Niger", "aes-state.ne"),
        ("Mohamed Malik wins award", "aes-state.ml"),
        ("Zayn Malik tours Malibu", "aes-state.ml"),
        ("Drought in Somalia", "aes-state.ml"),
        ("Phone with a Mali GPU tested", "aes-state.ml"),
        ("New Mali-G720 chip", "aes-state.ml"),
        ("Duzi i mali bohaterowie", "aes-state.ml"),
        ("Вони мали рацію", "aes-state.ml"),
        ("الدعم المالي للشركات", "aes-state.ml"),
        ("وزير المالية يستقيل", "aes-state.ml"),
        ("Chad Daybell sentenced", "chad.td"),
        ("Chad Wolf testifies", "chad.td"),
        ("Benin City market fire", "coast.bj"),
        ("Benin Bronzes return home", "coast.bj"),
        ("GAO report on defence spending", "sahel-place.gao"),
        ("AES encryption explained", "aes-bloc.aes"),
        ("AES-256 broken?", "aes-bloc.aes"),
        ("AES Corp beats forecasts", "aes-bloc.aes"),
        ("aes and Aes are no acronym", "aes-bloc.aes"),
        ("Richard Wagner at Bayreuth", "russian-fighters.wagner"),
        ("Bobby Wagner signs with Washington", "russian-fighters.wagner"),
        ("What is the matter with him", "jihadists.is"),
        ("This Is How It Ends", "jihadists.is"),
        ("THIS IS HOW IT ENDS", "jihadists.is"),
        ("He is in Togoland", "coast.tg"),
        ("The taxi drivers", "west.us"),
        ("Tell us more", "west.us"),
    ],
)
def test_namesakes_are_not_mistaken(title: str, forbidden: str) -> None:
    """No trap that the topics are known for closes."""
    assert forbidden not in members(title)


def test_capitals_are_asked_of_names_unless_a_text_has_none() -> None:
    """Polish "mali" are small ones; a page address has no capitals at all."""
    assert "aes-state.ml" in members("mali la junte dissout les partis", language="fr")
    assert "aes-state.ml" not in members("mali chłopcy grają w piłkę", language="pl")
    assert "aes-state.ml" not in members("Duzi i mali chłopcy", language="pl")
    assert "aes-bloc.aes" in members("laes met ses forces en alerte", language="fr")


SHORT = ("Mali", "Gao", "Togo", "Chad", "Niger", "Kidal", "Benin")


@given(st.sampled_from(SHORT), st.text(st.sampled_from("abcdefghijklmnopqrstuvwxyz"), min_size=1, max_size=6))
def test_short_names_are_never_forgiven_a_letter(name: str, letters: str) -> None:
    """A short name with anything behind or before it is another word (a German genitive s aside)."""
    matcher = words_of(f"={name}")
    for other in (name + letters, letters.capitalize() + name.lower()):
        assert not reading(f"In {other} today", matcher=matcher).mentions


@given(st.sampled_from(SHORT), st.data())
def test_a_short_name_with_one_slip_is_another_name(name: str, data: st.DataObject) -> None:
    """Edit distance is for long names only: Niger and Nigel, Mali and Bali are strangers."""
    position = data.draw(st.integers(0, len(name) - 1))
    letter = data.draw(st.sampled_from("abcdefghijklmnopqrstuvwxyz"))
    other = (name[:position] + letter + name[position + 1 :]).capitalize()
    matcher = words_of(name)
    found = reading(f"From {other} with love", matcher=matcher).mentions
    assert bool(found) == (other == name)


LONG = ("Ouagadougou", "Prigozhin", "Tombouctou", "Kouremale", "Abdourahamane")


@given(st.sampled_from(LONG), st.data())
def test_a_long_name_is_forgiven_one_missing_letter(name: str, data: st.DataObject) -> None:
    """One slip inside a long name is found, with a lower quality than the name as written."""
    position = data.draw(st.integers(1, len(name) - 1))
    slipped = name[:position] + name[position + 1 :]
    matcher = words_of(name)
    (mention,) = reading(f"News from {slipped} today", matcher=matcher).mentions
    assert 80 <= mention.quality <= 100


@given(st.text(min_size=1, max_size=80))
def test_reading_never_fails_and_offsets_are_true(text: str) -> None:
    """Whatever stands in a title, every mention quotes it."""
    for mention in reading(text + " Mali " + text).mentions:
        assert mention.words == (text + " Mali " + text)[mention.start : mention.end]


@given(st.text(max_size=40))
@example("𝙰")
def test_folding_is_stable(text: str) -> None:
    """Folding what is folded changes nothing, or texts and terms could not meet."""
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("language", "term", "inflected"),
    [
        ("en", "expel", "expelled"),
        ("en", "withdraw", "withdraws"),
        ("fr", "expulser", "expulsés"),
        ("fr", "retirer", "retirent"),
        ("ru", "санкция", "санкциями"),
        ("pl", "żołnierz*", "żołnierzy"),
        ("es", "expulsar", "expulsados"),
        ("de", "ausweisen", "ausweist"),
        ("pt", "retirar", "retirada"),
        ("ar", "هجوم", "والهجوم"),
        ("ar", "قوات", "بالقوات"),
    ],
)
def test_words_are_found_inflected(language: str, term: str, inflected: str) -> None:
    """A lower-case term follows the rules of the language it is listed under."""
    matcher = words_of(term, language=language)
    assert reading(f"xx {inflected} xx", matcher=matcher, language=language).mentions


def test_stems_of_another_language_do_not_count() -> None:
    """To a Spanish stemmer English "said" looks like "salida"."""
    matcher = words_of("saída", language="pt")
    said = "The minister said that the army was in control of the city"
    assert not reading(said, matcher=matcher, language="en").mentions
    assert not reading(said, matcher=matcher).mentions
    assert reading("A saída das tropas foi anunciada pelo governo", matcher=matcher, language="pt").mentions


def test_a_million_letters_are_cut() -> None:
    """A title of 1 MB costs no more than its first thousand characters."""
    title = "Mali " * 250_000
    found = reading(title, matcher=shipped())
    assert 200 == len(found.tokens)
