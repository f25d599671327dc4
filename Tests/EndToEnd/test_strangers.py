"""What others get of public images: the record, metadata, files, archives and searches of every kind of viewer."""
import io
import subprocess
import zipfile

import pytest

import fixtures
from people import Person, add_admin, register
from tintype_server import BINARY, Server

GPS = ["-GPSLatitude=46.5", "-GPSLatitudeRef=N", "-GPSLongitude=7.5", "-GPSLongitudeRef=E"]
TAGS = [*GPS, "-Make=Leica", "-Model=Zebrafinder", "-LensModel=Okapilens", "-SerialNumber=SN-4711", "-BodySerialNumber=SN-4711"]
HIDDEN = {"digest", "attributes", "file_name", "rating", "external_id"}
SETTINGS = {"public_original", "public_place"}
ALWAYS = {"rotation", 
    "id", "title", "description", "tags", "visibility", "owner", "format", "width", "height", "frames", "bytes", "creator",
    "rights", "date_taken", "date_taken_source", "date_precision", "colour", "date_added", "date_modified", "state", "version",
    "links"}
SEARCHES = {
    "original": [
        "q=zebrafinder", "q=camera:zebrafinder", "q=okapilens", "q=lens:okapilens", "q=ocelot", "q=file_name:wombat", "q=wombat",
        "attr.colour=ocelot", "q=rating:4", "digest={digest}", "sort=relevance&q=zebrafinder"],
    "place": ["q=near:46.5,7.5,10"],
    "public": ["q=heron", "q=tag:pond", "q=title:heron", "sort=relevance&q=heron", "q=heron -badger", "format=jpeg"],
    # Excluding what is hidden must not tell it either.
    "excluded original": ["q=heron -zebrafinder", "q=heron -lens:okapilens", "q=heron -wombat", "q=-rating:4"],
    "excluded place": ["q=heron -near:46.5,7.5,10"],
}


class World:
    def __init__(self, folder, *options):
        self.server = Server(folder / "data", "--derive", "now", "--registration", "open", *options).start()
        self.owner = register(self.server, "owner")
        self.strangers = [Person(self.server), register(self.server, "other")]
        self.viewers = [self.owner, add_admin(self.server)]
        self.count = 0

    def image(self, picture, **flags):
        self.count += 1
        data = picture(self.count)
        record = self.owner.post(
            "/upload/", params={
                "visibility": "public", "title": "heron", "tags": "pond", "name": "wombat.jpg",
                "attributes": '{"colour": "ocelot"}', **{name: str(flag).lower() for name, flag in flags.items()}},
            data=data, headers={"Content-Type": "image/jpeg"}).json()
        assert self.owner.request("PATCH", f"/v1/images/{record['id']}", json={"rating": 4}).status_code == 200
        return self.owner.get(f"/v1/images/{record['id']}").json(), data


