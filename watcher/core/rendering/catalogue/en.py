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
        "flood": "More stories that arrived at once: {count}",
        "budget": "More stories, above this chat's hourly budget: {count}",
        "quiet hours": "Stories during quiet hours: {count}",
        "outage": "Stories that could not be delivered in time: {count}",
        "daily": "Stories today: {count}",
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
        NoticeKind.STARTED: Notice(
            title="The watcher has started", sentences=("Version {version}.", "Feeds: {feeds}.")
        ),
        NoticeKind.STOPPED: Notice(
            title="The watcher has stopped",
            sentences=("It was asked to, {at}.", "Nothing is watched until it is started again."),
        ),
        NoticeKind.FAULT: Notice(
            title="Something is wrong",
            sentences=("{error}", "{more} more since the last such message; the log has them all."),
        ),
        NoticeKind.TEST: Notice(title="Test message", sentences=("Alerts for “{target}” will arrive here.",)),
    },
    buttons={
        "relevant": "👍",
        "irrelevant": "👎",
        "story": "🔕 Story",
        "outlet": "🔕 Outlet 24 h",
        "why": "Why?",
    },
    answers={
        "expired": "This message is too old, or not the one it was.",
        "judged relevant": "Noted: relevant. Thank you.",
        "judged irrelevant": "Noted: not relevant. Thank you.",
        "muted story": "No more about this story.",
        "muted outlet": "Nothing from {outlet} for 24 hours.",
        "until unmuted": "until unmuted",
        "unknown command": "I do not know that command. /help lists them.",
        "help title": "What I understand",
        "help status": "what is watched and what waits",
        "help recent": "stories of the last 24 hours: /recent [topic]",
        "help digest": "the last 24 hours by topic",
        "help stories": "open stories, the most reported first",
        "help topics": "the topics",
        "help topic": "one topic: /topic ID",
        "help why": "as a reply to an alert: why it came",
        "help try": "would this headline alert? /try HEADLINE",
        "help mute": "silence: /mute TOPIC|OUTLET [8h]",
        "help unmute": "end it: /unmute TOPIC|OUTLET",
        "help mutes": "what is muted",
        "help feeds": "the feeds, those in trouble first",
        "help help": "this list",
        "help pause": "stop polling",
        "help resume": "poll again",
        "help reload": "read the configuration again",
        "help checkfeed": "poll one feed now: /checkfeed OUTLET",
        "status title": "Status",
        "status feeds": "Feeds: {count}, in trouble: {failing}",
        "status stories": "Stories in the last 24 hours: {count}",
        "status outbox": "Messages waiting: {waiting}, given up: {dead}",
        "status mutes": "Mutes: {count}",
        "status paused": "Paused: no feeds are polled.",
        "feeds title": "Feeds",
        "topics title": "Topics",
        "unknown topic": "No such topic. There are: {topics}",
        "topic threshold": "Alerts from a score of {threshold}. Patterns:",
        "recent title": "Stories in the last 24 hours: {count}",
        "stories title": "Open stories: {count}",
        "why title": "Why",
        "why how": "Reply with /why to an alert.",
        "try how": "Write a headline behind it: /try Lavrov lands in Bamako",
        "try title": "Score and threshold",
        "try nothing": "No topic sees anything in it.",
        "mute how": "Mute a topic or an outlet by its name, for a while: /mute aes 8h",
        "muted": "{what} is muted: {until}",
        "unmute how": "Nothing of that name is muted. /mutes lists what is.",
        "unmuted": "{what} is no longer muted.",
        "mutes title": "Muted: {count}",
        "checkfeed how": "Name an outlet or a feed's id: /checkfeed OUTLET",
    },
)
