"""The README and the quickstart are run: their commands exist, their pictures are current, their links lead somewhere."""

from __future__ import annotations

import importlib.util
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import pytest

from tests.demo.playing import played
from watcher.cli import COMMANDS, cli
from watcher.demo.botapi import DEMO_TOKEN
from watcher.demo.stage import Stage

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
QUICKSTART = (ROOT / "docs" / "quickstart.md").read_text(encoding="utf-8")
DOCUMENTS = {"README.md": README, "docs/quickstart.md": QUICKSTART}


def blocks(text: str) -> list[tuple[str, str]]:
    """Language and content of the fenced blocks, indented ones too."""
    return re.findall(r"^ *```(\w*)\n(.*?)^ *```$", text, flags=re.MULTILINE | re.DOTALL)


def marked(name: str) -> str:
    """The fenced block under a marker of the README."""
    found = re.search(rf"<!-- {name} -->\n```sh\n(.*?)```", README, flags=re.DOTALL)
    assert found is not None, f"README.md has no fenced block under <!-- {name} -->"
    return found[1]


def commands(text: str) -> list[list[str]]:
    """Every call of `watcher` in shell blocks and in inline code, as words after the program's name."""
    lines = [line for language, block in blocks(text) if language == "sh" for line in block.splitlines()]
    prose = re.sub(r"^ *```.*?^ *```$", "", text, flags=re.MULTILINE | re.DOTALL)
    lines += re.findall(r"`([^`\n]+)`", prose)
    found = []
    for line in lines:
        for part in re.split(r"&&|;|\|", line.partition(" #")[0]):
            words = shlex.split(part.strip().lstrip("$ "))
            if words and words[0].split("/")[-1] == "watcher":
                found.append(words[1:])
    return found


def parse(words: list[str]) -> list[str]:
    """Let click read a command line without running it; returns the names of commands on the way.

    Raises:
        click.UsageError: there is no such command, option or argument.
    """
    command: click.Command = cli
    context = command.make_context("watcher", list(words), resilient_parsing=False)
    names = []
    while isinstance(command, click.Group) and (rest := _unparsed(context)):
        name, found, rest = command.resolve_command(context, rest)
        assert found is not None
        names.append(str(name))
        command, context = found, found.make_context(name, rest, parent=context)
    return names


def _unparsed(context: click.Context) -> list[str]:
    """What a group left for its subcommand; click 8.2 and 8.3 keep the first word apart."""
    return [*context._protected_args, *context.args]


ALL = [
    pytest.param(words, id=f"{name}: watcher {' '.join(words)}")
    for name, text in DOCUMENTS.items()
    for words in commands(text)
]


def test_the_two_lines_come_first() -> None:
    """The first fenced blocks are one line to run it and one line to test it, on a machine with Python alone."""
    first, second = [content for _, content in blocks(README)[:2]]
    assert (marked("run-line"), marked("test-line")) == (first, second)
    for line, end in ((first, "watcher run\n"), (second, "pytest -q\n")):
        assert 1 == line.count("\n")
        assert line.startswith("python3 -m venv .venv && .venv/bin/pip install -q -e ")
        assert line.endswith(end)


@pytest.mark.parametrize("words", ALL)
def test_every_command_is_understood(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Command, options and arguments exist, and the command has a help text."""
    if "--help" in words or "--version" in words or words == [] or words[0] == "…":
        return
    names = parse(words)
    assert names[0] in COMMANDS
    assert 0 == cli.main([*names, "--help"], prog_name="watcher", standalone_mode=False)
    assert f"Usage: watcher {' '.join(names)}" in capsys.readouterr().out


def test_commands_of_documents_are_found() -> None:
    """The check above looks at something: both documents hold commands, in blocks and in prose."""
    assert ["check"] in commands("so `watcher check` says")
    assert ["run", "--once"] in commands("```sh\na && .venv/bin/watcher run --once  # once\n```")
    with pytest.raises(click.UsageError):
        parse(["check", "--no-such-option"])
    with pytest.raises(click.UsageError):
        parse(["no-such-command"])
    assert len(ALL) > 15


@pytest.mark.timeout(100)
def test_the_session_runs(tmp_path: Path) -> None:
    """Every command of the README's session ends with 0, in its order, on feeds of this machine alone."""
    lines = [line.partition("#")[0].strip() for line in marked("session").splitlines()]
    assert len(lines) >= 5
    with Stage() as stage:
        environment = {
            key: value for key, value in os.environ.items() if not key.startswith(("TELEGRAM", "WATCHER"))
        }
        environment |= {
            "WATCHER_CONFIG": str(stage.config_dir),
            "WATCHER_STATE": str(tmp_path / "state"),
            "TELEGRAM_BOT_TOKEN": DEMO_TOKEN,
            "PYTHONPATH": str(ROOT),
        }
        for line in lines:
            words = shlex.split(line)
            assert "watcher" == words[0]
            done = subprocess.run(
                [sys.executable, "-m", "watcher", *words[1:]],
                capture_output=True,
                text=True,
                check=False,
                timeout=60,
                cwd=tmp_path,
                env=environment,
            )
            assert 0 == done.returncode, f"{line}\n{done.stdout}\n{done.stderr}"
            assert "Traceback" not in done.stderr


def pictures() -> Any:
    """The script that draws the README's pictures."""
    path = ROOT / "scripts" / "readme_pictures.py"
    spec = importlib.util.spec_from_file_location("readme_pictures", path)
    assert spec is not None
    assert spec.loader is not None
    module: ModuleType = importlib.util.module_from_spec(spec)
    sys.modules["readme_pictures"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def test_the_alert_is_what_the_renderer_draws() -> None:
    """Topics, renderer or play changed: run scripts/readme_pictures.py."""
    drawn = pictures()
    assert drawn.alert() == drawn.picture(README, "alert"), "run: python scripts/readme_pictures.py"


def test_the_pictures_are_what_the_renderer_draws() -> None:
    """Messages as a phone shows them, to the byte."""
    drawn = pictures()
    stale = [
        name for name, svg in drawn.phones().items() if (drawn.PICTURES / name).read_text("utf-8") != svg
    ]
    assert [] == stale, "run: python scripts/readme_pictures.py"
    assert all(f"docs/pictures/{name}" in README for name in drawn.phones())


@pytest.mark.timeout(100)
def test_the_demo_is_what_the_demo_draws() -> None:
    """What does not depend on the order of polls is the same in a demo played now."""
    drawn = pictures()
    now, then = drawn.outline(played().out), drawn.outline(drawn.picture(README, "demo"))
    assert now.bubbles == then.bubbles, "run: python scripts/readme_pictures.py"
    assert now.rest.replace("```text ", "") == then.rest.removeprefix("```text ").removesuffix(" ```")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_lead_somewhere(name: str) -> None:
    """Every relative link names a file of the repository."""
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", DOCUMENTS[name])
    missing = [target for target in targets if not (ROOT / name).parent.joinpath(target).exists()]
    assert [] == missing
