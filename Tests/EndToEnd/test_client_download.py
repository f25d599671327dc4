"""`tintype download`: what is fetched, verified and resumed, and that nothing is overwritten."""
import hashlib
import json
import os
import pathlib
import random
import signal
import subprocess
import threading
import time

import pytest

import fixtures
from scripted_server import ScriptedServer
from tintype_client import Client
from tintype_server import Server


@pytest.fixture
def client(server, tmp_path):
    return Client(tmp_path / "home", server.url)


def digest(path):
    return hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()


def here(folder):
    """Digests of the files in a folder, by their names."""
    return {path.name: digest(path) for path in sorted(pathlib.Path(folder).iterdir())}


def large_bmp(megabytes=20):
    """An incompressible image of a number of megabytes."""
    import struct
    width, height = 1024, megabytes * 1024 * 1024 // 3072
    pixels = random.Random(1).randbytes(width * height * 3)
    head = struct.pack("<2sIHHIIiiHHIIiiII", b"BM", 54 + len(pixels), 0, 0, 54, 40, width, height, 1, 24, 0, len(pixels), 0, 0, 0, 0)
    return head + pixels


def test_originals_come_back_byte_for_byte_and_once(server, client, tmp_path):
    sent = [fixtures.jpeg(index, 64, 48) for index in range(5)]
    records = [server.upload(data, f"photo {index}.jpg")[1] for index, data in enumerate(sent)]
    done = client.json("download", "--to", tmp_path / "here/below", "--all")
    assert done.status == 0 and done.counts() == {"fetched": 5} and done.summary["bytes"] == sum(map(len, sent))
    files = here(tmp_path / "here/below")
    assert set(files.values()) == {record["digest"] for record in records}
    assert set(files) == {f"photo {index}-{record['id'][-12:]}.jpg" for index, record in enumerate(records)}
    assert {line["path"].rsplit("/", 1)[1] for line in done.files} == set(files)
    again = client.json("download", "--to", tmp_path / "here/below", "--all")
    assert again.status == 0 and again.counts() == {"kept": 5} and here(tmp_path / "here/below") == files


def test_images_are_selected_by_id_words_and_tags(server, client, tmp_path):
    lake = server.upload(fixtures.jpeg(1, 32, 32), "a.jpg", fields={"title": "Blue lake", "tags": "summer"})[1]
    server.upload(fixtures.jpeg(2, 32, 32), "b.jpg", fields={"title": "Blue hill", "tags": "winter"})
    for number, arguments in enumerate(
            [[lake["id"]], ["--keywords", "lake blue"], ["--keyword", "blue", "--keyword", "lake"], ["--tag", "summer"]]):
        folder = tmp_path / f"here{number}"
        assert client.json("download", "--to", folder, *arguments).counts() == {"fetched": 1}, arguments
        assert list(here(folder).values()) == [lake["digest"]]
    assert client.json("download", "--to", tmp_path / "none", "--keyword", "sea").counts() == {}


@pytest.mark.parametrize("type", ["thumbnail", "full-size"])
def test_renditions_are_fetched_with_their_own_extension(server, client, tmp_path, images, type):
    photo = server.upload(fixtures.jpeg(1, 640, 480), "photo.jpg")[1]
    clear = server.upload(images.transparent_png(), "clear.png")[1]
    done = client.json("download", "--to", tmp_path / "here", "--type", type, photo["id"], clear["id"])
    assert done.status == 0 and done.counts() == {"fetched": 2}
    files = here(tmp_path / "here")
    assert set(files) == {f"photo-{photo['id'][-12:]}-{type}.jpg", f"clear-{clear['id'][-12:]}-{type}.webp"}
    served = server.get(f"/v1/images/{photo['id']}/{type}").content
    assert hashlib.sha256(served).hexdigest() == files[f"photo-{photo['id'][-12:]}-{type}.jpg"]
    assert client.json("download", "--to", tmp_path / "here", "--type", type, "--all").counts() == {"kept": 2}


