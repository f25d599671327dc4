"""Albums, with the real binary: who sees what on every road, and what owners of images can rely on."""
import base64
import io
import os
import sqlite3
import subprocess
import threading
import zipfile

import pytest

import fixtures
from people import Person, add_admin, register
from tintype_server import BINARY


def make(person, expected=201, **body):
    response = person.post("/v1/albums", json={"title": "Rome", **body})
    assert response.status_code == expected, response.text
    return response.json()


def put_in(person, album, *images, expected=200, **body):
    response = person.post(f"/v1/albums/{album['id']}/images", json={"ids": [image["id"] for image in images], **body})
    assert response.status_code == expected, response.text
    return response.json()


def invite(person, album, handle, role="viewer", expected=204, **body):
    response = person.request("PUT", f"/v1/albums/{album['id']}/members/{handle}", json={"role": role, **body})
    assert response.status_code == expected, response.text
    return response


def listed(person, album):
    response = person.get(f"/v1/albums/{album['id']}/images")
    return response.json()["ids"] if response.status_code == 200 else response.status_code


def change(person, image, **body):
    response = person.request("PATCH", f"/v1/images/{image['id']}", json=body)
    assert response.status_code == 200, response.text


ACTORS = ["owner", "admin", "viewer", "contributor", "manager", "other", "anonymous"]
MEMBERS = {"viewer", "contributor", "manager"}


class World:
    """An album that is private and one that is public, each with images of its owner and of a contributor."""

    def __init__(self, server):
        self.server, self.count = server, 0
        self.people = {"owner": register(server, "owner"), "admin": add_admin(server)}
        for name in ("viewer", "contributor", "manager", "other"):
            self.people[name] = register(server, name)
        self.people["anonymous"] = Person(server)
        self.albums = {name: make(self.people["owner"], visibility=name, title=f"{name} album") for name in ("private", "public")}
        self.images = {}
        for name, album in self.albums.items():
            for role in MEMBERS:
                invite(self.people["owner"], album, role, role)
            for who in ("owner", "contributor"):
                person = self.people[who]
                for kind, visibility, shares in [("public", "public", None), ("shared", "private", True), ("hidden", "private", False)]:
                    image = person.upload(self.picture(), visibility=visibility, title=f"{name} {who} {kind}")
                    more = {} if shares is None else {"share_private": shares}
                    assert put_in(person, album, image, **more)["added"] == [image["id"]]
                    self.images[name, who, kind] = image

    def picture(self):
        self.count += 1
        return fixtures.jpeg(self.count, 400, 300)

    def sees(self, actor, album, who, kind):
        """Through what somebody sees an image: own, everybody, album or None."""
        if actor in ("admin", who):
            return "own"
        if kind == "public":
            return "everybody"
        if kind == "hidden":
            return None
        if actor in MEMBERS | {"owner"}:
            return "album"
        # Everybody else sees only what the album's owner shows of its own in a public album.
        return "album" if album == "public" and who == "owner" else None


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    from tintype_server import Server
    server = Server(tmp_path_factory.mktemp("albums") / "data", "--derive", "now", "--registration", "open", "--access", "accounts")
    server.start()
    yield World(server)
    server.stop()


RENDITIONS = ["", "/thumbnail", "/full-size", "/metadata", "/render?width=20", "/render?width=21&format=png"]
ORIGINALS = ["/original", "/render?width=22&metadata=keep"]
CASES = [(album, who, kind) for album in ("private", "public") for who in ("owner", "contributor")
         for kind in ("public", "shared", "hidden")]


@pytest.mark.parametrize("actor", ACTORS)
@pytest.mark.parametrize("case", CASES, ids="-".join)
def test_who_sees_an_image_by_its_address(world, case, actor):
    image, person, grant = world.images[case], world.people[actor], world.sees(actor, *case)
    path, id = f"/v1/images/{image['id']}", image["id"]
    seen = 404 if grant is None else 200
    for part in RENDITIONS:
        for _ in range(2):  # The second time it may be open already.
            assert person.get(path + part).status_code == seen, part
    iiif = [f"/iiif/3/{id}/info.json", f"/iiif/3/{id}/full/20,/0/default.jpg", f"/images/{id}.png", f"/images/{id}.jpg"]
    for address in iiif:
        assert person.get(address).status_code == seen, address
    if seen == 200 and grant == "album":
        assert person.get(f"/images/{id}.jpg").content != world.people["admin"].get(path + "/original").content
    given = {None: 404, "own": 200}.get(grant, 403)
    for part in ORIGINALS:
        for _ in range(2):
            assert person.get(path + part).status_code == given, part
    assert person.get(f"/download/{id}").status_code == given
    # A compressed file is made for the request, without what only the original has.
    for address in (f"/compress/{id}", path + "/compressed"):
        assert person.get(address).status_code == seen, address
    changed = person.request("PATCH", path, json={"description": "d"}).status_code
    assert changed == (200 if grant == "own" else 401 if actor == "anonymous" else 403 if grant == "everybody" else 404)


