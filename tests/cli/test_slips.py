"""What a person may type wrongly: never a traceback, always what is wrong and what there is."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import click
import pytest

from watcher.cli import COMMANDS, cli
from watcher.cli.params import unknown

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.cli.desk import Desk


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["statsu"], "there is no command 'statsu' (did you mean 'status'?)"),
        (["recent", "--limit", "-1"], "--limit"),
        (["recent", "--limit", "99999999999999999999"], "--limit"),
        (["outbox", "--limit", "99999999999999999999"], "--limit"),
        (["recent", "--topic", "tie"], "there is no topic 'tie' (did you mean 'ties'?)"),
        (["recent", "--feed", "nobody"], "there is no feed 'nobody'; there are wire, rival"),
        (["stories", "--topic", "x"], "there is no topic 'x'; there is ties"),
        (["stories", "--json", "--csv"], "name one of"),
        (["nearmisses", "--topic", "x"], "there is no topic 'x'; there is ties"),
        (["check", "--feed", "nobody"], "there is no feed 'nobody'; there are wire, rival"),
        (["feeds", "check", "nobody"], "there is no feed 'nobody'; there are wire, rival"),
        (["explain", " "], "say what to explain"),
        (["evaluate", "no-such-file"], "no-such-file: cannot be read: No such file or directory"),
    ],
)
def test_a_slip_is_told_and_nothing_else_is(
    desk: Desk, capsys: pytest.CaptureFixture[str], typed: list[str], said: str
) -> None:
    """Exit 2, the advice on standard error, nothing on standard output."""
    desk.remember()
    assert 2 == desk.run(*typed)
    told = capsys.readouterr()
    assert said in told.err
    assert "" == told.out


def test_a_filter_that_fits_nothing_now_is_no_slip(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """A topic that is configured and has no story yet shows an empty table."""
    desk.remember(("wire", "Rain over Lagos"))
    assert 0 == desk.run("stories", "--topic", "ties")
    assert 1 == len(capsys.readouterr().out.splitlines())


def test_long_lists_of_names_are_not_recited() -> None:
    """Among a hundred feeds only a likely one is named."""
    names = [f"feed-{number}" for number in range(100)]
    assert "there is no feed 'zzz'" == unknown("feed", "zzz", names).message


@pytest.mark.parametrize("command", ["recent", "run"])
def test_a_file_in_place_of_a_directory_is_told(
    tmp_path: Path, desk: Desk, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    """--state that names the database itself is not "nothing recorded yet"; --config says what it wants."""
    desk.remember()
    state, desk.state = desk.state, desk.state / "watcher.db"
    assert 2 == desk.run(command)
    assert "watcher.db' is a file" in capsys.readouterr().err
    desk.state = state
    desk.config = tmp_path / "notes.txt"
    desk.config.write_text("", encoding="utf-8")
    assert 2 == desk.run("check")
    assert "--config names a directory" in capsys.readouterr().err


def test_a_reader_that_has_seen_enough_is_no_fault(desk: Desk) -> None:
    """`watcher recent | head -1` ends with 0 and without a word."""
    desk.remember(*[("wire", f"Lavrov lands in Bamako, day {day}") for day in range(600)], hours_ago=700)
    arguments = ["--config", str(desk.config), "--state", str(desk.state), "recent", "--since", "60d"]
    with subprocess.Popen(
        [sys.executable, "-m", "watcher", *arguments, "--limit", "1000"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr is not None
        assert b"" == process.stderr.read()
        assert 0 == process.wait(20)


def _helps() -> Iterator[tuple[str, click.Command]]:
    context = click.Context(cli)
    for name in COMMANDS:
        command = cli.get_command(context, name)
        assert command is not None
        yield name, command
        if isinstance(command, click.Group):
            yield from ((f"{name} {inner}", one) for inner, one in command.commands.items())


@pytest.mark.parametrize(("name", "command"), list(_helps()), ids=[name for name, _ in _helps()])
def test_every_help_is_whole(name: str, command: click.Command) -> None:
    """Sentences end, nothing is cut short, every option says what it does."""
    text = command.get_help(click.Context(command, info_name=name, terminal_width=80))
    assert "..." not in text.replace("]...", "").replace("SEED...", "").replace("ID...", "").replace(
        "TOPIC...", ""
    )
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{name} {parameter.opts}"
            assert parameter.help.endswith((".", "'.")), f"{name} {parameter.opts}"
