#!/usr/bin/env python3
"""Sends the pictures of a folder to Tintype in batches, and removes each that has become an image.

    TINTYPE_URL=http://localhost:5000 TINTYPE_TOKEN=tt_… ./camera.py --store Nord --camera door /var/spool/pictures

It needs Python 3.9 or later and nothing else. A picture leaves the folder only when the server has it; one that the server
refuses is moved to `refused/`, with the reason beside it. Batches that may have arrived already are sent again without harm:
the same pictures have the same Idempotency-Key. With --watch it goes on with what the camera writes next.
"""
import argparse
import base64
import datetime
import hashlib
import http.client
import json
import os
import pathlib
import random
import sys
import time
import urllib.error
import urllib.request

PICTURES = {".jpg", ".jpeg", ".png", ".webp", ".heic", ".avif", ".tif", ".tiff", ".bmp", ".gif", ".jxl"}


class Gone(Exception):
    """The server could not be reached, however often it was tried."""


class Server:
    def __init__(self, url, token, attempts):
        self.url, self.token, self.attempts = url.rstrip("/"), token, attempts

    def request(self, method, path, body=None, fields=None):
        """The answer as JSON. Repeats what a lost connection or a busy server has prevented."""
        fields = dict(fields or {})
        if self.token:
            fields["Authorization"] = f"Bearer {self.token}"
        for attempt in range(self.attempts):
            try:
                request = urllib.request.Request(self.url + path, data=body, method=method, headers=fields)
                with urllib.request.urlopen(request, timeout=300) as answer:
                    return json.load(answer)
            except urllib.error.HTTPError as error:
                detail = error.read().decode(errors="replace")
                # 409: the same batch is being received on another connection.
                if error.code not in (409, 429) and error.code < 500:
                    raise SystemExit(f"{error.code}: {detail.strip()}")
                pause = float(error.headers.get("Retry-After") or 0)
            except (OSError, http.client.HTTPException, json.JSONDecodeError) as error:
                detail, pause = str(error), 0
            print(f"trying again: {detail.strip()}", file=sys.stderr)
            if attempt + 1 < self.attempts:
                # Not all cameras at the same moment.
                time.sleep(max(pause, min(60, 2 ** attempt) * random.uniform(0.5, 1)))
        raise Gone(self.url)


def batch_of(pictures, store, camera):
    """The body of a batch, and its key, which is the same for the same pictures."""
    items, digest = [], hashlib.sha256(f"{store}\n{camera}\n".encode())
    for picture in pictures:
        data = picture.read_bytes()
        taken = datetime.datetime.fromtimestamp(int(picture.stat().st_mtime), datetime.timezone.utc)
        digest.update(picture.name.encode() + b"\n" + hashlib.sha256(data).digest())
        items.append({
            "timestamp": taken.strftime("%Y-%m-%dT%H:%M:%SZ"), "store_name": store, "camera_id": camera,
            "name": picture.name, "file": base64.b64encode(data).decode()})
    return json.dumps(items).encode(), digest.hexdigest()


def send(server, pictures, store, camera):
    """Sends one batch and waits until none of its pictures is pending; returns how many were refused."""
    body, key = batch_of(pictures, store, camera)
    receipt = server.request("POST", "/upload_image_batch", body, {
        "Content-Type": "application/json", "Idempotency-Key": key})
    path, pause = f"/v1/batches/{receipt['id']}", 0.1
    while (batch := server.request("GET", path))["state"] != "done":
        time.sleep(pause)
        pause = min(5, pause * 1.5)
    items = batch["items"]
    while batch["next"]:
        batch = server.request("GET", f"{path}?cursor={batch['next']}")
        items += batch["items"]
    refused = 0
    for picture, item in zip(pictures, items):
        if item["state"] == "ready":
            picture.unlink()
            continue
        refused += 1
        folder = picture.parent / "refused"
        folder.mkdir(exist_ok=True)
        picture.rename(folder / picture.name)
        (folder / f"{picture.name}.txt").write_text(f"{item['error']}\n")
        print(f"refused: {picture.name}: {item['error']}", file=sys.stderr)
    print(f"{len(items) - refused} of {len(items)} pictures are images now: {server.url}{path}", flush=True)
    return refused


def waiting(folder, settled):
    """The pictures that the camera has finished writing: they were not changed for some seconds."""
    now = time.time()
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in PICTURES and path.is_file()
                  and now - path.stat().st_mtime >= settled)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--store", required=True)
    parser.add_argument("--camera", required=True)
    parser.add_argument("--batch", type=int, default=200, metavar="NUMBER", help="pictures in one batch (200)")
    parser.add_argument("--watch", action="store_true", help="go on with what the camera writes next")
    parser.add_argument("--settled", type=float, default=2, metavar="SECONDS",
                        help="leave pictures alone that were changed more recently (2)")
    parser.add_argument("--attempts", type=int, default=10, metavar="NUMBER", help="tries before giving up (10)")
    options = parser.parse_args()
    server = Server(
        os.environ.get("TINTYPE_URL", "http://localhost:5000"), os.environ.get("TINTYPE_TOKEN"), options.attempts)
    refused = 0
    try:
        while True:
            pictures = waiting(options.folder, options.settled)[:options.batch]
            if pictures:
                refused += send(server, pictures, options.store, options.camera)
            elif options.watch:
                time.sleep(1)
            else:
                return 1 if refused else 0
    except Gone as error:
        print(f"the server cannot be reached: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
