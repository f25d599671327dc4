"""A file of 1 GB in a resumable upload, compared with the same file in one plain request"""
import random
import shutil
import struct
import time

import machine
from clients import Connection
from measure import at_least, compared, require
from tintype_server import Server

NAME = "resumable"
WIDTH, HEIGHT = 20_000, 16_600
PIECE = 32 << 20
HOW = """Megabytes a second from the first byte that is sent to the answer that names the image: by then all are durable, digested,
inspected and catalogued. The plain request is `POST /v1/upload/`. The other is tus: one PATCH with everything, or PATCHes of 32 MiB as the
client sends them, each of which is on stable storage before its answer. All send the file with `sendfile` over one connection."""


def run(context):
    file = context.folder / "large.tiff"
    write(file, HEIGHT // 10 if context.quick else HEIGHT)
    results = context.rounds(5, lambda number: tuple(
        rate(context.folder / f"{name}{number}", file, piece)
        for name, piece in [("plain", None), ("one", file.stat().st_size), ("pieces", PIECE)]))
    file.unlink()
    return [compared(f"1 GB by tus, {how}", "MB/s", pairs, "one plain POST", at_least(1 / 1.1))
            for how, pairs in [("one PATCH", [(one, plain) for plain, one, _ in results]),
                               ("PATCHes of 32 MiB", [(pieces, plain) for plain, _, pieces in results])]]


def write(file, height):
    """A TIFF file without compression, in which no two bands are the same."""
    source, (long, short) = random.Random(1), (4, 3)
    entries = [(256, long, 1, WIDTH), (257, long, 1, height), (258, short, 3, 122), (259, short, 1, 1), (262, short, 1, 2),
               (273, long, 1, 128), (277, short, 1, 3), (278, long, 1, height), (279, long, 1, 3 * WIDTH * height)]
    with open(file, "wb") as out:
        out.write(struct.pack("<2sHIH", b"II", 42, 8, len(entries)))
        out.write(b"".join(struct.pack("<HHII", *entry) for entry in entries) + struct.pack("<I3H", 0, 8, 8, 8))
        for start in range(0, height, 100):
            out.write(source.randbytes(3 * WIDTH * min(100, height - start)))


def rate(data, file, piece):
    """Megabytes a second; the store must then hold the very bytes."""
    machine.settle()
    size = file.stat().st_size
    with Server(data, "--access-log", "off", "--derive", "never", "--max-pixels", "400000000") as server:
        server.get("/readyz")
        with Connection(server) as connection, open(file, "rb") as source:
            started = time.monotonic()
            send(connection, source, size, piece)
            seconds = time.monotonic() - started
        [image] = server.all_images()
        require(image["bytes"] == size, "the image has other bytes")
    shutil.rmtree(data)
    return size / seconds / 1e6


def send(connection, source, size, piece):
    if piece is None:
        status, _ = connection.send("POST /v1/upload/", "Content-Type: image/tiff\r\n", source, 0, size)
        require(status == 201, f"the upload is answered with {status}")
        return
    fields = f"Tus-Resumable: 1.0.0\r\nUpload-Length: {size}\r\n"
    _, head = connection.send("POST /v1/uploads", fields, source, 0, 0)
    path = head.partition("\r\nLocation: ")[2].partition("\r\n")[0]
    for offset in range(0, size, piece):
        count = min(piece, size - offset)
        fields = ("Tus-Resumable: 1.0.0\r\nContent-Type: application/offset+octet-stream\r\n"
                  f"Upload-Offset: {offset}\r\n")
        status, head = connection.send(f"PATCH {path}", fields, source, offset, count)
        require(status == 204 and f"Upload-Offset: {offset + count}\r\n" in head, "a piece was not taken")
    require("Tintype-Image: " in head, "the upload has not become an image")
