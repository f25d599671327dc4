"""Who may see and do what: every route of openapi.yaml, requested by every kind of viewer."""
import base64
import datetime
import pathlib

import pytest
import yaml

import fixtures
from people import PASSWORD, Person, add_admin, register

ROOT = pathlib.Path(__file__).resolve().parents[2]
DESCRIPTION = yaml.safe_load((ROOT / "openapi.yaml").read_text())
METHODS = ("get", "post", "put", "patch", "delete", "head", "options")
ROUTES = {(method.upper(), path) for path, item in DESCRIPTION["paths"].items() for method in item if method in METHODS}

ACTORS = ["anonymous", "other", "owner", "admin", "reader", "expired"]

# The answers to each actor if the image, the job or the account in the path is a private one of the owner. `reader` is
# a token of the owner with the scope `read`; `expired` is one that was valid once.
READ = dict(anonymous=404, other=404, owner=200, admin=200, reader=200, expired=401)
CHANGE = dict(anonymous=401, other=404, owner=204, admin=204, reader=403, expired=401)
LIST = dict(anonymous=200, other=200, owner=200, admin=200, reader=200, expired=401)
WRITE = dict(anonymous=401, other=201, owner=201, admin=201, reader=403, expired=401)
START = dict(anonymous=401, other=202, owner=202, admin=202, reader=403, expired=401)
MANAGE = dict(anonymous=401, other=200, owner=200, admin=200, reader=403, expired=401)
ADMINISTER = dict(anonymous=401, other=403, owner=403, admin=200, reader=403, expired=401)
OPEN = dict.fromkeys(ACTORS, 200)
# Below the token of a share of another image of the owner, all are visitors, who see that one alone.
VISIT = dict.fromkeys(ACTORS, 200)
ELSEWHERE = dict.fromkeys(ACTORS, 404)

