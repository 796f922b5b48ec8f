"""Settings become the records that decisions go by."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.config.conftest import FEEDS
from watcher.config import compile_runtime, targets
from watcher.config.compiling import feed_configs, policies
from watcher.config.models import Settings
from watcher.core.model import DeliveryPolicy, Policy

if TYPE_CHECKING:
    from tests.config.conftest import Try


def test_the_defaults_are_those_of_the_policies() -> None:
    """An empty watcher.yaml means what the records themselves default to: one truth, not two."""
    assert (Policy(), DeliveryPolicy()) == policies(Settings())


def test_every_policy_setting_arrives(loaded: Try) -> None:
    """What is written in watcher.yaml is what deciding and delivery go by."""
    text = """\
stories: {window: 48h}
polling: {failing_after: 12h}
alerts:
  old_after: 3d
  max_age: 6h
  on_ambiguous: hold
  edit_delay: 5s
  edit_interval: 90s
  headline_edits: 1
  flood: {per_feed: 4, per_topic_hour: 8, first: 2}
"""
    runtime = compile_runtime(loaded({"watcher.yaml": text}))
    policy, delivery = runtime.policy, runtime.delivery
    assert 48 * 3600 == policy.story_window_s
    assert 12 * 3600 == policy.failing_told_after_s
    assert 3 * 86400 == policy.old_after_s
    assert (5, 1) == (policy.edit_delay_s, policy.headline_edits_per_day)
    assert (4, 8, 2) == (policy.flood_feed_count, policy.flood_topic_count, policy.flood_shown_count)
    assert (6 * 3600, "hold", 90) == (delivery.max_age_s, delivery.on_ambiguous, delivery.edit_interval_s)


def test_a_feed_takes_what_it_does_not_say_from_the_defaults(loaded: Try) -> None:
    """Feed before defaults before polling; the outlet falls back to the host."""
    text = """\
defaults: {interval: 20m, language: fr, group: sahel, headers: {X-A: a, X-B: b}}
feeds:
  - {id: plain, url: "https://www.example.org/feed"}
  - {id: own, url: "https://own.example.org/", outlet: Own, language: ru, group: russia, interval: 2h,
     topics: [aes], everything_for: [aes], headers: {X-B: c}, cookie: k=v, auth: {username: u, password: p}}
  - {id: off, url: "https://off.example.org/", enabled: false}
"""
    feeds = feed_configs(
        loaded({"feeds.yaml": text, "watcher.yaml": "polling: {proxy: 'http://p.example:3128'}"})
    )
    assert ["plain", "own"] == list(feeds)
    plain, own = feeds["plain"], feeds["own"]
    assert ("example.org", "fr", "sahel", 1200, 3600) == (
        plain.outlet,
        plain.language,
        plain.group,
        plain.interval_s,
        plain.max_interval_s,
    )
    assert ({"X-A": "a", "X-B": "b"}, None, ()) == (plain.headers, plain.topics, plain.everything_for)
    assert ("Own", "ru", "russia", 7200, 7200) == (
        own.outlet,
        own.language,
        own.group,
        own.interval_s,
        own.max_interval_s,
    )
    assert {"X-A": "a", "X-B": "c", "Cookie": "k=v"} == own.headers
    assert (("aes",), ("aes",), "u", "p") == (own.topics, own.everything_for, own.username, own.password)
    assert "http://p.example:3128" == own.proxy


@pytest.mark.parametrize(
    ("env", "target_id", "sink", "group"),
    [
        ({}, "console", "console", False),
        ({"TELEGRAM_CHAT_ID": "5"}, "console", "console", False),
        ({"TELEGRAM_BOT_TOKEN": "1:a"}, "console", "console", False),
        ({"TELEGRAM_BOT_TOKEN": "1:a", "TELEGRAM_CHAT_ID": "5"}, "telegram", "telegram", False),
        ({"TELEGRAM_BOT_TOKEN": "1:a", "TELEGRAM_CHAT_ID": "-1005"}, "telegram", "telegram", True),
        ({"TELEGRAM_BOT_TOKEN": "1:a", "TELEGRAM_CHAT_ID": "@news"}, "telegram", "telegram", True),
    ],
)
def test_without_targets_there_is_one(
    loaded: Try, env: dict[str, str], target_id: str, sink: str, group: bool
) -> None:
    """Telegram when token and chat are set, else the console; it also hears of the watcher itself."""
    found = targets(loaded(None, **env))
    assert [target_id] == list(found)
    only = found[target_id]
    assert (sink, group, True) == (only.sink, only.group, only.ops)


def test_targets_arrive_as_written(loaded: Try) -> None:
    """Every setting of a target reaches its record; without a chat it is the console."""
    text = """\
targets:
  - {id: here}
  - id: desk
    chat: ${CHAT}
    thread: 7
    topics: [aes]
    language: fr
    reads: [fr, "no"]
    time_zone: Africa/Bamako
    quiet_hours: {from: 22:30, until: 7:00}
    urgent_score: 90
    min_score: 55.5
    max_alerts_per_hour: 12
    digest_at: "18:00"
    silent: true
    group: true
    ops: true
    updates: reply
"""
    found = targets(loaded({"watcher.yaml": text}, CHAT="-1001"))
    assert "console" == found["here"].sink
    desk = found["desk"]
    assert ("telegram", "-1001", 7, ("aes",)) == (desk.sink, desk.chat_id, desk.thread_id, desk.topics)
    assert ("fr", ("fr", "no"), "Africa/Bamako") == (desk.language, desk.reads, desk.time_zone)
    assert ("22:30", "07:00", 90.0, 55.5) == (
        desk.quiet_from,
        desk.quiet_until,
        desk.urgent_score,
        desk.min_score,
    )
    assert (12, "18:00", "reply") == (desk.max_alerts_per_hour, desk.digest_at, desk.updates)
    assert desk.silent
    assert desk.group
    assert desk.ops


def test_the_matcher_knows_the_profiles(loaded: Try) -> None:
    """The runtime carries the profiles compiled."""
    runtime = compile_runtime(loaded({"feeds.yaml": FEEDS}))
    assert ["aes"] == list(runtime.profiles) == list(runtime.matcher.profiles)
