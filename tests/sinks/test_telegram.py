"""The real python-telegram-bot over HTTP against the stand-in: every answer has its fault."""

from __future__ import annotations

import logging
import traceback
from typing import TYPE_CHECKING

import pytest

from watcher.core.model import Message, Target
from watcher.demo.botapi import BotApi
from watcher.errors import SendError, SendFault
from watcher.sinks.redaction import Redactor, guard_logging
from watcher.sinks.telegram import TelegramSink

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

MESSAGE = Message(html="<b>Mali</b>", plain="Mali")
TARGET = Target(id="desk", sink="telegram", chat_id="42")


@pytest.fixture
def api() -> Iterator[BotApi]:
    """A stand-in."""
    with BotApi() as served:
        yield served


@pytest.fixture
async def sink(api: BotApi) -> AsyncIterator[TelegramSink]:
    """The real sink, pointed at it, with a short read time-out."""
    made = TelegramSink(api.token, base_url=api.base_url, read_timeout_s=0.5)
    yield made
    await made.aclose()


async def failure_of(sink: TelegramSink, target: Target = TARGET, message: Message = MESSAGE) -> SendError:
    """The error a send ends in."""
    with pytest.raises(SendError) as caught:
        await sink.send(target, message)
    return caught.value


@pytest.mark.parametrize(
    ("action", "fault", "accepted"),
    [
        ("too_many", SendFault.RATE_LIMITED, 0),
        ("migrate", SendFault.MIGRATED, 0),
        ("blocked", SendFault.UNREACHABLE, 0),
        ("deactivated", SendFault.UNREACHABLE, 0),
        ("kicked", SendFault.UNREACHABLE, 0),
        ("not_started", SendFault.UNREACHABLE, 0),
        ("not_member", SendFault.UNREACHABLE, 0),
        ("no_rights", SendFault.UNREACHABLE, 0),
        ("not_found", SendFault.UNREACHABLE, 0),
        ("no_thread", SendFault.THREAD_GONE, 0),
        ("topic_closed", SendFault.THREAD_GONE, 0),
        ("cannot_parse", SendFault.MALFORMED, 0),
        ("unauthorized", SendFault.TOKEN_REFUSED, 0),
        ("no_method", SendFault.TOKEN_REFUSED, 0),
        ("error_500", SendFault.AWAY, 0),
        ("error_502", SendFault.AWAY, 0),
        ("error_504", SendFault.AMBIGUOUS, 0),
        ("hung_up", SendFault.AMBIGUOUS, 0),
        ("accepted_hung_up", SendFault.AMBIGUOUS, 1),
        ("accepted_reset", SendFault.AMBIGUOUS, 1),
        ("accepted_broken", SendFault.AMBIGUOUS, 1),
        ("accepted_silent", SendFault.AMBIGUOUS, 1),
    ],
)
async def test_every_answer_has_its_fault(
    api: BotApi, sink: TelegramSink, action: str, fault: SendFault, accepted: int
) -> None:
    """What the service says, or does not say, is translated once; nothing is retried inside (D3)."""
    api.fail(action, seconds=2, value="-1001")
    error = await failure_of(sink)
    assert error.fault is fault
    assert len(api.sent) == accepted
    assert [call.method for call in api.calls if call.method != "getMe"] in (["sendMessage"], [])
    if action == "too_many":
        assert error.retry_after_s == 2.0
    if action == "migrate":
        assert error.new_chat_id == "-1001"


async def test_a_refused_connection_is_surely_unsent(api: BotApi, sink: TelegramSink) -> None:
    """Nothing can have arrived where nobody listened; it works again when somebody does."""
    api.refuse()
    assert (await failure_of(sink)).fault is SendFault.UNSENT
    api.accept()
    assert (await sink.send(TARGET, MESSAGE)).message_id == "1"


async def test_a_wrong_token_is_refused(api: BotApi) -> None:
    """A token nobody knows, a malformed one and an empty one end alike."""
    for token in ("123456:" + "x" * 35, "nonsense"):
        sink = TelegramSink(token, base_url=api.base_url)
        with pytest.raises(SendError) as caught:
            await sink.verify()
        assert caught.value.fault is SendFault.TOKEN_REFUSED
        await sink.aclose()
    with pytest.raises(SendError) as caught:
        TelegramSink("", base_url=api.base_url)
    assert caught.value.fault is SendFault.TOKEN_REFUSED


async def test_everything_a_message_holds_arrives(api: BotApi, sink: TelegramSink) -> None:
    """Text, thread, silence, reply, buttons; links are not previewed."""
    api.add_chat("-100", "supergroup", threads=(5,))
    target = Target(id="desk", sink="telegram", chat_id="-100", thread_id=5)
    first = await sink.send(target, MESSAGE)
    await sink.send(
        target,
        Message(
            html="<b>x</b>",
            plain="x",
            silent=True,
            reply_to=first.message_id,
            buttons=((("Why?", "w:1"), ("Open", "https://a.example/")),),
        ),
    )
    sent = api.sent[1]
    assert (sent.text, sent.thread_id, sent.silent, sent.reply_to) == ("x", 5, True, 1)
    assert [dict(button) for button in sent.buttons[0]] == [
        {"text": "Why?", "callback_data": "w:1"},
        {"text": "Open", "url": "https://a.example/"},
    ]
    assert api.calls[-1].params["link_preview_options"] == {"is_disabled": True}


