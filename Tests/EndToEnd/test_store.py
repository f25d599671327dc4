"""The store API: uploads as JSON, images in other formats, and compressed files."""
import base64
import concurrent.futures
import io
import os
import socket

import numpy
import pytest
from PIL import Image

import fixtures
from people import Person, add_admin, register
from similarity import colour_difference, luminance, ssim

BOUND = 0.98
# Decoders differ by one or two steps for each sample.
TOLERANCE = 0.003
TYPES = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP", "avif": "AVIF"}


def problem(response, status, name):
    assert response.status_code == status, response.text
    assert response.headers["Content-Type"] == "application/problem+json"
    body = response.json()
    assert body["type"] == f"/problems/{name}" and body["detail"], body
    return body["detail"]


def upload(server, data, status=201, **query):
    response = server.post("/upload/", params=query, data=data, headers={"Content-Type": "application/octet-stream"})
    assert response.status_code == status, response.text
    return response.json()


def sent(server, filename="photo.jpg", type="jpg", data=None, **more):
    body = {"filename": filename, "type": type, **more}
    if data is not None:
        body["file"] = base64.b64encode(data).decode()
    return server.post("/upload", json=body)


# Uploads as JSON

def test_an_image_is_uploaded_as_json(server, images):
    for format, path in images.by_format.items():
        response = sent(server, path.name, format, path.read_bytes())
        assert response.status_code == 201, response.text
        record = response.json()
        assert record["format"] == format and record["title"] == path.stem and record["duplicate"] is False
        assert response.headers["Location"] == f"/v1/images/{record['id']}"
        assert server.get(f"/v1/images/{record['id']}/original").content == path.read_bytes()
    again = sent(server, "other.jpg", "image/jpeg", images.by_format["jpeg"].read_bytes())
    assert again.status_code == 200 and again.json()["duplicate"] is True


@pytest.mark.parametrize("type", ["jpg", "JPEG", ".jpg", "image/jpeg"])
def test_formats_have_several_names(server, type):
    assert sent(server, type=type, data=fixtures.jpeg()).status_code == 201


def test_members_may_be_in_any_order_and_the_query_is_used_too(server):
    text = base64.encodebytes(fixtures.jpeg()).decode().replace("\n", "\\r\\n")
    body = f'{{"file": "{text}", "type": "jpg", "filename": "a\\u00e9.jpg"}}'
    response = server.post("/v1/upload/?tags=one,two&visibility=public", data=body.encode(),
                           headers={"Content-Type": "application/json; charset=utf-8"})
    assert response.status_code == 201, response.text
    record = response.json()
    assert (record["title"], record["tags"], record["visibility"]) == ("aé", ["one", "two"], "public")


@pytest.mark.parametrize("body, status, name", [
    (b"", 400, "malformed-json"),
    (b"[]", 400, "wrong-json-type"),
    (b'{"filename": "a.jpg", "type": "jpg", "file": "AAAA', 400, "malformed-json"),
    (b'{"filename": "a.jpg", "type": "jpg", "file": {"a": 1}}', 400, "wrong-json-type"),
    (b'{"filename": "a.jpg", "type": "jpg", "file": 5}', 400, "wrong-json-type"),
    (b'{"filename": null, "type": "jpg", "file": "AAAA"}', 400, "wrong-json-type"),
    (b'{"filename": "a.jpg", "file": "%s"}', 400, "missing-member"),
    (b'{"type": "jpg", "file": "%s"}', 400, "missing-member"),
    (b'{"filename": "a.jpg", "type": "jpg", "file": "%s", "colour": "red"}', 400, "unknown-member"),
    (b'{"filename": "a.jpg", "type": "jpg", "type": "png", "file": "%s"}', 400, "malformed-json"),
    (b'{"filename": "a.jpg", "type": "exe", "file": "%s"}', 415, "unsupported-format"),
    (b'{"filename": "a.jpg", "type": "png", "file": "%s"}', 400, "type-mismatch"),
    (b'{"filename": "a.jpg", "type": "jpg", "file": "%s="}', 400, "malformed-base64"),
    (b'{"filename": "a.jpg", "type": "jpg", "file": "!!!!"}', 400, "malformed-base64"),
    (b'{"filename": "a.jpg", "type": "jpg", "file": "AAA"}', 400, "malformed-base64"),
    (b'{"filename": "a.jpg", "type": "jpg", "file": ""}', 400, "bad-request"),
    (b'{"filename": "a.jpg", "type": "jpg", "file": "aGVsbG8gd29ybGQ="}', 415, "unsupported-format"),
])
def test_an_invalid_body_is_refused_with_a_reason(server, body, status, name):
    data = body.replace(b"%s", base64.b64encode(fixtures.jpeg()))
    response = server.post("/upload", data=data, headers={"Content-Type": "application/json"})
    problem(response, status, name)
    server.assert_nothing_is_kept()


