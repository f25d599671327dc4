"""HTTP according to its standards (RFC 9110, 9112, 9457), for clients that follow them and for clients that do not."""
import email
import io
import json
import re
import socket
import threading
import time

import pytest

import fixtures
from wire import FORM_TYPE, Wire, chunked, form, head, repr_digest

VARYING = {"date", "x-request-id"}


@pytest.fixture
def stored(server):
    """A server with one image."""
    data = fixtures.jpeg(1)
    status, record = server.upload(data, "photo.jpg")
    assert status == 201
    server.wait_until_ready(record["id"])
    return server, server.record(record["id"]), data


# Methods

@pytest.mark.parametrize("path", [
    "{self}", "{original}", "{thumbnail}", "{full_size}", "{metadata}", "/v1/images", "/v1/images?fields=ids", "/v1/jobs",
    "/v1/operations/thumbnails", "/v1/operations/thumbnails/missing", "/livez", "/readyz", "/healthcheck",
    "/v1/openapi.json", "/", "/v1/images/00000000-0000-7000-8000-000000000000", "/nowhere"])
def test_head_answers_the_fields_of_get_and_no_body(stored, path):
    server, record, _ = stored
    path = path.format(**record["links"])
    got = server.get(path)
    with Wire(server) as wire:
        wire.send(head("HEAD", path) + head("GET", "/livez"))
        headed = wire.response("HEAD")
        assert wire.response().status == 200, "a body came although there must be none"
    assert headed.status == got.status_code
    there = {key.lower(): value for key, value in headed.fields if key.lower() not in VARYING}
    assert there == {key.lower(): value for key, value in got.headers.items() if key.lower() not in VARYING}


@pytest.mark.parametrize("path, methods", [
    ("/upload/", "OPTIONS, POST"), ("/v1/images", "GET, HEAD, OPTIONS"), ("{self}", "DELETE, GET, HEAD, OPTIONS, PATCH"),
    ("{original}", "DELETE, GET, HEAD, OPTIONS, PUT"), ("/v1/operations/thumbnails/generate", "OPTIONS, POST"),
    ("/livez", "GET, HEAD, OPTIONS"), ("/", "GET, HEAD, OPTIONS")])
def test_options_and_405_name_the_methods(stored, path, methods):
    server, record, _ = stored
    path = path.format(**record["links"])
    options = server.request("OPTIONS", path)
    assert options.status_code == 204 and options.headers["Allow"] == methods and not options.content
    for method in ("PUT", "TRACE", "BREW", "POST", "DELETE", "PATCH", "GET"):
        if method not in methods:
            response = server.request(method, path)
            assert response.status_code == 405, method
            assert response.headers["Allow"] == methods
            assert response.headers["Content-Type"] == "application/problem+json"
            assert response.json()["status"] == 405


@pytest.mark.parametrize("path", [
    "/nowhere", "/v1", "/v1/", "/v1/image", "/v1/images/x/y/z", "/upload/x", "//", "/v1//images", "/v1/images/../images",
    "/.git/config", "/catalog.sqlite", "/assets/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/assets/%2e%2e%2findex.html"])
def test_an_unknown_path_is_a_404_as_a_problem(server, path):
    with Wire(server) as wire:
        wire.send(head("GET", path))
        response = wire.response()
    assert response.status == 404 and response["Content-Type"] == "application/problem+json"
    assert json.loads(response.body)["type"] == "/problems/not-found"


# Ranges

@pytest.mark.parametrize("value, first, last", [
    ("bytes=0-0", 0, 0), ("bytes=0-99", 0, 99), ("bytes=100-199", 100, 199), ("bytes=-100", -100, None),
    ("bytes=1000-", 1000, None), ("bytes=0-99999999999999999999999", 0, None), ("BYTES=5-9", 5, 9),
    ("bytes= 5-9 ,", 5, 9), ("bytes=0-9,5-19", 0, 19), ("bytes=99999999-,5-9", 5, 9), ("bytes=-99999999", 0, None)])