@pytest.mark.parametrize("actor", ACTORS)
@pytest.mark.parametrize("name", ["private", "public"])
def test_who_sees_an_album_and_what_it_shows(world, name, actor):
    album, person = world.albums[name], world.people[actor]
    path = f"/v1/albums/{album['id']}"
    cases = [case for case in CASES if case[0] == name]
    expected = [world.images[case]["id"] for case in cases if world.sees(actor, *case)]
    if name == "private" and actor in ("other", "anonymous"):
        for address in (path, path + "/images", path + "/members"):
            assert person.get(address).status_code == 404
        assert person.get(f"/v1/albums?parent={album['id']}").status_code == 404
        assert person.get(f"/v1/images?q=album:{album['id']}").json()["ids"] == []
        assert person.get("/v1/images", params={"q": 'album:"private album"'}).json()["ids"] == []
        assert person.post("/v1/archives", json={"album": album["id"], "rendition": "thumbnail"}).status_code == 404
        assert album["id"] not in person.get("/v1/albums").text
        assert album["id"] not in person.get("/v1/albums?owner=owner").text
        return
    record = person.get(path).json()
    assert (record["count"], record["title"]) == (len(expected), f"{name} album")
    role = {"admin": "owner", "other": None, "anonymous": None}.get(actor, actor)
    assert record["role"] == role
    assert listed(person, album) == expected
    assert person.get(path + "/images?fields=ids").json()["ids"] == expected
    assert (record["cover"] or {}).get("id") == (expected[0] if expected else None)
    assert record["first_date"] <= record["last_date"]
    for query in (f"album:{album['id']}", f'album:"{name} ALBUM"', f"album:{album['id']} owner:owner", f"album:{album['id']} title:{name}"):
        found = person.get("/v1/images", params={"q": query}).json()["ids"]
        wanted = [id for case, id in [(case, world.images[case]["id"]) for case in cases] if id in expected and (
            "owner:" not in query or case[1] == "owner")]
        assert sorted(found) == sorted(wanted), query
    assert person.get("/v1/images/facets", params={"q": f"album:{album['id']}"}).json()["images"] == len(expected)
    # Ordinary lists are as without albums.
    ordinary = {world.images[case]["id"] for case in CASES if world.sees(actor, *case) in ("own", "everybody")}
    assert person.ids() & {image["id"] for image in world.images.values()} == ordinary
    assert set(person.get(f"/v1/images?q=-album:{album['id']}").json()["ids"]).isdisjoint(expected)
    made = person.post("/v1/archives", json={"album": album["id"], "rendition": "full-size"})
    assert made.status_code == 201, made.text
    assert made.json()["files"] == len(expected) and made.json()["name"] == f"{name} album"
    names = zipfile.ZipFile(io.BytesIO(person.get(made.json()["url"]).content)).namelist()
    assert [name.rsplit(".", 1)[0] for name in names] == [
        world.images[case]["title"] for case in cases if world.sees(actor, *case)]
    originals = person.post("/v1/archives", json={"album": album["id"]})
    assert originals.status_code == 201 and originals.json()["files"] == len(expected)
    archive = zipfile.ZipFile(io.BytesIO(person.get(originals.json()["url"]).content))
    seen = [case for case in cases if world.sees(actor, *case)]
    for name, case in zip(archive.namelist(), seen, strict=True):
        original = world.people["admin"].get(f"/v1/images/{world.images[case]['id']}/original").content
        assert (archive.read(name) == original) == (world.sees(actor, *case) == "own"), case
    members = person.get(path + "/members")
    assert members.status_code == (401 if actor == "anonymous" else 403 if actor == "other" else 200)
    if members.status_code == 200:
        assert [(entry["handle"], entry["role"]) for entry in members.json()["members"]] == [
            (role, role) for role in sorted(MEMBERS)]


