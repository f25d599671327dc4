"""A small JPEG beside hostile renders"""
import contextlib
import io
import itertools
import multiprocessing
import shutil
import threading
import time

import machine
import photos
from clients import Connection
from firstrender import prepared
from measure import alone, at_most, percentile, require
from PIL import Image
from tintype_server import Server

NAME = "hostile"
PHOTOS, WIDTH, ASKED, HOSTILE, LONGEST = 8, 400, 20, 20, 1000
# The address that the hostile requests come from, and one from which nothing has come before.
STRANGER, HONEST = "127.0.0.2", "127.0.0.3"
HOW = f"""One client requests over {HOSTILE} connections, again and again, what costs the server most: blurs, AVIFs, PNGs and turns by 30 degrees of
the originals of 12 to 24 megapixels, in their full size or as 2,000 pixels, each another one. Another client, from another address,
requests {ASKED} JPEGs of {WIDTH} pixels, one after the other, each of which has to be made. The photos are uploaded and their kept files are made
in advance. The table has the times of the small JPEGs, with and without the hostile renders. The run fails if one of them is refused.
The server has its default settings, except for the access log, which is off."""


def run(context):
    sources = photos.variations(photos.large(context.folder), PHOTOS)
    folder = context.folder / "hostile"
    folder.mkdir()
    widths = itertools.count(WIDTH, -1)
    with Server(folder / "data", "--access-log", "off", "--derive", "never") as server:
        images = prepared(server, sources)

        def once(number):
            quiet = times(server, images, next(widths))
            with hostile_renders(server, images, number):
                return quiet, times(server, images, next(widths))

        times(server, images, WIDTH + 1)
        rounds = context.rounds(3, once)
    shutil.rmtree(folder)
    quiet, beside = zip(*rounds)
    what = f"A JPEG of {WIDTH} pixels"
    return [alone(f"{what}, alone, median", "ms", [percentile(some, 0.5) for some in quiet]),
            alone(f"{what}, beside hostile renders, median", "ms", [percentile(some, 0.5) for some in beside]),
            alone(f"{what}, beside hostile renders, slowest", "ms", [max(some) for some in beside], at_most(LONGEST))]


def times(server, images, width):
    """The milliseconds of each small JPEG."""
    machine.settle()
    milliseconds = []
    with Connection(server, source=HONEST) as connection:
        for number in range(ASKED):
            path = f"/v1/images/{images[number % len(images)]}/render?width={width}&quality={60 + number}&format=jpeg"
            started = time.monotonic()
            status, body = connection.get(path)
            milliseconds.append((time.monotonic() - started) * 1000)
            require(status == 200, f"a small JPEG is answered with {status}")
            with Image.open(io.BytesIO(body)) as picture:
                require(picture.size[0] == width and picture.format == "JPEG", "another picture has come")
            time.sleep(0.1)
    return milliseconds


@contextlib.contextmanager
def hostile_renders(server, images, number):
    """Requests dear renders in another process while the body runs."""
    context = multiprocessing.get_context("fork")
    flooding = context.Process(target=flood, args=(server, images, number), daemon=True)
    flooding.start()
    time.sleep(2)
    try:
        yield
        require(flooding.is_alive(), "the hostile requests have ended")
    finally:
        flooding.kill()
        flooding.join(5)


def flood(server, images, number):
    """Requests renders until the process is killed, whatever the answers are."""
    dear = ["blur=80&format=webp", "format=avif", "width=2000&format=avif", "format=png", "rotate=30&format=webp",
            "width=2000&blur=40&sharpen=9&format=avif"]

    def work(offset):
        for step in itertools.count(offset, HOSTILE):
            query = f"{dear[step % len(dear)]}&crop=0,0,{3900 - step % 1000},{2900 - number}&source=original"
            with contextlib.suppress(OSError), Connection(server, source=STRANGER) as connection:
                connection.get(f"/v1/images/{images[step % len(images)]}/render?{query}")

    threads = [threading.Thread(target=work, args=(offset,)) for offset in range(HOSTILE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
