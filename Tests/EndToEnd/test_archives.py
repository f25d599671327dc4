"""Archives: many images in one file, whose length is known before the first byte, resumable at any byte."""
import hashlib
import io
import pathlib
import random
import sqlite3
import subprocess
import time
import unicodedata
import zipfile
import zlib

from PIL import Image

import fixtures
from people import add_admin, register

HOSTILE = ["../../etc/passwd", "..", "CON", "nul.tar", "a/b\\c", "Lake", "lake", "LAKE", "Café", "Cafe\u0301", "日本" * 60,
           "x" * 400, "bell\x07", "gpj\u202eexe", " . ", "Lake (2)", "a:b*c?d\"e<f>g|h", "trailing. ", "", "", "-rf", ".hidden"]


def add(server, count=5, **query):
    """Uploads images; returns id → bytes, in the order of the uploads."""
    images = {}
    for number in range(count):
        data = fixtures.jpeg(number + 100, 64 + number, 48)
        response = server.post("/upload/", params={"title": f"photo {number}", **query}, data=data,
                               headers={"Content-Type": "image/jpeg"})
        assert response.status_code == 201, response.text
        images[response.json()["id"]] = data
    return images


def make(asker, expected=201, **order):
    response = asker.post("/v1/archives", json=order)
    assert response.status_code == expected, response.text
    return response.json()


