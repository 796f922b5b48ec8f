"""Where the configuration and the seeds are: asked for, in the current directory, or packaged."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from watcher.errors import ConfigError

WATCHER_FILE = "watcher.yaml"
FEEDS_FILE = "feeds.yaml"
CONCEPTS_FILE = "concepts.yaml"
TOPICS_DIR = "topics"

_PACKAGE = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """A configuration directory and how it was found."""

    directory: Path
    origin: str  # "asked for" | "./config" | "packaged"

    def shown(self, file: Path) -> str:
        """A file's name as a user would type it: relative where that is shorter."""
        try:
            return str(file.absolute().relative_to(Path.cwd()))
        except ValueError:
            return str(file)


def locate(asked: Path | None) -> Location:
    """Find the configuration directory.

    Args:
        asked: from --config or $WATCHER_CONFIG: the directory, or one of its files; None = look for it in
            ./config, then take the packaged one.

    Raises:
        ConfigError: what was asked for is not there, or holds no configuration.
    """
    if asked is not None:
        directory = asked.parent if asked.is_file() else asked
        if not directory.is_dir():
            raise ConfigError([f"{asked}: there is no such directory (make one with: watcher init {asked})"])
        if not _holds_configuration(directory):
            missing = f"neither {WATCHER_FILE} nor {FEEDS_FILE} nor {TOPICS_DIR}/ is"
            where = "beside it: --config names a directory that holds them" if asked.is_file() else "in it"
            raise ConfigError([f"{asked}: {missing} {where}"])
        return Location(directory=directory, origin="asked for")
    local = Path("config")
    if _holds_configuration(local):
        return Location(directory=local, origin="./config")
    return Location(directory=packaged("config"), origin="packaged")


def packaged(name: str) -> Path:
    """A directory of the defaults: beside the code in a wheel, at the top of the tree in a checkout.

    Args:
        name: "config" or "seeds".

    Raises:
        ConfigError: the installation is incomplete.
    """
    for directory in (_PACKAGE / "_defaults" / name, _PACKAGE.parent / name):
        if directory.is_dir():
            return directory
    raise ConfigError([f"the packaged {name} are missing: the installation is incomplete"])


def _holds_configuration(directory: Path) -> bool:
    return any((directory / name).exists() for name in (WATCHER_FILE, FEEDS_FILE, TOPICS_DIR))
