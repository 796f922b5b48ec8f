"""Write what README.md shows: alerts and answers, by the real renderer; the demo's output, by the demo.

python scripts/readme_pictures.py            write what differs
python scripts/readme_pictures.py --check    exit 1 when a picture is not current; writes nothing
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from scripts.phone_bubble import bubble
from watcher.bot.reasons import reasons
from watcher.config import compile_runtime, load
from watcher.core.deciding import PollInput, decide, identify, index_stories
from watcher.core.model import (
    AlertContent,
    Counts,
    Delivery,
    DigestContent,
    EditContent,
    FeedConfig,
    FeedState,
    Fetched,
    ParsedFeed,
    RawEntry,
    Story,
    Taking,
    Target,
    joined_edits,
)
from watcher.core.rendering import Desk, render, render_digest, texts
from watcher.delivery.preparing import digest_line
from watcher.demo.script import ACTS, OUTLETS
from watcher.demo.stage import link_of

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
PICTURES = ROOT / "docs" / "pictures"
STORY = (
    "lavrov-bamako",
    "lavrov-a-bamako",
    "lavrov-v-bamako",
    "lavrov-en-bamako",
)  # slugs of the pieces that tell it
GROWING = "attaque-djibo"  # the piece whose story grows
TWO_TOPICS = "aes-djibo"  # the piece that is on two topics
PHONE = Target(id="phone", sink="telegram", chat_id="1", reads=("en",))
AT = datetime(2026, 11, 3, 19, 42, tzinfo=UTC)
JOINER = "\u2060"
DEMO_S = 60.0


@dataclass(slots=True)
class Play:
    """What the shipped topics make of the demo's pieces, in the order of its acts."""

    alerts: list[Delivery] = field(default_factory=list)
    edits: dict[str, Delivery] = field(default_factory=dict)  # the latest of each story
    before: dict[str, Story] = field(default_factory=dict)  # stories as they were when they were told
    after: dict[str, Story] = field(default_factory=dict)

    def of(self, slug: str) -> Delivery:
        """The alert that a piece caused."""
        return next(
            row
            for row in self.alerts
            if isinstance(row.content, AlertContent) and row.content.url.endswith(f"/{slug}")
        )


def played(slugs: Sequence[str] = ()) -> Play:
    """Decide all pieces of the demo, or those named."""
    runtime = compile_runtime(load(ROOT / "config", {}))
    runtime = replace(runtime, targets={PHONE.id: PHONE})
    stories = index_stories([], runtime.matcher)
    names = {outlet.id: outlet for outlet in OUTLETS}
    pieces = [piece for act in ACTS for piece in act.pieces if not slugs or piece.slug in slugs]
    play = Play()
    for number, piece in enumerate(pieces):
        outlet, now = names[piece.outlet_id], AT + timedelta(minutes=3 * number)
        url = link_of(piece)
        raw = RawEntry(guid=url, link=url, title=piece.title, summary=piece.summary, published_at=now)
        parsed = ParsedFeed(title=outlet.name, entries=(raw,))
        decision = decide(
            PollInput(
                feed=FeedConfig(id=outlet.id, url=url, outlet=outlet.name, language=outlet.language),
                state=FeedState(feed_id=outlet.id, url=url, last_success_at=AT - timedelta(hours=1)),
                now=now,
                result=Fetched(url=url, status=200, body=b"-"),
                parsed=parsed,
                identified=identify(parsed, url),
                seen={},
                runtime=runtime,
                stories=stories,
                mutes=(),
                counts=Counts(alerts_by_topic={}, alerts_by_target={}),
                jitter=0.0,
            )
        )
        stories = decision.stories
        for row in decision.plan.deliveries:
            story = stories.story(row.story_id or "")
            if isinstance(row.content, AlertContent) and story is not None:
                play.alerts.append(row)
                play.before[story.id] = story
            elif isinstance(row.content, EditContent) and row.story_id:
                known = play.edits.get(row.story_id)
                content = (
                    joined_edits(known.content, row.content)
                    if known and isinstance(known.content, EditContent)
                    else row.content
                )
                play.edits[row.story_id] = replace(row, content=content)
    for row in play.alerts:
        story = stories.story(row.story_id or "")
        if story is not None:
            play.after[story.id] = story
    return play


def alert() -> str:
    """An alert as Markdown: the demo's pieces decided by the shipped topics, then drawn."""
    play = played(STORY)
    (row,) = play.alerts  # one push, whoever else tells the story
    message = render(row, play.after[row.story_id or ""], PHONE)
    lines = message.html.replace(JOINER, "").split("\n")
    return "\n".join(f"> {line}<br>" for line in lines[:-1]) + f"\n> {lines[-1]}"


