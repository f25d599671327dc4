"""How close renditions made from the full-size file are to renditions made from the original."""
import dataclasses
import io
import shutil
import statistics

import numpy
import photos
from clients import get_all
from firstrender import CLIENTS, make_full_size_files
from measure import alone, at_least, require
from PIL import Image
from tintype_server import Server

NAME = "fidelity"
WIDTHS = [250, 320, 500, 900]
HOW = """Structural similarity (SSIM: Wang, Bovik, Sheikh and Simoncelli, 2004; Gaussian window of 11 × 11 pixels with a standard
deviation of 1.5, at every pixel where it fits; K1 = 0.01, K2 = 0.03; the mean over all windows, at the size of the rendition) of the
picture that is made by default to the one that is made with `source=original`. Both are PNG, so they differ only in their source. The
full-size file is a JPEG of quality 85 and at most 2048 pixels a side, and the intermediate copy is one of at most 1024. Each of them
serves if it is at least twice as large as the rendition. Only photos for which one of them serves are counted; for all others both
pictures are identical. Luma is that of BT.601; "red, green and blue" is the minimum of any single channel. Nothing here is timed, and
the result is the same each time."""
# Of the window, which is the same across and down.
WEIGHTS = numpy.exp(-0.5 * (numpy.arange(-5, 6) / 1.5) ** 2)
WEIGHTS /= WEIGHTS.sum()
C1, C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2


def run(context):
    paths = sorted(photos.corpus().iterdir()) if photos.corpus() else photos.large(context.folder)
    with Server(context.folder / "fidelity", "--access-log", "off", "--derive", "never") as server:
        images = {}
        for path in paths:
            status, record = server.upload(path)
            require(status == 201, f"the upload of {path.name} is answered with {status}")
            images[path.name] = record["id"]
        make_full_size_files(server)
        rows = [row(server, images, width) for width in ([500] if context.quick else WIDTHS)]
    shutil.rmtree(context.folder / "fidelity")
    return rows


def row(server, images, width):
    """The minimum over all photos, with notes."""
    asks = [f"/v1/images/{image}/render?width={width}&format=png" for image in images.values()]
    (_, by_default), (_, direct) = (get_all(server, [ask + way for ask in asks], CLIENTS) for way in ("", "&source=original"))
    luma, channels = {}, {}
    for name, one, other in zip(images, by_default, direct):
        if one != other:
            luma[name] = similarity(planes(one, "L"), planes(other, "L")).item()
            channels[name] = similarity(planes(one, "RGB"), planes(other, "RGB")).min().item()
    require(len(luma) >= min(4, len(images)), f"only {len(luma)} photos are made from the full-size file")
    worst, coarsest = min(luma, key=luma.get), min(channels, key=channels.get)
    note = (f" ({worst}); median of {len(luma)} photos {statistics.median(luma.values()):.4f}; red, green and blue at least "
            f"{channels[coarsest]:.4f} ({coarsest})")
    least = alone(f"Minimum SSIM of luma, {width} pixels wide", "", [luma[worst]], at_least(0.98))
    return dataclasses.replace(least, ours_note=note)


def planes(encoded, mode):
    """The channels of a picture, one after the other: an array of channels × rows × columns."""
    with Image.open(io.BytesIO(encoded)) as image:
        require(image.format == "PNG", f"a {image.format} has come")
        pixels = numpy.asarray(image.convert(mode), float)
    return pixels[None] if pixels.ndim == 2 else pixels.transpose(2, 0, 1)


def similarity(first, second):
    """The SSIM of each channel: equation 13 of the paper, and the mean of it."""
    require(first.shape == second.shape, f"the pictures have {first.shape} and {second.shape} pixels")
    one, two = blurred(first), blurred(second)
    variances = blurred(first * first) + blurred(second * second) - one * one - two * two
    covariance = blurred(first * second) - one * two
    return (((2 * one * two + C1) * (2 * covariance + C2)) / ((one * one + two * two + C1) * (variances + C2))).mean((1, 2))


def blurred(planes):
    """The weighted means of all windows that lie within the picture."""
    reach = len(WEIGHTS) - 1
    rows = sum(weight * planes[:, at:planes.shape[1] - reach + at] for at, weight in enumerate(WEIGHTS))
    return sum(weight * rows[:, :, at:rows.shape[2] - reach + at] for at, weight in enumerate(WEIGHTS))
