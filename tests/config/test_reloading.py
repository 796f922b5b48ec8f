"""C2: changes are noticed cheaply, and told in words."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from tests.config.conftest import FEEDS, TOPIC
from watcher.config import compile_runtime
from watcher.config.describing import describe_changes, restart_needed
from watcher.config.watching import Watch

if TYPE_CHECKING:
    from pathlib import Path

    from tests.config.conftest import Try


def test_a_change_is_seen_once_when_it_has_settled(directory: Path, loaded: Try) -> None:
    """The first look sees movement, the second the same state: only then it counts, and only once."""
    watch = Watch(directory, loaded().fingerprint)
    assert [False, False] == [watch.changed(), watch.changed()]
    (directory / "feeds.yaml").write_text(FEEDS + "# more\n", encoding="utf-8")
    assert [False, True, False] == [watch.changed(), watch.changed(), watch.changed()]


def test_a_file_that_is_still_written_is_waited_for(directory: Path, loaded: Try) -> None:
    """As long as it differs from look to look, nothing is told."""
    watch = Watch(directory, loaded().fingerprint)
    seen = []
    for number in range(4):
        (directory / "feeds.yaml").write_text(FEEDS + "#" * number, encoding="utf-8")
        seen.append(watch.changed())
    assert [False, False, False, False] == seen
    assert watch.changed()


def test_new_and_removed_files_are_changes(directory: Path, loaded: Try) -> None:
    """A topic dropped in or taken away, a watcher.yaml that appears."""
    watch = Watch(directory, loaded().fingerprint)
    for change in (
        lambda: (directory / "topics" / "new.yaml").write_text("id: new\n", encoding="utf-8"),
        lambda: (directory / "topics" / "new.yaml").unlink(),
        lambda: (directory / "watcher.yaml").write_text("log:\n", encoding="utf-8"),
    ):
        change()
        assert [False, True] == [watch.changed(), watch.changed()]


def test_a_file_replaced_by_one_of_the_same_size_is_a_change(directory: Path, loaded: Try) -> None:
    """The time of change tells, also when it goes back."""
    watch = Watch(directory, loaded().fingerprint)
    os.utime(directory / "feeds.yaml", ns=(10**18, 10**18))
    assert [False, True] == [watch.changed(), watch.changed()]


def test_nothing_changed_is_no_line(loaded: Try) -> None:
    """The same configuration loaded twice does not differ."""
    assert [] == describe_changes(compile_runtime(loaded()), compile_runtime(loaded()))


def test_changes_are_told_in_words_without_secrets(loaded: Try) -> None:
    """Feeds, topics and targets that came, went or changed; limits; of access only that it changed."""
    old = loaded(
        {
            "feeds.yaml": FEEDS
            + "    headers: {X-Key: old-secret}\n"
            + "  - {id: gone, url: 'https://gone.example.org/'}\n"
            + "  - {id: moved, url: 'https://moved.example.org/?key=old-secret'}\n",
            "watcher.yaml": "targets: [{id: desk}]\nalerts: {flood: {per_feed: 10}}\n",
        }
    )
    before = compile_runtime(old)
    new = loaded(
        {
            "feeds.yaml": FEEDS
            + "    interval: 20m\n    headers: {X-Key: new-secret}\n"
            + "  - {id: fresh, url: 'https://fresh.example.org/'}\n"
            + "  - {id: moved, url: 'https://moved.example.org/?key=new-secret&a=b'}\n",
            "watcher.yaml": "targets: [{id: desk, silent: true, min_score: 60}]\nalerts: {flood: {per_feed: 5}}\n",
            "topics/aes.yaml": TOPIC.replace("score: 80", "score: 90") + "threshold: 60\n",
        }
    )
    lines = describe_changes(before, compile_runtime(new))
    assert [
        "topic aes: concepts or patterns changed, threshold 50 → 60",
        "feed fresh: new",
        "feed gone: gone",
        "feed sahel-radio: interval 600 → 1200, access changed",
        "feed moved: url https://moved.example.org/?key=*** → https://moved.example.org/?key=***&a=b",
        "target desk: min score 0 → 60, silent off → on",
        "flood feed count 10 → 5",
    ] == lines
    assert "secret" not in "\n".join(lines)


def test_what_needs_a_restart_is_named(loaded: Try) -> None:
    """Connections, log and testing settings are read at start."""
    old = loaded().settings
    new = loaded({"watcher.yaml": "log: {level: debug}\npolling: {deadline: 20s, interval: 5m}\n"}).settings
    assert ["log.level", "polling.deadline"] == restart_needed(old, new)


def test_a_changed_threshold_is_called_nothing_else(loaded: Try) -> None:
    """A profile's version follows from its content and is no change of its own."""
    before = compile_runtime(loaded())
    lines = describe_changes(before, compile_runtime(loaded({"topics/aes.yaml": TOPIC + "threshold: 60\n"})))
    assert ["topic aes: threshold 50 → 60"] == lines
