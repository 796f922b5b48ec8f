"""C1: every configuration error at once, with its place, what is wrong and what to do."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import pytest

from tests.config.conftest import FEEDS, TOPIC
from watcher.config import load, require_token
from watcher.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

    from tests.config.conftest import Refusal, Try


def test_a_small_configuration_is_enough(loaded: Try) -> None:
    """Feeds and one topic are all there must be; everything else has defaults."""
    configuration = loaded()
    assert list(configuration.profiles) == ["aes"]
    assert [feed.id for feed in configuration.feeds.feeds] == ["sahel-radio"]
    assert configuration.settings.polling.interval == 600.0
    assert configuration.warnings == ()


def test_all_errors_of_all_files_come_at_once(refusal: Refusal) -> None:
    """One run tells everything there is to mend, file by file, from top to bottom."""
    said = refusal(
        {
            "watcher.yaml": "polling:\n  intervall: 5m\n  concurrency: many\nalerts:\n  on_ambiguous: resnd\n",
            "feeds.yaml": "feeds:\n  - id: one\n    url: ftp://example.org/feed\n",
            "topics/aes.yaml": "id: aes\nname: AES\npatterns: []\n",
        }
    )
    assert (
        said
        == """\
config/watcher.yaml:2:3: polling.intervall: unknown key 'intervall' (did you mean 'interval'?)
    intervall: 5m
    ^
config/watcher.yaml:3:16: polling.concurrency: must be a whole number, got 'many'
    concurrency: many
                 ^
config/watcher.yaml:5:17: alerts.on_ambiguous: must be one of resend, hold, got 'resnd' (did you mean 'resend'?)
    on_ambiguous: resnd
                  ^
config/feeds.yaml:3:10: feeds.0.url: must begin with http:// or https://
    url: ftp://example.org/feed
         ^
