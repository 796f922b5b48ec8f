"""`watcher explain --pair A B`: why two headlines are, or are not, one story."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING

import click

from watcher.cli.output import emit_json
from watcher.core.grouping import PairExplanation, explain_pair
from watcher.core.matching import read_entry

if TYPE_CHECKING:
    from watcher.core.matching import Matcher
    from watcher.core.model import Entry

VERDICTS = {
    "new": "two stories",
    "same": "one story",
    "near-duplicate": "one story: nearly the same headline",
}


def show_pair(first: Entry, second: Entry, matcher: Matcher, *, as_json: bool) -> None:
    """Print what grouping makes of two entries; the earlier one is taken to have opened the story."""
    first, second = sorted((first, second), key=lambda entry: entry.at)
    found = explain_pair(first, second, partial(read_entry, matcher=matcher))
    if as_json:
        emit_json({"first": first.title, "second": second.title, **asdict(found)})
        return
    click.echo(f"A  {first.title}")
    click.echo(f"B  {second.title}")
    for line in lines(found):
        click.echo(line)


def lines(found: PairExplanation) -> list[str]:
    """What grouping makes of two entries, for people."""
    said = [
        "",
        f"{VERDICTS[found.kind]}: similarity {found.similarity:.0f}, from {found.threshold:.0f} they are one",
    ]
    if found.veto:
        said.append(f"kept apart: {found.veto}")
    said.append(f"meet: {', '.join(found.meeting) or 'nothing'}")
    if found.only_first:
        said.append(f"only in A: {', '.join(found.only_first)}")
    if found.only_second:
        said.append(f"only in B: {', '.join(found.only_second)}")
    said.append("")
    said.append(f"{found.start:+6.1f}  to start with")
    said += [
        f"{part.points:+6.1f}  {part.meaning} ({part.value:.2f})" for part in found.parts if part.value != 0.0
    ]
    said.append("among many open stories, words that others use too say less")
    return said
