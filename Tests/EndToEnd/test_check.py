"""`tintype check`: inconsistencies are found, and repaired if possible."""
import pytest

import fixtures


@pytest.fixture
def stopped(make_server):
    """A complete data folder with three images, which no server uses."""
    server = make_server("--derive", "now")
    records = [server.upload(fixtures.jpeg(seed), f"{seed}.jpg")[1] for seed in range(3)]
    assert {record["state"] for record in records} == {"ready"}
    server.stop()
    return server, records


def assert_finds(server, kind, subject, *options, mended=False):
    status, text = server.check(*options)
    lines = [line for line in text.splitlines() if line.startswith(kind + "\t")]
    assert len(lines) == 1 and subject in lines[0], text
    assert status == (0 if mended else 1), text


def test_an_intact_store_has_no_findings(stopped):
    server, _ = stopped
    for options in ([], ["--deep"], ["--repair"], ["--deep", "--repair"]):
        status, text = server.check(*options)
        assert status == 0 and "9 files checked, 0 findings, 0 mended" in text


def test_a_missing_original_is_found_and_cannot_be_repaired(stopped):
    server, records = stopped
    server.kept()[records[0]["digest"]].unlink()
    assert_finds(server, "missing-file", records[0]["digest"])
    assert_finds(server, "missing-file", records[0]["digest"], "--repair")
    assert_finds(server, "missing-file", records[0]["digest"])


@pytest.mark.parametrize("type", ["thumbnail", "full-size"])
@pytest.mark.parametrize("harm, kind", [("remove", "missing-file"), ("shorten", "wrong-size"), ("change", "wrong-digest")])
def test_a_damaged_rendition_is_found_and_made_again(stopped, type, harm, kind):
    server, records = stopped
    path = server.kept(type)[records[1]["digest"]]
    before = path.read_bytes()
    if harm == "remove":
        path.unlink()
    elif harm == "shorten":
        path.write_bytes(before[:-1])
    else:
        path.write_bytes(before[:100] + bytes([before[100] ^ 1]) + before[101:])
        assert server.check()[0] == 0, "without --deep nobody reads the bytes"
    assert_finds(server, kind, records[1]["digest"], "--deep")
    assert_finds(server, kind, records[1]["digest"], "--deep", "--repair", mended=True)
    assert server.check("--deep")[0] == 0
    server.start()
    assert server.get(records[1]["links"]["thumbnail"]).status_code == 200
    assert server.record(records[1]["id"])["state"] == "ready"


@pytest.mark.parametrize("harm, kind", [("shorten", "wrong-size"), ("lengthen", "wrong-size"), ("change", "wrong-digest")])
def test_a_damaged_original_is_found_and_not_changed(stopped, harm, kind):
    server, records = stopped
    path = server.kept()[records[2]["digest"]]
    data = path.read_bytes()
    harmed = {"shorten": data[:-10], "lengthen": data + b"x", "change": data[:-20] + b"y" + data[-19:]}[harm]
    path.write_bytes(harmed)
    assert_finds(server, kind, records[2]["digest"], "--deep")
    assert_finds(server, kind, records[2]["digest"], "--deep", "--repair")
    assert path.read_bytes() == harmed


def test_a_stray_file_is_found_and_not_changed(stopped):
    server, _ = stopped
    folder = server.data / "original/2020/02/03"
    folder.mkdir(parents=True)
    stray = folder / ("ab" * 32 + ".jpg")
    stray.write_bytes(b"somebody else's")
    assert_finds(server, "stray-file", "original/2020/02/03/" + "ab" * 32)
    assert_finds(server, "stray-file", "original/2020/02/03/" + "ab" * 32, "--repair")
    assert stray.exists()


def test_a_file_whose_name_is_not_a_digest_is_found_too(stopped):
    server, records = stopped
    folder = server.kept()[records[0]["digest"]].parent
    (folder / "notes.txt").write_text("mine")
    assert_finds(server, "stray-file", "notes.txt")


def test_an_unfinished_upload_is_found_and_removed(stopped):
    server, _ = stopped
    (server.data / "staging/left-behind").write_bytes(b"half a photo")
    assert_finds(server, "stray-staging", "left-behind")
    assert_finds(server, "stray-staging", "left-behind", "--repair", mended=True)
    assert server.staged() == [] and server.check()[0] == 0


def test_all_findings_are_reported(stopped):
    server, records = stopped
    server.kept("thumbnail")[records[0]["digest"]].unlink()
    server.kept()[records[1]["digest"]].unlink()
    (server.data / "staging/x").write_bytes(b"x")
    status, text = server.check()
    assert status == 1 and "3 findings, 0 mended" in text
    status, text = server.check("--repair")
    assert status == 1 and "3 findings, 2 mended" in text


def test_the_same_upload_restores_a_lost_original(stopped):
    server, records = stopped
    server.kept()[records[0]["digest"]].unlink()
    server.start()
    status, record = server.upload(fixtures.jpeg(0), "0.jpg")
    assert status == 200 and record["duplicate"] is True
    assert server.get(record["links"]["original"]).content == fixtures.jpeg(0)
    server.stop()
    assert server.check("--deep")[0] == 0


def test_a_running_server_can_be_checked_but_not_repaired(make_server):
    server = make_server("--derive", "now")
    server.upload(fixtures.jpeg(1), "x.jpg")
    status, text = server.check("--deep")
    assert status == 0, text
    status, text = server.check("--repair")
    assert status == 64 and "stop it" in text
    assert server.get("/livez").status_code == 200


def test_a_folder_that_is_not_a_store_is_not_turned_into_one(tmp_path, make_server):
    """A check only reads: what does not exist is reported as missing, and not created."""
    server = make_server()
    server.stop()
    server.data = tmp_path / "nothing-here"
    status, text = server.check()
    assert status not in (0, 1), text
    assert not server.data.exists()
