"""Adding a language is one file: this test adds one, and nothing else."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]

CATALOGUE = """\
from dataclasses import replace
from watcher.core.rendering.catalogue.en import CATALOGUE as ENGLISH

CATALOGUE = replace(
    ENGLISH,
    also="Auch:",
    months=("Jan", "Feb", "Mär", "Apr", "Mai", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dez"),
    plural=lambda count: "one" if count == 1 else "other",
    answers={**ENGLISH.answers, "recent": "{count} Meldungen in 24 Stunden", "help status": "wie es steht"},
)
"""
USES = """\
import asyncio, sys
from datetime import UTC, datetime
from pathlib import Path
import watcher.core.rendering.catalogue as catalogue
catalogue.__path__.append(sys.argv[1])  # as if the file lay there

from watcher.bot.menus import register
from watcher.bot.wording import counted
from watcher.config import compile_runtime, load
from watcher.core.rendering.passages import moment

folder = Path(sys.argv[2])
target = compile_runtime(load(folder, {})).targets["desk"]
texts = catalogue.texts(target.language)
print(counted(texts, "recent", 3).plain, "|", texts.also, "|", moment(datetime(2026, 3, 29, tzinfo=UTC), target, texts))

class Bot:
    async def set_my_commands(self, menu, scope=None, language_code=None):
        print(language_code, menu[0].description)

asyncio.run(register(Bot(), (), ()))
"""


def test_a_catalogue_dropped_in_is_a_language(tmp_path: Path) -> None:
    """A target may have it, answers and times are in it, the menu of commands is registered in it."""
    (tmp_path / "catalogues").mkdir()
    (tmp_path / "catalogues" / "de.py").write_text(CATALOGUE, encoding="utf-8")
    config = tmp_path / "config"
    config.mkdir()
    (config / "watcher.yaml").write_text(
        'targets: [{id: desk, chat: "42", language: de}]\n', encoding="utf-8"
    )
    (config / "feeds.yaml").write_text(
        "feeds: [{id: one, url: 'https://one.example/feed'}]\n", encoding="utf-8"
    )
    (config / "topics").symlink_to(ROOT / "config" / "topics")
    (config / "concepts.yaml").symlink_to(ROOT / "config" / "concepts.yaml")
    done = subprocess.run(
        [sys.executable, "-c", USES, str(tmp_path / "catalogues"), str(config)],
        capture_output=True,
        text=True,
        check=False,
        timeout=20,
        cwd=ROOT,
    )
    assert 0 == done.returncode, done.stderr
    assert done.stdout.splitlines() == [
        "3 Meldungen in 24 Stunden | Auch: | 29 Mär 00:00",
        "de wie es steht",
        "None is all well, and what waits",
        "fr tout va bien ? et ce qui attend",
    ]
