"""Any input is refused with a reason or does no harm, and the server continues."""
import io
import json

import socket
import concurrent.futures
import threading
import time

import pytest
import requests
from PIL import Image

import fixtures
from wire import BOUNDARY, FORM_TYPE, Wire, chunked, disposition, form, head, sha256


def bare(server, data, query="", **fields):
    response = server.post("/upload/" + query, data=data, headers={"Content-Type": "image/jpeg", **fields})
    return response.status_code, response.json()


def assert_problem(response, status):
    assert response.status_code == status, response.text
    assert response.headers["Content-Type"] == "application/problem+json"
    problem = response.json()
    assert problem["status"] == status and problem["title"] and problem["detail"] and problem["type"].startswith("/problems/")
    return problem


# Malformed forms

def test_an_empty_body_is_refused(server):
    assert_problem(server.post("/upload/", headers={"Content-Type": "image/jpeg"}), 400)
    assert_problem(server.post("/upload/", data=b"", headers={"Content-Type": "application/octet-stream"}), 400)
    assert_problem(server.post("/upload/"), 400)
    assert_problem(server.post("/upload/", data=b"", headers=FORM_TYPE), 400)
    server.assert_nothing_is_kept()


def test_an_empty_file_of_a_form_is_refused(server):
    response = server.post("/upload/", data=form(("file", b"", "x.jpg")), headers=FORM_TYPE)
    assert response.status_code == 400 and response.json()["images"][0]["status"] == 400
    server.assert_nothing_is_kept()


def test_a_form_without_a_file_is_refused(server):
    for body in (form(("title", "only words")), form()):
        problem = assert_problem(server.post("/upload/", data=body, headers=FORM_TYPE), 400)
        assert problem["type"] == "/problems/no-file"


@pytest.mark.parametrize("type", [
    "multipart/form-data", "multipart/form-data; boundary=", 'multipart/form-data; boundary=""',
    "multipart/form-data; boundary=" + "b" * 71, "multipart/form-data; charset=utf-8"])
def test_a_form_without_a_usable_boundary_is_refused(server, type):
    problem = assert_problem(
        server.post("/upload/", data=form(("file", fixtures.jpeg(1), "x.jpg")), headers={"Content-Type": type}), 400)
    assert problem["type"] == "/problems/malformed-multipart"
    server.assert_nothing_is_kept()


def test_a_form_with_another_boundary_than_it_says_is_refused(server):
    body = form(("file", fixtures.jpeg(1), "x.jpg"), boundary="another")
    problem = assert_problem(server.post("/upload/", data=body, headers=FORM_TYPE), 400)
    assert problem["type"] == "/problems/malformed-multipart"
    server.assert_nothing_is_kept()


@pytest.mark.parametrize("ending", ["within the file", "behind the file", "within the delimiter", "within the fields"])
def test_a_form_whose_body_ends_early_is_refused_and_leaves_nothing(server, ending):
    whole = form(("file", fixtures.jpeg(1), "x.jpg"), ("file", fixtures.jpeg(2), "y.jpg"))
    cut = {
        "within the file": len(fixtures.jpeg(1)) // 2,
        "behind the file": len(form(("file", fixtures.jpeg(1), "x.jpg"), close=False)),
        "within the delimiter": len(whole) - 6,
        "within the fields": 60,
    }[ending]
    problem = assert_problem(server.post("/upload/", data=whole[:cut], headers=FORM_TYPE), 400)
    assert problem["type"] == "/problems/malformed-multipart" and "cut off" in problem["detail"]
    server.assert_nothing_is_kept()