TITLES = ["../../etc/passwd", "/absolute", "..", ".", ".hidden", "", "a/b\\c:d*e?f\"g<h>i|j", "CON", "new\nline", "nul\u0000", "\u202egpj.exe",
          "x" * 500, "写" * 400, "-rf", "~root", "trailing. . ", "\u200b", "same", "same"]


def test_titles_make_safe_names(server, client, tmp_path):
    ids = []
    for index, title in enumerate(TITLES):
        record = server.upload(fixtures.jpeg(index, 32, 32), "photo.jpg")[1]
        changed = server.request("PATCH", f"/v1/images/{record['id']}", json={"title": title})
        assert changed.status_code == 200, (title, changed.text)
        ids.append(record["id"])
    folder = tmp_path / "deep/here"
    done = client.json("download", "--to", folder, "--all")
    assert done.status == 0 and done.counts() == {"fetched": len(TITLES)}, done.text
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["here"]
    names = list(here(folder))
    assert len(names) == len(TITLES)
    for name in names:
        assert not name.startswith((".", "-", "~")) and not set(name) & set("/\\:*?\"<>|\n\0\u202e\u200b"), name
        assert len(name.encode()) < 255 and name.endswith(".jpg") and name.split(".")[0].upper() != "CON"


def test_existing_files_are_never_overwritten(server, client, tmp_path):
    record = server.upload(fixtures.jpeg(1, 64, 48), "photo.jpg")[1]
    folder = tmp_path / "here"
    folder.mkdir()
    short = folder / f"photo-{record['id'][-12:]}.jpg"
    short.write_bytes(b"mine")
    assert client.json("download", "--to", folder, record["id"]).counts() == {"fetched": 1}
    full = folder / f"photo-{record['id']}.jpg"
    assert short.read_bytes() == b"mine" and digest(full) == record["digest"]
    assert client.json("download", "--to", folder, record["id"]).counts() == {"kept": 1}
    full.write_bytes(b"mine too")
    done = client.json("download", "--to", folder, record["id"])
    assert done.status == 1 and done.counts() == {"refused": 1} and "in the way" in done.files[0]["reason"]
    assert (short.read_bytes(), full.read_bytes()) == (b"mine", b"mine too")


def part(folder, record):
    return pathlib.Path(folder) / f"{record['id']}-original.part"


@pytest.mark.parametrize("head, saved", [(lambda data: data[:1_000_000], True), (lambda data: b"", False),
                                         (lambda data: data, True), (lambda data: data + b"more", False),
                                         (lambda data: bytes(1_000_000), False)])
def test_a_partial_download_is_resumed_if_it_is_valid(server, client, tmp_path, head, saved):
    data = large_bmp(2)
    record = server.upload(data, "large.bmp")[1]
    folder = tmp_path / "here"
    folder.mkdir()
    part(folder, record).write_bytes(head(data))
    done = client.json("download", "--to", folder, record["id"])
    assert done.status == 0 and done.counts() == {"fetched": 1}
    assert list(here(folder).values()) == [record["digest"]]
    expected = len(data) - len(head(data)) if saved else len(data) + (len(data) - 1_000_000 if head(data) == bytes(1_000_000) else 0)
    assert done.summary["bytes"] == expected


