"""What an edit would bring: judged entries judged again with it made. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.core.evaluation.topics import Judged, Labelled
from watcher.core.evaluation.tuning.edits import AddTerm, Edit, RemoveTerm, SetScore, apply
from watcher.core.matching import compile_matcher, judge, read_entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from watcher.core.profiles import Profile


def judge_all(items: Iterable[Labelled], profiles: Mapping[str, Profile]) -> dict[str, list[Judged]]:
    """Judge labelled entries for the topics they are graded for: profile id -> judged, grade 1 left out."""
    matcher = compile_matcher(list(profiles.values()))
    found: dict[str, list[Judged]] = {topic: [] for topic in profiles}
    for item in items:
        graded = [topic for topic, grade in item.grades.items() if grade != 1 and topic in profiles]
        if not graded:
            continue
        reading = read_entry(item.entry, matcher, complete=True)
        for match in judge(reading, item.entry, matcher, graded, zeros=True):
            found[match.profile_id].append(
                Judged(entry=item.entry, grade=item.grades[match.profile_id], match=match)
            )
    return found


class Bench:
    """Judged entries under the edits made so far; measures one more without making it."""

    def __init__(
        self, items: Sequence[Labelled], profiles: dict[str, Profile], judged: dict[str, list[Judged]]
    ) -> None:
        self._items = {item.entry.id: item for item in items}
        self.profiles = profiles
        self.judged = judged

    def measure(self, edit: Edit) -> tuple[int, int]:
        """(false alarms saved, misses saved) over all topics; negative where it makes more."""
        new = self._judge(edit)
        false_saved = missed_saved = 0
        for topic, items in self.judged.items():
            threshold = self.profiles[topic].threshold
            changed = {item.entry.id: item for item in new.get(topic, ())}
            for item in items:
                other = changed.get(item.entry.id)
                if other is None:
                    continue
                was, is_now = item.match.score >= threshold, other.match.score >= threshold
                if item.grade == 0:
                    false_saved += was - is_now
                else:
                    missed_saved += is_now - was
        return false_saved, missed_saved

    def make(self, edit: Edit) -> None:
        """Make an edit: what is measured from now on is measured with it."""
        new = self._judge(edit)
        for topic, items in self.judged.items():
            changed = {item.entry.id: item for item in new.get(topic, ())}
            self.judged[topic] = [changed.get(item.entry.id, item) for item in items]
        self.profiles = apply(self.profiles, edit)

    def _judge(self, edit: Edit) -> dict[str, list[Judged]]:
        """Judge the entries an edit can touch with it made."""
        touched = [self._items[entry_id] for entry_id in self._touched(edit)]
        return judge_all(touched, apply(self.profiles, edit)) if touched else {}

    def _touched(self, edit: Edit) -> list[str]:
        if isinstance(edit, AddTerm):
            # Inflected forms may match as well: words of the same beginning are looked at too.
            heads = [
                word[: max(4, len(word) - 3)]
                for phrase in [edit.term.split()]
                for word in map(str.lower, phrase)
            ]
            return [
                entry_id
                for entry_id, item in self._items.items()
                if all(head in f"{item.entry.title} {item.entry.summary}".lower() for head in heads)
            ]
        found: dict[str, None] = {}
        for items in self.judged.values():
            for item in items:
                for evidence in (*item.match.evidence, *item.match.near):
                    if isinstance(edit, SetScore):
                        hit = evidence.pattern == edit.pattern
                    else:
                        hit = isinstance(edit, RemoveTerm) and any(
                            mention.term == edit.term for mention in evidence.mentions
                        )
                    if hit:
                        found[item.entry.id] = None
        return list(found)
