"""Records are read, changed, found, listed in pages and deleted; and the metadata of an image."""
import datetime
import io
import json
import subprocess

import pytest
from PIL import Image

import fixtures
from wire import sha256

UNKNOWN = "/v1/images/00000000-0000-7000-8000-000000000000"


@pytest.fixture
def stored(server):
    """A server with one image, with all of its files."""
    status, record = server.upload(fixtures.jpeg(1), "photo.jpg", fields={"tags": "a,b", "description": "d"})
    assert status == 201
    return server, server.wait_until_ready(record["id"])


def patch(server, record, changes, **fields):
    return server.request("PATCH", record["links"]["self"], json=changes, headers=fields)


# Changes

def test_a_change_applies_only_to_the_named_members(stored):
    server, record = stored
    response = patch(server, record, {"title": "  Renamed "})
    assert response.status_code == 200
    changed = response.json()
    assert changed["title"] == "Renamed" and changed["tags"] == ["a", "b"] and changed["description"] == "d"
    assert changed["version"] == record["version"] + 1 and changed["date_modified"] > record["date_modified"]
    unchanged = {key for key in record if changed[key] == record[key]}
    assert set(record) - unchanged == {"title", "version", "date_modified"}
    assert changed.pop("former") == {"title": record["title"]} and server.record(record["id"]) == changed


def test_every_member_can_be_changed(stored):
    server, record = stored
    changes = {"title": "T", "description": "D", "tags": ["x", "y"], "visibility": "public", "attributes": {"k": [1, {"l": None}]}}
    changed = patch(server, record, changes).json()
    assert {key: changed[key] for key in changes} == changes
    emptied = patch(server, record, {"title": "", "description": "", "tags": [], "attributes": {}}).json()
    assert (emptied["title"], emptied["description"], emptied["tags"], emptied["attributes"]) == ("", "", [], {})


def test_an_empty_change_is_not_an_error(stored):
    server, record = stored
    assert patch(server, record, {}).status_code == 200


def test_a_conditional_change_succeeds_once(stored):
    server, record = stored
    tag = server.get(record["links"]["self"]).headers["ETag"]
    first = patch(server, record, {"title": "first"}, **{"If-Match": tag})
    assert first.status_code == 200 and first.headers["ETag"] != tag
    stale = patch(server, record, {"title": "second"}, **{"If-Match": tag})
    assert stale.status_code == 412 and stale.headers["Content-Type"] == "application/problem+json"
    assert server.record(record["id"])["title"] == "first"
    assert patch(server, record, {"title": "third"}, **{"If-Match": first.headers["ETag"]}).status_code == 200
    assert patch(server, record, {"title": "fourth"}, **{"If-Match": "*"}).status_code == 200


def test_only_one_of_many_changes_based_on_the_same_version_succeeds(stored):
    import concurrent.futures
    server, record = stored
    tag = server.get(record["links"]["self"]).headers["ETag"]
    with concurrent.futures.ThreadPoolExecutor(10) as pool:
        statuses = list(pool.map(
            lambda index: patch(server, record, {"title": str(index)}, **{"If-Match": tag}).status_code, range(20)))
    assert sorted(statuses) == [200] + [412] * 19


def test_tags_are_trimmed_and_kept_once(stored):
    server, record = stored
    assert patch(server, record, {"tags": [" a", "a ", "", "b", "a"]}).json()["tags"] == ["a", "b"]


def test_text_of_every_script_is_kept_unchanged(stored):
    server, record = stored
    text = "e\u0301 é \U0001f3f3\ufe0f\u200d\U0001f308 العربية 日本語 \u0000 \\ \" </script> ' -- %"
    changed = patch(server, record, {"description": text}).json()
    assert changed["description"] == text and server.record(record["id"])["description"] == text


def test_a_change_of_an_unknown_image_is_a_404(server):
    assert server.request("PATCH", UNKNOWN, json={"title": "x"}).status_code == 404
    assert server.request("PATCH", UNKNOWN, json={"title": "x"}, headers={"If-Match": '"x"'}).status_code == 404


