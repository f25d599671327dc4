"""Photos that are all different and cost nothing to make: one picture, with a comment that has a number."""
import dataclasses
import io
import os
import pathlib
import struct
import sys

from PIL import Image

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "Tests"))

import fixtures  # noqa: E402

START_OF_IMAGE = b"\xff\xd8"


@dataclasses.dataclass(frozen=True)
class Photo:
    """A JPEG to be sent: its own head, and the rest of a file that it shares with other photos."""
    head: bytes
    rest: pathlib.Path

    @property
    def size(self):
        return len(self.head) + self.rest.stat().st_size - len(START_OF_IMAGE)

    def write(self, path):
        path.write_bytes(self.head + self.rest.read_bytes()[len(START_OF_IMAGE):])
        return path


def variations(files, count):
    """`count` photos of different digests, from the files in turn."""
    photos = []
    for number in range(count):
        comment = f"variation {number:06}".encode()
        head = START_OF_IMAGE + b"\xff\xfe" + struct.pack(">H", 2 + len(comment)) + comment
        photos.append(Photo(head, files[number % len(files)]))
    return photos


def corpus():
    """The folder of real photos; None if there is none."""
    named = os.environ.get("TINTYPE_CORPUS")
    folder = pathlib.Path(named) if named else ROOT.parent / "shared/corpus"
    return folder / "photos" if (folder / "photos").is_dir() else None


def twelve_megapixels(folder):
    """A JPEG of 4032 × 3024 pixels and about 2.3 MB."""
    return _real("chalk_cliff_1.jpg") or _made(folder, "made-12.jpg", 4032, 3024, grain=14, quality=85)


def smooth(folder):
    """A larger JPEG with less detail: 4640 × 3472 pixels, about 0.5 MB."""
    return _real("cat_1.jpg") or _made(folder, "made-16.jpg", 4640, 3472, grain=1, quality=75)


def large(folder):
    """JPEGs of 12, 16, 20 and 24 megapixels, with little to much detail."""
    return [twelve_megapixels(folder), smooth(folder),
            _transcoded(folder, "cat_2.avif") or _made(folder, "made-20.jpg", 5472, 3648, grain=6, quality=85),
            _made(folder, "made-24.jpg", 6000, 4000, grain=14, quality=85)]


def hundred_megapixels(folder):
    """A photo again and again, side by side: a JPEG of 12,000 × 8,400 pixels."""
    path, (width, height) = pathlib.Path(folder) / "large.jpg", (12_000, 8_400)
    with Image.open(twelve_megapixels(folder)) as picture:
        one = picture.convert("RGB")
    whole = Image.new("RGB", (width, height))
    for y in range(0, height, one.height):
        for x in range(0, width, one.width):
            whole.paste(one, (x, y))
    whole.save(path, quality=90)
    return path


def heavy(folder, size):
    """A JPEG of about `size` bytes, full of grain: nothing takes longer to decode."""
    width = 2400
    for _ in range(2):
        path = _made(folder, f"heavy-{width}.jpg", width, width * 3 // 4, grain=90, quality=100)
        width = int(width * (size / path.stat().st_size) ** 0.5)
    return _made(folder, f"heavy-{width}.jpg", width, width * 3 // 4, grain=90, quality=100)


def _real(name):
    path = corpus() / name if corpus() else None
    return path if path and path.exists() else None


def _transcoded(folder, name):
    """A real photo that is there in another format, as a JPEG."""
    real, path = _real(name), pathlib.Path(folder) / f"{name}.jpg"
    if real and not path.exists():
        with Image.open(real) as picture:
            picture.convert("RGB").save(path, "JPEG", quality=90)
    return path if real else None


def _made(folder, name, width, height, grain, quality):
    path = pathlib.Path(folder) / name
    if not path.exists():
        bands = [Image.effect_noise((width, height), grain) for _ in range(3)]
        picture = Image.blend(fixtures.picture(width, height), Image.merge("RGB", bands), 0.5)
        picture.save(path, "JPEG", quality=quality, subsampling=0 if quality == 100 else 2)
    return path


def size_of(data):
    """Width and height of an encoded picture, which must decode."""
    with Image.open(io.BytesIO(data)) as image:
        image.load()
        return image.size
