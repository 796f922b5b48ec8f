"""Parts that the configuration shapes: fetcher, sinks, observers, the ping, the Telegram desk."""

from __future__ import annotations

import random
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

from watcher.core.deciding import Runtime
from watcher.delivery import Courier
from watcher.feeds.fetching import HttpFetcher
from watcher.protocols import Event
from watcher.service import Current, Job
from watcher.service.ping import DeadMansPing
from watcher.service.requests import Requests
from watcher.service.wellness import Wellness
from watcher.sinks.console import ConsoleSink

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from watcher.config import Loaded
    from watcher.core.model import FeedConfig
    from watcher.protocols import Clock, Fetcher, Observer, Parser, Sink, Store


class Observers:
    """Several observers as one."""

    def __init__(self, *observers: Observer) -> None:
        self._observers = observers

    def observe(self, event: Event) -> None:
        """Show the event to each."""
        for observer in self._observers:
            observer.observe(event)


async def with_metrics(
    observer: Observer, loaded: Loaded, wellness: Wellness, stack: AsyncExitStack
) -> Observer:
    """Count too, and serve the counts, when a port is configured.

    Raises:
        ConfigError: the port cannot be listened on.
    """
    settings = loaded.settings.metrics
    if settings.port is None:
        return observer
    from watcher.ops.metrics import Metrics
    from watcher.ops.serving import OpsServer

    metrics = Metrics()
    server = OpsServer(health=wellness.health, metrics=lambda: wellness.exposition(metrics))
    await server.start(settings.host, settings.port)
    stack.push_async_callback(server.aclose)
    return Observers(observer, metrics)


def ping_jobs(loaded: Loaded, wellness: Wellness, fetcher: Fetcher, observer: Observer) -> tuple[Job, ...]:
    settings = loaded.settings.health
    if settings.ping_url is None:
        return ()
    url = settings.ping_url.get_secret_value()
    ping = DeadMansPing(url=url, health=wellness.health, fetcher=fetcher, observer=observer)
    return (Job(name="ping", every_s=settings.ping_every, run=ping.look),)


def listens(loaded: Loaded, *, dry_run: bool) -> bool:
    """Whether somebody listens to commands and buttons: where people are named who may use them."""
    telegram = loaded.settings.telegram
    wanted = bool(telegram.users or telegram.admins) if telegram.listen is None else telegram.listen
    return bool(wanted and loaded.environment.token and not dry_run)


def listeners(
    loaded: Loaded,
    current: Current,
    store: Store,
    requests: Requests,
    courier: Courier,
    clock: Clock,
    observer: Observer,
    fetcher: Fetcher,
    parser: Parser,
    on_queued: Callable[[], None],
) -> tuple[Callable[[], Awaitable[None]], ...]:
    """The Telegram desk: commands and buttons, beside the watcher."""
    from watcher.bot import Listener
    from watcher.bot.access import Access
    from watcher.bot.records import FeedLook, Sources
    from watcher.ops.feed_check import check_feed

    telegram = loaded.settings.telegram

    async def look_at(feed: FeedConfig) -> FeedLook:
        runtime = current.runtime
        found = await check_feed(feed, fetcher=fetcher, parser=parser, runtime=runtime, clock=clock)
        return FeedLook(
            error=found.error,
            title=found.title,
            entry_count=found.entries,
            newest_at=found.newest,
            on_topic_count=found.matching,
            examples=found.examples,
        )

    sources = Sources(
        store=store,
        control=requests,
        clock=clock,
        access=Access(users=telegram.users, admins=telegram.admins),
        runtime=lambda: current.runtime,
        look_at=look_at,
        on_queued=on_queued,
    )
    listener = Listener(
        loaded.environment.token or "",
        base_url=telegram.base_url,
        proxy=telegram.proxy.get_secret_value() if telegram.proxy else None,
        sources=sources,
        say=courier.say,
        observer=observer,
        jitter=random.random,
    )
    return (listener.run,)


def on_console(runtime: Runtime) -> Runtime:
    """The same configuration with every target on the console."""
    targets = {key: replace(target, sink="console") for key, target in runtime.targets.items()}
    return replace(runtime, targets=targets)


def make_fetcher(loaded: Loaded, clock: Clock) -> HttpFetcher:
    """Make the fetcher the configuration asks for; `check --feeds` uses the very same."""
    polling, testing = loaded.settings.polling, loaded.settings.testing
    lifted = testing.lift_host_limits
    return HttpFetcher(
        clock=clock,
        allowed_hosts=testing.allow_private,
        contact=polling.contact,
        total_s=polling.deadline,
        connections=polling.concurrency,
        max_body_bytes=int(polling.max_body),
        host_connections=polling.concurrency if lifted else 1,
        host_gap_s=0.0 if lifted else 1.0,
    )


async def open_sinks(loaded: Loaded, stack: AsyncExitStack, *, dry_run: bool) -> dict[str, Sink]:
    """The console always, Telegram when there is a token."""
    sinks: dict[str, Sink] = {"console": ConsoleSink()}
    token = loaded.environment.token
    if token and not dry_run:
        from watcher.sinks.redaction import guard_logging
        from watcher.sinks.telegram import TelegramSink

        stack.callback(guard_logging(token))
        telegram = loaded.settings.telegram
        proxy = telegram.proxy.get_secret_value() if telegram.proxy else None
        sinks["telegram"] = TelegramSink(token, base_url=f"{telegram.base_url.rstrip('/')}/bot", proxy=proxy)
    for sink in sinks.values():
        stack.push_async_callback(sink.aclose)
    return sinks
