"""`watcher explain`: why an entry is on topic, word by word, and what was missing where it is not."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from watcher.cli.params import unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from watcher.cli.context import CliContext
    from watcher.core.matching import Matcher
    from watcher.core.model import Entry, Match


@click.command("explain")
@click.argument("what", nargs=-1)
@click.option("--summary", default="", help="The text under the headline.")
@click.option("--outlet", default="", help="The outlet, whose name at a headline's end is no evidence.")
@click.option("--language", help="Two-letter code, as the feed declares it.")
@click.option("--entry", "entry_id", metavar="ID", help="A stored entry: id, URL or words of its headline.")
@click.option(
    "--pair", nargs=2, metavar="A B", help="Why two headlines or stored entries are, or are not, one story."
)
@click.option("--topic", "topics", multiple=True, help="Only this topic; may be given more than once.")
@click.option("--json", "as_json", is_flag=True, help="A JSON array, for machines.")
@click.pass_obj
def command(
    ctx: CliContext,
    *,
    what: tuple[str, ...],
    summary: str,
    outlet: str,
    language: str | None,
    entry_id: str | None,
    pair: tuple[str, str] | None,
    topics: tuple[str, ...],
    as_json: bool,
) -> None:
    """Why a headline is on topic: score, terms with the words they hit, patterns that met or just failed.

    WHAT is a headline, the URL of a page, or "-" for headlines on standard input, one a line (a tab may set a
    summary apart).

    \b
    watcher explain "Lavrov lands in Bamako for talks with Goïta"
    watcher explain --topic aes --entry 830e42b6
    watcher explain --pair "Niger expels French envoy" "Niger expels EU envoy"
    """
    from watcher.cli.output import emit_json
    from watcher.core.matching import compile_matcher

    matcher = compile_matcher(list(ctx.load().profiles.values()))
    _check_topics(topics, matcher)
    if pair is not None:
        from watcher.cli.pairs import show_pair

        first, second = (_stored_or_new(ctx, text, outlet, language) for text in pair)
        show_pair(first, second, matcher, as_json=as_json)
        return
    if entry_id is not None:
        entries: Iterator[Entry] = iter([_stored(ctx, entry_id)])
    elif what == ("-",):
        entries = _from_lines(outlet, language)
    elif len(what) == 1 and what[0].startswith(("http://", "https://")):
        entries = iter([_from_page(ctx, what[0], language)])
    elif "".join(what).strip():
        entries = iter([_entry(" ".join(what), summary, outlet, language)])
    else:
        raise click.UsageError(
            'say what to explain: a headline, a URL, "-" for standard input, or --entry ID'
        )
    explained = [(entry, _matches(entry, matcher, topics)) for entry in entries]
    if as_json:
        emit_json([_facts(entry, matches) for entry, matches in explained])
        return
    for number, (entry, matches) in enumerate(explained):
        _show(entry, matches, apart=number > 0)


def _check_topics(topics: tuple[str, ...], matcher: Matcher) -> None:
    for topic in topics:
        if topic not in matcher.profiles:
            raise unknown("topic", topic, matcher.profiles)


def _matches(entry: Entry, matcher: Matcher, topics: tuple[str, ...]) -> list[Match]:
    from watcher.core.matching import judge, read_entry

    return judge(read_entry(entry, matcher), entry, matcher, topics or None, zeros=True)


def _show(entry: Entry, matches: list[Match], *, apart: bool) -> None:
    from watcher.core.matching.explaining import explain

    if apart:
        click.echo()
    click.echo(entry.title)
    if entry.summary:
        click.echo(entry.summary)
    for match in matches:
        click.echo()
        for line in explain(match):
            click.echo(line)


def _stored(ctx: CliContext, text: str) -> Entry:
    with ctx.read_store() as store:
        found = store.find(text)
    if not found:
        raise click.ClickException(f"no stored entry has {text!r} as id, URL, story or words of its title")
    if len(found) > 1:
        listed = "\n".join(f"  {one.entry.id}  {one.entry.title}" for one in found)
        raise click.ClickException(f"{len(found)} entries fit; name one:\n{listed}")
    return found[0].entry


def _stored_or_new(ctx: CliContext, text: str, outlet: str, language: str | None) -> Entry:
    """A stored entry by its id or URL, else the text as a headline."""
    if ctx.database.exists():
        with ctx.read_store() as store:
            found = [
                judged.entry for judged in store.find(text) if text in (judged.entry.id, judged.entry.url)
            ]
        if found:
            return found[0]
    return _entry(text, "", outlet, language)


def _from_lines(outlet: str, language: str | None) -> Iterator[Entry]:
    for line in sys.stdin:
        title, _, summary = line.strip().partition("\t")
        if title:
            yield _entry(title, summary, outlet, language)


def _from_page(ctx: CliContext, url: str, language: str | None) -> Entry:
    """A stored entry with that URL, else the page itself, fetched through the watcher's own gate."""
    from watcher.cli.pages import read_page

    if ctx.database.exists():
        with ctx.read_store() as store:
            found = store.find(url)
        if len(found) == 1:
            return found[0].entry
    page = read_page(ctx.load(), url)
    return _entry(page.title, page.summary, page.outlet, language or page.language, url=url)


def _entry(title: str, summary: str, outlet: str, language: str | None, url: str = "") -> Entry:
    from datetime import UTC, datetime

    from watcher.core.model import Entry
    from watcher.core.text.html import plain_text

    return Entry(
        id="",
        feed_id="",
        guid="",
        url=url,
        canonical_url=url,
        title=plain_text(title, 1000),
        summary=plain_text(summary, 4000),
        outlet=outlet,
        language=language,
        published_at=None,
        first_seen_at=datetime.now(UTC),
    )


def _facts(entry: Entry, matches: list[Match]) -> dict[str, Any]:
    from dataclasses import asdict

    return {
        "title": entry.title,
        "summary": entry.summary,
        "topics": {match.profile_id: {"on_topic": match.on_topic, **asdict(match)} for match in matches},
    }
