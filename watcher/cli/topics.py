"""`watcher topics`: what an upgrade changed in the shipped profiles, beside one's own edits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from watcher.cli.params import unknown
from watcher.errors import ConfigError

if TYPE_CHECKING:
    from watcher.cli.context import CliContext
    from watcher.config.shipped import ShippedFile

COLUMNS = ("file", "shipped", "yours", "what_to_do")


@click.group("topics")
def command() -> None:
    """What changed in the shipped profiles since yours were made."""


@command.command("diff", short_help="Show what this version ships differently.")
@click.argument("topics", metavar="[TOPIC]...", nargs=-1)
@click.option("--yours", is_flag=True, help="Show your own edits instead of the upgrade's.")
@click.option(
    "--seen", is_flag=True, help="You took over what you wanted: compare with this version from now on."
)
@click.option("--json", "as_json", is_flag=True, help="A JSON array of files, for machines.")
@click.pass_obj
def diff(ctx: CliContext, *, topics: tuple[str, ...], yours: bool, seen: bool, as_json: bool) -> None:
    """Show what this version ships differently from the version your profiles were made from.

    `watcher init` keeps a copy of the shipped profiles under .base/ in the configuration; your own files are
    compared with it, never changed. TOPIC is a topic's id, or "concepts" for the shared ones.

    \b
    Exit codes: 0 nothing to take over · 1 the shipped profiles changed · 2 usage
    """
    from watcher.cli.output import emit
    from watcher.config.locating import locate
    from watcher.config.shipped import compare, difference, record
    from watcher.errors import ExitCode

    location = locate(ctx.config_location)
    if location.origin == "packaged":
        raise ConfigError(
            [
                f"{location.directory}: these are the shipped profiles themselves (watcher init DIR makes yours)"
            ]
        )
    if seen:
        count = record(location.directory)
        click.echo(f"{count} shipped files kept in {location.directory / '.base'}: compared with from now on")
        return
    files = compare(location.directory)
    if topics:
        files = _chosen(files, topics)
    has_base = any(file.base is not None for file in files)
    rows = [_row(file, has_base=has_base) for file in files]
    if as_json:
        texts = [_upgrade(file) for file in files]
        emit([{**row, "diff": text} for row, text in zip(rows, texts, strict=True)], as_json=True)
    else:
        emit(rows, COLUMNS)
        if not has_base:
            click.echo(
                f"\nno .base/ in {location.directory}: what was shipped when these were made is not known. Shown is"
                "\nwhat differs from yours to the shipped ones now; --seen keeps a copy for the next upgrade."
            )
        for file in files:
            if yours:
                text = difference(file.base or file.shipped, file.yours, file.name, "as shipped", "yours")
            else:
                text = _upgrade(file)
            if text:
                click.echo(f"\n{text}", nl=False)
    upgraded = any(_upgrade(file) for file in files)
    click.get_current_context().exit(ExitCode.FINDING if upgraded else ExitCode.OK)


def _chosen(files: list[ShippedFile], topics: tuple[str, ...]) -> list[ShippedFile]:
    by_id = {file.name.removeprefix("topics/").removesuffix(".yaml"): file for file in files}
    for topic in topics:
        if topic not in by_id:
            raise unknown("profile", topic, by_id)
    return [by_id[topic] for topic in topics]


def _upgrade(file: ShippedFile) -> str:
    """What the project changed; where the base is not known, what would change to the shipped one."""
    from watcher.config.shipped import difference

    if file.yours == file.shipped or (file.yours is None and file.base is not None):
        return ""  # taken over already, or not wanted
    if file.shipped is None and file.base is None:
        return ""  # the user's own topic
    if file.base is None and file.yours is not None:
        return difference(file.yours, file.shipped, file.name, "yours", "shipped now")
    return difference(file.base, file.shipped, file.name, "shipped then", "shipped now")


def _row(file: ShippedFile, *, has_base: bool) -> dict[str, str]:
    if file.shipped is None:
        shipped = "no longer shipped" if file.base is not None else "never shipped"
    elif file.base is None:
        shipped = "new" if has_base else "known only as it is now"
    else:
        shipped = "changed" if file.upgraded else "the same"
    if file.yours is None:
        yours = "removed" if file.base is not None else "not there"
    elif file.base is None:
        yours = (
            "your own" if file.shipped is None else "as shipped" if file.yours == file.shipped else "differs"
        )
    else:
        yours = "edited" if file.edited else "as shipped"
    return {"file": file.name, "shipped": shipped, "yours": yours, "what_to_do": _advice(file)}


def _advice(file: ShippedFile) -> str:
    if file.shipped is None or file.yours == file.shipped or (file.base is not None and not file.upgraded):
        return ""
    if file.yours is None:
        return "copy it, if you want it" if file.base is None else ""
    if file.base is not None and not file.edited:
        return "take it whole: you never edited it"
    return "take over by hand what you want"
