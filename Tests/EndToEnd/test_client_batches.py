"""`tintype upload --batch`: pictures with a file of metadata beside them."""
import json

import pytest

import fixtures
from tintype_client import Client


@pytest.fixture
def client(server, tmp_path):
    return Client(tmp_path / "home", server.url)


@pytest.fixture
def folder(tmp_path):
    root = tmp_path / "till"
    (root / "day").mkdir(parents=True)
    for number in range(3):
        (root / "day" / f"{number}.jpg").write_bytes(fixtures.jpeg(80_000 + number, 64, 48))
    rows = [f"day/{number}.jpg,2026-05-0{number + 1}T10:00:00,Nord,40063{number}" for number in range(3)]
    (root / "metadata.csv").write_text("file,timestamp,store_name,barcode\n" + "\n".join(rows) + "\n")
    return root


def test_the_pictures_that_metadata_name_become_images_with_what_these_say(server, client, folder):
    done = client.json("upload", "--batch", folder, "--tag", "till", "--public")
    assert done.status == 0 and done.counts() == {"sent": 3}
    assert done.summary["bytes"] == sum(path.stat().st_size for path in (folder / "day").iterdir())
    [batch] = server.get("/image_batches").json()["batches"]
    assert [item["barcode"] for item in batch["items"]] == ["400630", "400631", "400632"]
    [image] = server.all_images("&attr.barcode=400631")
    assert image["date_taken"] == "2026-05-02T10:00:00" and image["tags"] == ["till"] and image["visibility"] == "public"
    assert client.json("upload", "--batch", folder, "--tag", "till", "--public").status == 0
    assert server.get("/image_batches").json()["total"] == 1, "the same batch is sent once"


def test_what_cannot_be_sent_is_told_and_the_rest_is_sent(server, client, folder):
    (folder / "day" / "text.jpg").write_text("no picture")
    (folder / "list.json").write_text(json.dumps([
        {"file": "day/0.jpg", "lane": {"n": 2}}, {"file": "day/text.jpg"}, {"file": "day/none.jpg"},
        {"file": "day/1.jpg", "timestamp": "yesterday"}]))
    done = client.json("upload", "--batch", "--metadata", folder / "list.json")
    assert done.status == 1 and done.counts() == {"sent": 1, "refused": 2, "unreadable": 1}
    reasons = " ".join(done.summary["reasons"])
    assert "plain text" in reasons and "'timestamp' must be" in reasons and "No such file" in reasons
    assert server.all_images()[0]["attributes"] == {"lane": {"n": 2}}
    text = client.run("upload", "--batch", "--metadata", folder / "list.json")
    assert text.status == 1 and "1 sent, 2 refused, 1 unreadable" in text.output.decode()


@pytest.mark.parametrize("arguments", [
    ["--batch"], ["--batch", "x", "y"], ["--batch", "--metadata", "x.csv"], ["--batch", "EMPTY"], ["--metadata", "x.csv", "y"],
    ["--batch", "--title", "x", "EMPTY"], ["--batch", "--file", "x"], ["--batch", "EMPTY", "--metadata", "x.csv"]])
def test_arguments_that_make_no_batch_are_refused(client, tmp_path, arguments):
    (tmp_path / "empty").mkdir()
    done = client.run("upload", *[str(tmp_path / "empty") if word == "EMPTY" else word for word in arguments])
    assert done.status == 64 and done.errors.decode().startswith("tintype: ")
