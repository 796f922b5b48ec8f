"""Text as pasted from the web -> the article in it: front matter read, boxes, captions and notices left out. Pure.

What is dropped is kept beside the article, so that a person can see it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from watcher.core.deriving.records import Article
from watcher.core.deriving.sentences import split_sentences
from watcher.core.text.html import clean
from watcher.core.text.languages import latin_language, script_of
from watcher.core.text.tokens import WORD

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_CHARACTERS = 200_000  # of one seed; the longest reportage has a fifth of that
HEADLINE_WORDS = (3, 30)
BLOCKS_BEFORE_HEADLINE = 8  # menus and appeals above it

_FRONT_MATTER = re.compile(r"\A\ufeff?---[ \t]*\n(.*?)\n---[ \t]*(?:\n|\Z)", re.DOTALL)
_PAIR = re.compile(r"^([a-z_]+):[ \t]*(.*?)[ \t]*$", re.MULTILINE)

# Words by which boxes, buttons and notices give themselves away, in the watcher's languages.
_NOTICE = re.compile(
    r"subscri|newsletter|sign (?:up|in)\b|log in\b|cookie|privacy policy|terms of (?:use|service)|comment policy|"
    r"(?:leave|post|write|read|view) (?:a |\d+ )?comments?\b|like to comment|all rights reserved|copyright|©|"
    r"read (?:more|also|next)\b|more on this (?:story|topic)|related (?:articles?|stories|topics)|most (?:read|popular)|"
    r"recommended (?:for you|stories)|share this|follow us|follow .{1,40} on (?:twitter|x|facebook|instagram|telegram)|"
    r"advert|sponsored|promoted|skip to|download (?:our|the) app|get the app|your inbox|push notifications|"
    r"donat|make a contribution|support (?:us|independent|our)|become a (?:member|supporter)|message from|"
    r"file photo|\bphoto:|\bimage:|\bpicture:|\bcredit:|photograph:|getty images|screenshot|"
    r"watch: |listen: |min(?:ute)?s? read\b|last (?:updated|modified)|this article (?:was|is|has been)|"
    r"reporting by .{3,80}(?:editing|writing) by|additional reporting|contributed to this report|"
    r"abonn|infolettre|lire aussi|à lire|partager|publicité|s'inscrire|se connecter|tous droits réservés|crédit photo|"
    r"suscr[ií]b|bolet[ií]n|leer más|lee también|compartir|publicidad|iniciar sesión|todos los derechos|"
    r"lesen sie auch|mehr zum thema|anzeige\b|anmelden|alle rechte vorbehalten|datenschutz|zum thema|teilen\b|"
    r"subskryb|zapisz się|czytaj (?:też|także|więcej|również)|zobacz (?:też|także|również)|reklama\b|udostępnij|zaloguj|"
    r"wszelkie prawa|polityka prywatności|źródło:|fot\.|"
    r"подпи[сш]|рассылк|читайте также|реклама|поделиться|войти|все права|фото:|политика конфиденциальности|"
    r"підпис|читайте також|assine|leia (?:mais|também)|iscriviti|leggi anche|condividi|pubblicità|"
    r"اشترك|اقرأ أيضا|النشرة|حقوق النشر",
    re.IGNORECASE,
)
_APPEAL = re.compile(
    r"^(?:support|subscribe|donate|join|share|follow|listen|watch|help|get|try|read|sign)\b.{0,60}!?$",
    re.IGNORECASE,
)
# The outlet speaking of itself and to its readers; quotations are taken out before.
_WE_AND_YOU = re.compile(
    r"\b(?:we|we're|we've|our|ours|us|you|your|you're|dear readers?|nous|notre|nos|vous|votre|vos|wir|unsere?[nrm]?|ihre?[nrm]?|"
    r"nosotros|nuestr[oa]s?|usted|tu|twój|nasz\w*|wasz\w*|twoj\w*|мы|нам|наш\w*|вам|ваш\w*)\b",
    re.IGNORECASE,
)  # fmt: skip
_US_ACRONYM = re.compile(r"\bUS\b")
_QUOTED = re.compile(r"[\"“«„][^\"”»“]{1,600}[\"”»“]|(?<!\w)['‘][^'’]{8,400}['’](?!\w)")
_CREDIT = re.compile(
    r"(?:\b(?:EPA|TASS|AFP|AP|Reuters|REUTERS|Getty|EFE|ANSA|PAP|dpa|DPA|Xinhua|Anadolu|Shutterstock|ITAR)\b\s*[/|,)]|"
    r"/\s*(?:EPA|TASS|AFP|AP|Reuters|REUTERS|Getty|EFE|ANSA|PAP|dpa|DPA|Xinhua|Anadolu|Shutterstock|EPA-EFE)\b)"
)
_BYLINE = re.compile(
    r"^(?:by|par|por|von|autor|автор|opracowa\w+)\s+\S.{0,80}$|"
    r"^\W*\d{1,2}[.\s/-]+(?:\w{3,12}|\d{1,2})[.\s/,-]+\d{4}\b.{0,60}$|"
    r"^(?:updated|published|posted|last updated|publié|mis à jour|publicado|actualizado|veröffentlicht|stand|опубликовано|"
    r"aktualizacja|opublikowano|dodano)\b.{0,80}$|"
    r"^\w{3,12}\.? \d{1,2},? \d{4}\b.{0,60}$",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.!?…؟。][\"'»”’)\]]*$")


def read_pasted(text: str, source: str) -> Article:
    """Find the article in a pasted text.

    Args:
        text: with or without front matter between lines of `---`; Markdown headings are understood.
        source: path or address, for people.
    """
    text = text[:MAX_CHARACTERS].replace("\r\n", "\n").replace("\r", "\n")
    front: dict[str, str] = {}
    found = _FRONT_MATTER.match(text)
    if found is not None:
        front = {key: value.strip("\"'") for key, value in _PAIR.findall(found.group(1))}
        text = text[found.end() :]
    return from_blocks(_blocks(text), source, front)


def from_blocks(blocks: list[str], source: str, known: Mapping[str, str]) -> Article:
    """Make an article of text blocks.

    Args:
        blocks: paragraphs, headings and whatever stood between them, in order.
        source: for people.
        known: "headline" and "language" where they are known already.
    """
    headline = clean(known.get("headline", ""))
    kept: list[str] = []
    dropped: list[str] = []
    seen: set[str] = set()
    for position, raw in enumerate(blocks):
        block = clean(raw)
        if not block or block.casefold() == headline.casefold() or block in seen:
            continue
        seen.add(block)
        if not headline and position < BLOCKS_BEFORE_HEADLINE and _is_headline(block) and not kept:
            headline = block
        elif _is_prose(block):
            kept.append(block)
        else:
            dropped.append(block)
    sentences = [sentence for block in kept for sentence in split_sentences(block)]
    language = known.get("language") or _language([headline, *sentences])
    return Article(
        source=source,
        headline=headline,
        sentences=tuple(sentences),
        language=language,
        dropped=tuple(dropped),
    )


def _blocks(text: str) -> list[str]:
    """Paragraphs: parted by blank lines; a line that ends a sentence or is long stands alone too."""
    blocks: list[str] = []
    for paragraph in re.split(r"\n\s*\n", text):
        lines = [
            re.sub(r"^(?:#{1,6}\s+|>\s*|[*•-]\s+)", "", line.strip())
            for line in paragraph.strip().split("\n")
        ]
        if _is_wrapped(lines):
            blocks.append(" ".join(lines))
        else:
            blocks += lines
    return blocks


def _is_wrapped(lines: list[str]) -> bool:
    """True when the lines are one paragraph broken at a column: all but the last are about equally long."""
    if len(lines) < 2:
        return True
    lengths = [len(line) for line in lines[:-1]]
    return min(lengths) >= 50 and max(lengths) <= 160 and max(lengths) - min(lengths) <= 45


def _is_headline(block: str) -> bool:
    words = len(WORD.findall(block))
    least, most = HEADLINE_WORDS
    if not least <= words <= most or block.endswith((".", ":", ";", "…")):
        return False
    return not (
        _NOTICE.search(block) or _APPEAL.match(block) or _CREDIT.search(block) or _BYLINE.match(block)
    )


def _is_prose(block: str) -> bool:
    """True for a paragraph of the article itself."""
    if len(WORD.findall(block)) < 6 or not _SENTENCE_END.search(block):
        return False
    if _BYLINE.match(block) or _CREDIT.search(block):
        return False
    bare = _QUOTED.sub(" ", block)
    notices = len(_NOTICE.findall(bare))
    if notices and (notices > 1 or len(bare) < 400):
        return False
    addressed = len(_WE_AND_YOU.findall(_US_ACRONYM.sub("", bare)))
    return addressed < 2 and not (addressed and len(bare) < 120)


def _language(texts: list[str]) -> str | None:
    words = [word for text in texts for word in WORD.findall(text)]
    scripts = [script_of(word) for word in words]
    if not scripts:
        return None
    most = max(set(scripts), key=scripts.count)
    if most == "latin":
        return latin_language(words, None)
    if most == "cyrillic":
        return "uk" if any(letter in text for text in texts for letter in "іїєґ") else "ru"
    return "ar" if most == "arabic" else None
