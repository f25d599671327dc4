"""Clients that share the time of the server: those who ask for much do not hold up the others."""
import concurrent.futures
import http.client
import io

from PIL import Image

import fixtures

# What Chrome sends with requests for pictures.
CHROME = "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8"


def ask(server, path, source, accept="*/*"):
    """The status, the fields and the body of an answer to a client at another address of this machine."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120, source_address=(source, 0))
    try:
        connection.request("GET", path, headers={"Accept": accept})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


def test_a_small_picture_is_answered_before_dear_ones_of_others(make_server):
    server = make_server("--workers", "2")
    _, large = server.upload(fixtures.jpeg(1, 4000, 3000, quality=95), "large.jpg")
    _, other = server.upload(fixtures.jpeg(2, 1200, 800), "other.jpg")
    for record in (large, other):
        server.wait_until_ready(record["id"])
    dear = [f"/v1/images/{large['id']}/render?format=avif&quality={quality}&source=original" for quality in range(50, 58)]
    with concurrent.futures.ThreadPoolExecutor(len(dear)) as pool:
        hostile = [pool.submit(ask, server, path, "127.0.0.2") for path in dear]
        server.wait_until(lambda: server.metric("tintype_renders_waiting") >= len(dear) - 2)
        for width in range(300, 310):
            status, _, body = ask(server, f"/v1/images/{other['id']}/render?width={width}&format=jpeg", "127.0.0.3")
            assert status == 200 and Image.open(io.BytesIO(body)).size[0] == width
        done = sum(one.done() for one in hostile)
        assert done < len(dear) / 2, f"{done} dear renders came first"
        # The client that has asked for much is not refused either.
        assert {one.result()[0] for one in hostile} <= {200, 503}


def test_a_page_of_pictures_is_made_without_a_refusal(make_server):
    """100 pictures at once, over a connection each, as AVIF or, if there is too much to do, in another format that is accepted."""
    server = make_server()
    ids = [server.upload(fixtures.jpeg(10 + number, 1300, 900), f"{number}.jpg")[1]["id"] for number in range(10)]
    for id in ids:
        server.wait_until_ready(id)
    paths = [f"/v1/images/{id}/render?width={width}" for id in ids for width in range(200, 400, 20)]
    with concurrent.futures.ThreadPoolExecutor(len(paths)) as pool:
        answers = list(pool.map(lambda path: ask(server, path, "127.0.0.1", CHROME), paths))
    assert len(answers) == 100 and all(status == 200 for status, _, _ in answers)
    types = {fields["Content-Type"] for _, fields, _ in answers}
    assert "image/avif" in types and types <= {"image/avif", "image/webp", "image/jpeg"}


def test_the_effort_of_avif_is_a_part_of_what_is_kept(make_server):
    server = make_server("--avif-effort", "0")
    _, record = server.upload(fixtures.jpeg(3, 900, 600, quality=95), "photo.jpg")
    path = f"/v1/images/{record['id']}/render?width=300&format=avif"
    fast, tag = server.get(path).content, server.get(path).headers["ETag"]
    server.stop()
    server = make_server("--avif-effort", "4", data=server.data)
    small = server.get(path)
    assert small.headers["ETag"] != tag and small.content != fast


def test_automatic_formats_can_be_restricted(make_server):
    server = make_server("--auto-formats", "webp")
    _, record = server.upload(fixtures.jpeg(4), "photo.jpg")
    path = f"/v1/images/{record['id']}/render?width=100"
    assert server.get(path, headers={"Accept": CHROME}).headers["Content-Type"] == "image/webp"
    accept = "image/webp;q=0.5,image/*;q=0.8"
    assert server.get(path, headers={"Accept": accept}).headers["Content-Type"] == "image/jpeg"
