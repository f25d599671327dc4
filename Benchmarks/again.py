"""A rendition that was made before, asked for again over 64 kept connections, beside nginx that sends the same bytes from a file."""
import io

import nginx
import photos
import requests
from measure import at_least, compared, require
from PIL import Image
from thumbnail import cost, load
from tintype_server import Server

NAME = "again"
WIDTH, QUALITY = 500, 82
HOW = f"""`wrk -t1 -c64` on `/v1/images/{{id}}/render?width={WIDTH}&format=jpeg&quality={QUALITY}` of a photo of 12 megapixels, which was
asked for once before and is kept since then. The access log is off. Against nginx with two workers, `sendfile`, `tcp_nopush`, an
open-file cache, no log, and connections that are never closed, which has the very same file. Load, server and peer share the cores."""


def run(context):
    with Server(context.folder / "again", "--access-log", "off", "--derive", "now") as server:
        status, record = server.upload(photos.twelve_megapixels(context.folder))
        require(status == 201, f"the upload is answered with {status}")
        ours = f"{server.url}/v1/images/{record['id']}/render?width={WIDTH}&format=jpeg&quality={QUALITY}"
        rendition = requests.get(ours, timeout=60).content
        with Image.open(io.BytesIO(rendition)) as image:
            require(image.format == "JPEG" and image.width == WIDTH, f"a {image.format} of {image.width} pixels has come")
        files = context.folder / "again-nginx/files"
        files.mkdir(parents=True)
        (files / "rendition.jpg").write_bytes(rendition)
        with nginx.serving(files.parent, "rendition.jpg") as (theirs, peer):
            require(requests.get(theirs, timeout=10).content == rendition, "nginx sends other bytes")
            seconds = 1 if context.quick else 4
            for url in (ours, theirs):
                load(url, 1, len(rendition))
            pairs = context.rounds(5, lambda _: (cost(ours, server.process.pid, seconds, len(rendition)),
                                                 cost(theirs, peer, seconds, len(rendition))))
            require(requests.get(ours, timeout=10).content == rendition, "the rendition has changed")
    rates = [(mine[0], theirs[0]) for mine, theirs in pairs]
    costs = [(mine[1], theirs[1]) for mine, theirs in pairs]
    size = f"{len(rendition) / 1024:.1f} KiB"
    return [compared(f"Rendition asked for again, {WIDTH} wide ({size}), 64 connections", "/s", rates, "nginx", at_least(0.8)),
            compared("The same, processor time of the server for each", "µs", costs, "nginx")]
