"""`watcher demo`: the whole way of the news, on this machine alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from watcher.cli.context import CliContext


@click.command("demo")
@click.pass_obj
def command(ctx: CliContext) -> None:
    """See it work in 20 seconds: no network, no token, nothing left behind.

    A dozen made-up outlets in five languages publish on loopback. The real service polls them, decides, and
    delivers through the real Telegram sender to a stand-in on loopback; what arrives is drawn as a phone
    would show it. The end says what was not alerted, and why.
    """
    import asyncio
    import logging
    import signal
    import sys

    from watcher.demo.playing import DemoFailed, play
    from watcher.demo.screen import Screen
    from watcher.demo.stage import NowhereToWrite

    logging.getLogger().addHandler(logging.NullHandler())  # what matters is in the picture, or fails the demo
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # until the service takes signals over
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")  # a terminal without Cyrillic is no reason to fail
    try:
        finished = asyncio.run(play(Screen(sys.stdout), spare=ctx.state_dir))
    except KeyboardInterrupt:
        finished = False
    except NowhereToWrite as error:
        click.echo(
            f"the demo needs a directory to write to, TMPDIR=/some/place for example. {error}", err=True
        )
        raise SystemExit(1) from None
    except DemoFailed as error:
        click.echo(f"the demo did not come to its end: {error}", err=True)
        raise SystemExit(1) from None
    if not finished:
        click.echo("stopped", err=True)
