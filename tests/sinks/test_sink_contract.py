"""What every sink promises, over console, Telegram (against the stand-in) and the fake."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest

from tests.fakes.sinks import FakeSink
from watcher.core.model import Message, Target
from watcher.demo.botapi import BotApi
from watcher.sinks.console import ConsoleSink
from watcher.sinks.telegram import TelegramSink

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from watcher.protocols import Sink

MESSAGE = Message(
    html='<b>Mali</b> &amp; <a href="https://a.example/x?a=1&amp;b=2">more</a>', plain="Mali & more"
)
TARGET = Target(id="desk", sink="telegram", chat_id="42")


@pytest.fixture(params=["console", "telegram", "fake"])
async def sink(request: pytest.FixtureRequest) -> AsyncIterator[Sink]:
    """One sink of each kind."""
    if request.param == "console":
        yield ConsoleSink(io.StringIO())
    elif request.param == "fake":
        yield FakeSink()
    else:
        with BotApi() as api:
            made = TelegramSink(api.token, base_url=api.base_url)
            yield made
            await made.aclose()


async def test_each_message_has_a_receipt_of_its_own(sink: Sink) -> None:
    """A receipt names one message."""
    first, second = await sink.send(TARGET, MESSAGE), await sink.send(TARGET, MESSAGE)
    assert first.message_id
    assert first.message_id != second.message_id


async def test_a_sent_message_can_be_edited_even_to_the_same_text(sink: Sink) -> None:
    """An edit is idempotent: "not modified" is success."""
    receipt = await sink.send(TARGET, MESSAGE)
    await sink.edit(TARGET, receipt.message_id, Message(html="<b>new</b>", plain="new"))
    await sink.edit(TARGET, receipt.message_id, Message(html="<b>new</b>", plain="new"))


async def test_plain_text_is_taken_as_it_is(sink: Sink) -> None:
    """A message without markup may hold any characters."""
    assert await sink.send(TARGET, Message(html="", plain="1 < 2 & <b>"))


async def test_it_knows_us_and_closes_twice(sink: Sink) -> None:
    """verify passes for a good token, closing is idempotent."""
    await sink.verify()
    await sink.aclose()
    await sink.aclose()


async def test_a_persons_own_chat_is_not_shared(sink: Sink) -> None:
    """Only where several people read and write can one of them take a story."""
    assert not await sink.shared(TARGET)