def test_a_large_body_is_decoded_as_it_arrives(make_server):
    server = make_server("--derive", "never")
    noise = numpy.random.default_rng(1).integers(0, 256, (4200, 8400, 3), dtype=numpy.uint8)
    data = fixtures.encoded(Image.fromarray(noise), "BMP")
    before = server.metric("tintype_resident_bytes")
    response = sent(server, "noise.bmp", "bmp", data)
    assert response.status_code == 201, response.text
    # The body has 140 MB.
    assert server.metric("tintype_resident_bytes") - before < 64 << 20
    assert server.get(f"/v1/images/{response.json()['id']}/original").content == data


def test_a_body_beyond_the_limit_is_refused(make_server):
    server = make_server("--max-body", "100KiB")
    assert sent(server, data=fixtures.jpeg(width=1600, height=1600)).status_code == 413
    server.assert_nothing_is_kept()


# The import folder

@pytest.fixture
def folder(tmp_path):
    """An import folder with every kind of entry."""
    folder = tmp_path / "import"
    (folder / "inside/deep").mkdir(parents=True)
    (folder / "bb.jpg").write_bytes(fixtures.jpeg(1))
    (folder / "inside/deep/a..b.jpg").write_bytes(fixtures.jpeg(2))
    (tmp_path / "secret.jpg").write_bytes(fixtures.jpeg(3))
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/secret.jpg").write_bytes(fixtures.jpeg(4))
    (folder / "link.jpg").symlink_to(tmp_path / "secret.jpg")
    (folder / "linked").symlink_to(tmp_path / "outside")
    os.mkfifo(folder / "pipe.jpg")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folder / "socket.jpg"))
    return folder


def test_files_of_the_import_folder_are_imported(make_server, folder):
    server = make_server("--import-dir", folder)
    for name in ("bb.jpg", "inside/deep/a..b.jpg"):
        response = sent(server, name)
        assert response.status_code == 201, response.text
        assert server.get(f"/v1/images/{response.json()['id']}/original").content == (folder / name).read_bytes()
    assert response.json()["title"] == "a..b"
    assert sent(server, "bb.jpg", file=None).json()["duplicate"] is True
    problem(sent(server, "bb.jpg", "png"), 400, "type-mismatch")


@pytest.mark.parametrize("name", [
    "../secret.jpg", "inside/../../secret.jpg", "inside/../bb.jpg", "/etc/passwd", "", "/", ".", "..", "./bb.jpg", "bb.jpg/",
    "inside//deep/a..b.jpg", "inside", "link.jpg", "linked/secret.jpg", "pipe.jpg", "socket.jpg", "bb.jpg/x", "bb.jpg\0x",
    "a" * 300, "/".join("a" * 100), "nothing.jpg", "inside/nothing/x.jpg", "/dev/zero", "bb.jpg\n"])
def test_files_outside_the_import_folder_cannot_be_imported(make_server, folder, name):
    server = make_server("--import-dir", folder)
    response = sent(server, name)
    is_missing = name in ("nothing.jpg", "inside/nothing/x.jpg", "bb.jpg\n")
    assert response.status_code == (404 if is_missing else 400), response.text
    assert str(folder) not in response.text and "secret" not in response.text
    server.assert_nothing_is_kept()


def test_without_an_import_folder_nothing_can_be_imported(server):
    assert "--import-dir" in problem(sent(server, "bb.jpg"), 400, "bad-request")


