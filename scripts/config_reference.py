"""Write config/schema/*.json and docs/configuration.md from the models, which are the reference.

python scripts/config_reference.py            write what differs
python scripts/config_reference.py --check    exit 1 when a file is not current; writes nothing
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from watcher.config.schema import FILES, schema, schema_text

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]

OPENING = """\
# Configuration reference

<!-- Written by scripts/config_reference.py from the models: change those, then run it. -->

The configuration is a directory of YAML files. It is looked for at `--config`, then `$WATCHER_CONFIG`, then
`./config`; without any, the packaged defaults are used. `watcher init DIR` writes a copy to edit.

| file | what it says |
|---|---|
| `watcher.yaml` | how the watcher behaves: targets, intervals, limits; may be missing |
| `feeds.yaml` | what is polled |
| `topics/<id>.yaml` | what is watched for, one file a topic |
| `concepts.yaml` | actors, places and acts that several topics share; may be missing |

`watcher check` tells every mistake at once; each looks like this:

```
config/watcher.yaml:2:3: polling.intervall: unknown key 'intervall' (did you mean 'interval'?)
    intervall: 10m
    ^
```

A running watcher takes a saved change over within seconds, also on SIGHUP. A broken file changes nothing and is
told of once. `telegram`, `metrics`, `health`, `notices`, `log`, `testing` and a few settings of `polling`
(concurrency, deadline, max_body, contact) are read at start only.

## How values are written

- YAML 1.2: `no`, `on` and `22:30` are texts; only `true` and `false` are truth values. A number with leading
  zeros (`010`) is a text. Duplicate keys, NaN and infinity are refused.
- A setting with nothing after its colon has its default.
- **Duration**: `30s`, `10m`, `1h30m`, `2d`, `1w`. **Size**: `512 KiB`, `10 MiB`. **Time of day**: `22:30`.
- **Secret**: a text, or `${NAME}` for an environment variable's value, alone or within a text (`$${` stands for
  a plain `${`). Only secrets and chat ids are replaced so. Secrets are never shown.

## Environment variables

