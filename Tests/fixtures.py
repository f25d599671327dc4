"""Images of every format, made when the tests run: by Pillow, libvips' command line, and exiftool."""
import io
import pathlib
import random
import shutil
import struct
import subprocess
import zlib

from PIL import Image, ImageDraw


def picture(width=640, height=480, seed=1, mode="RGB"):
    """A picture with large shapes and a gradient, different for each seed."""
    source = random.Random(seed)
    image = Image.linear_gradient("L").resize((width, height)).convert(mode if mode != "RGBA" else "RGB")
    draw = ImageDraw.Draw(image)
    bands = len(image.getbands())
    for _ in range(12):
        box = sorted(source.randrange(width) for _ in range(2)), sorted(source.randrange(height) for _ in range(2))
        colour = tuple(source.randrange(256) for _ in range(bands))
        draw.ellipse((box[0][0], box[1][0], box[0][1] + 8, box[1][1] + 8), fill=colour if bands > 1 else colour[0])
    if mode == "RGBA":
        image.putalpha(Image.linear_gradient("L").rotate(90).resize((width, height)))
    return image


def encoded(image, format, **options):
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


def jpeg(seed=1, width=640, height=480, quality=85):
    return encoded(picture(width, height, seed), "JPEG", quality=quality)


def tiff_of_bands(image, extra):
    """An uncompressed TIFF with samples beyond the picture's colours, whose meaning is not stated (TIFF 6.0, ExtraSamples)."""
    colours, pixels = len(image.getbands()), image.tobytes()
    samples = b"".join(pixels[at:at + colours] + b"\xff" * extra for at in range(0, len(pixels), colours))
    count = colours + extra

    def list_of_shorts(values):
        nonlocal tail
        if len(values) <= 2:
            return struct.pack("<HH", *values, *[0] * (2 - len(values)))
        place = 8 + 2 + 12 * 10 + 4 + len(tail)
        tail += struct.pack(f"<{len(values)}H", *values)
        return struct.pack("<I", place)

    tail = b""
    bits, extras = list_of_shorts([8] * count), list_of_shorts([0] * extra)
    place = 8 + 2 + 12 * 10 + 4 + len(tail)
    number = lambda value: struct.pack("<I", value)
    entries = [(256, 4, 1, number(image.width)), (257, 4, 1, number(image.height)), (258, 3, count, bits), (259, 3, 1, number(1)),
               (262, 3, 1, number(1 if colours == 1 else 2)), (273, 4, 1, number(place)), (277, 3, 1, number(count)),
               (278, 4, 1, number(image.height)), (279, 4, 1, number(len(samples))), (338, 3, extra, extras)]
    directory = b"".join(struct.pack("<HHI", tag, kind, length) + value for tag, kind, length, value in entries)
    return b"II*\0" + number(8) + struct.pack("<H", len(entries)) + directory + number(0) + tail + samples


def noise(seed=1, width=3500, height=100):
    """Pixels by chance in a BMP file, which is as large as they are."""
    pixels = random.Random(seed).randbytes(3 * width * height)
    return encoded(Image.frombytes("RGB", (width, height), pixels), "BMP")


def png_chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def huge_png(width=50_000, height=50_000):
    """A PNG of one colour: gigapixels in a few kilobytes, with a correct header."""
    compressor = zlib.compressobj(9)
    row = bytes(1 + (width + 7) // 8)
    data = b"".join(compressor.compress(row * 1000) for _ in range(height // 1000)) + compressor.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + png_chunk(b"IDAT", data) + png_chunk(b"IEND", b"")


def many_frames_gif(frames=100_000):
    """A GIF with one pixel for each frame."""
    head = b"GIF89a" + struct.pack("<HHBBB", 1, 1, 0x80, 0, 0) + b"\x00\x00\x00\xff\xff\xff"
    frame = b"\x2c" + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\x00"
    return head + frame * frames + b";"


SVG = b"""<svg xmlns="http://www.w3.org/2000/svg" width="300" height="200" viewBox="0 0 300 200">
<rect width="300" height="200" fill="#246"/><circle cx="150" cy="100" r="60" fill="#fc6"/></svg>
"""


def endless_svg(sized=True):
    """An SVG that keeps its renderer busy for ever: groups that refer to each other ten at a time.

    Without a size even its header does so, because the picture's extent has to be measured.
    """
    levels = "".join(f'<g id="a{level}">' + f'<use href="#a{level - 1}"/>' * 10 + "</g>" for level in range(1, 15))
    size = ' width="100" height="50"' if sized else ""
    return (f'<svg xmlns="http://www.w3.org/2000/svg"{size}><defs><g id="a0"><path d="M0 0h9v9z"/></g>{levels}</defs>'
            '<use href="#a14"/></svg>').encode()


def broken_png(seed=1):
    """A PNG that is complete, but with some of its pixels changed."""
    data = bytearray(encoded(picture(600, 400, seed), "PNG"))
    for index in range(len(data) // 2, len(data) // 2 + 40):
        data[index] ^= 0xFF
    return bytes(data)


def half_jpeg(seed=1):
    """A JPEG without its middle: its end follows its beginning."""
    data = jpeg(seed, 1200, 900)
    return data[:len(data) // 2] + b"\xff\xd9"


class Images:
    """Files of every accepted format, and with metadata."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.by_format = {}
        self._pillow("jpeg", "JPEG", "jpg", quality=88)
        self._pillow("png", "PNG", "png")
        self._pillow("webp", "WEBP", "webp", quality=80)
        self._pillow("gif", "GIF", "gif")
        self._pillow("tiff", "TIFF", "tif", compression="tiff_lzw")
        self._pillow("bmp", "BMP", "bmp")
        self._vips("heic", "heic", "[compression=hevc]")
        self._vips("avif", "avif", "[compression=av1,effort=1]")
        self._vips("jxl", "jxl", "")
        svg = self.folder / "picture.svg"
        svg.write_bytes(SVG)
        self.by_format["svg"] = svg

    def _pillow(self, name, format, extension, **options):
        path = self.folder / f"picture.{extension}"
        picture(seed=len(self.by_format) + 1).save(path, format, **options)
        self.by_format[name] = path

    def _vips(self, name, extension, options):
        """Made by libvips' command line; omitted if its packages lack the encoder."""
        source, path = self.folder / "source.png", self.folder / f"picture.{extension}"
        picture(seed=len(self.by_format) + 1).save(source)
        done = subprocess.run(["vips", "copy", str(source), str(path) + options], capture_output=True)
        if done.returncode == 0:
            self.by_format[name] = path
        else:
            print(f"no {name} is made here: {done.stderr.decode()[:200]}")

    def with_metadata(self, name="photo.jpg", seed=50, tags=(), size=(640, 480)):
        """A JPEG with tags as exiftool writes them, such as -DateTimeOriginal=…"""
        path = self.folder / name
        picture(*size, seed=seed).save(path, "JPEG", quality=88)
        subprocess.run(["exiftool", "-q", "-overwrite_original", *tags, str(path)], check=True)
        return path

    def animated_gif(self, frames=3):
        path = self.folder / "animated.gif"
        pictures = [picture(120, 90, seed=70 + index) for index in range(frames)]
        pictures[0].save(path, "GIF", save_all=True, append_images=pictures[1:], duration=100)
        return path

    def transparent_png(self):
        path = self.folder / "transparent.png"
        picture(400, 300, seed=80, mode="RGBA").save(path, "PNG")
        return path


def has(command):
    return shutil.which(command) is not None
