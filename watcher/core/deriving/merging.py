"""One name for what seeds call by several: Villavicencio is Fernando Villavicencio. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.core.deriving.background import RARE
from watcher.core.deriving.records import Kind

if TYPE_CHECKING:
    from watcher.core.deriving.records import Finding


def merge_names(findings: dict[str, Finding]) -> None:
    """Let a surname, or a long name's beginning, count for the whole name that a seed gives too."""
    names = [finding for finding in findings.values() if finding.kind is Kind.NAME and finding.count]
    for short in sorted(names, key=lambda finding: len(finding.key)):
        whole = [
            longer
            for longer in names
            if longer is not short
            and longer.key != short.key
            and _is_part(short, longer)
            and longer.key in findings
        ]
        if not whole or short.key not in findings:
            continue
        longest = max(whole, key=lambda finding: (finding.count, len(finding.key)))
        for form, count in short.forms.items():
            longest.forms[form] = longest.forms.get(form, 0) + count
        longest.count += short.count
        longest.headlines |= short.headlines
        longest.sentences |= short.sentences
        longest.rarity = max(longest.rarity, short.rarity)
        short.count = 0


def _is_part(short: Finding, longer: Finding) -> bool:
    """True for a last word of a name (Villavicencio) or initials of one (ISRO)."""
    parts, whole = short.key.split(), longer.key.split()
    if len(parts) == 1 and len(whole) > 1 and short.rarity == RARE:
        initials = "".join(part[0] for part in whole if part not in ("of", "the", "de", "du", "la"))
        if short.key == initials and any(form.isupper() for form in short.forms):
            return True
    return len(parts) < len(whole) and whole[-len(parts) :] == parts and short.rarity == RARE
