"""Images in any size, shape and format by URL."""
import asyncio
import concurrent.futures
import io
import resource
import time

import numpy
import pytest
import requests
from PIL import Image, ImageOps, JpegImagePlugin

import fixtures
from similarity import difference

RENDERS = 'tintype_renders_total{type="transformed"}'
FORMATS = {"jpeg": "JPEG", "png": "PNG", "webp": "WEBP", "avif": "AVIF", "jxl": None, "gif": "GIF", "tiff": "TIFF"}


@pytest.fixture(scope="module")
def stored(module_server):
    """A server with one photo of 1200 × 800, with all of its files."""
    status, record = module_server.upload(fixtures.jpeg(1, 1200, 800, quality=95), "photo.jpg")
    assert status == 201
    return module_server, module_server.wait_until_ready(record["id"])


def render(stored, query="", **fields):
    server, record = stored
    return server.get(f"/v1/images/{record['id']}/render?{query}", headers=fields)


def picture(response):
    assert response.status_code == 200, response.text
    return Image.open(io.BytesIO(response.content))


@pytest.mark.parametrize(("query", "size"), [
    ("", (1200, 800)), ("width=300", (300, 200)), ("height=100", (150, 100)), ("width=300&height=300", (300, 200)),
    ("width=300&height=300&fit=contain", (300, 300)), ("width=300&height=300&fit=cover", (300, 300)),
    ("width=300&height=300&fit=fill", (300, 300)), ("width=5000", (1200, 800)), ("width=1500&upscale=true", (1500, 1000)),
    ("width=100&dpr=2", (200, 133)), ("crop=100,50,400,200", (400, 200)), ("crop=50%25,50%25,50%25,50%25", (600, 400)),
    ("crop=pct:0,0,10,10&width=60", (60, 40)), ("crop=1100,700,500,500", (100, 100)), ("rotate=90&width=200", (200, 300)),
    ("rotate=180", (1200, 800)), ("rotate=45&width=300&format=png", (300, 300)), ("flip=horizontal&height=80", (120, 80)),
])
def test_sizes(stored, query, size):
    assert picture(render(stored, query)).size == size


@pytest.fixture(scope="module", params=["4:2:0", "4:4:4", "4:2:2", "grey", "progressive"])
def plain(module_server, request):
    """A JPEG without metadata, with an odd size and one of the chroma formats."""
    smooth = numpy.asarray(fixtures.picture(611, 407, 5).resize((1833, 1221)), float)
    # Grain, without which it would be a graphic as a PNG.
    grain = numpy.random.default_rng(5).normal(0, 9, smooth.shape[:2])[..., None]
    whole = Image.fromarray(numpy.clip(smooth + grain, 0, 255).astype("uint8"))
    options = {"progressive": True} if request.param == "progressive" else {}
    sampling = request.param if ":" in request.param else "4:2:0"
    data = io.BytesIO()
    whole.convert("L" if request.param == "grey" else "RGB").save(data, "JPEG", quality=96, subsampling=sampling, **options)
    _, record = module_server.upload(data.getvalue(), f"{request.param}.jpg")
    return module_server, record


@pytest.mark.parametrize("query", [
    "width=500", "width=501", "width=250", "width=249&height=333&fit=fill", "width=200&height=200&fit=cover",
    "width=201&height=99&fit=cover&gravity=southeast", "width=99&height=201&fit=cover&gravity=northwest", "crop=101,53,801,603&width=333",
    "crop=pct:33,33,50,50&width=300&height=100&fit=cover", "width=60", "crop=900,600,64,48", "", "width=700", "width=1&height=1&fit=fill",
])
@pytest.mark.parametrize("way", ["", "&source=original"])
def test_a_jpeg_of_a_jpeg_is_the_picture_that_every_other_format_shows(plain, query, way):
    for quality, shape in ((97, 0), (80, 2)):
        shown = picture(render(plain, f"{query}&format=jpeg&quality={quality}{way}"))
        same = picture(render(plain, f"{query}&format=png{way}"))
        assert shown.size == same.size and shown.mode == same.mode
        encoded = io.BytesIO()
        same.save(encoded, "JPEG", quality=quality, subsampling=shape)
        expected = Image.open(encoded)
        # If the decoder has reduced, the last pixel of a row covers only a part: the two differ in how they count it.
        assert difference(shown, same) < difference(expected, same) + 2, (query, quality)
        assert shown.quantization == expected.quantization
        assert JpegImagePlugin.get_sampling(shown) == JpegImagePlugin.get_sampling(expected)