def test_a_range_is_answered_with_that_part(stored, value, first, last):
    server, record, data = stored
    response = server.get(record["links"]["original"], headers={"Range": value})
    start = first if first >= 0 else len(data) + first
    end = len(data) - 1 if last is None else last
    assert response.status_code == 206
    assert response.headers["Content-Range"] == f"bytes {start}-{end}/{len(data)}"
    assert response.content == data[start:end + 1]
    assert response.headers["Content-Length"] == str(end + 1 - start)
    assert response.headers["Accept-Ranges"] == "bytes"


def test_several_ranges_are_answered_in_parts(stored):
    server, record, data = stored
    response = server.get(record["links"]["original"], headers={"Range": "bytes=0-9, 100-119, -5"})
    assert response.status_code == 206
    assert int(response.headers["Content-Length"]) == len(response.content)
    type = response.headers["Content-Type"]
    assert type.startswith("multipart/byteranges; boundary=")
    message = email.message_from_bytes(b"Content-Type: " + type.encode() + b"\r\n\r\n" + response.content)
    parts = [(part["Content-Range"], part["Content-Type"]) for part in message.get_payload()]
    size = len(data)
    assert parts == [(f"bytes {a}-{b}/{size}", "image/jpeg") for a, b in ((0, 9), (100, 119), (size - 5, size - 1))]
    boundary = re.search(r"boundary=(.*)", type)[1].encode()
    bodies = [part.split(b"\r\n\r\n", 1)[1] for part in response.content.split(b"\r\n--" + boundary)[1:-1]]
    assert bodies == [data[:10], data[100:120], data[-5:]]


@pytest.mark.parametrize("value", ["bytes=99999999-", "bytes=-0", "bytes=99999999-100000000,999999999-"])
def test_a_range_beyond_the_file_cannot_be_satisfied(stored, value):
    server, record, data = stored
    response = server.get(record["links"]["original"], headers={"Range": value})
    assert response.status_code == 416
    assert response.headers["Content-Range"] == f"bytes */{len(data)}"
    assert response.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("value", [
    "bytes=9-5", "bytes=", "bytes=-", "bytes=a-b", "bytes 0-5", "lines=0-5", "bytes=0-5;", "bytes=0--5", "bytes=+0-5",
    "bytes=0-5,x", "bytes=" + ",".join(f"{n * 10}-{n * 10 + 1}" for n in range(200))])
def test_a_malformed_range_is_ignored(stored, value):
    server, record, data = stored
    response = server.get(record["links"]["original"], headers={"Range": value})
    assert response.status_code == 200 and response.content == data


def test_a_range_is_used_only_if_if_range_matches_the_file(stored):
    server, record, data = stored
    whole = server.get(record["links"]["original"])
    for validator, status in [
        (whole.headers["ETag"], 206), (whole.headers["Last-Modified"], 206), ('"another"', 200),
        ("W/" + whole.headers["ETag"], 200), ("Thu, 01 Jan 1970 00:00:00 GMT", 200), ("nonsense", 200),
    ]:
        response = server.get(record["links"]["original"], headers={"Range": "bytes=0-9", "If-Range": validator})
        assert response.status_code == status, validator


def test_a_range_of_head_is_ignored(stored):
    server, record, data = stored
    response = server.request("HEAD", record["links"]["original"], headers={"Range": "bytes=0-9"})
    assert response.status_code == 200 and response.headers["Content-Length"] == str(len(data))


# Conditions

@pytest.mark.parametrize("link", ["self", "original", "thumbnail", "full_size"])
def test_reads_are_conditional(stored, link):
    server, record, _ = stored
    path = record["links"][link]
    first = server.get(path)
    tag, date = first.headers["ETag"], first.headers["Last-Modified"]
    assert re.fullmatch(r'"[!#-~]+"', tag)
    for fields, status in [
        ({"If-None-Match": tag}, 304), ({"If-None-Match": "W/" + tag}, 304), ({"If-None-Match": "*"}, 304),
        ({"If-None-Match": f'"x", {tag}'}, 304), ({"If-None-Match": '"x"'}, 200),
        ({"If-Modified-Since": date}, 304), ({"If-Modified-Since": "Thu, 01 Jan 1970 00:00:00 GMT"}, 200),
        ({"If-Modified-Since": "not a date"}, 200), ({"If-None-Match": '"x"', "If-Modified-Since": date}, 200),
        ({"If-Match": tag}, 200), ({"If-Match": "*"}, 200), ({"If-Match": '"x"'}, 412), ({"If-Match": "W/" + tag}, 412),
        ({"If-Unmodified-Since": date}, 200), ({"If-Unmodified-Since": "Thu, 01 Jan 1970 00:00:00 GMT"}, 412),
        ({"If-Match": tag, "If-Unmodified-Since": "Thu, 01 Jan 1970 00:00:00 GMT"}, 200),
    ]:
        response = server.get(path, headers=fields)
        assert response.status_code == status, fields
        if status == 304:
            assert response.headers["ETag"] == tag and not response.content
        if status == 412:
            assert response.headers["Content-Type"] == "application/problem+json"


