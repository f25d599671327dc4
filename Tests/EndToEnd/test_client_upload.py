"""`tintype upload`: what is sent, what is not, and what happens to an interrupted run."""
import contextlib
import hashlib
import json
import os
import pathlib
import pty
import re
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
import threading
import time

import pytest

import fixtures
from people import register
from scripted_server import ScriptedServer, problem
from tintype_client import Client, age
from tintype_server import BINARY, Server


@pytest.fixture
def client(server, tmp_path):
    return Client(tmp_path / "home", server.url)


@pytest.fixture
def photos(tmp_path):
    """A folder of six images, in subfolders."""
    root = tmp_path / "photos"
    for index in range(6):
        folder = root / ["", "2021", "2021/05", ".hidden", "2022", ""][index]
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"photo {index}.jpg").write_bytes(fixtures.jpeg(index + 1, 64, 48))
    age(root)
    return root


def digest(path):
    return hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()


def test_all_images_of_a_folder_are_sent_once(server, client, photos):
    (photos / "notes.txt").write_text("no image")
    (photos / "picture.jpg").write_text("no image either, whatever its name says")
    done = client.json("upload", "--dir", photos)
    assert done.status == 0 and done.counts() == {"sent": 6, "skipped": 2}
    assert done.summary["bytes"] == sum(path.stat().st_size for path in photos.rglob("photo*"))
    assert set(server.kept()) == {digest(path) for path in photos.rglob("photo*")}
    assert {image["title"] for image in server.all_images()} == {f"photo {index}" for index in range(6)}
    again = client.json("upload", "--dir", photos)
    assert again.status == 0 and again.counts() == {"there": 6, "skipped": 2}
    assert {line["by"] for line in again.files if line["outcome"] == "there"} == {"journal"}
    assert len(server.all_images()) == 6


def test_bare_arguments_are_files_and_folders(server, client, photos):
    done = client.run("upload", photos / "2022", photos / "photo 0.jpg")
    assert done.status == 0 and "2 sent" in done.text and len(server.kept()) == 2


def test_details_of_images_reach_the_server(server, client, photos):
    done = client.json(
        "upload", "--file", photos / "photo 0.jpg", "--public", "--title", "A lake & more", "--description", "Söder",
        "--tag", "summer", "--tag", "lake")
    assert done.status == 0
    [image] = server.all_images()
    assert (image["title"], image["description"], image["tags"]) == ("A lake & more", "Söder", ["summer", "lake"])
    assert image["visibility"] == "public"
    assert done.files[0]["id"] == image["id"] and done.files[0]["digest"] == image["digest"]


def test_images_are_private_by_default(server, client, photos):
    client.json("upload", "--file", photos / "photo 0.jpg")
    client.json("upload", "--private", "--file", photos / "photo 5.jpg")
    assert {image["visibility"] for image in server.all_images()} == {"private"}


def test_the_same_bytes_twice_are_kept_once(server, client, photos):
    shutil.copy(photos / "photo 0.jpg", photos / "copy.jpg")
    done = client.json("upload", photos)
    counts = done.counts()
    assert done.status == 0 and counts["sent"] == 6 and counts.get("duplicates", 0) + counts.get("there", 0) == 1
    assert len(server.all_images()) == 6


def test_a_named_file_that_is_not_an_image_is_refused_with_a_reason(server, client, photos, tmp_path):
    (tmp_path / "notes.txt").write_text("no image")
    (tmp_path / "empty.jpg").write_bytes(b"")
    done = client.json("upload", "--file", tmp_path / "notes.txt", tmp_path / "empty.jpg", photos)
    assert done.status == 1 and done.counts() == {"sent": 6, "refused": 2}
    reasons = {line["path"]: line["reason"] for line in done.files if line["outcome"] == "refused"}
    assert "plain text" in reasons[str(tmp_path / "notes.txt")] and "empty" in reasons[str(tmp_path / "empty.jpg")]


def test_a_damaged_image_is_refused_by_the_server_and_the_rest_continues(client, photos):
    (photos / "cut.jpg").write_bytes(fixtures.jpeg(9, 800, 600)[:200])
    done = client.json("upload", photos)
    assert done.status == 1 and done.counts() == {"sent": 6, "refused": 1}
    [refused] = [line for line in done.files if line["outcome"] == "refused"]
    assert refused["path"].endswith("cut.jpg") and len(refused["reason"]) > 10
    assert done.summary["reasons"] == {refused["reason"]: 1}


