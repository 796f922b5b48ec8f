"""Metrics as one observer of events, in Prometheus' exposition format. The only importer of prometheus_client.

Counters and histograms follow the events that the log shows too; gauges are set when somebody looks. Labels
hold only what is configured or enumerated (topics, outcomes, states), never text from a feed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from watcher import __version__
from watcher.core.model import DeliveryState
from watcher.ops.health import Condition

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from watcher.ops.health import Health
    from watcher.protocols import Event

CONTENT_TYPE = CONTENT_TYPE_LATEST
FETCH_BUCKETS = (0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 30, 60)  # up to the deadline of a fetch and a parse
SEND_BUCKETS = (0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30)  # up to the read time-out of a send
DELAY_BUCKETS = (5, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21600, 86400)
WAITING = (DeliveryState.PENDING, DeliveryState.SENDING, DeliveryState.AMBIGUOUS, DeliveryState.DEAD)


class Metrics:
    """An Observer that counts."""

    def __init__(self) -> None:
        registry = self._registry = CollectorRegistry()
        ProcessCollector(namespace="watcher", registry=registry)  # memory, CPU, open files of this process

        def counter(name: str, text: str, *labels: str) -> Counter:
            return Counter(f"watcher_{name}", text, labels, registry=registry)

        def gauge(name: str, text: str, *labels: str) -> Gauge:
            return Gauge(f"watcher_{name}", text, labels, registry=registry)

        def histogram(name: str, text: str, buckets: tuple[float, ...]) -> Histogram:
            return Histogram(f"watcher_{name}_seconds", text, buckets=buckets, registry=registry)

        Info("watcher", "The program.", registry=registry).info({"version": __version__})
        self._polls = counter("polls", "Polls by how they ended.", "outcome")
        self._poll_s = histogram("poll", "From the request of a poll to its commit.", FETCH_BUCKETS)
        self._entries = counter("entries", "Unseen entries.")
        self._skipped = counter("entries_skipped", "Broken entries left out of their documents.")
        self._matches = counter("matches", "Entries on topic, by topic.", "topic")
        self._alerts = counter("alerts", "Alerts decided on, by topic.", "topic")
        self._opened = counter("stories_opened", "Stories opened.")
        self._merged = counter("story_merges", "Entries that joined a story that was open.")
        self._attempts = counter("delivery_attempts", "Attempts by kind and outcome.", "kind", "outcome")
        self._send_s = histogram("delivery", "Duration of an attempt.", SEND_BUCKETS)
        self._wait_s = histogram("delivery_wait", "From the due time of a row to its attempt.", DELAY_BUCKETS)
        self._published_s = histogram(
            "detection_delay", "From an entry's publication to its accepted alert.", DELAY_BUCKETS
        )
        self._seen_s = histogram(
            "alert_delay", "From an entry's first sight to its accepted alert.", DELAY_BUCKETS
        )
        self._killed = counter("parser_workers_killed", "Parsing workers killed over a document.")
        self._faults = counter("faults", "Surprises: errors nobody foresaw.")
        self._store_failures = counter("store_unavailable", "Times the database could not commit.")
        self._reloads = counter("reloads", "Reloads of the configuration.", "ok")
        self._pings = counter("pings", "Dead man's pings by outcome.", "outcome")
        self._outbox = gauge("outbox_rows", "Rows of the outbox that are not delivered, by state.", "state")
        self._outbox_age = gauge("outbox_age_seconds", "How long the oldest waiting row has been due.")
        self._condition = gauge("condition", "1 for the condition the watcher is in.", "condition")
        self._feeds = gauge("feeds", "Configured feeds.")
        self._failing = gauge("feeds_failing", "Feeds that fail now.")

    def observe(self, event: Event) -> None:
        """Count it."""
        facts = event.facts
        match event.name:
            case "poll":
                self._poll(facts)
            case "attempt":
                self._attempt(facts)
            case "worker_killed":
                self._killed.inc()
            case "fault":
                self._faults.inc()
            case "store_unavailable":
                self._store_failures.inc()
            case "reload":
                self._reloads.labels(str(facts["ok"]).lower()).inc()
            case "ping":
                self._pings.labels(facts["outcome"]).inc()

    def _poll(self, facts: Mapping[str, Any]) -> None:
        self._polls.labels(facts["outcome"]).inc()
        self._poll_s.observe(facts["duration_s"])
        self._entries.inc(facts["entries"])
        self._skipped.inc(facts["skipped"])
        for topic, count in facts["matched_topics"].items():
            self._matches.labels(topic).inc(count)
        for topic, count in facts["alerted_topics"].items():
            self._alerts.labels(topic).inc(count)
        self._opened.inc(facts["opened"])
        self._merged.inc(facts["merged"])

    def _attempt(self, facts: Mapping[str, Any]) -> None:
        self._attempts.labels(facts["kind"], facts["outcome"]).inc()
        self._send_s.observe(facts["duration_s"])
        self._wait_s.observe(facts["wait_s"])
        for name, histogram in (("since_published_s", self._published_s), ("since_seen_s", self._seen_s)):
            if facts[name] is not None:
                histogram.observe(facts[name])

    def set_condition(self, health: Health) -> None:
        """Show a verdict."""
        for condition in Condition:
            self._condition.labels(condition.value).set(condition is health.condition)

    def set_feeds(self, *, count: int, failing_count: int) -> None:
        """Show how many feeds there are."""
        self._feeds.set(count)
        self._failing.set(failing_count)

    def set_outbox(self, counts: Mapping[DeliveryState, int], age_s: float) -> None:
        """Show the outbox.

        Args:
            counts: rows by state.
            age_s: how long the oldest waiting row has been due; 0 when none is.
        """
        for state in WAITING:
            self._outbox.labels(state.value).set(counts.get(state, 0))
        self._outbox_age.set(age_s)

    def exposition(self) -> bytes:
        """All of it as text."""
        return generate_latest(self._registry)