TABLE = {
    ("GET", "/v1/images/{id}"): READ,
    ("PATCH", "/v1/images/{id}"): {**CHANGE, "owner": 200, "admin": 200},
    ("DELETE", "/v1/images/{id}"): CHANGE,
    ("GET", "/v1/images/{id}/original"): READ,
    ("PUT", "/v1/images/{id}/original"): {**CHANGE, "owner": 200, "admin": 200},
    ("DELETE", "/v1/images/{id}/original"): CHANGE,
    ("GET", "/v1/images/{id}/full-size"): READ,
    ("DELETE", "/v1/images/{id}/full-size"): CHANGE,
    ("GET", "/v1/images/{id}/thumbnail"): READ,
    ("DELETE", "/v1/images/{id}/thumbnail"): CHANGE,
    ("GET", "/v1/images/{id}/compressed"): READ,
    ("PUT", "/v1/images/{id}/compressed"): {**CHANGE, "owner": 201, "admin": 201},
    ("DELETE", "/v1/images/{id}/compressed"): CHANGE,
    # The ids of an application are those of its account, for admins too.
    ("GET", "/v1/images/by-external-id/{external_id}"): {**READ, "anonymous": 401, "admin": 404},
    ("GET", "/v1/images/by-external-id/{external_id}/{file}"): {**READ, "anonymous": 401, "admin": 404},
    ("PATCH", "/v1/images/by-external-id/{external_id}"): {**CHANGE, "owner": 200, "admin": 404},
    ("DELETE", "/v1/images/by-external-id/{external_id}"): {**CHANGE, "admin": 404},
    ("GET", "/download/{id}"): READ,
    ("GET", "/compress/{id}"): READ,
    ("POST", "/compress/{id}"): {**CHANGE, "owner": 200, "admin": 200},
    ("GET", "/images/{id}.{format}"): READ,
    ("GET", "/v1/images/{id}/metadata"): READ,
    ("GET", "/v1/images/{id}/render"): READ,
    ("GET", "/iiif/3/{id}"): READ,
    ("GET", "/iiif/3/{id}/info.json"): READ,
    ("GET", "/iiif/3/{id}/{region}/{size}/{rotation}/{file}"): READ,
    ("GET", "/v1/images"): LIST,
    ("GET", "/v1/images/facets"): LIST,
    ("GET", "/v1/tags"): LIST,
    ("GET", "/v1/albums"): LIST,
    ("POST", "/v1/albums"): WRITE,
    ("POST", "/v1/albums/by-path"): {**WRITE, **dict.fromkeys(("other", "owner", "admin"), 200)},
    ("GET", "/v1/albums/{id}"): READ,
    ("PATCH", "/v1/albums/{id}"): {**CHANGE, "owner": 200, "admin": 200},
    ("DELETE", "/v1/albums/{id}"): CHANGE,
    ("GET", "/v1/albums/{id}/images"): READ,
    ("POST", "/v1/albums/{id}/images"): {**CHANGE, "owner": 200, "admin": 200},
    ("DELETE", "/v1/albums/{id}/images"): {**CHANGE, "owner": 200, "admin": 200},
    ("DELETE", "/v1/albums/{id}/images/{image}"): CHANGE,
    ("POST", "/v1/albums/{id}/images/{image}/move"): CHANGE,
    ("GET", "/v1/albums/{id}/members"): READ,
    ("PUT", "/v1/albums/{id}/members/{handle}"): CHANGE,
    # Nobody of that name is a member, but only those who may know of the album learn that.
    ("DELETE", "/v1/albums/{id}/members/{handle}"): {**CHANGE, "owner": 404, "admin": 404},
    ("GET", "/v1/shares"): {**LIST, "anonymous": 401},
    ("POST", "/v1/shares"): WRITE,
    ("GET", "/v1/shares/{share}"): {**READ, "anonymous": 401},
    ("PATCH", "/v1/shares/{share}"): {**CHANGE, "owner": 200, "admin": 403},
    ("DELETE", "/v1/shares/{share}"): CHANGE,
    ("POST", "/v1/shares/{share}/access"): OPEN,
    ("GET", "/v1/shares/{share}/images"): VISIT,
    ("POST", "/v1/shares/{share}/images"): dict.fromkeys(ACTORS, 201),
    ("GET", "/v1/shares/{share}/images/{image}"): ELSEWHERE,
    ("GET", "/v1/shares/{share}/images/{image}/thumbnail"): ELSEWHERE,
    ("GET", "/v1/shares/{share}/images/{image}/full-size"): ELSEWHERE,
    ("GET", "/v1/shares/{share}/images/{image}/original"): ELSEWHERE,
    ("GET", "/v1/shares/{share}/images/{image}/render"): ELSEWHERE,
    ("GET", "/v1/shares/{share}/images/{image}/iiif/info.json"): ELSEWHERE,
    ("GET", "/v1/shares/{share}/images/{image}/iiif/{region}/{size}/{rotation}/{file}"): ELSEWHERE,
    ("POST", "/v1/shares/{share}/archives"): dict.fromkeys(ACTORS, 201),
    ("GET", "/v1/shares/{share}/archives/{id}"): VISIT,
    ("GET", "/v1/shares/{share}/archives/{id}.zip"): VISIT,
    ("GET", "/v1/changes"): LIST,
    ("GET", "/v1/changes/events"): LIST,
    ("GET", "/v1/webhooks"): {**LIST, "anonymous": 401},
    ("POST", "/v1/webhooks"): WRITE,
    # A webhook is of its account alone.
    ("GET", "/v1/webhooks/{id}"): {**READ, "anonymous": 401, "admin": 404},
    ("PATCH", "/v1/webhooks/{id}"): {**CHANGE, "owner": 200, "admin": 404},
    ("DELETE", "/v1/webhooks/{id}"): {**CHANGE, "admin": 404},
    ("POST", "/v1/webhooks/{id}/test"): {**CHANGE, "owner": 200, "admin": 404},
    ("GET", "/v1/webhooks/{id}/deliveries"): {**READ, "anonymous": 401, "admin": 404},
    ("GET", "/v1/trash"): {**LIST, "anonymous": 401},
    ("DELETE", "/v1/trash"): MANAGE,
    ("DELETE", "/v1/trash/{id}"): CHANGE,
    ("POST", "/v1/trash/restore"): {**LIST, "anonymous": 401, "reader": 403},
    ("POST", "/v1/signatures"): {**READ, "anonymous": 401},
    ("POST", "/v1/images/digests"): {**LIST, "anonymous": 401},
    ("POST", "/upload/"): WRITE,
    ("POST", "/v1/upload/"): WRITE,
    ("POST", "/upload_image_batch"): {**WRITE, "other": 202, "owner": 202, "admin": 202},
    ("POST", "/v1/batches"): {**WRITE, "other": 202, "owner": 202, "admin": 202},
    ("GET", "/image_batches"): {**LIST, "anonymous": 401},
    ("GET", "/v1/batches"): {**LIST, "anonymous": 401},
    ("GET", "/v1/batches/{id}"): {**READ, "anonymous": 401},
    ("GET", "/v1/batches/{id}/events"): {**READ, "anonymous": 401},
    ("GET", "/uploads/{id}.jpg"): READ,
    ("OPTIONS", "/v1/uploads"): dict.fromkeys(ACTORS, 204),
    ("POST", "/v1/uploads"): WRITE,
    ("GET", "/v1/uploads"): {**LIST, "anonymous": 401},
    # An upload under way is of its owner alone.
    ("GET", "/v1/uploads/{id}"): {**READ, "anonymous": 401, "admin": 404},
    ("HEAD", "/v1/uploads/{id}"): {**CHANGE, "owner": 200, "admin": 404},
    ("PATCH", "/v1/uploads/{id}"): {**CHANGE, "admin": 404},
    ("DELETE", "/v1/uploads/{id}"): {**CHANGE, "admin": 404},
    ("POST", "/v1/uploads/{id}"): {**CHANGE, "admin": 404},
    ("GET", "/v1/operations/thumbnails"): LIST,
    ("GET", "/v1/operations/full-size"): LIST,
    ("GET", "/v1/operations/thumbnails/missing"): LIST,
    ("GET", "/v1/operations/full-size/missing"): LIST,
    ("POST", "/v1/operations/thumbnails/generate"): START,
    ("POST", "/v1/operations/full-size/generate"): START,
    ("GET", "/v1/jobs"): LIST,
    ("GET", "/v1/jobs/{id}"): READ,
    ("GET", "/v1/jobs/{id}/events"): READ,
    # The job has not failed, but only those who may know of it learn that.
    ("POST", "/v1/jobs/{id}/retry"): {**CHANGE, "owner": 409, "admin": 409},
    # The job in the path is not of the kind that has failures of images, or can be taken back.
    ("GET", "/v1/jobs/{id}/failures"): {**READ, "owner": 409, "admin": 409, "reader": 409},
    ("POST", "/v1/jobs/{id}/undo"): {**CHANGE, "owner": 409, "admin": 409},
    ("POST", "/v1/images/bulk"): START,
    ("GET", "/api/{handle}/files"): LIST,
    ("GET", "/api/{handle}/download"): LIST,
    # A selection is of its account alone, for admins too; it changes no image.
    ("POST", "/v1/selections"): {**WRITE, "reader": 201},
    ("GET", "/v1/selections/{id}"): {**READ, "anonymous": 401, "admin": 404},
    ("DELETE", "/v1/selections/{id}"): {**CHANGE, "admin": 404, "reader": 204},
    # Everybody who may read may download; a stranger can download public images.
    ("POST", "/v1/archives"): {**READ, "owner": 201, "admin": 201, "reader": 201},
    ("GET", "/v1/archives/{id}"): READ,
    ("GET", "/v1/archives/{id}.zip"): READ,
    ("GET", "/v1/accounts"): ADMINISTER,
    ("POST", "/v1/accounts"): {**WRITE, "anonymous": 201, "reader": 201},
    ("GET", "/v1/accounts/{handle}"): {**MANAGE, "other": 404},
    ("PATCH", "/v1/accounts/{handle}"): ADMINISTER,
    ("DELETE", "/v1/accounts/{handle}"): {**MANAGE, "other": 404},
    ("PUT", "/v1/accounts/{handle}/password"): {**MANAGE, "other": 404, "owner": 204, "admin": 204},
    ("POST", "/v1/accounts/{handle}/transfer"): ADMINISTER,
    ("POST", "/v1/invitations"): {**ADMINISTER, "admin": 201},
    ("POST", "/v1/sessions"): dict.fromkeys(ACTORS, 201),
    ("POST", "/v1/sessions/refresh"): OPEN,
    ("GET", "/v1/sessions/current"): LIST,
    ("DELETE", "/v1/sessions/current"): {**CHANGE, "other": 204},
    ("GET", "/v1/sessions"): MANAGE,
    ("DELETE", "/v1/sessions"): {**CHANGE, "other": 204},
    # Even an admin can end only their own sessions.
    ("DELETE", "/v1/sessions/{id}"): {**CHANGE, "admin": 404},
    ("GET", "/v1/tokens"): MANAGE,
    ("POST", "/v1/tokens"): {**MANAGE, "other": 201, "owner": 201, "admin": 201},
    # Even an admin can revoke only their own tokens; disabling an account ends all of its tokens.
    ("DELETE", "/v1/tokens/{id}"): {**CHANGE, "admin": 404},
    ("GET", "/livez"): OPEN,
    ("GET", "/readyz"): OPEN,
    ("GET", "/healthcheck"): OPEN,
    ("GET", "/metrics"): OPEN,
    ("GET", "/v1/openapi.json"): OPEN,
    ("GET", "/problems/{type}"): OPEN,
}