@pytest.fixture(scope="module")
def picture(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pictures")

    def make(seed):
        path = folder / f"{seed}.jpg"
        path.write_bytes(fixtures.jpeg(seed, 640, 480))
        subprocess.run(["exiftool", "-q", "-overwrite_original", *TAGS, str(path)], check=True)
        return path.read_bytes()

    return make


@pytest.fixture(scope="module", params=[(False, False), (True, False), (False, True)], ids=["hidden", "originals", "places"])
def world(request, tmp_path_factory):
    originals, places = request.param
    world = World(
        tmp_path_factory.mktemp("strangers"), *["--public-originals"] * originals, *["--public-place"] * places)
    world.originals, world.places = originals, places
    yield world
    world.server.stop()


@pytest.mark.parametrize("flags", [
    {}, {"public_original": True}, {"public_original": False}, {"public_place": True}, {"public_place": False},
    {"public_original": False, "public_place": True}], ids=str)
def test_others_get_what_the_owner_gives(world, picture, flags):
    image, data = world.image(picture, **flags)
    gives_original = flags.get("public_original", world.originals)
    gives_place = gives_original or flags.get("public_place", world.places)
    assert {name: image[name] for name in flags} == flags
    for viewer in world.viewers:
        check(world, viewer, image, data, True, True, SETTINGS)
    for viewer in world.strangers:
        check(world, viewer, image, data, gives_original, gives_place, set())


def check(world, viewer, image, data, original, place, settings):
    base = f"/v1/images/{image['id']}"
    members = ALWAYS | settings | (HIDDEN if original else set()) | ({"place"} if place else set())
    record = viewer.get(base).json()
    listed = [entry for entry in viewer.get("/v1/images?limit=1000").json()["images"] if entry["id"] == image["id"]]
    metadata = viewer.get(base + "/metadata")
    assert set(record) == members and listed == [record] and metadata.json()["image"] == record
    assert ("original" in record["links"]) == original
    assert set(metadata.json()) == {"image"} | ({"place"} if place else set()) | (
        {"camera", "orientation", "exif", "files", "duplicates"} if original else set())
    assert ("4711" in metadata.text) == original and ("46.5" in metadata.text) == place
    collection = viewer.get("/api/owner/files?limit=1000").json()["files"]
    assert [("original" in entry["links"]) for entry in collection if entry["id"] == image["id"]] == [original]
    check_files(viewer, image, data, original)
    check_searches(viewer, image, original, place)


def check_files(viewer, image, data, original):
    base = f"/v1/images/{image['id']}"
    for path in (f"{base}/original", f"/download/{image['id']}"):
        response = viewer.get(path)
        assert response.status_code == (200 if original else 403), path
        assert response.content == data if original else "original" in response.json()["detail"]
        if original and viewer.get(base).json().get("public_original") is None and viewer.token is None:
            assert "public" in response.headers["Cache-Control"]
    kept = viewer.get(f"{base}/render?width=100&metadata=keep")
    assert kept.status_code == (200 if original else 403)
    renditions = [
        f"{base}/thumbnail", f"{base}/full-size", f"{base}/compressed", f"{base}/render?width=90", f"/images/{image['id']}.jpg",
        f"/images/{image['id']}.png", f"/download/{image['id']}?type=webp", f"/compress/{image['id']}",
        f"/iiif/3/{image['id']}/full/max/0/default.jpg"]
    for path in renditions:
        response = viewer.get(path)
        assert response.status_code == 200, (path, response.text)
        assert original or (b"4711" not in response.content and b"Leica" not in response.content), path
        assert original or "wombat" not in response.headers["Content-Disposition"], path
        assert original or response.content != data, path


def check_searches(viewer, image, original, place):
    expected = {
        "original": original, "place": place, "public": True, "excluded original": not original, "excluded place": not place}
    for kind, queries in SEARCHES.items():
        for query in queries:
            found = viewer.ids("&" + query.format(digest=image["digest"]))
            assert (image["id"] in found) == expected[kind], (kind, query)
    facets = viewer.get("/v1/images/facets?q=pond&attribute=colour").json()
    cameras = [entry["value"] for entry in facets["cameras"]]
    # Other images of the owner may give theirs.
    if original:
        assert cameras == ["Leica Zebrafinder"] and facets["attributes"]["colour"][0]["value"] == "ocelot"


def test_facets_do_not_count_what_is_hidden(picture, tmp_path):
    world = World(tmp_path)
    try:
        image, _ = world.image(picture)
        for query in ("", "?q=pond&attribute=colour", "?attribute=colour"):
            facets = world.strangers[1].get(f"/v1/images/facets{query}").json()
            assert facets["images"] == 1 and facets["cameras"] == [] and not any(facets.get("attributes", {}).values())
        assert world.owner.get("/v1/images/facets").json()["cameras"] != []
        world.owner.request("PATCH", f"/v1/images/{image['id']}", json={"public_original": True})
        facets = world.strangers[1].get("/v1/images/facets?attribute=colour").json()
        assert len(facets["cameras"]) == 1 and len(facets["attributes"]["colour"]) == 1
    finally:
        world.server.stop()


def test_flags_count_at_once_and_are_reset_by_null(world, picture):
    image, data = world.image(picture)
    base, stranger = f"/v1/images/{image['id']}", world.strangers[0]
    for flag in (True, False, True, None):
        response = world.owner.request("PATCH", base, json={"public_original": flag})
        assert response.status_code == 200 and response.json()["public_original"] == flag
        gives = world.originals if flag is None else flag
        assert stranger.get(base + "/original").status_code == (200 if gives else 403)
        assert stranger.get(base + "/render?width=50&metadata=keep").status_code == (200 if gives else 403)
        owned = world.owner.get(base + "/original")
        assert owned.content == data and ("public" in owned.headers["Cache-Control"]) == gives
    for wrong in ("yes", 1, []):
        assert world.owner.request("PATCH", base, json={"public_original": wrong}).status_code == 400
    assert world.owner.post("/upload/?public_place=maybe", data=data).status_code == 400


def test_flags_survive_the_trash(world, picture):
    image, _ = world.image(picture, public_original=True, public_place=False)
    assert world.owner.delete(f"/v1/images/{image['id']}").status_code == 204
    assert world.owner.post("/v1/trash/restore", json={"ids": [image["id"]]}).status_code == 200
    restored = world.owner.get(f"/v1/images/{image['id']}").json()
    assert restored["public_original"] is True and restored["public_place"] is False


def entries(response):
    assert response.status_code == 200, response.text
    archive = zipfile.ZipFile(io.BytesIO(response.content))
    return {name: archive.read(name) for name in archive.namelist()}


def test_archives_have_originals_only_where_they_are_given(picture, tmp_path):
    world = World(tmp_path)
    try:
        hidden, hidden_data = world.image(picture)
        given, given_data = world.image(picture, public_original=True)
        full_size = world.owner.get(f"/v1/images/{hidden['id']}/full-size").content
        for stranger in world.strangers:
            files = entries(stranger.get("/api/owner/download"))
            assert sorted(files.values()) == sorted([full_size, given_data])
            assert sorted(files) == ["heron.jpg", "wombat.jpg"]
            made = stranger.post("/v1/archives", json={"ids": [hidden["id"], given["id"]]}).json()
            path = f"/v1/archives/{made['id']}.zip"
            assert sorted(entries(stranger.get(path)).values()) == sorted([full_size, given_data])
            world.owner.request("PATCH", f"/v1/images/{given['id']}", json={"public_original": False})
            assert stranger.get(path).status_code == 410
            world.owner.request("PATCH", f"/v1/images/{given['id']}", json={"public_original": True})
        assert sorted(entries(world.owner.get("/api/owner/download")).values()) == sorted([hidden_data, given_data])
        # An archive without an owner holds the same for everybody.
        made = world.strangers[0].post("/v1/archives", json={"ids": [hidden["id"]]}).json()
        assert list(entries(world.owner.get(f"/v1/archives/{made['id']}.zip")).values()) == [full_size]
    finally:
        world.server.stop()


def test_bytes_of_batches_follow_the_rule(world, picture):
    import base64
    data = picture(9000 + world.count)
    sent = world.owner.post("/v1/batches?visibility=public", json=[{"file": base64.b64encode(data).decode()}]).json()
    path = f"/uploads/{sent['items'][0]['id']}.jpg"
    expected = 200 if world.originals else 403
    for _ in range(2):
        assert world.owner.get(path).content == data
        assert [viewer.get(path).status_code for viewer in world.strangers] == [expected] * 2
        world.server.wait_until(
            lambda: world.owner.get(f"/v1/batches/{sent['id']}").json()["state"] == "done", 30)


def test_the_log_says_at_the_start_that_originals_are_hidden(picture, tmp_path):
    world = World(tmp_path)
    world.image(picture)
    world.server.stop()
    import sqlite3
    catalog = sqlite3.connect(tmp_path / "data" / "catalog.sqlite")
    catalog.execute("UPDATE images SET date_added = date_added - 86400000000")
    catalog.commit()
    catalog.close()

    def notices(*options):
        with Server(tmp_path / "data", *options) as server:
            server.get("/livez")
            return server.log_text().count("to give them to everybody as before")

    # The log goes on where it was.
    assert [notices(), notices("--public-originals"), notices()] == [1, 1, 2]


# Signed addresses

def signed(server, address, *options, environment=None):
    done = subprocess.run(
        [str(BINARY), "sign", "--data", str(server.data), *options, address], capture_output=True, text=True, timeout=30,
        env=environment)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize("kind", ["thumbnail", "full-size", "original", "compressed"])
def test_kept_files_of_private_images_have_signed_addresses(world, kind):
    image = world.owner.upload(fixtures.jpeg(7000 + world.count, 300, 200), title="private")
    world.count += 1
    address, stranger = f"/v1/images/{image['id']}/{kind}", world.strangers[0]
    assert stranger.get(address).status_code == 404
    link = signed(world.server, address, "--expires", "1000")
    response = stranger.get(link)
    assert response.status_code == 200 and response.content == world.owner.get(address).content
    assert response.headers["Cache-Control"].startswith("private")
    assert stranger.get(link + "&download=1").status_code == 403
    for wrong in (link[:-4], link.replace("expires=", "expires=1"), link.replace(kind, "render", 1)):
        assert stranger.get(wrong).status_code == 403, wrong
    short = signed(world.server, address, "--expires", "1")
    world.server.wait_until(lambda: stranger.get(short).status_code == 403, 10)
    if kind != "compressed":
        assert stranger.get(signed(world.server, image["links"][kind.replace("-", "_")])).status_code == 200
        assert stranger.get(signed(world.server, address + "?v=0123456789ab")).status_code == 200


def sign(person, *addresses, **more):
    return person.post("/v1/signatures", json={"addresses": list(addresses), **more})


def test_an_account_signs_what_it_may_have(world, picture):
    public, _ = world.image(picture, public_original=False)
    private = world.owner.upload(fixtures.jpeg(8000 + world.count, 300, 200))
    anonymous, other = world.strangers
    safe = ["thumbnail", "full-size", "render?width=50"]
    full = ["original", "compressed", "render?width=50&metadata=keep"]
    for image, rest in ((public, full), (private, [])):
        for kind in safe + rest:
            response = sign(world.owner, f"/v1/images/{image['id']}/{kind}", expires_in=60)
            assert response.status_code == 200, response.text
            assert anonymous.get(response.json()["addresses"][0]).status_code == 200, kind
    assert [sign(other, f"/v1/images/{public['id']}/{kind}").status_code for kind in safe] == [200] * 3
    assert [sign(other, f"/v1/images/{public['id']}/{kind}").status_code for kind in full] == [403] * 3
    for path in (f"/download/{public['id']}", f"/images/{public['id']}.jpg", f"/compress/{public['id']}"):
        assert sign(other, path).status_code == 403 and sign(world.owner, path).status_code == 200
    assert sign(other, f"/v1/images/{private['id']}/thumbnail").status_code == 404
    assert sign(anonymous, f"/v1/images/{public['id']}/thumbnail").status_code == 401
    assert sign(world.owner.make_token("write"), f"/v1/images/{public['id']}/thumbnail").status_code == 403
    assert sign(world.owner.make_token("read"), f"/v1/images/{public['id']}/thumbnail").status_code == 200


def test_what_cannot_be_signed_is_refused_by_name(world, picture):
    image, _ = world.image(picture)
    good = f"/v1/images/{image['id']}/thumbnail"
    for wrong in ("", "https://example.org/a", "/v1/images", f"/v1/images/{image['id']}", f"/v1/images/{image['id']}/metadata",
                  "/v1/images/x/thumbnail", good + "?expires=1", good + "?key=a", good + "#a",
                  f"/v1/images/{image['id']}/render?widht=5"):
        response = sign(world.owner, good, wrong)
        assert response.status_code == 400, (wrong, response.text)
    for body in ({"addresses": []}, {"addresses": [good] * 101}, {"addresses": [good], "expires_in": 0},
                 {"addresses": [good], "expires_in": 2592001}, {"addresses": [good], "more": 1}, {}):
        assert world.owner.post("/v1/signatures", json=body).status_code == 400
    assert len(sign(world.owner, *[good] * 100).json()["addresses"]) == 100


def test_servers_share_a_key_of_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("TINTYPE_SIGNING_KEY", "k" * 32)
    with Server(tmp_path / "a") as first, Server(tmp_path / "b") as second:
        ids = [server.upload(fixtures.jpeg(1), "a.jpg")[1]["id"] for server in (first, second)]
        address = f"/v1/images/{ids[1]}/render?width=40"
        link = signed(first, address)
        assert second.get(link).status_code == 200
        assert second.get(link[:-4]).status_code == 403
    for wrong in ("k" * 31, "k" * 1025):
        monkeypatch.setenv("TINTYPE_SIGNING_KEY", wrong)
        done = subprocess.run(
            [str(BINARY), "sign", "--data", str(tmp_path / "a"), "/a"], capture_output=True, text=True, timeout=30)
        assert done.returncode == 64 and "TINTYPE_SIGNING_KEY" in done.stderr and wrong not in done.stderr
