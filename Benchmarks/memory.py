"""Memory of the server while 64 clients upload 24 MB each, and the time of thumbnails meanwhile."""
import shutil
import threading

import machine
import photos
from clients import upload_all
from measure import alone, at_most, percentile, require
from meanwhile import asked_for, kept_thumbnails
from processes import children, memory
from tintype_server import Server

NAME = "memory"
CLIENTS = 64
WAVES = 3
SIZE = 24_000_000
HOW = """64 clients upload JPEGs of 24 MB each, all at the same time and three each, so that the run is long enough to be measured.
Renditions of the uploaded images are made meanwhile (`--derive later`). The figure is the peak resident memory as reported by
the kernel; the processes that decode are counted separately.
Meanwhile another process requests kept thumbnails, 200 per second over four connections. If a request is late because the one
before it took too long, its time counts from the moment when it was due."""


def run(context):
    heavy = photos.heavy(context.folder, SIZE)
    uploads = photos.variations([heavy], CLIENTS * (1 if context.quick else WAVES))
    results = context.rounds(5, lambda number: once(context.folder / f"memory{number}", uploads, context.folder))
    resident, workers, median, slowest = zip(*results)
    size = f"{heavy.stat().st_size / 1e6:.0f} MB"
    return [
        alone(f"Peak memory of the server, {CLIENTS} uploads of {size}", "MB", resident, at_most(200)),
        alone("The same: all processes that decode, together", "MB", workers),
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


def load(server, uploads, paths):
    """Uploads, and asks for thumbnails meanwhile: their times, and the most memory of the server's children."""
    over = threading.Event()
    peaks = {}
    watching = threading.Thread(target=watch, args=(server.process.pid, over, peaks))
    watching.start()
    try:
        with asked_for(server, paths) as times:
            upload_all(server, uploads, CLIENTS)
    finally:
        over.set()
        watching.join()
    return times, sum(peaks.values())


def watch(pid, over, peaks):
    """Notes the most memory of every child, which may end before we are done."""
    while not over.wait(0.1):
        for child in children(pid):
            try:
                peaks[child] = max(peaks.get(child, 0), memory(child))
            except (OSError, KeyError):
                continue  # It has just ended.
