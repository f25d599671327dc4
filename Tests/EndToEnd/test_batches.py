"""Batches of images from machines, against the real binary: durability, bounds, and memory."""
import base64
import concurrent.futures
import itertools
import json
import os
import random
import signal
import threading
import time

import pytest
import requests

import fixtures
from wire import Wire, head

ROUNDS = int(os.environ.get("TINTYPE_KILL_ROUNDS", "5"))
seeds = itertools.count(50_000)


def item(data=None, **members):
    data = fixtures.jpeg(next(seeds), 64, 48) if data is None else data
    return {"file": base64.b64encode(data).decode(), **members}


def finished(server, id):
    def over():
        batch = server.get(f"/v1/batches/{id}").json()
        return batch if batch["state"] == "done" else None
    return server.wait_until(over, 60)


def test_every_item_of_an_acknowledged_batch_survives_kills_at_random_moments(make_server):
    """Clients send batches; the server is killed; each acknowledged item becomes an image, or fails with a reason."""
    server = make_server()
    source = random.Random(11)
    acknowledged, guard = {}, threading.Lock()

    def work(url, stop):
        with requests.Session() as session:
            while not stop.is_set():
                pictures = [fixtures.jpeg(next(seeds), 64, 48) for _ in range(5)]
                items = [item(picture, store_name="Nord") for picture in pictures] + [item(b"text")]
                try:
                    response = session.post(url + "/upload_image_batch", json=items, timeout=20)
                except requests.RequestException:
                    continue
                assert response.status_code == 202, response.text
                with guard:
                    acknowledged[response.json()["id"]] = pictures

    for _ in range(ROUNDS):
        stop = threading.Event()
        before = len(acknowledged)
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            workers = [pool.submit(work, server.url, stop) for _ in range(4)]
            server.wait_until(lambda: len(acknowledged) > before + 4)
            time.sleep(source.uniform(0.0, 0.3))  # The moment of the kill is the random part here.
            os.kill(server.process.pid, signal.SIGKILL)
            stop.set()
            for worker in workers:
                worker.result()
        server.kill()
        server.start()
    for id, pictures in acknowledged.items():
        batch = finished(server, id)
        assert batch["progress"] == {"total": 6, "pending": 0, "ready": 5, "failed": 1}
        for entry, picture in zip(batch["items"], pictures):
            assert entry["state"] == "ready" and server.get("/" + entry["file_path"]).content == picture
        assert batch["items"][5]["error"].startswith("This is plain text")
    # What was written for batches that were not acknowledged is gone, or they were recorded whole.
    page = server.get("/image_batches?per_page=100").json()
    for batch in page["batches"]:
        assert finished(server, batch["id"])["progress"]["ready"] == 5
    assert server.staged() == []
    assert server.stop() == 0
    status, text = server.check("--deep")
    assert status == 0, text


def test_a_batch_that_is_cut_off_keeps_nothing(server):
    with Wire(server) as wire:
        body = json.dumps([item() for _ in range(20)]).encode()
        wire.send(head("POST", "/upload_image_batch", "Content-Type: application/json", f"Content-Length: {len(body)}"))
        wire.send(body[:-1000])
        server.wait_until(lambda: len(server.staged()) >= 19)
    server.assert_nothing_is_kept()
    assert server.get("/image_batches").json()["batches"] == []


def test_a_batch_with_too_many_items_is_refused(server):
    body = b"[" + b",".join([b"{}"] * 100_000) + b"]"
    response = server.post("/upload_image_batch", data=body, headers={"Content-Type": "application/json"})
    assert response.status_code == 413 and "10000 items" in response.json()["detail"]
    server.assert_nothing_is_kept()


def test_a_batch_beyond_the_limit_of_a_body_is_refused_whole(make_server):
    server = make_server("--max-body", "3MiB")
    large = fixtures.jpeg(1, 64, 48) + bytes(3 << 20)
    response = server.post("/upload_image_batch", json=[item(), item(large)])
    assert response.status_code == 413
    server.assert_nothing_is_kept()


