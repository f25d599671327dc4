"""Searches over a catalogue of a million images, at its beginning and at its end."""
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
HOW = """`GET /v1/images` with `limit=100`, whole records, over one kept connection, first and last page in turn; the last
one is found by walking all pages before. The catalogue is filled by `Benchmarks/catalogue-fill.sql`. The ratio sets the
median of the last page against that of the first."""

FILL = pathlib.Path(__file__).parent / "catalogue-fill.sql"
# Name, criteria, and every how manieth image has them (nil where that is not known beforehand).
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
    rows = []
    with Server(data, "--access-log", "off") as server, Connection(server) as connection:
        for name, criteria, share in SEARCHES:
            rows += search(connection, name, criteria, share and images // share, context)
    shutil.rmtree(data)
    return rows


def fill(path, images):
    script = FILL.read_text().replace(":images", str(images))
    with sqlite3.connect(path) as database:
        database.executescript(script)


def search(connection, name, criteria, expected, context):
    deep, count = last_page(connection, criteria)
    if expected:
        require(count == expected, f"{name}: {count} images instead of {expected}")
    first = criteria | {"limit": LIMIT}
    requests = 10 if context.quick else 60
    mine, last = [], []
    for _ in range(context.rounds(7)):
        mine.append([page(connection, first)[0] for _ in range(requests)])
        if deep:
            last.append([page(connection, first | {"cursor": deep})[0] for _ in range(requests)])
    what = f"{name.capitalize()} ({count:,} match)"
    if not deep:
        return [Row(f"{what}, the only page", "ms", medians(mine), ours_note=slowest(mine))]
    ratio = Spread.of([percentile(late, 0.5) / percentile(early, 0.5) for early, late in zip(mine, last)])
    return [Row(f"{what}, the last page", "ms", medians(last), medians(mine), "the first page", ratio, at_most(1.5),
                slowest(last), slowest(mine))]


def medians(rounds):
    return Spread.of([percentile(times, 0.5) for times in rounds])


def slowest(rounds):
    """The 99th hundredth of all requests, as a remark."""
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
