"""`watcher init`: a starter configuration to edit."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from watcher.errors import ConfigError

SHOWN = 3  # of the files that are in the way
README = """\
This directory was made by `watcher init`. It is yours: edit it, keep it in version control.

  watcher.yaml    how the watcher behaves: targets, intervals, limits (all commented: the defaults)
  feeds.yaml      what is polled
  topics/*.yaml   what is watched for; concepts.yaml holds what they share
  seeds/          articles that topics were derived from; drop your own here
  schema/         for editors that complete and check YAML
  .base/          the profiles as shipped: `watcher topics diff` tells upgrades from your edits by it

  watcher --config {name} check
  watcher --config {name} run

The Telegram token is in no file here: set TELEGRAM_BOT_TOKEN (or TELEGRAM_BOT_TOKEN_FILE).
"""


@click.command("init")
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option("--all-feeds", is_flag=True, help="All shipped feeds instead of a short list.")
def command(*, directory: Path, all_feeds: bool) -> None:
    """Write a commented starter configuration with topics and seeds to DIR. Never overwrites a file.

    \b
    watcher init my-watch
    watcher --config my-watch check
    watcher --config my-watch run
    """
    from watcher.config import packaged
    from watcher.config.shipped import base_files, shipped_texts
    from watcher.config.starter import starter_feeds

    typed = shlex.quote(str(directory))
    planned = _planned(packaged("config"), packaged("seeds"))
    planned |= {name: text.encode() for name, text in base_files(shipped_texts()).items()}
    planned["README.txt"] = README.format(name=typed).encode()
    if not all_feeds:
        planned["feeds.yaml"] = starter_feeds(planned["feeds.yaml"].decode()).encode()
    existing = sorted(name for name in planned if (directory / name).exists())
    if existing:
        shown = ", ".join(existing[:SHOWN]) + (
            f" and {len(existing) - SHOWN} more" if existing[SHOWN:] else ""
        )
        raise ConfigError(
            [f"{directory}: {shown} is there already; nothing was written: name a new directory"]
        )
    try:
        for name, content in planned.items():
            target = directory / name
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("xb") as file:  # never over a file that appeared meanwhile
                file.write(content)
    except OSError as error:
        raise ConfigError([f"{directory}: cannot be written: {error.strerror or error}"]) from error
    click.echo(f"{len(planned)} files written to {directory}")
    click.echo(f"  next: edit {directory / 'feeds.yaml'} and {directory / 'topics'}")
    click.echo(f"        watcher --config {typed} check --feeds")
    click.echo(f"        watcher --config {typed} run")


def _planned(config: Path, seeds: Path) -> dict[str, bytes]:
    """The packaged files: name in the new directory -> content."""
    planned: dict[str, bytes] = {}
    for root, below in ((config, Path()), (seeds, Path("seeds"))):
        for source in sorted(path for path in root.rglob("*") if path.is_file()):
            planned[str(below / source.relative_to(root))] = source.read_bytes()
    return planned