def members(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {info.filename: archive.read(info) for info in archive.infolist()}


def test_every_reader_accepts_an_archive(server, images, tmp_path):
    taken = images.with_metadata("lake.jpg", tags=(
        "-DateTimeOriginal=2021:05:31 10:20:31", "-OffsetTimeOriginal=+02:00", "-Make=Acme"))
    local = images.with_metadata("hill.jpg", seed=51, tags=("-DateTimeOriginal=2019:01:02 03:04:06",))
    _, lake = server.upload(taken)
    _, hill = server.upload(local)
    more = add(server, 3)
    archive = make(server, ids=[lake["id"], hill["id"], *more, lake["id"]], name="holidays: 2021")
    assert archive["files"] == 5 and archive["url"] == f"/v1/archives/{archive['id']}.zip"
    assert archive["left_out"] == {"count": 0, "files": []}
    response = server.get(archive["url"])
    assert response.status_code == 200 and len(response.content) == archive["bytes"]
    assert int(response.headers["Content-Length"]) == archive["bytes"]
    assert response.headers["Content-Type"] == "application/zip"
    assert response.headers["ETag"].startswith('"') and response.headers["Accept-Ranges"] == "bytes"
    assert 'filename="holidays_ 2021.zip"' in response.headers["Content-Disposition"]
    path = tmp_path / "all.zip"
    path.write_bytes(response.content)
    assert members(response.content) == {
        "lake.jpg": taken.read_bytes(), "hill.jpg": local.read_bytes(),
        **{f"photo {number}.jpg": data for number, data in enumerate(more.values())}}
    said = subprocess.run(["unzip", "-t", str(path)], capture_output=True, text=True)
    assert said.returncode == 0 and "No errors detected" in said.stdout, said.stdout + said.stderr
    for command in (["unzip", "-q", str(path)], ["bsdtar", "-xf", str(path)]):
        folder = tmp_path / command[0]
        folder.mkdir()
        subprocess.run(command, check=True, cwd=folder, env={"TZ": "Asia/Tokyo", "PATH": "/usr/bin:/bin"})
        assert (folder / "lake.jpg").read_bytes() == taken.read_bytes() and len(list(folder.iterdir())) == 5
        # With an offset the exact moment is known everywhere; without one there is only the camera's clock.
        assert int((folder / "lake.jpg").stat().st_mtime) == 1622449231
        assert int((folder / "hill.jpg").stat().st_mtime) == 1546365846
        assert (folder / "lake.jpg").stat().st_mode & 0o777 == 0o644
    with zipfile.ZipFile(path) as archive:
        assert archive.getinfo("lake.jpg").date_time == (2021, 5, 31, 10, 20, 30)
        assert all(info.compress_type == zipfile.ZIP_STORED for info in archive.infolist())


def test_hostile_titles_become_names_that_are_safe_and_unique_everywhere(server):
    ids = [server.post("/upload/", params={"title": title}, data=fixtures.jpeg(number, 40, 30),
                       headers={"Content-Type": "image/jpeg"}).json()["id"] for number, title in enumerate(HOSTILE)]
    archive = make(server, ids=ids)
    names = list(members(server.get(archive["url"]).content))
    assert len(names) == len(HOSTILE)
    folded = {unicodedata.normalize("NFKC", name).casefold() for name in names}
    assert len(folded) == len(names), names
    for name in names:
        assert not set(name) & set('/\\:*?"<>|') and name.isprintable() and "\u202e" not in name
        assert len(name.encode()) <= 200 and name == unicodedata.normalize("NFC", name)
        stem = name.removesuffix(".jpg")
        assert stem and stem == stem.strip(" .") and not stem.startswith("-")
        assert stem.split(".")[0].upper() not in {"CON", "NUL"}
    # The same images always get the same names.
    again = make(server, ids=ids, name="another")
    assert list(members(server.get(again["url"]).content)) == names


def test_any_range_is_a_part_of_the_whole(server):
    archive = make(server, ids=list(add(server, 30)))
    whole = server.get(archive["url"])
    data, tag = whole.content, whole.headers["ETag"]
    source = random.Random(7)
    ranges = [(0, 0), (len(data) - 1, len(data) - 1), (len(data) - 22, len(data) - 1)]
    for _ in range(150):
        first = source.randrange(len(data))
        ranges.append((first, min(len(data) - 1, first + source.randrange(20_000))))
    # Across every border between the parts.
    directory = data.index(b"PK\x01\x02")
    ranges += [(directory + shift, directory + shift + 200) for shift in (-100, -1, 0, 1, 60)]
    for first, last in ranges:
        response = server.get(archive["url"], headers={"Range": f"bytes={first}-{last}", "If-Range": tag})
        assert response.status_code == 206 and response.content == data[first:last + 1], (first, last)
        assert response.headers["Content-Range"] == f"bytes {first}-{last}/{len(data)}"
    assert server.get(archive["url"], headers={"Range": "bytes=-100"}).content == data[-100:]
    assert server.get(archive["url"], headers={"Range": f"bytes={len(data)}-"}).status_code == 416
    assert server.get(archive["url"], headers={"If-None-Match": tag}).status_code == 304
    assert server.get(archive["url"], headers={"If-Match": '"another"'}).status_code == 412
    stale = server.get(archive["url"], headers={"Range": "bytes=5-9", "If-Range": '"another"'})
    assert stale.status_code == 200 and stale.content == data
    several = server.get(archive["url"], headers={"Range": "bytes=0-1,9-10"})
    assert several.status_code == 200 and several.content == data
    head = server.request("HEAD", archive["url"])
    assert head.status_code == 200 and int(head.headers["Content-Length"]) == len(data) and head.headers["ETag"] == tag


def test_curl_resumes_a_download_that_was_cut(server, tmp_path):
    for number in range(12):
        server.upload(fixtures.encoded(fixtures.picture(1500, 1100, number), "PNG"), f"p{number}.png")
    archive = make(server, query="", rendition="original")
    path, url = tmp_path / "cut.zip", server.url + archive["url"]
    with server.connect() as connection:
        connection.sendall(f"GET {archive['url']} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        received = b""
        while len(received) < archive["bytes"] * 2 // 3:
            received += connection.recv(65536)
    path.write_bytes(received.partition(b"\r\n\r\n")[2])
    assert 0 < path.stat().st_size < archive["bytes"]
    subprocess.run(["curl", "-sS", "-C", "-", "-o", str(path), url], check=True)
    assert path.stat().st_size == archive["bytes"]
    digests = {hashlib.sha256(data).hexdigest() for data in members(path.read_bytes()).values()}
    assert digests == {image["digest"] for image in server.all_images()}


def test_renditions_are_archived_and_missing_ones_are_reported(make_server):
    server = make_server("--derive", "never")
    ids = list(add(server, 3))
    thumbnail = server.get(f"/v1/images/{ids[0]}/thumbnail").content
    problem = make(server, expected=409, ids=ids, rendition="thumbnail")
    assert problem["type"] == "/problems/files-unavailable" and "generate" in problem["detail"]
    assert problem["unavailable"] == {"count": 2, "files": [{"id": id, "reason": "not-made"} for id in ids[1:]]}
    archive = make(server, ids=ids, rendition="thumbnail", skip_missing=True)
    assert archive["files"] == 1 and archive["left_out"]["count"] == 2
    assert list(members(server.get(archive["url"]).content).values()) == [thumbnail]
    server.wait_for_job(server.post("/v1/operations/thumbnails/generate").json()["id"])
    assert make(server, ids=ids, rendition="thumbnail")["files"] == 3


def test_archives_can_be_created_from_the_criteria_of_lists(server):
    add(server, 4, tags="sea")
    add_one = server.post("/upload/", params={"title": "mountain"}, data=fixtures.jpeg(9), headers={"Content-Type": "image/jpeg"})
    assert make(server, query="")["files"] == 5
    assert make(server, query="mountain")["files"] == 1
    assert make(server, query="", tag=["sea"], sort="title", max_width=65)["files"] == 2
    assert make(server, query="photo tag:sea", format="jpeg")["files"] == 4
    assert make(server, expected=404, query="nothing-has-this")["status"] == 404
    for wrong in ({}, {"ids": []}, {"ids": ["x"]}, {"ids": [add_one.json()["id"]], "query": ""}, {"query": 7}, {"query": "\"open"},
                  {"query": "", "colour": "red"}, {"query": "", "sort": "up"}, {"query": "", "limit": "7"}, {"ids": None},
                  {"query": "", "rendition": "huge"}, {"query": "", "name": "x" * 101}, {"query": "", "tag": {"a": 1}}, []):
        assert server.post("/v1/archives", json=wrong).status_code == 400, wrong
    assert server.post("/v1/archives?x=1", json={"query": ""}).status_code == 400
    assert server.get("/v1/archives/nonsense.zip").status_code == 400
    missing = "0190b5a0-0000-7000-8000-000000000000"
    assert make(server, expected=404, ids=[missing])["detail"] == f"There is no image {missing}."
    assert server.get(f"/v1/archives/{missing}.zip").status_code == 404


def test_missing_and_damaged_files_are_reported_before_the_download_begins(server):
    images = add(server, 4)
    ids = list(images)
    kept = server.kept()
    paths = [kept[hashlib.sha256(data).hexdigest()] for data in images.values()]
    aside = paths[1].with_suffix(".aside")
    paths[1].rename(aside)
    paths[2].write_bytes(paths[2].read_bytes()[:-1])
    changed = bytearray(paths[3].read_bytes())
    changed[len(changed) // 2] ^= 1
    paths[3].write_bytes(bytes(changed))
    problem = make(server, expected=409, ids=ids)
    assert problem["unavailable"]["files"] == [{"id": ids[1], "reason": "missing"}, {"id": ids[2], "reason": "damaged"}]
    # Changed bytes are found only by reading.
    assert make(server, ids=ids, skip_missing=True)["files"] == 2
    problem = make(server, expected=409, ids=ids, verify=True)
    assert problem["unavailable"]["files"] == [
        {"id": ids[1], "reason": "missing"}, {"id": ids[2], "reason": "damaged"}, {"id": ids[3], "reason": "damaged"}]
    archive = make(server, ids=ids, verify=True, skip_missing=True)
    assert [entry["id"] for entry in archive["left_out"]["files"]] == ids[1:]
    assert list(members(server.get(archive["url"]).content).values()) == [images[ids[0]]]
    assert server.get("/api/root/download").status_code == 409
    assert server.get("/api/root/download?skip_missing=true").status_code == 200
    original = f"/v1/images/{ids[0]}"
    server.get(original + "/thumbnail")
    assert server.request("DELETE", original + "/original").status_code == 204
    assert make(server, expected=409, ids=ids[:1])["unavailable"]["files"] == [{"id": ids[0], "reason": "removed"}]


def test_an_archive_whose_images_have_changed_is_out_of_date(server):
    ids = list(add(server, 3))
    archive = make(server, ids=ids)
    # A change of the title does not change the files.
    assert server.request("PATCH", f"/v1/images/{ids[0]}", json={"title": "new"}).status_code == 200
    assert server.get(archive["url"]).status_code == 200
    whole = server.get(archive["url"]).content
    assert server.request("DELETE", f"/v1/images/{ids[1]}").status_code == 204
    assert server.request("DELETE", f"/v1/images/{ids[2]}?permanent=true").status_code == 204
    assert server.get(archive["url"]).content == whole, "what it names is kept until it expires"
    server.get(f"/v1/images/{ids[0]}/thumbnail")
    assert server.request("DELETE", f"/v1/images/{ids[0]}/original").status_code == 204
    for headers in ({}, {"Range": "bytes=5-9"}):
        response = server.get(archive["url"], headers=headers)
        assert response.status_code == 410 and "Make it again" in response.json()["detail"]


def test_a_file_that_vanishes_during_the_download_aborts_it(server):
    # Far more files than are opened at once, and more bytes than the system buffers between server and client: the last file is
    # not open yet when it is removed.
    for number in range(48):
        noise = Image.effect_noise((900, 900), 50 + number)
        server.upload(fixtures.encoded(noise, "PNG"), f"p{number}.png")
    archive = make(server, query="", sort="added")
    assert archive["bytes"] > 24_000_000
    last = server.all_images()[0]["digest"]
    with server.connect() as connection:
        connection.sendall(f"GET {archive['url']} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        received = len(connection.recv(1000))
        server.kept()[last].unlink()
        while part := connection.recv(1 << 20):
            received += len(part)
    assert received < archive["bytes"]
    assert server.get("/livez").status_code == 200
    assert server.wait_until(lambda: "has gone or changed while" in server.log_text())


def test_who_may_create_and_download_archives(make_server):
    server = make_server("--access", "accounts", "--registration", "open")
    boss, alice, bob = add_admin(server), register(server, "alice"), register(server, "bob")
    secret = alice.upload(fixtures.jpeg(1), title="secret")
    public = alice.upload(fixtures.jpeg(2), title="public", visibility="public", public_original="true")
    mine = make(alice, query="")
    assert mine["files"] == 2 == make(boss, query="")["files"]
    assert make(bob, query="")["files"] == 1
    assert make(alice.make_token("read"), ids=[secret["id"]])["files"] == 1
    for asker in (server, bob):
        make(asker, expected=404, ids=[secret["id"]])
        make(asker, expected=404, ids=[secret["id"]], skip_missing=True)
        assert asker.get(mine["url"]).status_code == 404
        assert asker.get(mine["url"].removesuffix(".zip")).status_code == 404
    for asker in (alice, boss, alice.make_token("read")):
        assert len(members(asker.get(mine["url"]).content)) == 2
        assert asker.get(mine["url"].removesuffix(".zip")).json()["files"] == 2
    assert make(server, expected=401, ids=[public["id"]], verify=True)["status"] == 401
    everyones = make(server, ids=[public["id"]])
    assert [len(members(asker.get(everyones["url"]).content)) for asker in (server, alice, bob)] == [1, 1, 1]
    # Once hidden, it is excluded from every archive at once, except for those who may still see it.
    alice.request("PATCH", f"/v1/images/{public['id']}", json={"visibility": "private"})
    assert server.get(everyones["url"]).status_code == 410 == bob.get(everyones["url"]).status_code
    assert alice.get(mine["url"]).status_code == 200


def test_a_collection_is_one_file_as_long_as_it_does_not_change(make_server):
    server = make_server("--access", "accounts", "--registration", "open")
    alice = register(server, "alice")
    alice.upload(fixtures.jpeg(1), title="secret")
    public = alice.upload(fixtures.jpeg(2), title="public", visibility="public", public_original="true")
    everyones, own = server.get("/api/alice/download"), alice.get("/api/alice/download")
    assert list(members(everyones.content)) == ["public.jpg"]
    assert list(members(own.content)) == ["secret.jpg", "public.jpg"]
    assert 'filename="alice.zip"' in own.headers["Content-Disposition"]
    tag = own.headers["ETag"]
    assert tag != everyones.headers["ETag"]
    part = alice.get("/api/alice/download", headers={"Range": "bytes=100-", "If-Range": tag})
    assert part.status_code == 206 and part.content == own.content[100:]
    assert alice.get("/api/alice/download", headers={"If-None-Match": tag}).status_code == 304
    # Even after a restart of the server.
    server.stop()
    server.start()
    assert alice.get("/api/alice/download").headers["ETag"] == tag
    alice.request("PATCH", f"/v1/images/{public['id']}", json={"title": "renamed"})
    renamed = alice.get("/api/alice/download", headers={"Range": "bytes=100-", "If-Range": tag})
    assert renamed.status_code == 200 and "renamed.jpg" in members(renamed.content)
    third = alice.upload(fixtures.jpeg(3), title="third", visibility="public")
    assert len(members(alice.get("/api/alice/download").content)) == 3
    alice.request("DELETE", f"/v1/images/{third['id']}")
    assert alice.get("/api/alice/download").content == renamed.content
    assert server.get("/api/alice/download?rendition=thumbnail").status_code == 200
    assert server.get("/api/alice/download?rendition=tiny").status_code == 400
    assert server.get("/api/nobody/download").status_code == 404
    register(server, "empty")
    assert server.get("/api/empty/download").status_code == 404


def rows(server, query):
    with sqlite3.connect(server.data / "catalog.sqlite", timeout=30) as database:
        return database.execute(query).fetchall()


def test_expired_archives_are_removed(server):
    ids = list(add(server, 3))
    first = make(server, ids=ids)
    # An identical archive is not kept twice.
    assert make(server, ids=ids)["id"] == first["id"]
    make(server, expected=409, ids=ids, rendition="compressed")
    assert rows(server, "SELECT count(*) FROM archives") == [(1,)]
    rows(server, "UPDATE archives SET expires = 1")
    assert server.get(first["url"]).status_code == 404
    second = make(server, ids=ids[:2])
    assert rows(server, "SELECT count(*), count(DISTINCT archive) FROM archive_entries") == [(2, 1)]
    assert server.get(second["url"]).status_code == 200


def test_a_hundred_thousand_files_take_no_more_memory_than_a_few(make_server, tmp_path):
    server = make_server("--access-log", "off")
    _, record = server.upload(fixtures.jpeg(1, 40, 30))
    server.wait_until_ready(record["id"])
    server.stop()
    fill(server.data / "catalog.sqlite", 100_000)
    server.start()
    before = anonymous_memory(server)
    archive = make(server, query="", rendition="thumbnail", name="many")
    assert archive["files"] == 100_000
    path = tmp_path / "many.zip"
    subprocess.run(["curl", "-sS", "-o", str(path), server.url + archive["url"]], check=True, timeout=120)
    assert path.stat().st_size == archive["bytes"]
    used = anonymous_memory(server) - before
    assert used < 60e6, f"{used / 1e6:.0f} MB more than before"
    with zipfile.ZipFile(path) as opened:
        names = opened.namelist()
        assert len(names) == 100_000 == len({name.casefold() for name in names})
        for name in random.Random(1).sample(names, 50):
            assert zlib.crc32(opened.read(name)) == opened.getinfo(name).CRC
    subprocess.run(["unzip", "-tqq", str(path)], check=True)
    listed = subprocess.run(["bsdtar", "-tf", str(path)], capture_output=True, text=True, check=True).stdout
    assert len(listed.splitlines()) == 100_000
    data = path.read_bytes()
    middle = len(data) // 2
    part = server.get(archive["url"], headers={"Range": f"bytes={middle}-{middle + 99_999}"})
    assert part.status_code == 206 and part.content == data[middle:middle + 100_000]
    server.upload(fixtures.jpeg(2, 40, 30))
    problem = make(server, expected=400, query="", rendition="original")
    assert "100000" in problem["detail"]


def test_archives_of_more_than_four_gigabytes_are_read_and_resumed_beyond_them(server, tmp_path):
    (large, _), (small, data) = add(server, 2).items()
    path = server.kept()[server.record(large)["digest"]]
    server.stop()
    size = 5 << 30
    with sqlite3.connect(server.data / "catalog.sqlite") as database:
        database.execute("UPDATE files SET bytes = ? WHERE path LIKE ?", (size, f"original/%{path.name}"))
    # A sparse file: only its beginning takes space.
    with open(path, "r+b") as file:
        file.truncate(size)
    server.start()
    archive = make(server, ids=[large, small])
    assert archive["bytes"] > size
    beginning = server.get(archive["url"], headers={"Range": "bytes=0-999"}).content
    rest = server.get(archive["url"], headers={"Range": f"bytes={size - 1000}-"}).content
    assert len(rest) == archive["bytes"] - size + 1000
    whole = tmp_path / "large.zip"
    with open(whole, "wb") as file:
        file.write(beginning)
        file.seek(size - 1000)
        file.write(rest)
    with zipfile.ZipFile(whole) as opened:
        assert [info.file_size for info in opened.infolist()] == [size, len(data)]
        assert opened.read("photo 1.jpg") == data
        assert opened.open("photo 0.jpg").read(2) == b"\xff\xd8"
    for command in (["unzip", "-p", str(whole), "photo 1.jpg"], ["bsdtar", "-xOf", str(whole), "photo 1.jpg"]):
        assert subprocess.run(command, capture_output=True, check=True).stdout == data, command


def anonymous_memory(server):
    """Bytes of the server's own memory; the system decides about the mapped pages of the catalogue."""
    for line in pathlib.Path(f"/proc/{server.process.pid}/status").read_text().splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1]) * 1024
    raise AssertionError("the system does not tell")


def fill(path, count):
    """Creates a number of images of one content, each in its own account, because an account has each content only once."""
    with sqlite3.connect(path) as database:
        database.create_function("random_id", 0, lambda: random.randbytes(16))
        numbers = f"WITH RECURSIVE numbers (n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count})"
        database.execute(f"INSERT INTO accounts (id, handle, handle_key, date_created) {numbers}"
                         " SELECT cast(printf('%016d', n) AS BLOB), 'a' || n, 'a' || n, 0 FROM numbers")
        columns = [row[1] for row in database.execute("PRAGMA table_info(images)") if row[1] != "seq"]
        values = {"id": "random_id()", "owner": "cast(printf('%016d', n) AS BLOB)", "visibility": "'public'",
                  "title": "CASE WHEN n % 3 = 0 THEN 'IMG' ELSE 'photo ' || n END"}
        database.execute(f"INSERT INTO images ({', '.join(columns)}) {numbers} SELECT "
                         f"{', '.join(values.get(column, 'images.' + column) for column in columns)} FROM images, numbers "
                         "WHERE images.seq = 1")
        database.execute("INSERT INTO image_files (image, image_type, file, date_shown) SELECT seq, image_type, file, date_shown "
                         "FROM images, image_files WHERE image_files.image = 1 AND images.seq > 1")


def test_a_download_tells_how_far_it_is(server):
    """With a client that reads a part, and one that goes on where that has ended."""
    ids = list(add(server, 6))
    archive = server.post("/v1/archives", json={"ids": ids}).json()
    assert archive["state"] == "ready" and archive["bytes_sent"] == 0
    half = archive["bytes"] // 2

    def record():
        return server.get(f"/v1/archives/{archive['id']}").json()

    def wait(for_state):
        deadline = time.monotonic() + 30
        while (now := record())["state"] != for_state:
            assert time.monotonic() < deadline, now
            time.sleep(0.05)
        return now

    first = server.get(archive["url"], headers={"Range": f"bytes=0-{half - 1}"})
    assert first.status_code == 206
    assert wait("sending")["bytes_sent"] <= half
    deadline = time.monotonic() + 30
    while record()["bytes_sent"] != half:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    rest = server.get(archive["url"], headers={"Range": f"bytes={half}-"})
    assert wait("sent")["bytes_sent"] == archive["bytes"]
    assert zipfile.ZipFile(io.BytesIO(first.content + rest.content)).testzip() is None
