"""`watcher config`: the configuration in force, its files, and the schemas for editors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from watcher.cli.context import CliContext

KINDS = ("watcher", "feeds", "topic", "concepts")


@click.group("config")
def command() -> None:
    """Show the configuration in force, its files and its JSON Schema."""


@command.command("show", short_help="Print every setting that is in force.")
@click.option("--feeds", "with_feeds", is_flag=True, help="Also every feed, defaults filled in.")
@click.option("--topics", "with_topics", is_flag=True, help="Also every topic, in short.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of YAML.")
@click.pass_obj
def show(ctx: CliContext, *, with_feeds: bool, with_topics: bool, as_json: bool) -> None:
    """Print every setting that is in force, defaults filled in and secrets masked."""
    from watcher.cli.output import emit_json
    from watcher.config.showing import as_yaml, feeds_in_force, in_force, topics_in_force

    loaded = ctx.load()
    data = in_force(loaded)
    if with_topics:
        data["topics"] = topics_in_force(loaded)
    if with_feeds:
        data["feeds"] = feeds_in_force(loaded)
    if as_json:
        emit_json(data)
    else:
        click.echo(f"# {loaded.location.directory} ({loaded.location.origin})")
        click.echo(as_yaml(data), nl=False)


@command.command("path", short_help="Print which configuration is used, and its files.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for machines.")
@click.pass_obj
def path(ctx: CliContext, *, as_json: bool) -> None:
    """Print which configuration is used, how it was found, and its files."""
    from watcher.cli.output import emit_json
    from watcher.config import locate
    from watcher.config.sources import read_sources

    location = locate(ctx.config_location)
    files = [str(file) for file in read_sources(location).files]
    if as_json:
        emit_json({"directory": str(location.directory), "found": location.origin, "files": files})
        return
    click.echo(f"{location.directory} ({location.origin})")
    for name in files:
        click.echo(f"  {name}")


@command.command("schema")
@click.argument("kind", type=click.Choice(KINDS), default="watcher")
def schema(kind: str) -> None:
    """Print the JSON Schema of a kind of file.

    Editors with a YAML language server complete and check by it: each shipped file names its schema in its
    first line (config/schema/).
    """
    from watcher.config.schema import schema_text

    click.echo(schema_text(kind), nl=False)