def test_kept_files_of_a_jpeg_are_those_of_the_same_picture_as_png(plain):
    server, record = plain
    with Image.open(io.BytesIO(server.get(record["links"]["original"]).content)) as whole:
        data = fixtures.encoded(whole, "PNG")
    _, other = server.upload(data, "same.png")
    for kind in ("full_size", "thumbnail"):
        shown, same = (picture(server.get(one["links"][kind])) for one in (record, other))
        assert shown.size == same.size and shown.mode == same.mode and shown.format == same.format == "JPEG"
        assert difference(shown, same) < 2, kind
        assert shown.quantization == same.quantization
        assert JpegImagePlugin.get_sampling(shown) == JpegImagePlugin.get_sampling(same)


@pytest.mark.parametrize("format", FORMATS)
def test_formats(stored, format):
    response = render(stored, f"width=200&format={format}")
    assert response.headers["Content-Type"] == f"image/{format}"
    if FORMATS[format]:
        assert picture(response).format == FORMATS[format]
        assert difference(picture(response), picture(render(stored, "width=200&format=png"))) < 12


def test_the_accept_field_selects_the_format(stored):
    def kind(accept):
        response = render(stored, "width=200", Accept=accept)
        assert "Accept" in response.headers["Vary"]
        return response.headers["Content-Type"]
    assert kind("image/avif,image/webp,image/png,*/*;q=0.8") == "image/avif"
    assert kind("image/webp,*/*") == "image/webp"
    assert kind("image/avif;q=0,*/*") == "image/jpeg" == kind("*/*") == kind("image/*")
    assert "Vary" not in render(stored, "width=200&format=jpeg").headers or "Accept" not in render(
        stored, "width=200&format=jpeg").headers["Vary"]


def test_it_is_the_same_picture(stored):
    server, record = stored
    whole = Image.open(io.BytesIO(server.get(record["links"]["original"]).content)).convert("RGB")
    assert difference(picture(render(stored, "width=300")), whole) < 3
    assert difference(picture(render(stored, "width=300&source=original")), whole) < 3
    assert difference(picture(render(stored, "crop=600,400,300,200")), whole.crop((600, 400, 900, 600))) < 3
    assert difference(picture(render(stored, "flip=horizontal&width=600")), ImageOps.mirror(whole)) < 3
    assert difference(picture(render(stored, "flip=vertical&width=600")), ImageOps.flip(whole)) < 3
    assert difference(picture(render(stored, "rotate=90&width=400")), whole.rotate(-90, expand=True)) < 3
    assert difference(picture(render(stored, "flip=horizontal&rotate=90&width=400")),
                      ImageOps.mirror(whole).rotate(-90, expand=True)) < 3
    covered = whole.crop((0, 0, 800, 800))
    assert difference(picture(render(stored, "width=400&height=400&fit=cover&gravity=west")), covered) < 3
    grey = picture(render(stored, "width=300&grayscale=true"))
    # The server calculates grey in linear light, but Pillow does not.
    assert grey.mode == "L" and difference(grey, ImageOps.grayscale(whole)) < 15


def test_the_background_fills_empty_areas(stored):
    laid = picture(render(stored, "width=300&height=300&fit=contain&background=0af&format=png")).convert("RGB")
    assert laid.getpixel((150, 5)) == (0, 170, 255) == laid.getpixel((150, 295))
    see_through = picture(render(stored, "width=300&height=300&fit=contain&format=png"))
    assert see_through.mode == "RGBA" and see_through.getpixel((150, 5))[3] == 0
    white = picture(render(stored, "width=300&height=300&fit=contain&format=jpeg"))
    assert min(white.getpixel((150, 5))) > 250
    low = picture(render(stored, "width=300&height=300&fit=contain&gravity=south&background=0af&format=png")).convert("RGB")
    assert low.getpixel((150, 5)) == (0, 170, 255) != low.getpixel((150, 295))


