"""TLS in the server itself."""
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import ssl
import subprocess
import time

import pytest
import requests

import fixtures
from certificates import Authority
from tintype_client import Client
from tintype_server import BINARY


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def pair(authority, tmp_path):
    """The files of a certificate and its key, which a test may replace."""
    return install(authority.issue(), tmp_path / "certificate.pem", tmp_path / "key.pem")


def install(issued, certificate, key):
    shutil.copy(issued[0], certificate)
    shutil.copy(issued[1], key)
    return certificate, key


@pytest.fixture
def make_tls_server(make_server, authority, pair):
    def make(*options, **keywords):
        server = make_server("--tls-certificate", pair[0], "--tls-key", pair[1], *options, **keywords)
        server.session.trust_env = False
        server.session.verify = str(authority.file)
        return server
    return make


def context(authority, **settings):
    made = ssl.create_default_context(cafile=str(authority.file))
    for name, value in settings.items():
        setattr(made, name, value)
    return made


def connect(server, authority, **settings):
    return context(authority, **settings).wrap_socket(server.connect(), server_hostname="localhost")


def read_all(connection):
    parts = []
    while part := connection.recv(65536):
        parts.append(part)
    return b"".join(parts)


def processor_seconds(process):
    fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def connections(server):
    return server.metric("tintype_http_connections")


def test_images_go_in_and_out(make_tls_server, corpus_sized_image):
    server = make_tls_server("--derive", "now")
    assert server.url.startswith("https://")
    status, record = server.upload(corpus_sized_image)
    assert status == 201
    original = server.get(f"/v1/images/{record['id']}/original")
    assert original.content == corpus_sized_image and original.headers["Content-Length"] == str(len(corpus_sized_image))
    part = server.get(f"/v1/images/{record['id']}/original", headers={"Range": "bytes=100000-3000000"})
    assert part.status_code == 206 and part.content == corpus_sized_image[100_000:3_000_001]
    assert server.get(f"/v1/images/{record['id']}/render?width=200").status_code == 200
    archive = server.post("/v1/archives", json={"ids": [record["id"]]})
    assert archive.status_code == 201
    zip = server.get(f"/v1/archives/{archive.json()['id']}.zip")
    assert zip.status_code == 200 and corpus_sized_image in zip.content


def test_events_come_as_they_happen(make_tls_server):
    server = make_tls_server("--derive", "never")
    for seed in range(6):
        server.upload(fixtures.jpeg(seed, 1600, 1200))
    job = server.post("/v1/operations/thumbnails/generate").json()
    with server.get(job["links"]["events"], stream=True) as events:
        names = [line for line in events.iter_lines(decode_unicode=True) if line.startswith("event: ")]
    assert names[-1] == "event: done"


@pytest.fixture(scope="session")
def corpus_sized_image():
    """A picture of some megabytes, of noise."""
    from PIL import Image
    return fixtures.encoded(Image.frombytes("RGB", (1500, 1300), os.urandom(1500 * 1300 * 3)), "PNG")


