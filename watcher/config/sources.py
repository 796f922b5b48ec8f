"""The configuration's files: which there are, their text, and when they changed. The only reader of them."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher.config.documents import Document
from watcher.config.locating import CONCEPTS_FILE, FEEDS_FILE, TOPICS_DIR, WATCHER_FILE, Location
from watcher.config.marks import MAX_BYTES, parse, too_large
from watcher.config.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Fingerprint = tuple[tuple[str, int, int], ...]  # name, mtime in ns, size


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """All files of one configuration, parsed, whatever is wrong with them."""

    watcher: Document
    feeds: Document
    concepts: Document
    topics: dict[str, Document]  # by topic id, that is the file's name
    files: tuple[Path, ...]  # those that are there
    problems: tuple[Problem, ...]  # that belong to no document
    fingerprint: Fingerprint

    @property
    def documents(self) -> list[Document]:
        """All of them, in the order problems are told."""
        return [self.watcher, self.feeds, self.concepts, *self.topics.values()]


def read_sources(location: Location, instead: Mapping[Path, str] | None = None) -> Sources:
    """Read and parse every file; nothing is raised, problems are kept with the documents.

    Args:
        location: of the configuration.
        instead: texts to take for files that are there, to try an edit before it is written.
    """
    before = fingerprint(location.directory)  # a change while reading is noticed as one afterwards
    files: list[Path] = []
    problems: list[Problem] = []

    def read(path: Path, missing: str | None = None) -> Document:
        if instead is not None and path in instead:
            return parse(instead[path], location.shown(path))
        return _read(path, location.shown(path), files, missing)

    directory = location.directory
    advice = "is missing (an example: watcher init DIR)"
    watcher, feeds = read(directory / WATCHER_FILE), read(directory / FEEDS_FILE, advice)
    concepts = read(directory / CONCEPTS_FILE)
    topics = {path.stem: read(path) for path in _topic_files(directory)}
    if not topics:
        folder = directory / TOPICS_DIR
        message = "there is no topic: one *.yaml file each (an example: watcher init DIR)"
        if folder.is_dir() and not os.access(folder, os.R_OK | os.X_OK):
            message = "cannot be read: Permission denied"
        problems.append(Problem(file=location.shown(folder), message=message))
    problems += [
        Problem(file=location.shown(wrong), message=f"is not read: rename it to {wrong.stem}.yaml")
        for wrong in (*directory.glob("*.yml"), *(directory / TOPICS_DIR).glob("*.yml"))
        if wrong.parent.name == TOPICS_DIR or wrong.stem in ("watcher", "feeds", "concepts")
    ]
    return Sources(
        watcher=watcher,
        feeds=feeds,
        concepts=concepts,
        topics=topics,
        files=tuple(files),
        problems=tuple(problems),
        fingerprint=before,
    )


def fingerprint(directory: Path) -> Fingerprint:
    """Name, time of change and size of every file: a few `stat` calls, cheap enough for every second."""
    found = []
    for path in (
        directory / WATCHER_FILE,
        directory / FEEDS_FILE,
        directory / CONCEPTS_FILE,
        *_topic_files(directory),
    ):
        try:
            status = path.stat()
        except OSError:
            continue
        found.append((str(path.relative_to(directory)), status.st_mtime_ns, status.st_size))
    return tuple(found)


def _topic_files(directory: Path) -> list[Path]:
    return sorted(path for path in (directory / TOPICS_DIR).glob("*.yaml") if not path.name.startswith("."))


def _read(path: Path, name: str, files: list[Path], missing: str | None) -> Document:
    """One file as a document; an optional file that is not there is an empty one."""
    document = Document(name=name, text="")
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            document.problems.append(Problem(file=name, message="is not a regular file"))
            return document
        if status.st_size > MAX_BYTES:
            document.problems.append(Problem(file=name, message=too_large(status.st_size)))
            return document
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        if missing:
            document.problems.append(Problem(file=name, message=missing))
        return document
    except OSError as error:
        document.problems.append(Problem(file=name, message=f"cannot be read: {error.strerror or error}"))
        return document
    files.append(path)
    try:
        return parse(content.decode("utf-8"), name)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start)
        column = len(
            content[content.rfind(b"\n", 0, error.start) + 1 : error.start].decode("utf-8", "replace")
        )
        document.problems.append(
            Problem(file=name, message="not UTF-8: save the file as UTF-8", line=line, column=column)
        )
        return document
