"""Uploads that continue where they were cut off, by tus 1.0: with a client that others wrote, byte by byte, and killed."""
import base64
import contextlib
import hashlib
import os
import pathlib
import random
import re
import subprocess
import sys
import textwrap
import threading

import pytest
from tusclient.client import TusClient
from tusclient.exceptions import TusCommunicationError

import fixtures
from cutting_proxy import CuttingProxy
from people import register
from scripted_server import ScriptedServer, problem
from tintype_client import Client
from wire import Wire, head, sha256

TUS = {"Tus-Resumable": "1.0.0"}
BYTES = {**TUS, "Content-Type": "application/offset+octet-stream"}


def picture(seed, megabytes=1):
    """A picture of noise without compression, in about so many megabytes."""
    return fixtures.noise(seed, 3500, megabytes * 100)


def begin(sender, length, **fields):
    fields = {name.replace("_", "-"): value for name, value in fields.items()}
    response = sender.request("POST", "/v1/uploads/", headers={**TUS, "Upload-Length": str(length), **fields})
    assert response.status_code == 201, response.text
    return response.headers["Location"]


def offset_of(sender, path):
    response = sender.request("HEAD", path, headers=TUS)
    assert response.status_code == 200, response.status_code
    return int(response.headers["Upload-Offset"])


def add(sender, path, offset, data, **fields):
    headers = {**BYTES, "Upload-Offset": str(offset), **{name.replace("_", "-"): value for name, value in fields.items()}}
    return sender.request("PATCH", path, headers=headers, data=data)


def patch_head(path, offset, length, sender=None):
    """The head of a request that announces the whole rest of an upload."""
    authorization = [f"Authorization: Bearer {sender.token}"] if sender else []
    return head(
        "PATCH", path, "Tus-Resumable: 1.0.0", f"Upload-Offset: {offset}", f"Content-Length: {length - offset}",
        "Content-Type: application/offset+octet-stream", *authorization)


def staged_bytes(server):
    """The bytes of the one upload under way that have been written, recorded or not."""
    return sum(path.stat().st_size for path in (server.data / "staging").glob("*"))


def assert_kept(sender, data, response):
    """The last answer names the image, and that has the bytes."""
    id = response.headers["Tintype-Image"]
    assert response.headers["Content-Location"] == f"/v1/images/{id}"
    assert sha256(sender.get(f"/v1/images/{id}/original").content) == sha256(data)
    server = getattr(sender, "server", sender)
    server.wait_until(lambda: not server.staged())


def checksum(data, algorithm="sha1"):
    return f"{algorithm} {base64.b64encode(hashlib.new(algorithm, data).digest()).decode()}"


@pytest.mark.parametrize("with_checksum", [False, True])
def test_a_client_that_others_wrote(server, tmp_path, with_checksum):
    file = tmp_path / "a lake.bmp"
    file.write_bytes(picture(1))
    client = TusClient(server.url + "/v1/uploads/")
    uploader = client.uploader(
        str(file), chunk_size=300_000, upload_checksum=with_checksum,
        metadata={"filename": "a lake.bmp", "filetype": "image/bmp", "tags": "sea,boat", "visibility": "public"})
    uploader.upload(stop_at=600_000)
    # Another run of the same program, which knows only the address.
    resumed = client.uploader(str(file), url=uploader.url, chunk_size=300_000, upload_checksum=with_checksum)
    assert resumed.offset == 600_000
    resumed.upload()
    [image] = server.all_images()
    assert (image["title"], image["tags"], image["visibility"]) == ("a lake", ["sea", "boat"], "public")
    assert image["digest"] == sha256(file.read_bytes())
    assert client.uploader(str(file), url=uploader.url).offset == file.stat().st_size


def test_a_client_that_others_wrote_learns_why_an_upload_is_refused(server, tmp_path):
    file = tmp_path / "notes.jpg"
    file.write_text("no image" * 1000)
    uploader = TusClient(server.url + "/v1/uploads").uploader(str(file), metadata={"filename": "notes.jpg"})
    with pytest.raises(TusCommunicationError) as refused:
        uploader.upload()
    assert refused.value.status_code == 415 and b"unsupported-format" in refused.value.response_content
    unknown = TusClient(server.url + "/v1/uploads").uploader(str(file), metadata={"colour": "red"})
    with pytest.raises(TusCommunicationError) as refused:
        unknown.upload()
    assert refused.value.status_code == 400 and b"'colour'" in refused.value.response_content