SECRET = "quetzalcoatlus"
# A name that is for this machine only, and a port at which nothing listens.
NOWHERE = "http://127.0.0.1:1024/"


class World:
    """A server with an owner who has private images, and every kind of viewer."""

    def __init__(self, make_server):
        self.server = make_server("--derive", "now", "--registration", "open", "--webhook-private-addresses")
        self.count = 0
        owner = register(self.server, "owner")
        soon = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=1)
        expired = owner.make_token("read", "write", "admin", expires_at=soon.isoformat())
        self.people = {
            "anonymous": Person(self.server), "other": register(self.server, "other"), "owner": owner,
            "admin": add_admin(self.server), "reader": owner.make_token("read"), "expired": expired}
        self.server.wait_until(lambda: expired.get("/v1/images").status_code == 401)
        self.public = owner.upload(self.picture(), visibility="public", title="sparrow")
        self.people["other"].upload(self.picture(), title="magpie")
        shared = owner.upload(self.picture(), title="wren")
        inbox = owner.post("/v1/albums", json={"title": "inbox"}).json()["id"]
        self.share = owner.post("/v1/shares", json={
            "images": [shared["id"]], "uploads": {"album": inbox, "bytes": 10**9, "count": 1000}}).json()

    def picture(self):
        self.count += 1
        return fixtures.jpeg(self.count, 64, 48)

    def secret_image(self):
        return self.people["owner"].upload(self.picture(), title=SECRET, tags=SECRET, description=SECRET)

    def secret_job(self):
        response = self.people["owner"].post("/v1/operations/thumbnails/generate")
        return self.server.wait_for_job_as(self.people["owner"], response.json()["id"])["id"]

    def secret_webhook(self):
        """One whose receiver does not exist."""
        owner = self.people["owner"]
        for webhook in owner.get("/v1/webhooks").json()["webhooks"]:
            owner.delete(f"/v1/webhooks/{webhook['id']}")
        made = owner.post("/v1/webhooks", json={"address": NOWHERE, "description": SECRET})
        assert made.status_code == 201, made.text
        return made.json()["id"]


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    from tintype_server import Server
    running = []

    def make(*options):
        running.append(Server(tmp_path_factory.mktemp("visibility") / "data", *options))
        return running[0].start()

    yield World(make)
    running[0].stop()