config/topics/aes.yaml:3:11: patterns: must have at least 1 item(s)
    patterns: []
              ^"""
    )


WATCHER_CASES = [
    (
        "polling:\n  interval: 600\n",
        "2:13: polling.interval: must be a duration such as 30s, 10m, 1h30m or 2d",
    ),
    (
        "polling:\n  interval: .nan\n",
        "2:13: polling.interval: .nan is not a number that any setting can have",
    ),
    (
        "polling:\n  interval: 10s\n",
        "2:13: polling.interval: must be at least 1m (testing.min_interval can lower",
    ),
    ("polling: [a]\n", "1:10: polling: must be a mapping ('key: value' lines), got a list"),
    (
        "polling:\n  max_interval: 5m\n",
        "2:17: polling.max_interval: must not be less than the interval of 10m, got 5m",
    ),
    (
        "retention: {entries: 2d}\n",
        "1:22: retention.entries: must be at least 3d (stories.window)",
    ),
    ("polling:\n  concurrency: 0\n", "2:16: polling.concurrency: must be at least 1, got 0"),
    (
        "polling:\n  concurrency: 010\n",
        "2:16: polling.concurrency: must be a whole number, got '010' (leading zeros",
    ),
    ("polling:\n  concurrency: 2.5\n", "2:16: polling.concurrency: must be a whole number, got 2.5"),
    (
        "polling:\n  max_body: 10MB\n",
        "2:13: polling.max_body: must be a size such as 512 KiB or 10 MiB, got '10MB'",
    ),
    ("polling:\n  contact: 5\n", '2:12: polling.contact: must be a text, got 5 (as a text: "5")'),
    ("polling:\n  contact: ${ME}\n", "2:12: polling.contact: ${ME} is not replaced here: only secrets"),
    ("telegram:\n  listen: yes\n", "2:11: telegram.listen: must be true or false, got 'yes' (write true)"),
    ("telegram:\n  users: 12\n", "2:10: telegram.users: must be a list ('- …' lines, or [a, b]), got 12"),
    ("telegram:\n  users: [me]\n", "2:11: telegram.users.0: must be a whole number, got 'me'"),
    ("telegram:\n  base_url: localhost:80\n", "2:13: telegram.base_url: must begin with http:// or https://"),
    ("targets:\n  - chat: 1\n", "2:5: targets.0.id: 'id' is missing"),
    (
        "targets:\n  - {id: a}\n  - {id: a}\n",
        "3:10: targets.1.id: the target id 'a' is used twice (first in line 2)",
    ),
    ("targets:\n  - {id: a, topics: [sahl]}\n", "2:22: targets.0.topics.0: unknown topic 'sahl'"),
    ("targets:\n  - {id: a, topics: [eas]}\n", "unknown topic 'eas' (did you mean 'aes'?)"),
    (
        "targets:\n  - {id: a, topics: []}\n",
        "2:21: targets.0.topics: is empty: leave it out to receive every topic",
    ),
    (
        "targets:\n  - {id: a, time_zone: Africa/Bamaco}\n",
        "2:24: targets.0.time_zone: unknown time zone 'Africa/Bamaco' (did you mean 'Africa/Bamako'?)",
    ),
    (
        "targets:\n  - {id: a, time_zone: ../etc/passwd}\n",
        "targets.0.time_zone: unknown time zone '../etc/passwd'",
    ),
    (
        "targets:\n  - {id: a, chat: here}\n",
        "2:19: targets.0.chat: must be a chat id such as -1001234567890, or @",
    ),
    ("targets:\n  - {id: a, thread: 4}\n", "2:21: targets.0.thread: needs a 'chat'"),
    (
        "targets:\n  - {id: a, chat_id: 4}\n",
        "targets.0.chat_id: unknown key 'chat_id' (did you mean 'chat'?)",
    ),
    (
        "targets:\n  - {id: a, quiet_hours: {from: 25:00, until: 06:00}}\n",
        "targets.0.quiet_hours.from: must be a time of day such as 22:30, got '25:00'",
    ),
    (
        "targets:\n  - {id: a, quiet_hours: {from: 22:00, until: 22:00}}\n",
        "targets.0.quiet_hours.until: must differ from 'from'",
    ),
    (
        "targets:\n  - {id: a, quiet_hours: {from: 22:00}}\n",
        "targets.0.quiet_hours.until: 'until' is missing",
    ),
    (
        "targets:\n  - {id: Desk 1}\n",
        "2:10: targets.0.id: must be lower-case letters, digits, '-', '_' or '.', got",
    ),
    (
        "testing:\n  allow_private: [127.0.0.1]\n",
        "testing.allow_private.0: must be host:port such as 127.0.0.1:8080",
    ),
    ("testing:\n  min_interval: 100ms\n", "testing.min_interval: must be between 1s and 1m, got 100ms"),
    ("poling:\n  interval: 5m\n", "1:1: poling: unknown key 'poling' (did you mean 'polling'?)"),
    ("- a\n", "1:1: must be a mapping ('key: value' lines), got a list"),
    (
        "polling:\n  interval: 5m\n  interval: 6m\n",
        "3:3: polling.interval: duplicate key 'interval' (first in line 2)",
    ),
]


@pytest.mark.parametrize(
    ("text", "message"), WATCHER_CASES, ids=[message[:40] for _, message in WATCHER_CASES]
)
def test_mistakes_in_watcher_yaml(refusal: Refusal, text: str, message: str) -> None:
    """Each mistake is told once, with its place."""
    said = refusal({"watcher.yaml": text})
    assert message in said
    assert said.count("config/watcher.yaml") == 1


FEED = FEEDS + "  - id: second\n    url: https://second.example.org/feed\n"
FEED_CASES = [
    ("", "config/feeds.yaml: the file is empty: it needs 'feeds'"),
    ("feeds: []\n", ":1:8: feeds: there is no feed (or none that is enabled)"),
    (FEED + "    enabled: no\n", ":7:14: feeds.1.enabled: must be true or false, got 'no' (write false)"),
    (FEED.replace("second\n", "sahel-radio\n"), "feeds.1.id: the feed id 'sahel-radio' is used twice (first in line 2)"),
    (FEED.replace("second.example.org/feed", "radio.example.org/feed.xml"), ":6:10: feeds.1.url: the address is used twice (first in line 3)"),
    (FEED + "    topics: [aes, mali]\n", ":7:19: feeds.1.topics.1: unknown topic 'mali'"),
    (FEED + "    everything_for: [ase]\n", "feeds.1.everything_for.0: unknown topic 'ase' (did you mean 'aes'?)"),
    (FEED + "    everything_for: aes\n", "feeds.1.everything_for: must be a list ('- …' lines, or [a, b]), got 'aes' (write [aes])"),
    (FEED + "    interval: 20s\n", ":7:15: feeds.1.interval: must be at least 1m"),
    (FEED + "    interval: 2h\n    max_interval: 1h\n", ":8:19: feeds.1.max_interval: must not be less than the interval of 2h, got 1h"),
    (FEED + "    language: french\n", "feeds.1.language: must be a language code of two or three letters such as fr, got 'french'"),
    (FEED + "    headers: {Host: x}\n", "feeds.1.headers: the header Host is set by the watcher"),
    (FEED + "    headers: {Cookie: x}\n", "feeds.1.headers: the header Cookie is set by the watcher: use 'cookie'"),
    (FEED + "    headers: {'a b': x}\n", "feeds.1.headers: 'a b' is no HTTP header name"),
    (FEED + "    auth: {username: me}\n", ":7:5: feeds.1.auth.password: 'password' is missing"),
    (FEED + "    password: x\n", ":7:5: feeds.1.password: unknown key 'password' (write it under 'auth')"),
    (FEED + "    cookie: ${FEED_COOKIE}\n", ":7:13: feeds.1.cookie: the environment variable FEED_COOKIE is not set"),
    (FEED.replace("https://second", "https://me:pw@second"), "feeds.1.url: holds a user name or password: write them under 'auth'"),
    (FEED + "defaults:\n  topics: [x]\n", ":8:12: defaults.topics.0: unknown topic 'x'"),
    (FEED + "defaults:\n  interval: 5s\n", "defaults.interval: must be at least 1m"),
    ("feeds: https://example.org/\n", ":1:8: feeds: must be a list"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "message"), FEED_CASES, ids=[message[:50] for _, message in FEED_CASES])
def test_mistakes_in_feeds_yaml(refusal: Refusal, text: str, message: str) -> None:
    """Each mistake is told once, with its place."""
    said = refusal({"feeds.yaml": text})
    assert message in said
    assert said.count("config/feeds.yaml") == 1


TOPIC_CASES = [
    ("", "config/topics/aes.yaml: the file is empty: it needs 'id', 'name', 'patterns'"),
    (TOPIC + "targets: [desk]\n", ":9:11: targets.0: unknown target 'desk'"),
    (
        TOPIC.replace("id: aes", "id: ase"),
        ":1:5: id: must be 'aes' as the file's name says, or the file renamed",
    ),
    (
        TOPIC.replace("[mali]", "[mail]"),
        ":8:13: patterns.0.needs.0: there is no concept 'mail' (did you mean 'mali'?)",
    ),
    (TOPIC.replace("score: 80", "score: .inf"), ":7:12: patterns.0.score: .inf is not a number"),
    (TOPIC.replace("score: 80", "score: 800"), ":7:12: patterns.0.score: must be at most 100, got 800"),
    (TOPIC + "treshold: 50\n", ":9:1: treshold: unknown key 'treshold' (did you mean 'threshold'?)"),
]


@pytest.mark.parametrize(("text", "message"), TOPIC_CASES, ids=[message[:50] for _, message in TOPIC_CASES])
def test_mistakes_in_a_topic(refusal: Refusal, text: str, message: str) -> None:
    """Topic files are told of like the others; names lead somewhere."""
    assert message in refusal({"topics/aes.yaml": text})


def test_a_duplicate_is_told_beside_other_mistakes(refusal: Refusal) -> None:
    """A file that is wrong elsewhere does not hide ids that are used twice or topics that do not exist."""
    said = refusal(
        {
            "feeds.yaml": "feeds:\n  - {id: a, url: x}\n  - {id: a, url: 'https://example.org/', topics: [nix]}\n"
        }
    )
    assert "feeds.0.url: must begin with" in said
    assert "feeds.1.id: the feed id 'a' is used twice" in said
    assert "feeds.1.topics.0: unknown topic 'nix'" in said


def test_a_broken_topic_is_no_unknown_topic(refusal: Refusal) -> None:
    """Names of a topic with mistakes are known all the same: one mistake, one message."""
    said = refusal({"topics/aes.yaml": "id: aes\n", "feeds.yaml": FEEDS + "    topics: [aes]\n"})
    assert "unknown topic" not in said


@pytest.mark.parametrize("name", ["watcher.yaml", "feeds.yaml", "concepts.yaml", "topics/aes.yaml"])
def test_files_that_are_no_text_or_too_large_are_refused(refusal: Refusal, name: str) -> None:
    """Bytes that are not UTF-8 are told with their place; more than 8 MiB are not read."""
    assert f"config/{name}:2:4: not UTF-8: save the file as UTF-8" in refusal({name: b"a: 1\nb: \xff\n"})
    assert f"config/{name}: the file is 9.0 MiB; the limit is 8 MiB" in refusal({name: b"#" * (9 * 2**20)})


def test_missing_files_are_told(directory: Path, refusal: Refusal) -> None:
    """Without feeds or topics there is nothing to watch; a wrong ending is seen."""
    (directory / "feeds.yaml").rename(directory / "feeds.yml")
    (directory / "topics" / "aes.yaml").unlink()
    said = refusal()
    assert "config/feeds.yaml: is missing (an example: watcher init DIR)" in said
    assert "config/feeds.yml: is not read: rename it to feeds.yaml" in said
    assert "config/topics: there is no topic: one *.yaml file each" in said


def test_a_directory_in_a_files_place_is_told(directory: Path, refusal: Refusal) -> None:
    """Container runtimes make directories of mounts that do not exist."""
    (directory / "watcher.yaml").mkdir()
    assert "config/watcher.yaml: is not a regular file" in refusal()


def test_nothing_written_means_the_default(loaded: Try) -> None:
    """Sections and settings whose content is commented out count as not written."""
    settings = loaded(
        {"watcher.yaml": "polling:\nalerts:\n  flood:\ntargets:\n  # - id: x\nlog:\n  level:\n"}
    ).settings
    assert (
        settings.polling.concurrency,
        settings.alerts.flood.per_feed,
        settings.targets,
        settings.log.level,
    ) == (20, 10, [], "info")


def test_yaml_1_2_meaning_reaches_the_settings(loaded: Try) -> None:
    """`no` is Norwegian, times of day need no quotes."""
    target = loaded(
        {"watcher.yaml": "targets:\n  - {id: a, reads: [no, en], quiet_hours: {from: 22:30, until: 7:00}}\n"}
    ).settings.targets[0]
    assert target.reads == ["no", "en"]
    assert target.quiet_hours is not None
    assert (target.quiet_hours.from_, target.quiet_hours.until) == ("22:30", "07:00")


SECRET = "hunter2-9f8e7d"


@pytest.mark.parametrize(
    "feed",
    [
        f"    pasword: {SECRET}\n",
        f"    auth: {{username: me, password: {SECRET}, pasword: {SECRET}}}\n",
        f"    auth:\n      username: {SECRET}\n      passwort: {SECRET}\n",
        f"    headers:\n      X-Key: [{SECRET}]\n",
        f"    headers: {SECRET}\n",
        f"    cookie: {{a: {SECRET}}}\n",
        f"    cookie: [{SECRET}\n",
        f"    cookie: \"{SECRET}\n",
        f"    headers:\n      Other: {SECRET}\n     x: y\n",
        f"    proxy: {{x: {SECRET}}}\n",
        f"    cokie: {SECRET}\n",
        f"    note: [https://example.org/?token={SECRET}]\n",
    ],
)  # fmt: skip
def test_no_secret_is_in_a_message(refusal: Refusal, feed: str) -> None:
    """Neither messages nor the shown lines hold what may be a secret, misspelt keys and broken YAML included."""
    assert SECRET not in refusal({"feeds.yaml": FEEDS + feed})


@pytest.mark.parametrize(
    "text",
    [
        "targets:\n  - {id: desk, chat: 123456789:AAF-hunter2hunter2hunter2}\n",
        "polling:\n  interval: 123456789:AAF-hunter2hunter2hunter2\n",
        "log:\n  level: 123456789:AAF-hunter2hunter2hunter2\n",
        "123456789:AAF-hunter2hunter2hunter2: x\n",
    ],
)
def test_a_token_in_the_wrong_place_is_not_shown(refusal: Refusal, text: str) -> None:
    """A bot's token is recognised by its form, wherever it was pasted."""
    assert "hunter2" not in refusal({"watcher.yaml": text})


