"""Telegram: the only sender, and what the service's refusals mean."""

import os

from watcher.sinks.telegram.sending import Identity, SeenChat, TelegramSink

# python-telegram-bot's documented switch to time periods as timedelta; without it every 429 warns.
os.environ.setdefault("PTB_TIMEDELTA", "true")

__all__ = ["Identity", "SeenChat", "TelegramSink"]
