"""Real images and harmful files, each with the verdict of several independent decoders."""
import concurrent.futures
import csv
import io
import math
import re
import subprocess

import pytest
from PIL import Image

import fixtures
from tintype_server import Server
from wire import sha256

FORMATS = {"JPEG": "jpeg", "PNG": "png", "GIF": "gif", "WEBP": "webp", "TIFF": "tiff", "AVIF": "avif", "HEIC": "heic", "JXL": "jxl",
           "BMP": "bmp", "SVG": "svg"}


def entries(corpus, *verdicts):
    with open(corpus / "manifest.tsv", newline="") as file:
        return [entry for entry in csv.DictReader(file, delimiter="\t") if entry["verdict"] in verdicts]


def each(function, items, clients=4):
    with concurrent.futures.ThreadPoolExecutor(clients) as pool:
        return list(pool.map(function, items))


def upload(server, corpus, entry, query=""):
    """Uploads as a form and as a bare body in turn; returns the status and the record or problem."""
    data = (corpus / entry["path"]).read_bytes()
    if len(data) % 2:
        response = server.request("POST", "/upload/" + query, data=data, headers={"Content-Type": "application/octet-stream"})
        return response.status_code, response.json()
    response = server.request("POST", "/upload/" + query, files={"file": (entry["path"].split("/")[-1], data)})
    body = response.json()
    return response.status_code, body["images"][0] if "images" in body else body


@pytest.fixture(scope="module")
def taken(corpus, tmp_path_factory):
    """A server with all good files, and their records in the manifest's order."""
    with Server(tmp_path_factory.mktemp("corpus") / "data", "--derive", "now", "--access-log", "off") as server:
        accepted = entries(corpus, "accept")
        yield server, accepted, each(lambda entry: upload(server, corpus, entry), accepted)


def complain(failures):
    assert not failures, f"{len(failures)} files:\n" + "\n".join(map(str, failures[:40]))


def test_good_files_are_accepted(taken):
    server, accepted, answers = taken
    complain([(entry["path"], status, answer.get("detail")) for entry, (status, answer) in zip(accepted, answers) if status not in (200, 201)])
    digests = {entry["sha256"] for entry in accepted}
    assert sum(status == 201 for status, _ in answers) == len(digests)


def test_good_files_pass_verification_too(corpus, make_server):
    server = make_server("--derive", "never", "--access-log", "off")
    accepted = entries(corpus, "accept")
    answers = each(lambda entry: upload(server, corpus, entry, "?verify=true"), accepted)
    complain([(entry["path"], status, answer.get("detail")) for entry, (status, answer) in zip(accepted, answers) if status not in (200, 201)])


def test_records_match_the_manifest(taken):
    _, accepted, answers = taken
    failures = []
    for entry, (_, record) in zip(accepted, answers):
        expected = {"digest": entry["sha256"], "bytes": int(entry["bytes"]), "format": FORMATS[entry["format"]],
                    "width": int(entry["display_width"]), "height": int(entry["display_height"])}
        for key, value in expected.items():
            if record[key] != value:
                failures.append((entry["path"], key, record[key], "expected", value))
    complain(failures)


def test_dates_are_those_of_exif_with_their_offsets(taken):
    _, accepted, answers = taken
    failures = []
    for entry, (_, record) in zip(accepted, answers):
        match = re.fullmatch(r"(\d{4}):(\d\d):(\d\d) (\d\d:\d\d:\d\d).*", entry["date_taken"])
        if not match or match[1] == "0000":
            continue
        expected = f"{match[1]}-{match[2]}-{match[3]}T{match[4]}"
        told = record["date_taken"] or ""
        if not told.startswith(expected):
            failures.append((entry["path"], record["date_taken"], "expected", expected))
        offset = entry["offset"].strip()
        if re.fullmatch(r"[+-]\d\d:\d\d", offset) and not told.endswith(offset if offset != "+00:00" else ("Z", "+00:00")):
            failures.append((entry["path"], told, "expected offset", offset))
        if not offset and re.search(r"(Z|[+-]\d\d:\d\d)$", told):
            failures.append((entry["path"], told, "has an offset that nobody stated"))
    complain(failures)


def test_originals_come_back_byte_for_byte(taken, corpus):
    server, accepted, answers = taken

    def compare(pair):
        entry, (_, record) = pair
        content = server.request("GET", record["links"]["original"]).content
        return None if sha256(content) == entry["sha256"] else entry["path"]
    complain([path for path in each(compare, zip(accepted, answers)) if path])


