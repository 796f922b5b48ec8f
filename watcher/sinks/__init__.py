"""Ways to deliver: Telegram and the console."""
