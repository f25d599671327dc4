"""Structural similarity, calculated with numpy: an independent measurement of what the compressor guarantees."""
import io

import numpy
from PIL import Image, ImageOps

C1, C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2


def luminance(data, size=None):
    """Luminance over white, upright, as a person sees the picture."""
    image = ImageOps.exif_transpose(Image.open(io.BytesIO(data)))
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    return numpy.asarray(image.convert("RGB").convert("L"), dtype=numpy.float64)


def difference(one, other):
    """The mean difference of two pictures, in steps of 256."""
    size = one.size
    return numpy.abs(
        numpy.asarray(one.convert("RGB"), float) - numpy.asarray(other.convert("RGB").resize(size), float)).mean()


def ssim(first, second):
    """The mean of Wang et al. (2004) over windows of 8 × 8 pixels at every fourth pixel."""
    assert first.shape == second.shape, f"{first.shape} and {second.shape}"
    height, width = first.shape
    if height < 8 or width < 8:
        windows = [first.reshape(1, -1), second.reshape(1, -1)]
    else:
        view = numpy.lib.stride_tricks.sliding_window_view
        windows = [view(plane, (8, 8))[::4, ::4].reshape(-1, 64) for plane in (first, second)]
    one, two = (plane.mean(axis=1) for plane in windows)
    variance = sum(plane.var(axis=1) for plane in windows)
    covariance = (windows[0] * windows[1]).mean(axis=1) - one * two
    return (((2 * one * two + C1) * (2 * covariance + C2)) / ((one ** 2 + two ** 2 + C1) * (variance + C2))).mean()


def colour_difference(first, second):
    """The difference of the mean chroma of squares of 16 × 16 pixels, in steps of 256: on average, and the maximum."""
    def means(data):
        image = ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB").convert("YCbCr")
        chroma = numpy.asarray(image, dtype=numpy.float64)[..., 1:]
        rows = numpy.add.reduceat(chroma, range(0, chroma.shape[0], 16), axis=0)
        sums = numpy.add.reduceat(rows, range(0, chroma.shape[1], 16), axis=1)
        counts = [numpy.diff([*range(0, length, 16), length]) for length in chroma.shape[:2]]
        return sums / numpy.outer(*counts)[..., None]
    apart = numpy.abs(means(first) - means(second)).max(axis=-1)
    return apart.mean(), apart.max()
