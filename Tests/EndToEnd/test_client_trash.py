"""`tintype trash`: what was deleted is listed, comes back, or goes for good."""
import pytest

import fixtures
from tintype_client import Client


@pytest.fixture
def client(server, tmp_path):
    return Client(tmp_path / "home", server.url)


@pytest.fixture
def trashed(server, client):
    """Three images in the trash, the last one first."""
    records = [server.upload(fixtures.jpeg(index, 32, 32), f"{title}.jpg", fields={"title": title})[1]
               for index, title in enumerate(["Blue lake", "Hill", "Rød\u202e \x1b[2J"])]
    for record in records:
        assert client.run("delete", record["id"]).status == 0
    return records[::-1]


def test_the_trash_is_listed_with_the_day_on_which_it_goes(client, trashed):
    done = client.run("trash", "list")
    lines = done.output.decode().splitlines()
    assert done.status == 0 and [line.split()[0] for line in lines] == [record["id"] for record in trashed]
    assert lines[2].endswith("Blue lake") and "until 20" in lines[2] and " kB  " in lines[2]
    assert "\x1b" not in done.text and "\u202e" not in done.text
    assert [line["title"] for line in client.json("trash", "list").lines][1:] == ["Hill", "Blue lake"]


def test_images_come_back_by_id(server, client, trashed):
    done = client.run("trash", "restore", trashed[0]["id"], trashed[1]["id"])
    assert done.status == 0 and "2 restored, 0 not" in done.text
    assert server.get(f"/v1/images/{trashed[0]['id']}").status_code == 200
    again = client.run("trash", "restore", trashed[0]["id"], trashed[2]["id"])
    assert again.status == 1 and "not in the trash" in again.text and "1 restored, 1 not" in again.text
    assert client.run("trash", "list").output == b""


def test_everything_comes_back_or_goes(server, client, trashed):
    done = client.json("trash", "restore", "--all")
    assert done.status == 0 and {line["event"] for line in done.lines} == {"restored"} and len(done.lines) == 3
    assert len(server.get("/v1/images").json()["ids"]) == 3
    for record in trashed:
        client.run("delete", record["id"])
    refused = client.run("trash", "empty")
    assert refused.status == 64 and "--yes" in refused.text and len(client.json("trash", "list").lines) == 3
    emptied = client.run("trash", "empty", "--yes")
    assert emptied.status == 0 and emptied.output.decode() == "3 deleted for good\n"
    assert client.run("trash", "empty", "--yes").output.decode() == "0 deleted for good\n"


@pytest.mark.parametrize("arguments, words", [
    ([], "list, restore or empty"), (["lose"], "list, restore or empty"), (["list", "x"], "list, restore or empty"),
    (["restore"], "--all"), (["restore", "--all", "x"], "--all"), (["restore", "x"], "is not an id"),
    (["list", "--all"], "--all is for restore, not for list"), (["restore", "--yes", "x"], "--yes is for empty"),
])
def test_what_makes_no_sense_is_refused(client, arguments, words):
    done = client.run("trash", *arguments)
    assert done.status == 64 and words in done.text