def test_every_route_is_in_the_table():
    assert ROUTES == set(TABLE), "routes without a line here, or lines without a route"


@pytest.mark.parametrize("actor", ACTORS)
@pytest.mark.parametrize("route", sorted(TABLE), ids=" ".join)
def test_every_route_answers_every_viewer_as_the_table_says(world, route, actor):
    method, path = route
    person, secrets = world.people[actor], [SECRET]
    image = world.secret_image()
    secrets += [image["id"], image["digest"]]
    keywords = {}
    if path.startswith(("/v1/images/{id}", "/iiif/3/{id}", "/download/", "/compress/", "/images/")):
        path = path.replace("{id}", image["id"]).replace("{format}", "png")
        path = path.replace("{region}/{size}/{rotation}/{file}", "full/max/0/default.jpg")
        if (method, route[1]) == ("DELETE", "/v1/images/{id}/compressed"):
            world.people["owner"].post(f"/compress/{image['id']}")
        elif method == "PUT":
            keywords["data"] = world.people["owner"].get(f"/v1/images/{image['id']}/original").content
    elif path.startswith("/v1/images/by-external-id/"):
        name = f"key-{world.count}"
        world.people["owner"].request("PATCH", f"/v1/images/{image['id']}", json={"external_id": name})
        path = path.replace("{external_id}", name).replace("{file}", "thumbnail")
    elif path.startswith("/v1/albums/{id}"):
        album = world.people["owner"].post("/v1/albums", json={"title": SECRET}).json()
        put = world.people["owner"].post(f"/v1/albums/{album['id']}/images", json={"ids": [image["id"]]})
        assert put.json()["added"] == [image["id"]]
        secrets.append(album["id"])
        path = path.replace("{id}", album["id"]).replace("{image}", image["id"]).replace("{handle}", "other")
        if method in ("POST", "PUT", "DELETE"):
            keywords["json"] = {"before": image["id"]} if path.endswith("/move") else {"ids": [image["id"]]}
            if "/members/" in path:
                keywords["json"] = {"role": "viewer", "share_private": False}
        if method == "DELETE" and not path.endswith("/images"):
            del keywords["json"]
    elif path == "/v1/shares/{share}":
        share = world.people["owner"].post("/v1/shares", json={"images": [image["id"]], "title": SECRET}).json()
        secrets += [share["id"], share["token"]]
        path = path.replace("{share}", share["id"])
    elif path.endswith("/access"):
        share = world.people["owner"].post("/v1/shares", json={"query": SECRET, "password": SECRET}).json()
        path, keywords["json"] = path.replace("{share}", share["token"]), {"password": SECRET}
    elif path.startswith("/v1/shares/{share}"):
        archives = f"{world.share['url']}/archives"
        if "{id}" in path:
            path = path.replace("{id}", world.server.post(archives, json={"rendition": "thumbnail"}).json()["id"])
        path = path.replace("{share}", world.share["token"]).replace("{image}", image["id"])
        path = path.replace("{region}/{size}/{rotation}/{file}", "full/max/0/default.jpg")
        if path.endswith("/archives"):
            keywords["json"] = {"rendition": "thumbnail"}
        elif method == "POST":
            # Bytes that the owner has already, of which a visitor must learn nothing.
            keywords["data"] = world.people["owner"].get(f"/v1/images/{image['id']}/original").content
            keywords["headers"] = {"Content-Type": "image/jpeg"}
    elif path == "/v1/trash/{id}":
        assert world.people["owner"].delete(f"/v1/images/{image['id']}").status_code == 204
        path = path.replace("{id}", image["id"])
    elif path == "/problems/{type}":
        path = "/problems/not-found"
    elif path.startswith("/v1/jobs/{id}"):
        secrets.append(world.secret_job())
        path = path.replace("{id}", secrets[-1])
    elif path.startswith("/v1/webhooks/{id}"):
        secrets.append(world.secret_webhook())
        path = path.replace("{id}", secrets[-1])
        if method == "PATCH":
            keywords["json"] = {"description": SECRET}
    elif path == "/v1/tokens/{id}":
        token = world.people["owner"].post("/v1/tokens", json={"name": SECRET, "scopes": ["read"]}).json()
        path = path.replace("{id}", token["id"])
        if actor == "other":
            secrets.append(token["id"])
    elif "accounts/{handle}" in path:
        person, path, keywords = prepared_account(world, actor, method, path)
    elif path.startswith("/api/{handle}/"):
        path = path.replace("{handle}", "owner")
        if path.endswith("/download"):
            path += "?skip_missing=true"  # Some originals have been removed by other requests.
    elif path.startswith("/v1/uploads"):
        keywords["headers"] = {"Tus-Resumable": "1.0.0", "Upload-Length": "9"}
        if "{id}" in path:
            metadata = "filename " + base64.b64encode(SECRET.encode()).decode()
            begun = world.people["owner"].post(
                "/v1/uploads", headers={**keywords["headers"], "Upload-Metadata": metadata}).json()
            secrets.append(begun["id"])
            path = path.replace("{id}", begun["id"])
            keywords["headers"] |= {
                "Content-Type": "application/offset+octet-stream", "Upload-Offset": "0",
                "X-HTTP-Method-Override": "DELETE"}
    elif path.startswith(("/v1/batches/{id}", "/uploads/")):
        sent = world.people["owner"].post("/v1/batches", json=[batch_item(world)]).json()
        secrets += [sent["id"], sent["items"][0]["id"]]
        path = path.replace("{id}", secrets[-1 if "uploads" in path else -2])
    elif path.startswith("/v1/archives/{id}"):
        secrets.append(world.people["owner"].post("/v1/archives", json={"ids": [image["id"]]}).json()["id"])
        path = path.replace("{id}", secrets[-1])
    elif path.startswith("/v1/selections/{id}"):
        secrets.append(world.people["owner"].post("/v1/selections", json={"plus": [image["id"]]}).json()["id"])
        path = path.replace("{id}", secrets[-1])
    elif path == "/v1/sessions/refresh":
        keywords["json"] = {"refresh_token": session(world, "owner")["refresh_token"]}
    elif path == "/v1/sessions/{id}":
        secrets.append(session_of_its_own(world, "owner"))
        path = path.replace("{id}", secrets[-1])
    elif (method, path) == ("DELETE", "/v1/sessions") and actor in ("other", "owner", "admin"):
        register(world.server, f"ending-{actor}")
        person = Person(world.server, None, session(world, f"ending-{actor}")["token"])
    elif path == "/v1/sessions/current" and method == "DELETE" and actor in ("other", "owner", "admin"):
        person = Person(world.server, person.handle, session(world, person.handle)["token"])
    if (method, path) == ("POST", "/v1/sessions"):
        keywords["json"] = {"handle": "owner", "password": PASSWORD}
    elif (method, path) == ("POST", "/v1/accounts"):
        keywords["json"] = {"handle": f"newcomer{world.count}-{actor}", "password": PASSWORD}
    elif (method, path) == ("POST", "/v1/albums/by-path"):
        keywords["json"] = {"path": "one/two"}
    elif (method, path) == ("POST", "/v1/albums"):
        keywords["json"] = {"title": "an album"}
    elif (method, path) == ("POST", "/v1/webhooks"):
        keywords["json"] = {"address": NOWHERE}
    elif (method, path) == ("POST", "/v1/shares"):
        keywords["json"] = {"query": ""}
    elif (method, path) == ("POST", "/v1/selections"):
        keywords["json"] = {"q": "", "plus": [image["id"]]}
    elif (method, path) == ("POST", "/v1/images/digests"):
        keywords["json"] = {"digests": [image["digest"]]}
        secrets = [SECRET, image["id"]] if actor == "other" else secrets
    elif (method, path) == ("POST", "/v1/signatures"):
        keywords["json"] = {"addresses": [f"/v1/images/{image['id']}/thumbnail"]}
    elif (method, path) == ("POST", "/v1/trash/restore"):
        keywords["json"] = {"ids": [image["id"]]}
        secrets = [SECRET, image["digest"]]
    elif (method, path) == ("POST", "/v1/images/bulk"):
        keywords["json"] = {"ids": [image["id"]], "add_tags": ["x"]}
    elif (method, path) == ("POST", "/v1/archives"):
        keywords["json"] = {"ids": [image["id"]]}
        secrets.remove(image["id"])  # The client has it already.
    elif (method, path) == ("POST", "/v1/tokens"):
        keywords["json"] = {"name": "another", "scopes": ["read"]}
    elif (method, path) in [("POST", "/upload_image_batch"), ("POST", "/v1/batches")]:
        keywords["json"] = [batch_item(world, "Nord")]
    elif method == "POST" and "/upload/" in path:
        keywords["data"], keywords["headers"] = world.picture(), {"Content-Type": "image/jpeg"}
    elif method == "PATCH" and "uploads" not in path and "json" not in keywords:
        keywords["json"] = {"title": SECRET}
    if path == "/v1/changes/events":
        # It has no end: what it says at first is enough.
        keywords["stream"] = True
    response = person.request(method, path, **keywords)
    if keywords.get("stream") and response.ok:
        response._content = next(response.iter_content(None))
        response.close()
    world.server.session.cookies.clear()
    assert response.status_code == TABLE[route][actor], response.text
    if actor in ("anonymous", "other"):
        asked_for = path if "{" in route[1] else ""
        for secret in secrets:
            assert secret not in response.text or secret in asked_for, f"{actor} learns {secret}"
    if response.status_code == 401:
        assert response.headers["WWW-Authenticate"].startswith("Bearer")
    if actor != "anonymous" and method == "GET" and TABLE[route] is not OPEN:
        assert_no_cache_gives_it_to_others(response)


