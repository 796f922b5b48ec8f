"""Copies that share what neither has changed."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from watcher.core.grouping.sharing import SharedMap

KEYS = st.text(max_size=3)


class Copies(RuleBasedStateMachine):
    """A few maps copied from one another behave like as many dicts."""

    @initialize()
    def start(self) -> None:
        """One empty map, one empty dict."""
        self.maps: list[tuple[SharedMap[str, int], dict[str, int]]] = [(SharedMap(), {})]

    @rule(number=st.integers(0, 5), key=KEYS, value=st.integers())
    def put(self, number: int, key: str, value: int) -> None:
        """Set a key in one of them."""
        shared, plain = self.maps[number % len(self.maps)]
        shared.put(key, value)
        plain[key] = value

    @rule(number=st.integers(0, 5), key=KEYS)
    def remove(self, number: int, key: str) -> None:
        """Forget a key in one of them."""
        shared, plain = self.maps[number % len(self.maps)]
        shared.remove(key)
        plain.pop(key, None)

    @rule(number=st.integers(0, 5))
    def copy(self, number: int) -> None:
        """Copy one of them."""
        if len(self.maps) < 5:
            shared, plain = self.maps[number % len(self.maps)]
            self.maps.append((shared.copy(), dict(plain)))

    @invariant()
    def all_agree(self) -> None:
        """Every map holds what its dict holds."""
        for shared, plain in getattr(self, "maps", []):
            assert len(shared) == len(plain)
            assert sorted(shared.values()) == sorted(plain.values())
            assert all(shared.get(key) == value for key, value in plain.items())


TestCopies = Copies.TestCase
TestCopies.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)


@given(KEYS)
def test_a_missing_key_is_none(key: str) -> None:
    """Looking up and removing what is not there are no errors."""
    shared: SharedMap[str, int] = SharedMap()
    shared.remove(key)
    assert shared.get(key) is None
