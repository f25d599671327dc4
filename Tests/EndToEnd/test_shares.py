"""Shares, with the real binary: what visitors get, and that ending a share ends it for those who have it open."""
import io
import socket
import time
import zipfile

import fixtures
from people import add_admin, register


def make(person, expected=201, **body):
    response = person.post("/v1/shares", json=body)
    assert response.status_code == expected, response.text
    return response.json()


def change(person, share, expected=200, **body):
    response = person.request("PATCH", f"/v1/shares/{share['id']}", json=body)
    assert response.status_code == expected, response.text
    return response.json()


def give(server, share, password, expected=200):
    """Gives the password of a share, and returns the cookie."""
    response = server.post(f"{share['url']}/access", json={"password": password})
    assert response.status_code == expected, response.text
    server.session.cookies.clear()
    return {"Cookie": response.headers["Set-Cookie"].split(";")[0]} if expected == 200 else None


def test_an_album_is_shown_behind_a_password_until_its_share_ends(make_server):
    server = make_server("--registration", "open")
    ada, bob = register(server, "ada"), register(server, "bob")
    images = [ada.upload(fixtures.jpeg(number, 640, 480), title=f"picture {number}") for number in range(3)]
    foreign = bob.upload(fixtures.jpeg(9, 64, 48), visibility="public")
    album = ada.post("/v1/albums", json={"title": "Rome"}).json()
    child = ada.post("/v1/albums", json={"title": "Forum", "parent": album["id"]}).json()
    for target, ids in [(album, [images[1]["id"], images[0]["id"], foreign["id"]]), (child, [images[2]["id"]])]:
        assert ada.post(f"/v1/albums/{target['id']}/images", json={"ids": ids}).status_code == 200
    share = make(ada, album=album["id"], title="Rome, for you", password="via appia")
    url = share["url"]

    refused = server.get(url)
    assert refused.status_code == 401 and refused.json()["type"] == "/problems/password-required"
    assert "Rome" not in refused.text
    give(server, share, "via sacra", expected=401)
    cookie = give(server, share, "via appia")
    opened = server.get(url, headers=cookie).json()
    assert (opened["title"], opened["kind"], opened["count"]) == ("Rome, for you", "album", 2)
    # In the album's order, and only what its maker owns.
    assert server.get(f"{url}/images", headers=cookie).json()["ids"] == [images[1]["id"], images[0]["id"]]
    change(ada, share, album=album["id"], include_children=True)
    assert set(server.get(f"{url}/images", headers=cookie).json()["ids"]) == {image["id"] for image in images}

    thumbnail = f"{url}/images/{images[0]['id']}/thumbnail"
    first = server.get(thumbnail, headers=cookie)
    assert first.status_code == 200 and first.headers["Content-Type"] == "image/jpeg"
    assert first.headers["Cache-Control"] == "private, no-cache"
    again = server.get(thumbnail, headers={**cookie, "If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert server.get(f"{url}/images/{images[0]['id']}/original", headers=cookie).status_code == 403
    assert server.get(thumbnail).status_code == 401

    seen = ada.get(f"/v1/shares/{share['id']}").json()
    assert seen["uses"] == 1 and seen["last_used"] and seen["token"] == share["token"]
    # Another password ends the visits of those who knew the former one.
    change(ada, share, password="via flaminia")
    assert server.get(thumbnail, headers=cookie).status_code == 401
    cookie = give(server, share, "via flaminia")
    assert server.get(thumbnail, headers=cookie).status_code == 200
    assert ada.delete(f"/v1/shares/{share['id']}").status_code == 204
    for path in (url, f"{url}/images", thumbnail):
        gone = server.get(path, headers={**cookie, "If-None-Match": first.headers["ETag"]})
        assert gone.status_code == 404, path
    give(server, share, "via flaminia", expected=404)


def test_whatever_the_owner_does_with_an_image_counts_in_shares_at_once(server):
    ada = register(server, "ada")
    image = ada.upload(fixtures.jpeg(1, 640, 480), visibility="public", title="owl")
    kept = ada.upload(fixtures.jpeg(2, 640, 480), title="owl")
    album = ada.post("/v1/albums", json={"title": "Owls"}).json()
    ada.post(f"/v1/albums/{album['id']}/images", json={"ids": [image["id"], kept["id"]]})
    shares = [make(ada, images=[image["id"], kept["id"]]), make(ada, album=album["id"]), make(ada, query="owl")]

    def shown():
        counts = [server.get(share["url"]).json()["count"] for share in shares]
        files = [server.get(f"{share['url']}/images/{image['id']}/thumbnail").status_code for share in shares]
        return counts, files

    assert shown() == ([2] * 3, [200] * 3)
    path = f"/v1/images/{image['id']}"
    ada.request("PATCH", path, json={"visibility": "private"})
    assert shown() == ([1] * 3, [404] * 3)
    ada.request("PATCH", path, json={"visibility": "public"})
    assert shown() == ([2] * 3, [200] * 3)
    assert ada.delete(path).status_code == 204
    assert shown() == ([1] * 3, [404] * 3)
    assert ada.post("/v1/trash/restore", json={"ids": [image["id"]]}).status_code == 200
    assert shown() == ([2] * 3, [200] * 3)
    ada.request("PATCH", path, json={"title": "dog"})
    ada.delete(f"/v1/albums/{album['id']}/images/{image['id']}")
    assert shown() == ([2, 1, 1], [200, 404, 404])


def test_an_archive_that_is_being_sent_ends_with_the_share(server):
    ada = register(server, "ada")
    data = [fixtures.noise(number) for number in range(40)]
    images = [ada.upload(each)["id"] for each in data]
    share = make(ada, images=images, originals=True)
    archive = server.post(f"{share['url']}/archives", json={}).json()
    assert archive["files"] == 40 and archive["bytes"] > sum(map(len, data))
    whole = server.get(archive["url"])
    with zipfile.ZipFile(io.BytesIO(whole.content)) as opened:
        assert opened.testzip() is None and len(opened.namelist()) == 40
    with server.connect() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 16)
        connection.sendall(f"GET {archive['url']} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        received = len(connection.recv(4096))
        assert ada.delete(f"/v1/shares/{share['id']}").status_code == 204
        while piece := connection.recv(1 << 16):
            received += len(piece)
    assert received < archive["bytes"], "the rest was not sent"
    assert server.get(archive["url"]).status_code == 404


def test_a_share_expires_and_its_address_is_nowhere_else(server):
    ada, boss = register(server, "ada"), add_admin(server)
    image = ada.upload(fixtures.jpeg(1, 64, 48))
    soon = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 2))
    share = make(ada, images=[image["id"]], expires_at=soon)
    lasting = make(ada, images=[image["id"]])
    assert server.get(share["url"]).status_code == 200
    server.wait_until(lambda: server.get(share["url"]).status_code == 404)
    assert server.get(f"{share['url']}/images").status_code == 404
    # The token is made from the id by a key: the catalogue and the log do not have it, and it survives a restart.
    server.restart()
    assert server.get(lasting["url"]).status_code == 200
    assert ada.get(f"/v1/shares/{lasting['id']}").json()["token"] == lasting["token"]
    secret = lasting["token"][12:]
    assert secret not in server.log_text() and "tts_" in server.log_text()
    for part in server.data.glob("catalog.sqlite*"):
        assert secret.encode() not in part.read_bytes()
    listed = boss.get("/v1/shares?owner=ada").json()
    assert len(listed["ids"]) == 2 and secret not in str(listed)
    assert boss.delete(f"/v1/shares/{lasting['id']}").status_code == 204
    # With another key, former addresses are wrong.
    other = make(ada, images=[image["id"]])
    server.stop()
    (server.data / "keys/shares.json").unlink()
    server.start()
    assert server.get(other["url"]).status_code == 404
    address = ada.get(f"/v1/shares/{other['id']}").json()["url"]
    assert address != other["url"] and server.get(address).status_code == 200