ODD_NAMES = [b"with space.jpg", b"quote\"and'apostrophe.jpg", b"line\nbreak.jpg", b"invalid\xff\xfe.jpg", b"\x1b[2Jescape.jpg",
             b"-option.jpg", b"--file.jpg", "Größe 写真 \U0001f4f7.jpg".encode(), b"%41percent.jpg", b"back\\slash.jpg", b"a..b.jpg",
             "\u202egpj.exe.jpg".encode(), b"n" * 240 + b".jpg"]


def test_unusual_names_are_sent_and_reported_without_loss(server, client, tmp_path):
    root = os.fsencode(tmp_path / "odd")
    os.mkdir(root)
    for index, name in enumerate(ODD_NAMES):
        with open(os.path.join(root, name), "wb") as file:
            file.write(fixtures.jpeg(index + 1, 32, 32))
    age(root)
    done = client.json("upload", "--dir", root)
    assert done.status == 0 and done.counts() == {"sent": len(ODD_NAMES)}
    paths = [os.fsencode(line["path"]) for line in done.files]
    assert sorted(paths) == sorted(os.path.join(root, name) for name in ODD_NAMES)
    assert len(server.all_images()) == len(ODD_NAMES)
    assert client.json("upload", root).counts() == {"there": len(ODD_NAMES)}
    for name in ODD_NAMES:
        place = os.path.join(root, name)
        assert client.json("upload", "--file", place, "--no-journal").counts() == {"there": 1}, name


def test_plain_output_shows_unusual_names_safely(client, tmp_path):
    root = tmp_path / "odd"
    root.mkdir()
    for index, name in enumerate(ODD_NAMES):
        with open(os.path.join(os.fsencode(root), name), "wb") as file:
            file.write(fixtures.jpeg(index + 1, 32, 32))
    done = client.run("upload", root)
    assert done.status == 0 and b"\x1b" not in done.output + done.errors
    assert len(done.output.splitlines()) == len(ODD_NAMES) + 1
    done.output.decode("utf-8")
    assert b"line\\nbreak.jpg" in done.output and b"invalid\\xff\\xfe.jpg" in done.output
    assert "\u202e" not in done.output.decode()


def test_links_loops_sockets_and_pipes(server, client, photos, tmp_path):
    (photos / "loop").symlink_to(photos)
    (photos / "2021/up").symlink_to("..")
    (photos / "link.jpg").symlink_to(photos / "photo 0.jpg")
    (photos / "dangling.jpg").symlink_to("nowhere")
    os.mkfifo(photos / "pipe.jpg")
    with socket.socket(socket.AF_UNIX) as listener:
        folder = os.getcwd()
        os.chdir(photos)
        try:
            listener.bind("socket.jpg")
        finally:
            os.chdir(folder)
        done = client.json("upload", photos)
    assert done.status == 0 and done.counts() == {"sent": 6, "skipped": 6}
    # Named links are followed, to files and to folders.
    (tmp_path / "named").symlink_to(photos)
    assert client.json("upload", "--dir", tmp_path / "named", "--no-journal").counts() == {"there": 6, "skipped": 6}
    assert client.json("upload", photos / "link.jpg", "--no-journal").counts() == {"there": 1}


@pytest.mark.parametrize("name, says", [("nowhere.jpg", "No such file"), ("pipe", "neither a file nor a folder"),
                                        ("dangling", "No such file")])
def test_a_named_file_that_cannot_be_read_is_a_failure(client, tmp_path, name, says):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "dangling").symlink_to("nothing")
    done = client.json("upload", tmp_path / name)
    assert done.status == 1 and done.counts() == {"unreadable": 1} and says in done.files[0]["reason"]


def test_deep_folders_are_walked_and_too_deep_ones_reported(client, tmp_path):
    root = tmp_path / "deep"
    root.mkdir()
    place = os.open(root, os.O_RDONLY)
    for depth in range(400):
        if depth in (250, 390):
            descriptor = os.open("photo.jpg", os.O_CREAT | os.O_WRONLY, dir_fd=place)
            os.write(descriptor, fixtures.jpeg(depth, 32, 32))
            os.close(descriptor)
        os.mkdir("d", dir_fd=place)
        below = os.open("d", os.O_RDONLY, dir_fd=place)
        os.close(place)
        place = below
    os.close(place)
    done = client.json("upload", root)
    assert done.status == 1 and done.counts() == {"sent": 1, "unreadable": 1}
    assert "deep" in [line for line in done.files if line["outcome"] == "unreadable"][0]["reason"]
    subprocess.run(["rm", "-rf", str(root)], check=True)


