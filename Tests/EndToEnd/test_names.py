"""Client-supplied file names become titles, and have no other effect."""
import json
import os
import re
import unicodedata
import urllib.parse

import pytest

import conftest
import fixtures
from wire import FORM_TYPE, Wire, form, head

OWN_NAMES = [
    "", " ", "photo.jpg", "....jpg", "../", "..\\", "a/../../b.jpg", "/etc/shadow", "//host/share.jpg", "\\\\host\\share.jpg",
    "%00.jpg", "%2e%2e%2f%2e%2e%2fetc%2fpasswd", "..%c0%af..%c0%afetc", "a\u0000b.jpg", "\u0000", "x" * 5000 + ".jpg",
    "\u0301" * 300, "a\r\nX-Injected: yes\r\n\r\n<html>", "\u2028line.jpg", "\u2066isolated\u2069.jpg", "\ufeffbom.jpg",
    "'; DELETE FROM images; --", "$(reboot)", "${jndi:ldap://x/y}", "%s%s%n%x", "con.jpg", "a:b", "*?<>|.jpg", "~root",
    "\"; filename=\"evil.html", "name.jpg; filename*=UTF-8''evil.html", "\U0001f1e9\U0001f1ea.jpg", "\udcff.jpg", "-", "--", ".",
]


def names():
    listed = []
    folder = conftest.corpus_folder()
    if folder:
        listed = json.loads((folder / "filenames.json").read_text())
    return listed + [name for name in OWN_NAMES if name not in listed]


def encode(name):
    return name.encode("utf-8", "surrogateescape")


def assert_sane(title):
    assert len(title) <= 500 and title == title.strip()
    assert "/" not in title and "\\" not in title
    for character in title:
        # Neither control characters nor characters that change the direction of text.
        assert unicodedata.category(character) not in ("Cc", "Zl", "Zp"), repr(title)
        assert character not in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069", repr(title)


def assert_files_are_only_digests(server):
    """Whatever clients name their files, names on the disk consist of digests and dates."""
    allowed = re.compile(r"(original|thumbnail|full-size)/\d{4}/\d\d/\d\d/[0-9a-f]{64}\.[a-z0-9]+")
    for folder, _, files in os.walk(server.data):
        for file in files:
            path = os.path.relpath(os.path.join(folder, file), server.data)
            if not path.startswith(("catalog.sqlite", "lock", ".lock", "staging/", "keys/")):
                assert allowed.fullmatch(path), path
    assert {path.name for path in server.data.parent.iterdir()} == {server.data.name, f"{server.data.name}.log"}


def assert_served_safely(server, record):
    with Wire(server) as wire:
        wire.send(head("GET", record["links"]["original"]))
        response = wire.response()
    assert response.status == 200
    assert not any(key.lower() in ("x-injected", "set-cookie") for key, _ in response.fields)
    disposition = response["Content-Disposition"]
    match = re.fullmatch(r'(inline|attachment); filename="([^"\\/;]*)"; filename\*=UTF-8\'\'([!-~]*)', disposition)
    assert match, disposition
    assert match[2].endswith(".jpg") and all(0x20 <= ord(character) < 0x7F for character in match[2])
    decoded = urllib.parse.unquote(match[3], errors="strict")
    stem = re.sub(r"(?<=.)(\.(jpe?g|png))+$", "", record["file_name"] or record["title"] or "image", flags=re.IGNORECASE | re.DOTALL)
    assert decoded == stem + ".jpg"


