"""Parts of large images come from a pyramid that is made in the background, and look as if they came from the original."""
import concurrent.futures
import contextlib
import io
import json
import os
import random
import subprocess

import numpy
import pytest
from PIL import Image, ImageOps

import fixtures
import similarity
from test_durability import small_disk  # noqa: F401

# Odd, so that every halving drops a row or a column.
WIDTH, HEIGHT = 5003, 3301
MADE, FAILED = "tintype_pyramids_made_total", "tintype_pyramid_failures_total"


@pytest.fixture(scope="session")
def large(tmp_path_factory):
    """A photo of 16.5 megapixels with grain."""
    image = fixtures.picture(WIDTH, HEIGHT, seed=7)
    noise = numpy.random.default_rng(7).normal(0, 9, (HEIGHT // 12, WIDTH // 12)).astype("float32")
    noise = numpy.asarray(Image.fromarray(noise).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC))
    pixels = numpy.clip(numpy.asarray(image, float) + noise[..., None], 0, 255).astype("uint8")
    path = tmp_path_factory.mktemp("large") / "large.jpg"
    Image.fromarray(pixels).save(path, quality=92)
    return path


def turned(path, orientation):
    """The same file with another orientation."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    buffer = io.BytesIO()
    with Image.open(path) as image:
        image.save(buffer, "JPEG", quality="keep", exif=exif)
    return buffer.getvalue()


def take(server, file):
    status, record = server.upload(file, "large.jpg")
    assert status == 201
    return server.wait_until_ready(record["id"], 60)


def extent(record, x, y, factor):
    """The region of a tile of 512 pixels a side, clipped to the image, and its size."""
    left, top, side = x * 512 * factor, y * 512 * factor, 512 * factor
    across, down = min(side, record["width"] - left), min(side, record["height"] - top)
    return (left, top, across, down), (-(-across // factor), -(-down // factor))


def tile(server, record, x, y, factor, tail="", encoding="format=webp&quality=95"):
    """A tile as a viewer requests it, but by query: its number across and down, and its scale factor."""
    region, size = extent(record, x, y, factor)
    shape = f"crop={','.join(map(str, region))}&width={size[0]}&height={size[1]}&fit=fill"
    answer = server.get(f"/v1/images/{record['id']}/render?{shape}&{encoding}{tail}")
    assert answer.status_code == 200, answer.text
    return answer.content


def tiles_by_others(file, record, factors):
    """The same tiles, made from the original by another program."""
    with Image.open(io.BytesIO(file)) as image:
        upright = ImageOps.exif_transpose(image)
    made = {}
    for factor in factors:
        for place in chosen(record, factor):
            (left, top, across, down), size = extent(record, *place, factor)
            reduced = upright.resize(size, Image.Resampling.LANCZOS, box=(left, top, left + across, top + down))
            made[(*place, factor)] = fixtures.encoded(reduced, "PNG")
    return made


def assert_tiles(server, record, references):
    for place, reference in references.items():
        assert_alike(tile(server, record, *place), reference, f"tile {place[0]}, {place[1]} of scale factor {place[2]}")


def grid(record, factor):
    """The number of tiles across and down."""
    return -(-record["width"] // (512 * factor)), -(-record["height"] // (512 * factor))


def chosen(record, factor):
    """The first and the last tile, two at the edges, and one in the middle."""
    across, down = grid(record, factor)
    return sorted({(0, 0), (across - 1, 0), (0, down - 1), (across - 1, down - 1), (across // 2, down // 2)})


def ask_until_made(server, record, count=1):
    """Requests tiles, each only once, until there is a pyramid."""
    across, down = grid(record, 1)
    rest = iter([(x, y) for y in range(down) for x in range(across)])

    def made():
        tile(server, record, *next(rest), 1, f"&blur=0.{random.randrange(30, 99)}")
        return server.metric(MADE) == count
    server.wait_until(made)


def pyramids(server):
    return [path for path in (server.data / "cache").rglob("*.tif*") if path.parent.name != "drafts"]


def assert_alike(one, other, what=""):
    with Image.open(io.BytesIO(one)) as first, Image.open(io.BytesIO(other)) as second:
        assert first.size == second.size
        difference = numpy.abs(numpy.asarray(first, float) - numpy.asarray(second, float)).mean()
    likeness = similarity.ssim(similarity.luminance(one), similarity.luminance(other))
    assert difference < 2 and likeness >= 0.98, f"{what}: a mean difference of {difference:.2f}, a similarity of {likeness:.4f}"


def test_tiles_of_all_scale_factors_look_as_if_they_came_from_the_original(server, large):
    record = take(server, large)
    ask_until_made(server, record)
    # Without the original they could not come from anything else of their size.
    assert server.request("DELETE", record["links"]["original"]).status_code == 204
    assert_tiles(server, record, tiles_by_others(large.read_bytes(), record, [1, 2, 4, 8]))
    # Another pyramid is not begun either, because it could not be made.
    for number in range(4):
        tile(server, record, number, 1, 1, encoding="format=png")
    assert server.metric(MADE) == 1 and server.metric(FAILED) == 0


def test_a_pyramid_has_the_expected_levels(server, large):
    record = take(server, large)
    ask_until_made(server, record)
    (path,) = pyramids(server)
    fields = ["vipsheader", "-f"]
    assert int(subprocess.check_output([*fields, "n-subifds", path])) == 5
    for level in range(6):
        name = f"{path}[subifd={level - 1}]"
        size = tuple(int(subprocess.check_output([*fields, side, name])) for side in ("width", "height"))
        assert size == (WIDTH >> level, HEIGHT >> level)
    assert path.stat().st_size <= server.metric("tintype_rendition_cache_bytes")


@pytest.mark.parametrize("orientation", [2, 3, 6, 7])
def test_a_rotated_image_comes_out_upright(server, large, orientation):
    file = turned(large, orientation)
    record = take(server, file)
    assert (record["width"] < record["height"]) == (orientation >= 5)
    ask_until_made(server, record)
    assert server.request("DELETE", record["links"]["original"]).status_code == 204
    assert_tiles(server, record, tiles_by_others(file, record, [1, 4]))


def test_a_viewer_that_requests_many_tiles_at_once_gets_them(server, large):
    record = take(server, large)
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        places = [(x, y) for y in range(6) for x in range(6)]
        tiles = list(pool.map(lambda place: tile(server, record, *place, 1), places))
    assert len(tiles) == 36 and server.metric(MADE) == 1


def test_whole_images_small_images_and_single_requests_make_no_pyramid(server, large):
    record = take(server, large)
    for width in range(3000, 3006):
        assert server.get(f"/v1/images/{record['id']}/render?width={width}").status_code == 200
    for place in ((0, 0), (1, 1)):
        tile(server, record, *place, 1)
    for number in range(6):
        tile(server, record, number, 0, 1, "&source=original")
    small = take(server, fixtures.jpeg(1, 3000, 2000))
    for number in range(5):
        tile(server, small, number, 0, 1)
    assert server.metric(MADE) == 0 and not pyramids(server)


def test_a_pyramid_is_removed_with_its_image(server, large):
    record = take(server, large)
    ask_until_made(server, record)
    assert pyramids(server)
    assert server.request("DELETE", record["links"]["self"] + "?permanent=true").status_code == 204
    assert not [path for path in (server.data / "cache").rglob("*") if path.is_file()]
    assert server.metric("tintype_rendition_cache_bytes") == 0


@pytest.mark.parametrize("size", ["0", "300KiB"])
def test_a_cache_that_is_too_small_keeps_no_pyramid(make_server, large, size):
    server = make_server("--cache-size", size)
    record = take(server, large)
    for place in ((x, y) for y in range(3) for x in range(5)):
        tile(server, record, *place, 1)
    assert server.metric(MADE) == 0 and server.metric(FAILED) == 0 and not pyramids(server)
    # Detected once.
    server.wait_until(lambda: size == "0" or "pyramid larger than the cache" in server.log_text())
    assert server.log_text().count("pyramid larger than the cache") == (0 if size == "0" else 1)


def test_a_pyramid_survives_a_restart(server, large):
    record = take(server, large)
    ask_until_made(server, record)
    (path,) = pyramids(server)
    before = path.stat()
    server.restart()
    for place in chosen(record, 1):
        assert_alike(tile(server, record, *place, 1), tile(server, record, *place, 1, "&source=original"))
    assert server.metric(MADE) == 0
    assert (path.stat().st_ino, path.stat().st_mtime) == (before.st_ino, before.st_mtime)


@pytest.mark.parametrize("how", ["cut", "overwritten", "emptied"])
def test_a_damaged_pyramid_is_not_used_and_made_again(server, large, how):
    record = take(server, large)
    ask_until_made(server, record)
    (path,) = pyramids(server)
    data = path.read_bytes()
    path.write_bytes({"cut": data[:len(data) // 2], "overwritten": bytes(len(data)), "emptied": b""}[how])
    assert_alike(tile(server, record, 9, 6, 1), tile(server, record, 9, 6, 1, "&source=original"))
    ask_until_made(server, record, count=2)
    assert pyramids(server)[0].read_bytes() == data
    assert server.record(record["id"])["state"] == "ready"


def test_an_image_whose_pyramid_fails_is_not_changed(make_server, large):
    """A failed pyramid must not mark the image as damaged, and is not tried again and again."""
    server = make_server("--derive", "never")
    with Image.open(large) as image:
        data = bytearray(fixtures.encoded(image, "PNG", compress_level=1))
    for index in range(len(data) * 3 // 4, len(data) * 3 // 4 + 40):
        data[index] ^= 0xFF
    status, record = server.upload(bytes(data), "broken.png")
    assert status == 201
    record = server.record(record["id"])
    for number in range(9):
        tile(server, record, number, 0, 1)
    server.wait_until(lambda: server.metric(FAILED) == 1)
    for number in range(9):
        tile(server, record, number, 1, 1)
    assert server.metric(FAILED) == 1 and server.metric(MADE) == 0
    assert server.record(record["id"])["state"] != "damaged" and not pyramids(server)


@contextlib.contextmanager
def one_being_made(server, record):
    """Runs the body while a pyramid is made: two tiles are done and all others wait, so the memory in use is the pyramid's."""
    def is_under_way():
        tiles = server.metric('tintype_renders_total{type="transformed"}')
        # On a slow machine it may be there before the first look.
        return (tiles == 2 and server.metric("tintype_render_bytes") > 140e6) or server.metric(MADE) == 1

    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        asked = [pool.submit(tile, server, record, number, 0, 1) for number in range(6)]
        server.wait_until(is_under_way)
        yield
        for one in asked:
            one.exception()  # Any answer is accepted.


def assert_goes_on(server, record):
    assert not list((server.data / "cache" / "drafts").iterdir())
    # The requests that waited for it may still have received it.
    is_kept = bool(pyramids(server))
    server.start()
    if not is_kept:
        ask_until_made(server, record)
    assert len(pyramids(server)) == 1


def test_a_kill_while_a_pyramid_is_made_leaves_nothing_behind(server, large):
    record = take(server, large)
    with one_being_made(server, record):
        server.kill()
    server.restart()
    server.stop()
    assert_goes_on(server, record)


def test_a_stop_while_a_pyramid_is_made_is_in_order(server, large):
    record = take(server, large)
    with one_being_made(server, record):
        assert server.stop() == 0
    assert "error" not in {json.loads(line)["level"] for line in server.log_text().splitlines() if line.startswith("{")}
    assert_goes_on(server, record)


def test_no_request_fails_if_a_full_disk_prevents_a_pyramid(small_disk, make_server, large):  # noqa: F811
    server = make_server("--derive", "never", data=small_disk / "data")
    status, record = server.upload(large, "large.jpg")
    assert status == 201
    record = server.record(record["id"])
    free = os.statvfs(small_disk).f_bavail * os.statvfs(small_disk).f_frsize
    (small_disk / "ballast").write_bytes(bytes(free - 1_500_000))
    for number in range(9):
        tile(server, record, number, 0, 1, "&blur=9")
    assert server.metric(FAILED) == 1 and server.metric(MADE) == 0 and not pyramids(server)
    assert server.record(record["id"])["state"] != "damaged"