def test_an_image_of_an_album_is_given_to_others_by_its_owner_only(world):
    image = world.images["private", "owner", "shared"]
    addresses = {"addresses": [f"/v1/images/{image['id']}/thumbnail"]}
    for actor, status in [("owner", 200), ("admin", 200), ("viewer", 403), ("manager", 403), ("other", 404), ("anonymous", 401)]:
        assert world.people[actor].post("/v1/signatures", json=addresses).status_code == status, actor


def test_which_albums_are_listed(world):
    private, public = world.albums["private"]["id"], world.albums["public"]["id"]
    lists = {"": {}, "?shared=true": {}, "?shared=false": {}, "?owner=owner": {}}
    for actor in ACTORS:
        for query in lists:
            lists[query][actor] = set(world.people[actor].get("/v1/albums" + query).json()["ids"]) & {private, public}
    both, nothing = {private, public}, set()
    members = dict.fromkeys(MEMBERS, both)
    assert lists[""] == {"owner": both, "admin": nothing, **members, "other": nothing, "anonymous": {public}}
    assert lists["?shared=true"] == {"owner": nothing, "admin": nothing, **members, "other": nothing, "anonymous": {public}}
    assert lists["?shared=false"] == {"owner": both, "admin": nothing, **dict.fromkeys(MEMBERS, nothing), "other": nothing, "anonymous": {public}}
    assert lists["?owner=owner"] == {"owner": both, "admin": both, **members, "other": {public}, "anonymous": {public}}


def test_what_each_role_may_change(world):
    owner = world.people["owner"]
    album = make(owner, title="roles")
    path = f"/v1/albums/{album['id']}"
    for role in MEMBERS:
        invite(owner, album, role, role)
    public = owner.upload(world.picture(), visibility="public")
    secret = owner.upload(world.picture())
    own = {actor: world.people[actor].upload(world.picture()) for actor in ("contributor", "manager", "other")}
    for actor in ("viewer", "other", "anonymous"):
        status = {"viewer": 403, "other": 404, "anonymous": 401}[actor]
        put_in(world.people[actor], album, public, expected=status)
    for actor, others in [("contributor", "forbidden"), ("manager", "added"), ("owner", "present")]:
        answer = put_in(world.people[actor], album, public, share_private=False)
        assert answer[others] == [public["id"]], actor
    answer = put_in(world.people["manager"], album, secret, own["manager"], share_private=True)
    assert answer == {"added": [own["manager"]["id"]], "present": [], "not_found": [secret["id"]], "forbidden": []}
    put_in(world.people["contributor"], album, own["contributor"], share_private=True)
    remove = lambda actor, image: world.people[actor].delete(f"{path}/images/{image['id']}").status_code  # noqa: E731
    assert remove("viewer", public) == 403 and remove("contributor", own["manager"]) == 403
    assert remove("other", public) == 404 and remove("anonymous", public) == 401
    assert remove("contributor", own["contributor"]) == 204 and remove("contributor", own["contributor"]) == 404
    assert listed(owner, album) == [public["id"], own["manager"]["id"]]
    for actor, status in dict(viewer=403, contributor=403, manager=200, other=404, anonymous=401, admin=200).items():
        person = world.people[actor]
        assert person.request("PATCH", path, json={"description": actor}).status_code == status
        moved = person.post(f"{path}/images/{public['id']}/move", json={"after": own["manager"]["id"]}).status_code
        assert moved == (204 if status == 200 else status)
        invite(person, album, "other", expected=204 if status == 200 else status, share_private=False)
        if status == 200:
            assert person.delete(f"{path}/members/other").status_code == 204
    for actor, status in dict(viewer=403, contributor=403, manager=403, other=404, anonymous=401).items():
        assert world.people[actor].delete(path).status_code == status
        assert world.people[actor].request("PATCH", path, json={"parent": None}).status_code == status
    # Somebody who was let in withdraws their image even after they were shut out.
    assert owner.delete(f"{path}/members/manager").status_code == 204
    assert listed(world.people["manager"], album) == 404
    assert remove("manager", own["manager"]) == 204
    # Members leave by themselves.
    assert world.people["viewer"].delete(f"{path}/members/contributor").status_code == 403
    assert world.people["viewer"].delete(f"{path}/members/viewer").status_code == 204
    assert owner.delete(path).status_code == 204 and owner.get(path).status_code == 404
    assert owner.get(f"/v1/images/{public['id']}").status_code == 200