def test_a_304_repeats_what_a_cache_needs(stored):
    """RFC 9110, section 15.4.5: Cache-Control, ETag, Vary and others, as the 200 would have them."""
    server, record, _ = stored
    for link in ("self", "original"):
        whole = server.get(record["links"][link])
        response = server.get(record["links"][link], headers={"If-None-Match": whole.headers["ETag"]})
        assert response.status_code == 304
        assert response.headers.get("Cache-Control") == whole.headers.get("Cache-Control"), link


# Connections

def test_a_connection_serves_many_requests(server):
    with Wire(server) as wire:
        for _ in range(200):
            wire.send(head("GET", "/livez"))
            assert wire.response().status == 200


def test_requests_may_be_sent_ahead_of_their_answers(stored):
    server, record, data = stored
    paths = ["/livez", record["links"]["original"], "/nowhere", record["links"]["thumbnail"], "/v1/images"] * 6
    with Wire(server) as wire:
        wire.send(b"".join(head("GET", path) for path in paths))
        statuses = []
        for path in paths:
            response = wire.response()
            statuses.append(response.status)
            if path == record["links"]["original"]:
                assert response.body == data
        assert statuses == [200, 200, 404, 200, 200] * 6


def test_uploads_may_be_sent_ahead_of_their_answers(server):
    images = [fixtures.jpeg(seed, 64, 48) for seed in range(5)]
    with Wire(server) as wire:
        wire.send(b"".join(head("POST", "/upload/", "Content-Type: image/jpeg", f"Content-Length: {len(data)}") + data
                           for data in images) + head("GET", "/v1/images?fields=ids"))
        assert [wire.response().status for _ in images] == [201] * 5
        assert len(json.loads(wire.response().body)["ids"]) == 5


def test_a_refused_upload_does_not_disturb_the_next_request(server):
    """The unread body of one request must not be read as the head of the next."""
    body = b"GET /v1/images HTTP/1.1\r\nHost: x\r\n\r\n" * 20
    with Wire(server) as wire:
        wire.send(head("POST", "/upload/", "Content-Type: text/plain", f"Content-Length: {len(body)}") + body
                  + head("GET", "/livez"))
        assert wire.response().status == 415
        response = wire.response()
        assert response.status == 200 and b"ok" in response.body


def test_http_1_0_is_answered_and_closed(server):
    with Wire(server) as wire:
        wire.send(b"GET /livez HTTP/1.0\r\n\r\n")
        response = wire.response()
        assert response.status == 200 and response["Transfer-Encoding"] is None
        wire.wait_until_closed(5)


