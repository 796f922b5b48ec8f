"""`watcher derive`: a topic profile from a few seed articles."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from watcher.errors import ConfigError, FetchError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from watcher.cli.context import CliContext
    from watcher.config import Loaded
    from watcher.config.topics import ConceptsFile, TopicFile
    from watcher.core.deriving import Article, Draft
    from watcher.feeds.articles import PageReader
    from watcher.protocols import Fetcher

LEAD_SENTENCES = 2  # of a seed, as a feed's summary would have them


@click.command("derive")
@click.argument("seeds", metavar="SEED...", nargs=-1, required=True)
@click.option("--topic", metavar="ID", help="Id of the topic: lower-case letters, digits, hyphens.")
@click.option("--about", default="", metavar="TEXT", help="What the topic is, in a sentence. It steers.")
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write here, not to the terminal; a file that is there stays.",
)
@click.option(
    "--update",
    metavar="FILE",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Show what the seeds would add to this topic file, as a diff.",
)
@click.pass_obj
def command(
    ctx: CliContext,
    *,
    seeds: tuple[str, ...],
    topic: str | None,
    about: str,
    output: Path | None,
    update: Path | None,
) -> None:
    """Draft a topic profile from seed articles.

    A SEED is a text file as pasted from the web (boxes and notices are left out), a saved page (.html) or a web
    address. The draft is a complete, commented topic file that can be used at once and tuned by hand.

    \b
    watcher derive seeds/*.md --topic floods -o config/topics/floods.yaml
    watcher derive seeds/new.md --update config/topics/floods.yaml
    """
    from watcher.config.drafts import topic_text
    from watcher.config.fields import IDENTIFIER

    if update is None and topic is None:
        raise click.UsageError("name the topic: --topic ID")
    if topic and not IDENTIFIER.fullmatch(topic):
        raise click.UsageError(f"--topic: lower-case letters, digits, '-', '_' or '.', not '{topic}'")
    if update is not None and output is not None:
        raise click.UsageError("--update shows a diff and writes nothing: leave -o out")
    loaded = ctx.load()
    shared = _shared(loaded)
    contents = {seed: _content(seed) for seed in seeds if not _is_address(seed)}
    articles = asyncio.run(_read(seeds, contents, loaded))
    if update is not None:
        _show_update(update, topic, about, articles, shared)
        return
    draft = _derived(articles, str(topic), about, shared)
    file = _checked(topic_text(draft), str(topic), shared)
    scores = _own_scores(file, shared, articles)
    draft = replace(draft, notes=(*draft.notes, _scored(scores, file.threshold)))
    text = topic_text(draft)
    _checked(text, str(topic), shared)
    if output is None:
        click.echo(text, nl=False)
        return
    _write(output, text)
    found = f"{_counted(len(draft.concepts), 'concept')}, {_counted(len(draft.patterns), 'pattern')}"
    click.echo(f"{output}: {found}; {_scored(scores, file.threshold)}")
    click.echo(
        '  look at it, then: watcher check; watcher explain "a headline"; watcher backtest --since 30d'
    )


def _shared(loaded: Loaded) -> ConceptsFile | None:
    """The shared concepts of the configuration; checked when it was loaded."""
    from watcher.config.sources import read_sources
    from watcher.config.topics import ConceptsFile

    document = read_sources(loaded.location).concepts
    return ConceptsFile.model_validate(document.data) if document.data else None


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _is_address(seed: str) -> bool:
    return seed.lower().startswith(("http://", "https://"))


def _content(seed: str) -> bytes:
    try:
        return Path(seed).read_bytes()
    except OSError as error:
        raise ConfigError([f"{seed}: cannot be read: {error.strerror or error}"]) from error


async def _read(seeds: Sequence[str], contents: Mapping[str, bytes], loaded: Loaded) -> list[Article]:
    """Read every seed, pages in one worker, addresses through the fetcher that polls use."""
    from watcher.app.clock import SystemClock
    from watcher.app.parts import make_fetcher
    from watcher.feeds.articles import PageReader

    pages = PageReader()
    fetcher = make_fetcher(loaded, SystemClock())
    try:
        return [await _read_one(seed, contents.get(seed), pages, fetcher) for seed in seeds]
    finally:
        await pages.aclose()
        await fetcher.aclose()


async def _read_one(seed: str, content: bytes | None, pages: PageReader, fetcher: Fetcher) -> Article:
    from watcher.core.deriving import read_pasted

    if content is None:
        try:
            article = await pages.fetch(seed, fetcher)
        except FetchError as error:
            raise FetchError(f"{seed}: {error}", status=error.status) from error
    elif _is_page(seed, content):
        article = await pages.read(content, source=seed)
    else:
        article = read_pasted(content.decode("utf-8", "replace"), seed)
    if not article.sentences:
        dropped = _counted(len(article.dropped), "block")
        raise ConfigError([f"{seed}: no article text was found in it ({dropped} of boilerplate)"])
    return article


def _is_page(name: str, content: bytes) -> bool:
    begins = content[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return name.lower().endswith((".html", ".htm", ".xhtml")) or begins.startswith((b"<!doctype", b"<html"))


def _derived(articles: Sequence[Article], topic: str, about: str, shared: ConceptsFile | None) -> Draft:
    from watcher.config.knowledge import make_knowledge
    from watcher.core.deriving import derive

    draft = derive(articles, topic=topic, about=about, knowledge=make_knowledge(shared))
    if not draft.patterns:
        raise ConfigError(
            ["the seeds hold nothing that would tell the topic: add a longer article, or --about"]
        )
    return draft


def _checked(text: str, topic: str, shared: ConceptsFile | None) -> TopicFile:
    """The topic file, valid, with every name leading somewhere.

    Raises:
        ConfigError: it is not; told with line and column as for any file.
    """
    from watcher.config.marks import parse
    from watcher.config.topics import TopicFile, reference_problems
    from watcher.config.validation import validate

    document = parse(text, f"{topic}.yaml")
    file = validate(document, TopicFile, {})
    if file is not None:
        document.problems += [
            document.problem(path, message) for path, message in reference_problems(file, shared)
        ]
    if file is None or document.problems:
        raise ConfigError([problem.show() for problem in document.problems])
    return file


def _own_scores(file: TopicFile, shared: ConceptsFile | None, articles: Sequence[Article]) -> list[float]:
    """What the profile gives each seed, headline and first sentences as a feed would show them."""
    from datetime import UTC, datetime

    from watcher.config.topics import build_profiles
    from watcher.core.matching import compile_matcher, match
    from watcher.core.model import Entry

    matcher = compile_matcher(build_profiles([file], shared))
    scores = []
    for article in articles:
        entry = Entry(
            id="seed", feed_id="seed", guid="seed", url="", canonical_url="", outlet="",
            title=article.headline or article.sentences[0],
            summary=" ".join(article.sentences[:LEAD_SENTENCES]),
            language=article.language, published_at=None, first_seen_at=datetime(1970, 1, 1, tzinfo=UTC),
        )  # fmt: skip
        scores.append(max((one.score for one in match(entry, matcher)), default=0.0))
    return scores


def _scored(scores: Sequence[float], threshold: float) -> str:
    shown = f"the seeds themselves score {', '.join(f'{score:.0f}' for score in scores)}; alerts begin at {threshold:.0f}"
    if min(scores) < threshold:
        shown += " (a seed would not be alerted: lower the threshold, or say more in --about)"
    return shown


def _show_update(
    path: Path, topic: str | None, about: str, articles: Sequence[Article], shared: ConceptsFile | None
) -> None:
    """Print what the seeds would add."""
    from watcher.config.additions import with_additions
    from watcher.config.editing import diff

    try:
        text = _content(str(path)).decode("utf-8")
    except UnicodeDecodeError:
        raise ConfigError([f"{path}: not UTF-8: save the file as UTF-8"]) from None
    file = _checked(text, path.stem, shared)
    if topic is not None and topic != file.id:
        raise click.UsageError(f"{path} is the topic '{file.id}', not '{topic}'")
    draft = _derived(articles, file.id, about or file.description, shared)
    changed = with_additions(text, draft, name=str(path))
    _checked(changed, path.stem, shared)
    if changed == text:
        click.echo(f"{path} has all of it already; nothing to add", err=True)
        return
    click.echo(diff(text, changed, str(path)), nl=False)


def _write(output: Path, text: str) -> None:
    try:
        with output.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise ConfigError(
            [f"{output}: is there already; --update {output} shows what the seeds would add"]
        ) from None
    except OSError as error:
        raise ConfigError([f"{output}: cannot be written: {error.strerror or error}"]) from error
