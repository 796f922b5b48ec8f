"""Load a configuration: every file read, checked alone and against the others, every problem at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from watcher.config.checking import check_feeds, check_names, check_settings, check_topic_targets
from watcher.config.collecting import collecting_later
from watcher.config.documents import MAX_PROBLEMS
from watcher.config.environment import CHAT, TOKEN, TOKEN_FILE, Environment, read_environment
from watcher.config.locating import Location, locate
from watcher.config.models import FeedsFile, Settings
from watcher.config.problems import Problem, in_order
from watcher.config.sources import Fingerprint, Sources, read_sources
from watcher.config.validation import validate
from watcher.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from watcher.core.profiles import Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A configuration without problems."""

    location: Location
    settings: Settings
    feeds: FeedsFile
    profiles: Mapping[str, Profile]  # by id
    environment: Environment
    files: tuple[Path, ...]
    fingerprint: Fingerprint  # see `watching`
    warnings: tuple[str, ...] = ()  # what works, but is probably not meant


def load(
    asked: Path | None,
    env: Mapping[str, str],
    *,
    instead: Mapping[Path, str] | None = None,
    feeds_needed: bool = True,
) -> Loaded:
    """Find, read and check the configuration.

    Args:
        asked: from --config or $WATCHER_CONFIG; None = ./config, else the packaged one.
        env: the environment.
        instead: texts to take for some files, to try an edit before it is written.
        feeds_needed: False = a list without feeds will do, to put the first one in.

    Raises:
        ConfigError: every problem of every file, each as `file:line:column: path: message` and the line.
    """
    with collecting_later():
        return _load(locate(asked), env, instead or {}, feeds_needed=feeds_needed)


def _load(
    location: Location, env: Mapping[str, str], instead: Mapping[Path, str], *, feeds_needed: bool
) -> Loaded:
    sources = read_sources(location, instead)
    environment, problems = read_environment(env)
    settings = validate(sources.watcher, Settings, env)
    feeds = validate(sources.feeds, FeedsFile, env)
    profiles = _profiles(sources, env)
    check_names(sources.watcher, sources.feeds, list(sources.topics))
    check_topic_targets(sources.topics, sources.watcher)
    if settings is not None:
        check_settings(sources.watcher, settings)
        if feeds is not None:
            check_feeds(sources.feeds, feeds, settings, needed=feeds_needed)
    problems = [problem for document in sources.documents for problem in document.problems] + problems
    problems += sources.problems
    problems += [
        Problem(file=document.name, message=f"more is wrong than the {MAX_PROBLEMS:,} problems told")
        for document in sources.documents
        if document.tells_enough
    ]
    if problems or settings is None or feeds is None:
        raise ConfigError([problem.show() for problem in in_order(problems)])
    return Loaded(
        location=location,
        settings=settings,
        feeds=feeds,
        profiles=profiles,
        environment=environment,
        files=sources.files,
        fingerprint=sources.fingerprint,
        warnings=tuple(_warnings(settings, environment)),
    )


def require_token(loaded: Loaded) -> None:
    """Refuse to start when a target is on Telegram and there is no token.

    Raises:
        ConfigError: names the targets and the variables.
    """
    chats = [target.id for target in loaded.settings.targets if target.chat is not None]
    if chats and loaded.environment.token is None:
        message = (
            f"the environment variable {TOKEN} is not set (nor {TOKEN_FILE}), "
            f"but these targets are Telegram chats: {', '.join(chats)}"
        )
        raise ConfigError([Problem(file="environment", path=(TOKEN,), message=message).show()])


def _profiles(sources: Sources, env: Mapping[str, str]) -> dict[str, Profile]:
    """Check the shared concepts and the topics, and build the profiles of those without problems."""
    from watcher.config import topics

    shared = validate(sources.concepts, topics.ConceptsFile, env)
    files: list[topics.TopicFile] = []
    for topic_id, document in sources.topics.items():
        file = validate(document, topics.TopicFile, env)
        if file is None:
            continue
        if file.id != topic_id:
            message = f"must be '{topic_id}' as the file's name says, or the file renamed"
            document.problems.append(document.problem(("id",), message))
        if shared is not None:
            document.problems += [
                document.problem(path, message) for path, message in topics.reference_problems(file, shared)
            ]
        files.append(file)
    if shared is None:
        return {}
    sources.concepts.problems += [
        sources.concepts.problem(path, message) for path, message in topics.shared_problems(shared)
    ]
    if any(document.problems for document in (sources.concepts, *sources.topics.values())):
        return {}
    return {profile.id: profile for profile in topics.build_profiles(files, shared)}


def _warnings(settings: Settings, environment: Environment) -> list[str]:
    found = []
    if not settings.targets and environment.token and not environment.chat:
        found.append(f"a token is set, but neither {CHAT} nor a target: alerts go to the console")
    if not settings.targets and environment.chat and not environment.token:
        found.append(f"{CHAT} is set, but no token: alerts go to the console")
    telegram = settings.telegram
    if telegram.listen and not (telegram.users or telegram.admins):
        found.append(
            "telegram.listen is true, but nobody is named under telegram.users: nobody gets an answer"
        )
    testing = sorted(settings.testing.model_fields_set)
    if testing:
        found.append(f"testing settings are in force: {', '.join(testing)}")
    return found
