"""Uploads of 12-megapixel photos by 8 clients, compared with a shell loop that does the same work on the same files."""
import shutil
import subprocess

import machine
import photos
from clients import upload_all
from measure import at_least, compared, require
from processes import run_measured
from tintype_server import Server

NAME = "uploads"
CLIENTS = 8
HOW = """Photos acknowledged per second: durable, digested, inspected and catalogued. The client sends files with `sendfile`. The
peer is `xargs -P8` over the same files, with `cp`, `sync` of the copy, `sha256sum` and `vipsheader` for each. With
`--derive never` the server does nothing else. With `--derive later`, the default, it makes the renditions of earlier photos
on the same cores while more photos arrive; the shell loop does not do that."""

STEPS = 'cp "$1" "$0/" && copy="$0/${1##*/}" && sync "$copy" && sha256sum "$copy" && vipsheader "$copy"'


def run(context):
    count = 40 if context.quick else 200
    sources = photos.variations([photos.twelve_megapixels(context.folder)], count)
    folder = context.folder / "uploads"
    folder.mkdir()
    files = [photo.write(folder / f"{number:06}.jpg") for number, photo in enumerate(sources)]
    results = context.rounds(5, lambda number: (rate(context.folder / f"never{number}", sources, files, "never"),
                                                shell_rate(context.folder / "copies", files),
                                                rate(context.folder / f"later{number}", sources, files, "later")))
    shutil.rmtree(folder)
    never = [(never, shell) for never, shell, _ in results]
    later = [(later, shell) for _, shell, later in results]
    return [compared(f"Uploads of {count} photos by {CLIENTS} clients, renditions {when}", "/s", pairs,
                     "cp + sync + sha256sum + vipsheader", at_least(1))
            for when, pairs in [("on request", never), ("later", later)]]


def rate(data, sources, files, derive):
    """Photos a second; the store must then hold the very bytes."""
    machine.settle()
    with Server(data, "--access-log", "off", "--derive", derive) as server:
        server.get("/readyz")
        seconds, records = upload_all(server, sources, CLIENTS)
        require(server.metric("tintype_images") == len(sources), "the catalogue does not have all photos")
        require(len({record["digest"] for record in records}) == len(sources), "digests repeat")
        require(all(record["width"] * record["height"] > 11e6 for record in records), "a header was misread")
    kept = subprocess.run(f"sha256sum {data}/original/*/*/*/*", shell=True, capture_output=True, text=True).stdout
    wanted = subprocess.run(["sha256sum", *map(str, files)], capture_output=True, text=True).stdout
    require(digests(kept) == digests(wanted), "the kept files are not the uploaded ones")
    shutil.rmtree(data)
    return len(sources) / seconds


def shell_rate(folder, files):
    machine.settle()
    folder.mkdir()
    names = b"\0".join(str(file).encode() for file in files)
    listing = folder.parent / "listing"
    listing.write_bytes(names)
    with open(folder.parent / "said", "w+") as said, open(listing) as names:
        seconds, _ = run_measured(["xargs", "-0", f"-P{CLIENTS}", "-n1", "sh", "-c", STEPS, str(folder)],
                                  stdin=names, stdout=said)
        said.seek(0)
        lines = said.read().splitlines()
    require(sum(len(line.split()[0]) == 64 for line in lines) == len(files), "sha256sum did not see all files")
    require(sum("jpegload" in line for line in lines) == len(files), "vipsheader did not see all files")
    shutil.rmtree(folder)
    return len(files) / seconds


def digests(listing):
    return sorted(line.split()[0] for line in listing.splitlines())