@pytest.mark.parametrize("way", ["close", "reset", "half-close"])
@pytest.mark.parametrize("as_form", [True, False])
def test_a_client_that_disconnects_midway_leaves_nothing(server, way, as_form):
    data = fixtures.jpeg(1, 1600, 1200, 95)
    body, type = (form(("file", data, "x.jpg")), FORM_TYPE["Content-Type"]) if as_form else (data, "image/jpeg")
    wire = Wire(server)
    wire.send(head("POST", "/upload/", f"Content-Type: {type}", f"Content-Length: {len(body)}") + body[:len(body) // 2])
    server.wait_until(server.staged)
    if way == "half-close":
        wire.socket.shutdown(socket.SHUT_WR)
    else:
        wire.reset() if way == "reset" else wire.close()
    server.wait_until(lambda: not server.staged(), 10)
    wire.close()
    server.assert_nothing_is_kept()


def test_a_chunked_body_that_breaks_off_leaves_nothing(server):
    data = fixtures.jpeg(1)
    wire = Wire(server)
    wire.send(head("POST", "/upload/", "Content-Type: image/jpeg", "Transfer-Encoding: chunked"))
    wire.send(chunked(data)[:-5])  # Everything except the last, empty chunk.
    server.wait_until(server.staged)
    wire.close()
    server.wait_until(lambda: not server.staged(), 10)
    server.assert_nothing_is_kept()


def test_malformed_chunks_are_refused_and_leave_nothing(server):
    for bad, status in ((b"zz\r\nabc\r\n0\r\n\r\n", 400), (b"-5\r\nabc\r\n0\r\n\r\n", 400),
                        (b"ffffffffffffffffff\r\nabc\r\n0\r\n\r\n", 413)):
        with Wire(server) as wire:
            wire.send(head("POST", "/upload/", "Content-Type: image/jpeg", "Transfer-Encoding: chunked") + bad)
            try:
                assert wire.response().status == status
            except ConnectionError:
                pass  # Closing the connection without an answer is safe too.
    server.assert_nothing_is_kept()


def test_a_field_that_is_too_long_is_refused_and_leaves_nothing(server):
    body = form(("file", fixtures.jpeg(1), "x.jpg"), ("description", "x" * 70_000))
    assert_problem(server.post("/upload/", data=body, headers=FORM_TYPE), 413)
    server.assert_nothing_is_kept()


def test_a_part_with_too_long_or_malformed_fields_is_refused(server):
    for fields in (b"X: " + b"x" * 20_000, b"no colon here"):
        body = form((disposition("file", "x.jpg") + b"\r\n" + fields, fixtures.jpeg(1)))
        assert_problem(server.post("/upload/", data=body, headers=FORM_TYPE), 400)
    server.assert_nothing_is_kept()


@pytest.mark.parametrize("type", ["text/plain", "application/xml", "application/x-www-form-urlencoded", "multipart/mixed"])
def test_a_body_of_another_kind_is_refused_with_what_to_send(server, type):
    problem = assert_problem(server.post("/upload/", data=fixtures.jpeg(1), headers={"Content-Type": type}), 415)
    assert "multipart/form-data" in problem["detail"]


# Files that are not images

@pytest.mark.parametrize("data, seen", [
    (b"Dear diary, today I renamed a file.\n" * 30, "plain text"),
    (b"<!DOCTYPE html><html><script>alert(1)</script></html>", "an HTML page"),
    (b"<?xml version='1.0'?><feed/>", "an XML document"),
    (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + b"x" * 2000, "a PDF document"),
    (b"%!PS-Adobe-3.0\n" + b"x" * 2000, "a PostScript document"),
    (b"PK\x03\x04" + bytes(2000), "a ZIP archive"),
    (b"\x7fELF" + bytes(2000), "an executable"),
    (b"#!/bin/sh\nrm -rf /\n", "plain text"),
    (bytes(3000), None), (b"\xff", None), (b"x", "plain text"),
    (b"\x00\x00\x00\x18ftypmp42" + bytes(2000), "film"),
    (b"SIMPLE  =                    T" + b" " * 3000, "FITS"),
], ids=["text", "html", "xml", "pdf", "postscript", "zip", "executable", "script", "zeros", "one byte", "one letter",
        "film", "fits"])
def test_a_file_named_jpg_that_is_not_a_jpeg_is_refused_with_its_real_type(server, data, seen):
    status, problem = bare(server, data, "?name=photo.jpg")
    assert status == 415 and problem["type"] == "/problems/unsupported-format"
    assert seen is None or seen in problem["detail"]
    assert "JPEG" in problem["detail"]
    server.assert_nothing_is_kept()


def test_a_body_that_is_not_an_image_is_refused_before_its_end(server):
    """The server should not read a gigabyte of text to its end."""
    with Wire(server) as wire:
        wire.send(head("POST", "/upload/", "Content-Type: image/jpeg", "Content-Length: 1000000000") + b"text " * 20_000)
        assert wire.response().status == 415
    server.assert_nothing_is_kept()


def test_images_that_are_cut_off_are_refused_at_every_length(server, images):
    for format, path in images.by_format.items():
        data = path.read_bytes()
        for share in (0.99, 0.5, 0.05):
            status, problem = bare(server, data[:int(len(data) * share)], "?verify=true")
            assert status == 422, (format, share, problem)
    server.assert_nothing_is_kept()


def test_cut_off_images_are_refused_without_verification_if_their_end_shows_it(server, images):
    for format in ("jpeg", "png", "webp", "gif", "heic", "avif"):
        if format in images.by_format:
            data = images.by_format[format].read_bytes()
            status, problem = bare(server, data[:len(data) // 2])
            assert status == 422, (format, problem)
    server.assert_nothing_is_kept()


def test_corrupt_images_are_refused_by_verification_or_shown_as_they_are(server, images):
    """Changed bytes in the middle: not every format notices, but none may harm the server."""
    for format, path in images.by_format.items():
        for place in range(1, 8):
            data = bytearray(path.read_bytes())
            start = len(data) * place // 8
            for index in range(start, min(start + 20, len(data))):
                data[index] ^= 0x5A
            status, answer = bare(server, bytes(data), "?verify=true")
            assert status in (201, 415, 422), (format, place, answer)
            if status == 201:
                assert server.get(answer["links"]["thumbnail"]).status_code == 200, (format, place)
    assert server.get("/livez").status_code == 200


def test_an_image_with_too_many_pixels_is_refused_by_its_header(server):
    data = fixtures.huge_png()
    assert len(data) < 1_000_000
    started = time.monotonic()
    status, problem = bare(server, data)
    assert status == 422 and problem["type"] == "/problems/image-too-large"
    assert time.monotonic() - started < 15
    server.assert_nothing_is_kept()


def test_the_limits_of_pixels_and_frames_can_be_set(make_server, images):
    server = make_server("--max-pixels", "100000", "--max-frames", "2")
    assert bare(server, fixtures.jpeg(1, 400, 240))[0] == 201
    assert bare(server, fixtures.jpeg(1, 400, 260))[0] == 422
    assert bare(server, images.animated_gif(3).read_bytes())[0] == 422


def test_an_animation_with_too_many_frames_is_refused(server):
    started = time.monotonic()
    status, problem = bare(server, fixtures.many_frames_gif(100_000))
    assert status == 422 and problem["type"] in ("/problems/image-too-large", "/problems/damaged-image"), problem
    assert time.monotonic() - started < 25
    server.assert_nothing_is_kept()


# SVG

class Listener:
    """Records every connection to it."""

    def __enter__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.callers = []
        self.thread = threading.Thread(target=self._listen, daemon=True)
        self.thread.start()
        return self

    def _listen(self):
        try:
            while True:
                connection, address = self.socket.accept()
                self.callers.append(address)
                connection.close()
        except OSError:
            pass

    def __exit__(self, *_):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self.thread.join(5)


def test_an_svgs_references_are_never_followed(server, tmp_path):
    secret = tmp_path / "secret.png"
    Image.new("RGB", (100, 100), (255, 0, 0)).save(secret)
    with Listener() as listener:
        there = f"http://127.0.0.1:{listener.port}"
        svg = f"""<?xml version="1.0"?>
<!DOCTYPE svg PUBLIC "x" "{there}/x.dtd" [<!ENTITY % e SYSTEM "{there}/e.ent"> <!ENTITY f SYSTEM "file:///etc/passwd">]>
<?xml-stylesheet href="{there}/style.css"?>
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="200" height="200">
<style>@import url("{there}/import.css"); @font-face {{ font-family: x; src: url({there}/font.woff); }}</style>
<rect width="200" height="200" fill="#00ff00"/>
<image xlink:href="{there}/picture.png" width="100" height="100"/>
<image href="file://{secret}" width="100" height="100"/>
<image href="{secret}" width="100" height="100"/>
<use xlink:href="{there}/other.svg#a"/><text font-family="x" y="150">&f;</text>
<script href="{there}/script.js"/>
</svg>""".encode()
        status, record = bare(server, svg)
        assert status in (201, 415, 422), record
        if status == 201:
            response = server.get(record["links"]["full_size"])
            assert response.status_code in (200, 422)
            if response.status_code == 200:
                corner = Image.open(io.BytesIO(response.content)).convert("RGB").getpixel((10, 10))
                assert corner[1] > 200 and corner[0] < 60, "a file of the server is in the picture"
        assert listener.callers == []


def test_an_svg_that_expands_endlessly_does_no_harm(server):
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    svg = (f'<!DOCTYPE svg [<!ENTITY e0 "aaaaaaaaaa">{entities}]><svg xmlns="http://www.w3.org/2000/svg" '
           'width="100" height="100"><text>&e11;</text></svg>').encode()
    started = time.monotonic()
    status, record = bare(server, svg)
    assert status in (201, 415, 422), record
    if status == 201:
        assert server.get(record["links"]["thumbnail"]).status_code in (200, 422)
    assert time.monotonic() - started < 60
    assert server.metric("tintype_resident_bytes") < 500e6


def test_an_endless_svg_is_aborted_and_others_are_served_meanwhile(make_server):
    server = make_server("--derive", "never")
    answers = []

    def send():
        started = time.monotonic()
        status, answer = bare(server, fixtures.endless_svg(sized=False))
        answers.append((status, answer, time.monotonic() - started))

    sender = threading.Thread(target=send)
    sender.start()
    times = []
    while sender.is_alive() and len(times) < 1000:
        started = time.monotonic()
        assert bare(server, fixtures.jpeg(1000 + len(times), 64, 48))[0] == 201
        times.append(time.monotonic() - started)
        sender.join(0.05)
    sender.join(90)
    status, answer, seconds = answers[0]
    assert status == 422, answer
    assert seconds < 40
    assert max(times) < 10 and len(times) > 5
    assert bare(server, fixtures.jpeg(2))[0] == 201


# Files with two formats

def html_and_gif():
    """Both a GIF and, for a client that ignores the type, a page that runs a script."""
    comment = b"/*<script>document.title='run'</script>*/=1;"
    head = b"GIF89a" + b"\x10\x00\x10\x00\x80\x00\x00" + b"\x00\x00\x00\xff\xff\xff"
    comment_block = b"\x21\xfe" + bytes([len(comment)]) + comment + b"\x00"
    picture = fixtures.encoded(Image.new("P", (16, 16)), "GIF")
    start = picture.index(b"\x2c")
    return head + comment_block + picture[start:]


def test_a_polyglot_is_served_so_that_it_cannot_run_scripts(server):
    data = html_and_gif()
    status, record = bare(server, data, "?name=page.html")
    assert status == 201 and record["format"] == "gif"
    for link in ("original", "full_size", "thumbnail"):
        response = server.get(record["links"][link])
        assert response.status_code == 200
        assert response.headers["Content-Type"].startswith("image/")
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Content-Disposition"].startswith(("inline;", "attachment;"))
        assert "html\"" not in response.headers["Content-Disposition"]
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "sandbox" in policy
    assert b"script" not in server.get(record["links"]["full_size"]).content


def test_an_svg_is_served_as_an_attachment_that_cannot_run(server):
    status, record = bare(server, b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>')
    assert status == 201
    response = server.get(record["links"]["original"])
    assert response.headers["Content-Type"] == "image/svg+xml"
    assert response.headers["Content-Disposition"].startswith("attachment;")
    assert "sandbox" in response.headers["Content-Security-Policy"]


# Bodies beyond the limit

def test_a_body_that_is_too_large_is_refused_while_the_client_still_sends(make_server):
    server = make_server("--max-body", "100KiB")
    with Wire(server) as wire:
        wire.send(head("POST", "/upload/", "Content-Type: image/jpeg", f"Content-Length: {20 << 20}"))
        failed = []

        def send():
            try:
                for _ in range(20):
                    wire.send(bytes(1 << 20))
            except OSError as error:
                failed.append(error)

        sender = threading.Thread(target=send, daemon=True)
        sender.start()
        response = wire.response()
        assert response.status == 413 and json.loads(response.body)["status"] == 413
        sender.join(20)
    server.assert_nothing_is_kept()


def test_an_ordinary_client_can_read_that_its_body_is_too_large(make_server):
    server = make_server("--max-body", "100KiB")
    for size in (101 << 10, 2 << 20, 10 << 20):
        response = server.post("/upload/", data=b"\xff\xd8\xff" + bytes(size), headers={"Content-Type": "image/jpeg"})
        assert_problem(response, 413)


def test_a_chunked_body_that_is_too_large_is_refused_and_leaves_nothing(make_server, images):
    server = make_server("--max-body", "100KiB")
    data = fixtures.jpeg(1, 2000, 1500, 97)
    assert len(data) > 200 << 10
    with Wire(server) as wire:
        wire.send(head("POST", "/upload/", "Content-Type: image/jpeg", "Transfer-Encoding: chunked"))
        wire.send(chunked(data, 10_000))
        assert wire.response().status == 413
    server.assert_nothing_is_kept()


def test_a_form_that_is_too_large_is_refused_and_leaves_nothing(make_server):
    server = make_server("--max-body", "100KiB")
    with Wire(server) as wire:
        body = form(("file", fixtures.jpeg(1, 64, 48), "small.jpg"), ("file", fixtures.jpeg(2, 2000, 1500, 97), "large.jpg"))
        wire.send(head("POST", "/upload/", f"Content-Type: {FORM_TYPE['Content-Type']}", "Transfer-Encoding: chunked"))
        wire.send(chunked(body, 5000))
        assert wire.response().status == 413
    server.assert_nothing_is_kept()


def test_a_body_of_exactly_the_limit_is_accepted(make_server):
    data = fixtures.jpeg(1)
    server = make_server("--max-body", str(len(data)))
    assert bare(server, data)[0] == 201
    assert bare(server, fixtures.jpeg(2) + b"\x00" * len(data))[0] == 413


def test_more_images_than_the_queue_holds_are_answered_with_503(make_server):
    server = make_server("--derive", "never", "--workers", "1", "--queue", "1")

    def send(number):
        return requests.post(f"{server.url}/upload/?name={number}.svg", timeout=60,
                             headers={"Content-Type": "image/svg+xml"},
                             data=fixtures.endless_svg(sized=False) + b"<!-- %d -->" % number)

    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        responses = list(pool.map(send, range(12)))
    put_off = [response for response in responses if response.status_code == 503]
    assert put_off and {response.status_code for response in responses} <= {422, 503}
    for response in put_off:
        assert int(response.headers["Retry-After"]) > 0
        assert response.json()["type"] == "/problems/overloaded"
    assert not list((server.data / "staging").iterdir())
    assert bare(server, fixtures.jpeg(3))[0] == 201