def batch_item(world, store=SECRET):
    return {"file": base64.b64encode(world.picture()).decode(), "store_name": store}


def assert_no_cache_gives_it_to_others(response):
    control = response.headers["Cache-Control"]
    assert "private" in control or "no-store" in control, control
    if "no-store" not in control:
        assert {"Authorization", "Cookie"} <= set(response.headers["Vary"].split(", "))


def session_of_its_own(world, handle):
    """The id of a new session."""
    token = session(world, handle)["token"]
    listed = Person(world.server, handle, token).get("/v1/sessions").json()["sessions"]
    return next(entry["id"] for entry in listed if entry["current"])


def session(world, handle):
    response = world.server.post("/v1/sessions", json={"handle": handle, "password": PASSWORD})
    world.server.session.cookies.clear()
    return response.json()


def prepared_account(world, actor, method, path):
    """A separate owner for each request, because some of them end the account."""
    world.count += 1
    handle = f"o{world.count}"
    owner = register(world.server, handle)
    person = world.people[actor]
    if actor == "owner":
        person = owner
    elif actor == "reader":
        person = owner.make_token("read")
    keywords = {}
    if method == "PATCH":
        keywords["json"] = {"quota_bytes": 1000}
    elif method == "PUT":
        keywords["json"] = {"current": PASSWORD, "password": "another long password"}
    elif method == "DELETE":
        keywords["params"] = {"images": "delete"}
    elif method == "POST":
        keywords["json"] = {"to": "other"}
    return person, path.replace("{handle}", handle), keywords


