"""Words and counts in a text. Pure.

A word is a run of letters and digits; apostrophes and hyphens separate ("l'armée", "Burkina-Faso",
"Mali's" are two words each), because outlets do not agree on them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from watcher.core.text.folding import fold

if TYPE_CHECKING:
    from collections.abc import Iterable

WORD = re.compile(r"[^\W_]+(?:[\u0300-\u036f\u064b-\u065f]+[^\W_]*)*")
"""One word, with the combining marks that follow its letters."""


def folded_words(text: str) -> tuple[str, ...]:
    """Return the folded words of a text in order."""
    return tuple(word for word in map(fold, WORD.findall(text)) if word)


_NUMBER_WORDS = {
    2: "two deux zwei dois dwa dwie dwoch два две двое اثنان",
    3: "three trois tres drei três trzy trzech troje три трое трех ثلاثة ثلاث",
    4: "four quatre cuatro vier quatro cztery czterech czworo четыре четверо четырех أربعة أربع",
    5: "five cinq cinco fünf pięć pięciu pięcioro пять пятеро пяти خمسة خمس",
    6: "six seis sechs sześć sześciu шесть шестеро шести ستة ست",
    7: "seven sept siete sieben sete siedem siedmiu семь семеро семи سبعة سبع",
    8: "eight huit ocho acht oito osiem ośmiu восемь восьмеро восьми ثمانية ثماني",
    9: "nine neuf nueve neun nove dziewięć dziewięciu девять девяти تسعة تسع",
    10: "ten dix diez zehn dez dziesięć dziesięciu десять десяти عشرة عشر",
    11: "eleven onze jedenaście jedenastu одиннадцать одиннадцати",
    12: "twelve douze doce zwölf doze dwanaście dwunastu двенадцать двенадцати",
    13: "thirteen treize trece dreizehn treze trzynaście trzynastu тринадцать тринадцати",
    14: "fourteen quatorze catorce vierzehn czternaście czternastu четырнадцать четырнадцати",
    15: "fifteen quinze quince fünfzehn piętnaście piętnastu пятнадцать пятнадцати",
    16: "sixteen seize dieciséis sechzehn dezesseis szesnaście szesnastu шестнадцать шестнадцати",
    17: "seventeen diecisiete siebzehn dezessete siedemnaście siedemnastu семнадцать семнадцати",
    18: "eighteen dieciocho achtzehn dezoito osiemnaście osiemnastu восемнадцать восемнадцати",
    19: "nineteen diecinueve neunzehn dezenove dziewiętnaście dziewiętnastu девятнадцать девятнадцати",
    20: "twenty vingt veinte zwanzig vinte dwadzieścia dwudziestu двадцать двадцати عشرون عشرين",
    30: "thirty trente treinta dreißig trinta trzydzieści trzydziestu тридцать тридцати",
    40: "forty quarante cuarenta vierzig quarenta czterdzieści czterdziestu сорок сорока",
    50: "fifty cinquante cincuenta fünfzig cinquenta pięćdziesiąt pięćdziesięciu пятьдесят пятидесяти",
    60: "sixty soixante sesenta sechzig sessenta sześćdziesiąt шестьдесят шестидесяти",
    100: "hundred cien hundert stu сто مئة مائة",
}
# Left out, because they are everyday words of another language: dos, once, cent, elf, sto.
NUMBER_WORDS = {fold(word): value for value, words in _NUMBER_WORDS.items() for word in words.split()}
"""Folded number words of the watcher's languages -> their value."""

_MONTH_NAMES = (
    "january february march april may june july august september october november december "
    "jan feb mar apr jun jul aug sept sep oct nov dec "
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre "
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre "
    "januar februar märz juni juli oktober dezember "
    "janeiro fevereiro março maio junho julho setembro outubro novembro dezembro "
    "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia "
    "января февраля марта апреля мая июня июля августа сентября октября ноября декабря "
    "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر"
)
_MONTHS = frozenset(map(fold, _MONTH_NAMES.split()))
# 1,200 and 1 200 and 1.200 are one number; 2023 standing alone is a year; 14:30 and 3.5 are no counts.
_COUNT = re.compile(r"(?<![\w.,:/])(\d{1,3}(?:[ ,.\u00a0\u202f]\d{3})+|\d{1,7})(?![\w:/]|[.,]\d)")


def counts(text: str, words: Iterable[str]) -> tuple[int, ...]:
    """Return the counts a text names (tolls, troops), without years, dates and clock times.

    Args:
        text: as published.
        words: its folded words, for counts written out ("seventeen").

    Returns:
        Distinct counts of at least 2, in ascending order.
    """
    found = {NUMBER_WORDS[word] for word in words if word in NUMBER_WORDS}
    for hit in _COUNT.finditer(text):
        value = int(re.sub(r"\D", "", hit.group(1)))
        if value < 2 or (len(hit.group(1)) == 4 and 1900 <= value <= 2100):
            continue
        if value <= 31 and (
            _is_month(text[hit.end() :], first=True) or _is_month(text[: hit.start()], first=False)
        ):
            continue
        found.add(value)
    return tuple(sorted(found))


def _is_month(text: str, *, first: bool) -> bool:
    """True when the word next to a number is a month: then the number is a day."""
    beside = text[:16] if first else text[-16:]
    near = WORD.findall(beside)
    return bool(near) and "," not in beside[:2] + beside[-2:] and fold(near[0 if first else -1]) in _MONTHS
