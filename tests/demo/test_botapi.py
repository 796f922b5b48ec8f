"""The Bot API stand-in answers as the service documents: a stand-in that is too kind proves nothing."""

from __future__ import annotations

import json
import threading
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Any

import pytest

from watcher.demo.botapi import BotApi
from watcher.demo.botapi.limits import FloodLimits
from watcher.demo.botapi.linking import automatic_entities
from watcher.demo.botapi.markup import EntityError, parse_html

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def api() -> Iterator[BotApi]:
    """A stand-in with a known token."""
    with BotApi() as served:
        yield served


def call(api: BotApi, method: str, token: str | None = None, **params: Any) -> dict[str, Any]:
    """One call as any client makes it; error answers come back as they are."""
    request = urllib.request.Request(
        f"{api.base_url}{token or api.token}/{method}",
        data=json.dumps(params).encode(),
        headers={"Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            found: dict[str, Any] = json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            found = json.load(error)
    return found


def control(api: BotApi, what: str, **order: Any) -> Any:
    """One order of another process."""
    request = urllib.request.Request(f"{api.url}/control/{what}", data=json.dumps(order).encode())
    with urllib.request.urlopen(request, timeout=5) as answer:
        return json.load(answer)["result"]


@pytest.mark.parametrize(
    ("html", "error"),
    [
        ("<x>a</x>", 'Unsupported start tag "x" at byte offset 0'),
        ("é<x>", 'Unsupported start tag "x" at byte offset 2'),
        ("<b>a", 'Can\'t find end tag corresponding to start tag "b"'),
        ("a</b>", "Unexpected end tag at byte offset 1"),
        ("<b>a</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("<b", "Unclosed start tag at byte offset 0"),
        ('<a href="x>a</a>', "Unclosed start tag at byte offset 0"),
        ("<span>a</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
    ],
)
def test_broken_markup_is_refused_in_the_services_words(html: str, error: str) -> None:
    """Texts and byte offsets as the service gives them."""
    if html == "1 < 2":
        html += ">"
    with pytest.raises(EntityError) as caught:
        parse_html(html)
    assert str(caught.value) == error


def test_markup_becomes_entities_in_utf16_units() -> None:
    """Entities nest, count UTF-16 units, and only the four named references are known."""
    text, entities = parse_html("𝔘 <b>b<i>c</i></b>&lt;&#65;&nbsp;<a href='https://a.example/'>d</a>")
    assert text == "𝔘 bc<A&nbsp;d"
    assert [(entity.kind, entity.offset, entity.length, entity.url) for entity in entities] == [
        ("bold", 3, 2, ""),
        ("italic", 4, 1, ""),
        ("text_link", 13, 1, "https://a.example/"),
    ]


def test_a_link_to_nowhere_stays_text() -> None:
    """The service drops such an entity without a word."""
    assert parse_html("<a href='javascript:alert(1)'>x</a>") == ("x", ())


@pytest.mark.parametrize(
    "text", ["a evil.com b", "http://x/", "@admin", "/stop", "#tag", "a@b.org", "1.2.3.4"]
)
def test_what_the_service_links_by_itself_is_seen(text: str) -> None:
    """Otherwise a test could not notice it."""
    assert automatic_entities(text)


def test_limits_let_bursts_pass_and_then_make_wait() -> None:
    """Three at once in a chat, 20 a minute in a group, 30 a second in all."""
    now = [0.0]
    limits = FloodLimits(lambda: now[0])
    assert [limits.wait_s("1", group=False) for _ in range(5)] == [0, 0, 0, 1, 1]
    for _ in range(20):
        now[0] += 1.5
        assert limits.wait_s("-1", group=True) == 0
    now[0] += 1.5
    assert limits.wait_s("-1", group=True) == 30
    now[0] += 100
    assert sum(limits.wait_s(str(chat), group=False) == 0 for chat in range(100, 140)) == 30


def test_answers_are_those_of_the_documentation(api: BotApi) -> None:
    """Each refusal with its code and text."""
    api.add_chat("-5", "supergroup", threads=(1,))
    expected = [
        (call(api, "getMe", token="1:x"), 401, "Unauthorized"),
        (call(api, "getMe", token="x"), 404, "Not Found"),
        (call(api, "nothing"), 404, "Not Found"),
        (call(api, "sendMessage", chat_id="@no", text="x"), 400, "Bad Request: chat not found"),
        (call(api, "sendMessage", chat_id=1, text=" "), 400, "Bad Request: message text is empty"),
        (call(api, "sendMessage", chat_id=1, text="x" * 4097), 400, "Bad Request: message is too long"),
        (call(api, "sendMessage", chat_id=1, text="😀" * 2049), 400, "Bad Request: message is too long"),
        (
            call(api, "sendMessage", chat_id=-5, text="x", message_thread_id=2),
            400,
            "Bad Request: message thread not found",
        ),
        (
            call(api, "sendMessage", chat_id=1, text="x", reply_parameters={"message_id": 9}),
            400,
            "Bad Request: message to be replied not found",
        ),
        (
            call(api, "editMessageText", chat_id=1, message_id=9, text="x"),
            400,
            "Bad Request: message to edit not found",
        ),
        (
            call(api, "answerCallbackQuery", callback_query_id="9"),
            400,
            "Bad Request: query is too old and response timeout expired or query ID is invalid",
        ),
    ]
    assert [(answer["error_code"], answer["description"]) for answer, _, _ in expected] == [
        (code, text) for _, code, text in expected
    ]
    assert call(api, "sendMessage", chat_id=1, text="<b>x</b>" * 500, parse_mode="HTML")["ok"]


@pytest.mark.parametrize(("data", "fine"), [("x", True), ("é" * 32, True), ("", False), ("é" * 33, False)])
def test_callback_data_is_1_to_64_bytes(api: BotApi, data: str, fine: bool) -> None:
    """Counted in bytes, not characters."""
    markup = {"inline_keyboard": [[{"text": "a", "callback_data": data}]]}
    assert call(api, "sendMessage", chat_id=1, text="x", reply_markup=markup)["ok"] is fine


def test_a_migrated_group_answers_with_its_new_id_only(api: BotApi) -> None:
    """The old id names the new one in every answer from then on."""
    api.fail("migrate", chat_id="-7", value="-1007")
    for _ in range(2):
        answer = call(api, "sendMessage", chat_id=-7, text="x")
        assert answer["parameters"] == {"migrate_to_chat_id": -1007}
    assert call(api, "sendMessage", chat_id=-1007, text="x")["ok"]


def test_an_edit_without_a_change_is_refused(api: BotApi) -> None:
    """As the service does it: by text, entities and buttons."""
    call(api, "sendMessage", chat_id=1, text="x")
    assert (
        "message is not modified"
        in call(api, "editMessageText", chat_id=1, message_id=1, text="x")["description"]
    )
    assert call(api, "editMessageText", chat_id=1, message_id=1, text="y")["ok"]
    assert [old.text for old in api.sent[0].edits] == ["x"]


def test_updates_are_kept_until_they_are_confirmed(api: BotApi) -> None:
    """getUpdates with a higher offset forgets; a press opens a callback that is answered once."""
    call(api, "sendMessage", chat_id=1, text="x")
    query = api.desk.press(1, "data", user_id=5)
    (update,) = call(api, "getUpdates")["result"]
    assert update["callback_query"]["data"] == "data"
    assert call(api, "getUpdates", offset=update["update_id"] + 1)["result"] == []
    assert call(api, "answerCallbackQuery", callback_query_id=query)["ok"]
    assert not call(api, "answerCallbackQuery", callback_query_id=query)["ok"]


def test_a_second_poller_ends_the_first(api: BotApi) -> None:
    """409 goes to the request that was there before, as from the service."""
    answers: list[dict[str, Any]] = []
    first = threading.Thread(target=lambda: answers.append(call(api, "getUpdates", timeout=4)))
    first.start()
    assert api.wait_for(lambda at: at.desk.updates.polled == 1)
    assert call(api, "getUpdates", timeout=0)["result"] == []
    first.join(5)
    assert [answer["error_code"] for answer in answers] == [409]


def test_kinds_of_updates_that_were_not_asked_for_do_not_come(api: BotApi) -> None:
    """allowed_updates holds until it is said anew."""
    call(api, "getUpdates", allowed_updates=["callback_query"])
    api.desk.say("1", "/status", user_id=5)
    assert call(api, "getUpdates")["result"] == []


@pytest.mark.parametrize(
    ("command", "description", "fine"),
    [
        ("status", "ok", True),
        ("Status", "ok", False),
        ("a-b", "ok", False),
        ("x" * 33, "ok", False),
        ("x", "", False),
    ],
)
def test_menus_are_kept_by_scope_and_language(
    api: BotApi, command: str, description: str, fine: bool
) -> None:
    """Names of 1 to 32 lower-case letters, digits and underscores; descriptions of 1 to 256 characters."""
    menu = [{"command": command, "description": description}]
    scope = {"type": "chat_member", "chat_id": -5, "user_id": 7}
    answer = call(api, "setMyCommands", commands=menu, scope=scope, language_code="fr")
    assert answer["ok"] is fine
    assert api.desk.menus == ({("chat_member:-5:7", "fr"): menu} if fine else {})


def test_an_edit_counts_towards_the_limits() -> None:
    """The fourth call at once is too many, whatever it is."""
    with BotApi(limits=True) as api:
        for text in "abc":
            call(api, "sendMessage", chat_id=1, text=text)
        answer = call(api, "editMessageText", chat_id=1, message_id=1, text="x")
        assert (answer["error_code"], answer["parameters"]["retry_after"]) == (429, 1)


def test_other_processes_steer_it(api: BotApi) -> None:
    """Faults, chaos, people and state over the control door; unknown orders are refused."""
    control(api, "fault", action="blocked")
    assert call(api, "sendMessage", chat_id=1, text="x")["error_code"] == 403
    control(api, "chaos", probability=1.0, faults=[{"action": "error_500"}])
    assert call(api, "sendMessage", chat_id=1, text="x")["error_code"] == 500
    control(api, "clear")
    call(api, "sendMessage", chat_id=1, text="x")
    control(api, "say", chat_id="1", text="/help", user_id=3)
    assert [message["text"] for message in control(api, "state")["sent"]] == ["x"]
    with pytest.raises(urllib.error.HTTPError) as caught:
        control(api, "fault", action="unheard-of")
    caught.value.close()
