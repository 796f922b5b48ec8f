"""The demo, played once for all tests that look at what it shows."""

from __future__ import annotations

import functools
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

# What the command line does, with every address that is looked up or connected to written down.
WATCHED = """
import sys
asked = set()
def note(event, args):
    if event == "socket.connect" and isinstance(args[1], tuple):
        asked.add(str(args[1][0]))
    elif event == "socket.getaddrinfo":
        asked.add(str(args[0]))
sys.addaudithook(note)
from watcher.__main__ import main
code = main(["demo"])
open(sys.argv[1], "w").write("\\n".join(sorted(asked)))
sys.exit(code)
"""


@dataclass(frozen=True)
class Played:
    """A demo that came to its end."""

    code: int
    out: str
    err: str
    duration_s: float
    hosts: tuple[str, ...]  # asked for by name or connected to
    left_behind: tuple[str, ...]  # files in its directories for temporary files and work


def environment(temporary: Path) -> dict[str, str]:
    """The environment without anything of the tester's own."""
    env = {key: value for key, value in os.environ.items() if not key.startswith(("TELEGRAM", "WATCHER"))}
    return env | {"TMPDIR": str(temporary), "PYTHONPATH": str(Path(__file__).parents[2])}


@functools.cache
def played() -> Played:
    """Play it in a process of its own, in an empty directory."""
    with tempfile.TemporaryDirectory() as name:
        work, temporary, notes = Path(name) / "work", Path(name) / "tmp", Path(name) / "hosts"
        work.mkdir()
        temporary.mkdir()
        began = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-c", WATCHED, str(notes)],
            capture_output=True,
            text=True,
            check=False,
            timeout=90,
            cwd=work,
            env=environment(temporary),
        )
        duration_s = time.monotonic() - began
        hosts = tuple(notes.read_text().split()) if notes.exists() else ()
        left = tuple(str(path) for directory in (work, temporary) for path in directory.rglob("*"))
    return Played(done.returncode, done.stdout, done.stderr, duration_s, hosts, left)