async def test_a_forums_general_thread_is_the_chat_itself(api: BotApi, sink: TelegramSink) -> None:
    """Links call it 1, but the service finds no thread of that number."""
    api.add_chat("-100", "supergroup", threads=(5,))
    await sink.send(Target(id="desk", sink="telegram", chat_id="-100", thread_id=1), MESSAGE)
    assert [message.thread_id for message in api.sent] == [None]


async def test_a_reply_to_a_deleted_message_is_sent_all_the_same(api: BotApi, sink: TelegramSink) -> None:
    """An alert is worth more than its thread."""
    await sink.send(TARGET, Message(html="x", plain="x", reply_to="99"))
    assert api.sent[0].reply_to is None


async def test_editing_what_is_gone_says_so(api: BotApi, sink: TelegramSink) -> None:
    """A deleted message cannot be edited; that is no reason to try again."""
    receipt = await sink.send(TARGET, MESSAGE)
    api.delete_message(1)
    with pytest.raises(SendError) as caught:
        await sink.edit(TARGET, receipt.message_id, MESSAGE)
    assert caught.value.fault is SendFault.MESSAGE_GONE


async def test_what_is_too_long_or_empty_is_rejected_for_good(sink: TelegramSink) -> None:
    """The service's own limits are definite refusals."""
    for html in ("x" * 4097, "<b></b>"):
        assert (await failure_of(sink, message=Message(html=html, plain=""))).fault is SendFault.REJECTED
    await sink.send(TARGET, Message(html="&lt;" * 4096, plain=""))


async def test_a_target_without_a_chat_is_unreachable(sink: TelegramSink) -> None:
    """Nothing to send to is no crash."""
    assert (await failure_of(sink, Target(id="x", sink="telegram"))).fault is SendFault.UNREACHABLE


async def test_newcomers_find_their_chat(api: BotApi, sink: TelegramSink) -> None:
    """whoami names the bot, seen_chats those who wrote to it."""
    api.desk.say("77", "/start", user_id=77)
    assert (await sink.whoami()).username == "watcher_demo_bot"
    assert [(chat.chat_id, chat.type) for chat in await sink.seen_chats()] == [("77", "private")]


async def test_the_token_is_in_no_log_and_no_error(
    api: BotApi, sink: TelegramSink, caplog: pytest.LogCaptureFixture
) -> None:
    """K1: whatever is logged at DEBUG and whatever is raised, neither the token nor its half shows."""
    half = api.token.partition(":")[2]
    take_off = guard_logging(api.token)
    shown = []
    try:
        with caplog.at_level(logging.DEBUG):
            for name in ("httpx", "httpcore", "telegram", "telegram.request.BaseRequest"):
                logging.getLogger(name).setLevel(logging.DEBUG)
            await sink.send(TARGET, MESSAGE)
            for action in ("accepted_reset", "error_502", "accepted_broken", "unauthorized"):
                api.fail(action)
                error = await failure_of(sink)
                assert error.__cause__ is None
                assert error.__context__ is None
                shown += traceback.format_exception(error)
            logging.getLogger("x").error("url %s", f"{api.base_url}{api.token}/sendMessage")
            try:
                int(api.token)
            except ValueError:
                logging.getLogger("x").exception("broken")
    finally:
        take_off()
    assert "sendMessage" in caplog.text
    for text in (
        caplog.text,
        "".join(shown),
        "".join(str(record.__dict__.get("message")) for record in caplog.records),
    ):
        assert api.token not in text
        assert half not in text


def test_the_guard_quietens_and_comes_off() -> None:
    """httpx logs no URL at INFO under the guard; without it everything is as before."""
    before = logging.getLogger("httpx").level
    take_off = guard_logging("123456:abcdefghijklmnopqrstuvwxyz")
    assert logging.getLogger("httpx").getEffectiveLevel() == logging.WARNING
    take_off()
    assert logging.getLogger("httpx").level == before


def test_redaction_knows_tokens_by_their_shape() -> None:
    """Even an unknown token, also percent-encoded, is hidden; ordinary text is not."""
    redact = Redactor("42:secret-half")
    assert redact("a 42:secret-half b secret-half") == "a [token] b [token]"
    assert redact("bot123456789%3AAAbbccddeeffgghhiijjkkll/x") == "bot[token]/x"
    assert redact("12:30:45 and 123456 items") == "12:30:45 and 123456 items"


async def test_groups_are_told_from_channels_by_asking_once(api: BotApi, sink: TelegramSink) -> None:
    """Ids of supergroups and channels look alike, names too: the service is asked, once for each chat."""
    api.add_chat("-1001", "supergroup")
    api.add_chat("-1002", "channel")
    api.add_chat("@desk", "channel")
    kinds = {"42": False, "-7": True, "-1001": True, "-1002": False, "@desk": False}
    for _ in range(2):
        assert kinds == {
            chat: await sink.shared(Target(id="t", sink="telegram", chat_id=chat)) for chat in kinds
        }
    assert ["-1001", "-1002", "@desk"] == [
        str(call.params["chat_id"]) for call in api.calls if call.method == "getChat"
    ]


async def test_while_nobody_can_tell_a_chat_is_not_shared(api: BotApi, sink: TelegramSink) -> None:
    """A service that does not answer holds up no alert, and is asked again."""
    api.add_chat("-1001", "supergroup")
    group = Target(id="t", sink="telegram", chat_id="-1001")
    api.fail("error_502", method="getChat")
    assert not await sink.shared(group)
    assert await sink.shared(group)
