"""A call's parameters, read and refused as the Bot API does."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from watcher.demo.botapi.markup import Entity, EntityError, parse_html, utf16_len
from watcher.demo.botapi.records import Params, bad_request

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_UNITS = 4096


def read_content(params: Params, too_long: str) -> tuple[str, tuple[Entity, ...]]:
    source = str(params.get("text", ""))
    entities: tuple[Entity, ...] = ()
    text = source
    if str(params.get("parse_mode", "")).lower() == "html":
        try:
            text, entities = parse_html(source)
        except EntityError as error:
            raise bad_request(f"can't parse entities: {error}") from error
    if not text.strip():
        raise bad_request("message text is empty")
    if utf16_len(text) > MAX_UNITS:
        raise bad_request(too_long)
    return text, entities


def read_buttons(params: Params) -> tuple[tuple[Mapping[str, Any], ...], ...]:
    markup = params.get("reply_markup") or {}
    rows = tuple(tuple(row) for row in markup.get("inline_keyboard", ()))
    for row in rows:
        for button in row:
            if not str(button.get("text", "")).strip():
                raise bad_request("inline keyboard button text must be non-empty")
            data = button.get("callback_data")
            if data is not None and not 1 <= len(str(data).encode()) <= 64:
                raise bad_request("BUTTON_DATA_INVALID")
            url = button.get("url")
            if url is not None and not str(url).startswith(("https://", "http://", "tg://")):
                raise bad_request(f"inline keyboard button URL '{url}' is invalid: Unsupported URL protocol")
            if data is None and url is None:
                raise bad_request(
                    "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
                )
    return rows


def is_true(value: Any) -> bool:
    return str(value).lower() in ("true", "1")


def parsed_params(raw: Mapping[str, str]) -> Params:
    """Form fields as the API reads them: nested objects arrive as JSON text."""
    nested = (
        "reply_markup",
        "reply_parameters",
        "link_preview_options",
        "commands",
        "scope",
        "allowed_updates",
    )
    return {
        key: json.loads(value) if key in nested and isinstance(value, str) and value else value
        for key, value in raw.items()
    }
