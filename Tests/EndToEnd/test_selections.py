"""Selections, with the real binary: parts of lists that a client does not know, used by other requests."""
import io
import sqlite3
import zipfile

import fixtures
from people import register


def select(person, expected=201, **body):
    response = person.post("/v1/selections", json=body)
    assert response.status_code == expected, response.text
    return response.json()


def finish(server, person, response):
    assert response.status_code == 202, response.text
    return server.wait_for_job_as(person, response.json()["id"])


def test_parts_of_a_list_are_selected_and_changed_by_one_request_each(server):
    ada = register(server, "ada")
    images = [ada.upload(fixtures.jpeg(number, 32, 24), title=f"owl {number}")["id"] for number in range(9)]
    for number, id in enumerate(images):
        date = None if number == 4 else f"2024-07-{1 + number // 3:02}"
        assert ada.request("PATCH", f"/v1/images/{id}", json={"date_taken": date}).status_code == 200
    listed = ada.get("/v1/images?q=owl&sort=-taken&fields=ids").json()["ids"]
    assert listed[-1] == images[4]
    page = ada.get("/v1/images?q=owl&sort=-taken&fields=ids&limit=5").json()
    for ranges, expected in [
        ([{"from": listed[2], "to": listed[5]}], listed[2:6]),
        ([{"from": listed[5], "to": listed[2]}], listed[2:6]),
        ([{"to": page["next"]}, {"from": images[4]}], listed[:5] + listed[8:]),
        ([{"from": "2024-07-01", "to": "2024-07-02"}], [id for id in listed if id in images[:6] and id != images[4]]),
    ]:
        selection = select(ada, q="owl", sort="-taken", ranges=ranges, plus=[images[0]], minus=[listed[3]])
        expected = [id for id in expected + [images[0]] if id != listed[3]]
        expected = list(dict.fromkeys(expected))
        assert selection["count"] == selection["changeable"] == len(expected)
        archive = ada.post("/v1/archives", json={"selection": selection["id"]})
        assert archive.json()["files"] == len(expected), archive.text
        content = ada.get(archive.json()["url"]).content
        assert len(zipfile.ZipFile(io.BytesIO(content)).namelist()) == len(expected)
        album = ada.post("/v1/albums", json={"title": "A"}).json()["id"]
        put = ada.post(f"/v1/albums/{album}/images", json={"selection": selection["id"]})
        assert finish(server, ada, put)["progress"]["done"] == len(expected)
        assert ada.get(f"/v1/albums/{album}/images?fields=ids").json()["ids"] == expected


def test_a_selection_survives_a_restart_and_ends_with_its_hour(make_server):
    server = make_server("--registration", "open")
    ada, bob = register(server, "ada"), register(server, "bob")
    images = [ada.upload(fixtures.jpeg(number, 32, 24), tags="bird")["id"] for number in range(3)]
    selection = select(ada, q="")
    server.restart()
    path = f"/v1/selections/{selection['id']}"
    assert ada.get(path).json() == selection
    assert bob.get(path).status_code == 404
    trashed = finish(server, ada, ada.post("/v1/images/bulk", json={"selection": selection["id"], "trash": True}))
    assert trashed["progress"]["done"] == 3 and ada.ids() == set()
    now = ada.get(path).json()
    assert (now["count"], now["trashed"], now["tags"]) == (0, 3, [])
    restored = finish(server, ada, ada.post("/v1/trash/restore", json={"selection": selection["id"]}))
    assert restored["progress"]["done"] == 3 and ada.ids() == set(images)
    assert ada.get(path).json() == selection
    with sqlite3.connect(server.data / "catalog.sqlite") as catalogue:
        catalogue.execute("UPDATE selections SET expires = 0")
    answer = ada.get(path)
    assert answer.status_code == 404 and "POST /v1/selections" in answer.json()["detail"]
    server.restart()
    server.wait_until(lambda: rows(server) == 0)


def rows(server):
    with sqlite3.connect(server.data / "catalog.sqlite") as catalogue:
        return catalogue.execute("SELECT count(*) FROM selection_chunks").fetchone()[0]
