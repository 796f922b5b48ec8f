"""What all models of the configuration files have in common. They are the reference of the settings."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator


class Section(BaseModel):
    """A mapping in a file: unknown keys refused, nothing converted silently, defaults checked too."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, validate_default=True)

    @model_validator(mode="before")
    @classmethod
    def _nothing_is_the_default(cls, value: Any) -> Any:
        """A setting with nothing after its colon counts as not written, and so does a section whose settings
        are all commented out; unknown keys stay, to be refused."""
        if value is None:
            return {}
        if not isinstance(value, dict) or None not in value.values():
            return value
        known = {field.alias or name for name, field in cls.model_fields.items()}
        return {key: item for key, item in value.items() if item is not None or key not in known}
