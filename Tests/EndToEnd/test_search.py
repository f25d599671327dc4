"""The search language over HTTP, with real images: results, errors and their positions, order, counts and tags."""
import collections
import json
import unicodedata

import pytest

from fixtures import encoded, picture
from tintype_server import Server

# Name, Exif as exiftool writes it, fields of the upload.
PHOTOS = [
    ("vienna", ["-Make=Canon", "-Model=Canon EOS 5D Mark III", "-LensModel=EF50mm f/1.8 STM", "-GPSLatitude=48.2082",
                "-GPSLatitudeRef=N", "-GPSLongitude=16.3738", "-GPSLongitudeRef=E", "-DateTimeOriginal=2021:05:31 10:00:00"],
     {"title": "Café at the Ring", "tags": "Café,city trip", "visibility": "public"}),
    ("graz", ["-Make=NIKON CORPORATION", "-Model=NIKON D750", "-GPSLatitude=47.0707", "-GPSLatitudeRef=N",
              "-GPSLongitude=15.4395", "-GPSLongitudeRef=E", "-DateTimeOriginal=2021:06:15 18:30:00"],
     {"title": "Clock tower", "description": "A café below", "tags": "city trip,tower"}),
    ("fiji", ["-Make=Canon", "-Model=Canon PowerShot G7 X", "-GPSLatitude=17.0", "-GPSLatitudeRef=S",
              "-GPSLongitude=179.95", "-GPSLongitudeRef=E", "-DateTimeOriginal=2019:12:31 23:59:59"],
     {"title": "Beach at sunset", "tags": "beach,Sunset", "attributes": json.dumps({"album": "South Sea", "rolls": 36})}),
    ("samoa", ["-GPSLatitude=17.1", "-GPSLatitudeRef=S", "-GPSLongitude=179.95", "-GPSLongitudeRef=W"],
     {"title": "sunrise_over_water.jpg", "tags": "beach"}),
    ("pole", ["-GPSLatitude=89.99", "-GPSLatitudeRef=N", "-GPSLongitude=10", "-GPSLongitudeRef=E",
              "-DateTimeOriginal=2020:02:29 12:00:00"], {"title": "שלום 12:30 http://example.com/ice", "visibility": "public"}),
]


@pytest.fixture(scope="module")
def library(tmp_path_factory, request):
    images = request.getfixturevalue("images")
    with Server(tmp_path_factory.mktemp("search") / "data") as server:
        ids = {}
        for number, (name, tags, fields) in enumerate(PHOTOS):
            path = images.with_metadata(f"{name}.jpg", seed=900 + number, tags=tags, size=(640 + 10 * number, 480))
            status, record = server.upload(path, fields=fields)
            assert status == 201, record
            ids[record["id"]] = name
        for name, data in (("IMG_0042.png", encoded(picture(300, 200, 950), "PNG")),
                           ("plain.png", encoded(picture(310, 200, 951), "PNG"))):
            status, record = server.upload(data, name=name)
            assert status == 201, record
            ids[record["id"]] = name.split(".")[0]
        for id in ids:
            server.wait_until_ready(id)
        yield server, ids


def search(library, q, **parameters):
    server, ids = library
    response = server.get("/v1/images", params={"q": q, **parameters})
    assert response.status_code == 200, response.text
    return [ids[id] for id in response.json()["ids"]]


EVERY = {"vienna", "graz", "fiji", "samoa", "pole", "IMG_0042", "plain"}


