"""The house rules that a machine can check; the layers themselves are import-linter's (scripts/check)."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "watcher"
MODULES = sorted(PACKAGE.rglob("*.py"))

FORBIDDEN_NAMES = {"utils.py", "helpers.py", "common.py", "misc.py", "manager.py", "base.py"}


def _name(path: Path) -> str:
    return str(path.relative_to(PACKAGE))


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_module_says_what_it_is_for(path: Path) -> None:
    """Every module has a docstring."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree), f"{_name(path)} has no module docstring"


def test_no_rooms_for_odds_and_ends() -> None:
    """No module is named for nothing in particular, no class is a Manager or a Handler."""
    assert [] == [_name(path) for path in MODULES if path.name in FORBIDDEN_NAMES]
    vague = [
        f"{_name(path)}: {node.name}"
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
        and (node.name.endswith(("Manager", "Helper", "Utils")) or node.name.startswith("Base"))
    ]
    assert [] == vague


def test_files_can_be_read_in_one_go() -> None:
    """No module grows past 375 lines: beyond, split by responsibility."""
    long = {_name(path): lines for path in MODULES if (lines := len(path.read_text().splitlines())) > 375}
    assert {} == {name: n for name, n in long.items() if not name.startswith("core/rendering/catalogue")}


def test_the_core_reads_no_clock() -> None:
    """Nothing under core/ asks for the time: `now` is an argument."""
    asks = [
        f"{_name(path)}:{node.lineno}"
        for path in MODULES
        if _name(path).startswith(("core/", "polling.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and node.attr in {"now", "utcnow", "today"}
        and isinstance(node.value, ast.Name)
        and node.value.id in {"datetime", "date", "time"}
    ]
    assert [] == asks


def test_start_up_imports_no_room() -> None:
    """`watcher --help` imports click and nothing heavy, so that it stays quick."""
    code = (
        "import sys; from watcher.__main__ import main; main(['--help']);"
        "heavy = {'httpx', 'feedparser', 'telegram', 'apscheduler', 'rapidfuzz', 'pydantic', 'rich', 'babel', 'yaml'};"
        "sys.exit(','.join(sorted(heavy & set(sys.modules))) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (0, "") == (done.returncode, done.stderr.strip())


def test_every_command_is_there() -> None:
    """Each name in the table of commands can be imported and has a help text."""
    import importlib

    from watcher.cli import COMMANDS

    for name, (module, line) in COMMANDS.items():
        command = importlib.import_module(f"watcher.cli.{module}").command
        assert name == command.name
        assert command.help, f"watcher {name} has no help"
        assert line.endswith(".")
