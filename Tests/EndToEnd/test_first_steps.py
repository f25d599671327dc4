"""What a newcomer does first."""
import hashlib
import io

from PIL import Image


def test_an_upload_comes_back_byte_for_byte_and_as_renditions(server, images):
    path = images.by_format["jpeg"]
    status, record = server.upload(path)
    assert status == 201 and record["duplicate"] is False
    assert record["digest"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (record["width"], record["height"], record["format"]) == (640, 480, "jpeg")
    assert record["title"] == "picture" and record["owner"] == "root"

    original = server.get(record["links"]["original"])
    assert original.content == path.read_bytes()
    assert original.headers["Content-Type"] == "image/jpeg"

    thumbnail = Image.open(io.BytesIO(server.get(record["links"]["thumbnail"]).content))
    assert max(thumbnail.size) == 256 and thumbnail.format == "JPEG"
    full_size = Image.open(io.BytesIO(server.get(record["links"]["full_size"]).content))
    assert full_size.size == (640, 480)
    assert server.wait_until_ready(record["id"])["state"] == "ready"


def test_the_same_bytes_again_are_a_duplicate(server, images):
    path = images.by_format["png"]
    _, first = server.upload(path)
    status, second = server.upload(path, name="other name.png")
    assert status == 200 and second["duplicate"] is True
    assert second["id"] == first["id"] and second["title"] == first["title"]
    assert server.get("/v1/images").json()["ids"] == [first["id"]]


def test_every_format_is_accepted_and_rendered(server, images):
    for format, path in images.by_format.items():
        status, record = server.upload(path)
        assert status == 201, (format, record)
        assert record["format"] == format
        rendition = server.get(record["links"]["thumbnail"])
        assert rendition.status_code == 200, (format, rendition.text)
        assert max(Image.open(io.BytesIO(rendition.content)).size) == 256
    assert len(server.get("/v1/images").json()["ids"]) == len(images.by_format)


def test_the_first_page_and_the_description_are_served(server):
    page = server.get("/")
    assert page.status_code == 200 and "Tintype" in page.text
    assert "default-src 'self'" in page.headers["Content-Security-Policy"]
    description = server.get("/v1/openapi.json").json()
    assert description["openapi"].startswith("3.1") and "/upload/" in description["paths"]