def test_strangers_and_readers_cannot_import(make_server, folder):
    server = make_server("--import-dir", folder)
    alice = register(server, "alice")
    body = {"filename": "bb.jpg", "type": "jpg"}
    assert Person(server).post("/upload", json=body).status_code == 401
    assert alice.make_token("read").post("/upload", json=body).status_code == 403
    assert alice.post("/upload", json=body).status_code == 201


# Other formats

@pytest.mark.parametrize("type", ["jpg", "png", "webp", "gif", "tif", "avif"])
def test_every_format_can_be_converted_to_every_other(server, images, type):
    for format, path in images.by_format.items():
        record = upload(server, path.read_bytes())
        for url in (f"/download/{record['id']}?type={type}", f"/images/{record['id']}.{type}"):
            response = server.get(url)
            assert response.status_code == 200, f"{format} as {type}: {response.text}"
            picture = Image.open(io.BytesIO(response.content))
            assert picture.size == (record["width"], record["height"])
            assert response.headers["Content-Type"] == Image.MIME[picture.format]
            kind = "attachment" if "download" in url else "inline"
            assert response.headers["Content-Disposition"].startswith(kind)
            if format == {"jpg": "jpeg", "tif": "tiff"}.get(type, type):
                assert response.content == path.read_bytes()


def test_a_download_is_the_original_with_conditions_and_ranges(server):
    data = fixtures.jpeg()
    record = upload(server, data, name="bb.jpg")
    path = f"/download/{record['id']}"
    whole = server.get(path)
    assert whole.content == data and 'attachment; filename="bb.jpg"' in whole.headers["Content-Disposition"]
    assert server.get(path, headers={"If-None-Match": whole.headers["ETag"]}).status_code == 304
    assert server.get(path, headers={"Range": "bytes=10-19"}).content == data[10:20]
    head = server.request("HEAD", path)
    assert head.headers["Content-Length"] == str(len(data)) and head.content == b""
    converted = server.get(path + "?type=png")
    assert server.get(path + "?type=png", headers={"Range": "bytes=0-3"}).content == converted.content[:4]


def test_pictures_are_upright_and_keep_their_transparency(server, images):
    record = upload(server, images.with_metadata(tags=["-Orientation#=6"]).read_bytes())
    assert Image.open(io.BytesIO(server.get(f"/images/{record['id']}.png").content)).size == (480, 640)
    compressed = server.get(f"/download/{record['id']}?transform=compress").content
    assert Image.open(io.BytesIO(compressed)).size == (480, 640) and b"Exif" not in compressed
    record = upload(server, images.transparent_png().read_bytes())
    wanted = numpy.asarray(Image.open(images.transparent_png()).getchannel("A"), dtype=int)
    for type in ("webp", "png"):
        response = server.get(f"/download/{record['id']}?transform=compress&type={type}")
        assert response.status_code == 200, response.text
        alpha = numpy.asarray(Image.open(io.BytesIO(response.content)).getchannel("A"), dtype=int)
        assert abs(alpha - wanted).max() <= 2


def test_a_damaged_image_is_not_transformed(server):
    record = upload(server, fixtures.broken_png())
    for path in ("/download/{}?type=webp", "/compress/{}", "/images/{}.jpg", "/download/{}?transform=compress"):
        problem(server.get(path.format(record["id"])), 422, "damaged-image")
    assert server.get(f"/download/{record['id']}").content == fixtures.broken_png()
    assert server.get(f"/images/{record['id']}.png").content == fixtures.broken_png()


# Compressed files

def assert_looks_the_same(original, compressed, what):
    similarity = ssim(luminance(original), luminance(compressed))
    assert similarity >= BOUND - TOLERANCE, f"{what}: {similarity}"
    if all(Image.open(io.BytesIO(data)).mode in ("RGB", "L") for data in (original, compressed)):
        mean, worst = colour_difference(original, compressed)
        assert mean <= 1.5 + 0.2 and worst <= 8 + 1, f"{what}: {mean}, {worst}"


