"""The dead man's ping goes out while all is well, and only then."""

from __future__ import annotations

import pytest

from tests.fakes.feeds import FakeFetcher
from tests.test_polling import Events
from watcher.errors import FetchError
from watcher.ops.health import Condition, Health
from watcher.service.ping import DeadMansPing

URL = "https://ping.example/3f9c-secret"


async def pinged(
    condition: Condition, error: FetchError | None = None
) -> tuple[list[str], dict[str, object]]:
    """URLs that were fetched, and the facts of the event."""
    fetcher, events = FakeFetcher(), Events()
    if error is None:
        fetcher.serve(URL, b"OK")
    else:
        fetcher.fail(URL, error)

    async def health() -> Health:
        return Health(condition=condition, reasons=("a reason",))

    await DeadMansPing(url=URL, health=health, fetcher=fetcher, observer=events).look()
    (event,) = events.seen
    assert "ping" == event.name
    return [request.url for request in fetcher.asked], dict(event.facts)


@pytest.mark.parametrize("condition", [Condition.WELL, Condition.DEGRADED])
async def test_pings_while_it_works(condition: Condition) -> None:
    """Well and degraded (all feeds failing is the network's fault) both ping."""
    assert ([URL], {"outcome": "sent", "error": None}) == await pinged(condition)


async def test_withholds_when_unwell() -> None:
    """Unwell: nothing is fetched, so that the other side raises the alarm."""
    assert ([], {"outcome": "withheld", "error": "a reason"}) == await pinged(Condition.UNWELL)


async def test_any_2xx_is_an_answer() -> None:
    """204 is no feed, but a ping that arrived."""
    answer = FetchError("204 No Content", status=204)
    assert "sent" == (await pinged(Condition.WELL, answer))[1]["outcome"]


@pytest.mark.parametrize(
    "error", [FetchError("404 Not Found", status=404), FetchError("no connection to ping")]
)
async def test_a_failed_ping_is_told_without_its_address(error: FetchError) -> None:
    """The event names the error; the URL, a secret, is in none of its facts."""
    _, facts = await pinged(Condition.WELL, error)
    assert ("failed", str(error)) == (facts["outcome"], facts["error"])
    assert "3f9c" not in str(facts)
