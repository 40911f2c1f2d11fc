"""The tables in SQLite, from the first format to that of today.

A format is never changed once it was released: what changes is a step of its own, at the end.
Whoever adds one adds it in `postgres_schema.py`, too; a test compares the two.
"""

from __future__ import annotations

TOLD_SINCE = 4  # the format that has the table `told`
STATES_SINCE = 8  # the format in which a delivery that failed is tried again
ENDPOINTS_SINCE = 10  # the format that has the table `endpoints`
COUNTS_SINCE = 13  # the format that has the table `counts`
MIGRATIONS = (
    """
    CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
    CREATE TABLE sources (
        product TEXT NOT NULL,
        source TEXT NOT NULL,
        etag TEXT,
        last_modified TEXT,
        baseline_at TEXT,
        polled_at TEXT,
        error TEXT,
        PRIMARY KEY (product, source)
    ) STRICT;
    CREATE TABLE sightings (
        id TEXT PRIMARY KEY,
        product TEXT NOT NULL,
        version TEXT NOT NULL,
        source TEXT NOT NULL,
        url TEXT NOT NULL,
        title TEXT NOT NULL,
        state TEXT NOT NULL,
        first_seen TEXT NOT NULL,
        platform TEXT,
        published TEXT,
        reason TEXT
    ) STRICT;
    CREATE INDEX sightings_by_version ON sightings (product, version);
    CREATE TABLE events (
        id TEXT PRIMARY KEY,
        kind TEXT NOT NULL,
        product TEXT NOT NULL,
        version TEXT,
        severity TEXT NOT NULL,
        at TEXT NOT NULL,
        content TEXT NOT NULL
    ) STRICT;
    CREATE TABLE deliveries (
        id INTEGER PRIMARY KEY,
        event TEXT NOT NULL REFERENCES events (id),
        person TEXT NOT NULL,
        channel TEXT NOT NULL,
        state TEXT NOT NULL,
        attempts INTEGER NOT NULL DEFAULT 0,
        next_attempt_at TEXT,
        lease_until TEXT,
        lease_by TEXT,
        sent_at TEXT,
        error TEXT,
        UNIQUE (event, person, channel)
    ) STRICT;
    CREATE INDEX deliveries_due ON deliveries (state, next_attempt_at);
    """,
    """
    ALTER TABLE events ADD COLUMN subject TEXT;
    ALTER TABLE events ADD COLUMN taken_back_by TEXT;
    UPDATE events SET subject = product || '@' || version WHERE version IS NOT NULL;
    UPDATE events SET subject = json_extract(content, '$.page') WHERE version IS NULL;
    CREATE INDEX events_by_subject ON events (subject);
    """,
    """
    ALTER TABLE sightings ADD COLUMN arch TEXT;
    ALTER TABLE sightings ADD COLUMN channel TEXT;
    ALTER TABLE sightings ADD COLUMN track TEXT;
    ALTER TABLE sightings ADD COLUMN download TEXT;
    ALTER TABLE sightings ADD COLUMN size INTEGER;
    ALTER TABLE sightings ADD COLUMN sha256 TEXT;
    ALTER TABLE sightings ADD COLUMN notes TEXT;
    ALTER TABLE sightings ADD COLUMN told_in TEXT;
    ALTER TABLE sources ADD COLUMN read_at TEXT;
    ALTER TABLE sources ADD COLUMN reading TEXT;
    CREATE TABLE unread (
        product TEXT NOT NULL,
        source TEXT NOT NULL,
        entry TEXT NOT NULL,
        place TEXT NOT NULL,
        title TEXT NOT NULL,
        url TEXT NOT NULL,
        why TEXT NOT NULL,
        first_seen TEXT NOT NULL,
        PRIMARY KEY (product, source, entry)
    ) STRICT;
    """,
    # `told` is what stays of a delivery that was kept long enough: a correction must find whoever
    # was told. Triggers see to it that `sightings` is another word whenever sightings are others.
    """
    CREATE TABLE told (
        event TEXT NOT NULL REFERENCES events (id),
        person TEXT NOT NULL,
        channel TEXT NOT NULL,
        PRIMARY KEY (event, person, channel)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX deliveries_waiting ON deliveries (attempts, next_attempt_at)
        WHERE state = 'pending' AND next_attempt_at IS NOT NULL;
    CREATE INDEX events_by_product ON events (product, kind);
    ALTER TABLE sightings ADD COLUMN last_shown TEXT;
    UPDATE sightings SET last_shown = date('now');
    CREATE INDEX sightings_by_state ON sightings (state);
    CREATE INDEX sightings_shown ON sightings (product, last_shown);
    CREATE INDEX sightings_told ON sightings (product, told_in) WHERE told_in IS NOT NULL;
    INSERT INTO meta VALUES ('sightings', hex(randomblob(8)));
    CREATE TRIGGER sightings_added AFTER INSERT ON sightings BEGIN
        UPDATE meta SET value = hex(randomblob(8)) WHERE key = 'sightings';
    END;
    CREATE TRIGGER sightings_gone AFTER DELETE ON sightings BEGIN
        UPDATE meta SET value = hex(randomblob(8)) WHERE key = 'sightings';
    END;
    CREATE TRIGGER sightings_changed AFTER UPDATE OF
        product, version, source, url, title, state, first_seen, platform, published, reason,
        arch, channel, track, download, size, sha256, notes ON sightings BEGIN
        UPDATE meta SET value = hex(randomblob(8)) WHERE key = 'sightings';
    END;
    """,
    # The state of a source is its own; what there was are those that ask whether a page changed.
    """
    ALTER TABLE sources ADD COLUMN state TEXT;
    UPDATE sources SET state = json_patch('{}', json_object(
        'etag', etag, 'last_modified', last_modified
    )) WHERE COALESCE(etag, last_modified) IS NOT NULL;
    ALTER TABLE sources DROP COLUMN etag;
    ALTER TABLE sources DROP COLUMN last_modified;
    ALTER TABLE deliveries ADD COLUMN message_id TEXT;
    ALTER TABLE deliveries ADD COLUMN thread_id TEXT;
    ALTER TABLE deliveries ADD COLUMN assurance TEXT;
    CREATE INDEX deliveries_by_channel ON deliveries (channel, state, next_attempt_at);
    """,
    # Events hold facts: whoever knows them in words alone must not take them for damaged.
    "-- nothing else changed",
    # By these a sighting is looked up among millions: see `sought.py`.
    """
    ALTER TABLE sightings ADD COLUMN numbers TEXT;
    ALTER TABLE sightings ADD COLUMN file TEXT;
    UPDATE sightings SET numbers = numbers_of(version), file = file_of(url);
    CREATE INDEX sightings_by_numbers ON sightings (product, numbers);
    CREATE INDEX sightings_by_file ON sightings (file) WHERE state <> 'known';
    """,
    # What is tried again is told apart from what was not tried yet and from what is given up.
    """
    ALTER TABLE deliveries ADD COLUMN claim TEXT;
    ALTER TABLE deliveries ADD COLUMN tried_at TEXT;
    ALTER TABLE deliveries ADD COLUMN reason TEXT;
    ALTER TABLE deliveries ADD COLUMN because TEXT;
    ALTER TABLE deliveries ADD COLUMN duplicates INTEGER NOT NULL DEFAULT 0;
    UPDATE deliveries SET state = 'suppressed', reason = 'taken back before it was sent'
        WHERE state = 'dropped';
    UPDATE deliveries SET state = 'leased' WHERE state = 'sending';
    UPDATE deliveries SET state = 'dead' WHERE state = 'failed';
    UPDATE deliveries SET state = 'failed' WHERE state = 'pending' AND attempts > 0;
    DROP INDEX deliveries_waiting;
    CREATE INDEX deliveries_tried ON deliveries (tried_at) WHERE state = 'failed';
    """,
    # What a place showed of a download beside its name, what it does not show any more, and what
    # the answer was that a sighting was made of.
    """
    ALTER TABLE sightings ADD COLUMN digests TEXT;
    ALTER TABLE sightings ADD COLUMN digests_since TEXT;
    ALTER TABLE sightings ADD COLUMN rollout INTEGER;
    ALTER TABLE sightings ADD COLUMN shown_by TEXT;
    DROP TRIGGER sightings_changed;
    CREATE TRIGGER sightings_changed AFTER UPDATE OF
        product, version, source, url, title, state, first_seen, platform, published, reason,
        arch, channel, track, download, size, sha256, notes, digests, rollout ON sightings BEGIN
        UPDATE meta SET value = hex(randomblob(8)) WHERE key = 'sightings';
    END;
    CREATE INDEX sightings_shown_by ON sightings (product, shown_by) WHERE shown_by IS NOT NULL;
    CREATE TABLE views (
        product TEXT NOT NULL,
        source TEXT NOT NULL,
        view TEXT NOT NULL,
        PRIMARY KEY (product, source)
    ) STRICT;
    CREATE TABLE gone (
        sighting TEXT PRIMARY KEY,
        product TEXT NOT NULL,
        since TEXT NOT NULL,
        read_at TEXT NOT NULL,
        polls INTEGER NOT NULL,
        told TEXT
    ) STRICT;
    CREATE INDEX gone_by_product ON gone (product);
    CREATE TABLE proofs (
        id TEXT NOT NULL,
        part INTEGER NOT NULL,
        at TEXT NOT NULL,
        url TEXT NOT NULL,
        status INTEGER NOT NULL,
        peer TEXT,
        hops TEXT NOT NULL,
        headers TEXT NOT NULL,
        body BLOB NOT NULL,
        length INTEGER NOT NULL,
        PRIMARY KEY (id, part)
    ) STRICT;
    CREATE TABLE proven (
        sighting TEXT NOT NULL,
        proof TEXT NOT NULL,
        PRIMARY KEY (sighting, proof)
    ) STRICT;
    CREATE INDEX proven_by_proof ON proven (proof);
    """,
    # Where messages do not get through, and what the operators were told of it.
    """
    CREATE TABLE endpoints (
        channel TEXT NOT NULL,
        person TEXT NOT NULL,
        failing_since TEXT NOT NULL,
        error TEXT NOT NULL,
        fault TEXT NOT NULL,
        failures TEXT NOT NULL,
        quarantined_at TEXT,
        rests_until TEXT,
        probes INTEGER NOT NULL,
        told INTEGER NOT NULL,
        works_again TEXT,
        PRIMARY KEY (channel, person)
    ) STRICT, WITHOUT ROWID;
    ALTER TABLE deliveries ADD COLUMN reported INTEGER NOT NULL DEFAULT 0;
    UPDATE deliveries SET reported = 1 WHERE state = 'dead';
    CREATE INDEX deliveries_unreported ON deliveries (channel)
        WHERE state = 'dead' AND reported = 0;
    """,
    """
    ALTER TABLE sources ADD COLUMN whole_at TEXT;
    ALTER TABLE sources ADD COLUMN content TEXT;
    ALTER TABLE sources ADD COLUMN changed_at TEXT;
    ALTER TABLE sources ADD COLUMN matched TEXT;
    ALTER TABLE sources ADD COLUMN reach TEXT;
    ALTER TABLE sources ADD COLUMN trouble TEXT;
    ALTER TABLE sources ADD COLUMN failures INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE sources ADD COLUMN failing_since TEXT;
    ALTER TABLE sources ADD COLUMN told TEXT;
    ALTER TABLE sources ADD COLUMN told_since TEXT;
    ALTER TABLE sources ADD COLUMN next_poll TEXT;
    CREATE TABLE hosts (host TEXT PRIMARY KEY, until TEXT NOT NULL, times INTEGER NOT NULL) STRICT;
    """,
    # What was held for somebody goes in one message, whenever that is tried.
    """
    ALTER TABLE deliveries ADD COLUMN batch INTEGER;
    CREATE INDEX deliveries_by_batch ON deliveries (batch) WHERE batch IS NOT NULL;
    """,
    # How many deliveries there were of which nothing else is kept.
    """
    CREATE TABLE counts (
        event TEXT NOT NULL,
        channel TEXT NOT NULL,
        state TEXT NOT NULL,
        number INTEGER NOT NULL,
        first_at TEXT,
        last_at TEXT,
        PRIMARY KEY (event, channel, state)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX deliveries_by_person ON deliveries (person);
    """,
    # To keep a sighting cost most of a look that found many: an index that is the beginning of
    # another, two by which a few rows are asked for, and the word that each row changed anew.
    # Whoever adds sightings changes the word, once for all of them.
    """
    DROP TRIGGER sightings_added;
    DROP INDEX sightings_by_version;
    DROP INDEX sightings_shown;
    DROP INDEX sightings_by_state;
    CREATE INDEX sightings_standing ON sightings (state) WHERE state IN ('open', 'accepted');
    """,
    # A sighting has the digests of several files, each with its address.
    "-- nothing else changed",
)