@pytest.mark.parametrize("type", TYPES)
def test_a_photo_becomes_smaller_and_looks_the_same(server, type):
    data = fixtures.jpeg(width=1500, height=1000, quality=97)
    if type == "png":
        data = fixtures.encoded(fixtures.picture(500, 400), "PNG", compress_level=1)
    record = upload(server, data)
    answer = server.post(f"/compress/{record['id']}?type={type}")
    assert answer.status_code == 200, answer.text
    answer = answer.json()
    assert (answer["state"], answer["type"]) == ("done", "compressed") and answer["bytes"] < len(data)
    response = server.get(f"/download/{record['id']}?transform=compress&type={type}")
    assert len(response.content) == answer["bytes"]
    assert Image.open(io.BytesIO(response.content)).format == TYPES[type]
    assert_looks_the_same(data, response.content, type)
    assert server.get(answer["links"]["compressed"]).content == response.content
    entry = [file for file in server.get(f"/v1/images/{record['id']}/metadata").json()["files"]
             if file["type"] == "compressed"]
    assert len(entry) == 1 and entry[0]["bytes"] == answer["bytes"]
    assert len(server.kept("compressed")) == 1


def test_another_format_replaces_the_existing_one(server):
    record = upload(server, fixtures.jpeg(quality=97))
    tags = set()
    for type in ("webp", "jpg", "webp", "avif"):
        assert server.post(f"/compress/{record['id']}?type={type}").status_code == 200
        response = server.get(f"/download/{record['id']}?transform=compress")
        assert Image.open(io.BytesIO(response.content)).format == TYPES[type]
        tags.add(response.headers["ETag"])
        assert len(server.kept("compressed")) == 1
    assert len(tags) == 3
    assert server.check("--deep")[0] == 0


def test_it_is_never_larger_than_the_original(server):
    data = fixtures.encoded(fixtures.picture(), "WEBP", quality=1)
    record = upload(server, data)
    assert server.get(f"/download/{record['id']}?transform=compress").content == data
    assert server.get(f"/download/{record['id']}?transform=compress&type=webp").content == data
    for refused in (server.get(f"/compress/{record['id']}?type=png"), server.post(f"/compress/{record['id']}?type=png")):
        assert "not be smaller" in problem(refused, 409, "conflict")


def test_frames_are_never_lost(server, images):
    data = images.animated_gif().read_bytes()
    record = upload(server, data)
    assert server.get(f"/download/{record['id']}?transform=compress").content == data
    assert "frames" in problem(server.get(f"/compress/{record['id']}?type=webp"), 409, "conflict")
    assert Image.open(io.BytesIO(server.get(f"/images/{record['id']}.webp").content)).n_frames == 3


def test_a_compressed_file_can_be_removed_and_made_again(server):
    record = upload(server, fixtures.jpeg(quality=97))
    path = f"/v1/images/{record['id']}/compressed"
    problem(server.request("DELETE", path), 404, "not-found")
    assert server.post(f"/compress/{record['id']}").status_code == 200
    first = server.get(path).content
    assert server.request("DELETE", path).status_code == 204 and not server.kept("compressed")
    assert server.get(path).content == first
    assert server.post(f"/compress/{record['id']}").status_code == 200 and len(server.kept("compressed")) == 1
    assert server.get(path).content == first
    assert server.request("DELETE", f"/v1/images/{record['id']}?permanent=true").status_code == 204
    assert not server.kept("compressed") and server.get(path).status_code == 404
    assert server.check("--deep")[0] == 0


def test_a_hundred_requests_make_one_file(server):
    record = upload(server, fixtures.jpeg(width=1200, height=900, quality=97))
    with concurrent.futures.ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(
            lambda _: server.get(f"/download/{record['id']}?transform=compress").content, range(100)))
    assert len(set(answers)) == 1
    assert server.metric('tintype_renders_total{type="compressed"}') == 1