def test_http_1_0_may_keep_the_connection(server):
    with Wire(server) as wire:
        for _ in range(2):
            wire.send(b"GET /livez HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            assert wire.response().status == 200


def test_a_connection_is_closed_if_the_client_asks_for_it(server):
    with Wire(server) as wire:
        wire.send(head("GET", "/livez", "Connection: close"))
        response = wire.response()
        assert response.status == 200 and response["Connection"].lower() == "close"
        wire.wait_until_closed(5)


def test_a_client_may_stop_sending_and_still_read_its_answer(stored):
    server, record, data = stored
    with Wire(server) as wire:
        wire.send(head("GET", record["links"]["original"]))
        wire.socket.shutdown(socket.SHUT_WR)
        assert wire.response().body == data


def test_a_slow_answer_is_sent_after_the_client_has_stopped_sending(stored):
    server, _, _ = stored
    for _ in range(20):
        with Wire(server) as wire:
            wire.send(head("GET", "/v1/images"))
            wire.socket.shutdown(socket.SHUT_WR)
            assert wire.response().status == 200


@pytest.mark.parametrize("request_bytes", [
    b"nonsense\r\n\r\n", b"GET\r\n\r\n", b"GET /livez\r\n\r\n", b"GET /livez HTTP/9.9\r\nHost: x\r\n\r\n",
    b"GET /a b HTTP/1.1\r\nHost: x\r\n\r\n", b"GET /livez HTTP/1.1\r\nHost x\r\n\r\n", b"GET /livez HTTP/1.1\r\n: empty\r\n\r\n",
    b"GET /livez HTTP/1.1\r\nHost: x\r\nBad Name: y\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(50) + b"\r\n\r\n",
    b"GET /li\x00vez HTTP/1.1\r\nHost: x\r\n\r\n", b"GET livez HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n", b"GET /% HTTP/1.1\r\nHost: x\r\n\r\n", b"GET /v1/images?q=%f HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /%ff%fe HTTP/1.1\r\nHost: x\r\n\r\n", b"GET /v1/images?q=%c3%28 HTTP/1.1\r\nHost: x\r\n\r\n",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"POST /upload/ HTTP/1.1\r\nHost: x\r\nContent-Length: abc\r\n\r\n", b"POST /upload/ HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
    b"POST /upload/ HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999999\r\n\r\n",
], ids=lambda value: repr(value[:40]))
def test_a_malformed_request_is_refused_and_the_server_continues(server, request_bytes):
    with Wire(server) as wire:
        wire.send(request_bytes)
        try:
            assert 400 <= wire.response().status < 600
        except ConnectionError:
            pass  # Closing the connection without an answer is safe too.
    assert server.get("/livez").status_code == 200


def test_a_request_without_a_host_is_refused_once(server):
    with Wire(server) as wire:
        wire.send(b"GET /livez HTTP/1.1\r\n\r\n")
        response = wire.response()
        assert response.status == 400 and response["Content-Type"] == "application/problem+json"
        assert "Host" in json.loads(response.body)["detail"]
        wire.wait_until_closed(5)
    server.wait_until(lambda: "request not read" in server.log_text())
    entry = json.loads([line for line in server.log_text().splitlines() if "request not read" in line][-1])
    assert (entry["address"], entry["path"], entry["status"]) == ("127.0.0.1", "/livez", 400) and "Host" in entry["reason"]


@pytest.mark.parametrize("request_bytes,status", [
    (b"GET /a?secret=1 HTTP/1.1\r\nHost x\r\n\r\n", 400), (b"GET /a?secret=1 HTTP/2.0\r\nHost: x\r\n\r\n", 505),
    (b"GET /a?secret=1 HTTP/1.1\r\nHost: x\r\nX: " + b"x" * 60_000 + b"\r\n\r\n", 431),
    *[(b"POST /a?secret=1 HTTP/1.1\r\nHost: x\r\nContent-Length: " + length + b"\r\n\r\nhello", status)
      for length, status in [(b"5, 5", 400), (b"abc", 400), (b"-5", 400), (b"", 400), (b"9" * 30, 413)]],
], ids=lambda value: repr(value[-40:]) if isinstance(value, bytes) else None)
def test_a_head_that_the_library_cannot_read_is_answered_once_as_a_problem_and_logged(make_server, request_bytes, status):
    server = make_server()
    with Wire(server) as wire:
        wire.send(request_bytes)
        wire.wait_until_closed(5)
        answer = wire.held
    assert answer.startswith(f"HTTP/1.1 {status} ".encode()) and answer.count(b"HTTP/1.1 %d" % status) == 1
    head_, body = answer.split(b"\r\n\r\n")
    assert b"Content-Type: application/problem+json" in head_ and b"Connection: close" in head_
    assert json.loads(body)["status"] == status
    server.wait_until(lambda: "request not read" in server.log_text())
    entries = [json.loads(line) for line in server.log_text().splitlines() if "request not read" in line]
    # The target of another version is not read.
    path = "" if status == 505 else "/a"
    assert [(entry["path"], entry["status"]) for entry in entries] == [(path, status)]
    assert "secret" not in server.log_text()


def test_a_malformed_chunk_ends_an_upload_with_one_answer(server):
    with Wire(server) as wire:
        wire.send(head("POST", "/upload/", "Content-Type: image/jpeg", "Transfer-Encoding: chunked") + b"xyz\r\nhello\r\n")
        wire.wait_until_closed(5)
        answer = wire.held
    assert answer.startswith(b"HTTP/1.1 400 ") and answer.count(b"HTTP/1.1 400") == 1
    server.assert_nothing_is_kept()


@pytest.mark.parametrize("cookies", ["; ".join(f"a{n}=b" for n in range(700)), '="', 'a="', "=", ";;;", "a"])
def test_cookies_of_any_form_are_read_or_ignored(server, cookies):
    with Wire(server) as wire:
        for _ in range(2):
            wire.send(head("GET", "/v1/images", f"Cookie: {cookies}"))
            assert wire.response().status == 200


@pytest.mark.parametrize("path", ["/%zz", "/%", "/v1/images?q=%f", "/%ff%fe", "/v1/images?q=%c3%28", "/v1/images/%ff"])
def test_malformed_percent_encoding_is_a_problem(server, path):
    with Wire(server) as wire:
        wire.send(head("GET", path))
        response = wire.response()
    assert response.status == 400 and response["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("fields", [
    ["Content-Length: 5", "Content-Length: 50"], ["Content-Length: 5", "Content-Length: 5"],
    ["Content-Length: 5", "Transfer-Encoding: chunked"], ["Transfer-Encoding: chunked", "Content-Length: 5"],
    ["Content-Length: 5, 50"], ["Transfer-Encoding: gzip, chunked"], ["Transfer-Encoding: identity", "Content-Length: 5"],
    ["Content-Length: +5"], ["Content-Length: 0x5"], ["Transfer-Encoding:\x0bchunked"]])
