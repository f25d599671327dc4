"""`tintype albums` and `tintype share`: sets of images, and addresses for people without an account."""
import json
import subprocess

import pytest
import requests

import fixtures
from tintype_client import Client


@pytest.fixture
def client(server, tmp_path):
    return Client(tmp_path / "home", server.url)


@pytest.fixture
def images(server):
    return [server.upload(fixtures.jpeg(index, 32, 32), f"{title}.jpg", fields={"title": title})[1]["id"]
            for index, title in enumerate(["Blue lake", "Hill", "Blue sky"])]


def add(client, *arguments):
    done = client.run("albums", "add", *arguments)
    assert done.status == 0, done.text
    return done


def test_an_album_is_made_filled_listed_emptied_and_deleted(server, client, images):
    made = client.run("albums", "create", "Rome")
    assert made.status == 0 and made.output.decode().split()[1:] == ["0", "private", "Rome"]
    album = made.output.decode().split()[0]
    assert f"added    {images[0]}" in add(client, "Rome", images[0], images[1]).text
    assert "1 added, 1 in it already, 0 not" in add(client, album, images[2], images[0]).text
    assert server.get(f"/v1/albums/{album}/images").json()["ids"] == [images[0], images[1], images[2]]
    assert client.json("albums", "create", "Forum", "--parent", "Rome", "--public").lines[0]["parent"] == album
    lines = client.run("albums", "list").output.decode().splitlines()
    assert [line.split()[1:] for line in lines] == [["0", "public", "Forum"], ["3", "private", "Rome"]]
    done = client.run("albums", "remove", "Rome", images[1], images[1], images[0])
    assert done.status == 0 and "removed" in done.text
    again = client.run("albums", "remove", "Rome", images[1])
    assert again.status == 1 and "not in the album" in again.text
    assert client.run("albums", "delete", "Rome").status == 0
    assert [album["title"] for album in client.json("albums", "list").lines] == ["Forum"]
    assert len(server.get("/v1/images").json()["ids"]) == 3


def test_images_come_into_an_album_by_a_search(server, client, images):
    client.run("albums", "create", "Blue things")
    assert "2 added, 0 in it already, 0 not" in add(client, "Blue things", "--search", "blue").text
    done = client.json("albums", "add", "Blue things", images[1], "01a22154-71f7-7db4-84fb-077adbbe2723")
    assert done.status == 1 and [line["event"] for line in done.lines] == ["added", "refused"]


def test_private_images_are_shown_only_if_that_is_said(server, client):
    image = server.upload(fixtures.jpeg(9, 32, 32), "p.jpg", fields={"visibility": "private"})[1]["id"]
    album = client.json("albums", "create", "All", "--public").lines[0]["id"]
    refused = client.run("albums", "add", "All", image)
    assert refused.status == 1 and "private" in refused.text, refused.text
    assert server.get(f"/v1/albums/{album}/images").json()["ids"] == []
    add(client, "All", image, "--share-private", "yes")
    assert server.get(f"/v1/albums/{album}/images").json()["ids"] == [image]


def test_titles_that_are_missing_or_not_unique_are_told(client):
    client.run("albums", "create", "Twice")
    client.run("albums", "create", "Twice")
    several = client.run("albums", "delete", "Twice")
    assert several.status == 64 and "2 albums have the title 'Twice'" in several.text
    missing = client.run("albums", "delete", "Never")
    assert missing.status == 1 and "there is no album 'Never'" in missing.text


def test_a_share_gives_an_address_that_works_until_it_ends(server, client, images):
    done = client.run("share", "create", images[0], images[1], "--title", "For you", "--days", "3")
    address = done.output.decode().strip()
    assert done.status == 0 and address.startswith(server.url + "/v1/shares/tts_")
    shown = requests.get(address, timeout=20).json()
    assert shown["title"] == "For you" and shown["count"] == 2 and not shown["allows"]["originals"]
    lines = client.run("share", "list").output.decode().splitlines()
    assert len(lines) == 2 and "images, until 20" in lines[0] and "opened once" in lines[0] and lines[1].strip() == address
    share = lines[0].split()[0]
    ended = client.run("share", "end", share)
    assert ended.status == 0 and ended.output.decode() == f"ended  {share}\n"
    assert requests.get(address, timeout=20).status_code == 404
    assert client.run("share", "end", share).status == 1


