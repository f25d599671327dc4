"""A typical application that makes renditions: Flask and pyvips, run by gunicorn."""
import os

import flask
import pyvips

FILES = os.environ["FILES"]
SAVERS = {
    "jpeg": lambda image, quality: image.jpegsave_buffer(Q=quality, strip=True),
    "webp": lambda image, quality: image.webpsave_buffer(Q=quality, strip=True),
    "avif": lambda image, quality: image.heifsave_buffer(Q=quality, compression="av1", strip=True),
}
application = flask.Flask(__name__)
# Nothing is requested twice.
pyvips.cache_set_max(0)


@application.get("/<format>/<int:width>/<int:quality>/<name>")
def rendition(format, width, quality, name):
    image = pyvips.Image.thumbnail(os.path.join(FILES, name), width)
    return flask.Response(SAVERS[format](image, quality), mimetype=f"image/{format}")
