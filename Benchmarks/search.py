"""Searches over a catalogue of a million images, compared with SQLite's own shell."""
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.parse

import catalogue
import machine
from measure import Row, Spread, at_most, percentile, require
from tintype_server import Server

NAME = "search"
LIMIT = 100
HOW = """The 99th percentile of the times of `GET /v1/images?fields=ids&limit=100` over one persistent connection. The peer is the
`sqlite3` shell, which runs the SQL statement of the same search on the same file, with the server's page cache and memory map,
and answers through a pipe. Both take turns, request by request, and must return the same images. The server's time includes
what only the server does: parsing the search language, choosing the access path, JSON and HTTP. The catalogue is the one of the
section above."""

# Name, `q`, and the statement's conditions.
YEAR = "+images.date_taken >= 1420070400 AND +images.date_taken < 1451606400"
SEARCHES = [
    ("a word of every 2nd image", "cat", "images_fts MATCH '\"cat\"'"),
    ("a word of every 100th image", "sunset", "images_fts MATCH '\"sunset\"'"),
    ("a word of every 10,000th image", "zebra", "images_fts MATCH '\"zebra\"'"),
    ("two common words", "photo cat", "images_fts MATCH '\"photo\" \"cat\"'"),
    ("a common and a rare word", "photo zebra", "images_fts MATCH '\"photo\" \"zebra\"'"),
    ("a common word and a year", "cat taken:2015", f"images_fts MATCH '\"cat\"' AND {YEAR}"),
    ("a word of every 500th image and a year", "album7 taken:2015", f"images_fts MATCH '\"album7\"' AND {YEAR}"),
]


def run(context):
    images = 100_000 if context.quick else 1_000_000
    data = context.folder / "search"
    with Server(data) as server:
        server.get("/readyz")
    catalogue.fill(data / "catalog.sqlite", images)
    machine.settle()
    with Server(data, "--access-log", "off") as server, Client(server) as client, Shell(data, context.folder) as shell:
        for name, query, conditions in SEARCHES:
            ours, theirs = client.search(query)[1], shell.search(conditions)[1]
            require(len(ours) > 0 and ours == theirs, f"{name}: {len(ours)} images and {len(theirs)} of the shell")
        requests = 50 if context.quick else 300
        rounds = context.rounds(5, lambda _: [times(client, shell, search, requests) for search in SEARCHES])
    shutil.rmtree(data)
    return [row(name, [round[number] for round in rounds]) for number, (name, _, _) in enumerate(SEARCHES)]


def times(client, shell, search, requests):
    """Milliseconds of both sides, in turn."""
    _, query, conditions = search
    pairs = [(client.search(query)[0], shell.search(conditions)[0]) for _ in range(requests)]
    return [ours for ours, _ in pairs], [theirs for _, theirs in pairs]


def row(name, rounds):
    ours = [percentile(mine, 0.99) for mine, _ in rounds]
    peer = [percentile(theirs, 0.99) for _, theirs in rounds]
    middles = [(percentile(mine, 0.5), percentile(theirs, 0.5)) for mine, theirs in rounds]
    return Row(f"{name.capitalize()}, p99", "ms", Spread.of(ours), Spread.of(peer), "sqlite3",
               Spread.of([mine / theirs for mine, theirs in zip(ours, peer)]), at_most(1.3),
               f", p50 {Spread.of([mine for mine, _ in middles]).median:.3g} ms",
               f", p50 {Spread.of([theirs for _, theirs in middles]).median:.3g} ms")


class Client:
    """One kept connection, read with as little ado as the shell's pipe."""

    def __init__(self, server):
        self.socket = socket.create_connection((server.host, server.port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def search(self, query):
        """Milliseconds, and the ids as hexadecimal digits."""
        path = "/v1/images?" + urllib.parse.urlencode({"q": query, "limit": LIMIT, "fields": "ids"})
        request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
        started = time.monotonic()
        self.socket.sendall(request)
        answer = b""
        while (end := answer.find(b"\r\n\r\n")) < 0 or len(answer) < end + 4 + length(answer[:end]):
            answer += self.socket.recv(1 << 16)
        took = (time.monotonic() - started) * 1000
        require(answer.startswith(b"HTTP/1.1 200 "), f"{path} is answered with {answer[:40]}")
        return took, [id.replace("-", "") for id in json.loads(answer[end + 4:])["ids"]]


def length(head):
    """The Content-Length of a response."""
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.split(b":")[1])
    raise SystemExit("The response does not say how long it is.")


class Shell:
    """The `sqlite3` shell with the catalogue open. It buffers what it prints; a file of its own for each answer, which is
    a pipe with a name, makes it hand over each at its end."""

    def __init__(self, data, folder):
        self.pipe = str(folder / "answers")
        os.mkfifo(self.pipe)
        self.process = subprocess.Popen(["sqlite3", "-batch", "-readonly", str(data / "catalog.sqlite")],
                                        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        self.say("PRAGMA cache_size = -16384;\nPRAGMA mmap_size = 268435456;\n")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(30)
        os.unlink(self.pipe)

    def say(self, text):
        self.process.stdin.write(text.encode())
        self.process.stdin.flush()

    def search(self, conditions):
        """Milliseconds, and the ids as hexadecimal digits."""
        statement = ("SELECT hex(images.id) FROM images_fts CROSS JOIN images ON images.seq = images_fts.rowid "
                     f"WHERE {conditions} ORDER BY images_fts.rowid DESC LIMIT {LIMIT + 1};\n")
        # A statement that the shell refuses opens no pipe: it must not keep us waiting for ever.
        signal.signal(signal.SIGALRM, lambda *_: sys.exit("The sqlite3 shell does not answer."))
        signal.alarm(60)
        started = time.monotonic()
        self.say(f".once {self.pipe}\n{statement}")
        with open(self.pipe, "rb") as answers:
            answer = answers.read()
        took = (time.monotonic() - started) * 1000
        signal.alarm(0)
        return took, [line.decode().lower() for line in answer.split()][:LIMIT]