def test_renditions_have_the_right_size_and_no_location(taken, tmp_path):
    server, accepted, answers = taken

    def look(pair):
        entry, (_, record) = pair
        failures = []
        width, height = int(entry["display_width"]), int(entry["display_height"])
        for link, bound in (("full_size", 2048), ("thumbnail", 256)):
            response = server.request("GET", record["links"][link])
            if response.status_code != 200:
                failures.append((entry["path"], link, response.status_code, response.text[:200]))
                continue
            scale = min(1.0, bound / max(width, height))
            if entry["format"] == "SVG":
                continue
            picture = Image.open(io.BytesIO(response.content))
            picture.load()
            for side, expected in zip(picture.size, (width * scale, height * scale)):
                if abs(side - max(1, expected)) > 1.01:
                    failures.append((entry["path"], link, picture.size, "expected", (width * scale, height * scale)))
                    break
            # Some versions of libvips write a WebP's size and resolution as Exif, and nothing else.
            told = {tag for tag in picture.getexif() if tag not in (0x0112, 0x011A, 0x011B, 0x0128, 0x0213, 0x8769)}
            if picture.format not in ("JPEG", "WEBP", "PNG") or told or "xmp" in picture.info or "icc_profile" in picture.info:
                failures.append((entry["path"], link, picture.format, "metadata", list(picture.info)))
            (tmp_path / f"{record['id']}-{link}.{picture.format.lower()}").write_bytes(response.content)
        return failures
    complain([failure for failures in each(look, zip(accepted, answers)) for failure in failures])
    told = subprocess.run(
        ["exiftool", "-q", "-r", "-if", "$GPSLatitude or $Make or $DateTimeOriginal or $SerialNumber or $XMPToolkit", "-p", "$FileName",
         str(tmp_path)], capture_output=True, text=True).stdout
    assert told.strip() == ""


def test_thumbnails_look_like_the_pictures(taken, corpus):
    """Upright and in the right colours: a coarse comparison with Pillow's rendering of plain files."""
    from PIL import ImageOps
    server, accepted, answers = taken

    def compare(pair):
        entry, (_, record) = pair
        if entry["format"] not in ("JPEG", "PNG", "WEBP", "TIFF") or entry["mode"] != "RGB" or entry["icc"] or int(entry["frames"] or 1) > 1:
            return None
        try:
            stored = Image.open(corpus / entry["path"])
            shown = ImageOps.exif_transpose(stored).convert("RGB")
            if gamma := "srgb" not in stored.info and stored.info.get("gamma"):
                shown = shown.point([round(255 * (value / 255) ** (1 / (2.2 * gamma))) for value in range(256)] * 3)
            shown = shown.resize((8, 8), Image.Resampling.BOX)
        except Exception:
            return None  # Pillow itself is not tested here.
        made = Image.open(io.BytesIO(server.request("GET", record["links"]["thumbnail"]).content)).convert("RGB").resize(
            (8, 8), Image.Resampling.BOX)
        differences = [abs(a - b) for one, two in zip(shown.getdata(), made.getdata()) for a, b in zip(one, two)]
        return (entry["path"], sum(differences) / len(differences)) if sum(differences) / len(differences) > 12 else None
    complain([failure for failure in each(compare, zip(accepted, answers)) if failure])


def test_exact_duplicates_are_one_image(taken, corpus):
    server, accepted, answers = taken
    ids = {}
    for entry, (_, record) in zip(accepted, answers):
        assert ids.setdefault(entry["sha256"], record["id"]) == record["id"]
    assert len(server.all_images("&fields=all")) >= len(ids)


@pytest.fixture(scope="module")
def hostile(corpus, tmp_path_factory):
    with Server(tmp_path_factory.mktemp("hostile") / "data", "--derive", "now", "--access-log", "off", "--max-pixels", "100000000") as server:
        yield server


def test_bad_files_are_refused_by_verification(hostile, corpus):
    rejected = entries(corpus, "reject")
    answers = each(lambda entry: upload(hostile, corpus, entry, "?verify=true"), rejected)
    complain([(entry["path"], status, entry["special"]) for entry, (status, _) in zip(rejected, answers) if status not in (400, 413, 415, 422)])
    assert hostile.get("/livez").status_code == 200
    assert hostile.all_images() == [] and not hostile.kept() and not hostile.staged()


def test_without_verification_bad_files_are_refused_or_marked_damaged(corpus, make_server):
    server = make_server("--derive", "now", "--access-log", "off", "--max-pixels", "100000000")
    rejected = entries(corpus, "reject")
    answers = each(lambda entry: upload(server, corpus, entry), rejected)
    failures = []
    for entry, (status, answer) in zip(rejected, answers):
        if status in (400, 413, 415, 422):
            continue
        if status not in (200, 201):
            failures.append((entry["path"], status, answer))
            continue
        record = server.record(answer["id"])
        content = server.get(record["links"]["original"]).content
        if record["state"] != "damaged" or sha256(content) != entry["sha256"]:
            failures.append((entry["path"], status, record["state"], entry["special"]))
    complain(failures)
    assert server.get("/livez").status_code == 200 and not server.staged()


def test_ambiguous_files_are_answered_and_do_no_harm(hostile, corpus):
    either = entries(corpus, "either")
    answers = each(lambda entry: upload(hostile, corpus, entry), either)
    complain([(entry["path"], status) for entry, (status, _) in zip(either, answers) if status not in (200, 201, 400, 413, 415, 422)])
    for _, record in answers:
        if "links" in record:
            for link in ("original", "thumbnail", "full_size", "metadata"):
                assert hostile.get(record["links"][link]).status_code in (200, 422)
    assert hostile.get("/healthcheck").status_code == 200
    assert hostile.upload(fixtures.jpeg(1), "x.jpg")[0] == 201