def test_private_images_are_shown_to_nobody_without_a_word_of_their_owner(world):
    owner, other = world.people["owner"], world.people["other"]
    album = make(owner, title="consent")
    path = f"/v1/albums/{album['id']}"
    images = [owner.upload(world.picture()) for _ in range(3)]
    put_in(owner, album, images[0])  # Nobody else sees the album.
    refused = invite(owner, album, "other", expected=409).json()
    assert refused["type"] == "/problems/shows-private-images" and refused["private_images"] == 1
    assert refused["pointer"] == "/share_private" and "one private image" in refused["detail"]
    invite(owner, album, "other", share_private=False)
    assert listed(other, album) == []
    invite(owner, album, "other", "contributor")  # Another role shows nothing more.
    assert put_in(owner, album, images[1], expected=409)["private_images"] == 1
    assert listed(owner, album) == [images[0]["id"]]
    put_in(owner, album, images[1], share_private=True)
    assert listed(other, album) == [images[1]["id"]]
    # Again, with another answer.
    assert put_in(owner, album, images[0], share_private=True)["present"] == [images[0]["id"]]
    assert listed(other, album) == [images[0]["id"], images[1]["id"]]
    publish = {"visibility": "public"}
    refused = owner.request("PATCH", path, json=publish)
    assert refused.status_code == 409 and refused.json()["private_images"] == 2
    anonymous = world.people["anonymous"]
    assert owner.request("PATCH", path, json={**publish, "share_private": False}).status_code == 200
    assert listed(anonymous, album) == [] and len(listed(other, album)) == 2
    # A manager cannot publish what is the owner's.
    invite(owner, album, "manager", "manager", share_private=False)
    for visibility in ("private", "public"):
        answer = world.people["manager"].request("PATCH", path, json={"visibility": visibility, "share_private": True})
        assert answer.status_code == 200
    assert listed(anonymous, album) == []
    assert owner.request("PATCH", path, json={"visibility": "private"}).status_code == 200
    assert owner.request("PATCH", path, json={**publish, "share_private": True}).status_code == 200
    assert len(listed(anonymous, album)) == 2
    # What was public once is asked for again.
    assert owner.request("PATCH", path, json={"visibility": "private"}).status_code == 200
    assert listed(anonymous, album) == 404
    assert world.people["manager"].request("PATCH", path, json=publish).status_code == 200
    assert listed(anonymous, album) == []
    # A contributor's private images are the members' in a public album.
    theirs = other.upload(world.picture())
    put_in(other, album, theirs, share_private=True)
    assert theirs["id"] in listed(world.people["manager"], album) and listed(anonymous, album) == []


