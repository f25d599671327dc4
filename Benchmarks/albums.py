"""Albums: what 10,000 of them cost the lists, and one of 100,000 images"""
import os
import shutil
import sqlite3
import time

import catalogue
import machine
from clients import Connection
from measure import Row, Spread, alone, at_most, percentile, require
from tintype_server import Server

NAME = "albums"
HOW = """Two servers with the same catalogue, which `Benchmarks/catalogue-fill.sql` has filled; one has put each image into an album
of 100, by `POST /v1/albums/{id}/images`. First pages of `GET /v1/images` with `limit=100` are read from both in turn; the ratio is
that of the medians. The large album is filled in the same way. Its archive names 100,000 originals, whose files are there and
empty but for their length, and is made, not downloaded."""
SEARCHES = [search[:2] for search in catalogue.SEARCHES]


def run(context):
    images, large = (100_000, 10_000) if context.quick else (1_000_000, 100_000)
    plain, sorted_into = context.folder / "without-albums", context.folder / "with-albums"
    with Server(plain) as server:
        server.get("/readyz")
    catalogue.fill(plain / "catalog.sqlite", images)
    shutil.copytree(plain, sorted_into)
    with Server(sorted_into, "--access-log", "off") as server, Connection(server) as connection:
        ids = all_ids(connection)
        require(len(ids) == images, len(ids))
        for number in range(images // 100):
            fill(connection, f"album {number}", ids[number::images // 100])
    machine.settle()
    requests = 10 if context.quick else 60
    with Server(plain, "--access-log", "off") as without, Server(sorted_into, "--access-log", "off") as server:
        with Connection(without) as theirs, Connection(server) as ours:
            rounds = context.rounds(5, lambda _: [times(ours, theirs, criteria, requests) for _, criteria in SEARCHES])
            large_rows = measure_large(server, ours, ids[:large])
    shutil.rmtree(plain)
    shutil.rmtree(sorted_into)
    return [row(name, images, [round[number] for round in rounds]) for number, (name, _) in enumerate(SEARCHES)] + large_rows


def all_ids(connection):
    ids, cursor = [], None
    while True:
        parameters = {"limit": 1000, "fields": "ids"} | ({"cursor": cursor} if cursor else {})
        answer = catalogue.page(connection, parameters)[1]
        ids += answer["ids"]
        cursor = answer["next"]
        if not cursor:
            return ids


def fill(connection, title, ids):
    """An album with these images; answers with its id."""
    status, album = connection.ask("POST", "/v1/albums", {"title": title})
    require(status == 201, album)
    for start in range(0, len(ids), 1000):
        part = ids[start:start + 1000]
        status, added = connection.ask("POST", f"/v1/albums/{album['id']}/images", {"ids": part})
        require(status == 200 and len(added["added"]) == len(part), added)
    return album["id"]


def times(ours, theirs, criteria, requests):
    """Milliseconds of first pages with albums and without, in turn."""
    first = criteria | {"limit": catalogue.LIMIT}
    pairs = [(catalogue.page(ours, first)[0], catalogue.page(theirs, first)[0]) for _ in range(requests)]
    return [mine for mine, _ in pairs], [other for _, other in pairs]


def row(name, images, rounds):
    ours, theirs = [mine for mine, _ in rounds], [other for _, other in rounds]
    ratio = Spread.of([percentile(mine, 0.5) / percentile(other, 0.5) for mine, other in rounds])
    return Row(f"{name.capitalize()}, with {images // 100:,} albums", "ms", catalogue.medians(ours), catalogue.medians(theirs),
               "without", ratio, at_most(1.1), catalogue.slowest(ours), catalogue.slowest(theirs))


def measure_large(server, connection, ids):
    started = time.monotonic()
    album = fill(connection, "large", ids)
    filling = len(ids) / (time.monotonic() - started)
    path = f"/v1/albums/{album}/images"

    def first_page():
        started = time.monotonic()
        status, answer = connection.ask("GET", f"{path}?limit=100")
        require(status == 200 and len(answer["ids"]) == 100, answer)
        return (time.monotonic() - started) * 1000

    def move(number):
        started = time.monotonic()
        status, answer = connection.ask("POST", f"{path}/{ids[-1 - number]}/move", {"before": ids[number]})
        require(status in (200, 204), answer)
        return (time.monotonic() - started) * 1000

    pages, moves = [first_page() for _ in range(50)], [move(number) for number in range(50)]
    make_files(server.data, album)

    def archive(number):
        started = time.monotonic()
        status, made = connection.ask("POST", "/v1/archives", {"album": album, "name": f"archive {number}"})
        require(status == 201 and made["files"] == len(ids), made)
        return time.monotonic() - started

    size = f"{len(ids):,} images"
    return [
        alone(f"An album of {size}: adding, 1,000 a request", "images/s", [filling]),
        alone("The same: the first page", "ms", pages), alone("The same: moving one image", "ms", moves),
        alone("The same: its archive is made", "s", [archive(number) for number in range(3)]),
    ]


def make_files(data, album):
    """The originals of an album's images, with their lengths and without their bytes."""
    with sqlite3.connect(data / "catalog.sqlite") as database:
        for path, size in database.execute(
                """SELECT path, files.bytes FROM albums JOIN album_images ON album = albums.seq JOIN images ON images.seq = album_images.image
                   JOIN files USING (digest) WHERE image_type = 'original' AND albums.id = ?""",
                [bytes.fromhex(album.replace("-", ""))]):
            (data / path).parent.mkdir(parents=True, exist_ok=True)
            with open(data / path, "wb") as file:
                os.truncate(file.fileno(), size)
