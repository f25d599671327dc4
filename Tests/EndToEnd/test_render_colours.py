"""Pictures with unusual samples or profiles, in every format of renditions."""
import io
import subprocess

import pytest
from PIL import Image, ImageCms

import fixtures
from similarity import difference

FORMATS = ["jpeg", "png", "webp", "avif", "jxl", "gif", "tiff"]


def shown(response, format, tmp_path):
    """The picture of a response, decoded by libvips if Pillow cannot read the format."""
    assert response.status_code == 200, response.text
    if format != "jxl":
        return Image.open(io.BytesIO(response.content))
    (tmp_path / "answer.jxl").write_bytes(response.content)
    subprocess.run(["vips", "copy", "answer.jxl", "answer.png"], cwd=tmp_path, check=True)
    return Image.open(tmp_path / "answer.png")


def profile(image):
    """The description of an embedded profile; None if there is none, or one that libjxl wrote for sRGB."""
    data = image.info.get("icc_profile")
    name = data and ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(data))).strip()
    return None if name and name.startswith(("RGB_D65_SRG_", "Gra_D65_")) else name


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("mode, extra", [("L", 1), ("L", 3), ("RGB", 2), ("RGB", 3)])
def test_samples_beyond_the_colours_are_not_shown(module_server, tmp_path, mode, extra, format):
    picture = fixtures.picture(120, 80, 3, mode)
    _, record = module_server.upload(fixtures.tiff_of_bands(picture, extra), "samples.tif")
    for query in ("", "&width=60", "&rotate=30&background=white"):
        answer = module_server.get(f"/v1/images/{record['id']}/render?format={format}{query}")
        image = shown(answer, format, tmp_path)
        if query == "":
            assert difference(image, picture) < 12
    thumbnail = module_server.get(f"/v1/images/{record['id']}/thumbnail")
    assert difference(Image.open(io.BytesIO(thumbnail.content)), picture) < 12


@pytest.mark.parametrize("keeping", ["strip", "keep"])
@pytest.mark.parametrize("format", FORMATS)
def test_cmyk_is_converted_and_its_profile_is_removed(module_server, tmp_path, format, keeping):
    picture = fixtures.picture(120, 80, 4)
    _, record = module_server.upload(fixtures.encoded(picture.convert("CMYK"), "TIFF"), "inks.tif")
    for query in ("", "&rotate=45", "&width=60", "&grayscale=true"):
        answer = module_server.get(f"/v1/images/{record['id']}/render?format={format}&metadata={keeping}{query}")
        image = shown(answer, format, tmp_path)
        assert image.mode in ("RGB", "RGBA", "L", "LA", "P") and profile(image) is None, query


@pytest.mark.parametrize("format", FORMATS)
def test_the_profile_of_colours_does_not_go_with_a_grey_picture(module_server, tmp_path, format):
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = fixtures.encoded(fixtures.picture(120, 80, 5), "PNG", icc_profile=srgb)
    _, record = module_server.upload(data, "profile.png")
    for query in ("", "&width=60"):
        address = f"/v1/images/{record['id']}/render?format={format}&metadata=keep{query}"
        assert profile(shown(module_server.get(address), format, tmp_path)) in (None, "sRGB built-in")
        grey = shown(module_server.get(f"{address}&grayscale=true"), format, tmp_path)
        assert profile(grey) is None
        assert shown(module_server.get(f"{address}&grayscale=true&rotate=45"), format, tmp_path).width >= 60


def test_an_icon_keeps_its_colours(module_server):
    colours = bytes(index * 89 % 256 for index in range(81 * 3))
    icon = Image.frombytes("P", (9, 9), bytes(range(81)))
    icon.putpalette(colours)
    _, record = module_server.upload(fixtures.encoded(icon, "PNG"), "icon.png")
    wanted = icon.convert("RGB").tobytes()
    thumbnail = module_server.get(record["links"]["thumbnail"])
    assert Image.open(io.BytesIO(thumbnail.content)).convert("RGB").tobytes() == wanted
    for accept, type in (("image/avif,image/webp,*/*", "image/webp"), ("*/*", "image/png"), ("image/jpeg", "image/jpeg")):
        answer = module_server.get(f"/v1/images/{record['id']}/render", headers={"Accept": accept})
        assert answer.headers["Content-Type"] == type
        if type != "image/jpeg":
            assert Image.open(io.BytesIO(answer.content)).convert("RGB").tobytes() == wanted


def test_an_animation_that_cannot_be_read_whole_never_becomes_a_still(module_server):
    frames = [Image.new("RGB", (64, 48), colour) for colour in ("red", "lime", "blue", "white")]
    data = fixtures.encoded(frames[0], "PNG", save_all=True, append_images=frames[1:])
    _, record = module_server.upload(data, "moving.png")
    assert record["frames"] == 4
    id = record["id"]
    assert module_server.get(f"/download/{id}?transform=compress").content == data
    assert module_server.post(f"/compress/{id}").json()["bytes"] == len(data)
    for path in (f"/images/{id}.webp", f"/download/{id}?type=gif", f"/v1/images/{id}/render?animated=true"):
        problem = module_server.get(path)
        assert problem.status_code == 409 and "4 frames" in problem.json()["detail"]
    assert module_server.get(f"/images/{id}.png").content == data
    still = module_server.get(f"/v1/images/{id}/render?format=png")
    assert Image.open(io.BytesIO(still.content)).convert("RGB").getpixel((9, 9)) == (255, 0, 0)
