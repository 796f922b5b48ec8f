-- A database of format 1 as this program wrote it: two stories, one alert delivered, one waiting.
-- Stays as it is when the format changes: it must always open.
BEGIN TRANSACTION;
CREATE TABLE alerts (
    id TEXT PRIMARY KEY,
    story_id TEXT NOT NULL REFERENCES stories (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    entry_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    topics TEXT NOT NULL,
    score REAL NOT NULL,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "alerts" VALUES('a-1','s-0000000000000001','0000000000000001','new story','["aes"]',81.5,1777897815123456);
INSERT INTO "alerts" VALUES('a-2','s-0000000000000002','0000000000000002','new story','["aes"]',81.5,1777897815123456);
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
INSERT INTO "deliveries" VALUES(1,'alert:s-0000000000000001:desk','alert','desk','{"type":"alert","alert_id":"a-s-0000000000000001","story_id":"s-0000000000000001","entry_id":"0000000000000001","kind":"new story","topics":[{"id":"aes","name":"Alliance","score":81.5,"why":"Gao × opens"}],"headline":"Bridge opens in Gao","url":"https://blatt.example/1","outlet":"Lokalblatt","language":null,"summary":"Ein Satz.","published_at":null,"first_seen_at":"2026-05-04T12:30:15.123456Z","follows_story_id":null}',1777897815123456,1777897815123456,'delivered','s-0000000000000001',0,1,1,1777897815123456,1777897815123456,'41',NULL,0,0,'<b>Bridge</b>');
INSERT INTO "deliveries" VALUES(2,'alert:s-0000000000000002:desk','alert','desk','{"type":"alert","alert_id":"a-s-0000000000000002","story_id":"s-0000000000000002","entry_id":"0000000000000002","kind":"new story","topics":[{"id":"aes","name":"Alliance","score":81.5,"why":"Gao × opens"}],"headline":"Bridge opens in Gao","url":"https://blatt.example/1","outlet":"Lokalblatt","language":null,"summary":"Ein Satz.","published_at":null,"first_seen_at":"2026-05-04T12:30:15.123456Z","follows_story_id":null}',1777897815123456,1777897815123456,'pending','s-0000000000000002',0,1,0,NULL,NULL,NULL,NULL,0,0,NULL);
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
INSERT INTO "entries" VALUES(1,'0000000000000001','lokalblatt','urn:1','https://blatt.example/1?ref=rss','https://blatt.example/1','Bridge number 1 opens in Gao «early»','Ein Satz – deux phrases. Гойта приехал.','Lokalblatt','en',1777897515123456,1777897815123456,'new story','none like it','s-0000000000000001',0);
INSERT INTO "entries" VALUES(2,'0000000000000002','lokalblatt','urn:2','https://blatt.example/2?ref=rss','https://blatt.example/2','Bridge number 2 opens in Gao «early»','Ein Satz – deux phrases. Гойта приехал.','Lokalblatt','en',1777897515123456,1777897815123456,'new story','none like it','s-0000000000000002',0);
CREATE TABLE facts (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "facts" VALUES('first_run_told','yes');
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
INSERT INTO "feeds" VALUES(1,1,493860,-1,'lokalblatt','https://lokalblatt.example/rss',X'572F22FF0022',X'4D6F6E2C203034204D617920323032362031323A30303A303020474D54',NULL,1777898415123456,'every 10 min',1777897815123456,1777897815123456,200,0,NULL,NULL,0,NULL,0,NULL,NULL,0,NULL,0,NULL,NULL,0,0,NULL,'[]','[]');
CREATE TABLE kept_pages (
    chat_id TEXT NOT NULL,
    message_id TEXT NOT NULL,
    pages TEXT NOT NULL,
    kept_at INTEGER NOT NULL,
    PRIMARY KEY (chat_id, message_id)
) STRICT;
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
INSERT INTO "matches" VALUES('0000000000000001','aes','v1',81.5,60.0,'[{"pattern":"state × act","score":81.5,"mentions":[{"concept":"sahel-state","member":"ml","term":"Gao","field":"title","start":26,"end":29,"words":"Gao","quality":97,"weight":0.8}],"missing":[],"note":""}]','[{"pattern":"two states","score":20.0,"mentions":[],"missing":["other-state"],"note":"no"}]');
INSERT INTO "matches" VALUES('0000000000000002','aes','v1',81.5,60.0,'[{"pattern":"state × act","score":81.5,"mentions":[{"concept":"sahel-state","member":"ml","term":"Gao","field":"title","start":26,"end":29,"words":"Gao","quality":97,"weight":0.8}],"missing":[],"note":""}]','[{"pattern":"two states","score":20.0,"mentions":[],"missing":["other-state"],"note":"no"}]');
CREATE TABLE mutes (
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    until INTEGER,
    created_at INTEGER NOT NULL,
    by TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (kind, value)
) STRICT, WITHOUT ROWID;
INSERT INTO "mutes" VALUES('topic','aes',NULL,1777897815123456,'7');
CREATE TABLE seen (
    feed INTEGER NOT NULL REFERENCES feeds (number) DEFERRABLE INITIALLY DEFERRED,
    key INTEGER NOT NULL,                    -- the 8-byte identity key as a signed big-endian number
    kind INTEGER NOT NULL,
    hour INTEGER NOT NULL,                   -- when the feed last showed it (hours since 1970)
    PRIMARY KEY (feed, key)
) STRICT, WITHOUT ROWID;
INSERT INTO "seen" VALUES(1,-5382687378899015554,1,493860);
INSERT INTO "seen" VALUES(1,-2691343689449507777,1,493860);
INSERT INTO "seen" VALUES(1,-1028001813962170200,3,493860);
INSERT INTO "seen" VALUES(1,1663341875487337577,3,493860);
INSERT INTO "seen" VALUES(1,6018027440424182931,2,493860);
INSERT INTO "seen" VALUES(1,8709371129873690708,2,493860);
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
INSERT INTO "stories" VALUES('s-0000000000000001','Bridge number 1',1777897815123456,1777897815123456,'["aes"]','["desk"]',NULL,NULL,0,NULL);
INSERT INTO "stories" VALUES('s-0000000000000002','Bridge number 2',1777897815123456,1777897815123456,'["aes"]','["desk"]',NULL,NULL,0,NULL);
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
INSERT INTO "target_states" VALUES('desk','-100',NULL,0,NULL,NULL,NULL,1777897815123456);
CREATE INDEX feeds_due ON feeds (next_poll_at) WHERE configured = 1 AND gone = 0;
CREATE INDEX feeds_polled ON feeds (last_poll_at) WHERE configured = 1 AND gone = 0;
CREATE INDEX entries_first_seen ON entries (first_seen_at);
CREATE INDEX entries_story ON entries (story_id, story_position) WHERE story_id IS NOT NULL;
CREATE INDEX entries_url ON entries (canonical_url);
CREATE INDEX stories_last_entry ON stories (last_entry_at);
CREATE INDEX alerts_created ON alerts (created_at);
CREATE INDEX alerts_story ON alerts (story_id);
CREATE INDEX deliveries_waiting ON deliveries (target_id, due_at, id)
    WHERE state IN ('pending', 'ambiguous');
CREATE INDEX deliveries_started ON deliveries (started_at);
CREATE INDEX deliveries_state ON deliveries (state, id);
CREATE INDEX deliveries_created ON deliveries (created_at, kind, target_id);
CREATE INDEX deliveries_story ON deliveries (story_id) WHERE story_id IS NOT NULL;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('deliveries',2);
COMMIT;
PRAGMA application_id = 1463899203;
PRAGMA user_version = 1;
