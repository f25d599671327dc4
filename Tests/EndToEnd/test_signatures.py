"""Signed addresses, and presets."""
import io
import json
import subprocess
import time
import urllib.parse

import pytest
from PIL import Image

import fixtures
from people import register
from tintype_server import BINARY


def run(server, *arguments, status=0):
    done = subprocess.run([str(BINARY), *arguments, "--data", str(server.data)], capture_output=True, text=True, timeout=30)
    assert done.returncode == status, done.stderr
    return done.stdout.strip() if status == 0 else done.stderr


def sign(server, address, *options):
    return run(server, "sign", *options, address)


@pytest.fixture(scope="module")
def strict(tmp_path_factory):
    """A server that answers only signed addresses, with two images."""
    from tintype_server import Server
    with Server(tmp_path_factory.mktemp("signed") / "data", "--require-signatures", "--derive", "now") as server:
        ids = [server.upload(fixtures.jpeg(seed), "a.jpg")[1]["id"] for seed in (1, 2)]
        yield server, *ids


def test_only_signed_addresses_are_answered(strict):
    server, id, _ = strict
    address = f"/v1/images/{id}/render?width=200&format=png"
    assert server.get(address).status_code == 403
    response = server.get(sign(server, address))
    assert response.status_code == 200 and Image.open(io.BytesIO(response.content)).size == (200, 150)
    for kept in ("thumbnail", "full-size", "original", "metadata"):
        assert server.get(f"/v1/images/{id}/{kept}").status_code == 200


def test_order_and_encoding_do_not_matter(strict):
    server, id, _ = strict
    signed = sign(server, f"/v1/images/{id}/render?crop=pct:0,0,50,50&width=100")
    path, query = signed.split("?")
    shuffled = "&".join(reversed(query.replace(",", "%2C").replace("pct:", "pct%3A").split("&")))
    assert server.get(f"{path}?{shuffled}").status_code == 200


@pytest.mark.parametrize("change", [
    lambda address, other: address.replace("width=200", "width=201"),
    lambda address, other: address + "&blur=1",
    lambda address, other: address.replace("&format=png", ""),
    lambda address, other: address.replace(address.split("/")[3], other),
    lambda address, other: address.replace("expires=", "expires=1"),
    lambda address, other: address.split("&expires=")[0] + "&" + address[address.index("key="):],
    lambda address, other: address.replace("key=", "key=x"),
    lambda address, other: address[:-1] + ("A" if address[-1] != "A" else "Q"),
    lambda address, other: address[:-5],
    lambda address, other: address.split("&signature=")[0],
    lambda address, other: address.split("&signature=")[0] + "&signature=",
    lambda address, other: address.split("&signature=")[0] + "&signature=%00%ff".replace("%ff", "%7f"),
])
def test_a_changed_address_is_refused(strict, change):
    server, id, other = strict
    signed = sign(server, f"/v1/images/{id}/render?width=200&format=png", "--expires", "1000")
    assert server.get(signed).status_code == 200
    response = server.get(change(signed, other))
    assert response.status_code == 403, response.text
    assert "signature" in response.json()["detail"]


def test_a_repeated_signature_is_refused(strict):
    server, id, _ = strict
    signed = sign(server, f"/v1/images/{id}/render?width=200")
    assert server.get(signed + "&" + signed[signed.index("signature="):]).status_code == 400


def test_a_signature_expires(strict):
    server, id, _ = strict
    signed = sign(server, f"/v1/images/{id}/render?width=90", "--expires", "1")
    server.wait_until(lambda: server.get(signed).status_code == 403, 10)
    assert "expired" in server.get(signed).json()["detail"]


def test_viewers_addresses_can_be_signed_too(strict):
    server, id, _ = strict
    address = f"/iiif/3/{id}/full/100,/0/default.jpg"
    assert server.get(address).status_code == 403
    assert server.get(sign(server, address)).status_code == 200
    assert server.get(f"/iiif/3/{id}/info.json").status_code == 200


@pytest.mark.parametrize("address", [
    "/download/{id}?type=png", "/download/{id}?transform=compress", "/compress/{id}?type=webp", "/images/{id}.png",
])
def test_services_conversions_are_signed_too(strict, address):
    server, id, _ = strict
    address = address.format(id=id)
    assert server.get(address).status_code == 403
    signed = sign(server, address, "--expires", "1000")
    assert server.get(signed).status_code == 200
    assert server.get(signed.replace("expires=", "expires=1")).status_code == 403


