"""Seeds in our own words and what is known beside them."""

from __future__ import annotations

import pytest

from watcher.config.knowledge import make_knowledge
from watcher.config.topics import ConceptsFile
from watcher.core.deriving import Knowledge

SHARED = ConceptsFile.model_validate(
    {
        "concepts": {
            "lakes": {
                "members": {
                    "uganda": {"country": "UG", "en": ["Ugandan"]},
                    "rwanda": {"country": "RW", "en": ["Rwandan"]},
                    "congo": {"country": "CD"},
                    "kinshasa": {"of": "congo", "any": ["Kinshasa"]},
                }
            },
            "lake-bloc": {"members": {"bloc": {"any": ["Lakes Community"]}}},
            "raiders": {"members": {"raiders": {"en": ["raider", "raiders", "rustler"]}}},
        }
    }
)


@pytest.fixture(scope="session")
def shared() -> ConceptsFile:
    """A few shared concepts."""
    return SHARED


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    """The background, all countries and the shared concepts above."""
    return make_knowledge(SHARED)


@pytest.fixture(scope="session")
def bare() -> Knowledge:
    """What is known where nobody wrote shared concepts."""
    return make_knowledge(None)
