"""First requests for renditions of 12 to 24 megapixels, 500 pixels wide, compared with three other servers."""
import contextlib
import io
import shutil

import machine
import peers
import photos
from clients import get_all, upload_all
from measure import at_least, compared, require
from PIL import Image
from tintype_server import Server

NAME = "first-render"
WIDTH, QUALITY, CLIENTS = 500, 82, 4
HOW = f"""{CLIENTS} clients request renditions of JPEGs of 12, 16, 20 and 24 megapixels in turn, {WIDTH} pixels wide and at quality {QUALITY}. Each
is requested only once, so every server makes each rendition anew. (The width is {WIDTH} in the first round, and one pixel less in each
later one, for all servers.) The photos are uploaded and their kept files are made in advance, as on a server in use. Tintype makes the
renditions from the copy of 1024 pixels that is made with the full-size file, except with `source=original`; the peers have only the
originals. thumbor lets the JPEG decoder reduce to the next larger eighth, and filters little after that. That is half the work, and the
difference is visible: for one of the photos, the structural similarity to the filtered original was 0.94 at quality 100, and 0.99 for
Tintype. The access log is off. The peers are thumbor 7 (file loader, two processes, nothing stored, baseline JPEG), Flask and pyvips
under gunicorn (two workers; libvips with its default number of threads or with one, whichever is faster), and nginx with `image_filter`
(two workers). The run fails unless every answer has the quantization tables of libjpeg's quality {QUALITY}. Slower peers get fewer
requests, for some of the same photos."""


def run(context):
    count = 8 if context.quick else 48
    sources = photos.variations(photos.large(context.folder), count)
    folder = context.folder / "first-render"
    files = folder / "files"
    files.mkdir(parents=True)
    names = [photo.write(files / f"{number:04}.jpg").name for number, photo in enumerate(sources)]
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(Server(folder / "data", "--access-log", "off", "--derive", "never"))
        images = prepared(server, sources)
        thumbor = stack.enter_context(peers.thumbor(folder / "thumbor", files, QUALITY))
        pyvips = better_pyvips(stack, folder, files, lambda peer: rate(peer, paths_of_pyvips(names[:8], WIDTH + 1), WIDTH + 1))
        nginx = stack.enter_context(peers.image_filter(folder / "nginx", files, QUALITY))

        def once(number):
            width = WIDTH - number
            ask = f"render?width={width}&format=jpeg&quality={QUALITY}"
            return (rate(server, [f"/v1/images/{image}/{ask}" for image in images], width),
                    rate(server, [f"/v1/images/{image}/{ask}&source=original" for image in images], width),
                    rate(pyvips, paths_of_pyvips(names, width), width),
                    rate(thumbor, [f"/unsafe/{width}x0/{name}" for name in names[:count // 2]], width),
                    rate(nginx, [f"/{name}?width={width}" for name in names[:max(4, count // 4)]], width))

        once(-2)  # Warms up all servers.
        rounds = context.rounds(5, once)
    shutil.rmtree(folder)
    return rows(rounds)


def rows(rounds):
    ours, original, pyvips, thumbor, nginx = zip(*rounds)
    what = f"First request, {WIDTH} pixels wide"
    return [compared(what, "/s", list(zip(ours, thumbor)), "thumbor", at_least(8)),
            compared(what, "/s", list(zip(ours, pyvips)), "Flask + pyvips", at_least(5)),
            compared(what, "/s", list(zip(ours, nginx)), "nginx image_filter", at_least(20)),
            compared("The same with `source=original`", "/s", list(zip(original, pyvips)), "Flask + pyvips", at_least(0.95))]


def prepared(server, sources):
    """Uploads photos and has their kept renditions made; answers the ids of the images, in the order of the photos."""
    _, records = upload_all(server, sources, CLIENTS)
    make_full_size_files(server)
    require(len({record["id"] for record in records}) == len(sources), "photos of the same content")
    return [record["id"] for record in records]


def make_full_size_files(server):
    job = server.post("/v1/operations/full-size/generate").json()
    require(server.wait_for_job(job["id"], 300)["state"] == "done", "the full-size files are not made")


def better_pyvips(stack, folder, files, measure):
    """The peer with libvips' own number of threads, or with one: whichever is faster."""
    folder.mkdir(exist_ok=True)
    candidates = [stack.enter_context(peers.pyvips(folder / f"pyvips{threads or ''}", files, threads))
                  for threads in (None, 1)]
    for candidate in candidates:
        measure(candidate)
    return max(candidates, key=measure)


def paths_of_pyvips(names, width, format="jpeg", quality=QUALITY):
    return [f"/{format}/{width}/{quality}/{name}" for name in names]


def rate(server, paths, width):
    """JPEGs a second, each of which has the requested width."""
    return made(server, paths, width, "JPEG")[0]


def made(server, paths, width, format):
    """Renditions a second, and the renditions, each of which has the requested width."""
    machine.settle()
    seconds, bodies = get_all(server, paths, CLIENTS)
    for body in bodies:
        with Image.open(io.BytesIO(body)) as image:
            image.load()
            require(image.format == format, f"a {image.format} has come")
            require(image.width == width, f"it is {image.width} pixels wide, not {width}")
            require(format != "JPEG" or image.quantization == expected_tables(), "another quality has come")
    return len(paths) / seconds, bodies


def expected_tables():
    """The quantization tables of libjpeg's quality 82."""
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8)).save(buffer, "JPEG", quality=QUALITY)
    with Image.open(buffer) as image:
        return image.quantization
