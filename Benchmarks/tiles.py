"""IIIF tiles of 100 megapixels, cold and warm, compared with iipsrv."""
import contextlib
import io
import json
import random
import shutil

import machine
import numpy
import peers
import photos
from clients import get_all
from firstrender import CLIENTS, make_full_size_files
from measure import alone, compared, require
from PIL import Image
from processes import run_measured
from thumbnail import load
from tintype_server import Server

NAME = "tiles"
QUALITY = 82
# Tiles of each scale factor, or as many as it has; and how often a round requests them from the peer, which is fast.
SAMPLE, REPEATS = 4, 10
HOW = f"""The image is a JPEG of 12,000 × 8,400 pixels. iipsrv (two processes behind nginx) has a TIFF of the same pixels: a pyramid of tiles
of 512 × 512, which are JPEGs. {CLIENTS} clients request the same addresses from both (IIIF Image API, quality {QUALITY}): {SAMPLE} tiles of
each scale factor, or as many as there are, always the same ones.

Cold: neither server has cached anything, but the files are in the page cache. Tintype is restarted with an empty cache, with the
full-size file made and its processes started; iipsrv has `MAX_IMAGE_CACHE_SIZE=0`. The tiles are requested in a viewer's order,
from those that show most to those that show least. The time includes Tintype's pyramid, which is made at the third tile that neither
the full-size file nor its copy can serve. iipsrv's pyramid was made before; its time and size are in the table.

With an existing pyramid: the tiles are removed from Tintype's cache, but the pyramid is not. Each scale factor has its own row,
because a viewer requests many more tiles of the small ones. Warm: wrk requests the same tiles again, in turn, over {CLIENTS} connections; iipsrv
may then cache 64 MB a process. The run fails unless the tiles of both have the same size and quantization tables and look alike.

For a tile that is not cached, iipsrv reads one tile of the level of that scale factor, as the maker of its pyramid left it. Tintype
reads the same number of pixels at scale factor 1. At 2, 4 and 8 it reads four times as many, from the next larger level, and reduces
them with the filter of all other renditions. From 16 on it decodes the full-size file."""


def run(context):
    folder = context.folder / "tiles"
    files = folder / "files"
    files.mkdir(parents=True)
    photo = photos.hundred_megapixels(folder)
    seconds, _ = run_measured(["vips", "tiffsave", photo, files / "large.tif", "--tile", "--tile-width", "512", "--tile-height",
                               "512", "--pyramid", "--compression", "jpeg", "--Q", str(QUALITY)])
    sizes = photo.stat().st_size / 1e6, (files / "large.tif").stat().st_size / 1e6
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(Server(folder / "data", "--access-log", "off", "--derive", "never"))
        status, record = server.upload(photo)
        require(status == 201, f"the upload is answered with {status}")
        make_full_size_files(server)
        base, peers_base = f"/iiif/3/{record['id']}/", "/iiif/large.tif/"
        sample = tiles(server.get(base + "info.json").json())
        keeping, forgetting = (stack.enter_context(peers.iipsrv(folder / f"cache{size}", files, QUALITY, size)) for size in (64, 0))

        def once(_):
            forget(server, record["id"])
            every = [tile for some in reversed(sample) for tile in some]
            cold = beside(server, base, forgetting, peers_base, every)
            require(server.metric("tintype_pyramids_made_total") == 1, "there is no pyramid")
            forget(server, record["id"], but=".tif")
            there = [beside(server, base, forgetting, peers_base, some) for some in sample]
            require(server.metric("tintype_pyramids_made_total") == 0, "the pyramid was made again")
            return cold, there, (again(server, base, every, folder), again(keeping, peers_base, every, folder))

        rounds = context.rounds(5, once)
    shutil.rmtree(folder)
    pyramid = alone(f"Making iipsrv's pyramid, once: {sizes[1]:.0f} MB for a JPEG of {sizes[0]:.0f} MB", "s", [seconds])
    return [*rows(sample, rounds), pyramid]


def rows(sample, rounds):
    """All tiles cold and with an existing pyramid, those of each scale factor, and all tiles warm."""
    counts = [len(some) for some in sample]
    cold, there, warm = zip(*rounds)

    def row(what, count, seconds):
        return compared(what, "/s", [(count / mine, count / theirs) for mine, theirs in seconds], "iipsrv")

    found = [row(f"Cold tiles, {sum(counts)} of all scale factors, including the pyramid", sum(counts), cold),
             row("The same tiles, with an existing pyramid", sum(counts), [tuple(map(sum, zip(*some))) for some in there])]
    for number, count in enumerate(counts):
        found.append(row(f"Tiles of scale factor {2 ** number}, with an existing pyramid", count, [some[number] for some in there]))
    return found + [compared("The same tiles, warm", "/s", warm, "iipsrv")]


def tiles(information):
    """Some tiles of each scale factor, always the same, as the rest of an address (Image API 3.0, section 5.4)."""
    width, height = information["width"], information["height"]
    grid, dice = information["tiles"][0], random.Random(1)
    require(grid["width"] == 512 and grid["scaleFactors"][0] == 1, "the tiles are other ones")
    sample = []
    for factor in grid["scaleFactors"]:
        side = 512 * factor
        corners = [(x, y) for y in range(0, height, side) for x in range(0, width, side)]
        sample.append([tile(x, y, min(side, width - x), min(side, height - y), factor)
                       for x, y in dice.sample(corners, min(SAMPLE, len(corners)))])
    return sample


def tile(x, y, width, height, factor):
    return f"{x},{y},{width},{height}/{-(-width // factor)},{-(-height // factor)}/0/default.jpg"


def forget(server, image, but=None):
    """Empties the cache, except for files with one extension, and starts the processes that will make the files again."""
    server.stop()
    for path in (server.data / "cache").rglob("*"):
        if path.is_file() and path.suffix != but:
            path.unlink()
    server.start()
    get_all(server, [f"/v1/images/{image}/render?width={width}" for width in range(100, 116)], CLIENTS)


def beside(server, base, peer, peers_base, sample):
    """The seconds of both sides for some tiles, which look the same."""
    machine.settle()
    seconds, ours = get_all(server, [base + one for one in sample], CLIENTS)
    peers_seconds, theirs = get_all(peer, [peers_base + one for one in sample] * REPEATS, CLIENTS)
    for address, mine, other in zip(sample, ours, theirs):
        with Image.open(io.BytesIO(mine)) as one, Image.open(io.BytesIO(other)) as two:
            size = tuple(int(number) for number in address.split("/")[1].split(","))
            require(one.format == "JPEG" and one.size == two.size == size, f"{address} is {one.size} and {two.size} pixels")
            require(one.quantization == two.quantization, "the two have other qualities")
            differences = numpy.abs(numpy.asarray(one, float) - numpy.asarray(two, float))
            require(differences.mean() < 12, f"{address} looks different")
    return seconds, peers_seconds / REPEATS


def again(server, base, sample, folder):
    """Tiles a second: tiles that were made before, requested in turn by as many clients."""
    paths = [base + one for one in sample]
    _, bodies = get_all(server, paths * 2, CLIENTS)
    script = folder / "tiles.lua"
    script.write_text(f"local paths, at = {{{', '.join(map(json.dumps, paths))}}}, 0\n"
                      'request = function() at = at % #paths + 1; return wrk.format("GET", paths[at]) end\n')
    mean = sum(map(len, bodies)) / len(bodies)
    return load(f"http://{server.host}:{server.port}/", 1, mean, f"-c{CLIENTS}", "-s", str(script))[0]
