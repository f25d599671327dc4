"""A tag for 100,000 images by one request, and uploads meanwhile"""
import shutil
import time

import catalogue
import machine
import photos
from clients import Connection
from measure import Row, Spread, percentile, require
from tintype_server import Server

NAME = "bulk"
UPLOADS = 200
HOW = """One `POST /v1/images/bulk` adds a tag to every image of a catalogue that `Benchmarks/catalogue-fill.sql` has filled, and its
job is followed to the end. Meanwhile one client uploads small photos one after the other, which it has done before as well, with
nothing else under way: the ratio is that of the 99th percentiles of both. Renditions are not made (`--derive never`)."""


def run(context):
    images = 10_000 if context.quick else 100_000
    data = context.folder / "bulk"
    with Server(data) as server:
        server.get("/readyz")
    catalogue.fill(data / "catalog.sqlite", images)
    machine.settle()
    files = iter(photos.variations([photos.smooth(context.folder)], 100_000))
    with Server(data, "--access-log", "off", "--derive", "never") as server, Connection(server) as connection:
        results = context.rounds(3, lambda number: measure(server, connection, files, images, f"tag{number}"))
    shutil.rmtree(data)
    alone, meanwhile = [times for _, times, _ in results], [times for _, _, times in results]
    ratio = Spread.of([percentile(late, 0.99) / percentile(early, 0.99) for _, early, late in results])
    return [
        Row(f"A tag for {images:,} images", "images/s", Spread.of([images / seconds for seconds, _, _ in results])),
        Row("Uploads meanwhile, 99th percentile", "ms", percentiles(meanwhile, 0.99), percentiles(alone, 0.99), "nothing else",
            ratio, None, note(meanwhile), note(alone)),
    ]


def measure(server, connection, files, images, tag):
    """Seconds of the change, and milliseconds of each upload before it and meanwhile."""
    alone = [upload(connection, next(files)) for _ in range(UPLOADS)]
    started = time.monotonic()
    job = server.post("/v1/images/bulk", json={"search": {"q": "photo"}, "add_tags": [tag]}).json()
    meanwhile = []
    while (job := server.get(f"/v1/jobs/{job['id']}").json())["state"] in ("queued", "running"):
        meanwhile += [upload(connection, next(files)) for _ in range(20)]
    seconds = time.monotonic() - started
    require(job["progress"]["failed"] == 0 and job["progress"]["done"] == images, job)
    return seconds, alone, meanwhile


def upload(connection, photo):
    started = time.monotonic()
    status, _ = connection.upload(photo)
    require(status == 201, f"an upload is answered with {status}")
    return (time.monotonic() - started) * 1000


def percentiles(rounds, share):
    return Spread.of([percentile(times, share) for times in rounds])


def note(rounds):
    return f", median {percentile([time for times in rounds for time in times], 0.5):.3g} ms"
