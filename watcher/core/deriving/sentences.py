"""Text into sentences. Pure."""

from __future__ import annotations

import re

_END = re.compile(r"(?<=[.!?…؟。])[\"'»”’)\]]*\s+(?=[\"'«“‘(\[]?[^\W_a-zà-ÿа-я])")
_ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|Gen|Col|Lt|Sgt|Capt|Adm|Sen|Rep|Gov|St|No|vs|Jr|Sr|Inc|Ltd|Co|Corp|dr|prof|gen|płk|ul|św|np|"
    r"M|Mme|Nr|bzw|z|д|г|им|ул)|\b[A-ZÀ-ÝА-Я](?:\.[A-ZÀ-ÝА-Я])*)\.[\"'»”’)\]]*$"
)


def split_sentences(text: str) -> list[str]:
    """Cut a paragraph into its sentences; abbreviations and initials do not end one."""
    sentences: list[str] = []
    start = 0
    for hit in _END.finditer(text):
        if _ABBREVIATION.search(text[start : hit.start()]):
            continue
        sentences.append(text[start : hit.end()].strip())
        start = hit.end()
    sentences.append(text[start:].strip())
    return [sentence for sentence in sentences if sentence]
