"""Join every part for a running watcher, and close them in reverse.

Cheap parts first, resources last, so that a bad configuration or a second process is told of before
anything is opened.
"""

from __future__ import annotations

import asyncio
import random
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

from watcher.app.clock import SystemClock
from watcher.app.parts import (
    Observers,
    listeners,
    listens,
    make_fetcher,
    on_console,
    open_sinks,
    ping_jobs,
    with_metrics,
)
from watcher.config import compile_runtime, require_token
from watcher.config.describing import describe_changes, restart_needed
from watcher.config.watching import Watch
from watcher.core.deciding import Runtime, index_stories
from watcher.delivery import Courier
from watcher.feeds.parsing import WorkerParser
from watcher.polling import Poller
from watcher.protocols import Event
from watcher.service import Current, Job, Service
from watcher.service.backtesting import backtest
from watcher.service.digests import Digests
from watcher.service.first_run import FirstRun
from watcher.service.housekeeping import Housekeeper
from watcher.service.notifying import SelfNotices
from watcher.service.pulse import Pulse
from watcher.service.reloading import Reloader
from watcher.service.requests import Requests
from watcher.service.wellness import Wellness
from watcher.sinks.redaction import Redactor
from watcher.store.lock import StateLock
from watcher.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from watcher.config import Loaded
    from watcher.protocols import Observer

DATABASE_NAME = "watcher.db"
RELOAD_LOOK_S = 1.0  # a changed file is seen at the second look and must apply within 5 s (C2)
REQUESTS_LOOK_S = 0.25  # how long a command may wait for the running watcher to look
HEARTBEAT_EVERY_S = 2.0
DIGESTS_LOOK_S = 30.0
FAULTS_LOOK_S = 60.0
FORGET_EVERY_S = 600.0
PRUNE_EVERY_S = 3600.0