def test_a_body_with_an_ambiguous_length_is_refused(server, fields):
    """Otherwise requests could be smuggled through a proxy (RFC 9112, section 11.2)."""
    with Wire(server) as wire:
        smuggled = head("GET", "/v1/images")
        wire.send(head("POST", "/upload/", "Content-Type: image/jpeg", *fields) + b"0\r\n\r\n" + smuggled)
        try:
            assert wire.response().status == 400
            wire.wait_until_closed(5)
        except ConnectionError:
            pass
    server.assert_nothing_is_kept()


def test_a_request_with_an_unneeded_body_is_answered(server):
    with Wire(server) as wire:
        for _ in range(2):
            wire.send(head("GET", "/livez", "Content-Length: 5") + b"hello")
            assert wire.response().status == 200


# Limits

def test_header_fields_that_are_too_large_are_refused(server):
    for field in ("X-Large: " + "x" * 20_000, "\r\n".join(f"X-{n}: {'y' * 90}" for n in range(200))):
        with Wire(server) as wire:
            wire.send(head("GET", "/livez", field))
            response = wire.response()
            assert response.status == 431
            assert response["Content-Type"] == "application/problem+json"


def test_a_head_far_beyond_the_limit_is_refused_too(server):
    with Wire(server) as wire:
        try:
            wire.send(head("GET", "/livez", "X-Large: " + "x" * 1_000_000))
            assert wire.response().status == 431
        except ConnectionError:
            pass
    assert server.get("/livez").status_code == 200


def test_a_target_that_is_too_long_is_refused(server):
    with Wire(server) as wire:
        try:
            wire.send(head("GET", "/" + "x" * 200_000))
            assert wire.response().status == 414
        except ConnectionError:
            pass
    assert server.get("/livez").status_code == 200


def test_the_limit_of_header_fields_can_be_set(make_server):
    server = make_server("--max-header", "1KiB")
    assert server.get("/livez", headers={"X": "x" * 2000}).status_code == 431
    assert server.get("/livez", headers={"X": "x" * 200}).status_code == 200


def test_a_client_that_sends_its_head_too_slowly_is_disconnected(make_server):
    server = make_server("--header-timeout", "1")
    started = time.monotonic()
    with Wire(server) as wire:
        wire.send(head("GET", "/livez")[:-2])
        wire.send_slowly(b"X: " + b"x" * 1000, 0.05, 15)
        wire.wait_until_closed(5)
    assert time.monotonic() - started < 20


def test_a_client_that_sends_nothing_is_disconnected(make_server):
    server = make_server("--header-timeout", "1")
    with Wire(server) as wire:
        wire.wait_until_closed(15)


