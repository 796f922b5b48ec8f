"""A match in words: each term with the words it hit, where and how well; what met, what just failed and why. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from watcher.core.model import Evidence, Match, Mention

_QUALITIES = (
    (100, "as written"),
    (98, "case form"),
    (96, "inflected"),
    (93, "other spelling"),
    (0, "one slip"),
)


def explain(match: Match) -> list[str]:
    """Return the explanation of one match, a line each, indented by blanks."""
    verdict = "ON TOPIC" if match.on_topic else "off topic"
    lines = [f"{match.profile_id}: {match.score:g} of {match.threshold:g}, {verdict}"]
    for evidence in match.evidence:
        lines.append(f"  + {evidence.score:g}  {evidence.pattern}")
        lines += [f"      {describe_mention(mention)}" for mention in evidence.mentions]
    for evidence in match.near:
        lines.append(f"  - {evidence.pattern}: {_failing(evidence)}")
        lines += [f"      {describe_mention(mention)}" for mention in evidence.mentions]
    if len(lines) == 1:
        lines.append("  no term of this topic is mentioned")
    return lines


def describe_mention(mention: Mention) -> str:
    """Return one mention: the words, the term and concept they stand for, where and how well."""
    member = "" if mention.member == mention.concept.rpartition("/")[2] else f".{mention.member}"
    how = next(name for least, name in _QUALITIES if mention.quality >= least)
    weight = "" if mention.weight == 1 else f", weight {mention.weight:g}"
    term = "" if mention.term.casefold() == mention.words.casefold() else f" (term {mention.term!r})"
    place = f"{mention.field} {mention.start}-{mention.end}"
    return f"{mention.words!r} = {mention.concept}{member}{term}, {place}, {how} {mention.quality}{weight}"


def _failing(evidence: Evidence) -> str:
    if evidence.note:
        return evidence.note
    return f"would give {evidence.score:g}, but wants {' and '.join(evidence.missing)}"
