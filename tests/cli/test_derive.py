"""`watcher derive` from the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from watcher.cli.context import CliContext
from watcher.cli.derive import command
from watcher.config.marks import parse
from watcher.config.topics import TopicFile
from watcher.errors import WatcherError

if TYPE_CHECKING:
    from pathlib import Path

SEED = """\
Subscribe to our newsletter

Dam at Orlova gives way: at least nine dead

The old dam above Orlova broke on Sunday night, and the river Szara drowned the valley, the governor Jonas Brill said.
"""
PAGE = """\
<!doctype html><html lang="en"><head><title>Dam at Orlova gives way | Gazette</title></head><body>
<nav><a href="/">Home</a> <a href="/sport">Sport</a> <a href="/cooking">Cooking</a></nav>
<article><h1>Dam at Orlova gives way: at least nine dead</h1>
<p>The old dam above Orlova broke on Sunday night, and the river Szara drowned the whole valley below it.</p>
<p>Nine bodies were found in the streets of Orlova by Monday noon, the governor of the province, Jonas Brill, said.</p>
<p>Engineers had called the spillway of the dam cracked as early as March, according to a report that was never read.</p>
</article><footer><p>Cookies help us to deliver our services to you.</p></footer></body></html>
"""


def derive(*arguments: str) -> Result:
    """Run the command with the packaged configuration."""
    context = CliContext(config=None, state="unused")
    return CliRunner().invoke(command, list(arguments), obj=context)


@pytest.fixture
def seed(tmp_path: Path) -> Path:
    """A pasted article."""
    path = tmp_path / "dam.txt"
    path.write_text(SEED, encoding="utf-8")
    return path


def test_a_draft_is_a_valid_topic_file(seed: Path) -> None:
    """What is printed loads, and says what the seeds themselves score."""
    result = derive(str(seed), "--topic", "orlova")
    assert 0 == result.exit_code, result.output
    document = parse(result.stdout, "x")
    assert [] == document.problems
    assert "orlova" == TopicFile.model_validate(document.data).id
    assert "the seeds themselves score" in result.stdout
    assert "newsletter" not in result.stdout


def test_a_file_is_never_overwritten(seed: Path, tmp_path: Path) -> None:
    """-o writes once; the second time it refuses and names --update."""
    target = tmp_path / "orlova.yaml"
    assert 0 == derive(str(seed), "--topic", "orlova", "-o", str(target)).exit_code
    written = target.read_text("utf-8")
    again = derive(str(seed), "--topic", "orlova", "-o", str(target))
    assert isinstance(again.exception, WatcherError)
    assert "--update" in str(again.exception)
    assert written == target.read_text("utf-8")


def test_update_shows_a_diff_and_writes_nothing(seed: Path, tmp_path: Path) -> None:
    """New seeds bring a unified diff; the file stays."""
    target = tmp_path / "orlova.yaml"
    derive(str(seed), "--topic", "orlova", "-o", str(target))
    before = target.read_text("utf-8")
    new = tmp_path / "new.txt"
    new.write_text(
        "Halina Prus questioned over Orlova dam\n\nThe engineer Halina Prus was questioned on Monday. Prus is silent.\n",
        encoding="utf-8",
    )
    result = derive(str(new), "--update", str(target))
    assert 0 == result.exit_code, result.output
    assert any(line.startswith("+") and "Halina Prus" in line for line in result.stdout.splitlines())
    assert not any(line.startswith("-") and "seeds:" not in line for line in result.stdout.splitlines()[2:])
    assert before == target.read_text("utf-8")


def test_a_saved_page_is_read_without_its_menus(tmp_path: Path) -> None:
    """HTML goes through the extractor, in a process of its own."""
    pytest.importorskip("trafilatura")
    page = tmp_path / "page.html"
    page.write_text(PAGE, encoding="utf-8")
    result = derive(str(page), "--topic", "orlova")
    assert 0 == result.exit_code, result.exception
    assert "Orlova" in result.stdout
    assert "Cooking" not in result.stdout
    assert "Cookies" not in result.stdout


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (None, "cannot be read"),
        (b"", "no article text"),
        (b"Accept all cookies\n\nSign in\n", "no article text"),
    ],
)
def test_a_seed_without_an_article_is_told_by_name(
    tmp_path: Path, content: bytes | None, expected: str
) -> None:
    """The message names the file and what is wrong with it."""
    path = tmp_path / "empty.txt"
    if content is not None:
        path.write_bytes(content)
    result = derive(str(path), "--topic", "orlova")
    assert isinstance(result.exception, WatcherError)
    assert expected in str(result.exception)
    assert "empty.txt" in str(result.exception)


def test_the_topic_must_be_named(seed: Path) -> None:
    """Without --topic and without --update there is nothing to call it."""
    result = derive(str(seed))
    assert 2 == result.exit_code
    assert "--topic" in result.output


def test_the_topic_must_have_a_usable_id(seed: Path) -> None:
    """It names a file; told before any seed is read."""
    result = derive(str(seed), "--topic", "The Dam")
    assert 2 == result.exit_code
    assert "lower-case letters" in result.output


def test_a_file_to_update_that_is_no_text_is_told(seed: Path, tmp_path: Path) -> None:
    """A wrong encoding is a message with the file's name."""
    target = tmp_path / "orlova.yaml"
    target.write_bytes(b"id: orlova\nname: M\xe4rz\n")
    result = derive(str(seed), "--update", str(target))
    assert isinstance(result.exception, WatcherError)
    assert f"{target}: not UTF-8" in str(result.exception)
