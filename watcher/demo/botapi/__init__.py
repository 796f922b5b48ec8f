"""A Bot API stand-in on loopback that behaves, and misbehaves, as the real service does.

Accepts what Telegram accepts, refuses with its error texts, records every accepted message and edit
with its time. `python -m watcher.demo.botapi --port N` runs it as a process of its own.
"""

from watcher.demo.botapi.api import DEMO_TOKEN, BotApi
from watcher.demo.botapi.faults import Fault
from watcher.demo.botapi.records import Call, Sent

__all__ = ["DEMO_TOKEN", "BotApi", "Call", "Fault", "Sent"]