def test_secrets_in_addresses_are_masked(refusal: Refusal) -> None:
    """A shown line holds no user information and no key of a URL."""
    said = refusal(
        {"feeds.yaml": f"feeds:\n  - {{id: a, url: 'https://u:{SECRET}@x.example/?key={SECRET}'}}\n"}
    )
    assert SECRET not in said


def test_secrets_come_from_the_environment(loaded: Try) -> None:
    """${VAR} is replaced in secrets; `$${` stands for itself; neither is in a repr."""
    feed = FEEDS + (
        "    auth: {username: me, password: 'a${FEED_PW}z'}\n"
        "    headers: {X-Key: '$${literal}'}\n    cookie: ${COOKIE}\n"
    )
    configuration = loaded({"feeds.yaml": feed}, FEED_PW=SECRET, COOKIE="id=1")
    item = configuration.feeds.feeds[0]
    assert item.auth is not None
    assert item.headers is not None
    assert item.cookie is not None
    assert f"a{SECRET}z" == item.auth.password.get_secret_value()
    assert item.headers["X-Key"].get_secret_value() == "${literal}"
    assert item.cookie.get_secret_value() == "id=1"
    assert SECRET not in repr(configuration)


def test_several_missing_variables_are_told_together(refusal: Refusal) -> None:
    """Each missing variable is named; an empty one is missing too."""
    said = refusal(
        {
            "watcher.yaml": "targets:\n  - {id: a, chat: '${TELEGRAM_CHAT_ID}'}\npolling:\n  proxy: ${PROXY}\n",
            "feeds.yaml": FEEDS + "    cookie: ${COOKIE}\n",
        },
        PROXY="",
    )
    for name in ("TELEGRAM_CHAT_ID", "PROXY", "COOKIE"):
        assert f"the environment variable {name} is not set" in said