def test_a_token_that_may_only_write_is_enough(server, tmp_path, photos):
    alice = register(server, "alice")
    token = alice.post("/v1/tokens", json={"name": "camera", "scopes": ["write"]}).json()["token"]
    client = Client(tmp_path / "home", server.url)
    for outcome in "sent", "there":
        done = client.json("upload", photos, environment={"TINTYPE_TOKEN": token})
        assert done.status == 0 and done.counts() == {outcome: 6}
        (tmp_path / "home").rename(tmp_path / f"home of {outcome}")  # No journal next time.


@pytest.mark.skipif(os.geteuid() != 0 or not fixtures.has("setpriv"), reason="needs root and setpriv to become somebody else")
def test_unreadable_files_and_folders_are_reported_and_fail_the_run(server):
    alice = register(server, "alice")
    # Root can read everything, so the client runs as nobody, in a folder that nobody may enter.
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        root.chmod(0o755)
        shutil.copy(BINARY, root / "tintype")
        for name in ("photos", "photos/closed", "home"):
            (root / name).mkdir()
        (root / "home").chmod(0o777)
        for index, name in enumerate(["open.jpg", "secret.jpg", "closed/inside.jpg"]):
            (root / "photos" / name).write_bytes(fixtures.jpeg(index + 1, 32, 32))
        (root / "photos/secret.jpg").chmod(0o000)
        (root / "photos/closed").chmod(0o000)
        done = subprocess.run(
            ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", str(root / "tintype"), "upload", "--json",
             "--server", server.url, str(root / "photos")],
            capture_output=True, text=True, timeout=60, env={"HOME": str(root / "home"), "PATH": os.environ["PATH"], "TINTYPE_TOKEN": alice.token})
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        assert done.returncode == 1, done
        told = {line["path"]: line["reason"] for line in lines if line.get("outcome") == "unreadable"}
        assert set(told) == {str(root / "photos/secret.jpg"), str(root / "photos/closed")}
        assert set(told.values()) == {"Permission denied"}
        assert lines[-1]["sent"] == 1 and lines[-1]["unreadable"] == 2
        assert len(alice.ids()) == 1


def test_a_changed_file_is_sent_again_even_if_the_journal_has_its_name(server, client, photos):
    client.json("upload", photos)
    place = photos / "photo 0.jpg"
    before = place.stat()
    data = bytearray(place.read_bytes())
    data[-30] ^= 1
    place.write_bytes(data)
    os.utime(place, ns=(before.st_atime_ns, before.st_mtime_ns + 1))
    done = client.json("upload", photos)
    assert done.counts() == {"sent": 1, "there": 5} and digest(place) in server.kept()


def test_verify_sends_images_again_that_the_server_has_lost(server, client, photos):
    first = client.json("upload", photos)
    server.request("DELETE", f"/v1/images/{first.files[0]['id']}?permanent=true")
    assert client.json("upload", photos).counts() == {"there": 6}
    assert client.json("upload", photos, "--verify").counts() == {"sent": 1, "there": 5}
    assert client.json("upload", photos, "--no-journal").counts() == {"there": 6}


def test_a_journal_is_only_for_one_server_and_account(server, make_server, client, photos, tmp_path):
    journal = tmp_path / "my.journal"
    client.json("upload", photos, "--journal", journal)
    other = Client(tmp_path / "home", make_server().url)
    refused = other.run("upload", photos, "--journal", journal)
    assert refused.status == 64 and "choose another --journal" in refused.text
    client.json("upload", photos)
    assert other.json("upload", photos).counts() == {"sent": 6}
    assert client.json("upload", photos, "--user", "somebody", "--retry-timeout", "0").status == 77
    foreign = tmp_path / "letter.txt"
    foreign.write_text("Dear journal")
    assert client.run("upload", photos, "--journal", foreign).status == 64 and foreign.read_text() == "Dear journal"