def test_a_new_file_name_names_the_download(stored):
    server, record = stored
    assert "photo.jpg" in server.get(record["links"]["original"]).headers["Content-Disposition"]
    patch(server, record, {"file_name": "Ümläut.png"})
    disposition = server.get(record["links"]["original"] + "&download").headers["Content-Disposition"]
    assert disposition.startswith("attachment;") and "%C3%9Cml%C3%A4ut.jpg" in disposition


def test_a_new_visibility_changes_how_files_are_cached(stored):
    server, record = stored
    for visibility in ("public", "private", "public"):
        patch(server, record, {"visibility": visibility})
        assert visibility in server.get(record["links"]["thumbnail"]).headers["Cache-Control"]


# Search

@pytest.fixture(scope="module")
def library(tmp_path_factory, images):
    """A server with images that differ in all searchable properties; the tests only read them."""
    from tintype_server import Server
    with Server(tmp_path_factory.mktemp("library") / "data") as server:
        with_offset = images.with_metadata("offset.jpg", 60, [
            "-DateTimeOriginal=2021:05:31 23:30:00", "-OffsetTimeOriginal=-07:00"])
        without_offset = images.with_metadata("local.jpg", 61, ["-DateTimeOriginal=2021:06:01 00:15:00"], (800, 600))
        later = images.with_metadata("later.jpg", 62, ["-DateTimeOriginal=2022:01:01 12:00:00"], (300, 500))
        ids = {}
        for key, path, fields in [
            ("offset", with_offset, {"title": "Evening at the Café", "tags": "sea,Evening"}),
            ("local", without_offset, {"title": "Night", "description": "A boat on the sea", "tags": "sea,boat"}),
            ("later", later, {"title": "Berg", "description": "Straße im Schnee", "tags": "winter"}),
            ("png", images.by_format["png"], {"title": "Diagram"}),
            ("webp", images.by_format["webp"], {"title": "Zebra", "tags": "boat"}),
            ("gif", images.by_format["gif"], {"title": "100% animated_picture"}),
        ]:
            status, record = server.upload(path, fields=fields)
            assert status == 201
            ids[key] = record["id"]
        for id in ids.values():
            server.wait_until_ready(id)
        yield server, ids


def found(library, query):
    server, ids = library
    response = server.get(f"/v1/images?{query}")
    assert response.status_code == 200, response.text
    body = response.json()
    names = {id: name for name, id in ids.items()}
    assert [image["id"] for image in body["images"]] == body["ids"]
    return [names[id] for id in body["ids"]]


@pytest.mark.parametrize("query, expected", [
    ("q=sea", {"offset", "local"}), ("q=SEA", {"offset", "local"}), ("q=sea%20boat", {"local"}), ("q=cafe", {"offset"}),
    ("q=caf%C3%A9", {"offset"}), ("q=boat", {"local", "webp"}), ("q=nothing", set()), ("q=sea%20nothing", set()),
    ("q=winter", {"later"}), ("q=schnee", {"later"}), ("q=%22", None), ("q=sea%20AND%20boat", None), ("q=*", None), ("q=(", None),
    ("q=NEAR(sea)", None), ("q=title:night", None), ("q='%20OR%201=1", None), ("q=-sea", None), ("q=%5E", None),
    ("q=", {"offset", "local", "later", "png", "webp", "gif"}),
    ("tag=sea", {"offset", "local"}), ("tag=sea&tag=boat", {"local"}), ("tag=nothing", set()), ("tag=Evening", {"offset"}),
    ("taken_from=2021-06-01", {"local", "later"}), ("taken_to=2021-05-31", {"offset"}), ("taken_to=2021-05-30", set()),
    ("taken_from=2021-05-31&taken_to=2021-05-31", {"offset"}), ("taken_from=2021-05-31T23:30:00", {"offset", "local", "later"}),
    ("taken_from=2021-05-31T23:30:01", {"local", "later"}), ("taken_to=2021-06-01T00:15:00", {"offset"}),
    ("taken_to=2021-06-01T00:15:01", {"offset", "local"}), ("taken_from=2023-01-01", set()),
    ("added_from=2000-01-01", {"offset", "local", "later", "png", "webp", "gif"}), ("added_to=2000-01-01", set()),
    ("added_from=2999-01-01", set()), ("added_to=2999-01-01T00:00:00Z", {"offset", "local", "later", "png", "webp", "gif"}),
    ("format=png", {"png"}), ("format=png&format=gif", {"png", "gif"}), ("format=avif", set()),
    ("min_width=800", {"local"}), ("max_width=300", {"later"}), ("min_height=500&max_height=500", {"later"}),
    ("min_width=640&max_width=640&min_height=480&max_height=480&format=webp", {"webp"}), ("max_height=1", set()),
    ("state=ready", {"offset", "local", "later", "png", "webp", "gif"}), ("state=damaged", set()), ("state=pending", set()),
    ("tag=sea&format=jpeg&taken_from=2021-06-01&q=boat", {"local"}),
])
def test_criteria_select_images(library, query, expected):
    result = found(library, query)
    assert len(result) == len(set(result))
    if expected is not None:
        assert set(result) == expected