# Cases that the table does not have

def test_a_stranger_and_another_account_find_public_images_only(world):
    secret = world.secret_image()
    for name in ("anonymous", "other"):
        person = world.people[name]
        assert secret["id"] not in person.ids() and world.public["id"] in person.ids()
        assert person.ids(f"&q={SECRET}") == set() == person.ids(f"&tag={SECRET}")
        assert person.ids(f"&digest={secret['digest']}") == set()
        assert person.get("/api/owner/files").json()["ids"] == [world.public["id"]]
        assert person.get(f"/v1/images/{world.public['id']}/full-size").status_code == 200
        assert person.get(f"/v1/images/{world.public['id']}/original").status_code == 403
    for name in ("owner", "admin", "reader"):
        person = world.people[name]
        assert {secret["id"], world.public["id"]} <= person.ids() and secret["id"] in person.ids(f"&q={SECRET}")
        listed, cursor = set(), ""
        while cursor is not None:
            page = person.get(f"/api/owner/files?limit=1000{cursor}").json()
            listed |= set(page["ids"])
            cursor = page["next"] and f"&cursor={page['next']}"
        assert {secret["id"], world.public["id"]} <= listed


def test_public_images_can_be_changed_by_their_owner_and_admins_only(world):
    image = world.people["owner"].upload(world.picture(), visibility="public")
    path = f"/v1/images/{image['id']}"
    for name, status in dict(anonymous=401, other=403, reader=403, owner=200, admin=200).items():
        response = world.people[name].request("PATCH", path, json={"title": name})
        assert response.status_code == status, response.text
    for part in ("", "/original", "/full-size", "/thumbnail"):
        assert world.people["other"].delete(path + part).status_code == 403
    body = {"ids": [image["id"]]}
    assert world.people["other"].post("/v1/operations/thumbnails/generate", json=body).status_code == 403


