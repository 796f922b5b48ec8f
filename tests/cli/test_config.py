"""`watcher config`: what is in force, where from, and the schemas."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from watcher.cli.config import command
from watcher.cli.context import CliContext
from watcher.config import packaged
from watcher.config.marks import parse

if TYPE_CHECKING:
    from pathlib import Path

SECRET = "hunter2-5c1d"


@pytest.fixture
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The shipped topics with a small feeds.yaml full of secrets."""
    monkeypatch.chdir(tmp_path)
    for name in ("TELEGRAM_BOT_TOKEN", "TELEGRAM_BOT_TOKEN_FILE", "TELEGRAM_CHAT_ID", "WATCHER_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    directory = tmp_path / "config"
    (directory / "topics").mkdir(parents=True)
    for source in (
        "concepts.yaml",
        *(f"topics/{path.name}" for path in (packaged("config") / "topics").iterdir()),
    ):
        (directory / source).write_bytes((packaged("config") / source).read_bytes())
    (directory / "feeds.yaml").write_text(
        f"feeds:\n  - id: a\n    url: https://a.example.org/?key={SECRET}\n    cookie: {SECRET}\n"
        f"    proxy: http://u:{SECRET}@p.example:1\n    headers: {{X-Key: {SECRET}}}\n"
        f"    auth: {{username: u, password: {SECRET}}}\n",
        encoding="utf-8",
    )
    (directory / "watcher.yaml").write_text(
        f"polling: {{interval: 15m, proxy: 'http://u:{SECRET}@p.example:1'}}\n", encoding="utf-8"
    )
    return directory


def run(*arguments: str, config: str | None = None, env: dict[str, str] | None = None) -> tuple[int, str]:
    """Run `watcher config …`; its exit code and what it printed."""
    context = CliContext(config=config, state="data")
    result = CliRunner().invoke(command, list(arguments), obj=context, env=env, catch_exceptions=False)
    return result.exit_code, result.output


def test_show_prints_what_is_in_force_without_secrets(directory: Path) -> None:
    """Defaults filled in, the default target included, secrets masked."""
    code, output = run("show", "--feeds", "--topics", env={"TELEGRAM_BOT_TOKEN": f"1:{SECRET}"})
    assert 0 == code
    assert SECRET not in output
    data = parse(output, "shown").data
    assert {"interval": "15m", "max_interval": "1h", "max_body": "10 MiB", "proxy": "***"}.items() <= data[
        "polling"
    ].items()
    assert "***" == data["telegram"]["token"]
    assert ["console"] == [target["id"] for target in data["targets"]]
    assert ["auth", "X-Key", "Cookie", "proxy"] == data["feeds"][0]["access"]
    assert {"aes", "russia-sahel", "counterterrorism"} == {topic["id"] for topic in data["topics"]}


def test_show_as_json_says_the_same(directory: Path) -> None:
    """--json prints the same data."""
    assert parse(run("show", "--feeds")[1], "shown").data == json.loads(run("show", "--feeds", "--json")[1])


def test_path_names_the_files(directory: Path) -> None:
    """Which directory, how it was found, which files were read; broken files do not matter."""
    (directory / "watcher.yaml").write_text("[broken", encoding="utf-8")
    code, output = run("path")
    assert 0 == code
    assert output.startswith("config (./config)\n  config/watcher.yaml\n  config/feeds.yaml\n")
    told = json.loads(run("path", "--json", config=str(packaged("config")))[1])
    assert ("asked for", str(packaged("config") / "watcher.yaml")) == (told["found"], told["files"][0])


@pytest.mark.parametrize("kind", ["watcher", "feeds", "topic", "concepts"])
def test_schema_prints_what_is_kept_beside_the_files(kind: str) -> None:
    """`config schema` prints the schema that the files name."""
    code, output = run("schema", kind)
    assert 0 == code
    assert (packaged("config") / "schema" / f"{kind}.json").read_text(encoding="utf-8") == output


def test_schema_is_watcher_yamls_by_default() -> None:
    """Without a kind: the main file's."""
    assert json.loads(run("schema")[1])["title"].startswith("watcher.yaml")
