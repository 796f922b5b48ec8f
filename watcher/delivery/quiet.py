"""Quiet hours: what may disturb, and when the night ends. Pure."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from watcher.core.model import AlertContent, DigestContent, NoticeContent, NoticeKind
from watcher.core.rendering.passages import zone

if TYPE_CHECKING:
    from watcher.core.model import Delivery, Target

LOUD_NOTICES = (NoticeKind.FAULT, NoticeKind.TEST)


def quiet_until(target: Target, now: datetime) -> datetime | None:
    """When the target's quiet hours end; None when it has none now."""
    if not target.quiet_from or not target.quiet_until or target.quiet_from == target.quiet_until:
        return None
    begin, end = time.fromisoformat(target.quiet_from), time.fromisoformat(target.quiet_until)
    there = zone(target.time_zone)
    local = now.astimezone(there)
    clock = local.time().replace(tzinfo=None)
    if begin < end:
        if not begin <= clock < end:
            return None
        last_day = local.date()
    else:  # over midnight
        if end <= clock < begin:
            return None
        last_day = local.date() + timedelta(days=1 if clock >= begin else 0)
    return datetime.combine(last_day, end, there).astimezone(now.tzinfo)


def may_disturb(delivery: Delivery, target: Target) -> bool:
    """Urgent alerts pass, edits make no sound, and a fault cannot wait."""
    match delivery.content:
        case AlertContent() as content:
            return max((tag.score for tag in content.topics), default=0.0) >= target.urgent_score
        case DigestContent():
            return False
        case NoticeContent() as content:
            return content.kind in LOUD_NOTICES
    return True