def test_making_an_image_private_hides_it_at_once_even_if_it_was_just_served(world):
    image = world.people["owner"].upload(world.picture(), visibility="public")
    thumbnail = f"/v1/images/{image['id']}/thumbnail"
    response = world.people["anonymous"].get(thumbnail)
    assert response.status_code == 200 and response.headers["Cache-Control"].startswith("public")
    world.people["owner"].request("PATCH", f"/v1/images/{image['id']}", json={"visibility": "private"})
    assert world.people["anonymous"].get(thumbnail).status_code == 404
    # Even for a client that has a validator for it.
    tag = {"If-None-Match": response.headers["ETag"]}
    assert world.people["other"].get(thumbnail, headers=tag).status_code == 404
    assert world.people["owner"].get(thumbnail).status_code == 200


def test_duplicates_are_reported_only_among_ones_own_images(world):
    data = world.picture()
    first = world.people["owner"].upload(data, title=SECRET)
    second = world.people["other"].upload(data)
    assert second["duplicate"] is False and second["id"] != first["id"] and SECRET not in str(second)
    assert world.people["other"].upload(data, expected=200)["id"] == second["id"]
    metadata = world.people["other"].get(f"/v1/images/{second['id']}/metadata").json()
    assert metadata["duplicates"] == []
    assert world.people["admin"].get(f"/v1/images/{second['id']}/metadata").json()["duplicates"] == [first["id"]]