| variable | meaning |
|---|---|
| `TELEGRAM_BOT_TOKEN` | the bot's token; never in a file of the configuration |
| `TELEGRAM_BOT_TOKEN_FILE` | a file that holds it (a container's secret), used when the former is not set |
| `TELEGRAM_CHAT_ID` | where alerts go when no target is configured |
| `WATCHER_CONFIG` | the configuration directory, as `--config` |
| `WATCHER_STATE` | the directory for the database, as `--state` |
"""


def reference() -> str:
    """The whole page."""
    parts = [OPENING]
    for name, (_, title) in FILES.items():
        file, _, meaning = title.partition(": ")
        parts.append(f"\n## {file}\n\n{meaning[0].upper()}{meaning[1:]}.\n")
        if name == "concepts":
            parts.append("Concepts and terms are written as in a topic's file, see above.\n")
        parts += _sections(schema(name), nested_too=name != "concepts")
    return "".join(parts)


def _sections(root: dict[str, Any], *, nested_too: bool) -> Iterator[str]:
    """A table for the file itself and one for each mapping within it, in the order they are met."""
    waiting: list[tuple[str, dict[str, Any]]] = [("", root)]
    done: set[str] = set()
    while waiting:
        path, model = waiting.pop(0)
        if path:
            yield f"\n### `{path}`\n\n{model.get('description', '')}\n"
        yield "\n| key | value | default | meaning |\n|---|---|---|---|\n"
        required = model.get("required", [])
        nested: list[tuple[str, dict[str, Any]]] = []
        for key, given in model.get("properties", {}).items():
            yield _row(key, given, root, required=key in required)
            for suffix, name in _references(given):
                if name not in done and "properties" in root["$defs"][name]:
                    done.add(name)
                    nested.append((f"{path}.{key}{suffix}".lstrip("."), root["$defs"][name]))
        waiting = [*(nested if nested_too else ()), *waiting]


def _row(key: str, given: dict[str, Any], root: dict[str, Any], *, required: bool) -> str:
    default = "**required**" if required else ""
    if "default" in given and given["default"] not in (None, [], {}, ""):
        value = given["default"]
        default = f"`{value if isinstance(value, str) else json.dumps(value)}`"
    meaning = given.get("description", "")
    if not meaning and "$ref" in given:
        meaning = root["$defs"][given["$ref"].rsplit("/", 1)[1]].get("description", "")
    examples = ", ".join(f"`{example}`" for example in given.get("examples", []))
    if examples:
        meaning = f"{meaning} Example: {examples}".strip()
    cells = (f"`{key}`", _kind(given, root), default, meaning)
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |\n"


def _kind(given: dict[str, Any], root: dict[str, Any]) -> str:
    """What may be written, in words."""
    if "$ref" in given:
        target = root["$defs"][given["$ref"].rsplit("/", 1)[1]]
        return _kind(target, root) if "enum" in target else "mapping"
    if "x-kind" in given:
        return str(given["x-kind"])
    if "enum" in given:
        return ", ".join(f"`{choice}`" for choice in given["enum"])
    if "const" in given:
        return f"`{given['const']}`"
    for several in ("anyOf", "oneOf"):
        if several in given:
            kinds = [_kind(one, root) for one in given[several] if one.get("type") != "null"]
            return " or a ".join(dict.fromkeys(kinds))
    kind = given.get("type", "")
    if kind == "array":
        inner = _kind(given.get("items", {}), root)
        return f"list of {inner}" if " or " not in inner else f"list; each {inner}"
    if kind == "object":
        inner = _values(given)
        return f"names, each with: {_kind(inner, root)}" if inner is not None else "mapping"
    words = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false"}
    return words.get(kind, kind) + _bounds(given)


def _bounds(given: dict[str, Any]) -> str:
    low = given.get("minimum", given.get("exclusiveMinimum"))
    high = given.get("maximum", given.get("exclusiveMaximum"))
    if low is not None and high is not None:
        return f", {low:g} to {high:g}"
    return f", at least {low:g}" if low is not None else f", at most {high:g}" if high is not None else ""


def _references(given: dict[str, Any], suffix: str = "") -> Iterator[tuple[str, str]]:
    """(how to get there, name) of every mapping a value may hold."""
    if "$ref" in given:
        yield suffix, given["$ref"].rsplit("/", 1)[1]
    for several in ("anyOf", "oneOf"):
        for one in given.get(several, ()):
            yield from _references(one, suffix)
    if isinstance(given.get("items"), dict):
        yield from _references(given["items"], f"{suffix}[]")
    if (values := _values(given)) is not None:
        yield from _references(values, f"{suffix}.<id>")


def _values(given: dict[str, Any]) -> dict[str, Any] | None:
    """What stands under the names of a mapping with free names; None when it is no such mapping."""
    free = given.get("additionalProperties") or next(iter(given.get("patternProperties", {}).values()), None)
    return free if isinstance(free, dict) else None


def generated() -> dict[Path, str]:
    """Every generated file with the text it must have."""
    files = {ROOT / "config" / "schema" / f"{name}.json": schema_text(name) for name in FILES}
    return {**files, ROOT / "docs" / "configuration.md": reference()}


def stale() -> list[Path]:
    """The generated files that are not current."""
    return [
        path
        for path, text in generated().items()
        if not path.is_file() or path.read_text(encoding="utf-8") != text
    ]


def main() -> int:
    """Write or check."""
    check = "--check" in sys.argv[1:]
    outdated = stale()
    for path in outdated:
        print(f"{path.relative_to(ROOT)} {'is not current' if check else 'written'}")
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(generated()[path], encoding="utf-8")
    return 1 if check and outdated else 0


if __name__ == "__main__":
    sys.exit(main())
