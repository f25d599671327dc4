"""Full-size files and thumbnails of photos, in processor seconds, compared with vipsthumbnail run once for each rendition."""
import shutil

import machine
import photos
import requests
from clients import upload_all
from measure import at_most, compared, require
from processes import processor_seconds, run_measured
from tintype_server import Server

NAME = "renditions"
# As the server makes them.
SIZES = [("full-size", 2048, 85), ("thumbnail", 256, 80)]
HOW = """Processor seconds, user and system, of the server and all its processes while it makes the renditions of photos that
were uploaded before (12 megapixels with much detail, and 16 with little, in turn). They include jobs, catalogue and durable
files. The peer is `vipsthumbnail`, run once for each rendition, with the same sizes and qualities and without metadata; its
output is not synced."""


def run(context):
    count = 10 if context.quick else 40
    files = [photos.twelve_megapixels(context.folder), photos.smooth(context.folder)]
    sources = photos.variations(files, count)
    folder = context.folder / "renditions"
    folder.mkdir()
    written = [photo.write(folder / f"{number:06}.jpg") for number, photo in enumerate(sources)]
    pairs = context.rounds(5, lambda number: (served(context.folder / f"rendered{number}", sources) * 1000 / count,
                                              by_tool(context.folder / "thumbnails", written) * 1000 / count))
    shutil.rmtree(folder)
    return [compared("Full-size file and thumbnail of one photo", "ms CPU", pairs, "vipsthumbnail, twice", at_most(0.7))]


def served(data, sources):
    machine.settle()
    with Server(data, "--access-log", "off", "--derive", "never") as server:
        _, records = upload_all(server, sources, 4)
        before = processor_seconds(server.process.pid)
        job = server.post("/v1/operations/full-size/generate").json()
        done = server.wait_for_job(job["id"], 300)
        used = processor_seconds(server.process.pid) - before
        require(done["state"] == "done", f"the job is {done['state']}")
        for name, pixels, _ in SIZES:
            require(server.metric(f'tintype_renders_total{{type="{name}"}}') == len(sources), f"{name}: not each once")
            for record in records[:2]:
                made = requests.get(f"{server.url}/v1/images/{record['id']}/{name}", timeout=10).content
                require(max(photos.size_of(made)) == pixels, f"{name} does not fit {pixels} pixels")
    shutil.rmtree(data)
    return used


def by_tool(folder, files):
    machine.settle()
    folder.mkdir()
    script = "; ".join(f'vipsthumbnail "$file" -s {pixels}x{pixels} -o "{folder}/%s-{pixels}.jpg[Q={quality},strip]"'
                       for _, pixels, quality in SIZES)
    _, used = run_measured(["sh", "-ec", f'for file in "$@"; do {script}; done', "sh", *map(str, files)])
    for _, pixels, _ in SIZES:
        made = sorted(folder.glob(f"*-{pixels}.jpg"))
        require(len(made) == len(files), "vipsthumbnail did not make all")
        require(max(photos.size_of(made[0].read_bytes())) == pixels, "vipsthumbnail made another size")
    shutil.rmtree(folder)
    return used