@pytest.mark.parametrize("seed", range(4))
def test_connections_that_are_cut_at_random_offsets(server, seed):
    """However a connection ends, what has arrived is there afterwards, and nothing else."""
    source, data, owner = random.Random(seed), picture(seed + 10), register(server, "owner")
    path = begin(owner, len(data))
    cuts, offset = 0, 0
    while offset < len(data):
        count = min(source.randrange(1, len(data) // 3), len(data) - offset)
        has_arrived, is_reset = source.random() < 0.7, source.random() < 0.5
        with Wire(server) as wire:
            wire.send(patch_head(path, offset, len(data), owner) + data[offset:offset + count])
            if offset + count == len(data):
                assert wire.response("PATCH").status == 204
            elif has_arrived:
                server.wait_until(lambda: staged_bytes(server) == offset + count)
            else:
                # A busy server might see the request after the next one, and take it for the newer.
                server.wait_until(lambda: staged_bytes(server) > offset)
            if is_reset:
                wire.reset()
        # HEAD also if the server has not noticed yet that the connection is gone.
        now = offset_of(owner, path)
        assert now == offset + count if has_arrived else offset <= now <= offset + count
        cuts += now < len(data)
        offset = now
    assert cuts > 0
    assert_kept(owner, data, owner.request("HEAD", path, headers=TUS))


def test_a_request_that_stalls_is_ended_by_the_next_one(server):
    """Nobody is locked out, and the offset that was answered does not move."""
    data = picture(20, megabytes=4)
    path = begin(server, len(data))
    with Wire(server) as stalled:
        stalled.send(patch_head(path, 0, len(data)) + data[:700_000])
        server.wait_until(lambda: staged_bytes(server) == 700_000)
        offset = offset_of(server, path)
        assert offset == 700_000
        response = stalled.response("PATCH")
        assert response.status == 409 and b"upload-superseded" in response.body
        with contextlib.suppress(OSError):
            stalled.send(data[700_000:])
        assert offset_of(server, path) == offset
        assert_kept(server, data, add(server, path, offset, data[offset:]))


@pytest.mark.parametrize("seed", range(3))
def test_a_server_that_is_killed_keeps_every_offset_that_it_has_answered(make_server, seed):
    server, source, data = make_server(), random.Random(seed), picture(seed + 30, megabytes=3)
    path = begin(server, len(data))
    acknowledged, kills = 0, 0
    while acknowledged < len(data):
        # Some pieces are answered; the last one is cut short by the end of the server.
        for _ in range(source.randrange(3)):
            piece = data[acknowledged:acknowledged + source.randrange(1, 400_000)]
            if acknowledged + len(piece) < len(data):
                assert add(server, path, acknowledged, piece).status_code == 204
                acknowledged += len(piece)
        count = source.randrange(1, 600_000)
        with Wire(server) as wire:
            wire.send(patch_head(path, acknowledged, len(data)) + data[acknowledged:acknowledged + count])
            server.kill()
        kills += 1
        server.start()
        offset = offset_of(server, path)
        assert acknowledged <= offset <= acknowledged + count
        acknowledged = offset
        if kills == 5:
            response = add(server, path, acknowledged, data[acknowledged:])
            assert response.status_code == 204
            break
    assert_kept(server, data, server.request("HEAD", path, headers=TUS))
    assert server.check()[0] == 0


def test_a_long_request_is_recorded_while_it_arrives(make_server):
    """A server that is killed loses less than a request."""
    server, data = make_server(), picture(40, megabytes=80)
    path = begin(server, len(data))
    with Wire(server) as wire:
        wire.send(patch_head(path, 0, len(data)) + data[:-1])
        server.wait_until(lambda: server.get(path).json()["offset"] >= 64 << 20)
        server.kill()
    server.start()
    offset = offset_of(server, path)
    assert offset >= 64 << 20
    assert_kept(server, data, add(server, path, offset, data[offset:]))


@pytest.mark.parametrize("seed", range(2))
def test_a_client_that_is_killed_continues_when_it_starts_again(server, tmp_path, seed):
    source, data = random.Random(seed), picture(seed + 50, megabytes=4)
    (tmp_path / "picture.bmp").write_bytes(data)
    program = textwrap.dedent(f"""
        from tusclient.client import TusClient
        from tusclient.storage.filestorage import FileStorage
        TusClient({server.url + "/v1/uploads/"!r}).uploader(
            "picture.bmp", chunk_size=50_000, store_url=True, url_storage=FileStorage("urls.json"),
            metadata={{"filename": "picture.bmp"}}).upload()
        """)
    sent = 0
    for _ in range(3):
        process = subprocess.Popen([sys.executable, "-c", program], cwd=tmp_path)
        point = sent + source.randrange(1, 1_000_000)
        server.wait_until(lambda: [one for one in server.get("/v1/uploads").json()["uploads"] if one["offset"] >= point])
        process.kill()
        process.wait()
        [upload] = server.get("/v1/uploads").json()["uploads"]
        assert sent < upload["offset"] < len(data)
        sent = upload["offset"]
    subprocess.run([sys.executable, "-c", program], cwd=tmp_path, check=True, timeout=60)
    [image] = server.all_images()
    assert image["digest"] == sha256(data)
    assert server.get("/v1/uploads").json()["uploads"] == []


def test_requests_that_cannot_be_carried_out(make_server):
    """Every mistake has its status, and leaves the upload as it is."""
    server = make_server("--max-body", "5000000", "--registration", "open")
    owner, other = register(server, "owner"), register(server, "other")
    data = picture(60)
    path = begin(owner, len(data))
    assert add(owner, path, 0, data[:1000]).status_code == 204

    def patch(sender=owner, offset=1000, piece=data[1000:], **fields):
        response = add(sender, path, offset, piece, **fields)
        assert response.headers["Tus-Resumable"] == "1.0.0"
        return response.status_code, response.json()["type"].removeprefix("/problems/")

    assert patch(offset=999) == (409, "offset-mismatch")
    assert patch(Tus_Resumable="0.2.2") == (412, "unsupported-tus-version")
    assert patch(Content_Type="image/bmp") == (415, "unsupported-media-type")
    assert patch(piece=data) == (413, "content-too-large")
    assert patch(Upload_Checksum=checksum(data)) == (460, "checksum-mismatch")
    assert patch(Upload_Checksum=checksum(data, "sha256")) == (460, "checksum-mismatch")
    assert patch(Upload_Checksum="md5 abc") == (400, "bad-request")
    assert patch(sender=other) == (404, "not-found")
    assert other.request("HEAD", path, headers=TUS).status_code == 404
    assert other.request("DELETE", path, headers=TUS).status_code == 404
    assert other.get(path).status_code == 404 and other.get("/v1/uploads").json()["uploads"] == []
    large = owner.request("POST", "/v1/uploads", headers={**TUS, "Upload-Length": "5000001"})
    assert large.status_code == 413
    assert offset_of(owner, path) == 1000

    part, unfinished = begin(owner, 10, Upload_Concat="partial"), begin(owner, 10, Upload_Concat="partial")
    foreign = begin(other, 10, Upload_Concat="partial")
    assert add(owner, part, 0, b"0123456789").status_code == add(other, foreign, 0, b"0123456789").status_code == 204

    def concatenate(*parts):
        response = owner.request("POST", "/v1/uploads", headers={**TUS, "Upload-Concat": "final;" + " ".join(parts)})
        return response.status_code, response.json()["type"].removeprefix("/problems/")

    assert concatenate(part, unfinished) == (409, "upload-unfinished")
    assert concatenate(part, foreign) == (400, "bad-request")
    assert concatenate(part, path) == (400, "bad-request")
    assert concatenate(part) == (415, "unsupported-format")

    done = add(owner, path, 1000, data[1000:])
    assert done.status_code == 204
    assert patch() == (409, "upload-ended")
    assert add(owner, path, len(data), b"").headers["Tintype-Image"] == done.headers["Tintype-Image"]


def test_an_upload_expires(make_server):
    server = make_server("--upload-expiry", "1")
    path = begin(server, 1000)
    server.wait_until(lambda: server.request("HEAD", path, headers=TUS).status_code == 410)
    expired = add(server, path, 0, b"x")
    assert expired.status_code == 410 and expired.json()["type"] == "/problems/upload-expired"
    assert server.get("/v1/uploads").json()["uploads"] == []


def test_parts_are_put_together_in_parallel_and_need_little_memory(make_server):
    server, data = make_server(), picture(70, megabytes=60)
    third = len(data) // 3 + 1
    pieces = [data[start:start + third] for start in range(0, len(data), third)]
    parts = [begin(server, len(piece), Upload_Concat="partial") for piece in pieces]
    threads = [
        threading.Thread(target=add, args=(server, part, 0, piece)) for part, piece in zip(parts, pieces)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    before = peak_memory(server)
    response = server.post("/v1/uploads", headers={**TUS, "Upload-Concat": "final;" + " ".join(parts)})
    assert response.status_code == 201, response.text
    assert peak_memory(server) - before < 30 << 20
    id = response.headers["Tintype-Image"]
    assert sha256(server.get(f"/v1/images/{id}/original").content) == sha256(data)


def test_the_lines_of_the_page_as_a_new_user_types_them(server, tmp_path):
    page = (pathlib.Path(__file__).parents[2] / "docs/resumable-uploads.md").read_text()
    script = "\n".join(re.findall(r"^```sh\n(.*?)^```", page, re.MULTILINE | re.DOTALL))
    (tmp_path / "bb.jpg").write_bytes(fixtures.jpeg(90, 900, 600))
    done = subprocess.run(
        ["bash", "-eu", "-c", script.replace("http://localhost:5000", server.url)], cwd=tmp_path, capture_output=True,
        text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert "Upload-Offset: 10000" in done.stdout and "Tintype-Duplicate: false" in done.stdout
    assert '"state":"done"' in done.stdout and done.stdout.rstrip().endswith('{"uploads":[]}')
    [image] = server.all_images()
    assert (image["title"], image["tags"], image["digest"]) == ("bb", ["sea", "boat"], sha256((tmp_path / "bb.jpg").read_bytes()))


def peak_memory(server):
    """The most memory that the server's own process has had, in bytes."""
    for line in open(f"/proc/{server.process.pid}/status"):
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise KeyError("VmHWM")


# The client's own uploads

@pytest.fixture
def large(tmp_path):
    file = tmp_path / "large.bmp"
    file.write_bytes(picture(80, megabytes=40))
    os.utime(file, (1_700_000_000, 1_700_000_000))
    return file


def test_the_client_goes_on_in_the_middle_of_a_file_when_its_line_breaks(server, tmp_path, large):
    cuts = [7_000_000, 11_000_000, 13_000_000]
    with CuttingProxy(server.host, server.port, cuts) as proxy:
        client = Client(tmp_path / "home", proxy.url)
        done = client.json("upload", "--file", large, "--tag", "sea", "--public")
        assert done.status == 0 and done.counts() == {"sent": 1}
        assert proxy.cuts == []
        # What was on the way when a line broke is sent again, and no more.
        assert proxy.received < large.stat().st_size + 3 * 4_000_000
    [image] = server.all_images()
    assert image["digest"] == sha256(large.read_bytes())
    assert (image["title"], image["tags"], image["visibility"]) == ("large", ["sea"], "public")


@pytest.mark.parametrize("who", ["client", "server"])
def test_a_killed_client_or_server_goes_on_in_the_middle_of_a_file(make_server, tmp_path, large, who):
    server = make_server()
    size = large.stat().st_size
    with CuttingProxy(server.host, server.port, [], bytes_per_second=20_000_000) as proxy:
        client = Client(tmp_path / "home", proxy.url)
        process = client.start("upload", "--file", large, "--no-journal", "--json")
        server.wait_until(lambda: proxy.received > 35_000_000)
        if who == "client":
            process.kill()
            process.communicate()
            before = proxy.received
            done = client.json("upload", "--file", large, "--no-journal")
            assert done.status == 0 and done.counts() == {"sent": 1}
            assert proxy.received - before < size - 30_000_000
        else:
            server.kill()
            server.start()
            proxy.connect_to(server.host, server.port)
            output, errors = process.communicate(timeout=60)
            assert process.returncode == 0, (output, errors)
            assert proxy.received < size + 20_000_000
    [image] = server.all_images()
    assert image["digest"] == sha256(large.read_bytes())


def test_a_file_that_has_changed_meanwhile_is_not_continued(server, tmp_path, large):
    with CuttingProxy(server.host, server.port, [], bytes_per_second=20_000_000) as proxy:
        client = Client(tmp_path / "home", proxy.url)
        process = client.start("upload", "--file", large, "--no-journal", "--json")
        server.wait_until(lambda: proxy.received > 35_000_000)
        process.kill()
        process.communicate()
    other = picture(81, megabytes=40)
    large.write_bytes(other)
    os.utime(large, (1_700_000_000, 1_700_000_000))
    client = Client(tmp_path / "home", server.url)
    assert client.json("upload", "--file", large, "--no-journal").counts() == {"sent": 1}
    [image] = server.all_images()
    assert image["digest"] == sha256(other)
    # The other details are another upload as well.
    assert len(server.get("/v1/uploads").json()["uploads"]) == 1


def test_two_files_of_the_same_large_content(server, tmp_path, large):
    (tmp_path / "copy.bmp").write_bytes(large.read_bytes())
    client = Client(tmp_path / "home", server.url)
    done = client.json("upload", "--file", large, "--file", tmp_path / "copy.bmp", "--no-journal")
    assert done.status == 0 and sum(done.counts().values()) == 2
    assert len(server.all_images()) == 1


class Scripted:
    """A server that answers the requests of an upload of one file as a test says."""

    image = "01890000-0000-7000-8000-000000000001"

    def __init__(self, large, patches, heads):
        self.size, self.patches, self.heads, self.begun = large.stat().st_size, list(patches), list(heads), 0

    def __call__(self, request):
        if request.path == "/v1/images/digests":
            return 200, {}, {"known": {}}
        if request.path.startswith("/v1/uploads?digest="):
            return 200, {}, {"uploads": []}
        if request.method == "POST":
            self.begun += 1
            return 201, {}, {"id": f"01890000-0000-7000-8000-00000000000{self.begun}", "length": self.size, "metadata": None}
        return (self.patches if request.method == "PATCH" else self.heads).pop(0)


def offset(count):
    return 200, {"Upload-Offset": str(count)}, b""


def ended(status):
    return status, {"Tintype-Image": Scripted.image, "Tintype-Duplicate": "false"}, b""


def test_a_last_answer_that_is_lost_is_asked_for(tmp_path, large):
    script = Scripted(large, [(204, {"Upload-Offset": str(32 << 20)}, b""), problem(503, "Try again.")], [offset(0), ended(200), ended(200)])
    with ScriptedServer(script) as server:
        done = Client(tmp_path / "home", server.url).json("upload", "--file", large, "--no-journal")
        assert done.status == 0 and done.counts() == {"sent": 1}, done.text
        assert done.files[0]["id"] == Scripted.image and script.patches == []


def test_an_upload_that_the_server_has_given_up_is_begun_anew(tmp_path, large):
    script = Scripted(
        large, [(410, {}, b""), (204, {"Upload-Offset": str(32 << 20)}, b""), ended(204)], [offset(0), offset(0)])
    with ScriptedServer(script) as server:
        done = Client(tmp_path / "home", server.url).json("upload", "--file", large, "--no-journal")
        assert done.status == 0 and script.begun == 2
        sent = b"".join(request.body for request in server.asked("PATCH", "/v1/uploads/")[1:])
        assert sha256(sent) == sha256(large.read_bytes())


def test_a_server_that_knows_no_resumable_uploads_gets_the_file_in_one_request(tmp_path, large):
    digest = sha256(large.read_bytes())

    def answer(request):
        if request.path.startswith("/v1/uploads"):
            return problem(404, "There is nothing at this path.")
        if request.path == "/v1/images/digests":
            return 200, {}, {"known": {}}
        return 201, {}, {"id": "01890000-0000-7000-8000-000000000001", "digest": digest, "duplicate": False}

    with ScriptedServer(answer) as server:
        done = Client(tmp_path / "home", server.url).json("upload", "--file", large, "--no-journal")
        assert done.status == 0 and done.counts() == {"sent": 1}
        assert [sha256(request.body) for request in server.asked("POST", "/v1/upload/")] == [digest]
