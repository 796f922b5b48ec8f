"""feeds.yaml as the `feeds` commands see it: its text, edits that keep comments, and saving them checked."""

from __future__ import annotations

import os
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from watcher.config import load
from watcher.config.compiling import feed_configs
from watcher.config.editing import append_items, remove
from watcher.config.locating import FEEDS_FILE, locate
from watcher.config.marks import parse
from watcher.config.problems import suggestion
from watcher.config.saving import save
from watcher.core.text.urls import canonical_url
from watcher.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from watcher.cli.context import CliContext
    from watcher.config import Loaded
    from watcher.core.model import FeedConfig

LIST = ("feeds",)
_NO_FEEDS = re.compile(r"^feeds:\s*\[\s*\]", re.MULTILINE)
_OF_ITEM = re.compile(r"^.*?: feeds\.\d+\.")
MAX_ID = 40
_PUBLIC_SUFFIXES = {"co", "com", "org", "net", "gov", "gouv", "gob", "go", "ac", "edu", "or", "ne", "info"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedFile:
    """The feeds file of one configuration."""

    loaded: Loaded
    path: Path
    text: str
    asked: Path | None  # the configuration the user asked for

    @classmethod
    def open(cls, ctx: CliContext) -> FeedFile:
        """Read it.

        Raises:
            ConfigError: the configuration has mistakes already, or is the packaged one.
        """
        location = locate(ctx.config_location)
        if location.origin == "packaged":
            raise ConfigError(
                [
                    "the packaged feed list is not edited: make a configuration of your own with: watcher init config"
                ]
            )
        path = location.directory / FEEDS_FILE
        begun = _begun(path)
        instead = {} if begun is None else {path: "feeds: []\n"}
        loaded = load(ctx.config_location, os.environ, instead=instead, feeds_needed=begun is None)
        text = path.read_text(encoding="utf-8") if begun is None else begun
        return cls(loaded=loaded, path=path, text=text, asked=ctx.config_location)

    def watching(self, url: str) -> str | None:
        """The id of the feed that has this address already, in whatever spelling."""
        wanted = canonical_url(url)
        return next((feed.id for feed in self.loaded.feeds.feeds if canonical_url(feed.url) == wanted), None)

    def try_item(self, item: dict[str, Any]) -> FeedConfig:
        """What would be polled, were this item added; the file stays as it is.

        Raises:
            ConfigError: the item has mistakes, such as a variable that is not set.
        """
        changed = append_items(self.text, LIST, [item | {"enabled": True}], name=self.path.name)
        try:
            loaded = load(self.asked, os.environ, instead={self.path: changed})
        except ConfigError as error:  # its places are those of a file that is not written
            said = [_OF_ITEM.sub("", problem.splitlines()[0]) for problem in error.problems]
            raise ConfigError([f"nothing was added: {'; '.join(said)}"]) from None
        return feed_configs(loaded)[item["id"]]

    def add(self, items: Sequence[dict[str, Any]]) -> None:
        """Append feeds and save.

        Raises:
            ConfigError: nothing was changed.
        """
        save(self.asked, os.environ, {self.path: append_items(self.text, LIST, items, name=self.path.name)})

    def remove(self, ids: Collection[str]) -> None:
        """Take feeds out and save.

        Raises:
            ConfigError: one of them is not there; nothing was changed.
        """
        known = [feed.id for feed in self.loaded.feeds.feeds]
        unknown = [name for name in ids if name not in known]
        if unknown:
            raise ConfigError([f"there is no feed '{name}'{suggestion(name, known)}" for name in unknown])
        if not any(feed.enabled and feed.id not in ids for feed in self.loaded.feeds.feeds):
            raise ConfigError(["nothing was removed: no feed would be left to poll; add another one first"])
        text = self.text
        for position in sorted((known.index(name) for name in ids), reverse=True):
            text = remove(text, (*LIST, position), name=self.path.name)
        save(self.asked, os.environ, {self.path: text})


def _begun(path: Path) -> str | None:
    """The text of a list without feeds, ready for a first one; None = it holds some, or cannot be read."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return "feeds:\n"
    except (OSError, UnicodeDecodeError):
        return None  # loading says what is wrong
    document = parse(text, path.name)
    data = {} if document.root is None else document.data
    if document.problems or not isinstance(data, dict) or data.get("feeds"):
        return None
    if "feeds" not in data:
        return f"{text.rstrip()}\n\nfeeds:\n".lstrip()
    return _NO_FEEDS.sub("feeds:", text)


def new_id(outlet: str, url: str, taken: Collection[str]) -> str:
    """An id nobody has: the outlet in plain letters, else the host; a number when it is taken."""
    base = _slug(outlet) or _slug(host_name(url)) or "feed"
    if base not in taken:
        return base
    return next(name for n in range(2, len(taken) + 3) if (name := f"{base}-{n}") not in taken)


def host_name(url: str) -> str:
    """The telling part of a host: "studiotamani" of www.studiotamani.org, "bbc" of feeds.bbci.co.uk is "bbci"."""
    try:
        labels = (urlsplit(url).hostname or "").split(".")
    except ValueError:
        return ""
    if len(labels) > 1 and not labels[-1].isdigit():
        labels = labels[:-1]
    while len(labels) > 1 and labels[-1] in _PUBLIC_SUFFIXES:
        labels = labels[:-1]
    return labels[-1] if not labels[-1].isdigit() else "-".join(labels)


def _slug(text: str) -> str:
    """Lower-case letters, digits and hyphens; "" when nothing of the text can be written so."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii").lower()
    words = re.findall(r"[a-z0-9]+", plain)
    return "-".join(words)[:MAX_ID].strip("-")
