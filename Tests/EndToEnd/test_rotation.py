"""Pictures that were turned: every road shows them so, and the original stays as it is."""
import io
import zipfile

import numpy
import pytest
from PIL import Image, ImageOps

import fixtures

TURNS = [(degrees, mirrored) for mirrored in (False, True) for degrees in (0, 90, 180, 270)]
ROADS = ["/v1/images/{id}/thumbnail", "/v1/images/{id}/full-size", "/v1/images/{id}/render?width=120",
         "/v1/images/{id}/render?format=png", "/images/{id}.png", "/images/{id}.jpg", "/iiif/3/{id}/full/max/0/default.png",
         "/compress/{id}"]


def quarters(width=240, height=160):
    """A picture of which each corner has a colour of its own."""
    image = Image.new("RGB", (width, height))
    for index, colour in enumerate(["red", "lime", "blue", "yellow"]):
        image.paste(colour, (index % 2 * width // 2, index // 2 * height // 2, width, height))
    return image


def stored(image, exif=1, format="JPEG"):
    tags = Image.Exif()
    tags[0x0112] = exif
    return fixtures.encoded(image, format, exif=tags, **({"quality": 92} if format == "JPEG" else {}))


def turned(image, degrees, mirrored):
    """What a person sees then: mirrored first, and turned clockwise."""
    image = ImageOps.exif_transpose(image)
    return (ImageOps.mirror(image) if mirrored else image).rotate(-degrees, expand=True)


def corners(image):
    """The colours of the middles of the four quarters, roughly."""
    small = numpy.asarray(image.convert("RGB").resize((4, 4), Image.Resampling.BOX)).astype(int)
    return [tuple(int(value > 128) for value in small[y, x]) for y in (0, 3) for x in (0, 3)]


def assert_shows(answer, expected, road):
    assert answer.status_code == 200, (road, answer.text)
    image = ImageOps.exif_transpose(Image.open(io.BytesIO(answer.content)))
    assert corners(image) == corners(expected), road
    assert (image.width > image.height) == (expected.width > expected.height), (road, image.size)


def turn(server, record, **rotation):
    answer = server.request("PATCH", f"/v1/images/{record['id']}", json={"rotation": rotation or None})
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.fixture(scope="module")
def server(module_server):
    return module_server


@pytest.mark.parametrize("exif", range(1, 9))
def test_every_road_shows_a_picture_as_it_is_turned(server, exif):
    data = stored(quarters(), exif)
    status, record = server.upload(data, f"photo-{exif}.jpg")
    assert status == 201
    picture = Image.open(io.BytesIO(data))
    seen = set()
    for degrees, mirrored in TURNS:
        answer = turn(server, record, degrees=degrees, mirrored=mirrored)
        expected = turned(picture, degrees, mirrored)
        assert answer["rotation"] == {"degrees": degrees, "mirrored": mirrored}
        assert (answer["width"], answer["height"]) == expected.size
        for road in ROADS:
            assert_shows(server.get(road.format(id=record["id"])), expected, (exif, degrees, mirrored, road))
        part = server.get(f"/iiif/3/{record['id']}/0,0,{expected.width // 2},{expected.height // 2}/max/0/default.png")
        assert corners(Image.open(io.BytesIO(part.content))) == [corners(expected)[0]] * 4
        assert server.get(f"/iiif/3/{record['id']}/info.json").json()["width"] == expected.width
        assert server.get(f"/v1/images/{record['id']}/original").content == data
        seen.add(answer["links"]["thumbnail"])
    assert len(seen) == len(TURNS)


@pytest.mark.parametrize("format", ["PNG", "WEBP", "TIFF"])
def test_pictures_of_other_formats_are_turned_too(server, format):
    image = quarters(300, 180)
    status, record = server.upload(stored(image, 6, format), f"photo.{format.lower()}")
    assert status == 201
    turn(server, record, degrees=270, mirrored=True)
    expected = turned(Image.open(io.BytesIO(stored(image, 6, format))), 270, True)
    for road in ROADS:
        assert_shows(server.get(road.format(id=record["id"])), expected, road)


def test_a_large_picture_is_turned_in_its_tiles_and_copies(server):
    image = quarters(6000, 3000)
    status, record = server.upload(stored(image), "large.jpg")
    assert status == 201
    server.wait_until_ready(record["id"])
    path = f"/iiif/3/{record['id']}"
    # Somebody who asks for several parts of it gets a pyramid.
    for x in (0, 512, 1024):
        server.get(f"{path}/{x},0,512,512/256,/0/default.jpg")
    server.wait_until(lambda: server.metric("tintype_pyramids_made_total") >= 1, 60)
    turn(server, record, degrees=90)
    expected = turned(image, 90, False)
    for x, y, corner in [(0, 0, 0), (2000, 0, 1), (0, 5000, 2), (2000, 5000, 3)]:
        tile = server.get(f"{path}/{x},{y},512,512/256,/0/default.jpg")
        assert corners(Image.open(io.BytesIO(tile.content))) == [corners(expected)[corner]] * 4
    for width in (200, 400, 900, 2500):
        answer = server.get(f"/v1/images/{record['id']}/render?width={width}")
        assert_shows(answer, expected, width)


def test_archives_have_the_picture_as_it_is_turned(server):
    status, record = server.upload(stored(quarters(320, 200)), "archive.jpg")
    turn(server, record, degrees=180)
    server.wait_until_ready(record["id"])
    made = server.post("/v1/archives", json={"ids": [record["id"]], "rendition": "full-size"})
    assert made.status_code == 201, made.text
    archive = zipfile.ZipFile(io.BytesIO(server.get(made.json()["url"]).content))
    assert corners(Image.open(archive.open(archive.namelist()[0]))) == corners(turned(quarters(), 180, False))


def test_a_picture_without_its_original_is_turned_from_what_is_left(server):
    status, record = server.upload(stored(quarters(340, 200)), "given-up.jpg")
    server.wait_until_ready(record["id"])
    assert server.request("DELETE", f"/v1/images/{record['id']}/original").status_code == 204
    for degrees in (90, 270, 0):
        turn(server, record, degrees=degrees)
        expected = turned(quarters(), degrees, False)
        for road in ROADS[:3]:
            assert_shows(server.get(road.format(id=record["id"])), expected, (degrees, road))
        server.wait_until_ready(record["id"])
    assert server.check("--deep")[0] == 0


def test_two_images_of_the_same_bytes_are_turned_apart(make_server):
    from people import register
    server = make_server("--access", "accounts", "--registration", "open")
    ada, bob = register(server, "ada"), register(server, "bob")
    data = stored(quarters())
    first, second = ada.upload(data), bob.upload(data)
    assert ada.request("PATCH", f"/v1/images/{first['id']}", json={"rotation": {"degrees": 90}}).status_code == 200
    for person, image, degrees in [(ada, first, 90), (bob, second, 0)]:
        for road in ROADS:
            assert_shows(person.get(road.format(id=image["id"])), turned(quarters(), degrees, False), road)
    assert ada.delete(f"/v1/images/{first['id']}?permanent=true").status_code == 204
    assert_shows(bob.get(f"/v1/images/{second['id']}/thumbnail"), quarters(), "thumbnail")
    assert server.check("--deep")[0] == 0


def test_a_share_and_the_feed_of_changes_tell_the_size_of_the_turned_picture(server):
    status, record = server.upload(stored(quarters(420, 200)), "shared.jpg")
    since = server.get("/v1/changes").json()["next"]
    turn(server, record, degrees=90)
    share = server.post("/v1/shares", json={"images": [record["id"]], "title": "Turned"}).json()
    path = f"{share['url']}/images/{record['id']}"
    shared = server.get(path).json()
    assert (shared["width"], shared["height"]) == (200, 420)
    assert_shows(server.get(path + "/full-size"), turned(quarters(), 90, False), path)
    shapes = {tuple(change["shape"].values()) for change in server.get(f"/v1/changes?since={since}").json()["changes"]}
    assert shapes == {(200, 420)}


def test_a_compressed_file_that_is_kept_follows(server):
    status, record = server.upload(fixtures.encoded(quarters(400, 240), "PNG"), "kept.png")
    path = f"/compress/{record['id']}"
    assert server.post(path).status_code in (200, 201)
    for degrees in (90, 180, 0):
        turn(server, record, degrees=degrees)
        expected = turned(quarters(), degrees, False)
        assert_shows(server.get(path), expected, degrees)
        assert server.post(path).status_code in (200, 201)
        assert_shows(server.get(path), expected, degrees)
    assert server.check("--deep")[0] == 0


def test_a_change_answers_what_takes_it_back(server):
    status, record = server.upload(stored(quarters(260, 160)), "former.jpg", fields={"tags": "sea", "visibility": "public"})
    path = f"/v1/images/{record['id']}"
    changes = {"title": "Harbour", "rotation": {"degrees": 90, "mirrored": True}, "rating": 4, "tags": ["hut"],
               "date_taken": "1964-07", "place": {"latitude": 1, "longitude": 2}, "public_place": True,
               "attributes": {"a": {"b": 1}}, "creator": "Ida", "rights": "None", "file_name": "x.jpg",
               "description": "d", "visibility": "private", "public_original": False}
    answer = server.request("PATCH", path, json=changes)
    former = answer.json()["former"]
    assert set(former) == set(changes) and former["rotation"] == {"degrees": 0, "mirrored": False}
    assert former["rating"] is None and former["tags"] == ["sea"] and former["visibility"] == "public"
    back = server.request("PATCH", path, json=former, headers={"If-Match": answer.headers["ETag"]}).json()
    assert set(back.pop("former")) == set(changes)
    for name in set(changes) | {"width", "height", "date_taken_source"}:
        assert back[name] == record[name], name
    assert server.request("PATCH", path, json={"title": back["title"]}).json()["former"] == {}


@pytest.mark.parametrize(("rotation", "words"), [
    ({"degrees": 45}, "0, 90, 180 or 270"), ({"degrees": "90"}, "whole number"), ({"turns": 1}, "only the members"),
    (90, "object"), ({"degrees": 360}, "0, 90, 180 or 270"), ({"mirrored": "yes"}, "true or false"),
])
def test_what_is_no_rotation_is_refused(server, rotation, words):
    status, record = server.upload(stored(quarters(280, 160)), "bad.jpg")
    answer = server.request("PATCH", f"/v1/images/{record['id']}", json={"rotation": rotation})
    assert answer.status_code == 400 and words in answer.json()["detail"]
    assert answer.json()["pointer"].startswith("/rotation")
