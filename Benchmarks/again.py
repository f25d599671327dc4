"""A rendition that was made before, over 64 persistent connections, compared with nginx sending the same bytes from a file."""
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
HOW = f"""`wrk -t1 -c64` requests `/v1/images/{{id}}/render?width={WIDTH}&format=jpeg&quality={QUALITY}` of a photo of 12 megapixels. The rendition
was requested once before, and has been kept since. The access log is off. The peer is nginx with two workers, `sendfile`,
`tcp_nopush`, an open-file cache, no log, and connections that are never closed; it sends the same bytes from a file. Load generator,
server and peer share the cores."""


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
    return [compared(f"Repeated request for a rendition, {WIDTH} pixels wide ({size}), 64 connections", "/s", rates, "nginx", at_least(0.8)),
            compared("The same: the server's processor time for each response", "µs", costs, "nginx")]
