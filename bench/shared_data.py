"""Judged and unjudged headlines that lie outside the repository, as entries.

Found in $WATCHER_SHARED, else in ../shared beside the repository; nothing of them is ever copied in here.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from watcher.core.model import Entry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from watcher.core.deciding import Runtime

ROOT = Path(__file__).resolve().parent.parent


def shared(name: str) -> Path:
    """Return a file of the shared data; ends the program kindly when it is not there."""
    folder = Path(os.environ.get("WATCHER_SHARED") or ROOT.parent / "shared")
    path = folder / name
    if not path.exists():
        sys.exit(f"{path} is not there: set WATCHER_SHARED to the folder that holds {name}")
    return path


def records(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the records of a JSON-lines file, gzipped or not."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)


def entry_of(record: dict[str, Any]) -> Entry:
    """Make an entry of a record; it is taken as first seen when it was published."""
    at = datetime.fromisoformat(record["published"])
    key = (
        record.get("id")
        or hashlib.sha1(record["title"].casefold().encode(), usedforsecurity=False).hexdigest()[:16]
    )
    return Entry(
        id=key,
        feed_id=record["source"],
        guid=key,
        url=record.get("url") or "",
        canonical_url=record.get("url") or "",
        title=record["title"],
        summary=record.get("summary") or "",
        outlet=record["source"],
        language=record.get("language"),
        published_at=at,
        first_seen_at=at,
    )


def runtime() -> Runtime:
    """Return the project's own configuration, with one target that takes everything and has no budget."""
    from dataclasses import replace

    from watcher.config import load
    from watcher.config.compiling import compile_runtime
    from watcher.core.model import Target

    compiled = compile_runtime(load(ROOT / "config", {}))
    return replace(compiled, targets={"desk": Target(id="desk", max_alerts_per_hour=1_000_000)})
