"""English."""

from watcher.core.model import NoticeKind
from watcher.core.rendering.catalogue.form import Catalogue, Notice

CATALOGUE = Catalogue(
    months=("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    moment="{day} {month} {time}",
    also="Also:",
    why="Why:",
    changed="Changed:",
    translate="Translate",
    possible_repeat="↻ possible repeat",
    more="… and {count} more",
    digests={
        "flood": "{count} more stories arrived at once",
        "budget": "{count} more stories, above this chat's hourly budget",
        "quiet hours": "{count} stories during quiet hours",
        "outage": "{count} stories could not be delivered in time",
        "daily": "{count} stories today",
    },
    notices={
        NoticeKind.FIRST_RUN: Notice(
            title="Watching now",
            sentences=(
                "{reached} of {feeds} feeds answered.",
                "{unreached} did not; they are tried again (“watcher status” says why).",
                "Topics: {topics}.",
                "New developments arrive from now on, one message each.",
                "Stories of the last 24 hours: {stories}.",
                "The latest {listed}:",
            ),
        ),
        NoticeKind.FEED_FAILING: Notice(
            title="A feed is failing: {outlet}",
            sentences=(
                "No success since {since}.",
                "Last error: {error}.",
                "It is still tried, more and more rarely.",
            ),
        ),
        NoticeKind.FEED_RECOVERED: Notice(
            title="A feed is back: {outlet}", sentences=("It had failed since {since}.",)
        ),
        NoticeKind.FEED_GONE: Notice(
            title="A feed is gone: {outlet}",
            sentences=("Its server says it was removed for good (410). It is polled no more.",),
        ),
        NoticeKind.FEED_MOVED: Notice(
            title="A feed has moved: {outlet}",
            sentences=("It is polled at its new address: {to}.", "Please update the configuration."),
        ),
        NoticeKind.FEED_SILENT: Notice(
            title="A feed has fallen silent: {outlet}",
            sentences=("Nothing new for {days} days; usual are {usual} entries a day.",),
        ),
        NoticeKind.FEED_REKEYED: Notice(
            title="A feed changed all its identifiers: {outlet}",
            sentences=("Its {entries} entries were recognised; nothing is alerted again.",),
        ),
        NoticeKind.CONFIG_BROKEN: Notice(
            title="The new configuration has errors",
            sentences=("The old one stays in force.", "Problems: {count}; the first: {problem}"),
        ),
        NoticeKind.CONFIG_RELOADED: Notice(title="Configuration reloaded", sentences=("{changes}",)),
        NoticeKind.TARGET_UNREACHABLE: Notice(
            title="A chat cannot be reached: {target}",
            sentences=(
                "Telegram says: {reason}.",
                "Its messages are held and tried once a day for {days} days.",
            ),
        ),
        NoticeKind.STARTED: Notice(title="The watcher has started", sentences=("Version {version}.",)),
        NoticeKind.STOPPED: Notice(title="The watcher has stopped", sentences=("{reason}",)),
        NoticeKind.FAULT: Notice(title="Something is wrong", sentences=("{error}",)),
        NoticeKind.TEST: Notice(title="Test message", sentences=("Alerts for “{target}” will arrive here.",)),
    },
    buttons={
        "relevant": "👍",
        "irrelevant": "👎",
        "story": "🔕 Story",
        "outlet": "🔕 Outlet 24 h",
        "why": "Why?",
    },
    answers={},
)
