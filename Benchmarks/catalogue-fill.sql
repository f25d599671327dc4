-- Fills an empty catalogue with made-up images, quickly: for timing searches, not for serving (no blobs are written).
--
--   sqlite3 data/catalog.sqlite -cmd '.parameter init' -cmd '.parameter set :images 1000000' < Benchmarks/catalogue-fill.sql
--
-- The schema is the server's own: start it once on an empty folder, then stop it. Every 1st title has `photo`, every 2nd
-- `cat`, every 100th `sunset`, every 10,000th `zebra`; every 10th image has no date taken, every 1000th no thumbnail.
PRAGMA journal_mode = WAL;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -262144;
BEGIN;
CREATE TEMP TABLE made (n INTEGER PRIMARY KEY, id BLOB, digest BLOB, taken INTEGER, bytes INTEGER, path TEXT);
WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :images)
INSERT INTO made
SELECT n, randomblob(16), randomblob(32), CASE WHEN n % 10 = 0 THEN NULL ELSE 1262304000 + (n * 7919) % 473385600 END,
    100000 + (n * 104729) % 9000000, NULL
FROM numbers;
UPDATE made SET path = coalesce(strftime('%Y/%m/%d/', taken, 'unixepoch'), '2000/01/01/') || lower(hex(digest)) || '.jpg';

INSERT INTO contents (digest, format, width, height, orientation, frames, has_alpha, metadata)
SELECT digest, 'jpeg', 4032, 3024, 1, 1, 0,
    CASE WHEN taken IS NULL THEN '{}' ELSE '{"taken":{"local":"' || strftime('%Y-%m-%dT%H:%M:%S', taken, 'unixepoch')
        || '","source":"exif_original"},"cameraMake":"Acme","cameraModel":"A' || (n % 7) || '"}' END
FROM made;

INSERT INTO files (digest, image_type, path, format, width, height, bytes, crc32, date_uploaded)
SELECT digest, 'original', 'original/' || path, 'jpeg', 4032, 3024, bytes, n, 1600000000000000 + n * 100000 FROM made;
INSERT INTO files (digest, image_type, path, format, width, height, bytes, crc32, date_uploaded)
SELECT digest, 'full-size', 'full-size/' || path, 'jpeg', 2048, 1536, bytes / 8, n, 1600000000000000 + n * 100000
FROM made WHERE n % 1000 <> 0;
INSERT INTO files (digest, image_type, path, format, width, height, bytes, crc32, date_uploaded)
SELECT digest, 'thumbnail', 'thumbnail/' || path, 'jpeg', 256, 192, 14000, n, 1600000000000000 + n * 100000
FROM made WHERE n % 1000 <> 0;

CREATE TEMP TABLE words AS
SELECT n, 'photo ' || n || CASE WHEN n % 2 = 0 THEN ' cat' ELSE '' END
    || CASE WHEN n % 100 = 0 THEN ' sunset' ELSE '' END || CASE WHEN n % 10000 = 0 THEN ' zebra' ELSE '' END AS title,
    'album' || (n % 500) AS tag
FROM made;

INSERT INTO images (seq, id, digest, owner, visibility, format, width, height, bytes, date_taken, date_added,
    date_modified, version, state, has_thumbnail, has_full_size, title_key, title, tags, attributes, description, camera)
SELECT n, id, digest, x'00000000000000000000000000000001', CASE n % 3 WHEN 0 THEN 'public' ELSE 'private' END, 'jpeg',
    4032, 3024, bytes, taken * 1000, 1600000000000000 + n * 100000, 1600000000000000 + n * 100000, 1, n % 1000 <> 0,
    n % 1000 <> 0, n % 1000 <> 0, title, title, '["' || tag || '"]', '{}', 'A picture from ' || tag,
    CASE WHEN taken IS NULL THEN NULL ELSE 'Acme A' || (n % 7) END
FROM made JOIN words USING (n);
INSERT INTO image_files (image, image_type, file, date_shown)
SELECT images.seq, files.image_type, files.seq, files.date_uploaded FROM images JOIN files ON files.digest = images.digest;
INSERT INTO image_tags (tag, image, name) SELECT tag, n, tag FROM words ORDER BY tag, n;
INSERT INTO images_fts (rowid, title, description, tags, attributes, camera, lens)
SELECT n, title, 'A picture from ' || tag, tag, '', CASE WHEN taken IS NULL THEN '' ELSE 'Acme A' || (n % 7) END, ''
FROM words JOIN made USING (n);
COMMIT;
PRAGMA wal_checkpoint(TRUNCATE);