def test_a_token_is_needed_for_chats_only_when_asked(loaded: Try) -> None:
    """Commands that only look work without a token; running does not."""
    configuration = loaded({"watcher.yaml": "targets:\n  - {id: desk, chat: -100}\n"})
    with pytest.raises(ConfigError, match=r"TELEGRAM_BOT_TOKEN is not set .* chats: desk"):
        require_token(configuration)
    require_token(loaded(TELEGRAM_BOT_TOKEN="1:abc"))


def test_a_token_is_read_from_a_file(loaded: Try, refusal: Refusal, tmp_path: Path) -> None:
    """TELEGRAM_BOT_TOKEN_FILE names a file; one that cannot be read is told of, its content never."""
    file = tmp_path / "token"
    file.write_text("123:abc\n", encoding="utf-8")
    assert loaded(TELEGRAM_BOT_TOKEN_FILE=str(file)).environment.token == "123:abc"
    assert "123:abc" not in repr(loaded(TELEGRAM_BOT_TOKEN_FILE=str(file)))
    file.write_text(f"{SECRET} and more\n", encoding="utf-8")
    said = refusal(TELEGRAM_BOT_TOKEN_FILE=str(file))
    assert "environment: TELEGRAM_BOT_TOKEN_FILE: does not hold a bot token" in said
    assert SECRET not in said
    assert "cannot be read: No such file" in refusal(TELEGRAM_BOT_TOKEN_FILE="nowhere")
    assert SECRET not in refusal(TELEGRAM_BOT_TOKEN=f"{SECRET} x")


