"""Folding: one spelling for what readers take for the same letters.

Works on single words (or on any text, where offsets do not matter: folding changes lengths). Pure.
"""

from __future__ import annotations

import re
import unicodedata

# Letters that Unicode does not decompose, and scripts that news names travel between. Cyrillic is written
# in Latin letters, so that one spelling of a name in a profile is found in Russian and Ukrainian too.
_LETTERS = str.maketrans(
    {
        "ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h",
        "а": "a", "б": "b", "в": "v", "г": "g", "ґ": "g", "д": "d", "е": "e", "є": "e", "ж": "zh", "з": "z",
        "и": "i", "і": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s",
        "т": "t", "у": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "",
        "ы": "y", "ь": "", "э": "e", "ю": "yu", "я": "ya", "ё": "e", "ї": "i", "й": "i",
        "ى": "ي", "ة": "ه", "ـ": "", "ٱ": "ا", "گ": "ك", "ڤ": "ف", "ی": "ي", "ک": "ك",
        "’": "'", "ʼ": "'", "‘": "'",
    }
)  # fmt: skip


_MARKS = re.compile(r"[\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u064b-\u065f\u0670]+")
"""Combining marks of Latin, Cyrillic, Hebrew and Arabic; vowel signs of other scripts are letters."""


def fold(text: str) -> str:
    """Return `text` without case, accents and script variants: Goïta, GOITA and Гойта are all "goita".

    Cyrillic becomes Latin; Arabic keeps its script with its letter variants made one.
    """
    if text.isascii():
        return text.lower()
    # Decomposed before as well: 𝙰 has no lower case, the A it stands for has.
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    bare = _MARKS.sub("", folded)
    return bare.translate(_LETTERS)


# Digraphs by a letter they hold, longer ones before the shorter that they contain; then single letters.
_DIGRAPHS = {
    "h": (
        ("tsch", "C"), ("shch", "S"), ("tch", "C"), ("sch", "S"), ("dzh", "J"), ("ch", "C"), ("sh", "S"), ("zh", "J"),
        ("kh", "k"), ("ph", "f"), ("th", "t"), ("gh", "g"),
    ),
    "z": (("cz", "C"), ("sz", "S"), ("dz", "J")),
    "j": (("dj", "J"),),
    "o": (("ou", "u"), ("oo", "u")),
}  # fmt: skip
_LETTERS_SOUND = str.maketrans(
    {"j": "J", "z": "J", "q": "k", "c": "k", "x": "ks", "w": "v", "y": "i", "h": ""}
)
_DOUBLED = re.compile(r"(.)\1+")


def skeleton(folded: str) -> str:
    """Return what the usual transliterations of one name have in common.

    Prigozhin, Prigojine, Prigożyn and Пригожин share a skeleton; so do Tchiani and Тчиани. Meant for
    names of six letters and more: short words fall together that have nothing to do with one another.

    Args:
        folded: a folded Latin word.
    """
    sounds = folded
    for letter, digraphs in _DIGRAPHS.items():
        if letter in sounds:
            for spelling, sound in digraphs:
                if spelling in sounds:
                    sounds = sounds.replace(spelling, sound)
    sounds = _DOUBLED.sub(r"\1", sounds.translate(_LETTERS_SOUND))
    return sounds[:-1] if len(sounds) > 5 and sounds.endswith("e") else sounds