def test_images_are_found_by_their_bytes(library):
    server, ids = library
    record = server.record(ids["png"])
    assert found(library, f"digest={record['digest']}") == ["png"]
    assert found(library, f"digest={record['digest'].upper()}") == ["png"]
    assert found(library, f"digest={'0' * 64}") == []
    assert found(library, f"min_bytes={record['bytes']}&max_bytes={record['bytes']}") == ["png"]


def test_times_added_are_compared_to_the_microsecond(library):
    server, ids = library
    added = server.record(ids["later"])["date_added"]
    assert set(found(library, f"added_from={added}")) == {"later", "png", "webp", "gif"}
    assert set(found(library, f"added_to={added}")) == {"offset", "local"}
    shifted = datetime.datetime.fromisoformat(added).astimezone(datetime.timezone(datetime.timedelta(hours=5)))
    assert set(found(library, f"added_to={shifted.isoformat().replace('+', '%2B')}")) == {"offset", "local"}


ORDER_OF_UPLOAD = ["offset", "local", "later", "png", "webp", "gif"]


@pytest.mark.parametrize("sort", ["added", "-added", "taken", "-taken", "bytes", "-bytes", "title", None])
@pytest.mark.parametrize("limit", [1, 2, 4, 100])
def test_paging_by_cursors_returns_every_image_once_and_in_order(library, sort, limit):
    server, ids = library
    query = f"limit={limit}" + (f"&sort={sort}" if sort else "")
    walked, cursor = [], ""
    while True:
        response = server.get(f"/v1/images?{query}{cursor}")
        page = response.json()
        assert len(page["ids"]) <= limit
        walked += page["images"]
        if page["next"] is None:
            assert "Link" not in response.headers
            break
        assert f"cursor={page['next']}" in response.headers["Link"] and 'rel="next"' in response.headers["Link"]
        assert server.get(response.headers["Link"].split(">")[0][1:]).status_code == 200
        cursor = f"&cursor={page['next']}"
    assert len(walked) == 6 and {image["id"] for image in walked} == set(ids.values())
    names = {id: name for name, id in ids.items()}
    order = [names[image["id"]] for image in walked]
    if sort in ("added", "-added", None):
        assert order == (ORDER_OF_UPLOAD if sort == "added" else ORDER_OF_UPLOAD[::-1])
    elif sort in ("bytes", "-bytes"):
        sizes = [image["bytes"] for image in walked]
        assert sizes == sorted(sizes, reverse=sort == "-bytes")
    elif sort in ("taken", "-taken"):
        dated = [name for name in order if name in ("offset", "local", "later")]
        assert dated == (["offset", "local", "later"] if sort == "taken" else ["later", "local", "offset"])
    else:
        titles = [image["title"].lower() for image in walked]
        assert titles == sorted(titles)


def test_ids_only_can_be_requested(library):
    server, ids = library
    page = server.get("/v1/images?fields=ids&limit=4").json()
    assert set(page) == {"ids", "next"} and len(page["ids"]) == 4
    rest = server.get(f"/v1/images?fields=ids&cursor={page['next']}").json()
    assert rest["next"] is None and set(page["ids"] + rest["ids"]) == set(ids.values())


