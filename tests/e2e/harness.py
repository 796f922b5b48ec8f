"""A real watcher process against loopback feeds and a loopback Bot API: what the end-to-end tests share."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from watcher.config.marks import parse
from watcher.core.model import DeliveryState
from watcher.core.text.languages import LANGUAGES
from watcher.demo.feedserver import Item
from watcher.store.reading import ReadStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from watcher.core.model import Delivery

ROOT = Path(__file__).parent.parent.parent
LEFT_OUT = set(LANGUAGES) - {"en", "fr"}
TOKEN = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
CHAT = "4242"

WATCHER_YAML = """\
polling:
  interval: 1s
  max_interval: 2s
alerts:
  edit_delay: {edit_delay}
  edit_interval: 1s
telegram:
  base_url: {base_url}
testing:
  min_interval: 1s
  lift_host_limits: true
  allow_private: [{allowed}]
"""


def wait_until(condition: Callable[[], Any], what: str, timeout_s: float = 15.0) -> Any:
    """Wait for a condition; fail with its name when it does not come."""
    deadline = time.monotonic() + timeout_s
    while not (found := condition()):
        assert time.monotonic() < deadline, f"timed out waiting until {what}"
        time.sleep(0.02)
    return found


def item(title: str, outlet: str = "alpha", **facts: str) -> Item:
    """An item published a minute ago; its link is made of its title."""
    link = f"https://{outlet}.example/{abs(hash(title))}"
    return Item(title=title, link=link, published_at=datetime.now(UTC) - timedelta(minutes=1), **facts)


@cache
def in_two_languages(concepts: str) -> str:
    """The shared concepts in English and French alone: a process is up in two thirds of the time, and the suite
    starts a hundred."""

    def kept(value: Any, within: str) -> Any:
        if not isinstance(value, dict):
            return value
        return {
            key: kept(item, key)
            for key, item in value.items()
            if not (isinstance(item, list) and key in LEFT_OUT and within != "members")
        }

    return json.dumps(kept(parse(concepts, "concepts.yaml").data, ""), ensure_ascii=False)


class Site:
    """A configuration and a state directory for `watcher run`."""

    def __init__(
        self, directory: Path, *, base_url: str = "https://api.telegram.org", lean: bool = False
    ) -> None:
        self.config = directory / "config"
        self.state = directory / "state"
        self.logs = directory / "logs"  # apart from the state, which a rehearsal may fill to the last byte
        self.surroundings: dict[str, str] = {}  # further environment variables
        self.base_url = base_url
        self.feeds: dict[str, tuple[str, str, str]] = {}
        self.edit_delay = "0s"
        self.config.mkdir(parents=True, exist_ok=True)
        shutil.copytree(ROOT / "config" / "topics", self.config / "topics", dirs_exist_ok=True)
        concepts = (ROOT / "config" / "concepts.yaml").read_text(encoding="utf-8")
        (self.config / "concepts.yaml").write_text(in_two_languages(concepts) if lean else concepts, "utf-8")

    def add_feed(self, feed_id: str, url: str, *, outlet: str = "", language: str = "en") -> None:
        """Configure one feed; call `write` when all are there."""
        self.feeds[feed_id] = (url, outlet or feed_id.title(), language)

    def write(self) -> None:
        """Write watcher.yaml and feeds.yaml."""
        ports = sorted({url.split("/")[2] for url, _, _ in self.feeds.values()})
        text = WATCHER_YAML.format(
            base_url=self.base_url,
            allowed=", ".join(f'"{port}"' for port in ports),
            edit_delay=self.edit_delay,
        )
        (self.config / "watcher.yaml").write_text(text, encoding="utf-8")
        lines = ["feeds:"]
        for feed_id, (url, outlet, language) in self.feeds.items():
            lines.append(
                f"  - {{id: {feed_id}, url: {json.dumps(url)}, outlet: {outlet}, language: {language}}}"
            )
        (self.config / "feeds.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")

    def command(self, *arguments: str) -> list[str]:
        """The command line of `watcher` on this site."""
        return [
            sys.executable,
            "-m",
            "watcher",
            "--config",
            str(self.config),
            "--state",
            str(self.state),
            *arguments,
        ]

    def environment(self, *, telegram: bool = True) -> dict[str, str]:
        """The environment without anything of the tester's own."""
        env = {key: value for key, value in os.environ.items() if not key.startswith(("TELEGRAM", "WATCHER"))}
        if telegram:
            env |= {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_CHAT_ID": CHAT}
        return env | self.surroundings

    def ask(self, *arguments: str, telegram: bool = True) -> subprocess.CompletedProcess[str]:
        """Run one command to its end."""
        return subprocess.run(
            self.command(*arguments),
            capture_output=True,
            text=True,
            check=False,
            timeout=30,
            env=self.environment(telegram=telegram),
        )

    def ask_json(self, *arguments: str) -> Any:
        """Run one command with --json and read what it says."""
        done = self.ask(*arguments, "--json")
        assert 0 == done.returncode, done.stderr
        return json.loads(done.stdout)

    def waiting(self) -> list[Delivery]:
        """Rows of the outbox that are not delivered, read beside the running watcher."""
        with ReadStore(self.state / "watcher.db") as store:
            return store.deliveries(states=[s for s in DeliveryState if s is not DeliveryState.DELIVERED])

    @contextmanager
    def running(self, *arguments: str, telegram: bool = True) -> Iterator[Running]:
        """`watcher run`, ended whatever happens."""
        self.state.mkdir(parents=True, exist_ok=True)
        running = Running(self, arguments, telegram=telegram)
        try:
            yield running
        finally:
            running.kill()


class Running:
    """A running `watcher run`; its logs are kept in files beside the state."""

    def __init__(self, site: Site, arguments: tuple[str, ...], *, telegram: bool) -> None:
        site.logs.mkdir(exist_ok=True)
        number = len(list(site.logs.glob("*.err")))
        self.out_path = site.logs / f"{number}.out"
        self.err_path = site.logs / f"{number}.err"
        with self.out_path.open("w") as out, self.err_path.open("w") as err:
            self.process = subprocess.Popen(
                site.command("run", "--log-format", "json", *arguments),
                stdout=out,
                stderr=err,
                env=site.environment(telegram=telegram),
            )

    @property
    def out(self) -> str:
        """What it printed so far."""
        return self.out_path.read_text(encoding="utf-8")

    @property
    def err(self) -> str:
        """What it logged so far."""
        return self.err_path.read_text(encoding="utf-8")

    def events(self, name: str) -> list[dict[str, Any]]:
        """Its log lines of one event."""
        lines = [
            json.loads(line) for line in self.err.splitlines() if line.startswith("{") and line.endswith("}")
        ]
        return [line for line in lines if line.get("event") == name]

    def polled(self, feed_id: str, times: int = 1) -> bool:
        """Whether a feed has been polled so many times."""
        return sum(event["feed"] == feed_id for event in self.events("poll")) >= times

    def wait_polled(self, feed_ids: list[str], times: int = 1) -> None:
        """Wait until each of these feeds has been polled so often."""
        wait_until(
            lambda: all(self.polled(feed_id, times) for feed_id in feed_ids) or self._dead(),
            f"{feed_ids} were polled {times} times",
        )
        assert not self._dead(), self.err

    def terminate(self) -> int:
        """SIGTERM, and the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(25)

    def kill(self) -> None:
        """SIGKILL; harmless when it has ended."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(10)

    def _dead(self) -> bool:
        return self.process.poll() is not None
