"""`python -m watcher.demo.botapi`: the stand-in as a process; prints one JSON line when it listens."""

from __future__ import annotations

import json
import threading

import click

from watcher.demo.botapi.api import DEMO_TOKEN, BotApi


@click.command()
@click.option("--port", default=0, show_default=True, help="Loopback port; 0 = any free one.")
@click.option("--token", default=DEMO_TOKEN, help="The only token it accepts.")
@click.option("--latency", "latency_s", default=0.0, show_default=True, help="Seconds added to every call.")
@click.option(
    "--limits/--no-limits", default=True, show_default=True, help="Answer 429 as the service would."
)
@click.option("--print", "printing", is_flag=True, help="Print every accepted message.")
def main(port: int, token: str, latency_s: float, limits: bool, printing: bool) -> None:
    """Serve the Bot API on loopback until interrupted; steer it over /control/…"""
    with BotApi(port=port, token=token, latency_s=latency_s, limits=limits) as api:
        click.echo(json.dumps({"port": api.port, "base_url": api.base_url, "token": token}))
        shown = 0
        while printing:
            api.wait_for(lambda at, shown=shown: len(at.desk.sent) > shown, timeout_s=3600.0)  # type: ignore[misc]
            for message in api.sent[shown:]:
                click.echo(f"--- message {message.message_id} to {message.chat_id}\n{message.text}")
                shown += 1
        threading.Event().wait()


if __name__ == "__main__":
    main()