@pytest.mark.parametrize("q, expected", [
    ("cafe", {"vienna", "graz"}), ("CAFÉ", {"vienna", "graz"}), (unicodedata.normalize("NFD", "café"), {"vienna", "graz"}),
    ("title:cafe", {"vienna"}), ("description:cafe", {"graz"}), ("cafe -title:cafe", {"graz"}), ("cafe -tower", {"vienna"}),
    ("\"city trip\"", {"vienna", "graz"}), ("\"trip city\"", set()), ("\"clock tower\"", {"graz"}), ("sun*", {"fiji", "samoa"}),
    ("\"beach at sun\"*", {"fiji"}), ("sun", set()), ("tag:cafe", {"vienna"}), (f"tag:{unicodedata.normalize('NFD', 'CAFÉ')}", {"vienna"}),
    ("tag:\"city trip\"", {"vienna", "graz"}), ("tag:city", set()), ("tag:cit*", {"vienna", "graz"}), ("-tag:beach -format:png", {"vienna", "graz", "pole"}),
    ("camera:canon", {"vienna", "fiji"}), ("camera:\"Canon EOS\"", {"vienna"}), ("camera:pow*", {"fiji"}), ("nikon", {"graz"}),
    ("lens:50mm", set()), ("lens:EF50mm", {"vienna"}), ("stm", {"vienna"}), ("camera:stm", set()), ("-camera:canon beach", {"samoa"}),
    ("\"south sea\"", {"fiji"}), ("rolls", {"fiji"}), ("36", {"fiji"}), ("attribute:album", {"fiji"}), ("title:album", set()),
    ("0042", {"IMG_0042"}), ("img", {"IMG_0042"}), ("IMG_0042", {"IMG_0042"}), ("format:png", {"IMG_0042", "plain"}), ("-format:png", EVERY - {"IMG_0042", "plain"}),
    ("taken:2021", {"vienna", "graz"}), ("taken:2021-05", {"vienna"}), ("taken:2021-05-31", {"vienna"}), ("taken:2021-05..2021-06", {"vienna", "graz"}),
    ("taken:2020..", {"vienna", "graz", "pole"}), ("taken:..2020", {"fiji", "pole"}), ("taken:2020-02-29", {"pole"}),
    ("-taken:2021", EVERY - {"vienna", "graz"}), ("-taken:0001..", {"samoa", "IMG_0042", "plain"}), ("added:2020..", EVERY), ("added:..2020", set()),
    ("near:48.2,16.37,5", {"vienna"}), ("near:48.2,16.37,200", {"vienna", "graz"}), ("-near:48.2,16.37,200 near:0,0,30000", {"fiji", "samoa", "pole"}),
    ("near:-17,180,20", {"fiji", "samoa"}), ("near:-17,-180,20", {"fiji", "samoa"}), ("near:-17,179.95,1", {"fiji"}),
    ("near:90,-170,5", {"pole"}), ("near:89.99,-170,1", set()), ("near:89.99,-170,3", {"pole"}),
    ("is:public", {"vienna", "pole"}), ("is:private beach", {"fiji", "samoa"}), ("is:ready", EVERY), ("is:damaged", set()), ("-is:ready", set()),
    ("owner:root", EVERY), ("owner:Root", EVERY), ("owner:nobody", set()), ("-owner:root", set()), ("-owner:nobody", EVERY),
    ("width:>=660", {"fiji", "samoa", "pole"}), ("width:300..310", {"IMG_0042", "plain"}), ("height:<300", {"IMG_0042", "plain"}), ("bytes:>1GB", set()),
    ("\"12:30\"", {"pole"}), ("\"http://example.com\"", {"pole"}), ("שלום", {"pole"}), ("", EVERY), ("-cat", EVERY), ("-cafe -beach", {"pole", "IMG_0042", "plain"}),
])
def test_the_language_finds(library, q, expected):
    result = search(library, q)
    assert len(result) == len(set(result))
    assert set(result) == expected


@pytest.mark.parametrize("parameters, expected", [
    ({"q": "cafe", "tag": "TOWER"}, {"graz"}), ({"q": "cafe", "taken_to": "2021-06-01"}, {"vienna"}), ({"q": "taken:2021", "taken_from": "2021-06-01"}, {"graz"}),
    ({"q": "-canon", "format": "jpeg"}, {"graz", "samoa", "pole"}), ({"owner": "root", "visibility": "public"}, {"vienna", "pole"}),
    ({"owner": "nobody"}, set()), ({"visibility": "private", "tag": "beach"}, {"fiji", "samoa"}), ({"q": "format:png", "format": "jpeg"}, set()),
    ({"q": "is:ready", "state": "damaged"}, set()), ({"owner": "root", "q": "-owner:root"}, set()),
])
def test_parameters_and_language_are_joined(library, parameters, expected):
    assert set(search(library, parameters.pop("q", ""), **parameters)) == expected