def test_incomplete_and_foreign_lines_of_a_journal_are_ignored(server, client, photos):
    client.json("upload", photos)
    lines = client.journal.read_bytes().splitlines(keepends=True)
    assert len(lines) == 7
    client.journal.write_bytes(b"".join(lines[:3]) + bytes(40) + b"\n" + b"garbage\n" + lines[4] + lines[5][:-9])
    again = client.json("upload", photos)
    assert again.counts() == {"there": 6}
    assert [line["by"] for line in again.files].count("journal") == 3
    after = client.json("upload", photos)
    assert {line["by"] for line in after.files} == {"journal"} and len(server.all_images()) == 6


def test_a_journal_on_a_full_disk_causes_a_warning_and_the_run_continues(server, client, photos):
    done = client.json("upload", photos, file_limit=200)
    warnings = [line["text"] for line in done.lines if line["event"] == "warning"]
    assert done.status == 0 and done.counts() == {"sent": 6}
    assert len(warnings) == 1 and "journal" in warnings[0] and "continues without it" in warnings[0]
    # Entries that it could still write are complete or ignored.
    assert client.json("upload", photos).counts() == {"there": 6}
    none = client.json("upload", photos, environment={"XDG_STATE_HOME": "/proc/nowhere"})
    assert none.status == 0 and none.counts() == {"there": 6} and b"journal" in none.errors


@pytest.mark.parametrize("arguments, says", [
    ([], "name what to send"), (["--public", "--private", "."], "either"), (["--concurrency", "0", "."], "--concurrency"),
    (["--server", "ftp://x", "."], "http://"), (["--server", "http://me:secret@host", "."], "login"),
    (["--server", "http://host/path", "."], "path"), (["--server", "http://host:99999", "."], "port"),
    (["--retry-timeout", "long", "."], "--retry-timeout"), (["--file", "."], "--dir"), (["--token", "x", "."], "--token"), ([""], "name what"),
])
def test_invalid_arguments_are_refused_with_a_reason(client, arguments, says):
    done = client.run("upload", *arguments)
    assert done.status == 64 and says in done.text and b"secret" not in done.errors
    assert len(done.errors.splitlines()) == 1


def test_an_unreachable_server_is_reported_after_the_retry_timeout(tmp_path, photos):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    started = time.monotonic()
    done = Client(tmp_path / "home", f"http://127.0.0.1:{port}").json("upload", photos, "--retry-timeout", "1")
    assert done.status == 69 and time.monotonic() - started < 60
    assert "cannot be reached" in done.summary["stopped"] and done.summary["left"] == 6 and not done.summary["complete"]


def start_on(port, data):
    """Starts the server on a port that it used a moment ago."""
    for _ in range(50):
        try:
            revived = Server(data, "--port", port)
            return revived.start()
        except RuntimeError:
            time.sleep(0.1)
    raise AssertionError("the port does not come free")


def test_a_server_that_restarts_after_a_crash_gets_everything_once(server, tmp_path, client):
    root = tmp_path / "many"
    root.mkdir()
    for index in range(400):
        (root / f"{index}.jpg").write_bytes(fixtures.jpeg(index + 1, 24, 24))
    process = client.start("upload", "--json", root, "--retry-timeout", "60")
    lines = []
    while sum(b'"sent"' in line for line in lines) < 40:
        lines.append(process.stdout.readline())
        assert lines[-1], process.stderr.read()
    port = server.port
    server.kill()
    # The server is not started again before the client says that it retries.
    waiting = threading.Event()
    rest = []

    def read():
        for line in process.stdout:
            rest.append(line)
            if b'"warning"' in line:
                waiting.set()

    reading = threading.Thread(target=read)
    reading.start()
    assert waiting.wait(30)
    revived = start_on(port, server.data)
    try:
        assert process.wait(60) == 0
        reading.join()
        summary = json.loads(rest[-1])
        assert summary["sent"] + summary["duplicates"] + summary["there"] == 400 and summary["refused"] == 0
        assert len(revived.all_images()) == 400
        assert set(revived.kept()) == {digest(path) for path in root.iterdir()}
    finally:
        revived.stop()
    process.stdout.close()
    process.stderr.close()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_in_order_and_the_next_run_continues(server, client, tmp_path, number):
    root = tmp_path / "many"
    root.mkdir()
    for index in range(300):
        (root / f"{index}.jpg").write_bytes(fixtures.jpeg(index + 1, 24, 24))
    age(root)
    process = client.start("upload", root, "--concurrency", "1")
    for _ in range(20):
        assert process.stdout.readline().startswith(b"sent")
    process.send_signal(number)
    output, errors = process.communicate(timeout=30)
    assert process.returncode == 128 + number
    assert b"run the same command again" in errors and b"left" in output.splitlines()[-1]
    noted = len(client.journal.read_bytes().splitlines()) - 1
    assert 20 <= noted < 300
    again = client.json("upload", root)
    assert again.status == 0 and again.counts()["there"] >= noted
    assert [line.get("by") for line in again.files].count("journal") >= noted
    assert len(server.all_images()) == 300


