"""The separate compressor: two processes that communicate only over HTTP."""
import concurrent.futures
import json
import re
import signal
import subprocess

import pytest
import requests

import fixtures
from people import Person, register
from tintype_server import BINARY


class Service:
    """One `tintype compress-service`, on a port that the system chooses."""

    def __init__(self, store, log, *options):
        self.log = log
        with open(log, "ab") as errors:
            self.process = subprocess.Popen(
                [str(BINARY), "compress-service", "--store", store, "--port", "0", "--scratch", str(log.parent),
                 "--retry-timeout", "1", *options], stdout=subprocess.PIPE, stderr=errors)
        line = self.process.stdout.readline().decode()
        match = re.search(r"http://\S+?:\d+", line)
        assert match, f"{line} {log.read_text()}"
        self.url = match[0]

    def get(self, path):
        return requests.get(self.url + path, timeout=60)

    def post(self, path, token=None):
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return requests.post(self.url + path, headers=headers, timeout=60)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(40)
        self.process.stdout.close()
        return status


@pytest.fixture
def make_service(tmp_path):
    running = []

    def make(store, *options):
        running.append(Service(store, tmp_path / f"service{len(running)}.log", *options))
        return running[-1]

    yield make
    for one in running:
        if one.process.poll() is None:
            one.stop()


def test_it_compresses_the_images_of_another_server(server, make_service, tmp_path):
    service = make_service(server.url)
    data = fixtures.jpeg(width=1200, height=900, quality=97)
    _, record = server.upload(data)
    answer = service.post(f"/compress/{record['id']}?type=jpg")
    assert answer.status_code == 200, answer.text
    answer = answer.json()
    assert answer["format"] == "jpeg" and answer["bytes"] < len(data)
    compressed = server.get(f"/download/{record['id']}?transform=compress").content
    assert len(compressed) == answer["bytes"]
    # The server itself has made nothing.
    assert server.metric('tintype_renders_total{type="compressed"}') == 0
    assert service.post(f"/compress/{record['id']}").json() == answer
    assert service.post(f"/compress/{record['id']}?type=webp").json()["format"] == "webp"
    assert list(tmp_path.glob("tintype-*")) == []
    assert server.check("--deep")[0] == 0
    assert service.stop() == 0


def test_an_image_without_a_smaller_version_is_kept_unchanged(server, make_service, images):
    service = make_service(server.url)
    small = fixtures.encoded(fixtures.picture(), "WEBP", quality=1)
    for data in (small, images.animated_gif().read_bytes(), fixtures.SVG):
        _, record = server.upload(data)
        answer = service.post(f"/compress/{record['id']}")
        assert answer.status_code == 200, answer.text
        assert server.get(f"/v1/images/{record['id']}/compressed").content == data
        assert service.post(f"/compress/{record['id']}?type=png").status_code == 409


def test_refusals(server, make_service):
    service = make_service(server.url)
    _, broken = server.upload(fixtures.broken_png())
    # It keeps nothing itself, so that there is nothing to read.
    assert service.get(f"/compress/{broken['id']}").headers["Allow"] == "OPTIONS, POST"
    assert service.post(f"/compress/{broken['id']}").status_code == 422
    for path, status in [
            ("/compress/00000000-0000-7000-8000-000000000000", 404), ("/compress/x", 400),
            (f"/compress/{broken['id']}?type=exe", 415), (f"/compress/{broken['id']}?size=5", 400), ("/upload", 404)]:
        response = service.post(path)
        assert response.status_code == status, response.text
        assert response.headers["Content-Type"] == "application/problem+json"
    assert server.kept("compressed") == {}


def test_it_uses_the_token_of_the_client_or_its_own(make_server, make_service, tmp_path):
    server = make_server("--registration", "open")
    alice, bob = register(server, "alice"), register(server, "bob")
    first = alice.upload(fixtures.jpeg(1, quality=97))
    shown = alice.upload(fixtures.jpeg(2, quality=97), visibility="public")
    service = make_service(server.url)
    assert service.post(f"/compress/{first['id']}").status_code == 404
    assert service.post(f"/compress/{first['id']}", bob.token).status_code == 404
    assert service.post(f"/compress/{first['id']}", "nonsense").status_code == 403
    # Permission to see an image is not enough to store a file.
    assert service.post(f"/compress/{shown['id']}", bob.token).status_code == 403
    assert service.post(f"/compress/{first['id']}", alice.token).status_code == 200
    token = tmp_path / "token"
    token.write_text(alice.make_token("read", "write").token + "\n")
    trusted = make_service(server.url, "--token-file", str(token))
    assert trusted.post(f"/compress/{shown['id']}").status_code == 200
    assert len(server.kept("compressed")) == 2


def test_concurrent_requests_cause_one_compression(server, make_service):
    service = make_service(server.url)
    _, record = server.upload(fixtures.jpeg(width=1200, height=900, quality=97))
    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: service.post(f"/compress/{record['id']}"), range(40)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1

    def puts():
        return [line for line in server.log_text().splitlines() if '"PUT"' in line or "method=PUT" in line]
    assert len(server.wait_until(puts)) == 1


def test_it_reports_whether_the_store_is_reachable(server, make_service):
    service = make_service(server.url)
    assert service.get("/livez").status_code == service.get("/readyz").status_code == 200
    assert "tintype_http_responses_total" in service.get("/metrics").text
    server.stop()
    assert service.get("/livez").status_code == 200 and service.get("/healthcheck").status_code == 503
    response = service.post("/compress/00000000-0000-7000-8000-000000000000")
    assert response.status_code == 503 and "Retry-After" in response.headers


@pytest.mark.parametrize("options, word", [
    ([], "--store"), (["--store", "ftp://x"], "address"), (["--store", "http://x", "--token-file", "/nothing"], "token-file")])
def test_invalid_options(options, word):
    done = subprocess.run([str(BINARY), "compress-service", *options], capture_output=True, text=True, timeout=20)
    assert done.returncode == 64 and word in done.stderr


def test_it_takes_its_settings_from_a_file_and_listens_on_a_unix_socket(server, tmp_path):
    path, file = tmp_path / "c.sock", tmp_path / "compress.toml"
    file.write_text(f'store = "{server.url}"\nunix-socket = "{path}"\nscratch = "{tmp_path}"\naccess-log = false\n')
    with open(tmp_path / "service.log", "ab") as errors:
        process = subprocess.Popen([str(BINARY), "compress-service", "--config", str(file)], stdout=subprocess.PIPE, stderr=errors)
    try:
        line = process.stdout.readline().decode()
        assert f"unix:{path}" in line and "http" not in line.split("the images of")[0]
        _, record = server.upload(fixtures.jpeg(width=900, height=700, quality=97))
        done = subprocess.run(
            ["curl", "-s", "--unix-socket", str(path), "-X", "POST", f"http://localhost/compress/{record['id']}"],
            capture_output=True, text=True, timeout=60)
        assert json.loads(done.stdout)["bytes"] > 0, done.stdout
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(40) == 0
        process.stdout.close()
    assert not path.exists()
    file.write_text("stor = 1\n")
    done = subprocess.run([str(BINARY), "compress-service", "--config", str(file)], capture_output=True, text=True, timeout=30)
    assert done.returncode == 64 and f"{file}:1: there is no option 'stor'" in done.stderr