def test_addresses_and_cookies_are_those_of_https(make_tls_server):
    server = make_tls_server()
    answer = server.post("/upload/", files={"file": ("a.jpg", fixtures.jpeg())})
    id = answer.json()["images"][0]["id"]
    information = server.get(f"/iiif/3/{id}/info.json").json()
    assert information["id"] == f"{server.url}/iiif/3/{id}"
    account = server.post("/v1/accounts", json={"handle": "ada", "password": "correct horse battery", "setup_code": server.setup_code()})
    assert account.status_code == 201, account.text
    login = server.post("/v1/sessions", json={"handle": "ada", "password": "correct horse battery"})
    cookies = login.headers.get("Set-Cookie", "")
    assert "Secure" in cookies, (login.status_code, cookies)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_it_speaks_both_versions_and_names_its_protocol(make_tls_server, authority, version):
    server = make_tls_server()
    client = context(authority, minimum_version=version, maximum_version=version)
    client.set_alpn_protocols(["h2", "http/1.1"])
    with client.wrap_socket(server.connect(), server_hostname="localhost") as connection:
        assert connection.selected_alpn_protocol() == "http/1.1"
        for _ in range(3):  # kept alive
            connection.sendall(b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n")
            answer = http.client.HTTPResponse(connection)
            answer.begin()
            assert answer.status == 200 and answer.read()


def test_older_versions_are_refused(make_tls_server):
    server = make_tls_server()
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.check_hostname, client.verify_mode = False, ssl.CERT_NONE
    client.set_ciphers("ALL:@SECLEVEL=0")
    client.minimum_version = client.maximum_version = ssl.TLSVersion.TLSv1_1
    with pytest.raises((ssl.SSLError, ConnectionError)):
        client.wrap_socket(server.connect(), server_hostname="localhost")
    assert server.get("/livez").status_code == 200


def test_a_certificate_of_rsa(make_server, authority):
    certificate, key = authority.issue(kind=("-newkey", "rsa:2048"))
    server = make_server("--tls-certificate", certificate, "--tls-key", key)
    server.session.trust_env, server.session.verify = False, str(authority.file)
    assert server.get("/livez").status_code == 200


def test_a_body_that_is_too_large_is_refused_readably(make_tls_server, authority):
    server = make_tls_server("--max-body", "100KiB")
    # Its length is stated, and it comes all the same.
    with connect(server, authority) as connection:
        connection.sendall(b"POST /upload/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\nContent-Length: 3000000\r\n\r\n")
        try:
            connection.sendall(bytes(3_000_000))
        except OSError:
            pass
        answer = read_all(connection)
    assert answer.startswith(b"HTTP/1.1 413 ") and b"problem+json" in answer
    # Its length is not stated.
    with connect(server, authority) as connection:
        connection.sendall(b"POST /upload/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\nTransfer-Encoding: chunked\r\n\r\n")
        try:
            for _ in range(40):
                connection.sendall(b"10000\r\n" + bytes(0x10000) + b"\r\n")
        except OSError:
            pass
        answer = read_all(connection)
    assert answer.startswith((b"HTTP/1.1 413 ", b"HTTP/1.1 415 ")) and b"problem+json" in answer
    server.assert_nothing_is_kept()


def test_the_wrong_format_is_refused_while_the_body_comes(make_tls_server, authority):
    server = make_tls_server()
    with connect(server, authority) as connection:
        connection.sendall(b"POST /upload/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\nContent-Length: 900000000\r\n\r\n")
        answer = b""
        try:
            for _ in range(2000):
                connection.sendall(b"no picture " * 6000)
        except OSError:
            pass
        answer = read_all(connection)
    assert answer.startswith(b"HTTP/1.1 415 ") and b"problem+json" in answer


@pytest.mark.parametrize("request_, status", [
    (b"GET / HTTP/1.1\r\nno field\r\n\r\n", 400), (b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n", 400),
    (b"GET / HTTP/3.0\r\nHost: localhost\r\n\r\n", 505), (b"GET / HTTP/1.1\r\n\r\n", 400)])
def test_what_is_no_http_is_answered_with_a_problem(make_tls_server, authority, request_, status):
    server = make_tls_server()
    with connect(server, authority) as connection:
        connection.sendall(request_)
        answer = read_all(connection)
    assert answer.startswith(b"HTTP/1.1 %d " % status) and len(re.findall(rb"HTTP/1.1 \d", answer)) == 1
    assert b"application/problem+json" in answer


def test_plain_http_is_closed(make_tls_server):
    server = make_tls_server()
    for _ in range(50):
        try:
            answer = server.raw(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        except ConnectionError:
            answer = b""
        assert not answer.startswith(b"HTTP")
    server.wait_until(lambda: connections(server) <= 1)
    assert server.process.poll() is None


def test_stalled_handshakes_end_cost_nothing_and_count(make_tls_server):
    server = make_tls_server("--header-timeout", "4", "--max-connections-per-address", "30")
    stalled = [server.connect() for _ in range(20)]
    for index, connection in enumerate(stalled):
        connection.sendall(b"\x16\x03\x01\x02\x00\x01\x00\x01"[:index % 9])
    server.wait_until(lambda: connections(server) == 21)
    before, began = processor_seconds(server.process), time.monotonic()
    time.sleep(1.5)
    # Asking again and again would take the whole time of a processor.
    assert processor_seconds(server.process) - before < (time.monotonic() - began) / 3
    assert server.get("/livez").status_code == 200
    more = []

    def is_crowded():
        more.extend(server.connect() for _ in range(30))
        return requests.get(server.url + "/livez", verify=server.session.verify, timeout=30).status_code == 503

    server.wait_until(is_crowded)
    for connection in stalled + more:
        connection.settimeout(20)
        try:
            while connection.recv(4096):
                pass
        except ConnectionError:
            pass
        connection.close()
    server.wait_until(lambda: connections(server) <= 1)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_handshake_byte_by_byte(make_tls_server, authority, version):
    server = make_tls_server()
    coming, going = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = context(authority, maximum_version=version).wrap_bio(coming, going, server_hostname="localhost")
    with server.connect() as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

        def until(step):
            while True:
                try:
                    result = step()
                except ssl.SSLWantReadError:
                    result = None
                for byte in going.read():
                    connection.sendall(bytes([byte]))
                if result is not None:
                    return result
                coming.write(connection.recv(65536))

        until(lambda: client.do_handshake() or True)
        until(lambda: client.write(b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n"))
        assert until(lambda: client.read(65536)).startswith(b"HTTP/1.1 200 ")


def test_urgent_data_in_a_handshake_does_no_harm(make_tls_server):
    server = make_tls_server()
    for first in (b"", b"\x16", b"\x16\x03\x01\x02\x00"):
        with server.connect() as connection:
            if first:
                connection.sendall(first)
            connection.send(b"!", socket.MSG_OOB)
            time.sleep(0.1)
            connection.send(b"!", socket.MSG_OOB)
    assert server.get("/livez").status_code == 200


def shown(server, authority):
    with connect(server, authority) as connection:
        return connection.getpeercert()["subject"][0][0][1]


def reload(server, words):
    count = server.log_text().count(words)
    server.process.send_signal(signal.SIGHUP)
    server.wait_until(lambda: server.log_text().count(words) > count)


def test_a_new_certificate_without_a_restart(make_tls_server, authority, pair):
    server = make_tls_server()
    former = shown(server, authority)
    with connect(server, authority) as held:
        install(authority.issue(), *pair)
        reload(server, "the configuration was read again")
        later = shown(server, authority)
        assert former != later
        held.sendall(b"GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        assert read_all(held).startswith(b"HTTP/1.1 200 ")
    # A key of another certificate, and half a file, change nothing.
    shutil.copy(authority.issue()[1], pair[1])
    reload(server, "is not that of the certificate")
    pair[0].write_text(pair[0].read_text()[:300])
    reload(server, "has no certificate")
    assert shown(server, authority) == later and "PRIVATE KEY" not in server.log_text()


def test_it_does_not_start_with_a_broken_pair(authority, pair, tmp_path):
    def start():
        return subprocess.run(
            [str(BINARY), "serve", "--port", "0", "--data", str(tmp_path / "data"), "--tls-certificate", str(pair[0]),
             "--tls-key", str(pair[1])], capture_output=True, text=True, timeout=60)

    shutil.copy(authority.issue()[1], pair[1])
    done = start()
    assert done.returncode == 64 and "is not that of the certificate" in done.stderr
    pair[1].unlink()
    done = start()
    assert done.returncode == 64 and str(pair[1]) in done.stderr and "cannot be read" in done.stderr


def test_config_and_doctor_know_the_certificate(pair, tmp_path):
    file = tmp_path / "tintype.toml"
    file.write_text(f'tls-certificate = "{pair[0]}"\ntls-key = "{pair[1]}"\ndata = "{tmp_path}/data"\n')

    def run(*arguments):
        return subprocess.run([str(BINARY), *arguments, "--config", str(file), "--json"], capture_output=True, text=True)

    lines = {line["option"]: line for line in json.loads(run("config").stdout)}
    assert lines["tls-certificate"]["value"] == str(pair[0]) and lines["tls-key"]["source"] == "file"
    findings = {finding["check"]: finding for finding in json.loads(run("doctor").stdout)}
    assert findings["certificate"]["status"] == "ok"
    pair[1].write_text("nothing")
    findings = {finding["check"]: finding for finding in json.loads(run("doctor").stdout)}
    assert findings["configuration"]["status"] == "problem" and str(pair[1]) in findings["configuration"]["message"]


def test_the_client_uploads_and_downloads(make_tls_server, authority, tmp_path):
    server = make_tls_server()
    photos = tmp_path / "photos"
    photos.mkdir()
    for seed in range(3):
        (photos / f"{seed}.jpg").write_bytes(fixtures.jpeg(seed))
    client = Client(tmp_path / "home", server.url)
    refused = client.run("upload", photos, "--json", "--retry-timeout", "0")
    assert refused.status != 0 and "certificate" in refused.text
    sent = client.run("upload", photos, "--json", "--ca-file", authority.file)
    assert sent.status == 0 and sent.counts() == {"sent": 3}, sent.text


def test_a_stop_finishes_what_is_under_way(make_tls_server, authority):
    server = make_tls_server("--drain-delay", "1")
    body = fixtures.jpeg(7)
    with connect(server, authority) as connection, server.connect() as stalled:
        stalled.sendall(b"\x16\x03")
        connection.sendall(b"POST /upload/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n"
                           % len(body) + body[:1000])
        server.wait_until(lambda: server.metric("tintype_http_requests") >= 2)
        server.process.send_signal(signal.SIGTERM)
        server.wait_until(lambda: server.get("/readyz").status_code == 503)
        connection.sendall(body[1000:])
        answer = read_all(connection)
    assert answer.startswith(b"HTTP/1.1 201 ")
    assert server.process.wait(40) == 0