def test_servers_share_the_key_of_shares(make_server, monkeypatch):
    monkeypatch.setenv("TINTYPE_SHARE_KEY", "k" * 32)
    server = make_server()
    ada = register(server, "ada")
    share = make(ada, query="")
    server.stop()
    assert not (server.data / "keys/shares.json").exists()
    server.start()
    assert server.get(share["url"]).status_code == 200


def test_visitors_fill_an_album_even_if_the_server_is_killed(server):
    ada = register(server, "ada")
    album = ada.post("/v1/albums", json={"title": "Wedding"}).json()
    share = make(ada, album=album["id"], uploads={"album": album["id"], "bytes": 10**7, "count": 5})
    pictures = [fixtures.jpeg(number, 320, 240) for number in range(6)]

    def send(data):
        headers = {"Content-Type": "image/jpeg", "Content-Disposition": 'attachment; filename="guest.jpg"'}
        return server.post(f"{share['url']}/images", data=data, headers=headers)

    own = ada.upload(pictures[0], title="mine")
    sent = [send(data) for data in pictures[:4]]
    assert [response.status_code for response in sent] == [201] * 4
    assert own["id"] not in [response.json()["id"] for response in sent]
    server.kill()
    server.start()
    ids = [response.json()["id"] for response in sent]
    assert server.get(f"{share['url']}/images").json()["ids"] == ids
    assert ada.get(f"/v1/albums/{album['id']}/images").json()["ids"] == ids
    assert ada.get(f"/v1/images/{ids[1]}/original").content == pictures[1]
    used = ada.get(f"/v1/shares/{share['id']}").json()["uploads"]
    assert (used["used_count"], used["used_bytes"]) == (4, sum(map(len, pictures[:4])))
    assert send(pictures[4]).status_code == 201
    full = send(pictures[5])
    assert full.status_code == 507 and full.json()["type"] == "/problems/quota-exceeded"
    assert server.get(f"{share['url']}/images/{ids[0]}/original").status_code == 403
