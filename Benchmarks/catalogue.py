"""Searches over a catalogue of a million images: the last page compared with the first."""
import json
import pathlib
import shutil
import sqlite3
import time
import urllib.parse

import machine
from clients import Connection
from measure import Row, Spread, at_most, percentile, require
from tintype_server import Server

NAME = "catalogue"
LIMIT = 100
HOW = """`GET /v1/images` with `limit=100`, complete records, over one persistent connection, first and last page in turn. The
last page is found by reading all pages before it. `Benchmarks/catalogue-fill.sql` fills the catalogue. The ratio compares
the median of the last page with that of the first."""

FILL = pathlib.Path(__file__).parent / "catalogue-fill.sql"
# Name, criteria, and n if every nth image meets them (None if that is not known in advance).
SEARCHES = [
    ("newest first", {}, 1),
    ("keyword of every 2nd image", {"q": "cat"}, 2),
    ("keyword of every 100th image", {"q": "sunset"}, 100),
    ("keyword of every 10,000th image", {"q": "zebra"}, 10_000),
    ("taken in one year", {"taken_from": "2015-01-01", "taken_to": "2015-12-31", "sort": "-taken"}, None),
    ("tag of every 500th image", {"tag": "album7"}, 500),
]


def run(context):
    images = 100_000 if context.quick else 1_000_000
    data = context.folder / "catalogue"
    with Server(data) as server:
        server.get("/readyz")
    fill(data / "catalog.sqlite", images)
    machine.settle()
    with Server(data, "--access-log", "off") as server, Connection(server) as connection:
        places = [last_page(connection, criteria) for _, criteria, _ in SEARCHES]
        for (name, _, share), (_, count) in zip(SEARCHES, places):
            require(not share or count == images // share, f"{name}: {count} images")
        requests = 10 if context.quick else 60
        rounds = context.rounds(7, lambda _: [
            times(connection, criteria, deep, requests) for (_, criteria, _), (deep, _) in zip(SEARCHES, places)])
    shutil.rmtree(data)
    return [row(f"{name.capitalize()} ({count:,} match)", bool(deep), [round[number] for round in rounds])
            for number, ((name, _, _), (deep, count)) in enumerate(zip(SEARCHES, places))]


def fill(path, images):
    script = FILL.read_text().replace(":images", str(images))
    with sqlite3.connect(path) as database:
        database.executescript(script)


def times(connection, criteria, deep, requests):
    """Milliseconds of first and of last pages, in turn."""
    first = criteria | {"limit": LIMIT}
    last = first | ({"cursor": deep} if deep else {})
    pairs = [(page(connection, first)[0], page(connection, last)[0]) for _ in range(requests)]
    return [early for early, _ in pairs], [late for _, late in pairs]


def row(what, has_more, rounds):
    first, last = [early for early, _ in rounds], [late for _, late in rounds]
    if not has_more:
        return Row(f"{what}, the only page", "ms", medians(first), ours_note=slowest(first))
    ratio = Spread.of([percentile(late, 0.5) / percentile(early, 0.5) for early, late in rounds])
    return Row(f"{what}, the last page", "ms", medians(last), medians(first), "the first page", ratio, at_most(1.5),
               slowest(last), slowest(first))


def medians(rounds):
    return Spread.of([percentile(times, 0.5) for times in rounds])


def slowest(rounds):
    """The 99th percentile of all requests, as a note."""
    return f", p99 {percentile([time for times in rounds for time in times], 0.99):.3g} ms"


def page(connection, parameters):
    """Milliseconds for one page, and what it says."""
    path = "/v1/images?" + urllib.parse.urlencode(parameters)
    started = time.monotonic()
    status, body = connection.get(path)
    took = (time.monotonic() - started) * 1000
    require(status == 200, f"{path} is answered with {status}")
    answer = json.loads(body)
    require(0 < len(answer["ids"]) <= parameters["limit"], f"{path} is answered with {len(answer['ids'])} images")
    return took, answer


def last_page(connection, criteria):
    """The cursor of the last full page, and how many images match, counted by walking all of them."""
    count, cursor, cursors, final = 0, None, [], 0
    seen = set()
    while True:
        parameters = criteria | {"limit": 1000, "fields": "ids"} | ({"cursor": cursor} if cursor else {})
        _, answer = page(connection, parameters)
        count += len(answer["ids"])
        seen.update(answer["ids"])
        cursors.append(cursor)
        if not answer["next"]:
            break
        cursor = answer["next"]
    require(len(seen) == count, "pages overlap")
    # From the beginning of the last thousand in steps of a page, to the last page that is full.
    cursor, deep = cursors[-1], cursors[-1]
    while True:
        parameters = criteria | {"limit": LIMIT, "fields": "ids"} | ({"cursor": cursor} if cursor else {})
        _, answer = page(connection, parameters)
        if len(answer["ids"]) == LIMIT:
            deep = cursor
        if not answer["next"]:
            return deep, count
        cursor = answer["next"]