@pytest.mark.parametrize("part", [0.5, 0.99])
def test_a_batch_that_was_cut_off_can_be_sent_again_with_its_key(server, part):
    body, key = json.dumps([item() for _ in range(20)]).encode(), f"again {part}"
    fields = ["Content-Type: application/json", f"Idempotency-Key: {key}", f"Content-Length: {len(body)}"]
    with Wire(server) as wire:
        wire.send(head("POST", "/upload_image_batch", *fields))
        wire.send(body[:int(len(body) * part)])
        server.wait_until(lambda: server.staged())
    server.wait_until(lambda: not server.staged())

    def accepted():
        response = server.post("/upload_image_batch", data=body, headers={
            "Content-Type": "application/json", "Idempotency-Key": key})
        # The server may not have noticed yet that the other connection has ended.
        return response if response.status_code != 409 else None
    response = server.wait_until(accepted)
    assert response.status_code == 202 and finished(server, response.json()["id"])["progress"]["ready"] == 20


def test_a_large_batch_needs_little_memory(make_server):
    server = make_server("--max-body", "1GiB")
    pictures = [fixtures.jpeg(next(seeds), 64, 48) for _ in range(4)]

    def body():
        yield b"["
        for number in range(150):
            # A picture and two megabytes behind its end, which a JPEG may have.
            data = pictures[number % 4] + number.to_bytes(4, "big") + bytes(2 << 20)
            yield (b"," if number else b"") + b'{"file":"' + base64.b64encode(data) + b'"}'
        yield b"]"

    response = server.post("/upload_image_batch", data=body(), headers={"Content-Type": "application/json"})
    assert response.status_code == 202 and len(response.json()["items"]) == 150
    peak = int(next(line for line in open(f"/proc/{server.process.pid}/status") if line.startswith("VmHWM")).split()[1])
    assert peak < 200 * 1024, f"{peak} KiB"


def test_batches_wait_while_no_job_can_be_done_and_are_read_meanwhile(make_server):
    server = make_server()
    response = server.post("/upload_image_batch", json=[item() for _ in range(30)])
    paths = [entry["file_path"] for entry in response.json()["items"]]
    assert all(server.get("/" + path).status_code == 200 for path in paths)
    server.kill()
    server.start()
    assert all(server.get("/" + path).status_code == 200 for path in paths)
    assert finished(server, response.json()["id"])["progress"]["ready"] == 30


def test_two_requests_with_one_key_at_the_same_time_make_one_batch(server):
    items = [item() for _ in range(5)]
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: requests.post(
            server.url + "/upload_image_batch", json=items, headers={"Idempotency-Key": "x"}), range(4)))
    assert {answer.status_code for answer in answers} <= {202, 409} and 202 in {answer.status_code for answer in answers}
    assert len({answer.json()["id"] for answer in answers if answer.status_code == 202}) == 1
    assert server.get("/image_batches").json()["total"] == 1


# Whole stories, through published routes only

def test_a_script_sends_three_images_in_one_batch_and_fetches_each_by_its_path(server):
    pictures = [fixtures.jpeg(next(seeds), 320, 240) for _ in range(3)]
    sent = server.post("/upload_image_batch", json=[
        item(picture, timestamp=f"2026-03-0{number}T10:00:00", store_name="Nord", camera_id="door", barcode=f"40063{number}")
        for number, picture in enumerate(pictures, 1)])
    assert sent.status_code == 202
    for entry, picture in zip(sent.json()["items"], pictures):
        answer = server.get("/" + entry["file_path"])
        assert answer.content == picture and answer.headers["Content-Type"] == "image/jpeg"
    events = server.get(sent.json()["links"]["events"], stream=True)
    assert [line for line in events.iter_lines() if line.startswith(b"event:")][-1] == b"event: done"
    listed = server.get("/image_batches?page=1&per_page=10").json()["batches"][0]
    assert [entry["barcode"] for entry in listed["items"]] == ["400631", "400632", "400633"]
    record = server.record(listed["items"][0]["image"])
    assert record["date_taken"] == "2026-03-01T10:00:00" and record["attributes"]["store_name"] == "Nord"