def test_a_share_of_an_album_takes_pictures_and_asks_for_its_password(server, client, images):
    client.run("albums", "create", "Party")
    add(client, "Party", images[0])
    process = client.start(
        "share", "create", "--album", "Party", "--password", "--originals", "--uploads", "1MiB", "--upload-count", "2",
        "--json", stdin=subprocess.PIPE)
    output, errors = process.communicate(b"via appia\n", timeout=60)
    assert process.returncode == 0, errors
    share = json.loads(output)
    assert share["has_password"] and share["originals"] and share["uploads"]["bytes"] == 1 << 20
    address = server.url + share["url"]
    assert requests.get(address, timeout=20).status_code == 401
    with requests.Session() as visitor:
        assert visitor.post(address + "/access", json={"password": "via appia"}, timeout=20).status_code == 200
        assert visitor.get(address, timeout=20).json()["count"] == 1
    found = client.json("share", "create", "--search", "blue").lines[0]
    assert found["kind"] == "search" and requests.get(server.url + found["url"], timeout=20).json()["count"] == 2


def test_folders_become_albums_of_new_images_and_of_those_that_are_there(server, client, tmp_path):
    folder = tmp_path / "Holidays"
    for number, place in enumerate(["Rome", "Rome", "Oslo", "."]):
        (folder / place).mkdir(parents=True, exist_ok=True)
        (folder / place / f"{number}.jpg").write_bytes(fixtures.jpeg(number, 32, 32))
    assert client.run("upload", "--dir", folder / "Rome").status == 0  # Without albums; the journal knows them.
    assert server.get("/v1/albums").json()["ids"] == []
    assert client.run("upload", "--dir", folder, "--albums").status == 0
    albums = {album["title"]: album for album in server.get("/v1/albums").json()["albums"]}
    assert {title: album["count"] for title, album in albums.items()} == {"Holidays": 1, "Oslo": 1, "Rome": 2}
    assert albums["Rome"]["parent"] == albums["Oslo"]["parent"] == albums["Holidays"]["id"]
    # Again, with and without a journal: nothing is in an album twice.
    for options in [(), ("--no-journal",)]:
        assert client.run("upload", "--dir", folder, "--albums", *options).status == 0
    assert {album["title"]: album["count"] for album in server.get("/v1/albums").json()["albums"]} == {
        "Holidays": 1, "Oslo": 1, "Rome": 2}


@pytest.mark.parametrize("arguments, words", [
    (["albums"], "list, create, add, remove or delete"), (["albums", "create"], "list, create, add, remove or delete"),
    (["albums", "add", "x"], "--search"), (["albums", "add", "x", "y"], "is not an id"), (["albums", "remove", "x"], "by their ids"),
    (["albums", "list", "x"], "list, create, add, remove or delete"), (["albums", "add", "x", "--search", "y", "--share-private", "perhaps"], "yes or no"),
    (["albums", "list", "--public"], "--public is for create, not for list"), (["share", "list", "--days", "3"], "--days is for create"),
    (["share"], "create, list or end"), (["share", "create"], "--album, or --search"), (["share", "end"], "share list"),
    (["share", "end", "x"], "is not the id of a share"), (["share", "create", "--album", "a", "--search", "b"], "--album, or --search"),
    (["share", "create", "--search", "b", "--children"], "are for --album"),
    (["share", "create", "--search", "b", "--uploads", "5MiB"], "are for --album"),
])
def test_what_makes_no_sense_is_refused(client, arguments, words):
    done = client.run(*arguments)
    assert done.status == 64 and words in done.text, done.text