def record(request, duplicate=False):
    """A record as the server returns it for an upload."""
    return {"id": "01a1fd85-c74e-72a9-949d-d75e0d3ea84e", "digest": hashlib.sha256(request.body).hexdigest(), "title": "t",
            "format": "jpeg", "bytes": len(request.body), "date_taken": None, "date_added": "2026-01-01T00:00:00Z",
            "duplicate": duplicate}


def answering(upload):
    """A server that knows no digests, and answers uploads as the test says."""
    def answer(request):
        if request.path == "/v1/images/digests":
            return 200, {}, {"known": {}}
        return upload(request)
    return answer


def test_every_upload_has_the_token_and_the_digest(tmp_path, photos):
    with ScriptedServer(answering(lambda request: (201, {}, record(request)))) as scripted:
        client = Client(tmp_path / "home", scripted.url)
        done = client.json("upload", photos, environment={"TINTYPE_TOKEN": "t0ken"})
        assert done.status == 0 and done.counts() == {"sent": 6}
        assert {request.headers["Authorization"] for request in scripted.requests} == {"Bearer t0ken"}
        for request in scripted.asked("POST", "/v1/upload/"):
            assert request.headers["Repr-Digest"].startswith("sha-256=:")
            assert int(request.headers["Content-Length"]) == len(request.body)
        assert sum(len(request.json["digests"]) for request in scripted.asked("POST", "/v1/images/digests")) == 6
        assert "Tintype-Account" not in scripted.requests[0].headers


def test_an_account_without_a_login_is_sent_to_the_server_which_may_refuse_it(tmp_path, photos):
    def answer(request):
        return problem(403, "This server asks for a login.")
    with ScriptedServer(answer) as scripted:
        done = Client(tmp_path / "home", scripted.url).json("upload", photos, "--user", "ida")
        assert done.status == 77 and done.summary["stopped"].startswith("This server asks for a login;")
        assert scripted.requests[0].headers["Tintype-Account"] == "ida" and len(scripted.requests) == 1


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_client_reports_it_and_stops(tmp_path, photos, status):
    with ScriptedServer(answering(lambda request: problem(status, "No."))) as scripted:
        done = Client(tmp_path / "home", scripted.url).run("upload", photos, "--concurrency", "1")
        assert done.status == 77 and "No;" in done.text and len(scripted.asked("POST", "/v1/upload/")) == 1


@pytest.mark.parametrize("status", [408, 429, 503])
def test_a_busy_server_is_retried_after_its_pause(tmp_path, photos, status):
    times = []

    def upload(request):
        times.append(time.monotonic())
        return problem(status, "Later.", **{"Retry-After": "1"}) if len(times) == 1 else (201, {}, record(request))

    with ScriptedServer(answering(upload)) as scripted:
        done = Client(tmp_path / "home", scripted.url).json("upload", photos / "photo 0.jpg")
        assert done.counts() == {"sent": 1} and len(times) == 2 and times[1] - times[0] >= 0.95


def test_a_pause_longer_than_the_retry_timeout_fails_at_once(tmp_path, photos):
    with ScriptedServer(answering(lambda request: problem(503, "Later.", **{"Retry-After": "300"}))) as scripted:
        started = time.monotonic()
        done = Client(tmp_path / "home", scripted.url).json("upload", photos, "--retry-timeout", "5")
        assert done.status == 69 and time.monotonic() - started < 60 and done.summary["left"] == 6


def test_a_failing_server_is_asked_four_times_and_the_rest_continues(tmp_path, photos):
    bad = digest(photos / "photo 0.jpg")

    def upload(request):
        fails = hashlib.sha256(request.body).hexdigest() == bad
        return problem(500, "It failed.") if fails else (201, {}, record(request))

    with ScriptedServer(answering(upload)) as scripted:
        done = Client(tmp_path / "home", scripted.url).json("upload", photos)
        assert done.status == 1 and done.counts() == {"sent": 5, "refused": 1}
        assert len(scripted.asked("POST", "/v1/upload/")) == 5 + 4


