"""The documentation is held to the program: commands exist, examples load, logs and metrics are described whole."""

from __future__ import annotations

import ast
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import pytest
import yaml

from tests.fakes.topics import entry
from tests.test_readme import blocks, commands, parse
from watcher.cli import COMMANDS
from watcher.config import load
from watcher.core.matching import compile_matcher, match
from watcher.demo.botapi import DEMO_TOKEN
from watcher.demo.stage import Stage
from watcher.errors import ExitCode
from watcher.ops.metrics import Metrics

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
DOCS = {path.name: path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs").glob("*.md"))}
LOGS, OPERATIONS, EXTENDING = DOCS["logs.md"], DOCS["operations.md"], DOCS["extending.md"]
PLACES = {
    "FILE": "x.db",
    "ID": "12",
    "URL": "https://a.example/",
    "DIR": "x",
}  # capitals in a text stand for something


def contained(text: str) -> list[list[str]]:
    """Calls of `watcher` by way of docker, in shell blocks and inline code."""
    lines = [line for language, block in blocks(text) if language == "sh" for line in block.splitlines()]
    lines += re.findall(r"`([^`\n]+)`", text)
    found = []
    for line in lines:
        words = shlex.split(line.partition(" #")[0]) if line.startswith("docker ") else []
        if words[1:2] == ["run"] and "coverage-watcher" in words:
            found.append(words[words.index("coverage-watcher") + 1 :])
        elif words[1:3] == ["compose", "exec"]:
            assert ["watcher", "watcher"] == words[3:5], line  # the service, the program
            found.append(words[5:])
        elif words[1:3] == ["compose", "run"]:
            found.append(words[words.index("watcher") + 1 :])
    return found


CALLS = [
    pytest.param(words, id=f"{name}: watcher {' '.join(words)}")
    for name, text in DOCS.items()
    for words in [*commands(text), *contained(text)]
]


@pytest.mark.parametrize("words", CALLS)
def test_every_command_is_understood(words: list[str]) -> None:
    """Each `watcher …` in docs/ names a command, with options and arguments that it takes."""
    words = [PLACES.get(word, word) for word in words if word not in ("…", "...")]
    if not words or {"--help", "--version"} & set(words):
        return
    try:
        assert parse(words)[0] in COMMANDS
    except (click.MissingParameter, click.exceptions.NoArgsIsHelpError):
        pass  # named in passing, without its argument or subcommand
    except click.BadParameter as error:
        if "does not exist" not in str(error):  # else: a file of the reader's
            raise


def test_commands_are_found_in_every_form() -> None:
    """The check above looks at something: plain calls, calls through docker, calls in a text."""
    assert [["check"]] == contained("```sh\ndocker run --rm coverage-watcher check\n```")
    assert [["init", "/here/config"]] == contained(
        '```sh\ndocker run --rm --user "$(id -u):$(id -g)" -v "$PWD:/here" coverage-watcher init /here/config\n```'
    )
    assert [["status"]] == contained("so `docker compose exec watcher watcher status` says")
    assert len(CALLS) > 60


@pytest.mark.parametrize("name", DOCS)
def test_links_lead_somewhere(name: str) -> None:
    """Relative links name files, and headings where they say so."""
    for target, _, heading in re.findall(r"\]\((?!https?:)([^)#]*)(#([^)]+))?\)", DOCS[name]):
        path = (ROOT / "docs" / target) if target else ROOT / "docs" / name
        assert path.exists(), f"{name}: {target} is not there"
        if heading := heading or "":
            text = path.read_text(encoding="utf-8")
            titles = re.findall(r"^#+ (.*)$", text, flags=re.MULTILINE)
            assert heading in {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("name", sorted(DOCS))
def test_files_of_the_program_exist(name: str) -> None:
    """A page that names a file or folder of the code names one that is there."""
    for path in re.findall(r"`((?:watcher|tests|scripts|bench)/[\w/.]+)`", DOCS[name]):
        assert (ROOT / path).exists(), path


def test_every_page_is_in_the_index() -> None:
    """docs/index.md leads to each page."""
    linked = set(re.findall(r"\]\(([\w-]+\.md)\)", DOCS["index.md"]))
    assert set(DOCS) - {"index.md"} == linked, "each page of docs/ needs its line in docs/index.md"


# --- logs ----------------------------------------------------------------------------------------


def documented_events() -> dict[str, set[str]]:
    """Event -> keys, as docs/logs.md describes them."""
    sections = re.split(r"^### `(\w+)`$", LOGS, flags=re.MULTILINE)[1:]
    return {
        name: set(re.findall(r"^\| `(\w+)` \|", text, flags=re.MULTILINE))
        for name, text in zip(sections[::2], sections[1::2], strict=True)
    }


def emitted_events() -> Iterator[tuple[str, set[str]]]:
    """Event and keys at every place in the source that makes one."""
    for path in (ROOT / "watcher").rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                for call in ast.walk(function):
                    if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "Event":
                        values = {word.arg: word.value for word in call.keywords}
                        name = values["name"]
                        assert isinstance(name, ast.Constant), f"{path}: an event's name must be written out"
                        yield str(name.value), keys_of(values["facts"], function)


def keys_of(facts: ast.expr, function: ast.AST) -> set[str]:
    """Keys of a dict that is written out, here or as a variable of the function."""
    if isinstance(facts, ast.Name):
        for node in ast.walk(function):
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == facts.id:
                return keys_of(node.value, function)
    assert isinstance(facts, ast.Dict), ast.dump(facts)
    keys: set[str] = set()
    for key, value in zip(facts.keys, facts.values, strict=True):
        if isinstance(key, ast.Constant):
            keys.add(str(key.value))
        elif isinstance(value, ast.Name):  # **facts
            keys |= keys_of(value, function)
    return keys - {"exception"}  # logged as the line's traceback


def test_every_event_is_documented_key_by_key() -> None:
    """docs/logs.md names every event with exactly the keys that the source gives it, and no other."""
    documented = documented_events()
    emitted: dict[str, set[str]] = {}
    for name, keys in emitted_events():
        assert emitted.setdefault(name, keys) == keys, f"{name} has different keys in different places"
    assert len(emitted) >= 10
    assert emitted == documented


# --- metrics -------------------------------------------------------------------------------------


def exposed() -> set[str]:
    """Names in the exposition, as a query would use them (histograms without their suffixes)."""
    text = Metrics().exposition().decode()
    kinds = dict(re.findall(r"^# TYPE (\S+) (\w+)$", text, flags=re.MULTILINE))
    return {name for name in kinds if not name.endswith("_created")}


def test_every_metric_is_documented() -> None:
    """The table in docs/operations.md has exactly the metrics that are exposed."""
    table = re.findall(r"^\| (`watcher_[^|]*) \|", OPERATIONS, flags=re.MULTILINE)
    documented = {name for cell in table for name in re.findall(r"`(watcher_\w+)`", cell)}
    assert exposed() == documented


def test_the_rules_query_what_there_is() -> None:
    """The alerting rules are YAML and name exposed metrics only."""
    (text,) = [block for _, block in blocks(OPERATIONS) if block.startswith("groups:")]
    (group,) = yaml.safe_load(text)["groups"]
    for rule in group["rules"]:
        named = set(re.findall(r"watcher_\w+", rule["expr"]))
        assert named
        assert named <= exposed(), rule["alert"]


# --- examples ------------------------------------------------------------------------------------


def test_settings_in_the_pages_are_accepted(tmp_path: Path) -> None:
    """Each piece of watcher.yaml shown in operations.md loads, and says something that exists."""
    shutil.copytree(ROOT / "config", tmp_path / "config")
    pieces = [
        block for language, block in blocks(OPERATIONS) if language == "yaml" and "groups:" not in block
    ]
    assert len(pieces) >= 3
    for piece in pieces:
        (tmp_path / "config" / "watcher.yaml").write_text(piece, encoding="utf-8")
        loaded = load(tmp_path / "config", {"PING_URL": "https://ping.example/1"})
        (section,) = yaml.safe_load(piece)
        assert section in type(loaded.settings).model_fields


def test_the_examples_of_extending_work(tmp_path: Path) -> None:
    """The topic and the feed load as they are shown, and the topic finds the headline that is tried on it."""
    shutil.copytree(ROOT / "config", tmp_path / "config")
    for language, block in blocks(EXTENDING):
        if language == "yaml":
            path = tmp_path / "config" / block.splitlines()[0].removeprefix("# ")
            path.write_text(block, encoding="utf-8")
    loaded = load(tmp_path / "config", {})
    assert ["studio-tamani"] == [feed.id for feed in loaded.feeds.feeds]
    (headline,) = re.findall(r'explain --topic niger-uranium "(.*)"', EXTENDING)
    matcher = compile_matcher([loaded.profiles["niger-uranium"]])
    assert [True] == [found.on_topic for found in match(entry(headline), matcher)]
    assert not any(found.on_topic for found in match(entry("Nigeria to sell uranium to India"), matcher))


@pytest.mark.timeout(100)
def test_the_backup_session_runs(tmp_path: Path) -> None:
    """The commands under the marker, typed one after the other where a watcher has run, do what the page says."""
    found = re.findall(r"<!-- run -->\n```sh\n(.*?)```", OPERATIONS, flags=re.DOTALL)
    assert found
    with Stage() as stage:
        environment: dict[str, Any] = {
            key: value for key, value in os.environ.items() if not key.startswith(("TELEGRAM", "WATCHER"))
        }
        environment |= {
            "WATCHER_CONFIG": str(stage.config_dir),
            "WATCHER_STATE": str(tmp_path / "state"),
            "TELEGRAM_BOT_TOKEN": DEMO_TOKEN,
            "PYTHONPATH": str(ROOT),
        }
        script = (
            f'set -e\nwatcher() {{ "{sys.executable}" -m watcher "$@"; }}\nwatcher run --once --dry-run\n'
        )
        done = subprocess.run(
            ["bash", "-c", script + "".join(found)],
            capture_output=True, text=True, check=False, cwd=tmp_path, env=environment, timeout=90,
        )  # fmt: skip
    assert 0 == done.returncode, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert (tmp_path / "watcher-backup.db").stat().st_size > 0


@pytest.mark.parametrize("name", ["operations.md"])
def test_exit_codes_are_described(name: str) -> None:
    """The table of exit codes has each of them."""
    section = DOCS[name].partition("## Exit codes")[2].partition("\n## ")[0]
    assert [str(code.value) for code in ExitCode] == re.findall(r"^\| (\d) \|", section, flags=re.MULTILINE)