def test_files_that_one_account_removes_are_kept_for_other_owners(world):
    data = world.picture()
    mine, theirs = world.people["owner"].upload(data), world.people["other"].upload(data)
    original = "/v1/images/{}/original".format
    assert world.people["owner"].delete(original(mine["id"])).status_code == 204
    assert world.people["owner"].get(original(mine["id"])).status_code == 404
    assert "original" not in [
        file["type"] for file in world.people["owner"].get(f"/v1/images/{mine['id']}/metadata").json()["files"]]
    assert world.people["other"].get(original(theirs["id"])).content == data
    # After another upload it exists again.
    assert world.people["owner"].upload(data, expected=200)["id"] == mine["id"]
    assert world.people["owner"].get(original(mine["id"])).content == data
    # The file is removed with the last image that needs it.
    assert world.people["owner"].delete(original(mine["id"])).status_code == 204
    assert world.people["other"].delete(f"/v1/images/{theirs['id']}?permanent=true").status_code == 204
    assert mine["digest"] not in world.server.kept()
    assert world.people["owner"].get(f"/v1/images/{mine['id']}/thumbnail").status_code == 200


def test_an_account_sees_only_its_own_jobs(world):
    mine = world.people["owner"].post("/v1/operations/full-size/generate").json()["id"]
    theirs = world.people["other"].post("/v1/operations/full-size/generate").json()["id"]
    assert mine != theirs
    assert mine in world.people["admin"].get("/v1/jobs?limit=1000").text
    listed = world.people["other"].get("/v1/jobs?limit=1000").text
    assert mine not in listed and theirs in listed
    assert world.people["anonymous"].get("/v1/jobs").json()["ids"] == []
