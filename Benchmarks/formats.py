"""Photos as AVIF and WebP, 500 pixels wide and asked for the first time, beside Flask and pyvips."""
import contextlib
import io
import shutil

import photos
from clients import upload_all
from firstrender import CLIENTS, WIDTH, better_pyvips, made, paths_of_pyvips
from measure import at_least, compared, require
from PIL import Image
from tintype_server import Server

NAME = "formats"
# As Pillow names them, the quality that the server takes where none is asked for, and how many of the photos.
FORMATS = [("avif", "AVIF", 55, 12), ("webp", "WEBP", 80, 24)]
HOW = f"""JPEGs of 12, 16, 20 and 24 megapixels in turn, asked for by {CLIENTS} clients, {WIDTH} pixels wide, and each only once. ({WIDTH}
in the first round, and a pixel less in each that follows, on both sides.) Both decode the original (ours: `source=original`), and both
leave the effort of the encoder to libvips: 4 of 9 for AVIF (`heifsave`, libaom), 4 of 6 for WebP. AVIF of quality {FORMATS[0][2]}, WebP
of quality {FORMATS[1][2]}. Against Flask and pyvips under gunicorn (two workers; with as many threads of libvips as are better for it:
its default, or one). Of every photo the two pictures have as many bytes within 5 %, metadata apart, or the run ends: that is how far the
same quality and effort show from outside. The access log is off. Decoder and encoder are the same code on both sides and take nearly all
of the time, so that the ratio is about 1 by nature: where 1 lies between the lowest and the highest of the ratios, neither is slower as
far as these rounds can tell."""


def run(context):
    count = 8 if context.quick else max(most for *_, most in FORMATS)
    sources = photos.variations(photos.large(context.folder), count)
    folder = context.folder / "formats"
    files = folder / "files"
    files.mkdir(parents=True)
    names = [photo.write(files / f"{number:04}.jpg").name for number, photo in enumerate(sources)]
    with Server(folder / "data", "--access-log", "off", "--derive", "never") as server:
        _, records = upload_all(server, sources, CLIENTS)
        images = [record["id"] for record in records]
        rows = [beside_pyvips(context, server, images, names, folder, format) for format in FORMATS]
    shutil.rmtree(folder)
    return rows


def beside_pyvips(context, server, images, names, folder, format):
    name, pillow, quality, most = format
    images, names = images[:most], names[:most]

    def paths(width):
        ask = f"render?width={width}&format={name}&quality={quality}&source=original"
        return [f"/v1/images/{image}/{ask}" for image in images]

    def theirs(peer, names, width):
        return made(peer, paths_of_pyvips(names, width, name, quality), width, pillow)

    def once(number):
        width = WIDTH - number
        rate, mine = made(server, paths(width), width, pillow)
        peers_rate, others = theirs(peer, names, width)
        for one, other in zip(mine, others):
            require(abs(pixels(one) / pixels(other) - 1) < 0.05, f"{pixels(one)} bytes of {name} beside {pixels(other)}")
        return rate, peers_rate

    with contextlib.ExitStack() as stack:
        peer = better_pyvips(stack, folder / name, folder / "files", lambda one: theirs(one, names[:4], WIDTH + 1)[0])
        once(-2)
        pairs = context.rounds(5, once)
    return compared(f"First request as {pillow}, {WIDTH} wide", "/s", pairs, "Flask + pyvips", at_least(1.0))


def pixels(encoded):
    """Bytes of a picture without its metadata: the peer's saver of WebP adds an Exif block also where it is to strip."""
    with Image.open(io.BytesIO(encoded)) as image:
        return len(encoded) - len(image.info.get("exif", b""))
