"""What outlets put around a headline, and what kind of article it announces.

"LIVE:", "UPDATE 2-", "Watch |" and quotation marks say nothing of the event; an analysis of an event is not the event.
"""

from __future__ import annotations

import re
from enum import StrEnum

from watcher.core.text.folding import fold
from watcher.core.text.outlets import headline_end


class Style(StrEnum):
    """What kind of article a headline announces."""

    REPORT = "report"
    COMMENT = "analysis or opinion"
    LIVE = "live blog"


_PREFIX = re.compile(
    r"^\s*(?:"
    r"(?:live(?:\s*(?:blog|updates?|news))?|en direct|direct|na zywo|relacja na zywo|en vivo|liveticker|ticker|onlain"
    r"|breaking(?:\s+news)?|urgent|just in|alerte(?:\s+info)?|alert|pilne|z ostatniej chwili|ultima hora|eilmeldung|srochno|molniia"
    r"|molniya|update\s*\d*|updated|correction|corrected|wrapup\s*\d*|factbox|exclusive|exclusif|tylko u nas|watch|video|photos?"
    r"|in pictures|en images)"
    r"\s*(?:[:|–—•-]|\s-\s)\s*|\[[^\]]{1,20}\]\s*)+",
    re.IGNORECASE,
)
_LIVE = re.compile(
    r"^(?:live|en direct|direct|relacja na zywo|na zywo|en vivo|liveticker|onlain)\b\s*[:|–—-]"
    r"|\blive(?: updates| blog|blog)\b|\bas it happened\b|: live\b",
    re.IGNORECASE,
)
_ASKING = re.compile(
    r"^(?:(?:[^:?]{3,40}: )?(?:how|why|what|who|can|could|will|should|is|are|does|did"
    r"|comment|pourquoi|quel(?:le)?s?|qui|que|jak|dlaczego|co|kto|kim|czy|czym|por que|como|quien|wie|warum|was|wer"
    r"|kak|pochemu|chto|kto|zachem)\b)"
)
_COMMENT = re.compile(
    r"\b(?:explain(?:s|er|ed)?|analysis|opinion|editorial|op-?ed|the .{2,30} view on|timeline|fact.?check(?:ing)?|briefing"
    r"|newsletter|podcast|interview|what (?:to|we) know|what you need to know|things to know|here.s what|in depth|long read|profile"
    r"|analyse|decryptage|tribune|entretien|chronologie|edito(?:rial)?|analiza|komentarz|wywiad|opinia|felieton"
    r"|entrevista|cronologia|kommentar|gastbeitrag|hintergrund|analiz|mnenie|intervyu|kolonka|خلفيه|تحليل|راي)\b"
)
_BYLINE = re.compile(r"\s[|]\s(?:[A-Z][\w'’.-]+\s){1,2}[A-Z][\w'’.-]+$")
_QUOTE_ONLY = re.compile(
    r"^(?:[^:'‘\"“„«]{2,20}:\s*)?['‘\"“„«][^'‘’\"”“„«»]*(?:['’]\w[^'‘’\"”“„«»]*)*['’\"”»]\s*[.!?]?$"
)
_QUOTES = str.maketrans("", "", '"“”„«»‘‚‹›')


def bare_headline(title: str, outlet: str, summary: str = "") -> str:
    """Return a headline without outlet suffix, live or update prefixes and quotation marks.

    Args:
        title: plain text as published.
        outlet: the entry's outlet, whose name may stand at the end.
        summary: plain text; aggregators repeat title and outlet in it.
    """
    headline = title[: headline_end(title, outlet, summary)]
    bare = _PREFIX.sub("", headline)
    return (bare if len(bare) >= 12 else headline).translate(_QUOTES).strip()


_INSIDE = re.compile(r"(?<=[^\W\d_][ ,’'-])[^\W\d_][\w’'-]*|(?<=[,;] )[^\W\d_][\w’'-]*")


def capitalised(text: str) -> list[str]:
    """Return the words whose capital shows them to be names: inside a sentence whose other words are small.

    A headline in which most words have a capital tells nothing, nor does German, whose nouns all have one.
    """
    inside = [word for word in _INSIDE.findall(text) if len(word) > 3]
    names = [word for word in inside if word[0].isupper()]
    return names if 2 * len(names) <= len(inside) else []


def style_of(title: str) -> Style:
    """Tell reports from comment and live blogs by the headline's form alone."""
    title = title.strip()
    folded = fold(title)
    if _LIVE.search(folded):
        return Style.LIVE
    asks = bool(_ASKING.match(folded)) and not re.search(r"\b(?:says?|said)\b", folded)
    if (
        asks
        or title.endswith("?")
        or _COMMENT.search(folded)
        or _BYLINE.search(title)
        or _QUOTE_ONLY.match(title)
    ):
        return Style.COMMENT
    return Style.REPORT
