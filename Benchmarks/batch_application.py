"""The peer of the batches: what such a store is usually built on, Flask, Celery and Redis, SQLite, files and Pillow.

It syncs nothing: an acknowledged picture may be lost if the machine fails.
"""
import base64
import os
import pathlib
import sqlite3
import uuid

import celery
import flask
from PIL import Image, ImageOps

FOLDER = pathlib.Path(os.environ["BATCH_FOLDER"])
SIZES = (("full-size", 2048, 85), ("thumbnail", 256, 80))

application = flask.Flask(__name__)
tasks = celery.Celery("batches", broker=os.environ["BATCH_BROKER"])
tasks.conf.update(worker_prefetch_multiplier=4, task_ignore_result=True)


def catalogue():
    connection = sqlite3.connect(FOLDER / "catalogue.sqlite", timeout=60, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("CREATE TABLE IF NOT EXISTS images (id TEXT PRIMARY KEY, batch TEXT, timestamp TEXT, store_name TEXT,"
                       " camera_id TEXT, barcode TEXT, width INTEGER, height INTEGER, state TEXT)")
    return connection


@application.post("/upload_image_batch")
def upload():
    batch, rows = str(uuid.uuid4()), []
    for item in flask.request.get_json():
        name = str(uuid.uuid4())
        (FOLDER / "uploads" / f"{name}.jpg").write_bytes(base64.b64decode(item["file"]))
        rows.append((name, batch, item.get("timestamp"), item.get("store_name"), item.get("camera_id"), item.get("barcode")))
    connection = catalogue()
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany("INSERT INTO images VALUES (?, ?, ?, ?, ?, ?, NULL, NULL, 'pending')", rows)
    connection.execute("COMMIT")
    for row in rows:
        process.delay(row[0])
    return {"id": batch, "items": [{"id": row[0], "file_path": f"uploads/{row[0]}.jpg"} for row in rows]}, 202


@application.get("/ready")
def ready():
    return {"ready": catalogue().execute("SELECT count(*) FROM images WHERE state = 'ready'").fetchone()[0]}


@tasks.task
def process(name):
    with Image.open(FOLDER / "uploads" / f"{name}.jpg") as image:
        size = image.size
        for folder, side, quality in SIZES:
            picture = ImageOps.exif_transpose(image)
            picture.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=2.0)
            picture.convert("RGB").save(FOLDER / folder / f"{name}.jpg", quality=quality)
    catalogue().execute("UPDATE images SET state = 'ready', width = ?, height = ? WHERE id = ?", (*size, name))