@pytest.mark.parametrize("q, position, hint", [
    ("sun \"set", 4, "no end"), ("foo:bar", 0, "title, description, tag"), ("cat 12:30", 4, "quotes"), ("http://example.com", 0, "quotes"),
    ("café taken:soon", 11, "2021-05-31"), ("near:48,16", 5, "48.2,16.37,5"), ("near:91,0,1", 5, "latitude"), ("tag:", 4, "value"), ("a - b", 2, "minus"),
    ("is:nice", 3, "damaged"), ("format:exe", 7, "png"), ("\"a\"b", 3, "space"), ("width:wide", 6, "pixels"), ("a" * 1001, 1000, "1000"),
    (" ".join(["a"] * 33), 64, "32"), ("(" * 5000, 1000, "1000"), ("taken:99999999999999999999", 6, "2021"), ("bytes:" + "9" * 60, 6, "10MB"),
    ("שלום x:1", 5, "quotes"), ("👩‍👩‍👧 x:1", 6, "quotes"),
])
def test_errors_have_positions(library, q, position, hint):
    server, _ = library
    for path in ("/v1/images", "/v1/images/facets"):
        response = server.get(path, params={"q": q})
        assert response.status_code == 400, response.text
        problem = response.json()
        assert response.headers["Content-Type"] == "application/problem+json"
        assert problem["type"] == "/problems/malformed-search"
        assert problem["position"] == position
        assert f"character {position}" in problem["detail"] and hint in problem["detail"] and "'q'" in problem["detail"]


@pytest.mark.parametrize("q", [
    "\"", "\"\"", "'", "*", "**", "a*b*", "^", "^a", "(", ")", "((((", "AND", "OR", "NOT", "a AND", "NEAR", "NEAR(a b, 5)", "NEAR/5", "{title}", "{title}\"",
    "a\0b", "\0", "\x01", "a;DROP TABLE images", "'; DELETE FROM images; --", "%", "_", "\\", "\\\"", "a\\", "+a", "a + b", "a,b", "\"a\"\u00a0\"b\"",
    "\u202eabc", "\u200f", "🐈", "\ud7ff", "\uffff", "\U0010ffff", "-\"\"", "-*", "-(", "tag:\"'\"", "title:\"\"", "title:*", "-title:^", "tag:a\0",
    "owner:\"' OR 1=1\"", "\"" + "x " * 490 + "\"", "x" * 1000, "-" + "x" * 999, "9" * 999, "é" * 1000, "a* " * 32, "-a " * 32, "\"AND\" \"OR\"",
    "title:\"NEAR(a)\"", "rowid", "images_fts", "rank", "near", "is", "taken",
])
def test_no_query_does_harm(library, q):
    server, _ = library
    for path, parameters in (("/v1/images", {}), ("/v1/images", {"sort": "title"}), ("/v1/images/facets", {})):
        response = server.get(path, params={"q": q, **parameters})
        assert response.status_code == 200, response.text
    assert server.get("/v1/tags", params={"prefix": q[:100]}).status_code == 200
    assert set(search(library, "")) == EVERY


def test_relevance_puts_the_title_first_and_pages_without_gaps(server):
    expected = []
    for number in range(25):
        title = "harbour" if number % 5 == 0 else f"a walk of {number} steps from the harbour to the light house"
        status, record = server.upload(encoded(picture(80, 60, number), "PNG"), fields={"title": title})
        assert status == 201
        expected.append((number % 5 != 0, -number, record["id"]))
    seen, cursor = [], ""
    while True:
        page = server.get(f"/v1/images?q=harbour&sort=relevance&limit=4&fields=ids{cursor}").json()
        seen += page["ids"]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
        server.upload(encoded(picture(80, 60, 100 + len(seen)), "PNG"), fields={"title": "harbour harbour"})
    assert seen == [id for _, _, id in sorted(expected)]


@pytest.mark.parametrize("q", ["", "-cat", "tag:cat", "is:public"])
def test_relevance_needs_a_word(server, q):
    response = server.get("/v1/images", params={"q": q, "sort": "relevance"})
    assert response.status_code == 400
    assert "relevance" in response.json()["detail"]


def test_the_default_order_is_newest_first(library):
    assert search(library, "cafe") == ["graz", "vienna"]
    assert search(library, "cafe", sort="added") == ["vienna", "graz"]
    assert search(library, "cafe", sort="relevance") == ["vienna", "graz"]


