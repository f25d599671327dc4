"""A kept thumbnail over 64 persistent connections, compared with nginx sending the same bytes from a file."""
import re
import subprocess

import requests

import machine
import nginx
import photos
from measure import at_least, compared, require
from processes import processor_seconds
from tintype_server import Server

NAME = "thumbnail"
HOW = """`wrk -t1 -c64` requests `/v1/images/{id}/thumbnail`; the access log is off. The peer is nginx with two workers,
`sendfile`, `tcp_nopush`, an open-file cache, no log, and connections that are never closed. Load generator, server and peer
share the cores."""


def run(context):
    with Server(context.folder / "thumbnail", "--access-log", "off", "--derive", "now") as server:
        status, record = server.upload(photos.twelve_megapixels(context.folder))
        require(status == 201, f"the upload is answered with {status}")
        ours = f"{server.url}/v1/images/{record['id']}/thumbnail"
        thumbnail = requests.get(ours, timeout=10).content
        require(max(photos.size_of(thumbnail)) == 256, "the thumbnail does not fit 256 × 256")
        files = context.folder / "nginx/files"
        files.mkdir(parents=True)
        (files / "thumbnail.jpg").write_bytes(thumbnail)
        with nginx.serving(files.parent, "thumbnail.jpg") as (theirs, peer):
            require(requests.get(theirs, timeout=10).content == thumbnail, "nginx sends other bytes")
            seconds = 1 if context.quick else 5
            for url in (ours, theirs):
                load(url, 1, len(thumbnail))
            pairs = context.rounds(7, lambda _: (cost(ours, server.process.pid, seconds, len(thumbnail)),
                                                 cost(theirs, peer, seconds, len(thumbnail))))
            require(requests.get(ours, timeout=10).content == thumbnail, "the thumbnail has changed")
    rates = [(mine[0], theirs[0]) for mine, theirs in pairs]
    costs = [(mine[1], theirs[1]) for mine, theirs in pairs]
    size = f"{len(thumbnail) / 1024:.1f} KiB"
    return [compared(f"Kept thumbnail ({size}), 64 connections", "/s", rates, "nginx", at_least(0.8)),
            compared("The same: the server's processor time for each response", "µs", costs, "nginx")]


def cost(url, pid, seconds, length):
    """Responses a second, and microseconds of the server's processor time for each."""
    before = processor_seconds(pid)
    rate, count = load(url, seconds, length)
    return rate, (processor_seconds(pid) - before) * 1e6 / count


def load(url, seconds, length, *options):
    """Responses a second, and their number; all were successful and complete. `options` are further options of wrk."""
    machine.settle()
    said = subprocess.run(["wrk", "-t1", "-c64", f"-d{seconds}s", *options, url], capture_output=True, text=True, check=True,
                          timeout=seconds + 60).stdout
    require("Non-2xx" not in said and "Socket errors" not in said, said)
    count = int(re.search(r"(\d+) requests in", said)[1])
    amount, unit = re.search(r"requests in [^,]+, ([\d.]+)([KMG]?B) read", said).groups()
    read = float(amount) * {"B": 1, "KB": 2**10, "MB": 2**20, "GB": 2**30}[unit]
    require(read >= 0.99 * count * length, "fewer bytes came than were requested")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1]), count