def test_paging_is_not_affected_by_images_that_are_added_and_deleted(server):
    kept = [server.upload(fixtures.jpeg(seed, 32, 32), f"{seed}.jpg")[1]["id"] for seed in range(10)]
    page = server.get("/v1/images?limit=4&sort=added&fields=ids").json()
    server.request("DELETE", f"/v1/images/{kept[3]}")  # The image that the cursor refers to.
    server.upload(fixtures.jpeg(100, 32, 32), "new.jpg")
    walked = page["ids"]
    while page["next"]:
        page = server.get(f"/v1/images?limit=4&sort=added&fields=ids&cursor={page['next']}").json()
        walked += page["ids"]
    assert walked[:10] == kept and len(walked) == len(set(walked)) == 11


def test_changes_are_found_at_once(stored):
    server, record = stored
    patch(server, record, {"title": "walrus", "tags": ["ocean"]})
    for query, count in (("q=walrus", 1), ("q=title:photo", 0), ("q=file_name:photo", 1), ("tag=ocean", 1), ("tag=a", 0), ("q=ocean", 1)):
        assert len(server.get(f"/v1/images?{query}").json()["ids"]) == count, query
    server.request("DELETE", record["links"]["self"])
    assert server.get("/v1/images?q=walrus").json()["ids"] == []


# Dates and metadata

@pytest.mark.parametrize("tags, date, source", [
    (["-DateTimeOriginal=2021:05:31 23:30:00"], "2021-05-31T23:30:00", "exif_original"),
    (["-DateTimeOriginal=2021:05:31 23:30:00", "-OffsetTimeOriginal=+05:30"], "2021-05-31T23:30:00+05:30", "exif_original"),
    (["-DateTimeOriginal=2021:05:31 23:30:00", "-OffsetTimeOriginal=Z"], None, "exif_original"),
    (["-GPSDateStamp=2020:02:29", "-GPSTimeStamp=12:34:56"], "2020-02-29T12:34:56", "gps"),
    (["-DateTimeOriginal=2021:05:31 23:30:00", "-GPSDateStamp=2020:02:29", "-GPSTimeStamp=12:34:56"], "2021-05-31T23:30:00", "exif_original"),
    (["-DateTimeOriginal#=0000:00:00 00:00:00"], "", None),
    (["-ModifyDate=2021:05:31 23:30:00"], "2021-05-31T23:30:00", "exif_changed"), ([], "", None),
], ids=["local", "offset", "zulu", "gps", "both", "zeros", "modified only", "none"])
def test_the_date_taken_is_that_of_the_camera(server, images, tags, date, source):
    path = images.with_metadata("dated.jpg", 90, tags)
    status, record = server.upload(path)
    assert status == 201
    if date == "":
        assert record["date_taken"] is None
    elif date is None:
        assert record["date_taken"] in ("2021-05-31T23:30:00Z", "2021-05-31T23:30:00+00:00")
    else:
        assert record["date_taken"].startswith(date)
        assert source == "gps" or record["date_taken"] == date
    assert record["date_taken_source"] == source
    day = "2000/01/01" if not record["date_taken"] else record["date_taken"][:10].replace("-", "/")
    assert f"original/{day}/" in str(server.kept()[record["digest"]])


