"""The feed of changes with the real binary: as a stream, over a kill, and for two processes."""
import concurrent.futures
import json
import sqlite3
import time

import fixtures
from people import register


class Events:
    """The server-sent events of an address."""

    def __init__(self, server, path, **headers):
        self.response = server.session.get(server.url + path, headers=headers, stream=True, timeout=30)
        assert self.response.status_code == 200, self.response.text
        self.lines = self.response.iter_lines(chunk_size=1, decode_unicode=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.response.close()

    def next(self, name=None):
        """The next event, or the next of a name, as its fields."""
        while True:
            fields = {}
            while line := next(self.lines):
                key, _, value = line.partition(": ")
                fields[key] = value
            if name in (None, fields["event"]):
                return {**fields, "data": json.loads(fields["data"])}


def follow(server, cursor, limit=100):
    """All changes since a cursor, and the next cursor."""
    changes = []
    while True:
        page = server.get(f"/v1/changes?since={cursor}&limit={limit}").json()
        changes += page["changes"]
        cursor = page["next"]
        if not page["more"]:
            return changes, cursor


def test_a_stream_is_woken_by_writes_and_goes_on_after_a_kill(make_server):
    server = make_server("--derive", "later")
    with Events(server, "/v1/changes/events") as events:
        assert events.next()["event"] == "heartbeat"
        _, image = server.upload(fixtures.jpeg(1), "a.jpg")
        started = time.monotonic()
        added = events.next("change")
        assert time.monotonic() - started < 2
        assert added["data"]["kind"] == "added" and added["data"]["image"] == image["id"]
        ready = events.next("change")
        assert ready["data"]["kind"] == "ready" and len(ready["data"]["colour"]) == 6
        assert ready["data"]["shape"] == {"width": image["width"], "height": image["height"]}
    server.kill()
    server.start()
    _, other = server.upload(fixtures.jpeg(2), "b.jpg")
    with Events(server, "/v1/changes/events", **{"Last-Event-ID": added["id"]}) as events:
        kinds = [(event["data"]["kind"], event["data"]["image"]) for event in (events.next("change") for _ in range(3))]
    assert kinds == [("ready", image["id"]), ("added", other["id"]), ("ready", other["id"])]


def test_a_server_that_stops_ends_its_streams(make_server):
    server = make_server("--derive", "never")
    with Events(server, "/v1/changes/events") as events:
        events.next()
        started = time.monotonic()
        server.stop()
        assert time.monotonic() - started < 10
        assert list(events.lines) == []


def test_what_another_process_writes_is_told(make_server):
    server = make_server("--derive", "never")
    _, image = server.upload(fixtures.jpeg(1), "a.jpg")
    with Events(server, "/v1/changes/events") as events:
        events.next()
        with sqlite3.connect(server.data / "catalog.sqlite") as catalogue:
            catalogue.execute("UPDATE images SET version = version + 1")
        changed = events.next("change")["data"]
    assert changed["kind"] == "changed" and changed["version"] == image["version"] + 1


def test_whoever_follows_while_many_upload_misses_nothing(make_server):
    server = make_server("--derive", "later")
    cursor = server.get("/v1/changes").json()["next"]
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        uploads = [pool.submit(server.upload, fixtures.jpeg(seed, 40, 30), f"{seed}.jpg") for seed in range(120)]
        told = []
        while not all(upload.done() for upload in uploads):
            changes, cursor = follow(server, cursor, limit=7)
            told += changes
    images = {upload.result()[1]["id"] for upload in uploads}
    for image in images:
        server.wait_until_ready(image)
    told += follow(server, cursor)[0]
    assert {change["image"] for change in told if change["kind"] == "added"} == images
    assert {change["image"] for change in told if change["kind"] == "ready"} == images


def test_members_of_an_album_follow_what_it_shows(make_server):
    server = make_server("--derive", "never", "--access", "accounts", "--registration", "open")
    ida, otto = register(server, "ida"), register(server, "otto")
    cursor = otto.get("/v1/changes").json()["next"]
    images = [ida.upload(fixtures.jpeg(seed, 40, 30))["id"] for seed in range(3)]
    album = ida.post("/v1/albums", json={"title": "Rome"}).json()["id"]
    added = ida.post(f"/v1/albums/{album}/images", json={"ids": images[:2], "share_private": True})
    assert added.status_code == 200, added.text
    assert follow(otto, cursor)[0] == []
    member = ida.request("PUT", f"/v1/albums/{album}/members/otto", json={"role": "viewer", "share_private": True})
    assert member.status_code in (200, 201, 204), member.text
    changes, cursor = follow(otto, cursor)
    assert [(change["kind"], change["image"], change["owner"]) for change in changes] == [
        ("added", image, "ida") for image in images[:2]]
    assert ida.request("PATCH", f"/v1/images/{images[0]}", json={"title": "Forum"}).status_code == 200
    changes, cursor = follow(otto, cursor)
    assert [(change["kind"], change["version"]) for change in changes] == [("changed", 2)]
    assert otto.delete(f"/v1/albums/{album}/members/otto").status_code == 204
    changes, _ = follow(otto, cursor)
    assert [(change["kind"], change["image"]) for change in changes] == [("deleted", image) for image in images[:2]]


def test_a_cursor_of_a_newer_catalogue_is_outdated_after_a_backup_was_restored(make_server):
    server = make_server("--derive", "never")
    server.stop()
    backup = (server.data / "catalog.sqlite").read_bytes()
    server.start()
    server.upload(fixtures.jpeg(1), "a.jpg")
    cursor = server.get("/v1/changes").json()["next"]
    server.stop()
    (server.data / "catalog.sqlite").write_bytes(backup)
    server.start()
    for _ in range(2):
        response = server.get(f"/v1/changes?since={cursor}")
        assert response.status_code == 410 and response.json()["type"] == "/problems/outdated-cursor"
        # With another row of the same number.
        server.upload(fixtures.jpeg(2), "b.jpg")
