"""The Telegram conversation: buttons and commands.

Reads through the store, changes through Control, answers through the pacer that alerts go through.
"""

from watcher.bot.listening import Listener

__all__ = ["Listener"]
