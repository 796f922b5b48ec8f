"""Telegram: the only sender, and what the service's refusals mean."""

from watcher.sinks.telegram.sending import Identity, SeenChat, TelegramSink

__all__ = ["Identity", "SeenChat", "TelegramSink"]
