"""Acknowledged images are never lost: after kill -9, and on a full disk."""
import concurrent.futures
import os
import random
import signal
import subprocess
import threading
import time

import pytest
import requests

import fixtures
from wire import FORM_TYPE, Wire, form, head, sha256

ROUNDS = int(os.environ.get("TINTYPE_KILL_ROUNDS", "5"))


def small_image(seed):
    """Different for each seed, quick to make, and of various sizes."""
    return fixtures.jpeg(seed, 48 + seed % 5 * 40, 48 + seed % 3 * 60)


def assert_only_what_is_catalogued_is_kept(server):
    """Disk and catalogue name the same files, and nothing is unfinished."""
    images = server.all_images()
    assert set(server.kept()) == {image["digest"] for image in images}
    assert len(images) == len({image["digest"] for image in images})
    server.wait_until(lambda: not server.staged(), 20)
    return {image["digest"]: image for image in images}


def test_every_acknowledged_image_survives_kills_at_random_moments(make_server):
    """Clients upload, delete and request renditions; the server is killed; every acknowledgement must hold."""
    server = make_server("--derive", "later")
    random_source = random.Random(7)
    acknowledged, deleted = {}, set()
    guard, next_seed = threading.Lock(), [0]

    def work(url, stop):
        source = random.Random(threading.get_ident())
        with requests.Session() as session:
            while not stop.is_set():
                with guard:
                    next_seed[0] += 1
                    seeds = [next_seed[0] * 10 + index for index in range(source.choice([1, 1, 3]))]
                data = [small_image(seed) for seed in seeds]
                try:
                    if len(data) == 1:
                        response = session.post(url + "/upload/", data=data[0], headers={"Content-Type": "image/jpeg"}, timeout=20)
                        records = [response.json()]
                    else:
                        response = session.post(
                            url + "/upload/", data=form(*[("file", one, "x.jpg") for one in data]), headers=FORM_TYPE, timeout=20)
                        records = response.json()["images"]
                    assert response.status_code == 201, response.text
                    with guard:
                        for one, record in zip(data, records):
                            acknowledged[record["digest"]] = one
                    if source.random() < 0.1:
                        digest = records[0]["digest"]
                        with guard:
                            deleted.add(digest)  # From here on it may or may not exist.
                        session.delete(url + records[0]["links"]["self"] + "?permanent=true", timeout=20)
                    elif source.random() < 0.2:
                        session.get(url + records[0]["links"]["thumbnail"], timeout=20)
                except (requests.RequestException, ValueError):
                    if not stop.is_set():
                        stop.wait(0.01)

    for _ in range(ROUNDS):
        stop = threading.Event()
        before = len(acknowledged)
        with concurrent.futures.ThreadPoolExecutor(6) as pool:
            workers = [pool.submit(work, server.url, stop) for _ in range(6)]
            server.wait_until(lambda: len(acknowledged) > before + 5)
            time.sleep(random_source.uniform(0.0, 0.5))  # The moment of the kill is the random part here.
            os.kill(server.process.pid, signal.SIGKILL)
            stop.set()
            for worker in workers:
                worker.result()
        server.kill()
        server.start()
        images = assert_only_what_is_catalogued_is_kept(server)
        lost = set(acknowledged) - set(images) - deleted
        assert not lost, f"{len(lost)} of {len(acknowledged)} acknowledged images are lost"
        for digest, data in acknowledged.items():
            if digest in images:
                assert server.get(images[digest]["links"]["original"]).content == data
        for digest, image in images.items():
            if digest not in acknowledged:  # Stored, but the answer was lost: it is either complete or missing.
                assert sha256(server.get(image["links"]["original"]).content) == digest
        status, text = server.check("--deep")
        assert status == 0, text
    assert len(acknowledged) > ROUNDS * 5
    server.wait_until(lambda: not server.get("/v1/images?state=pending&limit=1").json()["ids"], 90)
    server.stop()
    status, text = server.check("--deep")
    server.start()
    assert status == 0, text


def test_an_upload_that_was_cut_off_by_a_kill_leaves_nothing(server):
    data = fixtures.jpeg(1)
    with Wire(server) as wire:
        wire.send(head("POST", "/upload/", "Content-Type: image/jpeg", f"Content-Length: {len(data)}") + data[:10_000])
        server.wait_until(server.staged)
        server.kill()
    assert server.staged()
    server.start()
    assert server.staged() == []
    server.assert_nothing_is_kept()


def test_clients_that_disconnect_at_any_moment_leave_nothing_unfinished(make_server):
    server = make_server("--derive", "now")
    for seed in range(60):
        data = fixtures.jpeg(seed, 320, 240)
        with Wire(server) as wire:
            wire.send(head("POST", "/upload/", "Content-Type: image/jpeg", f"Content-Length: {len(data)}") + data)
            time.sleep(seed % 20 / 1000)  # Not to wait for an event, but to disconnect at a different moment each time.
    server.wait_until(lambda: server.metric("tintype_http_requests") == 1 and not server.staged())
    for image in server.all_images():
        assert server.get(image["links"]["original"]).status_code == 200
    status, text = server.check("--deep")
    assert status == 0, text