def test_metadata_has_camera_place_and_exif(server, images):
    path = images.with_metadata("rich.jpg", 91, [
        "-Make=Acme", "-Model=Box 3", "-LensModel=Eye 50mm", "-ExposureTime=1/250", "-FNumber=2.8", "-ISO=400", "-FocalLength=50",
        "-GPSLatitude=48.8584", "-GPSLatitudeRef=N", "-GPSLongitude=2.2945", "-GPSLongitudeRef=W", "-GPSAltitude=35.5",
        "-GPSAltitudeRef#=1", "-DateTimeOriginal=2021:05:31 23:30:00", "-Orientation#=6", "-UserComment=hello"])
    _, record = server.upload(path)
    server.wait_until_ready(record["id"])
    metadata = server.get(record["links"]["metadata"]).json()
    camera = metadata["camera"]
    assert (camera["make"], camera["model"], camera["lens"], camera["iso"]) == ("Acme", "Box 3", "Eye 50mm", 400)
    assert camera["exposure_time"] == pytest.approx(1 / 250) and camera["aperture"] == pytest.approx(2.8)
    assert camera["focal_length"] == pytest.approx(50)
    place = metadata["place"]
    assert place["latitude"] == pytest.approx(48.8584, abs=1e-4) and place["longitude"] == pytest.approx(-2.2945, abs=1e-4)
    assert place["altitude"] == pytest.approx(-35.5, abs=0.1)
    assert metadata["orientation"] == 6
    assert "Acme" in json.dumps(metadata["exif"]) and "2021" in json.dumps(metadata["exif"])
    assert (record["width"], record["height"]) == (480, 640), "the size is told upright"
    files = {file["type"]: file for file in metadata["files"]}
    assert set(files) == {"original", "full-size", "thumbnail"}
    assert files["original"]["bytes"] == path.stat().st_size
    import zlib
    assert files["original"]["crc32"] == f"{zlib.crc32(path.read_bytes()):08x}"
    assert metadata["image"]["id"] == record["id"] and metadata["duplicates"] == []


def test_an_image_without_exif_has_metadata_too(server, images):
    _, record = server.upload(images.by_format["png"])
    metadata = server.get(record["links"]["metadata"]).json()
    assert metadata["place"] is None and metadata["exif"] == {} and metadata["orientation"] == 1