def test_two_runs_into_one_folder_do_not_mix(server, client, tmp_path):
    import fcntl
    record = server.upload(fixtures.jpeg(1, 64, 48), "photo.jpg")[1]
    folder = tmp_path / "here"
    folder.mkdir()
    with open(part(folder, record), "wb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        done = client.json("download", "--to", folder, record["id"])
        assert done.status == 1 and "another run" in done.files[0]["reason"]
    assert client.json("download", "--to", folder, record["id"]).counts() == {"fetched": 1}


def test_links_in_place_of_a_part_file_are_not_followed(server, client, tmp_path):
    record = server.upload(fixtures.jpeg(1, 64, 48), "photo.jpg")[1]
    folder, victim = tmp_path / "here", tmp_path / "victim"
    folder.mkdir()
    victim.write_bytes(b"mine")
    part(folder, record).symlink_to(victim)
    done = client.json("download", "--to", folder, record["id"])
    assert done.status == 1 and victim.read_bytes() == b"mine"


def test_a_file_too_large_for_the_disk_is_reported_and_incomplete_files_get_no_name(server, client, tmp_path):
    record = server.upload(large_bmp(2), "large.bmp")[1]
    folder = tmp_path / "here"
    done = client.run("download", "--to", folder, record["id"], file_limit=500_000)
    assert done.status == 1 and "no room is left" in done.text and "Traceback" not in done.text
    assert list(here(folder)) == [part(folder, record).name]
    again = client.json("download", "--to", folder, record["id"])
    assert again.counts() == {"fetched": 1} and list(here(folder).values()) == [record["digest"]]
    assert again.summary["bytes"] == record["bytes"] - 500_000


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small file system needs root")
def test_a_full_disk_is_reported(server, client, tmp_path):
    record = server.upload(large_bmp(4), "large.bmp")[1]
    folder = tmp_path / "small"
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "none", str(folder)], capture_output=True).returncode:
        pytest.skip("file systems cannot be mounted here")
    try:
        done = client.run("download", "--to", folder, record["id"])
        assert done.status == 1 and "No space left on device" in done.text
        assert [path.name for path in folder.iterdir()] == [part(folder, record).name]
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_a_download_is_resumed_after_a_crash_of_the_server(server, client, tmp_path):
    data = large_bmp(40)
    record = server.upload(data, "large.bmp")[1]
    folder = tmp_path / "here"
    # Slow enough to be killed in the middle: the kernel buffers data for a stopped client's socket.
    process = client.start("download", "--json", "--to", folder, record["id"], "--retry-timeout", "60")
    place = part(folder, record)
    server.wait_until(lambda: place.exists() and place.stat().st_size > 0 or process.poll() is not None)
    process.send_signal(signal.SIGSTOP)
    begun = place.stat().st_size if place.exists() else len(data)
    port = server.port
    server.kill()
    process.send_signal(signal.SIGCONT)
    revived = Server(server.data, "--port", port)
    for _ in range(50):
        try:
            revived.start()
            break
        except RuntimeError:
            time.sleep(0.1)
    try:
        output, _ = process.communicate(timeout=60)
        summary = json.loads(output.splitlines()[-1])
        assert process.returncode == 0 and summary["fetched"] == 1
        assert list(here(folder).values()) == [record["digest"]]
        if begun < len(data):
            assert summary["bytes"] == len(data), "nothing came twice"
    finally:
        revived.stop()


def scripted(data, **changes):
    """A server with one image, which answers file requests as a test says."""
    id = "01a1fd85-c74e-72a9-949d-d75e0d3ea84e"
    record = {"id": id, "digest": hashlib.sha256(data).hexdigest(), "title": "photo", "format": "jpeg", "bytes": len(data),
              "date_taken": None, "date_added": "2026-01-01T00:00:00Z", **changes}

    def answer(request):
        if request.path == f"/v1/images/{id}":
            return 200, {}, record
        return answer.file(request)
    answer.file = lambda request: (200, {"ETag": '"a"'}, data)
    return id, answer


def test_bytes_that_do_not_match_the_announcement_get_no_name(tmp_path):
    data = fixtures.jpeg(1, 64, 48)
    id, answer = scripted(data, digest="0" * 64)
    with ScriptedServer(answer) as server:
        done = Client(tmp_path / "home", server.url).json("download", "--to", tmp_path / "here", id)
        assert done.status == 1 and "not what the server says" in done.files[0]["reason"]
        assert here(tmp_path / "here") == {} and len(server.asked("GET", f"/v1/images/{id}/original")) == 2