def test_an_image_leaves_every_album_when_it_is_hidden_trashed_or_removed(world):
    owner, other = world.people["owner"], world.people["other"]
    album = make(owner, title="leaving")
    path = f"/v1/albums/{album['id']}"
    invite(owner, album, "other")
    data = world.picture()
    image = owner.upload(data, visibility="private")
    put_in(owner, album, image, share_private=True)
    thumbnail = f"/v1/images/{image['id']}/thumbnail"

    def seen():
        assert (listed(other, album) == [image["id"]]) == (other.get(thumbnail).status_code == 200)
        assert other.get(path).json()["count"] == len(listed(other, album))
        return other.get(thumbnail).status_code == 200

    archive = other.post("/v1/archives", json={"album": album["id"], "rendition": "thumbnail"}).json()["url"]
    tag = {"If-None-Match": other.get(thumbnail).headers["ETag"]}
    assert other.get(thumbnail, headers=tag).status_code == 304 and other.get(archive).status_code == 200
    # Trashed and restored.
    assert owner.delete(f"/v1/images/{image['id']}").status_code == 204
    assert not seen() and listed(owner, album) == [] and owner.get(path).json()["count"] == 0
    assert owner.post("/v1/trash/restore", json={"ids": [image["id"]]}).json()["restored"] == [image["id"]]
    assert seen()
    assert owner.delete(f"/v1/images/{image['id']}").status_code == 204
    assert owner.upload(data, expected=200)["restored"] and seen()
    # Removed from the album, and added again.
    assert owner.delete(f"{path}/images/{image['id']}").status_code == 204
    assert not seen() and other.get(thumbnail, headers=tag).status_code == 404
    assert other.get(archive).status_code == 410
    put_in(owner, album, image, share_private=True)
    assert seen()
    # Made public, and hidden: nobody has agreed to show it since.
    change(owner, image, visibility="public")
    assert seen()
    change(owner, image, visibility="private")
    assert not seen() and listed(owner, album) == [image["id"]]
    put_in(owner, album, image, share_private=True)
    assert seen()
    # The member is shut out.
    assert owner.delete(f"{path}/members/other").status_code == 204
    assert other.get(thumbnail).status_code == 404 and listed(other, album) == 404
    invite(owner, album, "other", share_private=False)
    assert seen()
    # Deleted for good.
    assert owner.delete(f"/v1/images/{image['id']}?permanent=true").status_code == 204
    assert not seen() and owner.get(path).json()["count"] == 0
    # Somebody else's public image is shown as long as it is public.
    theirs = other.upload(world.picture(), visibility="public")
    put_in(owner, album, theirs)
    assert listed(owner, album) == [theirs["id"]]
    change(other, theirs, visibility="private")
    assert listed(owner, album) == [] and listed(other, album) == [theirs["id"]]
    assert owner.get(f"/v1/images/{theirs['id']}").status_code == 404
    # An album that is gone shows nothing.
    put_in(owner, album, kept := owner.upload(world.picture()), share_private=True)
    assert other.get(f"/v1/images/{kept['id']}").status_code == 200
    assert owner.delete(path).status_code == 204
    assert other.get(f"/v1/images/{kept['id']}").status_code == 404
    assert owner.get(f"/v1/images/{kept['id']}").status_code == 200


def test_a_parent_shows_nothing_of_its_children(world):
    owner, viewer = world.people["owner"], world.people["viewer"]
    parent = make(owner, title="Holidays")
    child = make(owner, title="2024", parent=parent["id"])
    image = owner.upload(world.picture())
    put_in(owner, child, image)
    invite(owner, parent, "viewer", share_private=True)
    assert viewer.get(f"/v1/albums?parent={parent['id']}").json()["ids"] == []
    assert listed(viewer, parent) == [] and listed(viewer, child) == 404
    assert viewer.get(f"/v1/images/{image['id']}").status_code == 404
    assert owner.get(f"/v1/albums?parent={parent['id']}").json()["ids"] == [child["id"]]
    # A child can be seen by those who do not see its parent, and then says nothing of that.
    invite(owner, child, "other", share_private=False)
    assert world.people["other"].get(f"/v1/albums/{child['id']}").json()["parent"] is None
    assert owner.get(f"/v1/albums/{child['id']}").json()["parent"] == parent["id"]
    assert child["id"] not in owner.get("/v1/albums?parent=none").json()["ids"]
    assert parent["id"] in owner.get("/v1/albums?parent=none").json()["ids"]
    # Deleting the parent moves the child up.
    assert owner.delete(f"/v1/albums/{parent['id']}").status_code == 204
    assert owner.get(f"/v1/albums/{child['id']}").json()["parent"] is None


def test_albums_in_themselves_and_a_hundred_levels_are_refused(world):
    owner, path = world.people["owner"], "/v1/albums/{}".format
    chain = [make(owner, title="0")]
    for level in range(1, 20):
        chain.append(make(owner, title=str(level), parent=chain[-1]["id"]))
    refused = make(owner, expected=409, parent=chain[-1]["id"])
    assert "20" in refused["detail"] and refused["pointer"] == "/parent"
    for parent in (chain[0], chain[5], chain[19]):
        answer = owner.request("PATCH", path(chain[0]["id"]), json={"parent": parent["id"]})
        assert answer.status_code == 409, answer.text
    low = make(owner, title="low")
    assert owner.request("PATCH", path(chain[1]["id"]), json={"parent": low["id"]}).status_code == 200
    assert owner.request("PATCH", path(low["id"]), json={"parent": chain[0]["id"]}).status_code == 409
    other = make(world.people["other"], title="other's", visibility="public")
    assert make(owner, expected=400, parent=other["id"])["pointer"] == "/parent"
    deep = "/".join(str(number) for number in range(100))
    answer = owner.post("/v1/upload/", params={"album_path": deep}, data=world.picture(), headers={"Content-Type": "image/jpeg"})
    assert answer.status_code == 400 and answer.json()["parameter"] == "album_path"