def test_many_restarts_change_nothing(server):
    records = [server.upload(fixtures.jpeg(seed, 64, 48), f"{seed}.jpg", fields={"tags": "a"})[1] for seed in range(5)]
    for record in records:
        server.wait_until_ready(record["id"])
    before = server.all_images()
    for how in (signal.SIGTERM, signal.SIGKILL) * 3:
        server.stop(how)
        server.start()
        assert server.all_images() == before


# A full disk

@pytest.fixture
def small_disk(tmp_path):
    """A separate file system of 24 MiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if os.geteuid() != 0:
        pytest.skip("only root may mount the small file system that this needs")
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "none", str(folder)], capture_output=True, text=True)
    if mounted.returncode != 0:
        pytest.skip(f"a small file system cannot be mounted here: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def noisy_image(seed, side=800):
    """About two megabytes of incompressible data."""
    from PIL import Image
    return fixtures.encoded(Image.frombytes("RGB", (side, side), random.Random(seed).randbytes(side * side * 3)), "PNG")


def fill(server, limit=60):
    """Uploads until the disk is full; returns the kept images and the refusal."""
    kept = {}
    for seed in range(limit):
        data = noisy_image(seed)
        response = server.post("/upload/", data=data, headers={"Content-Type": "image/png"})
        if response.status_code == 507:
            return kept, response
        assert response.status_code == 201, response.text
        kept[response.json()["id"]] = data
    raise AssertionError("the disk does not fill")


def fill_up(ballast):
    """Writes until no page is left."""
    descriptor = os.open(ballast, os.O_WRONLY | os.O_CREAT)
    try:
        while os.write(descriptor, bytes(4096)):
            pass
    except OSError:
        pass
    finally:
        os.close(descriptor)


def test_on_a_full_disk_only_uploads_are_refused(small_disk, make_server):
    server = make_server("--derive", "never", data=small_disk / "data")
    kept, refusal = fill(server)
    assert refusal.headers["Content-Type"] == "application/problem+json"
    assert refusal.json()["type"] == "/problems/insufficient-storage" and str(small_disk) not in refusal.text
    assert len(kept) >= 3
    server.wait_until(lambda: not server.staged())

    # Everything else continues.
    assert server.get("/livez").status_code == 200
    assert len(assert_only_what_is_catalogued_is_kept(server)) == len(kept)
    for id, data in kept.items():
        assert server.get(f"/v1/images/{id}/original").content == data
    form_refusal = server.post("/upload/", data=form(("file", noisy_image(998), "x.png")), headers=FORM_TYPE)
    assert form_refusal.status_code == 507
    server.wait_until(lambda: not server.staged())

    # There is room again: the refused image is accepted.
    first = next(iter(kept))
    assert server.request("DELETE", f"/v1/images/{first}?permanent=true").status_code == 204
    retried = server.post("/upload/", data=noisy_image(999, 500), headers={"Content-Type": "image/png"})
    assert retried.status_code == 201, retried.text
    server.stop()
    status, text = server.check("--deep")
    assert status == 0, text
    server.start()
    assert server.get(retried.json()["links"]["original"]).status_code == 200


def test_images_can_be_deleted_on_a_completely_full_disk(small_disk, make_server):
    server = make_server("--derive", "never", data=small_disk / "data")
    kept, _ = fill(server)
    ballast = small_disk / "ballast"
    # What the refused upload has written is removed, and frees no room later.
    server.wait_until(lambda: not server.staged())
    fill_up(ballast)
    id, other = list(kept)[:2]
    assert server.get(f"/v1/images/{id}/original").status_code == 200
    status = server.post("/upload/", data=noisy_image(999), headers={"Content-Type": "image/png"}).status_code
    assert status == 507
    server.wait_until(lambda: not server.staged())
    assert server.get(f"/v1/images/{id}/thumbnail").status_code == 507
    patched = server.request("PATCH", f"/v1/images/{id}", json={"title": "x" * 400, "description": "y" * 9000})
    assert patched.status_code in (200, 507)
    # The catalogue has some space of its own.
    assert server.request("DELETE", f"/v1/images/{id}?permanent=true").status_code == 204
    ballast.unlink(missing_ok=True)
    assert server.request("DELETE", f"/v1/images/{other}?permanent=true").status_code == 204
    assert server.post("/upload/", data=fixtures.jpeg(1), headers={"Content-Type": "image/jpeg"}).status_code == 201
    assert server.get("/v1/images?limit=1").status_code == 200
    server.stop()
    status, text = server.check("--deep")
    server.start()
    assert status == 0, text


def test_jobs_stopped_by_a_full_disk_are_done_once_there_is_room(small_disk, make_server):
    server = make_server("--derive", "never", data=small_disk / "data")
    # Each thumbnail of noise is larger than half of the free space, so most of them do not fit.
    records = [server.upload(noisy_image(seed, 300), f"{seed}.png")[1] for seed in range(8)]
    ballast = small_disk / "ballast"
    free = os.statvfs(small_disk).f_bavail * os.statvfs(small_disk).f_frsize
    ballast.write_bytes(bytes(free - 60_000))
    job = server.post("/v1/operations/thumbnails/generate").json()
    server.wait_until(lambda: "a job" in server.log_text(), 20)
    ballast.unlink()
    server.wait_for_job(job["id"], 90)
    assert all(len(server.get(f"/v1/images/{record['id']}/thumbnail").content) > 30_000 for record in records)
    for record in records:
        assert server.record(record["id"])["state"] == "ready", "a full disk is no damage of an image"
