"""How close renditions of all kinds of files are to what Pillow reads in the same files"""
import csv
import dataclasses
import io
import shutil
import statistics

import numpy
import photos
from clients import get_all
from measure import alone, require
from PIL import Image, ImageCms, ImageOps
from tintype_server import Server

NAME = "reading"
CLIENTS = 2
SIDE = 256
HOW = f"""Renditions within {SIDE} × {SIDE} pixels, as PNG, of every file of the corpus that Pillow reads, beside the same picture as Pillow reads it: the
first frame, upright, its ICC profile converted to sRGB, the gamma of a PNG applied, see-through parts over grey, reduced with the Lanczos kernel. The
figure is the mean absolute difference of the samples, of 255. Without the corpus, a few files are made. A difference is a place to look, not
a verdict: Pillow converts CMYK without a profile in its own way, and reduces pictures of few colours in theirs. Nothing here is timed."""
# Over this, see-through parts of both pictures are laid.
GREY = (128, 128, 128, 255)


def run(context):
    files = corpus_files() or made_files(context.folder)
    folder = context.folder / "reading"
    with Server(folder, "--access-log", "off", "--derive", "never") as server:
        images = {}
        for path in files[::8] if context.quick else files:
            reference = read(path)
            if reference is None:
                continue
            status, record = server.upload(path)
            require(status in (200, 201), f"the upload of {path.name} is answered with {status}")
            images[path.name] = (record["id"], reference)
        asks = [f"/v1/images/{image}/render?width={SIDE}&height={SIDE}&format=png" for image, _ in images.values()]
        _, bodies = get_all(server, asks, CLIENTS)
    shutil.rmtree(folder)
    differences = {name: difference(body, reference) for (name, (_, reference)), body in zip(images.items(), bodies)}
    worst = sorted(differences, key=differences.get, reverse=True)[:10]
    note = (f"; median of {len(differences)} files {statistics.median(differences.values()):.2f}; worst: "
            + ", ".join(f"{name} {differences[name]:.1f}" for name in worst))
    row = alone("Mean difference from Pillow's reading", "of 255", [statistics.mean(differences.values())])
    return [noted(row, note)]


def noted(row, note):
    return dataclasses.replace(row, ours_note=note)


def corpus_files():
    """The files of the corpus that are to be accepted; none if there is no corpus."""
    if photos.corpus() is None:
        return []
    root = photos.corpus().parent
    with open(root / "manifest.tsv", newline="") as file:
        return [root / entry["path"] for entry in csv.DictReader(file, delimiter="\t") if entry["verdict"] == "accept"]


def made_files(folder):
    """One picture in the formats that Pillow writes."""
    picture = Image.linear_gradient("L").convert("RGB").resize((300, 200))
    paths = []
    for extension in ("jpg", "png", "webp", "gif", "tif", "bmp"):
        paths.append(folder / f"made.{extension}")
        picture.save(paths[-1])
    return paths


def read(path):
    """The picture as Pillow reads it, in sRGB with alpha; None if it does not."""
    try:
        with Image.open(path) as image:
            profile, gamma = image.info.get("icc_profile"), image.info.get("gamma")
            stated = "srgb" in image.info or profile
            picture = ImageOps.exif_transpose(image)
            if picture.mode in ("I;16", "I;16B", "I", "F"):
                samples = numpy.asarray(picture, float)
                largest = {"I;16": 65535, "I;16B": 65535, "F": 1}.get(picture.mode, max(255, samples.max()))
                picture = Image.fromarray((samples / largest * 255).clip(0, 255).round().astype("uint8"))
            if profile and picture.mode in ("RGB", "RGBA", "CMYK", "L"):
                alpha = picture.getchannel("A") if picture.mode == "RGBA" else None
                picture = ImageCms.profileToProfile(
                    picture.convert("RGB") if alpha else picture, ImageCms.ImageCmsProfile(io.BytesIO(profile)),
                    ImageCms.createProfile("sRGB"), outputMode="RGB")
                if alpha:
                    picture.putalpha(alpha)
            picture = picture.convert("RGBA")
            if gamma and not stated and abs(gamma - 0.45455) > 0.005:
                curve = [round(255 * (value / 255) ** (1 / (2.2 * gamma))) for value in range(256)]
                picture = picture.point(curve * 3 + list(range(256)))
            return picture
    except Exception:  # What Pillow cannot read is not compared.
        return None


def difference(encoded, reference):
    with Image.open(io.BytesIO(encoded)) as image:
        ours = image.convert("RGBA")
    theirs = reference.resize(ours.size, Image.Resampling.LANCZOS, reducing_gap=3.0)
    return float(numpy.abs(flat(ours) - flat(theirs)).mean())


def flat(picture):
    """The samples of a picture over grey."""
    return numpy.asarray(Image.alpha_composite(Image.new("RGBA", picture.size, GREY), picture).convert("RGB"), float)
