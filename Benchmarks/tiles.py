"""IIIF tiles of 100 megapixels, cold and warm, beside iipsrv."""
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
# So many of every scale factor, or as many as it has; and how often the peer, which is quick, is asked for them in a round.
SAMPLE, REPEATS = 4, 10
HOW = f"""A JPEG of 12,000 × 8,400 pixels, and a TIFF of the same pixels for iipsrv (two processes behind nginx): a pyramid of tiles of
512 × 512, themselves JPEGs. {CLIENTS} clients ask for the same addresses of both (IIIF Image API, quality {QUALITY}): {SAMPLE} tiles
of each scale factor, or as many as there are, always the same ones. Of a viewer's tiles many more are of the small scale factors, so
that each has a line of its own. Cold: nothing is cached by either (our server is started anew with an empty cache, the full-size file
made and its processes woken; `MAX_IMAGE_CACHE_SIZE=0`), though the files are in the page cache. Warm: asked for again, in turn, by wrk
with {CLIENTS} connections; iipsrv may then cache 64 MB a process. The tiles of both have the same size and quantization and look alike,
or the run ends.

For a cold tile iipsrv reads one tile of the level that is wanted. Up to scale factor 8 ours is cut from the original, which is decoded
anew for each of them from its first row to the last of the tile (at scale factor 4 at half the size, at 8 at a quarter); from 16 on
the full-size file is large enough. What it would take to beat iipsrv here is what it has: a pyramid, made once, at ingest or with the
first tile that is wanted of such a picture, for which the table has time and size; or, without another file to keep, all tiles that one
decode passes by cut at once into the cache, where they are as quick as the warm ones. Neither is there."""


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
            cold = [beside(server, base, forgetting, peers_base, some) for some in sample]
            every = [tile for some in sample for tile in some]
            return cold, (again(server, base, every, folder), again(keeping, peers_base, every, folder))

        rounds = context.rounds(5, once)
    shutil.rmtree(folder)
    pyramid = alone(f"Making that pyramid, once: {sizes[1]:.0f} MB beside a JPEG of {sizes[0]:.0f} MB", "s", [seconds])
    return [*rows(sample, rounds), pyramid]


def rows(sample, rounds):
    """Of all tiles, of those of each scale factor, and of all when they are asked for again."""
    counts = [len(some) for some in sample]
    seconds = [(sum(mine for mine, _ in cold), sum(theirs for _, theirs in cold)) for cold, _ in rounds]
    pairs = [(sum(counts) / mine, sum(counts) / theirs) for mine, theirs in seconds]
    found = [compared(f"Cold tiles, {sum(counts)} of all scale factors", "/s", pairs, "iipsrv")]
    for number, count in enumerate(counts):
        pairs = [(count / cold[number][0], count / cold[number][1]) for cold, _ in rounds]
        found.append(compared(f"Those of scale factor {2 ** number}", "/s", pairs, "iipsrv"))
    return found + [compared("The same tiles, warm", "/s", [warm for _, warm in rounds], "iipsrv")]


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


def forget(server, image):
    """Removes all that was made on request, and wakes the processes that will make it anew."""
    server.stop()
    shutil.rmtree(server.data / "cache")
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
    """Tiles a second that were made before, asked for in turn by as many clients."""
    paths = [base + one for one in sample]
    _, bodies = get_all(server, paths * 2, CLIENTS)
    script = folder / "tiles.lua"
    script.write_text(f"local paths, at = {{{', '.join(map(json.dumps, paths))}}}, 0\n"
                      'request = function() at = at % #paths + 1; return wrk.format("GET", paths[at]) end\n')
    mean = sum(map(len, bodies)) / len(bodies)
    return load(f"http://{server.host}:{server.port}/", 1, mean, f"-c{CLIENTS}", "-s", str(script))[0]
