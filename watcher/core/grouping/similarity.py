"""How likely two entries tell one development: 0–100, with the parts it is made of.

A logistic model of few, nameable parts. The rarer a word is among the open stories, the more it counts when it meets:
in a week in which everything is about one coup, "coup" joins nothing and "airspace" does.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher.core.grouping.headlines import Style

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from watcher.core.grouping.fingerprint import Fingerprint

    Rarity = Callable[[str], float]
"""How much a key says when it meets: about 0 (in every story) to 4 (in none yet)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What two entries have in common; ratios 0–1 unless said otherwise."""

    words: float  # cosine over the words of title and summary
    things: float  # cosine over members and acts
    covered: float  # how much of the better covered title the other entry says too
    covered_less: float  # … of the other title
    days: float  # between them
    apart: float  # 1.0 when one headline alone names an act that makes a story of its own
    comment_one: float  # 1.0 when one is a comment and the other is not
    comment_both: float
    other_language: float


OWN_STORY_ACTS = frozenset(("acts/protest", "acts/evacuate", "acts/condemn", "acts/recall"))
"""A rally about a decision is not the decision: of the pairs that look alike otherwise but have one of these in one
headline alone, 49 of 58 are two stories, against 191 of 915 of all that look alike."""

# Fitted by logistic regression (scikit-learn, C = 3) on the 34,861 pairs within 72 hours, 1,076 of them of one story, among the 706
# labelled items of 20 July – 29 September 2023. In four-fold cross-validation by time B-cubed F1 is 0.856 at precision 0.93; on the
# project's own set, which had no part in it and is written in eight languages, 0.882 at 0.959. Gradient boosting on the same
# parts is no better, and a multilingual sentence encoder as one more part gains 0.01: see docs/grouping.md.
_WEIGHTS = Parts(
    words=3.8,
    things=10.8,
    covered=2.2,
    covered_less=4.2,
    days=-2.65,
    apart=-2.4,
    comment_one=-2.1,
    comment_both=-1.8,
    other_language=1.4,
)
BIAS = -4.0  # log-odds of two entries that have nothing in common


UNSEEN_THINGS = 6.0
"""Mass of things that each of two entries may speak of without our knowing them: about half of one rare thing. Without it, two entries
in which a topic of few concepts knows only "Russia" and "Mali" have all things in common, and fourteen unlike headlines fell
into two stories. With it, and `things` weighing 9.6 instead of 7.3, the 706 labelled items give F1 0.861 at precision
0.930 (before: 0.862 at 0.931), our own set 0.882 at 0.968 (before: 0.884 at 0.968); 3 and 4 do not help the topic of few
concepts, 12 and 20 cost recall."""


def compare(one: Fingerprint, other: Fingerprint, rarity: Rarity) -> Parts:
    """Measure what two entries have in common."""
    first = _covered(one, other, rarity)
    second = _covered(other, one, rarity)
    one_comments, other_comments = one.style is Style.COMMENT, other.style is Style.COMMENT
    return Parts(
        words=_cosine(one.words, other.words, rarity),
        things=_cosine(one.things, other.things, rarity, unseen=UNSEEN_THINGS),
        covered=max(first, second),
        covered_less=min(first, second),
        days=abs((one.at - other.at).total_seconds()) / 86_400.0,
        apart=float(bool((one.title_things ^ other.title_things) & OWN_STORY_ACTS)),
        comment_one=float(one_comments != other_comments),
        comment_both=float(one_comments and other_comments),
        other_language=float(one.language != other.language),
    )


def contributions(parts: Parts) -> dict[str, float]:
    """Weigh the parts one by one: what each adds to the log-odds."""
    return {name: getattr(_WEIGHTS, name) * getattr(parts, name) for name in Parts.__slots__}


def evidence(parts: Parts) -> float:
    """Weigh the parts: log-odds that the two are one story."""
    return BIAS + sum(contributions(parts).values())


def similarity(log_odds: float) -> float:
    """Return log-odds on the scale of 0–100 that people see."""
    return 100.0 / (1.0 + math.exp(-log_odds))


def _cosine(
    one: Mapping[str, float], other: Mapping[str, float], rarity: Rarity, *, unseen: float = 0.0
) -> float:
    common = math.fsum(one[key] * other[key] * rarity(key) ** 2 for key in one.keys() & other.keys())
    if not common:
        return 0.0
    length = math.fsum((weight * rarity(key)) ** 2 for key, weight in one.items())
    other_length = math.fsum((weight * rarity(key)) ** 2 for key, weight in other.items())
    return common / math.sqrt((length + unseen) * (other_length + unseen))


def _covered(one: Fingerprint, other: Fingerprint, rarity: Rarity) -> float:
    whole = _mass(one.title_words, rarity)
    return _mass(one.title_words & other.words.keys(), rarity) / whole if whole else 0.0


def _mass(keys: Iterable[str], rarity: Rarity) -> float:
    return math.fsum(rarity(key) ** 2 for key in keys)