def test_a_range_other_than_the_requested_one_is_not_used(tmp_path):
    data = fixtures.jpeg(1, 64, 48)
    id, answer = scripted(data)
    answer.file = lambda request: (
        (206, {"ETag": '"a"', "Content-Range": f"bytes 900-{len(data) - 1}/{len(data)}"}, data[900:])
        if "Range" in request.headers else (200, {"ETag": '"a"'}, data))
    with ScriptedServer(answer) as server:
        folder = tmp_path / "here"
        folder.mkdir()
        (folder / f"{id}-original.part").write_bytes(data[:10])
        done = Client(tmp_path / "home", server.url).json("download", "--to", folder, id)
        assert done.status == 1 and "another part" in done.files[0]["reason"]
        [asked] = server.asked("GET", f"/v1/images/{id}/original")
        assert asked.headers["Range"] == "bytes=10-" and asked.headers["If-Range"] == '"a"'


def test_an_interrupted_answer_is_resumed(tmp_path):
    data = fixtures.jpeg(1, 640, 480)
    id, answer = scripted(data)
    cuts = []

    def file(request):
        start = int(request.headers["Range"][6:-1]) if "Range" in request.headers else 0
        rest = data[start:]
        fields = {"ETag": '"a"', "Content-Length": str(len(rest)), "Connection": "close"}
        if start:
            fields["Content-Range"] = f"bytes {start}-{len(data) - 1}/{len(data)}"
        if request.method == "GET":
            cuts.append(start)
            if len(cuts) < 4:
                rest = rest[:5000]
        return 206 if start else 200, fields, rest

    answer.file = file
    with ScriptedServer(answer) as server:
        done = Client(tmp_path / "home", server.url).json("download", "--to", tmp_path / "here", id)
        assert done.status == 0 and cuts == [0, 5000, 10_000, 15_000]
        assert list(here(tmp_path / "here").values()) == [hashlib.sha256(data).hexdigest()]
        assert done.summary["bytes"] == len(data)


def test_missing_images_are_reported_and_the_rest_continues(server, client, tmp_path):
    record = server.upload(fixtures.jpeg(1, 64, 48), "photo.jpg")[1]
    gone = "01a1fd85-c74e-72a9-949d-d75e0d3ea84e"
    done = client.json("download", "--to", tmp_path / "here", gone, record["id"], record["id"])
    assert done.status == 1 and done.counts() == {"fetched": 1, "refused": 1}
    # An original can be removed only if a rendition is left.
    assert server.request("GET", f"/v1/images/{record['id']}/thumbnail").status_code == 200
    assert server.request("DELETE", f"/v1/images/{record['id']}/original").status_code == 204


@pytest.mark.parametrize("arguments, says", [
    ([], "say which images"), (["xyz"], "is not an id"), (["--all", "01a1fd85-c74e-72a9-949d-d75e0d3ea84e"], "either ids"),
    (["--all", "--type", "huge"], "--type"), (["--all", "--concurrency", "65"], "--concurrency"), (["--all", "--to", "/dev/null/x"], "cannot be created"),
    (["--all", "--to", "/dev/null"], "cannot be created"),
])
def test_invalid_arguments_are_refused_with_a_reason(client, arguments, says):
    done = client.run("download", *arguments)
    assert done.status == 64 and says in done.text


def test_a_signal_stops_in_order(server, client, tmp_path):
    for index in range(200):
        server.upload(fixtures.jpeg(index, 24, 24), f"{index}.jpg")
    folder = tmp_path / "here"
    process = client.start("download", "--all", "--to", folder, "--concurrency", "1")
    for _ in range(5):
        assert process.stdout.readline().startswith(b"fetched")
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 130 and b"run the same command again" in errors
    assert client.json("download", "--all", "--to", folder).counts().get("refused") is None
    assert len([name for name in here(folder) if name.endswith(".jpg")]) == 200
