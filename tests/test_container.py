"""The container's files, judged without an engine: linters, the compose schema, and what they promise (K3)."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from watcher.cli import COMMANDS

ROOT = Path(__file__).parent.parent
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
BINARIES = Path(sysconfig.get_path("scripts"))


def instructions(name: str) -> list[str]:
    """The arguments of every such instruction, continued lines joined."""
    joined = re.sub(r"\\\n\s*", "", re.sub(r"^\s*#.*\n", "", DOCKERFILE, flags=re.MULTILINE))
    return re.findall(rf"^{name} (.*)$", joined, flags=re.MULTILINE)


@pytest.fixture(scope="module")
def service() -> Any:
    """The one service of compose.yaml."""
    services = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]
    assert ["watcher"] == list(services)
    return services["watcher"]


def test_hadolint_has_nothing_to_say() -> None:
    """The Dockerfile passes hadolint with every rule in force."""
    hadolint = shutil.which("hadolint", path=str(BINARIES))
    assert hadolint, "hadolint is missing: pip install -e '.[dev]'"
    done = subprocess.run(
        [hadolint, "--no-color", str(ROOT / "Dockerfile")], capture_output=True, text=True, check=False
    )
    assert (0, "") == (done.returncode, done.stdout.strip()), done.stdout


def test_compose_follows_its_schema() -> None:
    """compose.yaml is valid by the schema of the Compose specification."""
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", "compose.yaml"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert 0 == done.returncode, done.stdout + done.stderr


def test_two_stages_and_only_the_environment_is_taken_over() -> None:
    """Build tools, caches and sources stay behind; only the python slim image comes from a registry."""
    assert ["python:${PYTHON_VERSION}-slim AS build", "python:${PYTHON_VERSION}-slim"] == instructions("FROM")
    last_stage = DOCKERFILE.rpartition("\nFROM ")[2]
    assert re.findall(r"^COPY (.*)$", last_stage, flags=re.MULTILINE) == [
        "--from=build /opt/watcher /opt/watcher"
    ]
    assert "# syntax=" not in DOCKERFILE


def test_libraries_are_locked_and_hashed() -> None:
    """Everything from an index is checked against the lock; nothing is compiled from source."""
    (install,) = [run for run in instructions("RUN") if '-r "$LOCK"' in run]
    assert "--require-hashes" in install
    assert "--only-binary :all:" in install
    locked = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pins = re.findall(r"^[a-z0-9][\w.-]*==\S+", locked, flags=re.MULTILINE)
    assert len(pins) > 20
    assert locked.count("\n    # via") >= len(pins)
    assert len(re.findall(r"^[a-z0-9].*\\\n    --hash=sha256:", locked, flags=re.MULTILINE)) == len(pins)


@pytest.mark.parametrize("file", ["requirements.lock", "requirements-full.lock"])
def test_the_locks_are_current(file: str) -> None:
    """What pyproject.toml asks for is what was locked: all dependencies, in the full lock the extras' too."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"]]
    if "full" in file:
        extras = project["optional-dependencies"]
        wanted += [library for extra in extras if extra != "dev" for library in extras[extra]]
    asked_for: set[str] = set()
    name = ""
    for line in (ROOT / file).read_text(encoding="utf-8").splitlines():
        if found := re.match(r"([a-z0-9][\w.-]*)(?:\[[\w,]+\])?==", line):
            name = found[1]
        elif "coverage-watcher (pyproject.toml)" in line:
            asked_for.add(name)
    assert {re.split(r"[^\w.-]", library)[0].lower() for library in wanted} == asked_for, "run: scripts/lock"


def test_it_is_nobody_in_particular() -> None:
    """A fixed user by number, its own volume, health by our own command, the signal that stops gracefully."""
    assert ["10001:10001"] == instructions("USER")
    assert ["/data"] == instructions("VOLUME")
    assert ["SIGTERM"] == instructions("STOPSIGNAL")
    (health,) = instructions("HEALTHCHECK")
    assert health.endswith('CMD ["watcher", "health"]')
    assert [] == instructions("EXPOSE")
    assert (['["watcher"]'], ['["run"]']) == (instructions("ENTRYPOINT"), instructions("CMD"))
    assert {"health", "run"} <= set(COMMANDS)


def test_it_says_what_it_is() -> None:
    """The labels of the OCI image specification."""
    (labels,) = instructions("LABEL")
    for name in ("title", "description", "licenses", "version", "revision"):
        assert f"org.opencontainers.image.{name}=" in labels


def test_a_mounted_config_is_found() -> None:
    """The working directory is /, so that the search for ./config finds a volume at /config."""
    assert "/" == instructions("WORKDIR")[-1]
    assert not any("WATCHER_CONFIG" in env for env in instructions("ENV"))
    assert any("WATCHER_STATE=/data" in env for env in instructions("ENV"))


def test_every_source_of_the_build_reaches_it() -> None:
    """What COPY names exists and is let through by .dockerignore; secrets and data are not."""
    allowed = {
        line[1:]
        for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
        if line.startswith("!")
    }
    sources = {
        source
        for copy in instructions("COPY")
        if not copy.startswith("--from")
        for source in copy.split()[:-1]
    }
    assert sources == allowed
    assert all(list(ROOT.glob(source)) for source in sources)
    assert not {".env", ".git", "data", "tests"} & allowed
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert "*" == next(line for line in lines if not line.startswith("#"))


def test_compose_takes_every_right_away(service: dict[str, Any]) -> None:
    """Read-only root, no capabilities, no new privileges, a memory limit, one writable volume, no port (K3)."""
    assert service["read_only"] is True
    assert ["ALL"] == service["cap_drop"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert "ports" not in service
    assert "network_mode" not in service
    assert "privileged" not in service
    assert ["data:/data"] == service["volumes"]
    assert service["mem_limit"].endswith("m")


def test_compose_lets_it_live_and_die_in_peace(service: dict[str, Any]) -> None:
    """Restarted, reaped, given 30 s to stop, its log bounded; .env may be missing."""
    assert "unless-stopped" == service["restart"]
    assert service["init"] is True
    assert "30s" == service["stop_grace_period"]
    assert [{"path": ".env", "required": False}] == service["env_file"]
    assert "max-size" in service["logging"]["options"]


def test_the_example_environment_is_the_real_one() -> None:
    """Every variable of .env.example is one that is read; none has a value in it."""
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    named = re.findall(r"^(?:# )?([A-Z_]+)=(.*)$", text, flags=re.MULTILINE)
    assert {"TELEGRAM_BOT_TOKEN", "TELEGRAM_CHAT_ID", "TELEGRAM_BOT_TOKEN_FILE", "PING_URL"} == {
        name for name, _ in named
    }
    assert {""} == {value for name, value in named if not name.endswith("_FILE")}
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert ".env" in ignored