def test_blur_and_sharpen_have_their_effects(stored):
    def edges(query):
        grey = numpy.asarray(picture(render(stored, f"width=300&format=png&{query}")).convert("L"), float)
        return numpy.abs(numpy.diff(grey)).mean()
    assert edges("blur=4") < edges("") < edges("sharpen=2")


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_comes_out_upright(server, tmp_path, orientation):
    upright = fixtures.picture(320, 200, seed=3)
    turns = {1: [], 2: [Image.Transpose.FLIP_LEFT_RIGHT], 3: [Image.Transpose.ROTATE_180], 4: [Image.Transpose.FLIP_TOP_BOTTOM],
             5: [Image.Transpose.TRANSPOSE], 6: [Image.Transpose.ROTATE_90], 7: [Image.Transpose.TRANSVERSE],
             8: [Image.Transpose.ROTATE_270]}
    lying = upright
    for turn in turns[orientation]:
        lying = lying.transpose(turn)
    exif = Image.Exif()
    exif[0x0112] = orientation
    _, record = server.upload(fixtures.encoded(lying, "JPEG", quality=95, exif=exif), "o.jpg")
    one = (server, record)
    for query, expected in [("source=original", upright), ("source=original&crop=20,10,160,50", upright.crop((20, 10, 180, 60))),
                            ("source=original&crop=20,10,160,50&rotate=90&width=40",
                             upright.crop((20, 10, 180, 60)).rotate(-90, expand=True))]:
        shown = picture(render(one, query))
        assert difference(shown, expected) < 6
    kept = picture(render(one, "metadata=keep&width=100"))
    assert kept.size == (100, 63) and kept.getexif().get(0x0112, 1) == 1


def test_metadata_is_stripped_unless_the_request_keeps_it(server):
    exif = Image.Exif()
    exif[0x010F], exif[0x8298] = "Maker", "Somebody's"
    _, record = server.upload(fixtures.encoded(fixtures.picture(400, 300), "JPEG", exif=exif), "e.jpg")
    for format in ("jpeg", "png", "webp"):
        assert not picture(render((server, record), f"width=100&format={format}")).getexif()
        assert picture(render((server, record), f"width=100&format={format}&metadata=keep")).getexif()[0x010F] == "Maker"


def animation(format):
    frames = [fixtures.picture(120, 80, seed) for seed in range(4)]
    buffer = io.BytesIO()
    frames[0].save(buffer, format, save_all=True, append_images=frames[1:], duration=[100, 200, 300, 400], loop=3)
    return buffer.getvalue()


@pytest.mark.parametrize("source", ["GIF", "WEBP"])
@pytest.mark.parametrize("result", ["gif", "webp", "auto"])
def test_an_animation_stays_animated_on_request(server, source, result):
    _, record = server.upload(animation(source), "a.bin")
    moving = picture(render((server, record), f"width=60&animated=true&format={result}"))
    assert moving.size == (60, 40) and moving.n_frames == 4 and moving.format == ("WEBP" if result == "webp" else "GIF")
    durations = []
    for frame in range(4):
        moving.seek(frame)
        moving.load()
        durations.append(moving.info["duration"])
        expected = fixtures.picture(120, 80, frame)
        assert difference(moving.convert("RGB"), expected) < 12
    assert durations == [100, 200, 300, 400]
    assert getattr(picture(render((server, record), "width=60&format=png")), "n_frames", 1) == 1
    second = picture(render((server, record), "width=60&format=png&page=2"))
    assert difference(second, fixtures.picture(120, 80, 1)) < 12
    refused = render((server, record), "animated=true&format=jpeg")
    assert refused.status_code == 400 and "gif or webp" in refused.json()["detail"]


def test_pages_have_sizes_of_their_own(server):
    pages = [fixtures.picture(300, 200, 1), fixtures.picture(100, 150, 2)]
    buffer = io.BytesIO()
    pages[0].save(buffer, "TIFF", save_all=True, append_images=pages[1:])
    _, record = server.upload(buffer.getvalue(), "p.tif")
    second = picture(render((server, record), "page=2&format=png"))
    assert second.size == (100, 150) and difference(second, pages[1]) < 2
    refused = render((server, record), "page=3")
    assert refused.status_code == 400 and "2 pages" in refused.json()["detail"]


def test_transparency_is_kept_if_the_format_supports_it(server):
    _, record = server.upload(fixtures.encoded(fixtures.picture(300, 200, mode="RGBA"), "PNG"), "t.png")
    assert picture(render((server, record), "width=100")).mode == "RGBA"
    assert picture(render((server, record), "width=100&format=webp")).mode == "RGBA"
    assert picture(render((server, record), "width=100&format=jpeg")).mode == "RGB"
    assert picture(render((server, record), "width=100&background=000")).mode == "RGB"


