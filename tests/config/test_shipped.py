"""What ships is right and current: the defaults, their comments, the schemas, the reference."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema
import pytest

from watcher.config import load, locate, packaged
from watcher.config.fields import parse_duration
from watcher.config.marks import parse
from watcher.config.models import FeedsFile, Settings
from watcher.config.schema import FILES, schema
from watcher.config.starter import STARTER_IDS, starter_feeds
from watcher.config.validation import validate

if TYPE_CHECKING:
    from tests.config.conftest import Refusal

ROOT = Path(__file__).resolve().parents[2]


def test_the_packaged_configuration_is_valid(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without any configuration of one's own the shipped one is found and has no mistake."""
    monkeypatch.chdir(tmp_path)
    loaded = load(None, {})
    assert "packaged" == loaded.location.origin
    assert () == loaded.warnings
    assert len(loaded.feeds.feeds) >= 30


def test_the_commented_settings_are_the_defaults() -> None:
    """watcher.yaml shows every default as a comment; uncommented it is valid and changes nothing."""
    text = (packaged("config") / "watcher.yaml").read_text(encoding="utf-8")
    uncommented = re.sub(r"^(  )# ( *(?:- )?[\w-]+:)", r"\1\2", text, flags=re.MULTILINE)
    document = parse(uncommented, "watcher.yaml")
    env = {
        "TELEGRAM_CHAT_ID": "1",
        "FEED_PROXY": "http://p",
        "TELEGRAM_PROXY": "http://p",
        "PING_URL": "https://p",
    }
    settings = validate(document, Settings, env)
    assert [] == [problem.show() for problem in document.problems]
    assert settings is not None
    for section in ("polling", "stories", "alerts", "retention", "metrics", "health", "notices", "log"):
        shown, default = getattr(settings, section), getattr(Settings(), section)
        for name in type(shown).model_fields:
            assert name in uncommented
            if name not in ("contact", "proxy", "port", "ping_url"):
                assert getattr(default, name) == getattr(shown, name), f"{section}.{name}"


@pytest.mark.parametrize("file", ["watcher.yaml", "feeds.yaml", "concepts.yaml", "topics/*.yaml"])
def test_every_file_names_its_schema(file: str) -> None:
    """The first line tells editors where the schema is, and it is there."""
    for path in packaged("config").glob(file):
        first = path.read_text(encoding="utf-8").splitlines()[0]
        named = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", first)
        assert named is not None, path
        assert (path.parent / named[1]).is_file(), path


@pytest.mark.parametrize(
    ("kind", "files"),
    [
        ("watcher", "watcher.yaml"),
        ("feeds", "feeds.yaml"),
        ("concepts", "concepts.yaml"),
        ("topic", "topics/*.yaml"),
    ],
)
def test_editors_find_nothing_wrong_in_what_ships(kind: str, files: str) -> None:
    """Sections whose settings are all commented out included."""
    config = packaged("config")
    rules = json.loads((config / f"schema/{kind}.json").read_text(encoding="utf-8"))
    checker = jsonschema.validators.validator_for(rules)(rules)
    for path in config.glob(files):
        data = parse(path.read_text(encoding="utf-8"), path.name).data
        assert [error.message for error in checker.iter_errors(data)] == []


def test_schemas_and_reference_are_current() -> None:
    """They are written from the models by scripts/config_reference.py."""
    spec = importlib.util.spec_from_file_location(
        "config_reference", ROOT / "scripts" / "config_reference.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert [] == [str(path) for path in module.stale()], "run: python scripts/config_reference.py"


def test_the_references_example_is_what_is_told(refusal: Refusal) -> None:
    """The error shown on the reference page is the one that such a file gets."""
    said = refusal({"watcher.yaml": "polling:\n  intervall: 10m\n"})
    assert f"```\n{said}\n```" in (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", FILES)
def test_every_setting_is_described(name: str) -> None:
    """The models are the reference: no property without a description."""
    root = schema(name)
    for model in (root, *root.get("$defs", {}).values()):
        for key, given in model.get("properties", {}).items():
            described = given.get("description") or "$ref" in given
            assert described, f"{model.get('title')}: {key}"


def test_schemas_show_defaults_as_they_are_written() -> None:
    """A duration's default is a text that can be typed."""
    interval = schema("watcher")["$defs"]["Polling"]["properties"]["interval"]
    assert 600 == parse_duration(interval["default"])
    assert re.match(interval["pattern"], "1h30m")
    assert not re.match(interval["pattern"], "600")
    assert json.dumps(schema("watcher"))


def test_the_starter_feeds_are_shipped_feeds() -> None:
    """The short list is a part of the shipped one, comments included, and valid."""
    shipped_text = (packaged("config") / "feeds.yaml").read_text(encoding="utf-8")
    document = parse(starter_feeds(shipped_text), "feeds.yaml")
    starter = validate(document, FeedsFile, {})
    shipped = validate(parse(shipped_text, "feeds.yaml"), FeedsFile, {})
    assert starter is not None
    assert shipped is not None
    by_id = {feed.id: feed for feed in shipped.feeds}
    assert set(STARTER_IDS) == {feed.id for feed in starter.feeds}
    assert all(by_id[feed.id] == feed and feed.enabled for feed in starter.feeds)
    assert "# confirmed:" in document.text


def test_a_local_configuration_comes_before_the_packaged_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """./config is taken when it holds a configuration, and only then."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config").mkdir()
    assert "packaged" == locate(None).origin
    (tmp_path / "config" / "feeds.yaml").write_text("feeds: []\n", encoding="utf-8")
    assert "./config" == locate(None).origin


def test_seeds_are_packaged() -> None:
    """Seeds are found where the configuration is."""
    assert any(packaged("seeds").iterdir())