def test_bad_requests_say_what_is_wrong(world):
    owner = world.people["owner"]
    album = make(owner, title="bad")
    path = f"/v1/albums/{album['id']}"
    unknown = "01890000-0000-7000-8000-000000000000"
    for method, address, body, status in [
            ("POST", "/v1/albums", {}, 400), ("POST", "/v1/albums", {"title": " "}, 400),
            ("POST", "/v1/albums", {"title": "x" * 201}, 400), ("POST", "/v1/albums", {"title": "x", "colour": 1}, 400),
            ("POST", "/v1/albums", {"title": "x", "order": "random"}, 400), ("POST", "/v1/albums", {"title": "x", "parent": unknown}, 400),
            ("GET", "/v1/albums?colour=1", None, 400), ("GET", "/v1/albums?parent=me", None, 400),
            ("GET", "/v1/albums?parent=" + unknown, None, 404), ("GET", "/v1/albums/me", None, 400),
            ("GET", "/v1/albums?owner=owner&shared=true", None, 400), ("GET", "/v1/albums?owner=nobody", None, 404),
            ("PATCH", path, {"title": None}, 400), ("PATCH", path, {"cover": unknown}, 400), ("PATCH", path, {"owner": "other"}, 400),
            ("POST", path + "/images", {"ids": [unknown] * 1001}, 400), ("POST", path + "/images", {"ids": ["x"]}, 400),
            ("DELETE", path + "/images", None, 400), ("DELETE", path + "/images/x", None, 400),
            ("POST", f"{path}/images/{unknown}/move", {"after": unknown}, 404), ("POST", f"{path}/images/{unknown}/move", {}, 400),
            ("PUT", path + "/members/nobody", {"role": "viewer"}, 404), ("PUT", path + "/members/owner", {"role": "viewer"}, 409),
            ("PUT", path + "/members/other", {"role": "owner"}, 400), ("DELETE", path + "/members/other", None, 404),
            ("GET", path + "/images?cursor=x", None, 400), ("GET", "/v1/images?q=album:", None, 400),
            ("POST", "/v1/archives", {"album": unknown}, 404), ("POST", "/v1/archives", {"album": album["id"], "ids": []}, 400)]:
        answer = owner.request(method, address, **({} if body is None else {"json": body}))
        assert answer.status_code == status, (method, address, answer.text)
    assert put_in(owner, album, {"id": unknown})["not_found"] == [unknown]
    tag = owner.get(path).headers["ETag"]
    assert owner.request("PATCH", path, json={"title": "better"}, headers={"If-Match": tag}).status_code == 200
    stale = owner.request("PATCH", path, json={"title": "worse"}, headers={"If-Match": tag})
    assert stale.status_code == 412 and owner.get(path).json()["title"] == "better"


def test_images_are_moved_by_hand_by_several_at_once(world):
    owner = world.people["owner"]
    album = make(owner, title="moving")
    path = f"/v1/albums/{album['id']}"
    images = [owner.upload(world.picture())["id"] for _ in range(12)]
    threads = [threading.Thread(target=lambda id=id: put_in(owner, album, {"id": id})) for id in images]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(listed(owner, album)) == sorted(images) and owner.get(path).json()["count"] == 12
    order = listed(owner, album)

    def move(id, **place):
        answer = owner.post(f"{path}/images/{id}/move", json=place)
        assert answer.status_code == 204, answer.text

    move(order[0], after=order[11])
    move(order[5], before=order[1])
    move(order[5], before=order[5])
    expected = [order[5], order[1], order[2], order[3], order[4], *order[6:], order[0]]
    assert listed(owner, album) == expected
    moves = [threading.Thread(target=move, args=(id,), kwargs={"before": expected[3]}) for id in expected[6:10]]
    for thread in moves:
        thread.start()
    for thread in moves:
        thread.join()
    now = listed(owner, album)
    assert sorted(now[3:7]) == sorted(expected[6:10]) and [id for id in now if id not in expected[6:10]] == [
        id for id in expected if id not in expected[6:10]]
    pages, cursor = [], ""
    while cursor is not None:
        page = owner.get(f"{path}/images?limit=5{cursor}").json()
        pages += page["ids"]
        cursor = page["next"] and f"&cursor={page['next']}"
    assert pages == now
    assert owner.request("PATCH", path, json={"order": "-taken", "cover": now[7]}).status_code == 200
    assert owner.get(path).json()["cover"]["id"] == now[7]
    assert owner.post(f"{path}/images/{now[0]}/move", json={"after": now[1]}).status_code == 409
    assert sorted(listed(owner, album)) == sorted(now)
    answer = owner.request("DELETE", path + "/images", json={"ids": now[:3]})
    assert answer.json() == {"removed": now[:3], "not_found": [], "forbidden": []} and len(listed(owner, album)) == 9


