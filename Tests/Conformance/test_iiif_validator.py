"""Runs the IIIF community's own validator for the Image API 3.0."""
import io

from iiif_validator.validator import ImageAPI, TestSuite, ValidationInfo
from PIL import Image
import pytest

from tintype_server import Server

VERSION = "3.0"
# All tests of level 2, and the optional ones, except:
LEFT_OUT = {
    # libvips cannot write these formats here.
    "format_jp2", "format_pdf",
    # It calls a function that Python 3 does not have; Tests/EndToEnd/test_iiif.py tests WebP instead.
    "format_webp",
    # It expects ^max to have the picture's own size even if the information states a larger maxArea (section 4.2).
    "size_up",
}
TESTS = {name: about["level"] for name, about in TestSuite(ValidationInfo()).list_tests(VERSION).items()}


def squares():
    """The validator's picture: ten by ten squares of a hundred pixels, in colours that it knows."""
    image = Image.new("RGB", (1000, 1000))
    for x, column in enumerate(ValidationInfo().colorInfo):
        for y, colour in enumerate(column):
            image.paste(colour, (x * 100, y * 100, x * 100 + 100, y * 100 + 100))
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    with Server(tmp_path_factory.mktemp("iiif") / "data") as server:
        _, record = server.upload(squares(), "squares.png", fields={"visibility": "public"})
        server.wait_until_ready(record["id"])
        yield server, record["id"]


@pytest.mark.parametrize("name", sorted(set(TESTS) - LEFT_OUT))
def test_the_validator_passes(service, name):
    server, id = service
    result = ImageAPI(id, f"{server.host}:{server.port}", "iiif/3", "http", "", VERSION, debug=False)
    TestSuite(ValidationInfo()).run_test(name, result)
    assert result.exception is None, f"{result.exception} at {result.urls}"


def test_every_test_of_level_2_runs():
    assert all(TESTS[name] > 2 for name in LEFT_OUT) and sum(level <= 2 for level in TESTS.values()) >= 25
