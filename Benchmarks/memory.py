"""Memory of the server while 64 clients upload 24 MB each, and how long thumbnails take meanwhile."""
import multiprocessing
import shutil
import threading
import time

import machine
import photos
from clients import Connection, upload_all
from measure import alone, at_most, percentile, require
from processes import children, memory
from tintype_server import Server

NAME = "memory"
CLIENTS = 64
WAVES = 3
SIZE = 24_000_000
HOW = """64 clients upload JPEGs of 24 MB each, all at once and three one after another, so that it lasts long enough to be
looked at; renditions are made of what has come (`--derive later`). The most memory that was ever resident, as the
kernel has it; the processes that decode are counted for themselves.
Meanwhile another process asks for kept thumbnails, 200 a second over four connections; one that is due while the one
before it is late counts from when it was due."""


def run(context):
    heavy = photos.heavy(context.folder, SIZE)
    uploads = photos.variations([heavy], CLIENTS * (1 if context.quick else WAVES))
    results = context.rounds(5, lambda number: once(context.folder / f"memory{number}", uploads, context.folder))
    resident, workers, median, slowest = zip(*results)
    size = f"{heavy.stat().st_size / 1e6:.0f} MB"
    return [
        alone(f"Peak memory of the server, {CLIENTS} uploads of {size}", "MB", resident, at_most(200)),
        alone("The same, all processes that decode together", "MB", workers),
        alone("Kept thumbnails meanwhile, p50", "ms", median),
        alone("Kept thumbnails meanwhile, p99", "ms", slowest, at_most(50)),
    ]


def once(data, uploads, folder):
    """Megabytes of the server and of its workers, and milliseconds of thumbnails: their median and slowest hundredth."""
    machine.settle()
    with Server(data, "--access-log", "off") as server:
        paths = kept_thumbnails(server, folder)
        times, peak = load(server, uploads, paths)
        resident = memory(server.process.pid)
        require(server.metric("tintype_images") == len(uploads) + len(paths), "not all uploads are catalogued")
    shutil.rmtree(data)
    return resident / 1e6, peak / 1e6, percentile(times, 0.5) * 1000, percentile(times, 0.99) * 1000


def kept_thumbnails(server, folder):
    """Some images whose thumbnails are kept; answers where."""
    small = photos.variations([photos.smooth(folder)], 4)
    _, records = upload_all(server, small, 1)
    for record in records:
        require(server.wait_until_ready(record["id"])["state"] == "ready", "a thumbnail cannot be made")
    return [f"/v1/images/{record['id']}/thumbnail" for record in records]


def load(server, uploads, paths):
    """Uploads, and asks for thumbnails meanwhile: their times, and the most memory of the server's children."""
    context = multiprocessing.get_context("fork")
    stopping, begun, (result, sender) = context.Event(), context.Event(), context.Pipe(duplex=False)
    asking = context.Process(target=ask, args=(server, paths, begun, stopping, sender), daemon=True)
    asking.start()
    over = threading.Event()
    peaks = {}
    watching = threading.Thread(target=watch, args=(server.process.pid, over, peaks))
    watching.start()
    try:
        require(begun.wait(10), "no thumbnail comes")
        upload_all(server, uploads, CLIENTS)
        stopping.set()
        require(result.poll(30), "the thumbnails do not come to an end")
        times, failures = result.recv()
        require(not failures, failures[:1])
    finally:
        stopping.set()
        over.set()
        watching.join()
        asking.join(5)
        asking.kill()
    require(len(times) > 100, "too few thumbnails were asked for")
    return times, sum(peaks.values())


def ask(server, paths, begun, stopping, sender):
    """Asks until it is told to stop; sends the seconds that each thumbnail took, and what went wrong."""
    times, failures = [], []

    def work(path):
        try:
            ask_for(server, path, begun, stopping, times)
        except (Exception, SystemExit) as error:  # The process that measures is told.
            failures.append(repr(error))

    threads = [threading.Thread(target=work, args=(path,)) for path in paths]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sender.send((times, failures))


def ask_for(server, path, begun, stopping, times):
    interval = 0.02
    with Connection(server) as connection:
        _, wanted = connection.get(path)
        due = over = time.monotonic()
        while not stopping.is_set():
            due += interval
            if (pause := due - time.monotonic()) > 0:
                time.sleep(pause)
            # Who wakes up late does not blame the server, who was kept waiting by it does.
            started = due if over > due else time.monotonic()
            status, body = connection.get(path)
            over = time.monotonic()
            require(status == 200 and body == wanted, f"a thumbnail is answered with {status}")
            times.append(over - started)
            begun.set()


def watch(pid, over, peaks):
    """Notes the most memory of every child, which may end before we are done."""
    while not over.wait(0.1):
        for child in children(pid):
            try:
                peaks[child] = max(peaks.get(child, 0), memory(child))
            except (OSError, KeyError):
                continue  # It has just ended.
