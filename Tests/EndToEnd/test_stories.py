"""Whole stories, by published commands only."""
import base64

import fixtures
from people import PASSWORD, register
from test_compress_service import make_service  # noqa: F401, a fixture
from tintype_client import Client


def test_two_folders_of_one_account_one_private_are_searched_by_another(make_server, tmp_path):
    server = make_server("--access", "accounts", "--registration", "open")
    for handle in ("ada", "bob"):
        register(server, handle)
    ada, bob = Client(tmp_path / "ada", server.url), Client(tmp_path / "bob", server.url)
    for client, handle in ((ada, "ada"), (bob, "bob")):
        assert client.run("login", "--user", handle, input=f"{PASSWORD}\n".encode()).status == 0
    for folder, visibility in (("shown", "--public"), ("hidden", "--private")):
        (tmp_path / folder).mkdir()
        for number in range(2):
            seed = 90_000 + 10 * len(folder) + number
            (tmp_path / folder / f"harbour {folder} {number}.jpg").write_bytes(fixtures.jpeg(seed, 64, 48))
        done = ada.json("upload", "--dir", tmp_path / folder, visibility, "--tag", "boat")
        assert done.status == 0 and done.counts() == {"sent": 2}

    def titles(client, *words):
        done = client.run("list", "--keywords", *words, "--json")
        assert done.status == 0
        return sorted(line["title"] for line in done.lines)

    shown, hidden = ["harbour shown 0", "harbour shown 1"], ["harbour hidden 0", "harbour hidden 1"]
    assert titles(bob, "harbour") == shown and titles(bob, "hidden") == []
    assert titles(ada, "harbour") == hidden + shown


def test_an_image_is_stored_by_one_service_compressed_by_another_and_fetched_in_a_third_format(
        make_server, make_service):  # noqa: F811
    store = make_server("--derive", "never")
    picture = fixtures.encoded(fixtures.picture(seed=77), "PNG")
    stored = store.post("/upload", json={
        "filename": "lake.png", "type": "png", "file": base64.b64encode(picture).decode()}).json()
    compressor = make_service(store.url)
    made = compressor.post(f"/compress/{stored['id']}?type=webp")
    assert made.status_code == 200 and made.json()["format"] == "webp"
    kept = store.get(f"/download/{stored['id']}?type=webp&transform=compress")
    assert kept.headers["Content-Type"] == "image/webp" and len(kept.content) == made.json()["bytes"]
    third = store.get(f"/images/{stored['id']}.jpg")
    assert third.status_code == 200 and third.headers["Content-Type"] == "image/jpeg"
    assert store.get(f"/v1/images/{stored['id']}/original").content == picture
