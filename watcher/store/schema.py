"""What the database looks like and how an older one becomes the present one.

Migrations are numbered by their place in MIGRATIONS and never change once released: a new shape is a new
migration at the end and a dump of the former shape under tests/data/schemas/. This module may not read or
write rows of the tables it defines.

Times are INTEGER microseconds since 1970 UTC (sortable, exact); booleans 0 or 1; lists JSON arrays.
"""

from __future__ import annotations

APPLICATION_ID = 0x57415443  # "WATC": tells our database from any other SQLite file

_V1 = """
CREATE TABLE feeds (
    number INTEGER PRIMARY KEY,              -- stands for the feed in the seen table: 1-2 bytes a row
    configured INTEGER NOT NULL DEFAULT 0,   -- 0 = was configured once
    read_hour INTEGER NOT NULL DEFAULT -1,   -- when its document was last read (hours since 1970)
    pruned_hour INTEGER NOT NULL DEFAULT -1, -- retention has been through its seen keys up to this step
    feed_id TEXT NOT NULL UNIQUE,
    url TEXT NOT NULL,
    etag BLOB,
    last_modified BLOB,
    body_hash BLOB,
    next_poll_at INTEGER,
    next_poll_reason TEXT NOT NULL DEFAULT '',
    last_poll_at INTEGER,
    last_success_at INTEGER,
    last_status INTEGER,
    failure_count INTEGER NOT NULL DEFAULT 0,
    failing_since INTEGER,
    last_error TEXT,
    failure_told INTEGER NOT NULL DEFAULT 0,
    redirect_url TEXT,
    redirect_count INTEGER NOT NULL DEFAULT 0,
    redirect_since INTEGER,
    moved_to TEXT,
    gone_count INTEGER NOT NULL DEFAULT 0,
    gone_since INTEGER,
    gone INTEGER NOT NULL DEFAULT 0,
    entries_per_day REAL,
    last_entry_at INTEGER,
    silence_told INTEGER NOT NULL DEFAULT 0,
    isolated INTEGER NOT NULL DEFAULT 0,
    ttl_s REAL,
    skip_hours TEXT NOT NULL DEFAULT '[]',
    skip_days TEXT NOT NULL DEFAULT '[]'
) STRICT;
CREATE INDEX feeds_due ON feeds (next_poll_at) WHERE configured = 1 AND gone = 0;
CREATE INDEX feeds_polled ON feeds (last_poll_at) WHERE configured = 1 AND gone = 0;

CREATE TABLE seen (
    feed INTEGER NOT NULL REFERENCES feeds (number) DEFERRABLE INITIALLY DEFERRED,
    key INTEGER NOT NULL,                    -- the 8-byte identity key as a signed big-endian number
    kind INTEGER NOT NULL,
    hour INTEGER NOT NULL,                   -- when the feed last showed it (hours since 1970)
    PRIMARY KEY (feed, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE entries (
    seq INTEGER PRIMARY KEY,                 -- the order of commit
    id TEXT NOT NULL UNIQUE,
    feed_id TEXT NOT NULL REFERENCES feeds (feed_id) DEFERRABLE INITIALLY DEFERRED,
    guid TEXT NOT NULL,
    url TEXT NOT NULL,
    canonical_url TEXT NOT NULL,
    title TEXT NOT NULL,
    summary TEXT NOT NULL,
    outlet TEXT NOT NULL,
    language TEXT,
    published_at INTEGER,
    first_seen_at INTEGER NOT NULL,
    fate TEXT NOT NULL,
    reason TEXT NOT NULL,
    story_id TEXT,
    story_position INTEGER                   -- place in its story; NULL = named, but did not join
) STRICT;
CREATE INDEX entries_first_seen ON entries (first_seen_at);
CREATE INDEX entries_story ON entries (story_id, story_position) WHERE story_id IS NOT NULL;
CREATE INDEX entries_url ON entries (canonical_url);

CREATE TABLE matches (
    entry_id TEXT NOT NULL REFERENCES entries (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    profile_id TEXT NOT NULL,
    profile_version TEXT NOT NULL,
    score REAL NOT NULL,
    threshold REAL NOT NULL,
    evidence TEXT NOT NULL,                  -- JSON
    near TEXT NOT NULL,                      -- JSON
    PRIMARY KEY (entry_id, profile_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE stories (
    id TEXT PRIMARY KEY,
    headline TEXT NOT NULL,
    opened_at INTEGER NOT NULL,
    last_entry_at INTEGER NOT NULL,
    topics TEXT NOT NULL,
    told_targets TEXT NOT NULL,
    follows_story_id TEXT,
    closed_at INTEGER,
    retitled_count INTEGER NOT NULL DEFAULT 0,
    retitled_since INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX stories_last_entry ON stories (last_entry_at);

CREATE TABLE alerts (
    id TEXT PRIMARY KEY,
    story_id TEXT NOT NULL REFERENCES stories (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    entry_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    topics TEXT NOT NULL,
    score REAL NOT NULL,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX alerts_created ON alerts (created_at);
CREATE INDEX alerts_story ON alerts (story_id);

CREATE TABLE deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,    -- never reused: buttons and commands name it
    dedupe_key TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    target_id TEXT NOT NULL,
    content TEXT NOT NULL,                   -- JSON
    due_at INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    state TEXT NOT NULL,
    story_id TEXT,
    silent INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    attempt_count INTEGER NOT NULL,
    started_at INTEGER,
    delivered_at INTEGER,
    receipt TEXT,
    reason TEXT,
    possible_repeat INTEGER NOT NULL,
    plain INTEGER NOT NULL,
    sent_text TEXT
) STRICT;
CREATE INDEX deliveries_waiting ON deliveries (target_id, due_at, id)
    WHERE state IN ('pending', 'ambiguous');
CREATE INDEX deliveries_started ON deliveries (started_at);
CREATE INDEX deliveries_state ON deliveries (state, id);
CREATE INDEX deliveries_created ON deliveries (created_at, kind, target_id);
CREATE INDEX deliveries_story ON deliveries (story_id) WHERE story_id IS NOT NULL;

CREATE TABLE target_states (
    target_id TEXT PRIMARY KEY,
    chat_id TEXT,
    paused_until INTEGER,
    failure_count INTEGER NOT NULL DEFAULT 0,
    unreachable_since INTEGER,
    unreachable_reason TEXT,
    migrated_to TEXT,
    last_sent_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE mutes (
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    until INTEGER,
    created_at INTEGER NOT NULL,
    by TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (kind, value)
) STRICT, WITHOUT ROWID;

CREATE TABLE takings (
    story_id TEXT NOT NULL,
    target_id TEXT NOT NULL,
    user_id INTEGER,                         -- NULL = given back
    name TEXT NOT NULL,
    changed_at INTEGER NOT NULL,
    press_id INTEGER NOT NULL,
    wanted_by INTEGER,
    wanted_at INTEGER,
    PRIMARY KEY (story_id, target_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE kept_pages (
    chat_id TEXT NOT NULL,
    message_id TEXT NOT NULL,
    pages TEXT NOT NULL,
    kept_at INTEGER NOT NULL,
    PRIMARY KEY (chat_id, message_id)
) STRICT;

CREATE TABLE facts (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
"""

MIGRATIONS: tuple[str, ...] = (_V1,)
"""MIGRATIONS[n] turns version n into version n + 1; version 0 is an empty file."""
