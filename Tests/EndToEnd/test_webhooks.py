"""Webhooks with the real binary, and receivers that verify what they get, or behave badly."""
import base64
import concurrent.futures
import contextlib
import hashlib
import hmac
import pathlib
import re
import socket
import subprocess
import sys
import threading
import time

import pytest

import fixtures
from people import register
from scripted_server import ScriptedServer

PRIVATE = "--webhook-private-addresses"
PAGE = (pathlib.Path(__file__).parents[2] / "docs/webhooks.md").read_text()


def verified(request, secret):
    """The body of a request, if its signature is right and its time is now."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    assert abs(time.time() - int(headers["webhook-timestamp"])) < 60
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + request.body
    expected = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert expected in headers["webhook-signature"].split(" ")
    assert headers["content-type"] == "application/json" and headers["user-agent"].startswith("tintype/")
    return request.json


def id_of(request):
    return {name.lower(): value for name, value in request.headers.items()}["webhook-id"]


def make(owner, address, **more):
    made = owner.post("/v1/webhooks", json={"address": address, **more})
    assert made.status_code == 201, made.text
    return made.json()


def deliveries(owner, webhook):
    return owner.get(f"/v1/webhooks/{webhook['id']}/deliveries").json()["deliveries"]


@contextlib.contextmanager
def raw_receiver(behave):
    """A receiver that treats each connection as a function says, with the number of connections so far."""
    listener = socket.create_server(("127.0.0.1", 0))
    count = []

    def accept():
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                count.append(connection)
                threading.Thread(target=run, args=(connection,), daemon=True).start()

    def run(connection):
        with contextlib.suppress(OSError), connection:
            connection.recv(65536)
            behave(connection)

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/", count
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def hang(connection):
    time.sleep(60)


def stream_for_ever(connection):
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        connection.sendall(b"x" * 65536)


def send_heads_for_ever(connection):
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    while True:
        connection.sendall(b"X-More: " + b"x" * 1000 + b"\r\n")


def send_interim_answers_for_ever(connection):
    while True:
        connection.sendall(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 100)


def trickle(connection):
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    while True:
        connection.sendall(b"x")
        time.sleep(0.2)


def test_changes_arrive_in_order_signed_and_complete_while_many_write(make_server):
    server = make_server("--derive", "later", PRIVATE)
    with ScriptedServer(lambda request: (200, {}, b"")) as receiver:
        webhook = make(server, f"{receiver.url}/hook?key=1")
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            sent = list(pool.map(lambda seed: server.upload(fixtures.jpeg(seed, 40, 30))[1], range(150)))
        images = {image["id"] for image in sent}
        for image in images:
            server.wait_until_ready(image)

        def told(kind):
            return [change["image"] for request in receiver.requests for change in request.json["data"]["changes"]
                    if change["kind"] == kind]
        server.wait_until(lambda: set(told("ready")) == images)
        assert sorted(told("added")) == sorted(images)
        assert all(request.method == "POST" and request.path == "/hook?key=1" for request in receiver.requests)
        messages = [verified(request, webhook["secret"]) for request in receiver.requests]
        assert {message["type"] for message in messages} == {"changes"}
        assert max(len(message["data"]["changes"]) for message in messages) <= 100
        # In the order of the feed.
        feed = server.get(f"/v1/changes?since={messages[-1]['data']['next']}").json()
        assert feed["changes"] == [] and feed["more"] is False
        dates = [change["date"] for message in messages for change in message["data"]["changes"]]
        assert dates == sorted(dates)
        assert len({id_of(request) for request in receiver.requests}) == len(receiver.requests)
        state = server.get(f"/v1/webhooks/{webhook['id']}").json()
        assert state["failures"] == 0 and state["last_delivered"]
        assert 'tintype_webhook_deliveries_total{outcome="done"}' in server.get("/metrics").text


def test_a_failure_is_repeated_and_a_wish_to_wait_respected(make_server):
    server = make_server("--derive", "never", PRIVATE)
    answers = [(500, {}, b""), (429, {"Retry-After": "6"}, b""), (200, {}, b"")]
    times = []

    def answer(request):
        times.append(time.monotonic())
        return answers[min(len(times), 3) - 1]

    with ScriptedServer(answer) as receiver:
        webhook = make(server, receiver.url)
        _, image = server.upload(fixtures.jpeg(1))
        server.wait_until(lambda: deliveries(server, webhook))
        waiting = server.get("/v1/jobs?kind=deliver").json()["jobs"]
        assert [(job["webhook"], job["state"], job["error"]) for job in waiting] == [
            (webhook["id"], "queued", "The answer was 500.")]
        server.wait_until(lambda: len(times) == 3, 40)
        assert 3.9 < times[1] - times[0] < 8 and 5.9 < times[2] - times[1] < 14
        assert len({id_of(request) for request in receiver.requests}) == 1
        assert [change["image"] for change in receiver.requests[-1].json["data"]["changes"]] == [image["id"]]
        server.wait_until(lambda: len(deliveries(server, webhook)) == 3)
        assert [entry["status"] for entry in deliveries(server, webhook)] == [200, 429, 500]
        assert deliveries(server, webhook)[1]["error"] == "The answer was 429." and deliveries(server, webhook)[1]["next_attempt"]


def test_redirects_are_not_followed_and_410_disables(make_server):
    server = make_server("--derive", "never", PRIVATE)
    with ScriptedServer(lambda request: (200, {}, b"")) as target:
        with ScriptedServer(lambda request: (int(request.path[1:]), {"Location": target.url}, b"")) as receiver:
            moved, gone = make(server, f"{receiver.url}/307"), make(server, f"{receiver.url}/410")
            server.upload(fixtures.jpeg(1))
            server.wait_until(lambda: deliveries(server, moved) and deliveries(server, gone))
            assert deliveries(server, moved)[0]["error"] == "The answer was 307: redirects are not followed."
            assert server.get(f"/v1/webhooks/{moved['id']}").json()["enabled"] is True
            state = server.get(f"/v1/webhooks/{gone['id']}").json()
            assert state["enabled"] is False and "410 (Gone)" in state["disabled_reason"]
            assert "a webhook is disabled" in server.log_text() and gone["id"] in server.log_text()
            enabled = server.session.patch(
                f"{server.url}/v1/webhooks/{gone['id']}", json={"enabled": True, "address": target.url}).json()
            assert enabled["enabled"] is True and enabled["disabled_reason"] is None
            server.wait_until(lambda: target.requests)
            time.sleep(0.5)
            assert len(target.requests) == 1 and target.requests[0].json["type"] == "changes"


@pytest.mark.parametrize("behave, status, error, seconds", [
    (hang, None, "There was no answer within 10 seconds.", 14),
    (stream_for_ever, 200, None, 5),
    (trickle, 200, None, 14),
    (send_heads_for_ever, None, "The head of the answer has more than 32768 bytes.", 5),
    (send_interim_answers_for_ever, None, "The head of the answer has more than 32768 bytes.", 5),
    (lambda connection: None, None, "The connection ended before the answer.", 5),
    (lambda connection: connection.sendall(b"\0\1\2\r\n\r\n"), None, "There was no answer that can be read.", 5),
], ids=["hangs", "streams", "trickles", "heads", "interim", "closes", "garbage"])
def test_a_receiver_that_behaves_badly_is_given_up(make_server, behave, status, error, seconds):
    server = make_server("--derive", "now", PRIVATE)
    with raw_receiver(behave) as (address, _):
        webhook = make(server, address)
        started = time.monotonic()
        answer = server.post(f"/v1/webhooks/{webhook['id']}/test").json()
        assert time.monotonic() - started < seconds
        assert (answer["status"], answer["error"]) == (status, error)
        assert server.upload(fixtures.jpeg(1))[0] == 201


def test_hanging_receivers_hold_up_neither_images_nor_other_webhooks_nor_the_stop(make_server):
    server = make_server("--derive", "later", "--workers", "1", PRIVATE)
    with raw_receiver(hang) as (address, connections), ScriptedServer(lambda request: (200, {}, b"")) as receiver:
        for _ in range(10):
            make(server, address)
        other = register(server, "other")
        make(other, receiver.url, kinds=["added"])
        image = other.upload(fixtures.jpeg(1), visibility="public")
        server.wait_until(lambda: receiver.requests, 5)
        server.wait_until(lambda: other.get(f"/v1/images/{image['id']}").json()["state"] == "ready", 10)
        server.wait_until(lambda: connections)
        assert len(connections) <= 2
        started = time.monotonic()
        assert server.stop() == 0
        assert time.monotonic() - started < 5


def test_an_account_tries_one_webhook_at_a_time(make_server):
    server = make_server("--derive", "never", PRIVATE)
    with raw_receiver(hang) as (address, connections), concurrent.futures.ThreadPoolExecutor(1) as pool:
        webhook = make(server, address)
        path = f"/v1/webhooks/{webhook['id']}/test"
        first = pool.submit(server.post, path)
        server.wait_until(lambda: connections)
        second = server.post(path)
        assert second.status_code == 429 and int(second.headers["Retry-After"]) > 0
        assert first.result().status_code == 200


def test_a_killed_server_sends_again_what_it_does_not_know_to_have_arrived(make_server):
    server = make_server("--derive", "never", PRIVATE)
    arrived, release = threading.Event(), threading.Event()

    def answer(request):
        arrived.set()
        release.wait(20)
        return 200, {}, b""

    with ScriptedServer(answer) as receiver:
        webhook = make(server, receiver.url)
        _, image = server.upload(fixtures.jpeg(1))
        assert arrived.wait(10)
        server.kill()
        release.set()
        server.start()
        server.wait_until(lambda: len(receiver.requests) == 2)
        first, second = receiver.requests
        assert id_of(first) == id_of(second) and first.body == second.body
        assert verified(second, webhook["secret"])["data"]["changes"][0]["image"] == image["id"]
        server.wait_until(lambda: deliveries(server, webhook))
        time.sleep(0.5)
        assert len(receiver.requests) == 2


def test_nothing_is_sent_to_private_addresses_unless_the_operator_allows_it(make_server):
    server = make_server("--derive", "never", PRIVATE, environment={"http_proxy": "http://127.0.0.1:9"})
    with ScriptedServer(lambda request: (200, {}, b"")) as receiver:
        port = receiver.url.rsplit(":", 1)[1]
        hosts = ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]", "0.0.0.0"]
        webhooks = [make(server, f"http://{host}:{port}/{number}") for number, host in enumerate(hosts)]
        for webhook in webhooks:
            assert server.post(f"/v1/webhooks/{webhook['id']}/test").json()["status"] == 200
        count = len(receiver.requests)
        # The same webhooks, on a server that does not allow it: what was checked when they were made does not matter.
        server.options.remove(PRIVATE)
        server.restart()
        for webhook in webhooks:
            answer = server.post(f"/v1/webhooks/{webhook['id']}/test").json()
            assert answer["status"] is None
            assert answer["error"] == "The host has an address that is not of the public internet: nothing was sent."
        server.upload(fixtures.jpeg(1))
        server.wait_until(lambda: all(deliveries(server, webhook)[0]["type"] == "changes" for webhook in webhooks))
        assert len(receiver.requests) == count
        for host in hosts:
            refused = server.post("/v1/webhooks", json={"address": f"http://{host}:{port}/"})
            assert refused.status_code == 400 and "not of the public internet" in refused.json()["detail"]
        unknown = server.post("/v1/webhooks", json={"address": "https://there-is-no.invalid/"})
        assert unknown.status_code in (201, 400)  # Without a name server nobody knows.


def test_another_account_is_told_nothing(make_server):
    server = make_server("--derive", "never", "--access", "accounts", "--registration", "open", PRIVATE)
    ida, otto = register(server, "ida"), register(server, "otto")
    with ScriptedServer(lambda request: (200, {}, b"")) as receiver:
        make(otto, receiver.url)
        hidden = ida.upload(fixtures.jpeg(1))
        shown = ida.upload(fixtures.jpeg(2), visibility="public")
        server.wait_until(lambda: receiver.requests)
        ida.request("PATCH", f"/v1/images/{shown['id']}", json={"visibility": "private"})
        own = otto.upload(fixtures.jpeg(3))
        server.wait_until(lambda: own["id"] in receiver.requests[-1].body.decode())
        told = [(change["kind"], change["image"]) for request in receiver.requests
                for change in request.json["data"]["changes"]]
        assert told == [("added", shown["id"]), ("deleted", shown["id"]), ("added", own["id"])]
        assert not any(hidden["id"] in request.body.decode() for request in receiver.requests)


def test_a_rotated_secret_signs_beside_the_former_one(make_server):
    server = make_server("--derive", "never", PRIVATE)
    with ScriptedServer(lambda request: (200, {}, b"")) as receiver:
        webhook = make(server, receiver.url)
        rotated = server.session.patch(
            f"{server.url}/v1/webhooks/{webhook['id']}", json={"rotate_secret": True}).json()
        assert server.post(f"/v1/webhooks/{webhook['id']}/test").json()["status"] == 200
        for secret in (webhook["secret"], rotated["secret"]):
            assert verified(receiver.requests[-1], secret)["type"] == "ping"


def test_the_receiver_of_the_page_works(make_server, tmp_path):
    server = make_server("--derive", "never", PRIVATE)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    program = re.search(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)[1]
    assert program.count("9000") == 1
    (tmp_path / "receiver.py").write_text(program.replace("9000", str(port)))
    webhook = make(server, f"http://127.0.0.1:{port}/tintype", kinds=["added", "trashed"])
    for secret, status in [("whsec_AAAA", 400), (webhook["secret"], 204)]:
        receiver = subprocess.Popen(
            [sys.executable, tmp_path / "receiver.py", secret], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        try:
            def test():
                answer = server.post(f"/v1/webhooks/{webhook['id']}/test").json()
                return answer["status"] and answer
            assert server.wait_until(test)["status"] == status
            if status == 204:
                _, image = server.upload(fixtures.jpeg(1))
                assert [receiver.stdout.readline() for _ in range(2)] == [
                    "ping []\n", f"changes [('added', '{image['id']}')]\n"]
        finally:
            receiver.kill()
            receiver.wait()
            receiver.stdout.close()
