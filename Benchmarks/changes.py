"""The feed of changes at 1,000 writes a second"""
import contextlib
import datetime
import json
import shutil
import threading
import time

import requests

import catalogue
import machine
from measure import Row, Spread, percentile, require
from tintype_server import Server

NAME = "changes"
WRITES_A_SECOND = 1000
HOW = """Bulk changes of 1,000 images each are requested once a second, in a catalogue that `Benchmarks/catalogue-fill.sql` has filled,
while one client follows `/v1/changes/events` and another one reads `/v1/changes` page by page. The lag is the time from the date of a change, by
the clock of the database, to its arrival. Every image has to arrive in its last version at both."""


def run(context):
    images, seconds = (2_000, 5) if context.quick else (100_000, 30)
    data = context.folder / "changes"
    with Server(data) as server:
        server.get("/readyz")
    catalogue.fill(data / "catalog.sqlite", images)
    machine.settle()
    with Server(data, "--access-log", "off", "--derive", "never") as server:
        results = context.rounds(3, lambda number: measure(server, seconds, number))
    shutil.rmtree(data)
    return [
        Row("Changes a second", "/s", Spread.of([rate for rate, _, _ in results])),
        Row("Lag of a stream, median", "ms", Spread.of([percentile(lags, 0.5) for _, lags, _ in results])),
        Row("Lag of a stream, 99th percentile", "ms", Spread.of([percentile(lags, 0.99) for _, lags, _ in results])),
        Row("Changes read page by page", "/s", Spread.of([rate for _, _, rate in results])),
    ]


class Follower(threading.Thread):
    """Follows the stream, and notes the lag of each change and the last version of each image."""

    def __init__(self, server):
        super().__init__(daemon=True)
        self.response = server.session.get(server.url + "/v1/changes/events?streams=changes", stream=True)
        require(self.response.status_code == 200, self.response.status_code)
        self.lags, self.versions = [], {}

    def run(self):
        # The server ends the stream when it stops.
        with contextlib.suppress(requests.RequestException):
            for line in self.response.iter_lines(chunk_size=4096):
                if line.startswith(b'data: {"kind"'):
                    change = json.loads(line[6:])
                    self.versions[change["image"]] = change["version"]
                    self.lags.append((time.time() - moment(change["date"])) * 1000)


def moment(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def measure(server, seconds, number):
    """Changes a second, the lags in milliseconds, and changes a second that are read afterwards."""
    ids = server.get(f"/v1/images?fields=ids&limit={WRITES_A_SECOND}").json()["ids"]
    cursor = server.get("/v1/changes").json()["next"]
    follower = Follower(server)
    follower.start()
    started = time.monotonic()
    for second in range(seconds):
        job = server.post("/v1/images/bulk", json={"ids": ids, "changes": {"title": f"{number} {second}"}}).json()
        time.sleep(max(0, started + second + 1 - time.monotonic()))
    server.wait_for_job(job["id"])
    rate = len(ids) * seconds / (time.monotonic() - started)
    versions = {image["id"]: image["version"] for image in
                server.get(f"/v1/images?limit={WRITES_A_SECOND}").json()["images"]}
    deadline = time.monotonic() + 30
    while follower.versions != versions and time.monotonic() < deadline:
        time.sleep(0.01)
    require(follower.versions == versions, "the stream has not told everything")
    read, begun, told = 0, time.monotonic(), {}
    while True:
        page = server.get(f"/v1/changes?since={cursor}&limit=1000").json()
        told.update((change["image"], change["version"]) for change in page["changes"])
        read, cursor = read + len(page["changes"]), page["next"]
        if not page["more"]:
            break
    require(told == versions, "the pages have not told everything")
    return rate, follower.lags, read / (time.monotonic() - begun)