def test_a_drawing_grows_without_being_enlarged(server):
    _, record = server.upload(fixtures.SVG, "d.svg")
    large = picture(render((server, record), "width=1200&format=png"))
    assert large.size == (1200, 800) and large.convert("RGB").getpixel((600, 400)) == (255, 204, 102)
    part = picture(render((server, record), "crop=140,90,20,20&width=400&format=png"))
    assert part.size == (400, 400)


# Caching, sharing and conditions

def test_equal_requests_share_one_rendition(stored):
    server, record = stored
    before = server.metric(RENDERS)
    tags = {render(stored, query).headers["ETag"] for query in (
        "width=333&format=jpeg", "format=jpg&width=333", "width=333&height=333&format=jpeg", "height=222&format=jpeg",
        "width=333&fit=cover&format=jpeg&quality=82&rotate=360&metadata=strip", "dpr=1&width=333")}
    assert len(tags) == 1
    assert server.metric(RENDERS) == before + 1


def test_a_hundred_requests_for_one_new_rendition_cost_one_render(stored):
    server, record = stored
    before = server.metric(RENDERS)
    with concurrent.futures.ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda _: requests.get(
            f"{server.url}/v1/images/{record['id']}/render?width=377", timeout=60), range(100)))
    assert {answer.status_code for answer in answers} == {200} and len({answer.content for answer in answers}) == 1
    assert server.metric(RENDERS) == before + 1


def test_a_rendition_supports_conditions_and_ranges(stored):
    first = render(stored, "width=320")
    assert render(stored, "width=320", **{"If-None-Match": first.headers["ETag"]}).status_code == 304
    part = render(stored, "width=320", Range="bytes=10-19")
    assert part.status_code == 206 and part.content == first.content[10:20]
    server, record = stored
    head = server.request("HEAD", f"/v1/images/{record['id']}/render?width=320")
    assert head.headers["Content-Length"] == str(len(first.content)) and not head.content
    attachment = render(stored, "width=320&download=1")
    assert attachment.headers["Content-Disposition"].startswith("attachment")


def test_renditions_survive_a_restart_and_are_removed_with_their_image(server):
    _, record = server.upload(fixtures.jpeg(5), "r.jpg")
    server.wait_until_ready(record["id"])
    first = render((server, record), "width=200")
    (kept,) = [path for path in (server.data / "cache").rglob("*") if path.is_file()]
    server.restart()
    again = render((server, record), "width=200")
    assert again.content == first.content and again.headers["ETag"] == first.headers["ETag"]
    assert server.metric(RENDERS) == 0
    assert server.request("DELETE", record["links"]["self"] + "?permanent=true").status_code == 204
    assert not kept.exists() and render((server, record), "width=200").status_code == 404


def test_what_a_crash_left_in_the_cache_is_not_served(server):
    _, record = server.upload(fixtures.jpeg(6), "r.jpg")
    server.wait_until_ready(record["id"])
    first = render((server, record), "width=200")
    (kept,) = [path for path in (server.data / "cache").rglob("*") if path.is_file()]
    server.kill()
    kept.write_bytes(kept.read_bytes()[:100])
    stranger = kept.parent.parent.parent / "ab" / ("ab" * 32) / kept.name
    stranger.parent.mkdir(parents=True)
    stranger.write_bytes(first.content)
    (server.data / "cache" / "drafts" / "left-over").write_bytes(b"half")
    server.start()
    assert render((server, record), "width=200").content == first.content
    assert not stranger.exists() and not list((server.data / "cache" / "drafts").iterdir())


def test_the_cache_is_bounded_and_keeps_what_was_used_last(make_server):
    server = make_server("--cache-size", "400000")
    _, record = server.upload(fixtures.jpeg(7, 1200, 800), "b.jpg")
    server.wait_until_ready(record["id"])
    favourite = render((server, record), "width=601&format=png&grayscale=true")
    for width in range(300, 340):
        assert render((server, record), f"width={width}&format=png").status_code == 200
        assert render((server, record), "width=601&format=png&grayscale=true").content == favourite.content
        files = [path.stat().st_size for path in (server.data / "cache").rglob("*") if path.is_file()]
        assert sum(files) <= 400_000
    assert server.metric(RENDERS) == 41
    assert 0 < server.metric("tintype_rendition_cache_bytes") <= 400_000
    server.restart()
    assert render((server, record), "width=601&format=png&grayscale=true").content == favourite.content
    assert server.metric(RENDERS) == 0