def test_dates_order_an_album_and_follow_their_images(world):
    owner = world.people["owner"]
    album = make(owner, title="dates", order="taken")
    path = f"/v1/albums/{album['id']}"
    images = [owner.upload(world.picture())["id"] for _ in range(3)]
    for id, date in zip(images, ["2021-05-03", "2021-05-01", "2021-05-02"]):
        change(owner, {"id": id}, date_taken=date)
        put_in(owner, album, {"id": id})
    a, b, c = images
    assert listed(owner, album) == [b, c, a]
    record = owner.get(path).json()
    assert record["first_date"].startswith("2021-05-01") and record["last_date"].startswith("2021-05-03")
    change(owner, {"id": b}, date_taken="2022-01-01")
    assert listed(owner, album) == [c, a, b] and owner.get(path).json()["last_date"].startswith("2022-01-01")
    assert owner.request("PATCH", path, json={"order": "-taken"}).status_code == 200
    assert listed(owner, album) == [b, a, c]
    change(owner, {"id": a}, date_taken=None)  # Then the date added counts.
    assert listed(owner, album) == [a, b, c]


def test_uploads_go_into_albums(world):
    owner = world.people["owner"]
    send = lambda **query: owner.post(  # noqa: E731
        "/v1/upload/", params=query, data=world.picture(), headers={"Content-Type": "image/jpeg"})
    first = send(album_path="Trips/2024 /Rome").json()
    second = send(album_path="/Trips/2024/Rome/").json()
    tops = {entry["title"]: entry for entry in owner.get("/v1/albums?parent=none&limit=1000").json()["albums"]}
    (year,) = owner.get(f"/v1/albums?parent={tops['Trips']['id']}").json()["albums"]
    (rome,) = owner.get(f"/v1/albums?parent={year['id']}").json()["albums"]
    assert (year["title"], rome["title"]) == ("2024", "Rome") and listed(owner, rome) == [first["id"], second["id"]]
    third = send(album=rome["id"]).json()
    files = {"file": ("a.jpg", world.picture(), "image/jpeg"), "album": (None, rome["id"])}
    fourth = owner.post("/upload/", files=files).json()["images"][0]
    assert listed(owner, rome)[2:] == [third["id"], fourth["id"]]
    invite(owner, rome, "other", "viewer", share_private=False)
    refused = send(album=rome["id"])
    assert refused.status_code == 409 and refused.json()["private_images"] == 1
    assert send(album=rome["id"], visibility="public").status_code == 201
    shown = send(album=rome["id"], share_private="true").json()
    assert shown["id"] in listed(world.people["other"], rome) and len(listed(world.people["other"], rome)) == 2
    for query, status in [({"album": "x"}, 400), ({"album": rome["id"], "album_path": "x"}, 400), ({"album_path": "/"}, 400),
                          ({"album": first["id"]}, 404), ({"album": rome["id"], "share_private": "maybe"}, 400)]:
        assert send(**query).status_code == status, query
    adding = owner.make_token("upload")
    answer = adding.post("/v1/upload/", params={"album_path": "x"}, data=world.picture(), headers={"Content-Type": "image/jpeg"})
    assert answer.status_code == 403 and "write" in answer.json()["detail"]


