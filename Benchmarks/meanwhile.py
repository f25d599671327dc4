"""Kept thumbnails, requested by another process while something else runs, and how long they take."""
import contextlib
import multiprocessing
import threading
import time

import photos
from clients import Connection, upload_all
from measure import require


def kept_thumbnails(server, folder):
    """Uploads some images whose thumbnails are kept, and returns the paths of the thumbnails."""
    small = photos.variations([photos.smooth(folder)], 4)
    _, records = upload_all(server, small, 1)
    for record in records:
        require(server.wait_until_ready(record["id"])["state"] == "ready", "a thumbnail cannot be made")
    return [f"/v1/images/{record['id']}/thumbnail" for record in records]


@contextlib.contextmanager
def asked_for(server, paths):
    """Requests each path 50 times a second while the body runs; yields a list that has the seconds of each request afterwards."""
    context = multiprocessing.get_context("fork")
    stopping, begun, (result, sender) = context.Event(), context.Event(), context.Pipe(duplex=False)
    asking = context.Process(target=ask, args=(server, paths, begun, stopping, sender), daemon=True)
    asking.start()
    times = []
    try:
        require(begun.wait(10), "no thumbnail comes")
        yield times
        stopping.set()
        require(result.poll(30), "the thumbnails do not come to an end")
        seconds, failures = result.recv()
        require(not failures, failures[:1])
        times += seconds
    finally:
        stopping.set()
        asking.join(5)
        asking.kill()
    require(len(times) > 100, "too few thumbnails were requested")


def ask(server, paths, begun, stopping, sender):
    """Requests until it is told to stop; sends the seconds that each thumbnail took, and all failures."""
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
            # A late request counts from when it was due if the server caused the delay, but not if this process did.
            started = due if over > due else time.monotonic()
            status, body = connection.get(path)
            over = time.monotonic()
            require(status == 200 and body == wanted, f"a thumbnail is answered with {status}")
            times.append(over - started)
            begun.set()