def test_renditions_are_served_without_a_cache(make_server):
    server = make_server("--cache-size", "0")
    _, record = server.upload(fixtures.jpeg(8), "b.jpg")
    assert picture(render((server, record), "width=100")).size == (100, 75)
    assert not [path for path in (server.data / "cache").rglob("*") if path.is_file()]


# Sources

def test_a_small_rendition_comes_from_a_kept_file(make_server):
    server = make_server("--derive", "now")
    _, record = server.upload(fixtures.jpeg(9, 3000, 2000), "s.jpg")
    (original,) = server.kept().values()
    original.unlink()
    assert render((server, record), "width=1000").status_code == 200
    assert render((server, record), "width=1000&source=original").status_code == 409


def cached(server):
    return [path for path in (server.data / "cache").rglob("*") if path.is_file()]


def test_a_smaller_rendition_comes_from_the_intermediate_copy(make_server):
    server = make_server("--derive", "now")
    _, record = server.upload(fixtures.jpeg(9, 3000, 2000), "s.jpg")
    (copy,) = cached(server)
    assert Image.open(copy).size == (1024, 683)
    before = render((server, record), "width=500&format=png")
    assert render((server, record), "width=500&format=png&grayscale=true").status_code == 200
    # No other file is left to make one from.
    for type in ("full-size", "original"):
        for path in server.kept(type).values():
            path.write_bytes(b"damaged")
    server.restart()
    after = render((server, record), "width=512&format=png")
    assert picture(after).size == (512, 341) and picture(before).size == (500, 333)
    server.stop()
    copy.unlink()
    server.start()
    assert render((server, record), "width=511&format=png").status_code == 422
    assert server.request("DELETE", record["links"]["self"] + "?permanent=true").status_code == 204
    assert not cached(server)


def test_an_unused_copy_is_removed_first(make_server):
    server = make_server("--derive", "now", "--cache-size", "400000")
    _, record = server.upload(fixtures.jpeg(9, 1600, 1200), "s.jpg")
    (copy,) = cached(server)
    first = render((server, record), "width=900&format=png&grayscale=true")
    for width in range(880, 899):
        assert render((server, record), f"width={width}&format=jpeg").status_code == 200
        if not copy.exists():
            break
    assert not copy.exists() and sum(path.stat().st_size for path in cached(server)) <= 400_000
    renders = server.metric(RENDERS)
    assert render((server, record), "width=900&format=png&grayscale=true").content == first.content
    assert server.metric(RENDERS) == renders


def test_kept_files_are_made_if_the_cache_cannot_be_written(make_server):
    server = make_server("--derive", "now")
    (server.data / "cache" / "drafts").rmdir()
    _, record = server.upload(fixtures.jpeg(9, 1600, 1200), "s.jpg")
    assert record["state"] == "ready" and not cached(server)
    assert server.wait_until(lambda: "copy not begun" in server.log_text())
    assert server.get(record["links"]["thumbnail"]).status_code == 200


def test_a_small_picture_has_no_copy(make_server):
    server = make_server("--derive", "now")
    server.upload(fixtures.jpeg(9, 1200, 800), "s.jpg")
    assert not cached(server)


def test_a_change_of_visibility_takes_effect_at_once(server):
    _, record = server.upload(fixtures.jpeg(10), "v.jpg", fields={"visibility": "public"})
    assert render((server, record), "width=100").headers["Cache-Control"].startswith("public")
    server.request("PATCH", record["links"]["self"], json={"visibility": "private"})
    assert render((server, record), "width=100").headers["Cache-Control"].startswith("private")


# Refusals

