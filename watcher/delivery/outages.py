"""What a long outage leaves: alerts too old to buzz for, told in a digest; a lost chat, told in another."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from watcher.core.model import Delivery, DeliveryKind, DigestContent, NoticeContent, NoticeKind
from watcher.core.rendering import LINES_PER_MESSAGE
from watcher.delivery.lanes import lane_of
from watcher.delivery.preparing import digest_line

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime, timedelta

    from watcher.core.model import DigestLine, Story, Target
    from watcher.protocols import Store


async def expire_old(store: Store, now: datetime, max_age: timedelta) -> None:
    """Expire alerts older than max_age; the digests that name them are queued with that."""
    await store.expire(now - max_age, now, lambda late: outage_digests(late, now))


def outage_digests(late: Iterable[tuple[Delivery, Story | None]], now: datetime) -> list[Delivery]:
    """Digests of alerts that come too late, with the stories they told of; one row holds one message's lines."""
    by_target: dict[str, list[DigestLine]] = {}
    for row, story in late:
        line = digest_line(row, story)
        if line is not None:
            by_target.setdefault(row.target_id, []).append(line)
    return [
        _digest(target_id, tuple(lines[start : start + LINES_PER_MESSAGE]), now)
        for target_id, lines in by_target.items()
        for start in range(0, len(lines), LINES_PER_MESSAGE)
    ]


def _digest(target_id: str, lines: tuple[DigestLine, ...], now: datetime) -> Delivery:
    names = "\n".join(line.story_id or line.headline for line in lines)
    key = hashlib.blake2b(names.encode("utf-8", "replace"), digest_size=8).hexdigest()
    return Delivery(
        kind=DeliveryKind.DIGEST,
        target_id=target_id,
        content=DigestContent(reason="outage", lines=lines),
        due_at=now,
        created_at=now,
        dedupe_key=f"digest:outage:{target_id}:{key}",
    )


def unreachable_notices(
    lost: Target, reason: str, days: int, targets: Iterable[Target], reachable: set[str], now: datetime
) -> list[Delivery]:
    """Tell of a lost chat where it can be read: in the chats that get notices, else in the first other."""
    others = [target for target in targets if target.id in reachable and lane_of(target) != lane_of(lost)]
    told = [target for target in others if target.ops] or others[:1]
    facts = {"target": lost.id, "reason": reason, "days": str(days)}
    return [
        Delivery(
            kind=DeliveryKind.NOTICE,
            target_id=target.id,
            content=NoticeContent(kind=NoticeKind.TARGET_UNREACHABLE, facts=facts),
            due_at=now,
            created_at=now,
            dedupe_key=f"notice:unreachable:{lost.id}:{target.id}:{now.isoformat()}",
        )
        for target in told
    ]