def test_a_request_to_read_keeps_nothing(server):
    record = upload(server, fixtures.jpeg(quality=97))
    assert server.post(f"/compress/{record['id']}?type=webp").status_code == 200
    [kept] = server.kept("compressed").values()
    bytes, before = kept.read_bytes(), server.get(f"/v1/images/{record['id']}/metadata").json()
    for path in ("/compress/{}", "/v1/images/{}/compressed", "/download/{}?transform=compress"):
        response = server.get(path.format(record["id"]))
        assert response.headers["Content-Type"] == "image/webp" and response.content == bytes
    made = server.metric('tintype_renders_total{type="compressed"}')
    for path in ("/compress/{}?type=jpg", "/download/{}?transform=compress&type=jpg", "/compress/{}?type=jpg"):
        response = server.get(path.format(record["id"]))
        assert response.headers["Content-Type"] == "image/jpeg" and len(response.content) < record["bytes"]
        assert server.get(path.format(record["id"]), headers={"If-None-Match": response.headers["ETag"]}).status_code == 304
    assert server.metric('tintype_renders_total{type="compressed"}') == made + 1, "made once, and cached"
    assert list(server.kept("compressed").values()) == [kept] and kept.read_bytes() == bytes
    assert server.get(f"/v1/images/{record['id']}/metadata").json() == before
    assert server.request("HEAD", f"/compress/{record['id']}?type=jpg").headers["Content-Length"] == str(len(response.content))
    # What was made for a reader is kept when the owner wants it.
    assert server.post(f"/compress/{record['id']}?type=jpg").json()["bytes"] == len(response.content)
    assert server.metric('tintype_renders_total{type="compressed"}') == made + 1
    [kept] = server.kept("compressed").values()
    assert kept.read_bytes() == response.content
    assert server.check("--deep")[0] == 0


def test_that_nothing_smaller_looks_the_same_is_remembered(server):
    data = fixtures.encoded(fixtures.picture(), "WEBP", quality=1)
    record = upload(server, data)
    for _ in range(3):
        assert server.get(f"/compress/{record['id']}").content == data
        problem(server.get(f"/compress/{record['id']}?type=jpg"), 409, "conflict")
    assert server.metric('tintype_renders_total{type="compressed"}') == 2


def test_a_service_that_prefers_an_asynchronous_response_follows_a_job(server):
    record = upload(server, fixtures.jpeg(width=1200, height=900, quality=97))
    response = server.post(f"/compress/{record['id']}?type=webp", headers={"Prefer": "wait=5, Respond-Async"})
    assert response.status_code == 202 and response.headers["Preference-Applied"] == "respond-async"
    job = response.json()
    assert (job["kind"], job["format"], job["digest"]) == ("compress", "webp", record["digest"])
    assert response.headers["Location"] == f"/v1/jobs/{job['id']}"
    done = server.wait_for_job(job["id"])
    assert done["state"] == "done" and done["progress"] == {"total": 1, "done": 1, "failed": 0}
    assert len(server.kept("compressed")) == 1
    assert [entry["id"] for entry in server.get("/v1/jobs?kind=compress").json()["jobs"]] == [job["id"]]
    other = server.post(f"/compress/{record['id']}?type=png", headers={"Prefer": "respond-async"}).json()
    failed = server.wait_for_job(other["id"])
    assert failed["state"] == "failed" and "smaller" in failed["error"] and failed["progress"]["failed"] == 1
    assert server.post(f"/v1/jobs/{other['id']}/retry").status_code == 202
    assert server.wait_for_job(other["id"])["state"] == "failed"


def test_private_images_are_compressed_for_those_who_may_see_them(make_server):
    server = make_server("--registration", "open")
    alice, bob = register(server, "alice"), register(server, "bob")
    record = alice.upload(fixtures.jpeg(quality=97))
    shown = alice.upload(fixtures.jpeg(2, quality=97), visibility="public")
    hurry = {"Prefer": "respond-async"}
    for person in (Person(server), bob):
        for path in ("/download/{}", "/compress/{}", "/images/{}.png", "/v1/images/{}/compressed"):
            assert person.get(path.format(record["id"])).status_code == 404
            assert person.get(path.format(record["id"]), headers=hurry).status_code == 404
            # The original of a public image is not given to others.
            expected = 403 if path.startswith("/download") else 200
            assert person.get(path.format(shown["id"])).status_code == expected
    reader = alice.make_token("read")
    assert reader.get(f"/compress/{record['id']}").status_code == 200
    # Only those who may change an image have a file kept.
    for path in (f"/compress/{shown['id']}", f"/compress/{shown['id']}?type=jpg"):
        for headers in (hurry, {}):
            assert Person(server).post(path, headers=headers).status_code == 401
            assert reader.post(path, headers=headers).status_code == 403
            assert bob.post(path, headers=headers).status_code == 403
    assert not server.kept("compressed") and alice.get("/v1/jobs?kind=compress").json()["jobs"] == []
    assert alice.post(f"/compress/{shown['id']}", headers=hurry).status_code == 202