@asynccontextmanager
async def compose(
    loaded: Loaded,
    *,
    reload: Callable[[], Loaded],
    state_dir: Path,
    observer: Observer,
    dry_run: bool = False,
) -> AsyncIterator[Service]:
    """Join the parts for `watcher run`.

    Args:
        loaded: the configuration.
        reload: loads it again; raises ConfigError.
        state_dir: for the database and its lock; made when missing.
        observer: sees every event.
        dry_run: everything goes to the console, whatever the configuration says.

    Raises:
        ConfigError, AlreadyRunning, StoreUnusable: nothing was started.
    """

    def compiled(configuration: Loaded) -> Runtime:
        runtime = compile_runtime(configuration)
        return on_console(runtime) if dry_run else runtime

    versions = [loaded]  # the configuration before the last reload, and since

    def load_again() -> Runtime:
        fresh = reload()
        versions[:] = [versions[-1], fresh]
        return compiled(fresh)

    def describe(old: Runtime, new: Runtime) -> list[str]:
        later = restart_needed(versions[0].settings, versions[-1].settings)
        return describe_changes(old, new) + [f"{name}: in force after a restart" for name in later]

    if not dry_run:
        require_token(loaded)
    settings = loaded.settings
    clock = SystemClock(settings.testing.clock_scale)
    current = Current(runtime=compiled(loaded), started_at=clock.now())
    queued = asyncio.Event()
    wellness = Wellness(state_dir=state_dir, database=state_dir / DATABASE_NAME, clock=clock)
    async with AsyncExitStack() as stack:
        stack.enter_context(StateLock(state_dir))
        observer = await with_metrics(observer, loaded, wellness, stack)
        store = await SqliteStore.open(state_dir / DATABASE_NAME)
        stack.push_async_callback(store.aclose)
        feeds = current.runtime.feeds.values()
        await store.sync_feeds({feed.id: feed.url for feed in feeds}, clock.now())
        await store.recover(clock.now())
        notices = SelfNotices(
            current=current,
            store=store,
            clock=clock,
            health=wellness.health,
            redact=Redactor(loaded.environment.token or ""),
            on_queued=queued.set,
            start=settings.notices.start,
            stop=settings.notices.stop,
            fault=settings.notices.fault,
        )
        observer = Observers(observer, notices)
        fetcher = make_fetcher(loaded, clock)
        stack.push_async_callback(fetcher.aclose)
        parser = WorkerParser()
        stack.push_async_callback(parser.aclose)
        sinks = await open_sinks(loaded, stack, dry_run=dry_run)
        since = current.runtime.remembered_since(clock.now())
        poller = Poller(
            store=store,
            fetcher=fetcher,
            parser=parser,
            clock=clock,
            observer=observer,
            runtime=lambda: current.runtime,
            stories=index_stories(await store.open_stories(since), current.runtime.matcher),
            jitter=random.random,
            on_queued=queued.set,
        )
        courier = Courier(
            store=store,
            sinks=sinks,
            clock=clock,
            observer=observer,
            runtime=lambda: current.runtime,
            jitter=random.random,
            buttons=listens(loaded, dry_run=dry_run),
        )
        watch = Watch(loaded.location.directory, loaded.fingerprint)
        reloader = Reloader(
            current=current,
            store=store,
            poller=poller,
            clock=clock,
            observer=observer,
            changed=watch.changed,
            load=load_again,
            describe=describe,
            backtest=lambda old, new: backtest(state_dir / DATABASE_NAME, old, new, clock.now()),
            on_queued=queued.set,
        )
        stack.push_async_callback(reloader.aclose)
        requests = Requests(
            state_dir=state_dir,
            current=current,
            store=store,
            poller=poller,
            reloader=reloader,
            clock=clock,
            observer=observer,
            on_queued=queued.set,
        )
        await requests.restore()
        first_run = FirstRun(
            current=current, store=store, clock=clock, observer=observer, on_queued=queued.set
        )
        digests = Digests(current=current, store=store, clock=clock, on_queued=queued.set)
        pulse = Pulse(
            current=current,
            store=store,
            clock=clock,
            scale=settings.testing.clock_scale,
            state_dir=state_dir,
        )
        housekeeper = Housekeeper(
            current=current,
            store=store,
            poller=poller,
            clock=clock,
            entries_kept_s=settings.retention.entries,
            seen_kept_s=settings.retention.seen,
        )
        await notices.started()
        pace = max(1.0, settings.testing.clock_scale)
        facts = {"feeds": len(current.runtime.feeds), "topics": list(current.runtime.profiles)}
        observer.observe(Event(name="start", facts={**facts, "targets": list(current.runtime.targets)}))
        yield Service(
            current=current,
            store=store,
            poller=poller,
            courier=courier,
            clock=clock,
            observer=observer,
            queued=queued,
            on_hangup=reloader.ask,
            on_stop=notices.stopped,
            beside=listeners(
                loaded, current, store, requests, courier, clock, observer, fetcher, parser, queued.set
            )
            if listens(loaded, dry_run=dry_run)
            else (),
            tick_s=max(0.05, 1.0 / pace),
            jobs=(
                Job(name="first run", every_s=max(0.05, 1.0 / pace), run=first_run.look),
                Job(name="digests", every_s=max(0.05, DIGESTS_LOOK_S / pace), run=digests.look),
                Job(name="heartbeat", every_s=HEARTBEAT_EVERY_S, run=pulse.beat),
                Job(name="faults", every_s=FAULTS_LOOK_S, run=notices.look),
                *ping_jobs(loaded, wellness, fetcher, observer),
                Job(name="requests", every_s=REQUESTS_LOOK_S, run=requests.look),
                Job(name="reload", every_s=RELOAD_LOOK_S, run=reloader.look),
                Job(
                    name="forget stories",
                    every_s=max(0.05, FORGET_EVERY_S / pace),
                    run=housekeeper.forget_stories,
                ),
                Job(name="prune", every_s=max(1.0, PRUNE_EVERY_S / pace), run=housekeeper.prune),
            ),
        )