def test_a_connection_without_requests_is_closed(make_server):
    server = make_server("--idle-timeout", "1")
    with Wire(server) as wire:
        wire.send(head("GET", "/livez"))
        assert wire.response().status == 200
        wire.wait_until_closed(15)


def test_the_head_of_a_later_request_has_a_time_limit_too(make_server):
    server = make_server("--idle-timeout", "1", "--header-timeout", "1")
    with Wire(server) as wire:
        wire.send(head("GET", "/livez"))
        assert wire.response().status == 200
        sent = wire.send_slowly(head("GET", "/livez", "X: " + "x" * 1000), 0.1, 10)
        assert sent < 80, "a byte at a time keeps the connection"


@pytest.mark.parametrize("fields", [["Content-Length: 100000"], ["Transfer-Encoding: chunked"]])
def test_a_body_of_a_byte_a_second_is_aborted_and_leaves_nothing(make_server, fields):
    server = make_server("--body-grace", "1", "--idle-timeout", "30")
    data = fixtures.jpeg(1)
    started = time.monotonic()
    with Wire(server) as wire:
        wire.send(head("POST", "/upload/", "Content-Type: image/jpeg", *fields))
        drip = data if fields[0].startswith("Content-Length") else chunked(data, 1)
        wire.send_slowly(drip, 0.2, 15)
        wire.wait_until_closed(1)
    assert time.monotonic() - started < 8
    server.assert_nothing_is_kept()