@pytest.mark.parametrize("orientation", range(1, 9))
def test_renditions_are_upright_and_have_no_metadata(server, images, tmp_path, orientation):
    """When shown, the picture's left half is red and its right half is blue."""
    from PIL import ImageOps
    upright = Image.new("RGB", (400, 200), (250, 10, 10))
    upright.paste((10, 10, 250), (200, 0, 400, 200))
    turns = {1: None, 2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
             5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE, 8: Image.Transpose.ROTATE_270}
    stored = upright.transpose(turns[orientation]) if turns[orientation] is not None else upright
    path = tmp_path / "turned.jpg"
    stored.save(path, quality=95)
    subprocess.run(["exiftool", "-q", "-overwrite_original", f"-Orientation#={orientation}", "-GPSLatitude=48.8", "-GPSLatitudeRef=N",
                    "-GPSLongitude=2.2", "-GPSLongitudeRef=E", "-Artist=Secret Person", "-XMP:Creator=Secret Person",
                    "-IPTC:By-line=Secret Person", "-Comment=Secret Person", str(path)], check=True)
    assert ImageOps.exif_transpose(Image.open(path)).getpixel((10, 10))[0] > 200
    _, record = server.upload(path)
    assert (record["width"], record["height"]) == (400, 200)
    for link, size in (("full_size", (400, 200)), ("thumbnail", (256, 128))):
        content = server.get(record["links"][link]).content
        picture = Image.open(io.BytesIO(content))
        assert picture.size == size and picture.format == "JPEG"
        left, right = picture.getpixel((size[0] // 8, size[1] // 2)), picture.getpixel((size[0] * 7 // 8, size[1] // 2))
        assert left[0] > 200 and left[2] < 60 and right[2] > 200 and right[0] < 60
        assert not picture.getexif() and b"Secret" not in content and "exif" not in picture.info and "comment" not in picture.info


@pytest.mark.parametrize("format", ["PNG", "WEBP"])
def test_renditions_of_a_transparent_image_have_no_metadata_either(server, tmp_path, format):
    """They are WebP, which has metadata in other places than JPEG."""
    path = tmp_path / f"picture.{format.lower()}"
    fixtures.picture(400, 300, 80, "RGBA").save(path, format)
    subprocess.run(["exiftool", "-q", "-overwrite_original", "-GPSLatitude=48.8", "-GPSLatitudeRef=N", "-GPSLongitude=2.2",
                    "-GPSLongitudeRef=E", "-Artist=Secret Person", "-XMP:Creator=Secret Person", str(path)], check=True)
    _, record = server.upload(path)
    assert server.get(record["links"]["metadata"]).json()["place"] is not None
    for link in ("full_size", "thumbnail"):
        content = server.get(record["links"][link]).content
        assert content[8:12] == b"WEBP" and b"Secret" not in content
        (tmp_path / "made.webp").write_bytes(content)
        told = subprocess.run(["exiftool", "-s", "-GPS:all", "-XMP:all", "-Artist", str(tmp_path / "made.webp")],
                              capture_output=True, text=True, check=True).stdout
        assert told == ""


def test_a_transparent_image_stays_transparent(server, images):
    _, record = server.upload(images.transparent_png())
    for link in ("thumbnail", "full_size"):
        response = server.get(record["links"][link])
        picture = Image.open(io.BytesIO(response.content))
        assert response.headers["Content-Type"] == "image/webp" and picture.format == "WEBP" and picture.mode == "RGBA"
        assert picture.getextrema()[3][0] < 40


def test_renditions_of_an_animation_are_still(server, images):
    _, record = server.upload(images.animated_gif())
    assert record["frames"] == 3
    picture = Image.open(io.BytesIO(server.get(record["links"]["thumbnail"]).content))
    assert getattr(picture, "n_frames", 1) == 1


def test_a_large_image_is_fitted_and_a_small_one_is_not_enlarged(server):
    _, large = server.upload(fixtures.jpeg(1, 3000, 1000), "large.jpg")
    _, small = server.upload(fixtures.jpeg(1, 40, 30), "small.jpg")
    sizes = [Image.open(io.BytesIO(server.get(record["links"][link]).content)).size
             for record in (large, small) for link in ("full_size", "thumbnail")]
    assert sizes[0][0] == 2048 and abs(sizes[0][1] - 683) <= 1 and sizes[1][0] == 256 and abs(sizes[1][1] - 85) <= 1
    assert sizes[2:] == [(40, 30), (40, 30)]


# Deletion

def test_a_deleted_thumbnail_is_missing_and_made_again_on_request(stored):
    server, record = stored
    before = server.get(record["links"]["thumbnail"])
    assert server.request("DELETE", record["links"]["thumbnail"]).status_code == 204
    assert not server.kept("thumbnail")
    assert server.record(record["id"])["state"] == "pending"
    assert server.get("/v1/operations/thumbnails/missing").json()["ids"] == [record["id"]]
    assert server.request("DELETE", record["links"]["thumbnail"]).status_code == 404
    again = server.get(record["links"]["thumbnail"])
    assert again.status_code == 200 and Image.open(io.BytesIO(again.content)).size == Image.open(io.BytesIO(before.content)).size
    assert server.record(record["id"])["state"] == "ready" and len(server.kept("thumbnail")) == 1


def test_a_deleted_original_keeps_the_renditions(stored):
    server, record = stored
    thumbnail, full_size = (server.get(record["links"][link]).content for link in ("thumbnail", "full_size"))
    assert server.request("DELETE", record["links"]["original"]).status_code == 204
    assert not server.kept()
    gone = server.get(record["links"]["original"])
    assert gone.status_code == 404 and gone.headers["Content-Type"] == "application/problem+json"
    assert server.get(record["links"]["thumbnail"]).content == thumbnail
    assert server.get(record["links"]["full_size"]).content == full_size
    assert server.request("DELETE", record["links"]["thumbnail"]).status_code == 204
    assert server.get(record["links"]["thumbnail"]).status_code == 200, "it is made from the full-size file"
    for _ in range(2):
        server.stop()
        server.start()
        assert server.get(record["links"]["full_size"]).content == full_size
    assert server.check("--deep")[0] == 0


def test_the_same_bytes_restore_a_deleted_original(stored):
    server, record = stored
    server.request("DELETE", record["links"]["original"])
    status, again = server.upload(fixtures.jpeg(1), "again.jpg")
    assert status == 200 and again["duplicate"] is True
    assert server.get(again["links"]["original"]).content == fixtures.jpeg(1)


def test_the_only_file_of_an_image_cannot_be_deleted_alone(make_server):
    server = make_server("--derive", "never")
    _, record = server.upload(fixtures.jpeg(1), "x.jpg")
    response = server.request("DELETE", record["links"]["original"])
    assert response.status_code == 409 and response.headers["Content-Type"] == "application/problem+json"
    assert server.get(record["links"]["original"]).status_code == 200


def test_the_last_file_that_can_be_shown_cannot_be_deleted(stored):
    """An image always keeps one file, whatever the order of deletion."""
    server, record = stored
    assert server.request("DELETE", record["links"]["original"]).status_code == 204
    assert server.request("DELETE", record["links"]["full_size"]).status_code == 204
    assert server.request("DELETE", record["links"]["thumbnail"]).status_code == 409
    assert server.get(record["links"]["thumbnail"]).status_code == 200


def test_an_image_is_deleted_with_its_files(stored):
    server, record = stored
    tag = server.get(record["links"]["self"]).headers["ETag"]
    assert server.request("DELETE", record["links"]["self"], headers={"If-Match": '"stale"'}).status_code == 412
    assert server.request("DELETE", record["links"]["self"] + "?permanent=true", headers={"If-Match": tag}).status_code == 204
    for link in record["links"].values():
        assert server.get(link).status_code == 404
    server.assert_nothing_is_kept()
    assert server.request("DELETE", record["links"]["self"]).status_code == 404
    status, again = server.upload(fixtures.jpeg(1), "photo.jpg")
    assert status == 201 and again["id"] != record["id"]
    assert server.get(again["links"]["original"]).content == fixtures.jpeg(1)


def test_a_download_is_finished_even_if_the_file_is_deleted_meanwhile(server):
    from wire import Wire, head
    data = fixtures.encoded(fixtures.picture(1500, 1500), "BMP")
    _, record = server.upload(data, "large.bmp")
    with Wire(server) as wire:
        wire.send(head("GET", record["links"]["original"]))
        while b"\r\n\r\n" not in wire.held:
            wire._more()
        assert server.request("DELETE", record["links"]["self"] + "?permanent=true").status_code == 204
        received = len(wire.held.split(b"\r\n\r\n", 1)[1])
        while received < len(data):
            part = wire.socket.recv(1 << 20)
            assert part, "the file was cut off"
            received += len(part)


def test_deleting_an_unknown_image_is_a_404(server):
    for path in (UNKNOWN, UNKNOWN + "/original", UNKNOWN + "/thumbnail", UNKNOWN + "/full-size"):
        assert server.request("DELETE", path).status_code == 404


def test_concurrent_uploads_and_deletions_of_the_same_bytes_do_not_interfere(server):
    """In the end, the state matches the last answer, whatever happened concurrently."""
    import concurrent.futures
    data = fixtures.jpeg(1)

    def upload(_):
        return server.request("POST", "/upload/", data=data, headers={"Content-Type": "image/jpeg"}).status_code

    def delete(_):
        for id in server.get("/v1/images?fields=ids").json()["ids"]:
            return server.request("DELETE", f"/v1/images/{id}?permanent=true").status_code
        return 404

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        uploads = [pool.submit(upload, index) for index in range(40)]
        deletions = [pool.submit(delete, index) for index in range(40)]
        assert {future.result() for future in uploads} <= {200, 201}
        assert {future.result() for future in deletions} <= {204, 404}
    left = server.all_images()
    assert len(left) <= 1 and set(server.kept()) == {image["digest"] for image in left}
    for image in left:
        assert server.get(image["links"]["original"]).content == data
    server.stop()
    status, text = server.check("--deep")
    server.start()
    assert status == 0, text


def test_a_rendition_that_is_finished_meanwhile_does_not_make_a_change_stale(make_server, images):
    server = make_server("--derive", "never")
    _, record = server.upload(images.by_format["jpeg"])
    tag = server.get(record["links"]["self"]).headers["ETag"]
    assert server.get(record["links"]["thumbnail"]).status_code == 200
    server.wait_until_ready(record["id"])
    assert server.get(record["links"]["self"]).headers["ETag"] != tag
    change = {"json": {"title": "kept"}, "headers": {"If-Match": tag}}
    assert server.request("PATCH", record["links"]["self"], **change).status_code == 200
    assert server.request("PATCH", record["links"]["self"], **change).status_code == 412
