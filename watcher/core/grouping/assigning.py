"""assign(...): new story, same story or near-duplicate, and why in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from rapidfuzz import fuzz

from watcher.core.grouping.fingerprint import Fingerprint, fingerprint
from watcher.core.grouping.similarity import compare, evidence, similarity
from watcher.core.grouping.vetoes import other_matter, veto

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from watcher.core.grouping.index import StoryIndex
    from watcher.core.model import Entry, Reading

WINDOW = timedelta(hours=72)
"""No entry joins a story that had none for longer, unless configured: stories live for hours and at most three days."""

MEMORY = timedelta(days=10)
"""Stories that are over still say for so long how common words are. In the replay of the 1,016 judged items, forgetting them
after 3 / 7 / 10 / 14 / 21 days gives 0.242 / 0.231 / 0.217 / 0.214 / 0.210 redundant alerts a story, with 96.2 / 96.2 / 95.7 / 95.2 /
95.2 % of the stories alerted: the weights were fitted with all that had been seen."""

JOIN_THRESHOLD = 67.0
"""Similarity from which an entry joins. On the 706 labelled items 64 / 67 / 70 give B-cubed precision 0.928 / 0.935 / 0.942 at
F1 0.862 / 0.862 / 0.861, and 0.206 / 0.213 / 0.224 redundant alerts a story in the replay: precision decides, because a false
merge hides news."""
FOLLOW_THRESHOLD = 15.0  # from which a new story counts as a further development of another one
NEAR_DUPLICATE_RATIO = 90.0  # rapidfuzz token_sort_ratio of the bare headlines
NEAR_DUPLICATE_WORDS = 4  # shorter headlines repeat by chance
CLOSEST_SHARE = 0.3
"""Of the closest member in a story's evidence; the rest is the mean over its members. The closest alone chains unlike
entries together (0.9 gives precision 0.90), the mean alone misses what only one member says; 0.4 and 0.5 have precision
0.926 and 0.924 at the same F1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """Where an entry belongs."""

    kind: Literal["new", "same", "near-duplicate"]
    story_id: str | None  # None = it opens a story
    similarity: float  # 0–100, to the story it joins or the closest it does not
    because: str  # for people
    follows_story_id: str | None = None  # for a new story: the one whose running matter it develops


@dataclass(frozen=True, slots=True, kw_only=True)
class Closeness:
    """One candidate story against an entry."""

    story_id: str
    log_odds: float
    headline_ratio: float  # 0–100, of the closest headline
    closest: Fingerprint
    members: tuple[Fingerprint, ...]

    def veto(self, print_: Fingerprint) -> str:
        """Return what keeps the entry out of the story: its closest member, or most of its members."""
        against = [reason for member in self.members if (reason := veto(print_, member))]
        if 2 * len(against) > len(self.members):
            return against[0]
        return veto(print_, self.closest)


def assign(
    entry: Entry, reading: Reading, index: StoryIndex, now: datetime, *, window: timedelta = WINDOW
) -> Assignment:
    """Find the open story an entry tells, if any. The index is not changed.

    Args:
        entry: on topic.
        reading: of this entry.
        index: the open stories.
        now: stories without an entry for longer than the window before it are taken as closed.
        window: how long that is.
    """
    return assign_print(fingerprint(entry, reading), index, now, window)


def assign_print(
    print_: Fingerprint, index: StoryIndex, now: datetime, window: timedelta = WINDOW
) -> Assignment:
    """Do the same for an entry that is a fingerprint already."""
    rarity = _memoised(index.rarity)
    found = [
        closeness
        for story_id in index.candidates(print_)
        if (closeness := closeness_to(story_id, print_, index, rarity, now, window)) is not None
    ]
    if not found:
        return Assignment(kind="new", story_id=None, similarity=0.0, because="nothing like it is open")
    for one in sorted(found, key=lambda one: (-one.headline_ratio, one.story_id)):
        if one.headline_ratio < NEAR_DUPLICATE_RATIO:
            break
        if not one.veto(print_):
            return Assignment(
                kind="near-duplicate",
                story_id=one.story_id,
                similarity=one.headline_ratio,
                because=f"nearly the same headline: {_quoted(one.closest.headline)}",
            )
    found.sort(key=lambda one: (-one.log_odds, one.story_id))
    for one in found:
        score = similarity(one.log_odds)
        if score < JOIN_THRESHOLD:
            break
        if not one.veto(print_):
            because = shared(print_, one.closest, rarity)
            return Assignment(kind="same", story_id=one.story_id, similarity=score, because=because)
    best = found[0]
    score = similarity(best.log_odds)
    return Assignment(
        kind="new",
        story_id=None,
        similarity=score,
        because=best.veto(print_)
        or f"closest is {_quoted(best.closest.headline)}, similarity {score:.0f} of {JOIN_THRESHOLD:.0f}",
        follows_story_id=_followed(print_, found),
    )


def _followed(print_: Fingerprint, found: list[Closeness]) -> str | None:
    """The closest story of the same running matter, for a new one that develops it."""
    for one in found:
        if similarity(one.log_odds) < FOLLOW_THRESHOLD:
            break
        if not other_matter(print_, one.closest):
            return one.story_id
    return None


def closeness_to(
    story_id: str,
    print_: Fingerprint,
    index: StoryIndex,
    rarity: Callable[[str], float],
    now: datetime,
    window: timedelta,
) -> Closeness | None:
    """Measure an entry against a story; None when the story is too old to be joined."""
    story = index.story(story_id)
    if story is None or now - story.last_entry_at > window or story.last_entry_at - print_.at > window:
        return None
    compared = [(evidence(compare(print_, member, rarity)), member) for member in index.members(story_id)]
    odds = [log_odds for log_odds, _ in compared]
    closest = max(compared, key=lambda pair: pair[0])[1]
    ratios = [_headline_ratio(print_, member) for _, member in compared]
    log_odds = CLOSEST_SHARE * max(odds) + (1.0 - CLOSEST_SHARE) * sum(odds) / len(odds)
    return Closeness(
        story_id=story_id,
        log_odds=log_odds,
        headline_ratio=max(ratios),
        closest=closest,
        members=tuple(member for _, member in compared),
    )


def shared(one: Fingerprint, other: Fingerprint, rarity: Callable[[str], float]) -> str:
    """Say what two entries have in common, what says most first."""
    keys = sorted(one.keys & other.keys, key=lambda key: (-rarity(key), key))
    words = list(dict.fromkeys(one.spelled.get(key, key) for key in keys))[:6]
    hours = abs((one.at - other.at).total_seconds()) / 3600.0
    return f"{', '.join(words)} meet in {_quoted(other.headline)}, {hours:.0f} h apart"


def _headline_ratio(one: Fingerprint, other: Fingerprint) -> float:
    if min(one.headline.count(" "), other.headline.count(" ")) + 1 < NEAR_DUPLICATE_WORDS:
        return 0.0
    return fuzz.token_sort_ratio(one.headline, other.headline, score_cutoff=NEAR_DUPLICATE_RATIO)


def _memoised(rarity: Callable[[str], float]) -> Callable[[str], float]:
    known: dict[str, float] = {}

    def look_up(key: str) -> float:
        value = known.get(key)
        if value is None:
            value = known[key] = rarity(key)
        return value

    return look_up


def _quoted(headline: str) -> str:
    return f"“{headline if len(headline) <= 80 else headline[:79] + '…'}”"
