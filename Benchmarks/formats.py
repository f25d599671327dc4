"""First requests for photos as AVIF and WebP, 500 pixels wide, compared with Flask and pyvips."""
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
# As Pillow names them, the server's default quality, and how many photos are requested.
FORMATS = [("avif", "AVIF", 55, 12), ("webp", "WEBP", 80, 24)]
HOW = f"""{CLIENTS} clients request renditions of JPEGs of 12, 16, 20 and 24 megapixels in turn, {WIDTH} pixels wide, each only once. (The width is
{WIDTH} in the first round, and one pixel less in each later one, on both sides.) Both decode the original (Tintype: `source=original`),
and both use libvips' usual effort of the encoder: 4 of 9 for AVIF (`heifsave`, libaom; `--avif-effort 4`), 4 of 6 for WebP. The quality is {FORMATS[0][2]} for
AVIF and {FORMATS[1][2]} for WebP. The peer is Flask and pyvips under gunicorn (two workers; libvips with its default number of threads or with
one, whichever is faster). The run fails if the two files of a photo, without metadata, differ in size by more than 5 %; nothing else
shows from outside that quality and effort are the same. The access log is off. Decoder and encoder are the same code on both sides and
take nearly all of the time, so a ratio of about 1 is expected. If 1 is between the lowest and the highest ratio, these rounds show no
difference."""


def run(context):
    count = 8 if context.quick else max(most for *_, most in FORMATS)
    sources = photos.variations(photos.large(context.folder), count)
    folder = context.folder / "formats"
    files = folder / "files"
    files.mkdir(parents=True)
    names = [photo.write(files / f"{number:04}.jpg").name for number, photo in enumerate(sources)]
    with Server(folder / "data", "--access-log", "off", "--derive", "never", "--avif-effort", 4) as server:
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
            require(abs(pixels(one) / pixels(other) - 1) < 0.05, f"{pixels(one)} bytes of {name} and {pixels(other)} of the peer")
        return rate, peers_rate

    with contextlib.ExitStack() as stack:
        peer = better_pyvips(stack, folder / name, folder / "files", lambda one: theirs(one, names[:4], WIDTH + 1)[0])
        once(-2)
        pairs = context.rounds(5, once)
    return compared(f"First request as {pillow}, {WIDTH} pixels wide", "/s", pairs, "Flask + pyvips", at_least(1.0))


def pixels(encoded):
    """Bytes of a picture without its metadata: the peer's WebP saver adds an Exif block even if it is told to strip metadata."""
    with Image.open(io.BytesIO(encoded)) as image:
        return len(encoded) - len(image.info.get("exif", b""))