@pytest.mark.parametrize("q", ["", "cafe", "beach", "-taken:2021", "is:public", "nothing"])
def test_facets_count_the_images(library, q):
    server, _ = library
    images = server.get("/v1/images", params={"q": q}).json()["images"]
    facets = server.get("/v1/images/facets", params={"q": q, "limit": 100}).json()
    assert facets["images"] == len(images) and facets["exact"] is True

    def counted(name):
        return {entry["value"]: entry["count"] for entry in facets[name]}

    assert counted("years") == collections.Counter(image["date_taken"][:4] for image in images if image["date_taken"])
    assert counted("formats") == collections.Counter(image["format"] for image in images)
    assert counted("tags") == collections.Counter(tag for image in images for tag in image["tags"])
    cameras = [server.get(image["links"]["metadata"]).json()["camera"] for image in images]
    assert sum(counted("cameras").values()) == sum("model" in camera for camera in cameras)
    if q == "":
        assert counted("cameras")["Canon EOS 5D Mark III"] == 1 and counted("cameras")["NIKON CORPORATION NIKON D750"] == 1


def test_facets_accept_the_criteria_of_lists_and_a_limit(library):
    server, _ = library
    facets = server.get("/v1/images/facets?tag=beach&limit=1").json()
    assert facets["images"] == 2 and [entry["value"] for entry in facets["tags"]] == ["beach"]
    for query in ("limit=0", "limit=101", "sort=title", "cursor=x", "fields=ids"):
        assert server.get(f"/v1/images/facets?{query}").status_code == 400


def test_tags_are_suggested_most_used_first(library):
    server, _ = library
    assert server.get("/v1/tags?prefix=c").json() == [{"tag": "city trip", "count": 2}, {"tag": "Café", "count": 1}]
    assert server.get("/v1/tags?prefix=CAFE").json() == [{"tag": "Café", "count": 1}]
    everything = server.get("/v1/tags").json()
    assert [entry["count"] for entry in everything] == [2, 2, 1, 1, 1]
    assert server.get("/v1/tags?limit=1").json() == [{"tag": "beach", "count": 2}]
    assert server.get("/v1/tags?prefix=zzz").json() == []
    for query in ("limit=0", "limit=101", "colour=red", "prefix=" + "a" * 101):
        response = server.get(f"/v1/tags?{query}")
        assert response.status_code == 400 and query.split("=")[0] in response.json()["detail"]


def test_changes_are_found_at_once_and_deletions_leave_nothing(server):
    status, record = server.upload(encoded(picture(90, 60, 1), "PNG"), fields={
        "title": "first", "tags": "Übung", "attributes": json.dumps({"n": 1.0, "deep": {"list": ["needle", 2.50]}})})
    assert status == 201

    def found(q):
        return server.get("/v1/images", params={"q": q}).json()["ids"]

    assert found("needle") == found("deep") == found("tag:ubung") == [record["id"]]
    server.request("PATCH", f"/v1/images/{record['id']}", json={"title": "second", "attributes": {"m": True}, "tags": ["b"]})
    assert found("first") == found("needle") == found("tag:übung") == []
    assert found("second") == found("attribute:m") == found("tag:B") == [record["id"]]
    assert server.get("/v1/tags").json() == [{"tag": "b", "count": 1}]
    server.request("DELETE", f"/v1/images/{record['id']}")
    assert found("second") == found("") == [] and server.get("/v1/tags").json() == []


def test_real_photos_are_found_by_their_cameras(corpus, server):
    """A search for each camera in the facets finds as many images as they state."""
    photos = sorted(path for path in corpus.rglob("*.jpg") if path.stat().st_size < 3_000_000)[:60]
    for path in photos:
        server.upload(path)
    facets = server.get("/v1/images/facets?limit=100").json()
    assert facets["images"] > 0
    for entry in facets["cameras"]:
        quoted = entry["value"].replace('"', " ")
        found = server.get("/v1/images", params={"q": f'camera:"{quoted}"', "limit": 1000, "fields": "ids"}).json()["ids"]
        assert len(found) >= entry["count"], entry
    for entry in facets["years"]:
        found = server.get("/v1/images", params={"q": f"taken:{entry['value']}", "limit": 1000, "fields": "ids"}).json()["ids"]
        assert len(found) == entry["count"], entry
