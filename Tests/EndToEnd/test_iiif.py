"""IIIF: requests of viewers that the validator does not test."""
import io
import math

import numpy
import pytest
import requests
from PIL import Image

import fixtures


@pytest.fixture(scope="module")
def image(module_server):
    status, record = module_server.upload(fixtures.jpeg(1, 2100, 1300, quality=95), "map.jpg", fields={"visibility": "public"})
    assert status == 201
    module_server.wait_until_ready(record["id"])
    return module_server, f"/iiif/3/{record['id']}"


def get(image, path, **fields):
    server, base = image
    return server.get(f"{base}/{path}", headers=fields, allow_redirects=False)


def picture(response):
    assert response.status_code == 200, response.text
    return Image.open(io.BytesIO(response.content))


def test_the_information_has_what_viewers_need(image):
    server, base = image
    response = get(image, "info.json")
    info = response.json()
    assert info["id"] == server.url + base and (info["width"], info["height"]) == (2100, 1300)
    assert info["profile"] == "level2" and info["type"] == "ImageService3"
    assert info["tiles"] == [{"width": 512, "scaleFactors": [1, 2, 4, 8]}]
    assert info["sizes"][-1] == {"width": 2100, "height": 1300}
    assert response.headers["Content-Type"] == "application/json" and "Accept" in response.headers["Vary"]
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    linked = get(image, "info.json", Accept="application/ld+json")
    assert linked.headers["Content-Type"] == 'application/ld+json;profile="http://iiif.io/api/image/3/context.json"'
    for size in info["sizes"]:
        assert picture(get(image, f"full/{size['width']},{size['height']}/0/default.jpg")).size == tuple(size.values())


def test_the_base_redirects_to_the_information(image):
    server, base = image
    response = server.get(base, allow_redirects=False)
    assert response.status_code == 303 and response.headers["Location"] == f"{server.url}{base}/info.json"


def test_a_configured_public_address_takes_precedence_over_the_request(make_server):
    server = make_server("--public-url", "https://images.example.org", "--access", "open")
    _, record = server.upload(fixtures.jpeg(2), "a.jpg")
    info = server.get(f"/iiif/3/{record['id']}/info.json").json()
    assert info["id"] == f"https://images.example.org/iiif/3/{record['id']}"


@pytest.mark.parametrize("factor", [1, 2, 4, 8])
def test_tiles_make_up_the_whole_picture(image, factor):
    """Tiles as OpenSeadragon requests them, including those at the edges."""
    server, base = image
    whole = Image.open(io.BytesIO(server.get(base.replace("/iiif/3/", "/v1/images/") + "/original").content)).convert("RGB")
    width, height = math.ceil(2100 / factor), math.ceil(1300 / factor)
    joined = Image.new("RGB", (width, height))
    for y in range(0, height, 512):
        for x in range(0, width, 512):
            region = (x * factor, y * factor, min(512 * factor, 2100 - x * factor), min(512 * factor, 1300 - y * factor))
            size = (math.ceil(region[2] / factor), math.ceil(region[3] / factor))
            path = f"{','.join(map(str, region))}/{size[0]},{size[1]}/0/default.jpg"
            tile = picture(get(image, path))
            assert tile.size == size
            joined.paste(tile, (x, y))
    reduced = whole.resize((width, height), Image.Resampling.LANCZOS)
    assert numpy.abs(numpy.asarray(joined, float) - numpy.asarray(reduced, float)).mean() < 3


@pytest.mark.parametrize("quality", ["default", "color", "gray", "bitonal"])
@pytest.mark.parametrize("format", ["jpg", "png", "webp", "gif", "tif", "avif"])
def test_every_quality_in_every_format(image, quality, format):
    shown = picture(get(image, f"full/200,/0/{quality}.{format}"))
    assert shown.size == (200, 124)
    pixels = numpy.asarray(shown.convert("RGB"), int)
    if quality in ("gray", "bitonal"):
        assert abs(pixels[..., 0] - pixels[..., 1]).max() <= 4
    if quality == "bitonal":
        assert ((pixels < 40) | (pixels > 215)).mean() > (0.9 if format in ("jpg", "webp", "avif") else 0.999)


def test_a_rotated_picture_is_transparent_outside_if_the_format_supports_it(image):
    turned = picture(get(image, "square/200,/45/default.png"))
    assert turned.mode == "RGBA" and turned.getpixel((1, 1))[3] == 0 and turned.size == (283, 283)
    assert min(picture(get(image, "square/200,/45/default.jpg")).getpixel((1, 1))) > 240


def test_max_stays_within_the_limits_if_rotated(image):
    turned = picture(get(image, "full/^max/45/bitonal.png"))
    assert 24_500_000 < turned.width * turned.height <= 25_000_000


def test_a_region_that_begins_within_the_last_pixel_is_that_pixel(image):
    assert picture(get(image, "pct:99.99,99.99,10,10/max/0/default.png")).size == (1, 1)


def test_links_have_the_canonical_address(image):
    server, base = image
    link = get(image, "0,0,2100,1300/210,/!360/color.jpg").headers["Link"]
    assert f'<{server.url}{base}/full/210,130/!0/default.jpg>;rel="canonical"' in link
    assert '<http://iiif.io/api/image/3/level2.json>;rel="profile"' in link
    canonical = requests.get(f"{server.url}{base}/full/210,130/!0/default.jpg", timeout=30)
    assert canonical.headers["ETag"] == get(image, "0,0,2100,1300/210,/!360/color.jpg").headers["ETag"]


def test_pages_of_any_origin_may_send_requests(image):
    server, base = image
    preflight = server.request("OPTIONS", f"{base}/full/max/0/default.jpg", headers={
        "Origin": "https://viewer.example", "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "authorization"})
    assert preflight.status_code == 204 and preflight.headers["Access-Control-Allow-Origin"] == "*"
    assert "Authorization" in preflight.headers["Access-Control-Allow-Headers"]
    assert get(image, "full/1,/0/default.exe").headers["Access-Control-Allow-Origin"] == "*"


def test_malformed_identifiers_are_not_found(image):
    server, _ = image
    for id in ("nothing", "a%2Fb", "[x]", "00000000-0000-7000-8000-000000000000"):
        assert server.get(f"/iiif/3/{id}/full/max/0/default.jpg").status_code == 404
        assert server.get(f"/iiif/3/{id}/info.json").status_code == 404
