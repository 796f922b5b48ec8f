"""Messages about the watcher itself, as rows of the outbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watcher.core.model import Delivery, DeliveryKind, NoticeContent

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from watcher.core.deciding.runtime import Runtime
    from watcher.core.model import NoticeKind


def notices(
    facts: Sequence[tuple[NoticeKind, dict[str, str]]],
    *,
    subject: str,
    runtime: Runtime,
    now: datetime,
    episode: str = "",
) -> tuple[Delivery, ...]:
    """Messages about the watcher itself, to the ops targets (the first target when none is named so).

    Args:
        facts: what is to be told.
        subject: of what.
        runtime: the configuration in force.
        now: when they are due.
        episode: within one, each kind is told once of the subject; "" = every time.
    """
    targets = [t for t in runtime.targets.values() if t.ops] or list(runtime.targets.values())[:1]
    return tuple(
        Delivery(
            kind=DeliveryKind.NOTICE,
            target_id=target.id,
            content=NoticeContent(kind=kind, facts=dict(values)),
            due_at=now,
            created_at=now,
            dedupe_key=f"notice:{kind}:{subject}:{target.id}:{episode or now.isoformat()}",
            silent=True,
        )
        for kind, values in facts
        for target in targets
    )
