"""A kept thumbnail, asked for over 64 kept connections, beside nginx that sends the same bytes from a file."""
import contextlib
import os
import re
import subprocess
import time

import requests

import machine
import photos
from measure import at_least, compared, require
from processes import free_port, processor_seconds
from tintype_server import Server

NAME = "thumbnail"
HOW = """`wrk -t1 -c64` on `/v1/images/{id}/thumbnail`, the access log off, against nginx with two workers, `sendfile`,
`tcp_nopush`, an open-file cache, no log, and connections that are never closed. Load, server and peer share the cores."""

NGINX = """
worker_processes 2;
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/nginx-error.log;
{user}
events {{ worker_connections 1024; }}
http {{
    access_log off;
    sendfile on;
    tcp_nopush on;
    open_file_cache max=1000 inactive=60s;
    keepalive_requests 1000000000;
    types {{ image/jpeg jpg; }}
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    server {{ listen 127.0.0.1:{port}; root {folder}/files; }}
}}
"""


def run(context):
    with Server(context.folder / "thumbnail", "--access-log", "off", "--derive", "now") as server:
        status, record = server.upload(photos.twelve_megapixels(context.folder))
        require(status == 201, f"the upload is answered with {status}")
        ours = f"{server.url}/v1/images/{record['id']}/thumbnail"
        thumbnail = requests.get(ours, timeout=10).content
        require(max(photos.size_of(thumbnail)) == 256, "the thumbnail does not fit 256 × 256")
        with nginx(context.folder / "nginx", thumbnail) as (theirs, peer):
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
            compared("The same, processor time of the server for each", "µs", costs, "nginx")]


def cost(url, pid, seconds, length):
    """Responses a second, and microseconds of the server's processor time for each."""
    before = processor_seconds(pid)
    rate, count = load(url, seconds, length)
    return rate, (processor_seconds(pid) - before) * 1e6 / count


def load(url, seconds, length):
    """Responses a second, and how many, each of which was good and whole."""
    machine.settle()
    said = subprocess.run(["wrk", "-t1", "-c64", f"-d{seconds}s", url], capture_output=True, text=True, check=True,
                          timeout=seconds + 60).stdout
    require("Non-2xx" not in said and "Socket errors" not in said, said)
    count = int(re.search(r"(\d+) requests in", said)[1])
    amount, unit = re.search(r"requests in [^,]+, ([\d.]+)([KMG]?B) read", said).groups()
    read = float(amount) * {"B": 1, "KB": 2**10, "MB": 2**20, "GB": 2**30}[unit]
    require(read >= 0.99 * count * length, "fewer bytes came than the thumbnails have")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1]), count


@contextlib.contextmanager
def nginx(folder, data):
    """An nginx that serves one file; answers its address and its process."""
    (folder / "files").mkdir(parents=True)
    (folder / "files/thumbnail.jpg").write_bytes(data)
    port = free_port()
    # Started by root it would become a user who may not look into our folder.
    user = "user root;" if os.getuid() == 0 else ""
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, port=port, user=user))
    process = subprocess.Popen(["/usr/sbin/nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")],
                               stderr=subprocess.DEVNULL)
    try:
        url = f"http://127.0.0.1:{port}/thumbnail.jpg"
        for _ in range(100):
            with contextlib.suppress(requests.ConnectionError):
                requests.get(url, timeout=1)
                break
            time.sleep(0.05)
        yield url, process.pid
    finally:
        process.terminate()
        process.wait(10)
