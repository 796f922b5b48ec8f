"""What all tests share: examples are drawn without deadlines, because machines are slow at odd moments, and in CI always the
same ones, so that a red run says something about the change; people's runs go on looking for new ones."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "suite",
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("suite")
