"""Metrics follow the events; labels hold nothing that a feed could make up."""

from __future__ import annotations

from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from watcher.core.model import DeliveryState
from watcher.ops.health import Condition, Health
from watcher.ops.metrics import Metrics
from watcher.protocols import Event

POLL = {
    "feed": "rfi",
    "outcome": "new",
    "status": 200,
    "entries": 5,
    "skipped": 1,
    "matched": 3,
    "matched_topics": {"aes": 2, "russia-sahel": 2},
    "opened": 1,
    "merged": 2,
    "alerts": 1,
    "alerted_topics": {"aes": 1, "russia-sahel": 1},
    "deliveries": 2,
    "duration_s": 0.4,
    "next_poll_at": None,
    "next_poll_reason": "as configured",
    "error": None,
}
ATTEMPT = {
    "delivery": 1,
    "kind": "alert",
    "target": "desk",
    "story": "s-1",
    "outcome": "delivered",
    "attempt": 1,
    "duration_s": 0.2,
    "wait_s": 0.1,
    "since_published_s": 420.0,
    "since_seen_s": 1.5,
    "error": None,
}


def samples(metrics: Metrics) -> dict[str, float]:
    """Every sample as Prometheus reads it: `name{label=value}` -> value."""
    found = {}
    for family in text_string_to_metric_families(metrics.exposition().decode()):
        for sample in family.samples:
            labels = ",".join(f"{key}={value}" for key, value in sorted(sample.labels.items()))
            found[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
    return found


def seen(*events: tuple[str, dict[str, Any]]) -> dict[str, float]:
    metrics = Metrics()
    for name, facts in events:
        metrics.observe(Event(name=name, facts=facts))
    return samples(metrics)


def test_polls_are_counted_by_outcome_and_topic() -> None:
    """Each poll counts its outcome, entries, matches and alerts by topic, stories opened and joined."""
    found = seen(("poll", POLL), ("poll", {**POLL, "outcome": "failed", "duration_s": 3.0}))
    assert 1 == found["watcher_polls_total{outcome=new}"] == found["watcher_polls_total{outcome=failed}"]
    assert (10, 2) == (found["watcher_entries_total"], found["watcher_entries_skipped_total"])
    assert 4 == found["watcher_matches_total{topic=aes}"]
    assert 2 == found["watcher_alerts_total{topic=russia-sahel}"]
    assert (2, 4) == (found["watcher_stories_opened_total"], found["watcher_story_merges_total"])
    assert 2 == found["watcher_poll_seconds_count"]
    assert 1 == found["watcher_poll_seconds_bucket{le=0.5}"]


def test_attempts_are_counted_and_alerts_timed() -> None:
    """Attempts count by kind and outcome; only a delivered alert with a date has a detection delay."""
    refused = {**ATTEMPT, "outcome": "rate_limited", "since_published_s": None, "since_seen_s": None}
    undated = {**ATTEMPT, "since_published_s": None}
    found = seen(("attempt", ATTEMPT), ("attempt", refused), ("attempt", undated))
    assert 2 == found["watcher_delivery_attempts_total{kind=alert,outcome=delivered}"]
    assert 1 == found["watcher_delivery_attempts_total{kind=alert,outcome=rate_limited}"]
    assert (3, 3) == (found["watcher_delivery_seconds_count"], found["watcher_delivery_wait_seconds_count"])
    assert (1, 420) == (
        found["watcher_detection_delay_seconds_count"],
        found["watcher_detection_delay_seconds_sum"],
    )
    assert 2 == found["watcher_alert_delay_seconds_count"]


@pytest.mark.parametrize(
    ("name", "facts", "sample"),
    [
        ("worker_killed", {"feed": "rfi", "error": "too slow"}, "watcher_parser_workers_killed_total"),
        ("fault", {"where": "poll rfi", "error": "KeyError"}, "watcher_faults_total"),
        ("store_unavailable", {"error": "disk full"}, "watcher_store_unavailable_total"),
        ("reload", {"ok": False, "changes": [], "error": "bad"}, "watcher_reloads_total{ok=false}"),
        ("ping", {"outcome": "failed", "error": "refused"}, "watcher_pings_total{outcome=failed}"),
    ],
)
def test_what_goes_wrong_is_counted(name: str, facts: dict[str, Any], sample: str) -> None:
    """Killed workers, faults, a refusing database, reloads and pings each have a counter."""
    assert 1 == seen((name, facts))[sample]


def test_unknown_events_are_no_fault() -> None:
    """An observer never raises over an event it does not know."""
    assert seen(("request", {"action": "pause", "ok": True}))


def test_no_feed_text_becomes_a_label() -> None:
    """Feed ids, errors, stories and targets are not labels: a hostile feed cannot grow the exposition."""
    many = [("poll", {**POLL, "feed": f"feed-{n}", "error": f"error {n}"}) for n in range(50)]
    many += [("attempt", {**ATTEMPT, "story": f"s-{n}", "error": f"error {n}"}) for n in range(50)]
    assert len(seen(*many)) == len(seen(("poll", POLL), ("attempt", ATTEMPT)))


def test_gauges_show_the_moment() -> None:
    """Condition, feeds and outbox are what was last set; states without rows are 0."""
    metrics = Metrics()
    metrics.set_condition(Health(condition=Condition.DEGRADED, reasons=("all feeds fail",)))
    metrics.set_feeds(count=50, failing_count=50)
    metrics.set_outbox({DeliveryState.PENDING: 3, DeliveryState.DELIVERED: 900}, 61.5)
    found = samples(metrics)
    assert [0, 1, 0] == [found[f"watcher_condition{{condition={c}}}"] for c in ("well", "degraded", "unwell")]
    assert (50, 50) == (found["watcher_feeds"], found["watcher_feeds_failing"])
    assert (3, 0, 61.5) == (
        found["watcher_outbox_rows{state=pending}"],
        found["watcher_outbox_rows{state=dead}"],
        found["watcher_outbox_age_seconds"],
    )
    assert "watcher_outbox_rows{state=delivered}" not in found


def test_memory_and_version_are_there() -> None:
    """The process's resident memory and the program's version are part of the exposition."""
    found = seen()
    assert found["watcher_process_resident_memory_bytes"] > 10_000_000
    assert any(name.startswith("watcher_info{version=") for name in found)