def test_an_original_needs_no_signature_but_may_have_one(strict):
    server, id, _ = strict
    address = f"/download/{id}"
    signed = sign(server, address)
    assert server.get(address).content == server.get(signed).content
    assert server.get(signed[:-5]).status_code == 403


def test_keys_can_be_changed_while_the_server_runs(strict):
    server, id, _ = strict
    address = f"/v1/images/{id}/render?width=80"
    before = sign(server, address)
    new = run(server, "keys", "add")
    after = sign(server, address)
    assert f"key={new}" in after and f"key={new}" not in before
    assert server.get(after).status_code == 200 and server.get(before).status_code == 200
    old = urllib.parse.parse_qs(before.split("?")[1])["key"][0]
    assert f"key={old}" in sign(server, address, "--key", old)
    assert {line.split("\t")[0] for line in run(server, "keys", "list").splitlines()} >= {old, new}
    run(server, "keys", "remove", old)
    assert server.get(before).status_code == 403 and server.get(after).status_code == 200
    assert "no key" in run(server, "keys", "remove", old, status=64)
    assert (server.data / "keys" / "addresses.json").stat().st_mode & 0o077 == 0


def test_everybody_who_has_a_signature_sees_a_private_image(make_server):
    server = make_server("--derive", "now", "--access", "accounts", "--registration", "open")
    owner = register(server, "owner")
    record = owner.upload(fixtures.jpeg(3))
    server.session.cookies.clear()
    address = f"/v1/images/{record['id']}/render?width=100"
    assert server.get(address).status_code == 404
    signed = server.get(sign(server, address))
    assert signed.status_code == 200 and "private" in signed.headers["Cache-Control"]
    assert server.get(address).status_code == 404
    gone = sign(server, "/v1/images/00000000-0000-7000-8000-000000000000/render?width=100")
    assert server.get(gone).status_code == 404


@pytest.mark.parametrize(("arguments", "hint"), [
    (["sign"], "name an address"), (["sign", "/a?%zz"], "cannot be read"), (["sign", "/a?signature=1"], "signature already"),
    (["sign", "--key", "nothing", "/a"], "no key"), (["sign", "--expires", "0", "/a"], "expires"), (["keys"], "keys list"),
])
def test_the_commands_state_what_they_need(server, arguments, hint):
    assert hint in run(server, *arguments, status=64)


# Presets

PRESETS = {"card": {"width": 120, "height": 90, "fit": "cover", "format": "png"}, "grey": {"grayscale": True, "width": "60"}}


def test_presets_are_equivalent_to_parameters(make_server, tmp_path):
    file = tmp_path / "presets.json"
    file.write_text(json.dumps(PRESETS))
    server = make_server("--presets", str(file))
    _, record = server.upload(fixtures.jpeg(4), "a.jpg")
    base = f"/v1/images/{record['id']}/render?"

    def shown(query):
        return Image.open(io.BytesIO(server.get(base + query).content))
    assert shown("preset=card").size == (120, 90) and shown("preset=card").format == "PNG"
    assert shown("preset=card&width=60&format=jpeg").size == (60, 90) and shown("preset=grey").mode == "L"
    tags = {server.get(base + query).headers["ETag"] for query in ("preset=card", "width=120&height=90&fit=cover&format=png")}
    assert len(tags) == 1
    response = server.get(base + "preset=poster")
    assert response.status_code == 400 and "card, grey" in response.json()["detail"]


@pytest.mark.parametrize(("text", "hint"), [
    ("not json", "must hold JSON"), ('{"a": {"width": -1}}', "preset 'a'"), ('{"a": {"colour": 1}}', "'colour'"),
    ('{"a": {"width": [1]}}', "a number"), (None, "cannot be read"),
])
def test_invalid_presets_prevent_the_start(make_server, tmp_path, text, hint):
    file = tmp_path / "presets.json"
    if text is not None:
        file.write_text(text)
    with pytest.raises(RuntimeError, match=hint):
        make_server("--presets", str(file))
