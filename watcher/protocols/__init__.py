"""The seams of the house: contracts only. Every implementation passes its protocol's contract suite.

Times are aware UTC. `now` is an argument everywhere; only the composition root owns a Clock.
"""

from watcher.protocols.clock import Clock
from watcher.protocols.control import Answer, Control
from watcher.protocols.feeds import Fetcher, Parser
from watcher.protocols.observing import Event, Observer
from watcher.protocols.sinks import Sink
from watcher.protocols.store import Store

__all__ = ["Answer", "Clock", "Control", "Event", "Fetcher", "Observer", "Parser", "Sink", "Store"]
