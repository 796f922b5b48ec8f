"""Write an edited configuration file, once the whole configuration has been checked with it."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from watcher.config.loading import Loaded, load
from watcher.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping


def save(asked: Path | None, env: Mapping[str, str], edited: Mapping[Path, str]) -> Loaded:
    """Check the configuration with the edited texts in their files' places, then write them.

    Args:
        asked, env: as for `load`.
        edited: file within the configuration's directory -> its new text.

    Returns:
        The configuration as it is now.

    Raises:
        ConfigError: it would have mistakes, or a file cannot be written; then no file was changed, except
            that of several files some may be written when a later one fails.
    """
    loaded = load(asked, env, instead=edited)
    if loaded.location.origin == "packaged":
        raise ConfigError(
            [f"{loaded.location.directory}: the packaged configuration is not edited (watcher init DIR)"]
        )
    for path, text in edited.items():
        try:
            _replace(path, text.encode("utf-8"))
        except OSError as error:
            raise ConfigError([f"{path}: cannot be written: {error.strerror or error}"]) from error
    return loaded


def _replace(path: Path, content: bytes) -> None:
    """Swap the file whole, so that nobody ever reads half of it; a mounted file can only be written in place."""
    target = path.resolve()
    mode = target.stat().st_mode if target.exists() else 0o644
    if not mode & 0o222 or (target.exists() and not os.access(target, os.W_OK)):
        raise PermissionError(errno.EACCES, "it is read-only")  # though its directory may be writable
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(mode & 0o777)
        try:
            temporary.replace(target)
        except OSError:
            target.write_bytes(content)
    finally:
        temporary.unlink(missing_ok=True)
