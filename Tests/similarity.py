"""Structural similarity, worked out with numpy: what the compressor promises, measured by other means."""
import io

import numpy
from PIL import Image, ImageOps

C1, C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2


def luminance(data, size=None):
    """Luminance over white, as a person sees the picture: upright."""
    image = ImageOps.exif_transpose(Image.open(io.BytesIO(data)))
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    return numpy.asarray(image.convert("RGB").convert("L"), dtype=numpy.float64)


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