def test_a_steady_body_is_not_aborted(make_server):
    server = make_server("--body-grace", "1")
    data = fixtures.jpeg(1)
    with Wire(server) as wire:
        wire.send(head("POST", "/upload/", "Content-Type: image/jpeg", f"Content-Length: {len(data)}"))
        for start in range(0, len(data), len(data) // 20):
            wire.send(data[start:start + len(data) // 20])
            time.sleep(0.12)  # A slow client, not a wait for an event.
        assert wire.response().status == 201


def test_a_whole_request_has_a_time_limit(make_server):
    server = make_server("--request-timeout", "1", "--body-grace", "60")
    with Wire(server) as wire:
        wire.send(head("POST", "/upload/", "Content-Type: image/jpeg", "Content-Length: 1000000"))
        for _ in range(60):
            try:
                wire.send(bytes(b"\xff\xd8\xff") + bytes(5000))
            except OSError:
                break
            if wire.is_closed(0.1):
                break
        else:
            pytest.fail("the request goes on and on")
    server.assert_nothing_is_kept()


@pytest.mark.parametrize("option", ["--max-connections", "--max-connections-per-address"])
def test_connections_beyond_the_limit_are_told_to_retry_later(make_server, option):
    server = make_server(option, "8")
    wires = [Wire(server) for _ in range(8)]
    try:
        for wire in wires:
            wire.send(head("GET", "/livez"))
            assert wire.response().status == 200
        with Wire(server) as extra:
            extra.send(head("GET", "/livez"))
            response = extra.response()
            assert response.status == 503 and int(response["Retry-After"]) > 0
            assert response["Content-Type"] == "application/problem+json"
            assert json.loads(response.body)["type"] == "/problems/too-many-connections"
        wires.pop().close()

        def served():
            with Wire(server) as later:
                later.send(head("GET", "/livez"))
                return later.response().status == 200
        server.wait_until(served, 10)
    finally:
        for wire in wires:
            wire.close()


def test_hundreds_of_connections_are_served_at_once(server):
    wires = [Wire(server) for _ in range(500)]
    try:
        for wire in wires:
            wire.send(head("GET", "/livez"))
        assert all(wire.response().status == 200 for wire in wires)
    finally:
        for wire in wires:
            wire.close()


def test_a_client_that_disconnects_during_the_answer_does_no_harm(stored):
    server, record, _ = stored
    for _ in range(50):
        wire = Wire(server)
        wire.send(head("GET", record["links"]["original"]) * 10)
        wire.reset()
    assert server.get("/livez").status_code == 200
    with Wire(server) as wire:  # A separate connection, so that the gauge counts at most this one and the session's.
        server.wait_until(lambda: server.metric("tintype_http_connections") <= 2)


# Invalid requests

ID = "00000000-0000-7000-8000-000000000000"


@pytest.mark.parametrize("path", [
    "/v1/images/{}", "/v1/images/{}/original", "/v1/images/{}/thumbnail", "/v1/images/{}/full-size", "/v1/images/{}/metadata",
    "/v1/jobs/{}", "/v1/jobs/{}/events"])
def test_an_unknown_id_is_a_404_and_a_malformed_one_a_400(server, path):
    unknown = server.get(path.format(ID))
    assert unknown.status_code == 404 and unknown.headers["Content-Type"] == "application/problem+json"
    for id in ("1", "x" * 36, ID[:-1], ID + "0", ID.replace("-", ""), "..", "%00", "'%20OR%201=1", "%F0%9F%98%80"):
        with Wire(server) as wire:
            wire.send(head("GET", path.format(id)))
            response = wire.response()
        assert response.status == 400, id
        assert json.loads(response.body)["type"] == "/problems/malformed-id"


@pytest.mark.parametrize("query", [
    "cursor=nonsense", "cursor=", "cursor=AAAA", "cursor=" + "A" * 5000, "limit=0", "limit=1001", "limit=-1", "limit=x", "limit=",
    "limit=1.5", "limit=99999999999999999999", "sort=colour", "sort=", "format=exe", "digest=abc", "digest=" + "g" * 64, "state=lost",
    "fields=some", "taken_from=yesterday", "taken_from=2021-13-01", "taken_to=2021-02-30", "taken_from=2021-01-01T25:00:00",
    "added_from=now", "added_to=2021-05-31T10:00", "min_width=-1", "max_width=x", "min_bytes=1e3", "colour=red", "limit=1&limit=2",
    "q=" + "%20".join(["a"] * 33), "taken_from=0000-00-00", "taken_from=99999-01-01", "added_from=2021-05-31T10:00:00+99:99"])
def test_malformed_parameters_are_refused_and_named(server, query):
    response = server.get(f"/v1/images?{query}")
    assert response.status_code == 400, response.text
    problem = response.json()
    assert response.headers["Content-Type"] == "application/problem+json"
    assert query.split("=")[0] in problem["detail"], problem


def test_a_cursor_of_another_list_is_refused(server):
    for seed in range(3):
        server.upload(fixtures.jpeg(seed, 32, 32), "x.jpg")
    cursor = server.get("/v1/images?limit=1&sort=title").json()["next"]
    assert server.get(f"/v1/images?limit=1&sort=title&cursor={cursor}").status_code == 200
    for other in ("/v1/images?limit=1&sort=-bytes", "/v1/operations/thumbnails/missing?limit=1"):
        assert server.get(f"{other}&cursor={cursor}").status_code == 400, other


def test_a_changed_cursor_does_no_harm(server):
    for seed in range(3):
        server.upload(fixtures.jpeg(seed, 32, 32), "x.jpg")
    cursor = server.get("/v1/images?limit=1").json()["next"]
    for index in range(len(cursor)):
        changed = cursor[:index] + ("A" if cursor[index] != "A" else "B") + cursor[index + 1:]
        assert server.get(f"/v1/images?cursor={changed}").status_code in (200, 400)


@pytest.mark.parametrize("path", ["/livez", "/metrics", "/v1/openapi.json", "/"])
def test_an_unknown_parameter_elsewhere_does_not_break_a_page(server, path):
    assert server.get(path + "?utm_source=x").status_code == 200


@pytest.mark.parametrize("body", [
    b"", b"{", b"nonsense", b"[]", b"null", b'"x"', b"5", b'{"title": 5}', b'{"visibility": null}', b'{"tags": "a"}', b'{"tags": [1]}',
    b'{"visibility": "secret"}', b'{"attributes": []}', b'{"owner": "x"}', b'{"id": "x"}', b'\xff\xfe', b'{"title": "\xff"}',
    b"{" * 100_000, b'{"attributes": ' + b'{"a":' * 50_000 + b"1" + b"}" * 50_000 + b"}"], ids=lambda value: repr(value[:25]))
def test_malformed_json_is_refused(stored, body):
    server, record, _ = stored
    response = server.request("PATCH", record["links"]["self"], data=body, headers={"Content-Type": "application/json"})
    assert response.status_code == 400, response.text
    assert response.headers["Content-Type"] == "application/problem+json"
    assert server.record(record["id"])["version"] == record["version"]


def test_a_json_body_that_is_too_large_is_refused(stored):
    server, record, _ = stored
    response = server.request("PATCH", record["links"]["self"], data=b'{"title": "' + b"x" * (2 << 20) + b'"}')
    assert response.status_code == 413


# Other origins

def test_other_origins_are_refused_unless_named(stored):
    server, record, _ = stored
    response = server.get("/v1/images", headers={"Origin": "https://evil.example"})
    assert not any(key.lower().startswith("access-control-") for key in response.headers)


def test_named_origins_are_allowed(make_server):
    server = make_server("--cors-origins", "https://a.example,https://b.example")
    for origin, allowed in [("https://a.example", True), ("https://b.example", True), ("https://c.example", False),
                            ("https://a.example.evil.example", False), ("null", False)]:
        response = server.get("/v1/images", headers={"Origin": origin})
        assert response.headers.get("Access-Control-Allow-Origin") == (origin if allowed else None)
        assert "Origin" in response.headers["Vary"]
    preflight = server.request("OPTIONS", "/upload/", headers={
        "Origin": "https://a.example", "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"})
    assert preflight.status_code == 204
    assert "POST" in preflight.headers["Access-Control-Allow-Methods"]
    assert "content-type" in preflight.headers["Access-Control-Allow-Headers"].lower()


def test_all_origins_can_be_allowed_and_can_read_errors(make_server):
    server = make_server("--cors-origins", "*")
    response = server.get("/nowhere", headers={"Origin": "https://any.example"})
    assert response.status_code == 404 and response.headers["Access-Control-Allow-Origin"] == "*"


# Ids and confidential data

def test_every_answer_has_a_unique_request_id(stored):
    server, record, _ = stored
    paths = ["/livez", "/nowhere", record["links"]["self"], record["links"]["thumbnail"], "/v1/images?limit=0"] * 3
    ids = [server.get(path).headers["X-Request-Id"] for path in paths]
    assert len(set(ids)) == len(ids) and all(re.fullmatch(r"[0-9a-f]+", id) for id in ids)
    log = server.wait_until(lambda: server.log_text() if ids[-1] in server.log_text() else None)
    assert all(id in log for id in ids)


def test_problems_reveal_nothing_about_the_machine(stored):
    server, record, data = stored
    texts = [
        server.get("/nowhere").text, server.get("/v1/images?cursor=x").text, server.get(f"/v1/images/{ID}/original").text,
        server.post("/upload/", data=b"words", headers={"Content-Type": "image/jpeg"}).text,
        server.post("/upload/", data=data[:3000], headers={"Content-Type": "image/jpeg"}).text,
        server.post("/upload/?verify=true", data=fixtures.broken_png(), headers={"Content-Type": "image/png"}).text,
        server.request("PATCH", record["links"]["self"], data=b"{").text, server.request("PUT", "/livez").text,
        server.get(record["links"]["metadata"]).text, server.get("/healthcheck").text,
        # The libraries' versions are told on purpose.
        re.sub(r"(?m)^tintype_build_info.*$", "", server.get("/metrics").text)]
    for text in texts:
        assert str(server.data) not in text and "staging" not in text and "/proc/" not in text
        assert "SELECT" not in text and "sqlite" not in text.lower() and ".swift" not in text


def test_health_is_reported(server):
    for path in ("/livez", "/readyz", "/healthcheck"):
        response = server.get(path)
        assert response.status_code == 200 and response.json()["status"] == "ok"
    metrics = server.get("/metrics")
    assert metrics.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    names = {line.split("{")[0].split(" ")[0] for line in metrics.text.splitlines() if not line.startswith("#")}
    assert all(name.startswith("tintype_") for name in names - {"process_start_time_seconds"}) and len(names) > 5
    version = server.get("/readyz").json()["version"]
    assert re.search(rf'(?m)^tintype_build_info{{version="{re.escape(version)}",commit="\w+",libvips="[\d.]+".*}} 1$', metrics.text)
    assert server.wait_until(lambda: f'"message":"starting","version":"{version}","commit":"' in server.log_text())
    # The system states when it booted in whole seconds.
    assert time.time() - 600 < server.metric("process_start_time_seconds") < time.time() + 2