def test_the_token_in_watcher_yaml_is_refused_with_advice(refusal: Refusal) -> None:
    """A token written into a file is told where it belongs, and not shown."""
    said = refusal({"watcher.yaml": f"telegram:\n  token: 123:{SECRET}\n"})
    assert "the token comes only from TELEGRAM_BOT_TOKEN" in said
    assert SECRET not in said


@pytest.mark.parametrize(
    ("env", "warning"),
    [
        ({"TELEGRAM_BOT_TOKEN": "1:a"}, "a token is set, but neither TELEGRAM_CHAT_ID nor a target"),
        ({"TELEGRAM_CHAT_ID": "5"}, "TELEGRAM_CHAT_ID is set, but no token"),
    ],
)
def test_half_a_telegram_is_warned_of(loaded: Try, env: dict[str, str], warning: str) -> None:
    """What works but is probably not meant is a warning."""
    assert warning in loaded(None, **env).warnings[0]


@pytest.mark.parametrize(
    ("telegram", "count"), [("listen: true", 1), ("listen: true, admins: [7]", 0), ("users: [7]", 0)]
)
def test_listening_to_nobody_is_warned_of(loaded: Try, telegram: str, count: int) -> None:
    """With nobody named nobody gets an answer, although listening was asked for."""
    warnings = loaded({"watcher.yaml": f"telegram: {{{telegram}}}\n"}).warnings
    assert count == len(warnings)
    assert not count or "telegram.users" in warnings[0]


