"""Batches of pictures from machines, compared with the stack that such a store is usually built on"""
import base64
import concurrent.futures
import contextlib
import json
import os
import shutil
import threading
import time

import machine
import photos
import requests
from measure import alone, at_least, at_most, compared, require
from peers import APPLICATIONS, PROGRAMS
from PIL import Image
from processes import children, free_port, memory, started
from tintype_server import Server

NAME = "batches"
CLIENTS, ITEMS, BATCHES = 4, 200, 2
HOW = f"""{CLIENTS} clients send {BATCHES} batches each of {ITEMS} JPEGs of 100 KB (1280 × 960) in base64, and wait for each answer: by then Tintype has
every picture on stable storage. The peer is Flask under gunicorn with two workers, Celery with two more, Redis, SQLite and files; its tasks
make both renditions with Pillow, and it syncs nothing. *Finished* counts until every picture has both renditions. The third figure is the
disk alone: as many threads write and sync the same bytes as files. Memory is the most that all processes of a side have had at once, sampled
every 50 ms. The large batch is one request of 1 GB."""


def run(context):
    picture = camera_picture(context.folder)
    count = CLIENTS * BATCHES * ITEMS
    bodies = [[body(picture, (client * BATCHES + number) * ITEMS) for number in range(BATCHES)] for client in range(CLIENTS)]

    def measure(number):
        # Nothing is removed before the end: without a journal, ext4 looks at every file that was deleted in the last
        # minutes when it makes a new one, and one side would pay for what the other has left.
        folder = context.folder / "batches" / str(number)
        folder.mkdir(parents=True)
        return ours(folder / "data", bodies, count), theirs(folder / "peer", bodies, count), disk(folder / "disk", picture, count)

    results = context.rounds(3, measure)
    shutil.rmtree(context.folder / "batches")
    peer = "Flask + Celery + Redis"
    rows = [compared(what, unit, [(one[place], other[place]) for one, other, _ in results], peer, target)
            for place, (what, unit, target) in enumerate([
                ("Pictures acknowledged", "/s", at_least(2)), ("Pictures finished", "/s", at_least(5)),
                ("Memory of all processes", "MiB", None)])]
    rows.append(compared("Pictures acknowledged, beside the disk alone", "/s",
                         [(one[0], rate) for one, _, rate in results], "write + fdatasync", None))
    rows.append(alone("Memory of the server after a batch of 1 GB", "MiB", [large(context.folder / "large", picture)], at_most(200)))
    return rows


def camera_picture(folder):
    """A JPEG of about 100 KB, 1280 × 960."""
    source = photos.twelve_megapixels(folder)
    with Image.open(source) as image:
        small = image.convert("RGB").resize((1280, 960), Image.Resampling.LANCZOS)
    for quality in range(95, 20, -2):
        small.save(folder / "camera.jpg", quality=quality)
        if (folder / "camera.jpg").stat().st_size <= 100_000:
            break
    return (folder / "camera.jpg").read_bytes()


def variation(picture, number):
    """The picture with a comment, so that no two have the same digest."""
    return picture[:-2] + b"\xff\xfe\x00\x0a" + number.to_bytes(8, "big") + picture[-2:]


def body(picture, first):
    return json.dumps([
        {"file": base64.b64encode(variation(picture, first + number)).decode(), "timestamp": "2026-05-01T10:00:00",
         "store_name": "Nord", "camera_id": "door", "barcode": str(first + number)} for number in range(ITEMS)]).encode()


def send_all(url, bodies):
    """Sends the batches of all clients; returns the answers and the seconds."""
    def client(own):
        with requests.Session() as session:
            answers = [session.post(url + "/upload_image_batch", data=one, headers={"Content-Type": "application/json"}, timeout=600)
                       for one in own]
        require(all(answer.status_code == 202 for answer in answers), f"a batch was refused: {answers[0].text[:500]}")
        return [answer.json() for answer in answers]

    begin = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(len(bodies)) as pool:
        answers = [answer for own in pool.map(client, bodies) for answer in own]
    return answers, time.monotonic() - begin