def test_a_full_server_ends_the_run(tmp_path, photos):
    with ScriptedServer(answering(lambda request: problem(507, "No room."))) as scripted:
        done = Client(tmp_path / "home", scripted.url).run("upload", photos, "--concurrency", "1")
        assert done.status == 69 and "No room;" in done.text and len(scripted.asked("POST", "/v1/upload/")) == 1


def test_an_answer_that_is_not_a_record_is_refused(tmp_path, photos):
    for answer in ((201, {}, b"<html>hello"), (201, {}, {"id": "x"}), (302, {"Location": "/login"}, b"")):
        with ScriptedServer(answering(lambda request: answer)) as scripted:
            client = Client(tmp_path / "home", scripted.url)
            done = client.json("upload", photos / "photo 0.jpg")
            assert done.status == 1 and done.counts() == {"refused": 1}
            assert len(client.journal.read_bytes().splitlines()) == 1
            client.journal.unlink()


def test_an_answer_with_another_digest_is_refused(tmp_path, photos):
    with ScriptedServer(answering(lambda request: (201, {}, {**record(request), "digest": "0" * 64}))) as scripted:
        done = Client(tmp_path / "home", scripted.url).json("upload", photos / "photo 0.jpg")
        assert done.status == 1 and "another image" in done.files[0]["reason"]


def test_progress_on_a_terminal_fits_its_width_and_ends_with_the_summary(server, client, tmp_path):
    root = tmp_path / "odd"
    root.mkdir()
    for index, name in enumerate(ODD_NAMES):
        with open(os.path.join(os.fsencode(root), name), "wb") as file:
            file.write(fixtures.jpeg(index + 1, 600, 400))
    ours, theirs = pty.openpty()
    import fcntl
    import struct
    import termios
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 40, 0, 0))
    process = client.start("upload", root, stdout=theirs, stderr=theirs, stdin=theirs)
    os.close(theirs)
    shown = b""
    with contextlib.suppress(OSError):
        while piece := os.read(ours, 65536):
            shown += piece
    os.close(ours)
    assert process.wait(30) == 0
    text = shown.decode("utf-8")
    assert f"{len(ODD_NAMES)} sent" in text.splitlines()[-1]
    assert re.search(r"\d+ of \d+\+? files", text)
    plain = re.sub(r"\x1b\[\d*[FJ]", "", text)
    assert "\x1b" not in plain
    assert all(len(line) <= 40 for line in plain.splitlines()), plain
    assert len(server.all_images()) == len(ODD_NAMES)


def watch_memory(process):
    """Waits for a process; returns the peak of its resident memory (VmHWM, which begins with its program)."""
    peak = 0
    while process.poll() is None:
        with contextlib.suppress(OSError):
            for line in pathlib.Path(f"/proc/{process.pid}/status").read_text().splitlines():
                if line.startswith("VmHWM:"):
                    peak = max(peak, int(line.split()[1]) * 1024)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.02)
    return peak


def test_a_hundred_thousand_files_need_little_memory(server, client, tmp_path):
    root = tmp_path / "many"
    root.mkdir()
    sources = []
    for index in range(20):
        source = root / f"source{index}.jpg"
        source.write_bytes(fixtures.jpeg(index + 1, 16, 16))
        sources.append(source)
    age(root)
    assert client.json("upload", root, "--no-journal").counts() == {"sent": 20}
    for folder in range(100):
        place = root / f"folder{folder}"
        place.mkdir()
        for index in range(1000):
            os.link(sources[index % 20], place / f"{index}.jpg")
    for how, seconds in (("server", 120), ("journal", 60)):
        log = open(tmp_path / f"{how}.json", "wb")
        process = client.start("upload", "--json", root, stdout=log)
        peak = watch_memory(process)
        process.stderr.close()
        log.close()
        lines = (tmp_path / f"{how}.json").read_text().splitlines()
        summary = json.loads(lines[-1])
        assert process.returncode == 0 and summary["there"] == 100_020 and summary["complete"]
        assert f'"by":"{how}"' in lines[50_000]
        assert peak < 100_000_000, peak
        print(f"by {how}: {peak / 1e6:.0f} MB")
    assert len(server.all_images()) == 20
