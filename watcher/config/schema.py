"""JSON Schemas of the configuration files, made from the models, for editors that complete and check."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from watcher.config.models import FeedsFile, Settings
from watcher.config.topics import ConceptsFile, TopicFile

if TYPE_CHECKING:
    from pydantic import BaseModel

FILES: dict[str, tuple[type[BaseModel], str]] = {
    "watcher": (Settings, "watcher.yaml: how the watcher behaves"),
    "feeds": (FeedsFile, "feeds.yaml: what is polled"),
    "topic": (TopicFile, "topics/*.yaml: what is watched for"),
    "concepts": (ConceptsFile, "concepts.yaml: what several topics speak of"),
}


def schema(name: str) -> dict[str, Any]:
    """The JSON Schema (2020-12) of one kind of file.

    Args:
        name: "watcher", "feeds", "topic" or "concepts".
    """
    model, title = FILES[name]
    made = model.model_json_schema(by_alias=True)
    _settle(made)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **made,
        "title": title,
    }


def schema_text(name: str) -> str:
    """The schema as it is kept in config/schema/, for editors."""
    made = schema(name)
    for section in (made, *made.get("$defs", {}).values()):
        _allow_nothing(section)
    return json.dumps(made, ensure_ascii=False, indent=2) + "\n"


def _settle(node: Any) -> None:
    """Drop the titles that are made of the fields' names: editors show them instead of the descriptions."""
    if isinstance(node, list):
        for item in node:
            _settle(item)
    if not isinstance(node, dict):
        return
    if isinstance(node.get("title"), str):
        del node["title"]
    for key, value in node.items():
        if key in ("properties", "$defs"):
            for inner in value.values():
                _settle(inner)
        else:
            _settle(value)


def _allow_nothing(section: dict[str, Any]) -> None:
    """A part whose lines are all commented out is null for an editor; loading takes it as not written."""
    required = section.get("required", ())
    for name, part in section.get("properties", {}).items():
        if name in required:
            continue
        if "$ref" in part:
            part["anyOf"] = [{"$ref": part.pop("$ref")}, {"type": "null"}]
        elif part.get("type") in ("array", "object"):
            part["type"] = [part["type"], "null"]
