-- The schema of the catalogue in SQLite, as the migrations make it. `make schema` writes this file.

CREATE TABLE accounts (
    id BLOB PRIMARY KEY NOT NULL,
    handle TEXT NOT NULL UNIQUE,
    handle_key TEXT NOT NULL,
    role TEXT NOT NULL DEFAULT 'member',
    password TEXT,
    is_disabled INTEGER NOT NULL DEFAULT 0,
    quota_bytes INTEGER,
    image_count INTEGER NOT NULL DEFAULT 0,
    bytes_used INTEGER NOT NULL DEFAULT 0,
    date_created INTEGER NOT NULL
, keeps_duplicates INTEGER NOT NULL DEFAULT 0) STRICT;

CREATE UNIQUE INDEX accounts_by_handle_key ON accounts (handle_key);

CREATE TABLE album_counts (
    album INTEGER NOT NULL REFERENCES albums (seq) ON DELETE CASCADE,
    owner BLOB NOT NULL,
    audience INTEGER NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (album, owner, audience)
) STRICT, WITHOUT ROWID;

CREATE TABLE album_images (
    album INTEGER NOT NULL REFERENCES albums (seq) ON DELETE CASCADE,
    image INTEGER NOT NULL,
    position TEXT NOT NULL,
    date INTEGER NOT NULL,
    owner BLOB NOT NULL,
    consent INTEGER NOT NULL,
    audience INTEGER NOT NULL,
    is_present INTEGER NOT NULL DEFAULT 1,
    added_by BLOB NOT NULL,
    date_added INTEGER NOT NULL,
    PRIMARY KEY (album, image)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER album_images_add_change AFTER INSERT ON album_images
WHEN NEW.consent > 0 AND NEW.is_present = 1 BEGIN
    INSERT INTO changes (date, kind, is_public, public_kind, is_of_album, album, image, id)
SELECT CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000, CASE WHEN NEW.consent > 0 THEN 'added' ELSE 'deleted' END, is_public,
    CASE is_public WHEN 1 THEN CASE NEW.consent WHEN 2 THEN 'added' ELSE 'deleted' END END,
    1 - is_public, CASE is_public WHEN 0 THEN NEW.album END, seq, id
FROM (SELECT seq, id, (0 = 2) <> (NEW.consent = 2) AND EXISTS (
        SELECT 1 FROM albums WHERE albums.seq = NEW.album AND visibility = 'public') AS is_public
    FROM images WHERE seq = NEW.image) AS image
WHERE is_public = 1 OR (0 > 0) <> (NEW.consent > 0);
    END;

CREATE INDEX album_images_by_date ON album_images (album, date, image, audience, owner, is_present);

CREATE INDEX album_images_by_image ON album_images (image, audience);

CREATE INDEX album_images_by_position ON album_images (album, position, image, audience, owner, is_present);

CREATE TRIGGER album_images_change AFTER UPDATE OF consent, is_present ON album_images
WHEN OLD.consent * OLD.is_present <> NEW.consent * NEW.is_present AND (NEW.consent > 0 OR NEW.audience < 2) BEGIN
    INSERT INTO changes (date, kind, is_public, public_kind, is_of_album, album, image, id)
SELECT CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000, CASE WHEN (NEW.consent * NEW.is_present) > 0 THEN 'added' ELSE 'deleted' END, is_public,
    CASE is_public WHEN 1 THEN CASE (NEW.consent * NEW.is_present) WHEN 2 THEN 'added' ELSE 'deleted' END END,
    1 - is_public, CASE is_public WHEN 0 THEN NEW.album END, seq, id
FROM (SELECT seq, id, ((OLD.consent * OLD.is_present) = 2) <> ((NEW.consent * NEW.is_present) = 2) AND EXISTS (
        SELECT 1 FROM albums WHERE albums.seq = NEW.album AND visibility = 'public') AS is_public
    FROM images WHERE seq = NEW.image) AS image
WHERE is_public = 1 OR ((OLD.consent * OLD.is_present) > 0) <> ((NEW.consent * NEW.is_present) > 0);
    END;

CREATE TRIGGER album_images_count_down AFTER DELETE ON album_images WHEN OLD.is_present = 1 BEGIN
    UPDATE album_counts SET count = count - 1
    WHERE album = OLD.album AND owner = OLD.owner AND audience = OLD.audience; END;

CREATE TRIGGER album_images_count_in AFTER UPDATE OF owner, audience, is_present ON album_images
WHEN NEW.is_present = 1 BEGIN
    INSERT INTO album_counts (album, owner, audience, count) VALUES (NEW.album, NEW.owner, NEW.audience, 1)
    ON CONFLICT (album, owner, audience) DO UPDATE SET count = count + 1; END;

CREATE TRIGGER album_images_count_out AFTER UPDATE OF owner, audience, is_present ON album_images
WHEN OLD.is_present = 1 BEGIN
    UPDATE album_counts SET count = count - 1
    WHERE album = OLD.album AND owner = OLD.owner AND audience = OLD.audience; END;

CREATE TRIGGER album_images_count_up AFTER INSERT ON album_images WHEN NEW.is_present = 1 BEGIN
    INSERT INTO album_counts (album, owner, audience, count) VALUES (NEW.album, NEW.owner, NEW.audience, 1)
    ON CONFLICT (album, owner, audience) DO UPDATE SET count = count + 1; END;

CREATE TRIGGER album_images_remove_change AFTER DELETE ON album_images
WHEN OLD.consent > 0 AND OLD.is_present = 1 BEGIN
    INSERT INTO changes (date, kind, is_public, public_kind, is_of_album, album, image, id)
SELECT CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000, CASE WHEN 0 > 0 THEN 'added' ELSE 'deleted' END, is_public,
    CASE is_public WHEN 1 THEN CASE 0 WHEN 2 THEN 'added' ELSE 'deleted' END END,
    1 - is_public, CASE is_public WHEN 0 THEN OLD.album END, seq, id
FROM (SELECT seq, id, (OLD.consent = 2) <> (0 = 2) AND EXISTS (
        SELECT 1 FROM albums WHERE albums.seq = OLD.album AND visibility = 'public') AS is_public
    FROM images WHERE seq = OLD.image) AS image
WHERE is_public = 1 OR (OLD.consent > 0) <> (0 > 0);
    END;

CREATE TABLE album_members (
    account BLOB NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    album INTEGER NOT NULL REFERENCES albums (seq) ON DELETE CASCADE,
    role TEXT NOT NULL,
    date_added INTEGER NOT NULL,
    PRIMARY KEY (account, album)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER album_members_add_change AFTER INSERT ON album_members BEGIN
    INSERT INTO changes (date, kind, account, album) SELECT CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000, 'joined', NEW.account, NEW.album;
INSERT INTO album_readers (album, account, since)
SELECT NEW.album, NEW.account, max(sequence) FROM changes;
    END;

CREATE INDEX album_members_by_album ON album_members (album);

CREATE TRIGGER album_members_remove_change AFTER DELETE ON album_members BEGIN
    INSERT INTO changes (date, kind, account, album) SELECT CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000, 'left', OLD.account, OLD.album;
UPDATE album_readers SET until = (SELECT max(sequence) FROM changes)
WHERE album = OLD.album AND account = OLD.account AND until IS NULL;
    END;

CREATE TABLE album_readers (
    album INTEGER NOT NULL,
    account BLOB NOT NULL,
    since INTEGER NOT NULL,
    until INTEGER,
    PRIMARY KEY (album, account, since)
) STRICT, WITHOUT ROWID;

CREATE TABLE albums (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id BLOB NOT NULL UNIQUE,
    owner BLOB NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    parent INTEGER REFERENCES albums (seq) ON DELETE SET NULL,
    title TEXT NOT NULL,
    title_key TEXT NOT NULL,
    description TEXT NOT NULL,
    visibility TEXT NOT NULL,
    image_order TEXT NOT NULL,
    cover BLOB,
    version INTEGER NOT NULL,
    date_created INTEGER NOT NULL,
    date_modified INTEGER NOT NULL
) STRICT;

CREATE TRIGGER albums_add_change AFTER INSERT ON albums BEGIN
    INSERT INTO album_readers (album, account, since) SELECT NEW.seq, NEW.owner, max(sequence) FROM changes;
    END;

CREATE INDEX albums_by_owner ON albums (owner, title_key);

CREATE INDEX albums_by_parent ON albums (parent, title_key);

CREATE INDEX albums_by_title ON albums (title_key);

CREATE TRIGGER albums_owner_change AFTER UPDATE OF owner ON albums WHEN OLD.owner <> NEW.owner BEGIN
    INSERT INTO changes (date, kind, account, album) SELECT CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000, 'left', OLD.owner, OLD.seq;
UPDATE album_readers SET until = (SELECT max(sequence) FROM changes)
WHERE album = OLD.seq AND account = OLD.owner AND until IS NULL;
    INSERT INTO changes (date, kind, account, album) SELECT CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000, 'joined', NEW.owner, NEW.seq;
INSERT INTO album_readers (album, account, since)
SELECT NEW.seq, NEW.owner, max(sequence) FROM changes;
    END;

CREATE INDEX albums_public ON albums (title_key) WHERE visibility = 'public';

CREATE TRIGGER albums_remove_change BEFORE DELETE ON albums BEGIN
    INSERT INTO changes (date, kind, is_public, public_kind, is_of_album, album, image, id)
SELECT CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000, 'deleted', 1, 'deleted', 0, NULL, images.seq, images.id
FROM album_images AS shown JOIN images ON images.seq = shown.image
WHERE shown.album = OLD.seq AND shown.consent = 2 AND shown.is_present = 1 AND OLD.visibility = 'public';
    END;

CREATE TRIGGER albums_visibility_change AFTER UPDATE OF visibility ON albums
WHEN OLD.visibility <> NEW.visibility BEGIN
    INSERT INTO changes (date, kind, is_public, public_kind, is_of_album, album, image, id)
SELECT CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000, CASE NEW.visibility WHEN 'public' THEN 'added' ELSE 'deleted' END, 1, CASE NEW.visibility WHEN 'public' THEN 'added' ELSE 'deleted' END, 0, NULL, images.seq, images.id
FROM album_images AS shown JOIN images ON images.seq = shown.image
WHERE shown.album = NEW.seq AND shown.consent = 2 AND shown.is_present = 1;
    END;

CREATE TABLE archive_entries (
    archive INTEGER NOT NULL,
    position INTEGER NOT NULL,
    image INTEGER NOT NULL,
    id BLOB NOT NULL,
    version INTEGER NOT NULL,
    digest BLOB NOT NULL,
    name TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    crc32 INTEGER NOT NULL,
    date_local INTEGER NOT NULL,
    date_moment INTEGER,
    start INTEGER NOT NULL,
    directory_start INTEGER NOT NULL,
    PRIMARY KEY (archive, position)
) STRICT, WITHOUT ROWID;

CREATE INDEX archive_entries_by_image ON archive_entries (image);

CREATE TABLE archives (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id BLOB NOT NULL UNIQUE,
    owner BLOB,
    collection TEXT,
    name TEXT NOT NULL,
    image_type TEXT NOT NULL,
    is_ready INTEGER NOT NULL DEFAULT 0,
    files INTEGER NOT NULL DEFAULT 0,
    bytes INTEGER NOT NULL DEFAULT 0,
    directory_offset INTEGER NOT NULL DEFAULT 0,
    directory_length INTEGER NOT NULL DEFAULT 0,
    fingerprint BLOB,
    date_created INTEGER NOT NULL,
    expires INTEGER NOT NULL
, bytes_sent INTEGER NOT NULL DEFAULT 0, date_sent INTEGER) STRICT;

CREATE INDEX archives_by_collection ON archives (collection) WHERE collection IS NOT NULL;

CREATE INDEX archives_by_expiry ON archives (expires);

CREATE INDEX archives_by_owner ON archives (owner, fingerprint);

CREATE INDEX archives_by_sending ON archives (owner, date_sent) WHERE date_sent IS NOT NULL;

CREATE TABLE batch_items (
    id BLOB PRIMARY KEY NOT NULL,
    batch INTEGER NOT NULL REFERENCES batches (seq) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    timestamp TEXT,
    attributes TEXT NOT NULL,
    upload BLOB,
    image BLOB,
    refusal TEXT,
    error TEXT,
    UNIQUE (batch, position)
) STRICT;

CREATE TABLE batches (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id BLOB NOT NULL UNIQUE,
    owner BLOB NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    token BLOB,
    visibility TEXT NOT NULL,
    tags TEXT NOT NULL,
    date_created INTEGER NOT NULL
) STRICT;

CREATE INDEX batches_by_owner ON batches (owner);

CREATE TABLE bulk_changes (
    job BLOB PRIMARY KEY NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    edit TEXT NOT NULL,
    covers_all_accounts INTEGER NOT NULL,
    undone BLOB,
    undone_by BLOB,
    former_images INTEGER NOT NULL DEFAULT 0,
    former_bytes INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE bulk_chunks (
    seq INTEGER PRIMARY KEY,
    job BLOB NOT NULL REFERENCES bulk_changes (job) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    targets TEXT,
    former TEXT,
    UNIQUE (job, number)
) STRICT;

CREATE INDEX bulk_chunks_waiting ON bulk_chunks (job, number) WHERE targets IS NOT NULL;

CREATE TABLE bulk_failures (
    seq INTEGER PRIMARY KEY,
    job BLOB NOT NULL REFERENCES bulk_changes (job) ON DELETE CASCADE,
    image BLOB NOT NULL,
    reason TEXT NOT NULL,
    message TEXT
) STRICT;

CREATE INDEX bulk_failures_by_job ON bulk_failures (job, seq);

CREATE TABLE changes (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    date INTEGER NOT NULL,
    kind TEXT NOT NULL,
    account BLOB,
    is_public INTEGER NOT NULL DEFAULT 0,
    public_kind TEXT,
    is_of_album INTEGER NOT NULL DEFAULT 0,
    album INTEGER,
    image INTEGER,
    id BLOB
) STRICT;

CREATE INDEX changes_by_account ON changes (account, sequence) WHERE account IS NOT NULL;

CREATE INDEX changes_by_album ON changes (album, image, sequence) WHERE album IS NOT NULL;

CREATE INDEX changes_of_albums ON changes (is_of_album, sequence) WHERE is_of_album = 1;

CREATE INDEX changes_public ON changes (is_public, sequence) WHERE is_public = 1;

CREATE TABLE contents (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    digest BLOB NOT NULL UNIQUE,
    format TEXT NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    orientation INTEGER NOT NULL,
    frames INTEGER NOT NULL,
    has_alpha INTEGER NOT NULL,
    damage TEXT,
    metadata TEXT NOT NULL,
    exif TEXT
, inspection INTEGER NOT NULL DEFAULT 0, recipe INTEGER NOT NULL DEFAULT 0, revision INTEGER NOT NULL DEFAULT 0, colour INTEGER) STRICT;

CREATE INDEX contents_by_inspection ON contents (inspection);

CREATE INDEX contents_by_recipe ON contents (recipe);

CREATE TABLE counters (
    name TEXT PRIMARY KEY NOT NULL, kind TEXT NOT NULL, count INTEGER NOT NULL, bytes INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE "files" (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    digest BLOB NOT NULL REFERENCES contents (digest) ON DELETE CASCADE,
    image INTEGER,
    image_type TEXT NOT NULL,
    path TEXT NOT NULL,
    format TEXT NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    crc32 INTEGER NOT NULL,
    date_uploaded INTEGER NOT NULL
, rotation INTEGER NOT NULL DEFAULT 1) STRICT;

CREATE INDEX files_by_digest ON files (digest);

CREATE TRIGGER files_count_change AFTER UPDATE OF bytes ON files BEGIN
    UPDATE counters SET bytes = bytes + NEW.bytes - OLD.bytes WHERE name = NEW.image_type; END;

CREATE TRIGGER files_count_down AFTER DELETE ON files BEGIN
    UPDATE counters SET count = count - 1, bytes = bytes - OLD.bytes WHERE name = OLD.image_type; END;

CREATE TRIGGER files_count_up AFTER INSERT ON files BEGIN
    UPDATE counters SET count = count + 1, bytes = bytes + NEW.bytes WHERE name = NEW.image_type; END;

CREATE UNIQUE INDEX files_of_contents ON files (digest, image_type, rotation) WHERE image IS NULL;

CREATE UNIQUE INDEX files_of_images ON files (image, image_type) WHERE image IS NOT NULL;

CREATE TABLE hidden_images (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    image INTEGER NOT NULL UNIQUE
) STRICT;

CREATE TABLE idempotency_keys (
    account BLOB NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    key TEXT NOT NULL,
    fingerprint BLOB,
    batch BLOB,
    date_created INTEGER NOT NULL,
    PRIMARY KEY (account, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX idempotency_keys_by_date ON idempotency_keys (date_created);

CREATE TABLE image_attributes (
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    image INTEGER NOT NULL REFERENCES images (seq) ON DELETE CASCADE,
    PRIMARY KEY (name, value, image)
) STRICT, WITHOUT ROWID;

CREATE INDEX image_attributes_by_image ON image_attributes (image);

CREATE TABLE image_files (
    image INTEGER NOT NULL REFERENCES images (seq) ON DELETE CASCADE,
    image_type TEXT NOT NULL,
    file INTEGER NOT NULL REFERENCES files (seq) ON DELETE CASCADE,
    date_shown INTEGER NOT NULL,
    PRIMARY KEY (image, image_type)
) STRICT, WITHOUT ROWID;

CREATE INDEX image_files_by_file ON image_files (file);

CREATE INDEX image_files_by_type ON image_files (image_type, image);

CREATE VIRTUAL TABLE image_places USING rtree(image, min_x, max_x, min_y, max_y, min_z, max_z, +x, +y, +z);

CREATE TABLE image_tags (
    tag TEXT NOT NULL,
    image INTEGER NOT NULL REFERENCES images (seq) ON DELETE CASCADE,
    name TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (tag, image)
) STRICT, WITHOUT ROWID;

CREATE INDEX image_tags_by_image ON image_tags (image);

CREATE TRIGGER image_tags_count_down BEFORE DELETE ON image_tags BEGIN
    UPDATE tag_usage SET count = count - 1
    FROM (SELECT owner, CASE visibility WHEN 'public' THEN 1 ELSE 3 END AS kind FROM images
        WHERE seq = OLD.image) AS image
    WHERE tag_usage.tag = OLD.tag AND (tag_usage.kind, tag_usage.owner) IN (VALUES (0, x''), (2, image.owner),
        (image.kind, CASE image.kind WHEN 1 THEN x'' ELSE image.owner END));
    DELETE FROM tag_usage WHERE count <= 0 AND tag = OLD.tag AND (kind, owner) IN (
        SELECT 0, x'' UNION ALL SELECT 1, x''
        UNION ALL SELECT 2, owner FROM images WHERE seq = OLD.image
        UNION ALL SELECT 3, owner FROM images WHERE seq = OLD.image); END;

CREATE TRIGGER image_tags_count_up AFTER INSERT ON image_tags BEGIN
    INSERT INTO tag_usage (kind, owner, tag, name, count)
    SELECT 0, x'', NEW.tag, NEW.name, 1
    UNION ALL SELECT 2, owner, NEW.tag, NEW.name, 1 FROM images WHERE seq = NEW.image
    UNION ALL SELECT 1, x'', NEW.tag, NEW.name, 1 FROM images WHERE seq = NEW.image AND visibility = 'public'
    UNION ALL SELECT 3, owner, NEW.tag, NEW.name, 1 FROM images WHERE seq = NEW.image AND visibility <> 'public'
    ON CONFLICT (kind, owner, tag) DO UPDATE SET count = count + 1; END;

CREATE TABLE images (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id BLOB NOT NULL UNIQUE,
    digest BLOB NOT NULL REFERENCES contents (digest),
    owner BLOB NOT NULL REFERENCES accounts (id),
    visibility TEXT NOT NULL,
    format TEXT NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    date_taken INTEGER,
    date_added INTEGER NOT NULL,
    date_modified INTEGER NOT NULL,
    version INTEGER NOT NULL,
    state INTEGER NOT NULL,
    has_thumbnail INTEGER NOT NULL,
    has_full_size INTEGER NOT NULL,
    gave_up_original INTEGER NOT NULL DEFAULT 0,
    excludes_duplicates INTEGER NOT NULL DEFAULT 1,
    camera TEXT,
    title_key TEXT NOT NULL,
    title TEXT NOT NULL,
    tags TEXT NOT NULL,
    attributes TEXT NOT NULL,
    description TEXT NOT NULL
, awaits_files INTEGER NOT NULL DEFAULT 0, own_taken TEXT, own_place TEXT, sent_name TEXT, own_file_name TEXT, own_creator TEXT, own_rights TEXT, own_rating INTEGER, rating INTEGER, date_taken_end INTEGER, public_original INTEGER, public_place INTEGER, rotation INTEGER NOT NULL DEFAULT 1, external_id TEXT) STRICT;

CREATE TRIGGER images_add_change AFTER INSERT ON images BEGIN
    INSERT INTO changes (date, kind, account, is_public, public_kind, image, id)
    SELECT CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000, CASE WHEN EXISTS (SELECT 1 FROM trash WHERE seq = NEW.seq) THEN 'restored' ELSE 'added' END,
        NEW.owner, NEW.visibility = 'public', CASE NEW.visibility WHEN 'public' THEN 'added' END, NEW.seq, NEW.id;
    END;

CREATE INDEX images_by_added ON images (date_added, seq, date_taken);

CREATE INDEX images_by_bytes ON images (bytes);

CREATE INDEX images_by_digest ON images (digest);

CREATE UNIQUE INDEX images_by_external_id ON images (external_id, owner) WHERE external_id IS NOT NULL;

CREATE INDEX images_by_format_and_added ON images (format, date_added);

CREATE INDEX images_by_owner_and_added ON images (owner, date_added);

CREATE INDEX images_by_owner_and_bytes ON images (owner, bytes);

CREATE UNIQUE INDEX images_by_owner_and_digest ON images (owner, digest) WHERE excludes_duplicates = 1;

CREATE INDEX images_by_owner_and_taken ON images (owner, date_taken);

CREATE INDEX images_by_owner_and_title ON images (owner, title_key);

CREATE INDEX images_by_period ON images (date_taken, date_taken_end) WHERE date_taken_end IS NOT NULL;

CREATE INDEX images_by_taken ON images (date_taken);

CREATE INDEX images_by_title ON images (title_key);

CREATE TRIGGER images_change AFTER UPDATE OF version, state, owner, visibility ON images
WHEN OLD.version <> NEW.version OR OLD.state <> NEW.state OR OLD.owner <> NEW.owner
    OR OLD.visibility <> NEW.visibility BEGIN
    INSERT INTO changes (date, kind, account, is_public, public_kind, image, id)
    SELECT CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000, 'withdrawn', OLD.owner, 0, NULL, NEW.seq, NEW.id WHERE OLD.owner <> NEW.owner;
    INSERT INTO changes (date, kind, account, is_public, public_kind, image, id)
    SELECT CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000, CASE WHEN OLD.owner <> NEW.owner THEN 'transferred' ELSE CASE WHEN NEW.state = 1 AND OLD.state <> 1 THEN 'ready' WHEN NEW.state = 2 AND OLD.state <> 2 THEN 'damaged'
ELSE 'changed' END END, NEW.owner,
        OLD.visibility = 'public' OR NEW.visibility = 'public',
        CASE WHEN OLD.visibility = 'public' AND NEW.visibility = 'public' THEN CASE WHEN NEW.state = 1 AND OLD.state <> 1 THEN 'ready' WHEN NEW.state = 2 AND OLD.state <> 2 THEN 'damaged'
ELSE 'changed' END
            WHEN NEW.visibility = 'public' THEN 'added' WHEN OLD.visibility = 'public' THEN 'deleted' END,
        NEW.seq, NEW.id;
    INSERT INTO changes (date, kind, is_public, public_kind, is_of_album, album, image, id)
SELECT CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000, CASE WHEN NEW.state = 1 AND OLD.state <> 1 THEN 'ready' WHEN NEW.state = 2 AND OLD.state <> 2 THEN 'damaged'
ELSE 'changed' END, (shown.consent = 2 AND albums.visibility = 'public'), CASE WHEN (shown.consent = 2 AND albums.visibility = 'public') THEN CASE WHEN NEW.state = 1 AND OLD.state <> 1 THEN 'ready' WHEN NEW.state = 2 AND OLD.state <> 2 THEN 'damaged'
ELSE 'changed' END END,
    NOT (shown.consent = 2 AND albums.visibility = 'public'), CASE WHEN NOT (shown.consent = 2 AND albums.visibility = 'public') THEN shown.album END, NEW.seq, NEW.id
FROM album_images AS shown JOIN albums ON albums.seq = shown.album
WHERE shown.image = NEW.seq AND shown.consent > 0 AND shown.is_present = 1 AND OLD.owner = NEW.owner AND OLD.visibility = NEW.visibility;
    END;

CREATE TRIGGER images_count_down AFTER DELETE ON images BEGIN
    UPDATE counters SET count = count - 1, bytes = bytes - OLD.bytes WHERE name = 'images'; END;

CREATE TRIGGER images_count_up AFTER INSERT ON images BEGIN
    UPDATE counters SET count = count + 1, bytes = bytes + NEW.bytes WHERE name = 'images'; END;

CREATE TRIGGER images_drop_tags BEFORE DELETE ON images BEGIN
    DELETE FROM image_tags WHERE image = OLD.seq; END;

CREATE VIRTUAL TABLE images_fts USING fts5(
    title, description, tags, attributes, camera, lens, creator, file_name,
    content = '', tokenize = 'unicode61 remove_diacritics 2');

CREATE TRIGGER images_hidden_from_shares AFTER UPDATE OF visibility ON images
WHEN OLD.visibility = 'public' AND NEW.visibility <> 'public'
    AND EXISTS (SELECT 1 FROM shares WHERE owner = NEW.owner) BEGIN
    DELETE FROM hidden_images WHERE image = NEW.seq;
    INSERT INTO hidden_images (image) VALUES (NEW.seq); END;

CREATE TRIGGER images_in_albums AFTER UPDATE OF owner, visibility, date_taken ON images
WHEN OLD.owner <> NEW.owner OR OLD.visibility <> NEW.visibility OR OLD.date_taken IS NOT NEW.date_taken BEGIN
    UPDATE album_images SET owner = NEW.owner, date = coalesce(NEW.date_taken, NEW.date_added / 1000),
        consent = CASE WHEN OLD.owner = NEW.owner AND OLD.visibility = NEW.visibility THEN consent ELSE 0 END,
        audience = CASE WHEN NEW.visibility = 'public' THEN 2
            WHEN OLD.owner = NEW.owner AND OLD.visibility = NEW.visibility THEN consent ELSE 0 END
    WHERE image = NEW.seq; END;

CREATE TRIGGER images_into_albums AFTER INSERT ON images BEGIN
    UPDATE album_images SET is_present = 1, date = coalesce(NEW.date_taken, NEW.date_added / 1000)
    WHERE image = NEW.seq; END;

CREATE TRIGGER images_move_out_of_shares AFTER UPDATE OF owner ON images WHEN OLD.owner <> NEW.owner BEGIN
    DELETE FROM share_images WHERE image = NEW.seq; END;

CREATE TRIGGER images_move_tags_in AFTER UPDATE OF owner, visibility ON images
WHEN OLD.owner <> NEW.owner OR OLD.visibility <> NEW.visibility BEGIN
    INSERT INTO tag_usage (kind, owner, tag, name, count)
    SELECT 2, NEW.owner, tag, name, 1 FROM image_tags WHERE image = NEW.seq
    UNION ALL SELECT CASE NEW.visibility WHEN 'public' THEN 1 ELSE 3 END,
        CASE NEW.visibility WHEN 'public' THEN x'' ELSE NEW.owner END, tag, name, 1
    FROM image_tags WHERE image = NEW.seq
    ON CONFLICT (kind, owner, tag) DO UPDATE SET count = count + 1; END;

CREATE TRIGGER images_move_tags_out BEFORE UPDATE OF owner, visibility ON images
WHEN OLD.owner <> NEW.owner OR OLD.visibility <> NEW.visibility BEGIN
    UPDATE tag_usage SET count = count - 1
    WHERE tag IN (SELECT tag FROM image_tags WHERE image = OLD.seq) AND (kind, owner) IN (VALUES
        (2, OLD.owner), (CASE OLD.visibility WHEN 'public' THEN 1 ELSE 3 END,
            CASE OLD.visibility WHEN 'public' THEN x'' ELSE OLD.owner END));
    DELETE FROM tag_usage WHERE count <= 0 AND tag IN (SELECT tag FROM image_tags WHERE image = OLD.seq)
        AND (kind, owner) IN (VALUES (1, x''), (2, OLD.owner), (3, OLD.owner)); END;

CREATE INDEX images_not_ready ON images (state, date_added) WHERE state <> 1;

CREATE TRIGGER images_out_of_albums AFTER DELETE ON images
WHEN NOT EXISTS (SELECT 1 FROM trash WHERE seq = OLD.seq) BEGIN
    DELETE FROM album_images WHERE image = OLD.seq; END;

CREATE TRIGGER images_out_of_shares AFTER DELETE ON images
WHEN NOT EXISTS (SELECT 1 FROM trash WHERE seq = OLD.seq) BEGIN
    DELETE FROM share_images WHERE image = OLD.seq;
    DELETE FROM hidden_images WHERE image = OLD.seq; END;

CREATE INDEX images_public_by_added ON images (date_added) WHERE visibility = 'public';

CREATE INDEX images_public_by_taken ON images (date_taken) WHERE visibility = 'public';

CREATE TRIGGER images_public_in_shares AFTER UPDATE OF visibility ON images
WHEN OLD.visibility <> 'public' AND NEW.visibility = 'public' BEGIN
    DELETE FROM hidden_images WHERE image = NEW.seq; END;

CREATE INDEX images_public_original ON images (public_original, date_added)
WHERE visibility = 'public' AND public_original IS NOT NULL;

CREATE INDEX images_public_place ON images (public_place, date_added)
WHERE visibility = 'public' AND public_place IS NOT NULL;

CREATE TRIGGER images_remove_change BEFORE DELETE ON images BEGIN
    INSERT INTO changes (date, kind, account, is_public, public_kind, image, id)
    SELECT CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000,
        CASE WHEN EXISTS (SELECT 1 FROM trash WHERE seq = OLD.seq AND is_deleted = 0) THEN 'trashed'
            ELSE 'deleted' END,
        OLD.owner, OLD.visibility = 'public', CASE OLD.visibility WHEN 'public' THEN 'deleted' END, OLD.seq, OLD.id;
    INSERT INTO changes (date, kind, is_public, public_kind, is_of_album, album, image, id)
SELECT CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000, 'deleted', (shown.consent = 2 AND albums.visibility = 'public'), CASE WHEN (shown.consent = 2 AND albums.visibility = 'public') THEN 'deleted' END,
    NOT (shown.consent = 2 AND albums.visibility = 'public'), CASE WHEN NOT (shown.consent = 2 AND albums.visibility = 'public') THEN shown.album END, OLD.seq, OLD.id
FROM album_images AS shown JOIN albums ON albums.seq = shown.album
WHERE shown.image = OLD.seq AND shown.consent > 0 AND shown.is_present = 1;
    END;

CREATE TRIGGER images_usage_attributes AFTER UPDATE OF attributes ON images
WHEN OLD.attributes <> NEW.attributes BEGIN
    UPDATE accounts SET bytes_used = bytes_used
        + length(CAST(NEW.attributes AS BLOB)) - length(CAST(OLD.attributes AS BLOB))
    WHERE id = NEW.owner; END;

CREATE TRIGGER images_usage_bytes AFTER UPDATE OF bytes ON images WHEN OLD.bytes <> NEW.bytes BEGIN
    UPDATE accounts SET bytes_used = bytes_used + (NEW.bytes - OLD.bytes) * (1 - NEW.gave_up_original)
    WHERE id = NEW.owner;
    UPDATE counters SET bytes = bytes + NEW.bytes - OLD.bytes WHERE name = 'images'; END;

CREATE TRIGGER images_usage_down AFTER DELETE ON images BEGIN
    UPDATE accounts SET image_count = image_count - 1,
        bytes_used = bytes_used - (OLD.bytes * (1 - OLD.gave_up_original) + length(CAST(OLD.attributes AS BLOB)) - 2)
    WHERE id = OLD.owner; END;

CREATE TRIGGER images_usage_move AFTER UPDATE OF owner ON images BEGIN
    UPDATE accounts SET image_count = image_count - 1,
        bytes_used = bytes_used - (OLD.bytes * (1 - OLD.gave_up_original) + length(CAST(OLD.attributes AS BLOB)) - 2)
    WHERE id = OLD.owner;
    UPDATE accounts SET image_count = image_count + 1,
        bytes_used = bytes_used + NEW.bytes * (1 - NEW.gave_up_original) + length(CAST(NEW.attributes AS BLOB)) - 2
    WHERE id = NEW.owner; END;

CREATE TRIGGER images_usage_original AFTER UPDATE OF gave_up_original ON images BEGIN
    UPDATE accounts SET
        bytes_used = bytes_used + NEW.bytes * (OLD.gave_up_original - NEW.gave_up_original)
    WHERE id = NEW.owner; END;

CREATE TRIGGER images_usage_up AFTER INSERT ON images BEGIN
    UPDATE accounts SET image_count = image_count + 1,
        bytes_used = bytes_used + NEW.bytes * (1 - NEW.gave_up_original) + length(CAST(NEW.attributes AS BLOB)) - 2
    WHERE id = NEW.owner; END;

CREATE INDEX images_without_full_size ON images (seq) WHERE has_full_size = 0;

CREATE INDEX images_without_thumbnail ON images (seq) WHERE has_thumbnail = 0;

CREATE TABLE invitations (
    id BLOB PRIMARY KEY NOT NULL,
    digest BLOB NOT NULL UNIQUE,
    creator BLOB NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    date_created INTEGER NOT NULL,
    expires INTEGER NOT NULL
) STRICT;

CREATE TABLE job_children (
    parent BLOB NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    child BLOB NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    PRIMARY KEY (parent, child)
) STRICT, WITHOUT ROWID;

CREATE INDEX job_children_by_child ON job_children (child);

CREATE TABLE jobs (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id BLOB NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    unique_key TEXT NOT NULL,
    lane INTEGER NOT NULL,
    digest BLOB,
    parent BLOB,
    owner BLOB REFERENCES accounts (id) ON DELETE CASCADE,
    state TEXT NOT NULL,
    total INTEGER NOT NULL DEFAULT 0,
    done INTEGER NOT NULL DEFAULT 0,
    failed INTEGER NOT NULL DEFAULT 0,
    is_enumerated INTEGER NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0,
    error TEXT,
    worker TEXT,
    lease_until INTEGER,
    run_after INTEGER NOT NULL,
    date_created INTEGER NOT NULL,
    date_updated INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX jobs_active ON jobs (unique_key) WHERE state IN ('queued', 'running');

CREATE INDEX jobs_by_key ON jobs (unique_key);

CREATE INDEX jobs_by_kind ON jobs (kind);

CREATE INDEX jobs_by_owner ON jobs (owner, date_updated, seq) WHERE owner IS NOT NULL;

CREATE INDEX jobs_by_state ON jobs (state);

CREATE INDEX jobs_done ON jobs (kind, date_updated) WHERE state = 'done';

CREATE INDEX jobs_leased ON jobs (lease_until) WHERE state = 'running';

CREATE INDEX jobs_queued ON jobs (lane, run_after) WHERE state = 'queued';

CREATE TABLE migrations (
    number INTEGER PRIMARY KEY, name TEXT NOT NULL, date_applied INTEGER NOT NULL);

CREATE TABLE selection_chunks (
    seq INTEGER PRIMARY KEY,
    selection INTEGER NOT NULL REFERENCES selections (seq) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    images TEXT NOT NULL,
    UNIQUE (selection, number)
) STRICT;

CREATE TABLE selections (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id BLOB NOT NULL UNIQUE,
    owner BLOB NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    expires INTEGER NOT NULL
) STRICT;

CREATE INDEX selections_by_expiry ON selections (expires);

CREATE INDEX selections_by_owner ON selections (owner, seq);

CREATE TABLE sessions (
    id BLOB PRIMARY KEY NOT NULL,
    account BLOB NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    generation INTEGER NOT NULL,
    user_agent TEXT,
    address TEXT NOT NULL,
    date_created INTEGER NOT NULL,
    date_used INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    ends INTEGER NOT NULL
) STRICT;

CREATE INDEX sessions_by_account ON sessions (account);

CREATE INDEX sessions_by_expiry ON sessions (expires);

CREATE TABLE share_images (
    share INTEGER NOT NULL REFERENCES shares (seq) ON DELETE CASCADE,
    image INTEGER NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (share, image)
) STRICT, WITHOUT ROWID;

CREATE INDEX share_images_by_image ON share_images (image);

CREATE INDEX share_images_by_position ON share_images (share, position, image);

CREATE TABLE shares (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id BLOB NOT NULL UNIQUE,
    owner BLOB NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    album INTEGER REFERENCES albums (seq) ON DELETE CASCADE,
    include_children INTEGER NOT NULL,
    query TEXT,
    hidden_before INTEGER NOT NULL,
    title TEXT NOT NULL,
    expires INTEGER,
    password TEXT,
    originals INTEGER NOT NULL,
    hide_place INTEGER NOT NULL,
    hide_camera INTEGER NOT NULL,
    upload_album INTEGER REFERENCES albums (seq) ON DELETE SET NULL,
    upload_bytes INTEGER NOT NULL,
    upload_count INTEGER NOT NULL,
    uploaded_bytes INTEGER NOT NULL DEFAULT 0,
    uploaded_count INTEGER NOT NULL DEFAULT 0,
    uses INTEGER NOT NULL DEFAULT 0,
    last_used INTEGER,
    date_created INTEGER NOT NULL,
    date_modified INTEGER NOT NULL
) STRICT;

CREATE INDEX shares_by_album ON shares (album) WHERE album IS NOT NULL;

CREATE INDEX shares_by_owner ON shares (owner, seq);

CREATE INDEX shares_by_upload_album ON shares (upload_album) WHERE upload_album IS NOT NULL;

CREATE TABLE tag_usage (
    kind INTEGER NOT NULL,
    owner BLOB NOT NULL,
    tag TEXT NOT NULL,
    name TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (kind, owner, tag)
) STRICT, WITHOUT ROWID;

CREATE INDEX tag_usage_by_count ON tag_usage (kind, owner, count);

CREATE TABLE tokens (
    id BLOB PRIMARY KEY NOT NULL,
    account BLOB NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    digest BLOB NOT NULL UNIQUE,
    scopes TEXT NOT NULL,
    date_created INTEGER NOT NULL,
    date_used INTEGER,
    expires INTEGER
, quota_bytes INTEGER, bytes_used INTEGER NOT NULL DEFAULT 0, album BLOB, shares_private INTEGER NOT NULL DEFAULT 0, issuer BLOB REFERENCES tokens (id) ON DELETE CASCADE) STRICT;

CREATE INDEX tokens_by_account ON tokens (account);

CREATE INDEX tokens_by_issuer ON tokens (issuer) WHERE issuer IS NOT NULL;

CREATE TABLE trash (
    seq INTEGER PRIMARY KEY NOT NULL,
    id BLOB NOT NULL UNIQUE,
    digest BLOB NOT NULL REFERENCES contents (digest),
    owner BLOB NOT NULL,
    date_trashed INTEGER NOT NULL,
    is_deleted INTEGER NOT NULL DEFAULT 0,
    visibility TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    date_added INTEGER NOT NULL,
    date_modified INTEGER NOT NULL,
    version INTEGER NOT NULL,
    state INTEGER NOT NULL,
    awaits_files INTEGER NOT NULL,
    gave_up_original INTEGER NOT NULL,
    excludes_duplicates INTEGER NOT NULL,
    title TEXT NOT NULL,
    tags TEXT NOT NULL,
    attributes TEXT NOT NULL,
    description TEXT NOT NULL,
    own_taken TEXT,
    own_place TEXT,
    sent_name TEXT,
    own_file_name TEXT,
    own_creator TEXT,
    own_rights TEXT,
    own_rating INTEGER
, public_original INTEGER, public_place INTEGER, rotation INTEGER NOT NULL DEFAULT 1, external_id TEXT, version_of BLOB) STRICT;

CREATE INDEX trash_by_date ON trash (date_trashed) WHERE is_deleted = 0;

CREATE INDEX trash_by_digest ON trash (digest, owner, is_deleted, date_trashed);

CREATE INDEX trash_by_owner ON trash (owner, is_deleted, date_trashed);

CREATE INDEX trash_by_version ON trash (version_of) WHERE version_of IS NOT NULL;

CREATE TRIGGER trash_delete_change AFTER UPDATE OF is_deleted ON trash
WHEN OLD.is_deleted = 0 AND NEW.is_deleted = 1 BEGIN
    INSERT INTO changes (date, kind, account, is_public, public_kind, image, id)
    SELECT CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000, 'deleted', NEW.owner, 0, NULL, NEW.seq, NEW.id;
    END;

CREATE INDEX trash_deleted ON trash (seq) WHERE is_deleted = 1;

CREATE TRIGGER trash_deleted_in_albums AFTER INSERT ON trash WHEN NEW.is_deleted = 1 BEGIN
    DELETE FROM album_images WHERE image = NEW.seq; END;

CREATE TRIGGER trash_deleted_in_shares AFTER INSERT ON trash WHEN NEW.is_deleted = 1 BEGIN
    DELETE FROM share_images WHERE image = NEW.seq;
    DELETE FROM hidden_images WHERE image = NEW.seq; END;

CREATE TABLE trash_files (
    image INTEGER NOT NULL REFERENCES trash (seq) ON DELETE CASCADE,
    image_type TEXT NOT NULL,
    file INTEGER NOT NULL REFERENCES files (seq) ON DELETE CASCADE,
    date_shown INTEGER NOT NULL,
    PRIMARY KEY (image, image_type)
) STRICT, WITHOUT ROWID;

CREATE INDEX trash_files_by_file ON trash_files (file);

CREATE TRIGGER trash_in_albums AFTER INSERT ON trash WHEN NEW.is_deleted = 0 BEGIN
    UPDATE album_images SET is_present = 0 WHERE image = NEW.seq; END;

CREATE TRIGGER trash_moves_in_albums AFTER UPDATE OF owner ON trash WHEN OLD.owner <> NEW.owner BEGIN
    UPDATE album_images SET owner = NEW.owner, consent = 0,
        audience = CASE NEW.visibility WHEN 'public' THEN 2 ELSE 0 END
    WHERE image = NEW.seq; END;

CREATE TRIGGER trash_moves_out_of_shares AFTER UPDATE OF owner ON trash WHEN OLD.owner <> NEW.owner BEGIN
    DELETE FROM share_images WHERE image = NEW.seq; END;

CREATE TRIGGER trash_out_of_albums AFTER UPDATE OF is_deleted ON trash WHEN NEW.is_deleted = 1 BEGIN
    DELETE FROM album_images WHERE image = NEW.seq; END;

CREATE TRIGGER trash_out_of_shares AFTER UPDATE OF is_deleted ON trash WHEN NEW.is_deleted = 1 BEGIN
    DELETE FROM share_images WHERE image = NEW.seq;
    DELETE FROM hidden_images WHERE image = NEW.seq; END;

CREATE TRIGGER trash_transfer_change AFTER UPDATE OF owner ON trash
WHEN OLD.owner <> NEW.owner AND NEW.is_deleted = 0 BEGIN
    INSERT INTO changes (date, kind, account, is_public, public_kind, image, id)
    SELECT CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000, 'withdrawn', OLD.owner, 0, NULL, NEW.seq, NEW.id
    UNION ALL SELECT CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000, 'trashed', NEW.owner, 0, NULL, NEW.seq, NEW.id;
    END;

CREATE TRIGGER trash_usage_down AFTER DELETE ON trash WHEN OLD.is_deleted = 0 BEGIN
    UPDATE accounts SET bytes_used = bytes_used
        - (OLD.bytes * (1 - OLD.gave_up_original) + length(CAST(OLD.attributes AS BLOB)) - 2)
    WHERE id = OLD.owner; END;

CREATE TRIGGER trash_usage_end AFTER UPDATE OF is_deleted ON trash
WHEN OLD.is_deleted = 0 AND NEW.is_deleted = 1 BEGIN
    UPDATE accounts SET bytes_used = bytes_used
        - (OLD.bytes * (1 - OLD.gave_up_original) + length(CAST(OLD.attributes AS BLOB)) - 2)
    WHERE id = OLD.owner; END;

CREATE TRIGGER trash_usage_move AFTER UPDATE OF owner ON trash WHEN NEW.is_deleted = 0 BEGIN
    UPDATE accounts SET bytes_used = bytes_used
        - (OLD.bytes * (1 - OLD.gave_up_original) + length(CAST(OLD.attributes AS BLOB)) - 2)
    WHERE id = OLD.owner;
    UPDATE accounts SET bytes_used = bytes_used
        + NEW.bytes * (1 - NEW.gave_up_original) + length(CAST(NEW.attributes AS BLOB)) - 2
    WHERE id = NEW.owner; END;

CREATE TRIGGER trash_usage_up AFTER INSERT ON trash WHEN NEW.is_deleted = 0 BEGIN
    UPDATE accounts SET bytes_used = bytes_used
        + NEW.bytes * (1 - NEW.gave_up_original) + length(CAST(NEW.attributes AS BLOB)) - 2
    WHERE id = NEW.owner; END;

CREATE TRIGGER trash_version_change AFTER INSERT ON trash
WHEN NEW.version_of IS NOT NULL AND NEW.is_deleted = 0 BEGIN
    INSERT INTO changes (date, kind, account, image, id)
    SELECT CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000, 'trashed', NEW.owner, NEW.seq, NEW.id; END;

CREATE TRIGGER trash_version_end_change AFTER DELETE ON trash
WHEN OLD.version_of IS NOT NULL AND OLD.is_deleted = 0
    AND NOT EXISTS (SELECT 1 FROM images WHERE seq = OLD.seq) BEGIN
    INSERT INTO changes (date, kind, account, image, id)
    SELECT CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000, 'deleted', OLD.owner, OLD.seq, OLD.id; END;

CREATE TABLE uploads (
    id BLOB PRIMARY KEY NOT NULL,
    owner BLOB NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    name TEXT UNIQUE,
    digest BLOB,
    format TEXT,
    bytes INTEGER NOT NULL,
    crc32 INTEGER,
    date_created INTEGER NOT NULL,
    token BLOB,
    length INTEGER,
    epoch INTEGER NOT NULL DEFAULT 0,
    description TEXT,
    date_expires INTEGER,
    image BLOB,
    is_duplicate INTEGER,
    refusal_code TEXT,
    refusal TEXT
) STRICT;

CREATE INDEX uploads_by_expiry ON uploads (date_expires);

CREATE INDEX uploads_by_owner ON uploads (owner, digest, bytes);

CREATE TABLE webhook_attempts (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    webhook INTEGER NOT NULL REFERENCES webhooks (seq) ON DELETE CASCADE,
    message TEXT NOT NULL,
    kind TEXT NOT NULL,
    date INTEGER NOT NULL,
    milliseconds INTEGER NOT NULL,
    status INTEGER,
    error TEXT,
    changes INTEGER NOT NULL,
    retry_at INTEGER
) STRICT;

CREATE INDEX webhook_attempts_by_webhook ON webhook_attempts (webhook, seq);

CREATE TABLE webhooks (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id BLOB NOT NULL UNIQUE,
    job_key TEXT NOT NULL,
    account BLOB NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    address TEXT NOT NULL,
    kinds TEXT,
    description TEXT NOT NULL,
    secret BLOB NOT NULL,
    former_secret BLOB,
    former_until INTEGER,
    sees_all INTEGER NOT NULL,
    position INTEGER NOT NULL,
    position_date INTEGER NOT NULL,
    position_image INTEGER,
    owes_reset INTEGER NOT NULL DEFAULT 0,
    date_reset INTEGER,
    date_disabled INTEGER,
    disabled_reason TEXT,
    failures INTEGER NOT NULL DEFAULT 0,
    failing_since INTEGER,
    retry_at INTEGER,
    last_delivered INTEGER,
    date_created INTEGER NOT NULL,
    date_modified INTEGER NOT NULL
) STRICT;

CREATE INDEX webhooks_by_account ON webhooks (account, seq);

CREATE INDEX webhooks_enabled ON webhooks (seq) WHERE date_disabled IS NULL;

CREATE TRIGGER webhooks_of_former_admins AFTER UPDATE OF role ON accounts
WHEN OLD.role = 'admin' AND NEW.role <> 'admin' BEGIN
    UPDATE webhooks SET sees_all = 0, owes_reset = 1, date_reset = CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000,
        position = (SELECT max(sequence) FROM changes), position_image = NULL,
        position_date = (SELECT date FROM changes ORDER BY sequence DESC LIMIT 1)
    WHERE account = NEW.id AND sees_all = 1; END;
