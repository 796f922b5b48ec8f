"""The token is nowhere a person, a log collector or another process would look."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.harness import TOKEN, Site, item, wait_until
from tests.e2e.test_operating import configure, free_port, get
from watcher.demo.botapi import BotApi, Fault
from watcher.demo.feedserver import FeedServer

pytestmark = pytest.mark.timeout(60)


def test_the_token_is_nowhere(world: tuple[Site, BotApi, FeedServer]) -> None:
    """K1: neither it nor its half after ':' in logs (DEBUG, with failing sends), state, argv, answers of commands, metrics."""
    site, api, server = world
    port = free_port()
    configure(site, f"metrics:\n  port: {port}\nnotices:\n  start: true\n")
    seen: dict[str, str] = {}
    for action in ("error_502", "accepted_broken", "hung_up"):
        api.faults.add(Fault(action=action))
    with site.running("--log-level", "debug") as run:
        run.wait_polled(["alpha"])
        server.feeds[0].publish(item("Lavrov lands in Bamako for talks with Goïta"))
        wait_until(lambda: [s for s in api.sent if "Why:" in s.text], "the alert arrived", 30.0)
        process = Path(f"/proc/{run.process.pid}")
        children = (process / f"task/{run.process.pid}/children").read_text().split()
        for pid in (str(run.process.pid), *children):
            seen[f"argv of {pid}"] = Path(f"/proc/{pid}/cmdline").read_text()
        for pid in children:
            seen[f"environment of {pid}"] = Path(f"/proc/{pid}/environ").read_text()
        for path in ("/metrics", "/healthz"):
            seen[path] = get(port, path)
        for command in (
            ["status"],
            ["outbox", "--all", "--json"],
            ["doctor", "--online"],
            ["health"],
            ["config"],
        ):
            done = site.ask(*command)
            seen[" ".join(command)] = done.stdout + done.stderr
        api.token = "987654321:another"  # and now it is refused
        server.feeds[0].publish(item("Wagner convoy ambushed near Tinzaouaten"))
        refused = site.ask("doctor", "--online")
        seen["refused"] = refused.stdout + refused.stderr
        run.terminate()
        seen |= {"log": run.err, "output": run.out}
    for file in site.state.rglob("*"):
        if file.is_file():
            seen[str(file)] = file.read_bytes().decode("latin-1")
    assert {"log", "status", "refused", str(site.state / "watcher.db")} <= seen.keys()
    found = [where for where, text in seen.items() if TOKEN in text or TOKEN.split(":")[1] in text]
    assert [] == found
