"""The trash, with the real binary: every road is closed, and what the server does when it starts again."""
import base64
import sqlite3

import fixtures
from people import register


def roads(image):
    """Every address below which an image can be asked for."""
    id = image["id"]
    parts = ["", "/original", "/full-size", "/thumbnail", "/compressed", "/metadata", "/render?width=20"]
    return [f"/v1/images/{id}{part}" for part in parts] + [
        f"/download/{id}", f"/compress/{id}", f"/images/{id}.png", f"/iiif/3/{id}/info.json",
        f"/iiif/3/{id}/full/20,/0/default.jpg"]


def lists(image):
    """Every list that has the image while it is not in the trash."""
    return [
        "/v1/images", "/v1/images?q=owl", "/v1/images?tag=bird", f"/v1/images?digest={image['digest']}",
        "/api/ida/files", "/v1/operations/thumbnails", "/v1/operations/full-size"]


def add(server, data):
    response = server.post("/upload/", data=data, headers={"Content-Type": "image/jpeg"})
    assert response.status_code == 201, response.text
    return response.json()


def catalogue(server):
    return sqlite3.connect(server.data / "catalog.sqlite")


def test_no_road_leads_to_a_trashed_image_until_it_is_restored(make_server):
    server = make_server("--derive", "now", "--access", "accounts", "--registration", "open")
    ida, other = register(server, "ida"), register(server, "other")
    data = fixtures.jpeg(1, 400, 300)
    image = ida.upload(data, title="barn owl", tags="bird", visibility="public")
    answers = {road: ida.get(road) for road in roads(image)}  # Kept open, cached and rendered from now on.
    assert {answer.status_code for answer in answers.values()} == {200}
    assert all(image["id"] in ida.get(path).json()["ids"] for path in lists(image))
    tags, facets = ida.get("/v1/tags").json(), ida.get("/v1/images/facets").json()
    used = ida.get("/v1/accounts/ida").json()["bytes_used"]
    assert ida.delete(f"/v1/images/{image['id']}").status_code == 204
    for person in (ida, other):
        for road in roads(image):
            assert person.get(road).status_code == 404, road
        for path in lists(image):
            assert image["id"] not in person.get(path).json()["ids"], path
        assert "bird" not in person.get("/v1/tags").text
        assert person.get("/v1/images/facets").json()["images"] == 0
        assert person.post("/v1/archives", json={"ids": [image["id"]]}).status_code == 404
    assert ida.post("/v1/images/digests", json={"digests": [image["digest"]]}).json() == {"known": {}}
    assert ida.get("/v1/accounts/ida").json()["bytes_used"] == used
    assert ida.get("/v1/trash").json()["ids"] == [image["id"]] and other.get("/v1/trash").json()["ids"] == []
    assert server.check()[0] == 0
    assert ida.post("/v1/trash/restore", json={"ids": [image["id"]]}).json()["restored"] == [image["id"]]
    for road, answer in answers.items():
        again = ida.get(road)
        assert again.status_code == 200, road
        if "metadata" not in road and "json" not in road and road != roads(image)[0]:
            assert again.content == answer.content, road
    assert all(image["id"] in ida.get(path).json()["ids"] for path in lists(image))
    assert ida.get("/v1/tags").json() == tags and ida.get("/v1/images/facets").json() == facets


def test_bytes_sent_again_restore_the_image_and_a_batch_names_it(make_server):
    server = make_server()
    data = fixtures.jpeg(2, 64, 48)
    image = add(server, data)
    path = f"/v1/images/{image['id']}"
    for send in (
            lambda: server.post("/v1/upload/", json={"filename": "a", "type": "jpg", "file": base64.b64encode(data).decode()}),
            lambda: server.post("/v1/upload/", data=data, headers={"Content-Type": "image/jpeg", "Expect": "100-continue"})):
        assert server.request("DELETE", path).status_code == 204
        answer = send()
        assert answer.status_code == 200 and answer.json()["restored"] and answer.json()["id"] == image["id"]
    assert server.request("DELETE", path).status_code == 204
    batch = server.post("/v1/batches", json=[{"file": base64.b64encode(data).decode()}]).json()
    item = server.wait_until(lambda: next(
        (item for item in server.get(f"/v1/batches/{batch['id']}").json()["items"] if item["image"]), None))
    assert item["image"] == image["id"]
    assert server.get(path).status_code == 200


def test_what_is_past_its_days_is_gone_after_the_next_start(make_server):
    server = make_server("--derive", "now")
    old, young = add(server, fixtures.jpeg(1, 64, 48)), add(server, fixtures.jpeg(2, 64, 48))
    for image in (old, young):
        assert server.request("DELETE", f"/v1/images/{image['id']}").status_code == 204
    server.stop()
    with catalogue(server) as connection:
        changed = connection.execute(
            "UPDATE trash SET date_trashed = date_trashed - 31 * 86400 * 1000000 WHERE hex(id) = ?",
            [old["id"].replace("-", "").upper()]).rowcount
    assert changed == 1
    server.start()
    server.wait_until(lambda: set(server.kept()) == {young["digest"]})
    assert server.get("/v1/trash").json()["ids"] == [young["id"]]
    assert server.check()[0] == 0


def test_a_kill_while_the_trash_is_emptied_leaves_nothing_half(make_server):
    server = make_server("--derive", "never")
    images = [add(server, fixtures.jpeg(seed, 48, 48)) for seed in range(60)]
    kept = add(server, fixtures.jpeg(99, 48, 48))
    for image in images:
        assert server.request("DELETE", f"/v1/images/{image['id']}").status_code == 204
    assert server.request("DELETE", "/v1/trash").json() == {"deleted": 60}
    server.kill()
    server.start()
    server.wait_until(lambda: set(server.kept()) == {kept["digest"]})
    assert server.get("/v1/trash").json()["ids"] == []
    server.wait_until(lambda: not server.staged())
    assert server.check()[0] == 0
    assert server.get(f"/v1/images/{kept['id']}/original").status_code == 200
