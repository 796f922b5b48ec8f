"""decide(PollInput) -> Decision: everything one poll changes, decided in one pure function."""

from watcher.core.deciding.coverage import index_stories
from watcher.core.deciding.decide import Decision, PollInput, decide
from watcher.core.deciding.feed_state import body_hash, polled_url
from watcher.core.deciding.identity import Identified, identify
from watcher.core.deciding.noticing import notices
from watcher.core.deciding.routing import takes
from watcher.core.deciding.runtime import Runtime

__all__ = [
    "Decision",
    "Identified",
    "PollInput",
    "Runtime",
    "body_hash",
    "decide",
    "identify",
    "index_stories",
    "notices",
    "polled_url",
    "takes",
]