# Compressed files from other compressors

def test_only_files_that_look_like_the_original_are_accepted(server):
    data = fixtures.jpeg(quality=97)
    record = upload(server, data)
    path = f"/v1/images/{record['id']}/compressed"

    def put(body, **headers):
        return server.request("PUT", path, data=body, headers={"Content-Type": "application/octet-stream", **headers})

    picture = Image.open(io.BytesIO(data))
    good = fixtures.encoded(picture, "WEBP", quality=90)
    problem(put(fixtures.encoded(picture, "JPEG", quality=5)), 409, "conflict")
    problem(put(fixtures.encoded(picture.rotate(180), "JPEG", quality=85)), 409, "conflict")
    problem(put(fixtures.encoded(picture.resize((320, 240)), "JPEG")), 409, "conflict")
    problem(put(fixtures.encoded(picture, "BMP")), 409, "conflict")
    # The same luminance, in grey and with red and blue exchanged.
    _, blue, red = picture.convert("YCbCr").split()
    grey = picture.convert("L")
    turned = Image.merge("YCbCr", (grey, red, blue)).convert("RGB")
    problem(put(fixtures.encoded(grey, "JPEG", quality=97)), 409, "conflict")
    problem(put(fixtures.encoded(turned, "JPEG", quality=97)), 409, "conflict")
    problem(put(b"hello"), 415, "unsupported-format")
    problem(put(b""), 400, "bad-request")
    assert put(good[:len(good) // 2]).status_code == 422
    assert not server.kept("compressed")
    first = put(good, **{"If-None-Match": "*"})
    assert first.status_code == 201 and first.json()["bytes"] == len(good)
    assert server.get(path).content == good
    problem(put(good, **{"If-None-Match": "*"}), 412, "precondition-failed")
    assert put(data, **{"If-Match": server.get(path).headers["ETag"]}).status_code == 200
    assert server.get(path).content == data
    assert server.check("--deep")[0] == 0


CORPUS_PARTS = 4


@pytest.mark.parametrize("part", range(CORPUS_PARTS))
def test_the_corpus_becomes_no_larger_and_looks_the_same(make_server, corpus, part):
    server = make_server("--derive", "never", "--access-log", "off")
    smaller = compared = 0
    for path in sorted(path for path in corpus.rglob("*") if path.is_file())[part::CORPUS_PARTS]:
        response = server.post("/upload/", data=path.read_bytes(), headers={"Content-Type": "application/octet-stream"})
        if response.status_code not in (200, 201):
            continue
        record = response.json()
        compressed = server.get(f"/v1/images/{record['id']}/compressed", timeout=180)
        if compressed.status_code == 422:
            continue
        assert compressed.status_code == 200, f"{path.name}: {compressed.text}"
        assert len(compressed.content) <= record["bytes"], path.name
        if compressed.content == path.read_bytes():
            continue
        smaller += 1
        # Files that another decoder shows in the same colours can be compared: 8 bits a sample, without a profile.
        if record["format"] not in ("jpeg", "png") or record["width"] * record["height"] > 8_000_000:
            continue
        try:
            picture = Image.open(path)
            picture.load()
        except (OSError, ValueError, SyntaxError):
            continue  # Pillow accepts fewer files than the server.
        if picture.mode not in ("RGB", "L", "RGBA") or picture.info.get("icc_profile") or picture.info.get("gamma"):
            continue
        assert_looks_the_same(path.read_bytes(), compressed.content, path.name)
        compared += 1
    assert smaller > 10 and compared > 5