def phones() -> dict[str, str]:
    """The pictures of messages, by file name: drawn from what is sent."""
    play = played()
    told = play.of(GROWING)
    story_id = told.story_id or ""
    taking = Taking(
        story_id=story_id,
        target_id=PHONE.id,
        user_id=7,
        name="Amina Traoré",
        changed_at=AT + timedelta(minutes=21),
        press_id=1,
    )
    lines = [digest_line(row, play.after[row.story_id or ""]) for row in play.alerts]
    digest = DigestContent(reason="quiet hours", lines=tuple(line for line in lines if line))
    grown = render(
        play.edits[story_id], play.after[story_id], PHONE, alert=told, desk=Desk(shared=True, taking=taking)
    )
    two_topics = play.of(TWO_TOPICS).content
    assert isinstance(two_topics, AlertContent)
    (why,) = reasons(two_topics, texts(PHONE.language))
    return {
        "alert.svg": bubble(render(told, play.before[story_id], PHONE, desk=Desk()), time="19:46"),
        "grown.svg": bubble(grown, time="19:46", note="edited"),
        "digest.svg": bubble(render_digest(digest, PHONE), time="07:00"),
        "why.svg": bubble(why, time="20:15"),
    }


def demo() -> str:
    """The demo's output as Markdown, its times masked."""
    done = subprocess.run(
        [sys.executable, "-m", "watcher", "demo"],
        capture_output=True,
        text=True,
        check=False,
        timeout=DEMO_S,
    )
    if done.returncode:
        raise SystemExit(f"the demo failed ({done.returncode}): {done.stderr}")
    return f"```text\n{masked(done.stdout).strip(chr(10))}\n```"


def masked(text: str) -> str:
    """A demo's output without what differs from run to run: times and the number of polls."""
    text = re.sub(r"^ *\d+\.\d s  ", "", text, flags=re.MULTILINE)
    text = re.sub(
        r" · \d+\.\d s(.*)$", lambda hit: f"{hit[1]}{'─' * (len(hit[0]) - len(hit[1]))}", text, flags=re.M
    )
    text = re.sub(r"\b\d{1,2} [A-Z][a-z]{2} \d\d:\d\d", "3 Nov 19:42", text)
    return re.sub(r"in \d+ s and \d+ polls \(\d+ ", "in 11 s and 60 polls (33 ", text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """What every run of the demo has in common; bubbles that are drawn at one moment may change places."""

    bubbles: frozenset[str]
    rest: str


def outline(text: str) -> Outline:
    """Reduce a demo's output to what must not change unnoticed.

    Which message is first, in which order outlets join and how many edits that takes depends on which feed is polled
    first; the last state of every message does not.
    """
    text = masked(text)
    bubbles: dict[tuple[str, bool], str] = {}
    for title, body in re.findall(r"^╭─ (.*?) ?─*\n(.*?)\n╰─+$", text, flags=re.MULTILINE | re.DOTALL):
        words = re.sub(r"Also: (.*?) (?=Why: )", _sorted, " ".join(body.split()))
        bubbles[re.split(r" (?:Changed|Also|Why): ", words)[0], "edited" in title] = words
    rest = re.sub(r"^╭─.*?\n╰─+$\n", "", text, flags=re.MULTILINE | re.DOTALL)
    rest = re.sub(r"\d+ silent edits", "silent edits", " ".join(rest.split()))
    return Outline(bubbles=frozenset(bubbles.values()), rest=rest)


def _sorted(also: re.Match[str]) -> str:
    return f"Also: {', '.join(sorted(also[1].split(', ')))} "


def picture(text: str, name: str) -> str:
    """What stands between a picture's markers."""
    found = re.search(rf"<!-- {name}:begin.*?-->\n(.*?)<!-- {name}:end -->", text, flags=re.DOTALL)
    if found is None:
        raise SystemExit(f"README.md has no markers {name}:begin and {name}:end")
    return found[1].strip("\n")


def with_picture(text: str, name: str, drawn: str) -> str:
    """The text with another picture between its markers."""
    head, begin, tail = re.split(rf"(<!-- {name}:begin.*?-->\n)", text, maxsplit=1, flags=re.DOTALL)
    return f"{head}{begin}{drawn}\n{tail[tail.index(f'<!-- {name}:end -->') :]}"


def _is_current(name: str, svg: str) -> bool:
    path = PICTURES / name
    return path.exists() and path.read_text(encoding="utf-8") == svg


def main(arguments: list[str]) -> int:
    """Write or check; returns the exit code."""
    text = README.read_text(encoding="utf-8")
    seen = demo()
    now, then = outline(seen), outline(picture(text, "demo"))
    drawn = phones()
    stale = [
        name
        for name, current in (("alert", alert() == picture(text, "alert")), ("demo", now == then))
        if not current
    ] + [name for name, svg in drawn.items() if not _is_current(name, svg)]
    if "--check" in arguments:
        print("\n".join(f"not current: {name}" for name in stale) or "README.md is current")
        print(
            "\n".join(
                [
                    *(f"- {one}" for one in then.bubbles - now.bubbles),
                    *(f"+ {one}" for one in now.bubbles - then.bubbles),
                ]
            )
        )
        return 1 if stale else 0
    text = with_picture(text, "alert", alert())
    if "demo" in stale:
        text = with_picture(text, "demo", seen)
    README.write_text(text, encoding="utf-8")
    for name, svg in drawn.items():
        (PICTURES / name).write_text(svg, encoding="utf-8")
    print("written: " + (", ".join(stale) or "nothing, all is current"))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