def test_albums_go_with_their_account_or_to_its_heir(make_server):
    server = make_server("--registration", "open", "--access", "accounts", "--derive", "now")
    boss = register(server, "boss")
    admin = add_admin(server, "root2")
    ada, bob, eve = (register(server, name) for name in ("ada", "bob", "eve"))
    images = {person.handle: person.upload(fixtures.jpeg(number, 64, 48), visibility="private")
              for number, person in enumerate((ada, bob, eve))}
    album = make(ada, title="ada's")
    invite(ada, album, "bob", "contributor")
    invite(ada, album, "eve", "viewer")
    put_in(ada, album, images["ada"], share_private=True)
    put_in(bob, album, images["bob"], share_private=True)
    theirs = make(bob, title="bob's")
    invite(bob, theirs, "ada", "contributor")
    put_in(ada, theirs, images["ada"], share_private=True)
    assert len(listed(eve, album)) == 2 and len(listed(bob, theirs)) == 1
    gone = admin.delete("/v1/accounts/ada?images=transfer&to=eve")
    assert gone.status_code == 200, gone.text
    record = eve.get(f"/v1/albums/{album['id']}").json()
    assert record["owner"] == record["role"].replace("owner", "eve") == "eve"
    # The new owner has agreed to nothing.
    assert listed(eve, album) == [images["ada"]["id"], images["bob"]["id"]] and listed(bob, album) == [images["bob"]["id"]]
    assert listed(bob, theirs) == [] and bob.get(f"/v1/albums/{theirs['id']}/members").json() == {"members": []}
    assert admin.delete("/v1/accounts/eve?images=delete").status_code == 200
    assert bob.get(f"/v1/albums/{album['id']}").status_code == 404
    assert bob.get(f"/v1/images/{images['bob']['id']}").status_code == 200
    rows = sqlite3.connect(server.data / "catalog.sqlite")
    assert rows.execute("SELECT count(*) FROM albums").fetchone() == (1,)
    assert rows.execute("SELECT count(*) FROM album_images").fetchone() == (0,)
    assert boss.get("/v1/albums").json()["ids"] == []


def test_albums_survive_a_new_start_and_a_crash(make_server):
    server = make_server("--derive", "now")
    album = server.post("/v1/albums", json={"title": "kept"}).json()
    image = server.post("/upload/", data=fixtures.jpeg(1, 64, 48), headers={"Content-Type": "image/jpeg"}).json()
    path = f"/v1/albums/{album['id']}"
    assert server.post(path + "/images", json={"ids": [image["id"]]}).json()["added"] == [image["id"]]
    server.kill()
    server.start()
    assert server.get(path + "/images").json()["ids"] == [image["id"]]
    assert server.check()[0] == 0


def test_the_client_makes_albums_of_folders(make_server, tmp_path):
    server = make_server("--derive", "now")
    folder = tmp_path / "Holidays"
    for number, name in enumerate(["a.jpg", "2024/b.jpg", "2024/Rome/c.jpg"]):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(fixtures.jpeg(number, 64, 48))
    done = subprocess.run(
        [str(BINARY), "upload", "--server", server.url, "--albums", "--no-journal", "--dir", str(folder)],
        capture_output=True, text=True, timeout=60, env={**os.environ, "HOME": str(tmp_path)})
    assert done.returncode == 0, done.stdout + done.stderr
    albums = {entry["title"]: entry for entry in server.get("/v1/albums").json()["albums"]}
    assert set(albums) == {"Holidays", "2024", "Rome"} and {entry["count"] for entry in albums.values()} == {1}
    assert albums["Rome"]["parent"] == albums["2024"]["id"] and albums["2024"]["parent"] == albums["Holidays"]["id"]


def test_a_resumable_upload_goes_into_its_album(make_server):
    server = make_server("--derive", "now")
    data = fixtures.jpeg(5, 64, 48)
    pairs = {"filename": "c.jpg", "album_path": "Trips/Rome"}
    metadata = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in pairs.items())
    fields = {"Tus-Resumable": "1.0.0", "Upload-Length": str(len(data)), "Upload-Metadata": metadata}
    begun = server.post("/v1/uploads", headers=fields)
    assert begun.status_code == 201, begun.text
    sent = server.request("PATCH", f"/v1/uploads/{begun.json()['id']}", data=data, headers={
        "Tus-Resumable": "1.0.0", "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"})
    assert sent.status_code == 204, sent.text
    rome = next(entry for entry in server.get("/v1/albums").json()["albums"] if entry["title"] == "Rome")
    assert server.get(f"/v1/albums/{rome['id']}/images").json()["ids"] == [sent.headers["Tintype-Image"]]
