"""Pairs that public rules get wrong: merged although two developments, or kept apart although one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.core.grouping.making import entry
from watcher.core.grouping import explain_pair

if TYPE_CHECKING:
    from collections.abc import Callable

    from watcher.core.model import Entry, Reading

TWO = [
    # another actor
    ("Niger expels French ambassador", "en", "Niger expels EU ambassador", "en"),
    ("Niger expels French ambassador", "en", "Niamey expulse l'ambassadeur de l'Union européenne", "fr"),
    # another place
    (
        "Attack on army camp in Gao kills 12 soldiers",
        "en",
        "Attack on army camp in Djibo kills 12 soldiers",
        "en",
    ),
    ("Soldiers killed in attack in western Niger", "en", "Soldiers killed in attack in northern Mali", "en"),
    ("Lavrov arrives in Niamey", "en", "Lavrov arrives in Ouagadougou", "en"),
    ("Mali suspends RFI broadcasts", "en", "Burkina Faso suspends RFI broadcasts", "en"),
    ("Le Mali suspend la diffusion de RFI", "fr", "Le Burkina Faso suspend la diffusion de RFI", "fr"),
    ("Le Mali suspend la diffusion de RFI", "fr", "Burkina Faso suspends RFI broadcasts", "en"),
    # another act
    ("Burkina Faso expels UN coordinator", "en", "UN recalls its Burkina Faso coordinator", "en"),
    ("Niger expels French ambassador", "en", "France recalls its ambassador from Niger", "en"),
    ("Niger closes its border with Benin", "en", "Niger reopens its border with Benin", "en"),
    # the other direction
    ("France expels two Malian diplomats", "en", "Mali expels two French diplomats", "en"),
    # an ultimatum, its expiry, the reply
    (
        "Niger gives French ambassador 48 hours to leave",
        "en",
        "Deadline for French ambassador in Niger expires",
        "en",
    ),
    (
        "ECOWAS gives Niger junta one week to restore Bazoum",
        "en",
        "Niger junta rejects ECOWAS ultimatum",
        "en",
    ),
    # another kind of article
    (
        "Niger expels French ambassador",
        "en",
        "How Niger turned its back on France: a short history of a long quarrel",
        "en",
    ),
]

ONE = [
    # reworded
    ("Attack near Gao kills 12 soldiers", "en", "Death toll in Gao attack rises to 17 soldiers", "en"),
    ("Niger expels French ambassador", "en", "Niger's junta expels the ambassador of France", "en"),
    (
        "Niger expels French ambassador",
        "en",
        "BREAKING: Niger expels 'French' ambassador - Continental Wire",
        "en",
    ),
    # French and French
    (
        "Le Niger expulse l'ambassadeur de France",
        "fr",
        "Niamey déclare l'ambassadeur français persona non grata",
        "fr",
    ),
    # English, French, Russian
    ("Niger expels French ambassador", "en", "Le Niger expulse l'ambassadeur de France", "fr"),
    ("Niger expels French ambassador", "en", "Нигер высылает посла Франции", "ru"),
    ("Le Niger expulse l'ambassadeur de France", "fr", "Нигер высылает французского посла", "ru"),
    (
        "Lavrov arrives in Niamey for talks with Tiani",
        "en",
        "Niger : Sergueï Lavrov reçu par le général Tiani à Niamey",
        "fr",
    ),
    (
        "Putin and Goïta discuss Sahel security by phone",
        "en",
        "Путин обсудил с Гойтой безопасность в Сахеле по телефону",
        "ru",
    ),
    (
        "Mali, Burkina Faso and Niger quit ECOWAS",
        "en",
        "Mali, Burkina et Niger annoncent leur retrait de la Cédéao",
        "fr",
    ),
    (
        "Niger : l'armée annonce la mort de 17 soldats près du Burkina",
        "fr",
        "Niger: 17 troops killed near Burkina Faso border, army says",
        "en",
    ),
]


@pytest.mark.parametrize(("first", "its_language", "second", "language"), TWO)
def test_what_differs_in_place_actor_act_or_direction_is_two_stories(
    read: Callable[[Entry], Reading], first: str, its_language: str, second: str, language: str
) -> None:
    """However alike two headlines are, another place, actor, act or direction makes another story."""
    found = explain_pair(entry(first, its_language), entry(second, language, hours=3), read)
    assert found.kind == "new", found.because


@pytest.mark.parametrize(("first", "its_language", "second", "language"), ONE)
def test_one_event_is_one_story_in_other_words_and_languages(
    read: Callable[[Entry], Reading], first: str, its_language: str, second: str, language: str
) -> None:
    """The same event, reworded or in another language, joins."""
    found = explain_pair(entry(first, its_language), entry(second, language, hours=3), read)
    assert found.kind != "new", found.because


def test_a_veto_says_in_words_what_differs(read: Callable[[Entry], Reading]) -> None:
    """An explanation names the two things that differ, as the headlines write them."""
    found = explain_pair(
        entry("Niger expels French ambassador"), entry("Niger expels EU ambassador", hours=1), read
    )
    assert (found.veto, found.because) == ("one is about EU, the other about French",) * 2
