"""A report to look at: one self-contained HTML page with inline SVG, no script, nothing fetched from anywhere.

Facts in (records of the store, profiles, judged entries), text out; no file, clock or store is touched here.
"""

from watcher.ops.report.facts import Facts, Report, TopicReport, gather
from watcher.ops.report.page import render

__all__ = ["Facts", "Report", "TopicReport", "gather", "render"]
