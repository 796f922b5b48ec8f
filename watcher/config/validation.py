"""What pydantic found, in our words: every error as a problem with its place in the file.

Bad values are repeated in the message, but never those of secrets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from watcher.config.problems import Path, Problem, is_secret_key, suggestion

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic_core import ErrorDetails

    from watcher.config.documents import Document

Model = TypeVar("Model", bound=BaseModel)

_WANTED = {
    "string_type": "a text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "int_parsing": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "list_type": "a list ('- …' lines, or [a, b])",
    "tuple_type": "a list ('- …' lines, or [a, b])",
    "dict_type": "a mapping ('key: value' lines)",
    "model_type": "a mapping ('key: value' lines)",
    "model_attributes_type": "a mapping ('key: value' lines)",
}
_YES_AND_NO = {"yes": "true", "on": "true", "y": "true", "no": "false", "off": "false", "n": "false"}
_BOUNDS = {
    "greater_than_equal": ("at least", "ge"),
    "greater_than": ("more than", "gt"),
    "less_than_equal": ("at most", "le"),
    "less_than": ("less than", "lt"),
}
_HINTS = {  # keys people look for where they are not
    "token": ": the token comes only from TELEGRAM_BOT_TOKEN or the file named by TELEGRAM_BOT_TOKEN_FILE",
    "bot_token": ": the token comes only from TELEGRAM_BOT_TOKEN or the file named by TELEGRAM_BOT_TOKEN_FILE",
    "chat_id": " (write 'chat')",
    "username": " (write it under 'auth')",
    "password": " (write it under 'auth')",
}


def validate(document: Document, model: type[Model], env: Mapping[str, str]) -> Model | None:
    """Check a document against its model.

    Problems are added to the document; what stands where a problem is known already is not told twice.

    Returns:
        The model, or None when there are problems.
    """
    if (document.root is None and document.problems) or document.tells_enough:
        return None  # not even YAML: its one problem says so
    try:
        valid = model.model_validate(document.data, context={"env": env})
    except ValidationError as error:
        if document.root is None:
            missing = ", ".join(f"'{details['loc'][-1]}'" for details in error.errors(include_url=False))
            document.problems.append(
                Problem(file=document.name, message=f"the file is empty: it needs {missing}")
            )
            return None
        known = {(problem.line, problem.column) for problem in document.problems}
        for details in error.errors(include_url=False):
            if document.tells_enough:
                break
            problem = _problem(document, model, details)
            if (problem.line, problem.column) not in known:
                document.problems.append(problem)
        return None
    return None if document.problems else valid


def _problem(document: Document, model: type[BaseModel], error: ErrorDetails) -> Problem:
    path: Path = tuple(part for part in error["loc"] if part != "[key]")
    kind = error["type"]
    if kind == "extra_forbidden":
        key = str(path[-1])
        near = suggestion(key, _known_keys(model, path[:-1]))
        hint = near or _HINTS.get(key, "")
        return document.problem(path, f"unknown key '{key}'{hint}", at_key=True)
    if kind == "missing":
        return document.problem(path, f"'{path[-1]}' is missing")
    return document.problem(path, _message(error, path), at_key="[key]" in error["loc"])


def _message(error: ErrorDetails, path: Path) -> str:
    kind, value = error["type"], error["input"]
    secret = any(is_secret_key(str(part)) for part in path)
    context: Mapping[str, Any] = error.get("ctx", {})
    if kind == "value_error":
        return str(context["error"])
    if kind in ("literal_error", "enum"):
        choices = str(context["expected"]).replace("'", "").replace(" or ", ", ")
        return f"must be one of {choices}{_got(value, secret)}{suggestion(str(value), choices.split(', '))}"
    if kind in _BOUNDS:
        words, key = _BOUNDS[kind]
        return f"must be {words} {context[key]:g}{_got(value, secret)}"
    if kind in ("too_short", "string_too_short"):
        return f"must have at least {context.get('min_length', 1)} item(s)"
    if kind == "too_long":
        return f"must have at most {context['max_length']:,} items"
    if kind in _WANTED:
        return f"must be {_WANTED[kind]}{_got(value, secret)}{_remedy(kind, value, secret)}"
    return str(error["msg"])


def _got(value: object, secret: bool) -> str:
    if value is None:
        return ", but nothing is written here"
    if isinstance(value, dict):
        return ", got a mapping"
    if isinstance(value, list):
        return ", got a list"
    if secret:
        return ""
    if isinstance(value, bool):
        return f", got {str(value).lower()}"
    text = f"'{value}'" if isinstance(value, str) else f"{value}"
    return f", got {text if len(text) <= 60 else text[:57] + '…'}"


def _remedy(kind: str, value: object, secret: bool) -> str:
    """What to write instead, where it can be told."""
    if kind == "string_type" and isinstance(value, bool | int | float):
        if secret:
            return " (put it in quotes)"
        written = str(value).lower() if isinstance(value, bool) else str(value)
        return f' (as a text: "{written}")'
    if kind.startswith("bool") and isinstance(value, str) and value.lower() in _YES_AND_NO:
        return f" (write {_YES_AND_NO[value.lower()]})"
    if kind.startswith(("int", "float")) and isinstance(value, str):
        digits = value.lstrip("+-")
        if digits.isdigit() and digits.isascii() and digits.startswith("0"):
            return " (leading zeros make it a text: leave them out)"
    if kind == "list_type" and isinstance(value, str) and not secret:
        return f" (write [{value}])"
    return ""


def _known_keys(model: type[BaseModel], path: Path) -> list[str]:
    """The keys a model knows at a path, found through its fields' types."""
    for part in path:
        if isinstance(part, int):
            continue
        inner = next(
            (field for name, field in model.model_fields.items() if (field.alias or name) == part), None
        )
        found = _model_within(inner.annotation) if inner is not None else None
        if found is None:
            continue  # a mapping's own key: the model of its values was found already
        model = found
    return [field.alias or name for name, field in model.model_fields.items()]


def _model_within(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _model_within(part)) is not None), None)
