"""Download of an archive of 2,000 photos, compared with nginx sending one file of the same bytes."""
import shutil
import subprocess
import zipfile

import machine
import nginx
import photos
import requests
from clients import upload_all
from measure import alone, at_least, compared, require
from processes import memory, processor_seconds, run_measured
from tintype_server import Server

NAME = "archives"
PHOTOS = 2000
HOW = """Originals of 12 megapixels, about 2.3 MB each, downloaded as one archive by `curl -o /dev/null`; the access log is off. The
peer is nginx (two workers, `sendfile`, `tcp_nopush`), which sends the finished archive from one file. Both are in the page cache,
so the disk is not measured. Load generator, server and peer share the cores."""


def run(context):
    count = 200 if context.quick else PHOTOS
    sources = photos.variations([photos.twelve_megapixels(context.folder)], count)
    files = context.folder / "archives-nginx/files"
    files.mkdir(parents=True)
    with Server(context.folder / "archives", "--access-log", "off", "--derive", "never") as server:
        upload_all(server, sources, 4)
        archive, making = made(server, count)
        ours = server.url + archive["url"]
        whole = files / "archive.zip"
        subprocess.run(["curl", "-sS", "-f", "-o", str(whole), ours], check=True)
        verify(whole, archive, sources)
        with nginx.serving(files.parent, whole.name) as (theirs, peer):
            pairs = context.rounds(7, lambda _: (download(ours, server.process.pid, archive["bytes"]),
                                                 download(theirs, peer, archive["bytes"])))
        resident = memory(server.process.pid)
    shutil.rmtree(context.folder / "archives")
    shutil.rmtree(files.parent)
    rates = [(mine[0], theirs[0]) for mine, theirs in pairs]
    costs = [(mine[1], theirs[1]) for mine, theirs in pairs]
    size = f"{archive['bytes'] / 1e9:.1f} GB"
    return [compared(f"Archive of {count} photos ({size}), downloaded", "MB/s", rates, "nginx, one file", at_least(0.8)),
            compared("The same: the server's processor time for each GB", "ms", costs, "nginx, one file"),
            alone("Time to create this archive", "ms", [making]),
            alone("Peak memory of the server, including the uploads", "MB", [resident / 1e6])]


def made(server, count):
    """The archive, and the milliseconds until it was created."""
    response = server.post("/v1/archives", json={"query": ""})
    require(response.status_code == 201 and response.json()["files"] == count, response.text)
    return response.json(), response.elapsed.total_seconds() * 1000


def verify(path, archive, sources):
    require(path.stat().st_size == archive["bytes"], "the archive has another length than was announced")
    with zipfile.ZipFile(path) as opened:
        require(opened.testzip() is None, "a file of the archive is damaged")
        sizes = sorted(info.file_size for info in opened.infolist())
    require(sizes == sorted(photo.size for photo in sources), "other files are in the archive")


def download(url, pid, length):
    """Megabytes a second, and milliseconds of the server's processor time for each gigabyte."""
    machine.settle()
    require(int(requests.head(url, timeout=60).headers["Content-Length"]) == length, "another length is announced")
    before = processor_seconds(pid)
    seconds, _ = run_measured(["curl", "-sS", "-f", "-o", "/dev/null", url])
    return length / 1e6 / seconds, (processor_seconds(pid) - before) * 1000 / (length / 1e9)
