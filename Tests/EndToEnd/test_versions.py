"""Other bytes under the id of an image, with the real binary: every road shows the new picture, and the old one comes back."""
import io
import time
import zipfile

from PIL import Image

import fixtures
from people import register

ROADS = ["/v1/images/{id}/original", "/v1/images/{id}/thumbnail", "/v1/images/{id}/full-size", "/v1/images/{id}/compressed",
         "/v1/images/{id}/render?width=60", "/images/{id}.png", "/iiif/3/{id}/full/max/0/default.png", "/download/{id}",
         "/compress/{id}"]


def plain(colour, width=320, height=200):
    return fixtures.encoded(Image.new("RGB", (width, height), colour), "JPEG", quality=92)


def colour_of(data):
    pixel = Image.open(io.BytesIO(data)).convert("RGB").resize((1, 1)).getpixel((0, 0))
    return "".join("rgb"[index] for index, value in enumerate(pixel) if value > 128)


def colour(answer):
    assert answer.status_code == 200, answer.text
    return colour_of(answer.content)


def replace(person, image, data, **keywords):
    return person.request("PUT", f"/v1/images/{image['id']}/original", data=data, **keywords)


def test_every_road_follows_and_comes_back(make_server):
    server = make_server("--access", "accounts", "--registration", "open")
    ida = register(server, "ida")
    image = ida.upload(plain("red"), title="wall")
    roads = [road.format(id=image["id"]) for road in ROADS]
    assert {colour(ida.get(road)) for road in roads} == {"r"}
    archive = ida.post("/v1/archives", json={"ids": [image["id"]]}).json()
    answer = replace(ida, image, plain("lime", 200, 320))
    assert answer.status_code == 200 and answer.json()["job"], answer.text
    assert {road: colour(ida.get(road)) for road in roads} == dict.fromkeys(roads, "g")
    # An archive that was made before still holds what it has promised.
    content = zipfile.ZipFile(io.BytesIO(ida.get(archive["url"]).content))
    assert content.testzip() is None
    assert colour_of(content.read(content.namelist()[0])) == "r"
    versions = ida.get("/v1/trash").json()
    assert [one["version_of"] for one in versions["images"]] == [image["id"]]
    server.restart()
    answer = ida.post("/v1/trash/restore", json={"ids": versions["ids"]})
    assert answer.json()["restored"] == [image["id"]]
    assert {road: colour(ida.get(road)) for road in roads} == dict.fromkeys(roads, "r")
    assert server.check()[0] == 0


def kept_files(server):
    return [path for kind in ("original", "thumbnail", "full-size", "compressed") for path in (server.data / kind).rglob("*.*")]


def test_without_a_trash_nothing_of_the_former_picture_stays(make_server):
    server = make_server("--access", "accounts", "--registration", "open", "--trash-days", "0", "--derive", "now")
    ida = register(server, "ida")
    image = ida.upload(plain("red"))
    former = kept_files(server)
    assert replace(ida, image, plain("blue", 640, 400)).status_code == 200
    deadline = time.monotonic() + 30
    while set(former) & set(kept_files(server)):
        assert time.monotonic() < deadline, "the files of the former picture are still there"
        time.sleep(0.05)
    assert len(kept_files(server)) == len(former) and ida.get("/v1/trash").json()["ids"] == []
    assert ida.get("/v1/accounts/ida").json()["bytes_used"] == len(plain("blue", 640, 400))
    assert ida.delete(f"/v1/images/{image['id']}").status_code == 204
    while kept_files(server):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert server.check()[0] == 0


def test_what_was_replaced_survives_a_kill(make_server):
    server = make_server("--access", "accounts", "--registration", "open")
    ida = register(server, "ida")
    images = [ida.upload(plain("red", 200 + index, 100)) for index in range(5)]
    for index, image in enumerate(images):
        assert replace(ida, image, plain("blue", 200 + index, 110)).status_code == 200
    server.kill()
    server.start()
    assert {colour(ida.get(f"/v1/images/{image['id']}/full-size")) for image in images} == {"b"}
    versions = ida.get("/v1/trash").json()["ids"]
    assert len(versions) == 5
    assert sorted(ida.post("/v1/trash/restore", json={"ids": versions}).json()["restored"]) == sorted(
        image["id"] for image in images)
    assert {colour(ida.get(f"/v1/images/{image['id']}/original")) for image in images} == {"r"}
    assert server.check()[0] == 0