def send(server, way, name, data):
    if way == "form":
        raw = encode(name).replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\r", b"%0D").replace(b"\n", b"%0A")
        return server.post("/upload/", data=form(("file", data, raw)), headers=FORM_TYPE)
    if way == "browser form":
        raw = encode(name).replace(b'"', b"%22").replace(b"\r", b"%0D").replace(b"\n", b"%0A")
        return server.post("/upload/", data=form(("file", data, raw)), headers=FORM_TYPE)
    if way == "extended form":
        part = (b"Content-Disposition: form-data; name=\"file\"; filename*=UTF-8''"
                + urllib.parse.quote_from_bytes(encode(name), safe="").encode())
        return server.post("/upload/", data=form((part, data)), headers=FORM_TYPE)
    if way == "query":
        quoted = urllib.parse.quote_from_bytes(encode(name), safe="")
        return server.post(f"/upload/?name={quoted}", data=data, headers={"Content-Type": "image/jpeg"})
    quoted = urllib.parse.quote_from_bytes(encode(name), safe="")
    return server.post("/upload/", data=data, headers={
        "Content-Type": "image/jpeg", "Content-Disposition": f"attachment; filename*=UTF-8''{quoted}"})


@pytest.mark.parametrize("way", ["form", "browser form", "extended form", "query", "content-disposition"])
def test_a_name_affects_only_the_title(make_server, way):
    server = make_server("--derive", "never")
    for index, name in enumerate(names()):
        response = send(server, way, name, fixtures.jpeg(index, 32, 32))
        if name.startswith("\udcff"):
            # Bytes that are not text: a query cannot be decoded then, and in a field they are replaced.
            assert response.status_code == (400 if way == "query" else 201), (name, response.text)
            continue
        assert response.status_code == 201, (name, response.text)
        record = response.json()
        record = record["images"][0] if "images" in record else record
        assert_sane(record["title"])
        assert len((record["file_name"] or "").encode()) <= 255
        assert_served_safely(server, record)
    assert_files_are_only_digests(server)


@pytest.mark.parametrize("name, title", [
    ("\u00e9v\u00e8nement.jpg", "\u00e9v\u00e8nement"), ("e\u0301ve\u0300nement.jpg", "e\u0301ve\u0300nement"),
    ("\u65e5\u672c\u8a9e\u306e\u5199\u771f.jpg", "\u65e5\u672c\u8a9e\u306e\u5199\u771f"), ("\u043c\u0438\u0440.jpg", "\u043c\u0438\u0440"),
    ("\U0001f600\U0001f3f3\ufe0f\u200d\U0001f308.jpg", "\U0001f600\U0001f3f3\ufe0f\u200d\U0001f308"),
    ("photo with spaces.jpg", "photo with spaces"), ("a..b.jpg", "a..b"), ("archive.tar.gz", "archive.tar.gz"), ("v1.2", "v1.2"), ("v1.2.jpg", "v1.2"),
    ("C:\\fakepath\\photo.jpg", "photo"), ("../../../../etc/passwd.jpg", "passwd"), ("100%.jpg", "100%"),
    ("semi;colon.jpg", "semi;colon"), ("quote\"in'name.jpg", "quote\"in'name"), ("photo", "photo"), ("PHOTO.JPG", "PHOTO"),
    ("\u202egpj.exe", "gpj.exe"), ("plus+sign.jpg", "plus+sign"), ("per%2e%2e%2fcent.jpg", "per%2e%2e%2fcent"),
])
@pytest.mark.parametrize("way", ["form", "browser form", "extended form", "query"])
def test_a_valid_name_becomes_the_title_unchanged(server, way, name, title):
    response = send(server, way, name, fixtures.jpeg(1, 32, 32))
    record = response.json()
    record = record["images"][0] if "images" in record else record
    assert record["title"] == title
    assert server.record(record["id"])["title"] == title


def test_a_title_cannot_inject_header_fields(server):
    _, record = server.upload(fixtures.jpeg(1, 32, 32), "x.jpg", fields={"title": "a\r\nSet-Cookie: x=1\r\n\r\n\"b\""})
    with Wire(server) as wire:
        wire.send(head("GET", record["links"]["original"]))
        response = wire.response()
        assert response.status == 200 and response["Set-Cookie"] is None
        assert response["Content-Disposition"].count('"') == 2
