"""Topic files and the shared concepts: their models, and the profiles built from them. No file is read here.

The loader validates with `TopicFile` and `ConceptsFile`, asks `shared_problems` and `reference_problems` for
names that lead nowhere (each with its path in the file), then calls `build_profiles`.
"""

from watcher.config.topics.building import build_profiles, version_of
from watcher.config.topics.countries import country_names
from watcher.config.topics.files import ConceptsFile, TopicFile
from watcher.config.topics.references import reference_problems, shared_problems

__all__ = [
    "ConceptsFile",
    "TopicFile",
    "build_profiles",
    "country_names",
    "reference_problems",
    "shared_problems",
    "version_of",
]