@contextlib.contextmanager
def sampled(*pids):
    """The most resident memory that processes and their descendants have had at once, in MiB, as the one element of a list."""
    most, over = [0.0], threading.Event()

    def sample():
        while not over.wait(0.05):
            total = 0
            for pid in {one for pid in pids for one in [pid, *children(pid)]}:
                with contextlib.suppress(OSError, KeyError):
                    total += memory(pid, "RssAnon")
            most[0] = max(most[0], total / 2**20)

    thread = threading.Thread(target=sample)
    thread.start()
    try:
        yield most
    finally:
        over.set()
        thread.join()


def ours(data, bodies, count):
    machine.settle()
    with Server(data, "--access-log", "off") as server, sampled(server.process.pid) as most:
        begin = time.monotonic()
        answers, seconds = send_all(server.url, bodies)
        for answer in answers:
            while (batch := server.get(f"/v1/batches/{answer['id']}?limit=1").json())["state"] != "done":
                time.sleep(0.05)
            require(batch["progress"]["ready"] == ITEMS, "a picture is not ready")
        finished = time.monotonic() - begin
        item = answers[0]["items"][0]
        require(len(server.get("/" + item["file_path"]).content) > 50_000, "a picture cannot be read back")
    return count / seconds, count / finished, most[0]


def theirs(folder, bodies, count):
    machine.settle()
    for name in ("uploads", "full-size", "thumbnail"):
        (folder / name).mkdir(parents=True)
    port, store = free_port(), free_port()
    environment = {"BATCH_FOLDER": str(folder), "BATCH_BROKER": f"redis://127.0.0.1:{store}/0", "PYTHONPATH": str(APPLICATIONS)}
    redis = ["redis-server", "--port", str(store), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    web = [PROGRAMS / "gunicorn", "-w", "2", "-b", f"127.0.0.1:{port}", "--chdir", APPLICATIONS, "--worker-tmp-dir", folder,
           "--timeout", "600", "--log-level", "error", "batch_application:application"]
    worker = [PROGRAMS / "celery", "-A", "batch_application.tasks", "worker", "-c", "2", "-l", "error"]
    with started(redis, store, folder / "log0") as first, started(web, port, folder / "log1", environment) as second, \
            started(worker, store, folder / "log2", environment) as third, \
            sampled(first.pid, second.pid, third.pid) as most:
        begin = time.monotonic()
        answers, seconds = send_all(f"http://127.0.0.1:{port}", bodies)
        require(sum(len(answer["items"]) for answer in answers) == count, "the peer has not taken every picture")
        while requests.get(f"http://127.0.0.1:{port}/ready", timeout=60).json()["ready"] < count:
            require(time.monotonic() - begin < 900, "the peer does not come to an end")
            time.sleep(0.2)
        finished = time.monotonic() - begin
    require(len(list((folder / "thumbnail").iterdir())) == count, "the peer has not made every thumbnail")
    return count / seconds, count / finished, most[0]


def disk(folder, picture, count):
    """Files a second that as many threads as there are clients write and sync."""
    machine.settle()
    folder.mkdir()

    def write(number):
        descriptor = os.open(folder / str(number), os.O_WRONLY | os.O_CREAT)
        os.write(descriptor, variation(picture, number))
        os.fdatasync(descriptor)
        os.close(descriptor)

    begin = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(write, range(count)))
    rate = count / (time.monotonic() - begin)
    return rate


def large(data, picture):
    """MiB of the server's memory at most, while a batch of 1 GB comes."""
    def pieces():
        yield b"["
        for number in range(1_000_000_000 * 3 // 4 // len(picture)):
            yield (b"," if number else b"") + b'{"file":"' + base64.b64encode(variation(picture, number)) + b'"}'
        yield b"]"

    with Server(data, "--access-log", "off", "--max-body", "2GiB", "--derive", "never") as server:
        answer = server.post("/upload_image_batch", data=pieces(), headers={"Content-Type": "application/json"}, timeout=600)
        require(answer.status_code == 202, "the large batch was refused")
        most = memory(server.process.pid) / 2**20
    shutil.rmtree(data)
    return most
