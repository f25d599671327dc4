"""A page of 100 pictures, cold, as a browser requests it"""
import collections
import io
import shutil

import machine
import photos
from clients import get_all
from firstrender import CLIENTS, prepared
from measure import alone, at_most, require
from PIL import Image
from tintype_server import Server

NAME = "page"
PHOTOS, WIDTHS, PICTURES, LONGEST = 34, (320, 640, 1024), 100, 8
# What Chrome sends with requests for pictures.
ACCEPT = "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8"
HOW = f"""A page shows {PHOTOS} photos of 12, 16, 20 and 24 megapixels, {", ".join(map(str, WIDTHS))} pixels wide: {PICTURES} pictures in all, with `format=auto`
and Chrome's `Accept` field. None of them has been made before. (The widths are those in the first round, and one pixel less in each
later one.) The photos are uploaded and their kept files are made in advance, as on a server in use. The pictures are requested over 6
connections, as over HTTP/1.1, and over {PICTURES}, all at once. The run fails if any of them is refused, or has another width. The server has its
default settings, except for the access log, which is off. While much is to be made, some of the pictures are WebP instead of AVIF."""


def run(context):
    sources = photos.variations(photos.large(context.folder), PHOTOS)
    folder = context.folder / "page"
    folder.mkdir()
    with Server(folder / "data", "--access-log", "off", "--derive", "never") as server:
        images = prepared(server, sources)
        formats = []

        def once(number):
            answers = []
            for place, connections in enumerate((6, PICTURES)):
                less = 2 * number + place
                seconds, made = load(server, images, [width - less for width in WIDTHS], connections)
                answers.append(seconds)
                formats.append(made)
            return answers

        load(server, images, [width + 1 for width in WIDTHS], CLIENTS)
        rounds = context.rounds(5, once)
    shutil.rmtree(folder)
    print("formats: " + "; ".join(", ".join(f"{count} {name}" for name, count in made.items()) for made in formats))
    few, many = zip(*rounds)
    what = f"A page of {PICTURES} pictures, cold"
    return [alone(f"{what}, 6 connections", "s", few, at_most(LONGEST)),
            alone(f"{what}, {PICTURES} connections", "s", many, at_most(LONGEST))]


def load(server, images, widths, connections):
    """The seconds until all pictures of the page are there, and how many have which format."""
    asked = [(image, width) for image in images for width in widths][:PICTURES]
    machine.settle()
    seconds, bodies = get_all(
        server, [f"/v1/images/{image}/render?width={width}" for image, width in asked], connections, ACCEPT)
    made = collections.Counter()
    for body, (_, width) in zip(bodies, asked):
        with Image.open(io.BytesIO(body)) as picture:
            require(picture.width == width, f"a picture is {picture.width} pixels wide, not {width}")
            made[picture.format] += 1
    return seconds, made
