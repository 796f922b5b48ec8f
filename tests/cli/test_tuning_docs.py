"""docs/tuning.md names commands and options that are there."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

from watcher.cli import cli

DOC = Path(__file__).resolve().parents[2] / "docs/tuning.md"
TEXT = DOC.read_text(encoding="utf-8")
BLOCKS = "\n".join(re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL))
LINES = sorted({*filter(None, BLOCKS.splitlines()), *re.findall(r"(?<!`)`(watcher [^`\n]+)`", TEXT)})


@pytest.mark.parametrize("line", LINES)
def test_a_command_in_the_text_is_one(line: str) -> None:
    """Command, subcommand and every option exist."""
    words = shlex.split(line)[1:]
    command: click.Command = cli
    context = click.Context(cli)
    while isinstance(command, click.Group):
        found = command.get_command(context, words.pop(0))
        assert found is not None, f"no such command: {line}"
        command = found
    known = {name for parameter in command.params for name in parameter.opts}
    assert {word for word in words if word.startswith("-")} <= known


def test_pictures_are_there() -> None:
    """Every picture of the text is a file, small enough to be kept with the code."""
    for name in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", TEXT):
        size = (DOC.parent / name).stat().st_size
        assert 0 < size < 200_000
