"""Two accounts have the same bytes: neither can tell, and neither can change what the other sees."""
import io
import time

from PIL import Image
import pytest

import fixtures
from people import register


@pytest.fixture
def pair(make_server):
    """A server on which Ada has had an image for more than a second, with all of its files, when Bob adds the same bytes."""
    server = make_server("--registration", "open")
    ada, bob = register(server, "ada"), register(server, "bob")
    data = fixtures.jpeg(1, 640, 480)
    hers = ada.upload(data)
    server.wait_until(lambda: record(ada, hers)["state"] == "ready")
    assert ada.post(f"/compress/{hers['id']}").status_code == 200
    # `Last-Modified` has seconds.
    begun = int(time.time())
    server.wait_until(lambda: int(time.time()) > begun + 1)
    his = bob.upload(data)
    return server, ada, bob, hers, his


def record(person, image):
    return person.get(f"/v1/images/{image['id']}").json()


def files(person, image):
    return {file["type"]: file for file in person.get(f"/v1/images/{image['id']}/metadata").json()["files"]}


def rendition(person, image, type="thumbnail"):
    return person.get(f"/v1/images/{image['id']}/{type}")


def test_a_new_image_of_known_bytes_looks_like_any_new_image(pair):
    server, ada, bob, hers, his = pair
    assert his["state"] == "pending" and not his.get("duplicate")
    server.wait_until(lambda: record(bob, his)["state"] == "ready")
    shown = files(bob, his)
    assert set(shown) == {"original", "full-size", "thumbnail"}, "what Ada alone has asked for is not there"
    assert all(file["date_uploaded"] >= his["date_added"] for file in shown.values())
    assert set(files(ada, hers)) == {"original", "full-size", "thumbnail", "compressed"}
    for path in ("original", "thumbnail", "render?width=100"):
        first, second = rendition(ada, hers, path), rendition(bob, his, path)
        assert first.content == second.content
        assert first.headers["Last-Modified"] != second.headers["Last-Modified"], path


def test_a_removed_file_is_missing_for_its_owner_alone(pair):
    server, ada, bob, hers, his = pair
    server.wait_until(lambda: record(bob, his)["state"] == "ready")
    before = rendition(ada, hers)
    assert bob.delete(f"/v1/images/{his['id']}/thumbnail").status_code == 204
    assert record(bob, his)["state"] == "pending" and record(ada, hers)["state"] == "ready"
    assert bob.get("/v1/operations/thumbnails/missing").json()["ids"] == [his["id"]]
    assert ada.get("/v1/operations/thumbnails/missing").json()["ids"] == []
    after = rendition(ada, hers)
    assert after.content == before.content and after.headers["Last-Modified"] == before.headers["Last-Modified"]
    # Asked for again, it is there again.
    assert rendition(bob, his).content == before.content
    assert record(bob, his)["state"] == "ready"
    assert server.check("--deep")[0] == 0


def test_a_compressed_file_that_one_brings_is_not_delivered_to_the_other(pair):
    server, ada, bob, hers, his = pair
    before = rendition(ada, hers, "compressed").content
    output = io.BytesIO()
    Image.open(io.BytesIO(rendition(bob, his, "original").content)).save(output, "WEBP", quality=85)
    brought = bob.request("PUT", f"/v1/images/{his['id']}/compressed", data=output.getvalue(),
                          headers={"Content-Type": "image/webp"})
    assert brought.status_code == 201, brought.text
    assert rendition(bob, his, "compressed").content == output.getvalue()
    assert rendition(ada, hers, "compressed").content == before
    # Each in the format that was asked for.
    assert ada.post(f"/compress/{hers['id']}?type=jpeg").status_code == 200
    assert rendition(ada, hers, "compressed").headers["Content-Type"] == "image/jpeg"
    assert rendition(bob, his, "compressed").headers["Content-Type"] == "image/webp"
    assert bob.delete(f"/v1/images/{his['id']}?permanent=true").status_code == 204
    assert rendition(ada, hers, "compressed").status_code == 200
    assert server.check("--deep")[0] == 0


def test_jobs_for_one_account_are_not_shown_to_the_other(pair):
    server, ada, bob, hers, his = pair
    server.wait_until(lambda: record(bob, his)["state"] == "ready")
    asked = ada.post(f"/compress/{hers['id']}?type=webp", headers={"Prefer": "respond-async"})
    assert asked.status_code == 202, asked.text
    job = asked.json()["links"]["self"]
    assert ada.get(job).status_code == 200 and bob.get(job).status_code == 404
    assert bob.get("/v1/jobs").json()["jobs"] == []