def test_testing_settings_are_warned_of(loaded: Try) -> None:
    """Settings that weaken promises are never silent."""
    configuration = loaded(
        {
            "watcher.yaml": "testing: {min_interval: 1s, allow_private: ['127.0.0.1:80', '[::1]:81']}\npolling: {interval: 1s}\n"
        }
    )
    assert configuration.warnings == ("testing settings are in force: allow_private, min_interval",)
    assert configuration.settings.polling.interval == 1.0


def test_a_place_without_configuration_is_told(tmp_path: Path) -> None:
    """What was asked for and is not there is an error, never a silent fallback."""
    with pytest.raises(ConfigError, match="there is no such directory"):
        load(tmp_path / "nowhere", {})
    with pytest.raises(ConfigError, match=r"neither watcher\.yaml nor feeds\.yaml nor topics/ is in it"):
        load(tmp_path, {})


def test_a_file_of_the_configuration_may_be_named(directory: Path) -> None:
    """--config config/feeds.yaml means its directory."""
    assert directory == load(directory / "feeds.yaml", {}).location.directory


def test_more_feeds_than_are_measured_with_are_refused(refusal: Refusal) -> None:
    """Twenty thousand feeds are the limit, said once and not per feed."""
    said = refusal({"feeds.yaml": "feeds:\n" + "  - x\n" * 20_001})
    assert ["config/feeds.yaml:2:3: feeds: must have at most 20,000 items"] == said.splitlines()[:1]
    assert len(said.splitlines()) == 3


def test_thousands_of_wrong_values_end_with_a_word_on_the_rest(refusal: Refusal) -> None:
    """The first thousand problems of a file are told, and that there are more."""
    said = refusal({"feeds.yaml": "feeds:\n" + "  - x\n" * 2_000})
    assert "config/feeds.yaml: more is wrong than the 1,000 problems told" == said.splitlines()[0]
    assert 1_000 == said.count("must be a mapping")


def test_reading_leaves_the_collector_of_garbage_as_it_was(loaded: Try, refusal: Refusal) -> None:
    """It pauses while files are read, whatever comes of them."""
    assert gc.isenabled()
    loaded()
    assert gc.isenabled()
    refusal({"feeds.yaml": "feeds: x\n"})
    assert gc.isenabled()
