"""The command-line client: many small files, compared with curl with as many transfers at once; and its memory over 100,000 files."""
import json
import os
import pathlib
import shutil
import subprocess
import time

import machine
import photos
from fixtures import jpeg
from measure import alone, at_least, at_most, compared, require
from processes import memory, run_measured
from tintype_server import BINARY, Server

NAME = "client"
CONCURRENCY = 8
HOW = """Files of some kilobytes each, all of them new to the server (`--derive never`), eight at a time. `tintype upload` reads
and digests each file, asks the server for it before sending it, writes its journal, and has the server verify every digest. The
peer is `curl --parallel --parallel-max 8`, which sends the same files as bare bodies and does none of that. Memory is the peak
resident memory as reported by the kernel, during a run over 100,000 files that the server has already: the client walks, reads and
asks for all of them. In a second run they are in the journal."""


def run(context):
    count, many = (200, 5000) if context.quick else (2000, 100_000)
    source = context.folder / "small.jpg"
    source.write_bytes(jpeg(1, 128, 96))
    folder = context.folder / "small"
    folder.mkdir()
    files = [photo.write(folder / f"{number:06}.jpg") for number, photo in enumerate(photos.variations([source], count))]
    pairs = context.rounds(5, lambda number: (ours(context.folder / f"ours{number}", folder, count),
                                              theirs(context.folder / f"curl{number}", files)))
    shutil.rmtree(folder)
    asked, journaled = zip(*context.rounds(2, lambda number: peaks(context.folder / f"many{number}", source, many)))
    return [
        compared(f"Upload of {count} small files, {CONCURRENCY} at a time", "/s", pairs, "curl --parallel", at_least(1)),
        alone(f"Peak memory over {many:,} files that the server has", "MB", asked, at_most(100)),
        alone("The same, with the files in the journal", "MB", journaled, at_most(100)),
    ]


def command(server, home, *arguments):
    environment = {**os.environ, "HOME": str(home), "TINTYPE_SERVER": server.url}
    environment.pop("XDG_STATE_HOME", None)
    return [str(BINARY), "upload", "--json", "--concurrency", str(CONCURRENCY), *map(str, arguments)], environment


def ours(data, folder, count):
    """Files a second."""
    machine.settle()
    with Server(data, "--access-log", "off", "--derive", "never") as server:
        server.get("/readyz")
        arguments, environment = command(server, data / "home", folder)
        with open(data / "said", "w+") as said:
            seconds, _ = run_measured(arguments, stdout=said, env=environment)
            said.seek(0)
            summary = json.loads(said.read().splitlines()[-1])
        require(summary["sent"] == count and summary["complete"], summary)
        require(server.metric("tintype_images") == count, "the catalogue does not have all files")
    shutil.rmtree(data)
    return count / seconds


def theirs(data, files):
    """Files a second, by curl."""
    machine.settle()
    with Server(data, "--access-log", "off", "--derive", "never") as server:
        server.get("/readyz")
        transfers = [f'url = "{server.url}/upload?name={file.name}"\nupload-file = "{file}"\nrequest = "POST"\n'
                     f'header = "Content-Type: image/jpeg"\noutput = "/dev/null"\nfail\nsilent\nshow-error' for file in files]
        listing = data / "transfers"
        listing.write_text("\nnext\n".join(transfers) + "\n")
        # Its progress meter cannot be turned off if transfers run in parallel.
        with open(data / "meter", "wb") as meter:
            seconds, _ = run_measured(["curl", "--parallel", "--parallel-max", str(CONCURRENCY), "--config", str(listing)],
                                      stderr=meter)
        require(server.metric("tintype_images") == len(files), "the catalogue does not have all files")
    shutil.rmtree(data)
    return len(files) / seconds


def peaks(data, source, count):
    """Megabytes of the client, when it asks for every file, and when its journal knows them."""
    folder = data / "many"
    folder.mkdir(parents=True)
    sources = [photo.write(data / f"{number}.jpg") for number, photo in enumerate(photos.variations([source], 50))]
    for number in range(count):
        if number % 1000 == 0:
            place = folder / str(number)
            place.mkdir()
        os.link(sources[number % 50], place / f"{number}.jpg")
    # Old enough for the journal to trust its time.
    for file in sources:
        os.utime(file, (time.time() - 60, time.time() - 60))
    with Server(data / "data", "--access-log", "off", "--derive", "never") as server:
        arguments, environment = command(server, data / "home", *sources)
        peak(arguments, environment, 50)
        results = [peak(command(server, data / "home", folder)[0], environment, count) for _ in range(2)]
    shutil.rmtree(data)
    return results


def peak(arguments, environment, count):
    """Megabytes that were resident at most (VmHWM)."""
    said = pathlib.Path(environment["HOME"]).with_name("said")
    with open(said, "w+") as output:
        process = subprocess.Popen(arguments, stdout=output, env=environment)
        most = 0
        while process.poll() is None:
            try:
                most = max(most, memory(process.pid))
            except (OSError, KeyError):
                pass  # It has just ended.
            try:
                process.wait(0.05)
            except subprocess.TimeoutExpired:
                pass
        output.seek(0)
        summary = json.loads(output.read().splitlines()[-1])
    require(process.returncode == 0 and summary["complete"], summary)
    require(summary["sent"] + summary["there"] == count, summary)
    return most / 1e6
