"""The room that reaches out: guard, fetching, parsing, discovery of feeds behind pages."""