@pytest.mark.parametrize("query", [
    "width=0", "width=-5", "width=NaN", "width=1e9", "width=16384", "width=99999999999999999999", "width=", "width=5.5", "height=0",
    "fit=stretch", "gravity=up", "crop=1,2,3", "crop=0,0,0,0", "crop=-1,0,9,9", "crop=NaN,0,1,1", "crop=5000,0,10,10",
    "crop=pct:100,0,10,10", "rotate=-1", "rotate=400", "rotate=inf", "flip=sideways", "background=redd", "blur=-1", "blur=1000",
    "sharpen=99", "grayscale=perhaps", "format=bmp", "format=exe", "quality=0", "quality=101", "quality=x", "dpr=0", "dpr=100",
    "page=0", "page=-1", "page=2", "animated=x", "metadata=some", "upscale=2", "source=other", "unknown=1", "width=1&width=2",
    "width=16383&height=16383&fit=fill&upscale=true", "height=1&crop=0,0,1200,1&width=1",
])
def test_values_out_of_range_are_refused_with_a_reason(stored, query):
    response = render(stored, query)
    if query.startswith("height=1&"):
        assert response.status_code == 400 and "one pixel" in response.json()["detail"]
        return
    assert response.status_code == 400, query
    name = query.split("=")[0]
    detail = response.json()["detail"]
    assert f"'{name}'" in detail or "picture" in detail or "result" in detail or "page" in detail or "region" in detail, detail


def test_a_damaged_image_cannot_be_transformed_and_the_reason_is_reported(server):
    _, record = server.upload(fixtures.broken_png(), "d.png")
    server.wait_until(lambda: server.record(record["id"])["state"] == "damaged")
    response = render((server, record), "width=100")
    assert response.status_code == 422 and response.json()["type"].endswith("damaged-image")


def test_a_failed_rendition_is_not_tried_again_at_once(make_server):
    server = make_server("--derive", "never")
    _, record = server.upload(fixtures.broken_png(), "d.png")
    first = render((server, record), "width=100")
    assert first.status_code == 422 and server.metric("tintype_render_failures_total") == 1
    for _ in range(3):
        again = render((server, record), "width=100")
        assert again.status_code == 422 and again.json()["detail"] == first.json()["detail"]
    assert server.metric("tintype_render_failures_total") == 1
    assert render((server, record), "width=101").status_code == 422
    assert server.metric("tintype_render_failures_total") == 2


def test_a_rendition_that_no_client_waits_for_is_not_made(make_server):
    server = make_server("--derive", "never", "--max-pixels", "200000000")
    _, huge = server.upload(fixtures.huge_png(20_000, 10_000), "huge.png")
    before = server.metric("tintype_renders_waiting")
    connections = []
    for width in range(4000, 4030):
        connections.append(server.connect())
        connections[-1].sendall(f"GET /v1/images/{huge['id']}/render?width={width} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    server.wait_until(lambda: server.metric("tintype_renders_waiting") > before + 10)
    for connection in connections:
        connection.close()
    # Current renders are finished; all of them would take many times as long.
    server.wait_until(lambda: server.metric("tintype_render_bytes") == 0, 60)
    assert server.metric("tintype_renders_waiting") == before
    assert server.metric('tintype_renders_total{type="transformed"}') < 15


async def crowd(server, paths):
    """Sends all requests at once, each over its own connection; returns the statuses, and whether each has Retry-After."""
    async def ask(path):
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        answer = await reader.read()
        writer.close()
        head = answer.partition(b"\r\n\r\n")[0]
        return int(head.split()[1]), b"\r\nRetry-After:" in head
    return await asyncio.gather(*(ask(path) for path in paths))


def test_many_requests_for_sizes_of_a_huge_image_do_not_block_other_clients(make_server):
    """1,000 clients, 1,000 sizes of 200 megapixels: memory and time are bounded, and other clients are served meanwhile."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    server = make_server("--derive", "never", "--max-pixels", "200000000", "--max-connections-per-address", "2000")
    _, huge = server.upload(fixtures.huge_png(20_000, 10_000), "huge.png")
    _, other = server.upload(fixtures.jpeg(11), "other.jpg")
    started = time.monotonic()
    paths = [f"/v1/images/{huge['id']}/render?width={width}&format=png" for width in range(3000, 4000)]
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        asked = pool.submit(asyncio.run, crowd(server, paths))
        server.wait_until(lambda: server.metric("tintype_renders_waiting") > 10)
        waits = []
        for width in range(100, 110):
            before = time.monotonic()
            assert render((server, other), f"width={width}").status_code == 200
            waits.append(time.monotonic() - before)
        answers = asked.result(120)
    statuses = {status for status, _ in answers}
    assert statuses <= {200, 503} and 200 in statuses
    assert all(after for status, after in answers if status == 503)
    # One of the two workers may be busy with the huge image, but both never for longer than a render.
    assert sorted(waits)[5] < 10 and time.monotonic() - started < 120
    assert server.metric("tintype_resident_bytes") < 300e6
