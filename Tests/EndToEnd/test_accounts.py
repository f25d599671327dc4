"""Accounts: registration, login, throttling, quotas, changes and removal."""
import base64
import concurrent.futures
import hashlib
import hmac
import json
import os
import pty
import signal
import stat
import subprocess
import termios
import time

import pytest
import requests

import fixtures
from people import PASSWORD, Person, accounts_command, add_admin, log_in, register
from tintype_server import BINARY


@pytest.fixture
def open_server(make_server):
    return make_server("--registration", "open", "--derive", "never")


def refused(response, status, type):
    assert response.status_code == status, response.text
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json()["type"] == f"/problems/{type}", response.text
    return response.json()["detail"]


# The first steps

def test_as_long_as_there_are_no_accounts_a_local_request_acts_as_root(open_server):
    image = Person(open_server).upload(fixtures.jpeg(1))
    assert image["owner"] == "root" and image["visibility"] == "private"
    who = open_server.get("/v1/sessions/current").json()
    assert who["proof"] == "open-access" and who["account"]["handle"] == "root" and who["registration"] == "open"


def test_once_there_is_an_account_writing_requires_one(open_server):
    image = Person(open_server).upload(fixtures.jpeg(1))
    alice = register(open_server, "alice")
    response = open_server.post("/upload/", data=fixtures.jpeg(2), headers={"Content-Type": "image/jpeg"})
    refused(response, 401, "unauthorized")
    assert "Bearer" in response.headers["WWW-Authenticate"]
    # Earlier images belong to root, and not everybody can see them any more.
    assert open_server.get(f"/v1/images/{image['id']}").status_code == 404
    assert alice.get(f"/v1/images/{image['id']}").status_code == 404
    assert add_admin(open_server).get(f"/v1/images/{image['id']}").status_code == 200
    assert alice.upload(fixtures.jpeg(2))["owner"] == "alice"


def test_an_account_created_on_the_command_line_takes_effect_in_a_running_server(server):
    assert server.get("/v1/sessions/current").json()["account"]["handle"] == "root"
    assert accounts_command(server, "add", "alice")[0] == 0
    server.wait_until(lambda: server.get("/v1/sessions/current").json()["account"] is None, 5)
    assert log_in(server, "alice").get("/v1/sessions/current").json()["account"]["handle"] == "alice"


@pytest.mark.parametrize("headers", [
    {"Host": "photos.example.org"}, {"Host": "127.0.0.1.example.org"}, {"X-Forwarded-For": "203.0.113.9"}, {"Forwarded": "for=203.0.113.9"}],
    ids=["foreign name", "like an address", "proxy", "standard proxy"])
def test_no_client_on_another_machine_acts_as_root(server, headers):
    """A name that leads a browser here (DNS rebinding), and a proxy that forwards requests of other clients."""
    expected = 421 if "Host" in headers else 401
    assert server.post("/upload/", data=fixtures.jpeg(1), headers=headers).status_code == expected
    server.assert_nothing_is_kept()


def test_other_users_of_the_machine_do_not_act_as_root(server):
    """A proxy runs as another user, too."""
    def status(user):
        return subprocess.run(
            ["setpriv", f"--reuid={user}", "--clear-groups", "curl", "-s", "-o", "/dev/null", "-w", "%{http_code}",
             server.url + "/v1/tokens"], capture_output=True, text=True, timeout=30).stdout
    if os.geteuid() != 0:
        pytest.skip("only root may run a program as another user")
    assert status(0) == "200" and status(65534) == "401"


def test_the_user_who_has_used_sudo_acts_as_root(make_server):
    if os.geteuid() != 0:
        pytest.skip("only root may run a program as another user")
    server = make_server(environment={"SUDO_UID": "65534"})
    done = subprocess.run(
        ["setpriv", "--reuid=65534", "--clear-groups", "curl", "-s", "-o", "/dev/null", "-w", "%{http_code}",
         server.url + "/v1/tokens"], capture_output=True, text=True, timeout=30)
    assert done.stdout == "200"


def test_the_setup_code_makes_the_first_account_an_admin_once(make_server):
    server = make_server("--access", "accounts", "--registration", "closed")
    body = {"handle": "alice", "password": PASSWORD}
    assert "setup code" in refused(server.post("/v1/accounts", json=body), 403, "forbidden")
    refused(server.post("/v1/accounts", json={**body, "setup_code": "setup-AAAAAAAAAAAAAAAAAAAAAA"}), 403, "forbidden")
    code = server.setup_code()
    made = server.post("/v1/accounts", json={**body, "setup_code": code})
    assert made.status_code == 201 and made.json()["role"] == "admin"
    refused(server.post("/v1/accounts", json={**body, "handle": "bob", "setup_code": code}), 403, "forbidden")
    server.stop()
    length = len(server.log_text())
    server.start()
    assert "setup" not in server.log_text()[length:]


def test_the_first_account_gets_what_was_uploaded_before(open_server):
    images = [Person(open_server).upload(fixtures.jpeg(seed)) for seed in range(3)]
    status, text = accounts_command(open_server, "add", "alice")
    assert status == 0 and "accounts transfer root alice" in text
    alice = log_in(open_server, "alice")
    alice.upload(fixtures.jpeg(0))
    status, text = accounts_command(open_server, "transfer", "root", "alice")
    assert status == 0 and text.splitlines()[-2:] == [
        "alice has 2 images more.", "1 stay with root: alice has the same files already."]
    assert {image["id"] for image in images[1:]} < alice.ids()
    for words in (["transfer", "root"], ["transfer", "root", "alice", "bob"], ["transfer", "root", "nobody"], ["transfer", "alice", "alice"]):
        assert accounts_command(open_server, *words)[0] == 64


def test_open_access_lets_a_request_name_its_account(make_server):
    server = make_server("--access", "open", "--registration", "open")
    named = {"Tintype-Account": "Carol", "Content-Type": "image/jpeg"}
    assert server.post("/upload/", data=fixtures.jpeg(1), headers=named).json()["owner"] == "Carol"
    assert server.post("/upload/", data=fixtures.jpeg(2), headers={**named, "Tintype-Account": "carol"}).json()["owner"] == "Carol"
    assert len(server.get("/api/carol/files").json()["ids"]) == 2
    refused(server.post("/upload/", data=fixtures.jpeg(3), headers={**named, "Tintype-Account": "v1"}), 409, "conflict")
    refused(server.post("/upload/", data=fixtures.jpeg(3), headers={**named, "Tintype-Account": "../x"}), 400, "bad-request")


def test_without_open_access_a_request_cannot_name_its_account(server):
    refused(server.post("/upload/", data=fixtures.jpeg(1), headers={"Tintype-Account": "root"}), 403, "forbidden")


# Registration

def test_the_server_decides_who_may_register(make_server):
    closed = make_server("--registration", "closed")
    admin = add_admin(closed)
    body = {"handle": "dave", "password": PASSWORD}
    refused(closed.post("/v1/accounts", json=body), 403, "forbidden")
    assert admin.post("/v1/accounts", json={**body, "role": "admin", "quota_bytes": 5}).json()["quota_bytes"] == 5
    inviting = make_server("--registration", "invite")
    admin = add_admin(inviting)
    for code in ({}, {"invitation": "tti_wrong"}, {"invitation": None}):
        refused(inviting.post("/v1/accounts", json={**body, **code}), 403, "forbidden")
    code = admin.post("/v1/invitations", json={"days": 1}).json()["code"]
    refused(inviting.post("/v1/accounts", json={**body, "handle": "boss", "invitation": code}), 409, "conflict")
    assert inviting.post("/v1/accounts", json={**body, "invitation": code}).status_code == 201
    refused(inviting.post("/v1/accounts", json={**body, "handle": "erin", "invitation": code}), 403, "forbidden")


def test_nobody_can_make_themselves_an_admin(open_server):
    register(open_server, "alice")
    for wish in ({"role": "admin"}, {"role": "member"}, {"quota_bytes": 10**15}, {"quota_bytes": None}):
        response = open_server.post("/v1/accounts", json={"handle": "mallory", "password": PASSWORD, **wish})
        if wish != {"quota_bytes": None}:
            refused(response, 403, "forbidden")
    alice = log_in(open_server, "alice")
    refused(alice.request("PATCH", "/v1/accounts/alice", json={"role": "admin"}), 403, "forbidden")


@pytest.mark.parametrize("handle", ["v1", "API", "Upload", "healthcheck", "root", "iiif", "download"])
def test_handles_that_routes_need_are_refused(open_server, handle):
    detail = refused(open_server.post("/v1/accounts", json={"handle": handle, "password": PASSWORD}), 409, "conflict")
    assert "reserved" in detail


def test_every_first_part_of_a_route_is_reserved(open_server):
    for path in open_server.get("/v1/openapi.json").json()["paths"]:
        first = path.split("/")[1]
        assert open_server.post("/v1/accounts", json={"handle": first, "password": PASSWORD}).status_code == 409, first


@pytest.mark.parametrize("handle", ["", "-a", "_a", "a b", "a/b", "..", "a" * 40, "é", "a\u0000", "a.b", "%41", "<b>"])
def test_handles_that_cannot_be_in_a_path_are_refused(open_server, handle):
    refused(open_server.post("/v1/accounts", json={"handle": handle, "password": PASSWORD}), 400, "bad-request")


def test_a_handle_is_taken_whatever_its_case(open_server):
    register(open_server, "Alice")
    refused(open_server.post("/v1/accounts", json={"handle": "aLICE", "password": PASSWORD}), 409, "conflict")
    assert log_in(open_server, "ALICE").get("/v1/sessions/current").json()["account"]["handle"] == "Alice"


def test_one_of_many_concurrent_registrations_of_a_handle_succeeds(open_server):
    register(open_server, "bob")

    def attempt(_):
        return open_server.post("/v1/accounts", json={"handle": "alice", "password": PASSWORD}).status_code
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(attempt, range(8))) == [201] + [409] * 7


@pytest.mark.parametrize("password", ["", "short", "x" * 1025, "é" * 513])
def test_passwords_too_short_or_too_long_are_refused(open_server, password):
    refused(open_server.post("/v1/accounts", json={"handle": "alice", "password": password}), 400, "bad-request")


@pytest.mark.parametrize("password", ["pass word", "\u0000\u0001nul bytes", "🐎🔋📎🙂", "x" * 1024, "ﬀ é ä ẞ 漢字"])
def test_passwords_may_have_any_characters(open_server, password):
    register(open_server, "alice", password)
    wrong = open_server.post("/v1/sessions", json={"handle": "alice", "password": password[:-1]})
    refused(wrong, 401, "wrong-password")


def test_a_password_of_ten_megabytes_is_refused_at_once(open_server):
    register(open_server, "alice")
    for path, body in (("/v1/accounts", {"handle": "bob"}), ("/v1/sessions", {"handle": "alice"})):
        refused(open_server.post(path, json={**body, "password": "x" * 10_000_000}), 413, "content-too-large")


@pytest.mark.parametrize("body, type", [
    (b"", "malformed-json"), (b"{", "malformed-json"), (b"\xff\xfe", "malformed-json"), (b"[]", "wrong-json-type"),
    (b"null", "wrong-json-type"), (b'{"handle": 1, "password": 2}', "wrong-json-type"),
    (b'{"handle": "alice"}', "missing-member")])
def test_bodies_that_are_not_logins_are_bad_requests(open_server, body, type):
    for path in ("/v1/accounts", "/v1/sessions"):
        refused(open_server.post(path, data=body), 400, type)


# Sessions

def test_a_wrong_password_and_an_unknown_account_are_answered_alike(open_server):
    register(open_server, "alice")
    admin = add_admin(open_server)
    register(open_server, "bob")
    admin.request("PATCH", "/v1/accounts/bob", json={"disabled": True})
    answers = {
        open_server.post("/v1/sessions", json={"handle": handle, "password": password}).text
        for handle, password in (("alice", "wrong password"), ("nobody", PASSWORD), ("bob", PASSWORD), ("not a handle", PASSWORD))}
    assert len(answers) == 1 and "handle or the password" in answers.pop()


def test_a_session_is_refreshed_and_ended(open_server):
    register(open_server, "alice")
    login = open_server.post("/v1/sessions", json={"handle": "alice", "password": PASSWORD}).json()
    assert set(login) == {"token", "refresh_token", "token_type", "expires_at", "account"}
    open_server.session.cookies.clear()
    second = open_server.post("/v1/sessions/refresh", json={"refresh_token": login["refresh_token"]}).json()
    assert second["refresh_token"] != login["refresh_token"]
    open_server.session.cookies.clear()
    alice = Person(open_server, "alice", second["token"])
    assert alice.get("/v1/sessions/current").json()["proof"] == "session"
    assert alice.delete("/v1/sessions/current").status_code == 204
    for token in (login["token"], second["token"]):
        refused(Person(open_server, "alice", token).get("/v1/images"), 401, "unauthorized")
    for token in (login["refresh_token"], second["refresh_token"], "ttr_x", "x", ""):
        refused(open_server.post("/v1/sessions/refresh", json={"refresh_token": token}), 401, "unauthorized")


def signed(header, claims, key):
    def encode(value):
        return base64.urlsafe_b64encode(json.dumps(value, separators=(",", ":")).encode()).rstrip(b"=")
    text = encode(header) + b"." + encode(claims)
    signature = hmac.new(key, text, hashlib.sha256).digest() if key is not None else b""
    return (text + b"." + base64.urlsafe_b64encode(signature).rstrip(b"=")).decode()


def test_forged_tokens_are_refused(open_server):
    alice = register(open_server, "alice")
    header, claims, _ = (json.loads(base64.urlsafe_b64decode(part + "==") if index < 2 else "0")
                         for index, part in enumerate(alice.token.split(".")))
    assert header["alg"] == "HS256"
    stored = json.loads((open_server.data / "keys/sessions.json").read_text())[-1]
    key = base64.urlsafe_b64decode(stored["secret"] + "==")
    now = int(time.time())

    def status(header, claims, key):
        return Person(open_server, token=signed(header, claims, key)).get("/v1/sessions/current").status_code

    assert status(header, claims, key) == 200, "signed as the server does it"
    forged = {
        "no algorithm": ({**header, "alg": "none"}, claims, None), "no signature": (header, claims, None),
        "odd case": ({**header, "alg": "NONE"}, claims, None), "other algorithm": ({**header, "alg": "HS512"}, claims, key),
        "wrong key": (header, claims, b"x" * 32), "other key id": ({**header, "kid": "other"}, claims, key),
        "no key id": ({"alg": "HS256"}, claims, key), "other issuer": (header, {**claims, "iss": "other"}, key),
        "expired": (header, {**claims, "exp": now - 1}, key), "from the future": (header, {**claims, "iat": now + 3600}, key),
        "other account": (header, {**claims, "sub": "00000000-0000-0000-0000-000000000001"}, key),
        "other session": (header, {**claims, "sid": claims["sub"]}, key), "critical extension": ({**header, "crit": ["exp"]}, claims, key), "another member": ({**header, "typ": "JWT"}, claims, key),
        "no claims": (header, {}, key), "a list": (header, [], key)}
    assert {name: status(*parts) for name, parts in forged.items()} == dict.fromkeys(forged, 401)
    for text in ("", "x", "..", "a.b.c", alice.token + "x", alice.token[:-1], alice.token.replace(".", "."*2), "tt_" + "A" * 43, "\u00e9"):
        response = open_server.get("/v1/images", headers={"Authorization": f"Bearer {text}".encode()})
        assert response.status_code == 401, text
    assert open_server.get("/v1/images", headers={"Authorization": "Basic YTpi"}).status_code == 401


def test_only_the_server_can_read_the_keys(open_server):
    folder, file = open_server.data / "keys", open_server.data / "keys/sessions.json"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700 and stat.S_IMODE(file.stat().st_mode) == 0o600


def test_sessions_outlive_a_restart_and_an_old_key_is_replaced(open_server):
    alice = register(open_server, "alice")
    open_server.stop()
    path = open_server.data / "keys/sessions.json"
    keys = json.loads(path.read_text())
    keys[0]["created"] -= 40 * 86_400 * 1_000_000
    path.write_text(json.dumps(keys))
    open_server.start()
    assert alice.get("/v1/sessions/current").json()["account"]["handle"] == "alice"
    renewed = json.loads(path.read_text())
    assert len(renewed) == 2 and renewed[0]["id"] == keys[0]["id"]
    header = json.loads(base64.urlsafe_b64decode(log_in(open_server, "alice").token.split(".")[0] + "=="))
    assert header["kid"] == renewed[1]["id"]


def test_a_malformed_key_file_prevents_the_start(open_server):
    open_server.stop()
    (open_server.data / "keys/sessions.json").write_text("[{}]")
    with pytest.raises(RuntimeError, match="remove it"):
        open_server.start()
    (open_server.data / "keys/sessions.json").unlink()
    open_server.start()


def test_guessing_is_slowed_down_for_known_and_unknown_accounts_alike(open_server):
    register(open_server, "alice")
    for handle in ("alice", "nobody"):
        statuses = [open_server.post("/v1/sessions", json={"handle": handle, "password": "a wrong guess"}) for _ in range(8)]
        assert [response.status_code for response in statuses] == [401] * 6 + [429] * 2
        assert 1 <= int(statuses[-1].headers["Retry-After"]) <= 60
    # The right password has to wait too, but other accounts do not.
    assert open_server.post("/v1/sessions", json={"handle": "ALICE", "password": PASSWORD}).status_code == 429
    register(open_server, "bob")


def test_behind_a_proxy_each_client_is_counted_separately(make_server):
    server = make_server("--trusted-proxies", "127.0.0.1", "--derive", "never")
    register(server, "alice")

    def status(client, password="a wrong guess"):
        return server.post(
            "/v1/sessions", json={"handle": "alice", "password": password}, headers={"X-Forwarded-For": client}).status_code
    # The content of the field before the proxy's addition makes no difference.
    assert [status(f"198.51.100.{number}, 203.0.113.7") for number in range(7)] == [401] * 6 + [429]
    assert status("203.0.113.8", PASSWORD) == 201


def test_concurrent_guesses_do_not_bypass_the_limit(open_server):
    register(open_server, "alice")
    def guess(number):
        return open_server.post("/v1/sessions", json={"handle": "alice", "password": f"guess number {number}"}).status_code
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        statuses = list(pool.map(guess, range(16)))
    assert statuses.count(401) == 6 and statuses.count(429) == 10


# Cookies

def test_a_browser_keeps_its_session_in_cookies_that_scripts_cannot_read(make_server):
    open_server = make_server("--trusted-proxies", "127.0.0.1", "--derive", "never")
    register(open_server, "alice")
    response = open_server.post("/v1/sessions", json={"handle": "alice", "password": PASSWORD}, headers={"X-Forwarded-Proto": "https"})
    cookies = response.raw.headers.getlist("Set-Cookie")
    assert len(cookies) == 3
    for cookie in cookies:
        assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Secure" in cookie
    assert any("Path=/v1/sessions;" in cookie for cookie in cookies)
    open_server.session.cookies.clear()
    plain = open_server.post("/v1/sessions", json={"handle": "alice", "password": PASSWORD})
    assert "Secure" not in plain.headers["Set-Cookie"]
    # From here on the client has cookies, and no token.
    assert open_server.get("/v1/sessions/current").json()["account"]["handle"] == "alice"
    assert open_server.post("/upload/", data=fixtures.jpeg(1), headers={"Origin": open_server.url, "Content-Type": "image/jpeg"}).status_code == 201
    assert open_server.post("/v1/sessions/refresh").status_code == 200
    assert open_server.request("DELETE", "/v1/sessions/current", headers={"Sec-Fetch-Site": "same-origin"}).status_code == 204
    # What is left tells the server that it knows this browser, and proves nothing.
    assert [cookie.name for cookie in open_server.session.cookies] == ["tintype_device"]
    assert open_server.get("/v1/sessions/current").json()["account"] is None


@pytest.mark.parametrize("headers", [
    {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"},
    {"Origin": "http://127.0.0.1:1"}, {"Origin": "garbage"}], ids=str)
def test_pages_of_other_sites_cannot_change_anything(open_server, headers):
    as_root = open_server.post("/upload/", data=fixtures.jpeg(1), headers=headers)
    refused(as_root, 403, "foreign-origin")
    alice = register(open_server, "alice")
    open_server.post("/v1/sessions", json={"handle": "alice", "password": PASSWORD})
    refused(open_server.post("/upload/", data=fixtures.jpeg(1), headers=headers), 403, "foreign-origin")
    open_server.session.cookies.clear()
    # Browsers do not send tokens by themselves.
    assert alice.post("/upload/", data=fixtures.jpeg(1), headers={**headers, "Content-Type": "image/jpeg"}).status_code == 201


def test_a_stale_cookie_counts_as_no_cookie(open_server):
    register(open_server, "alice")
    assert open_server.get("/v1/images", cookies={"tintype_session": "stale"}).status_code == 200
    assert open_server.post("/upload/", data=b"x", cookies={"tintype_session": "stale"}).status_code == 401


# Tokens

def test_a_token_is_shown_once_and_is_limited_to_its_scopes(open_server):
    alice = register(open_server, "alice")
    made = alice.post("/v1/tokens", json={"name": " backup ", "scopes": ["write", "read"]}).json()
    assert made["token"].startswith("tt_") and made["name"] == "backup" and made["scopes"] == ["read", "write"]
    listed = alice.get("/v1/tokens").json()["tokens"]
    assert [token["id"] for token in listed] == [made["id"]] and "token" not in listed[0] and listed[0]["date_used"] is None
    token = Person(open_server, "alice", made["token"])
    token.upload(fixtures.jpeg(1))
    assert alice.get("/v1/tokens").json()["tokens"][0]["date_used"] is not None
    refused(token.get("/v1/tokens"), 403, "insufficient-scope")
    refused(token.post("/v1/tokens", json={"name": "more", "scopes": ["admin"]}), 403, "forbidden")
    assert made["token"] not in (open_server.data / "catalog.sqlite").read_bytes().decode("latin-1")
    assert token.delete(f"/v1/tokens/{made['id']}").status_code == 204
    refused(token.get("/v1/images"), 401, "unauthorized")


def test_an_admins_token_is_an_admin_only_with_that_scope(open_server):
    alice, admin = register(open_server, "alice"), add_admin(open_server)
    image = alice.upload(fixtures.jpeg(1))
    assert admin.make_token("read", "admin").get(f"/v1/images/{image['id']}").status_code == 200
    assert admin.make_token("read", "write").get(f"/v1/images/{image['id']}").status_code == 404
    refused(admin.make_token("write").get("/v1/images"), 403, "insufficient-scope")


@pytest.mark.parametrize("body", [
    {"name": ""}, {"name": "x" * 101}, {"name": "x", "scopes": []}, {"name": "x", "scopes": ["all"]},
    {"name": "x", "expires_at": "2020-01-01T00:00:00Z"}, {"name": "x", "expires_at": "soon"}, {}])
def test_malformed_token_requests_are_refused(open_server, body):
    alice = register(open_server, "alice")
    assert alice.post("/v1/tokens", json=body).status_code == 400


# Quotas

def test_a_quota_limits_the_size_of_an_accounts_originals(make_server):
    data = [fixtures.jpeg(seed, 400, 300) for seed in range(4)]
    quota = len(data[0]) + len(data[1]) + 10
    server = make_server("--quota", quota, "--derive", "never", "--registration", "open")
    alice = register(server, "alice")
    first = alice.upload(data[0])
    alice.upload(data[1])
    left = quota - len(data[0]) - len(data[1])
    # Refused at once if the request states more than the account may ever have, and at the end if it may be a duplicate.
    for body in (data[2], iter([data[2][:1000], data[2][1000:]]), fixtures.jpeg(9, 1600, 1200)):
        response = alice.post("/upload/", data=body, headers={"Content-Type": "image/jpeg"})
        assert str(left) in refused(response, 507, "quota-exceeded") and response.json()["bytes_left"] == left
    form = alice.post("/upload/", files={"file": ("a.jpg", data[2])})
    assert form.status_code == 507 and form.json()["images"][0]["type"] == "/problems/quota-exceeded"
    server.wait_until(lambda: not server.staged())
    assert len(server.kept()) == 2
    # Duplicates cost nothing, deletions free space, and other accounts are not affected.
    assert alice.upload(data[0], expected=200)["duplicate"]
    assert alice.delete(f"/v1/images/{first['id']}?permanent=true").status_code == 204
    alice.upload(data[2])
    register(server, "bob").upload(data[3])
    account = alice.get("/v1/accounts/alice").json()
    assert account["bytes_used"] == len(data[1]) + len(data[2]) and account["image_count"] == 2
    admin = add_admin(server)
    assert admin.request("PATCH", "/v1/accounts/alice", json={"quota_bytes": None}).json()["quota_bytes"] is None
    alice.upload(data[0])


def test_concurrent_uploads_do_not_exceed_a_quota(make_server):
    data = [fixtures.jpeg(seed, 300, 200) for seed in range(12)]
    server = make_server("--quota", sum(map(len, data[:5])), "--derive", "never")
    alice = register(server, "alice")
    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        statuses = list(pool.map(
            lambda one: alice.post("/upload/", data=one, headers={"Content-Type": "image/jpeg"}).status_code, data))
    account = alice.get("/v1/accounts/alice").json()
    assert set(statuses) == {201, 507} and account["bytes_used"] <= account["quota_bytes"]
    assert account["bytes_used"] == sum(image["bytes"] for image in alice.get("/v1/images").json()["images"])


# Changes

def test_another_password_ends_sessions_and_tokens(open_server):
    alice = register(open_server, "alice")
    token = alice.make_token("read")
    path, new = "/v1/accounts/alice/password", "quite another password"
    refused(alice.request("PUT", path, json={"password": new}), 403, "forbidden")
    refused(alice.request("PUT", path, json={"current": "wrong", "password": new}), 401, "wrong-password")
    assert alice.request("PUT", path, json={"current": PASSWORD, "password": new}).status_code == 204
    for person in (alice, token):
        refused(person.get("/v1/images"), 401, "unauthorized")
    log_in(open_server, "alice", new)


def test_the_current_password_cannot_be_guessed_with_a_stolen_session(open_server):
    alice = register(open_server, "alice")
    def attempt(number):
        body = {"current": f"guess number {number}", "password": "the thief's password"}
        return alice.request("PUT", "/v1/accounts/alice/password", json=body).status_code
    assert [attempt(number) for number in range(8)] == [401] * 6 + [429] * 2
    log_in_later = open_server.post("/v1/sessions", json={"handle": "alice", "password": PASSWORD})
    refused(log_in_later, 429, "too-many-requests")


def test_disabling_an_account_takes_effect_at_once(open_server):
    alice, admin = register(open_server, "alice"), add_admin(open_server)
    token = alice.make_token("read")
    login = open_server.post("/v1/sessions", json={"handle": "alice", "password": PASSWORD}).json()
    open_server.session.cookies.clear()
    assert admin.request("PATCH", "/v1/accounts/alice", json={"disabled": True}).json()["disabled"] is True
    for person in (alice, token):
        refused(person.get("/v1/images"), 401, "unauthorized")
    refused(open_server.post("/v1/sessions/refresh", json={"refresh_token": login["refresh_token"]}), 401, "unauthorized")
    admin.request("PATCH", "/v1/accounts/alice", json={"disabled": False})
    log_in(open_server, "alice")
    refused(admin.request("PATCH", "/v1/accounts/root", json={"disabled": True}), 409, "conflict")
    refused(admin.request("PATCH", "/v1/accounts/nobody", json={"disabled": True}), 404, "not-found")


def test_removing_an_account_requires_a_decision_about_its_images(open_server):
    alice, bob, admin = register(open_server, "alice"), register(open_server, "bob"), add_admin(open_server)
    shared, own = fixtures.jpeg(1), fixtures.jpeg(2)
    mine = [alice.upload(shared), alice.upload(own)]
    theirs = bob.upload(shared)
    for query, status in (("", 400), ("?images=keep", 400), ("?images=transfer", 400), ("?images=delete&to=bob", 400),
                          ("?images=transfer&to=nobody", 404), ("?images=transfer&to=alice", 409)):
        response = admin.delete("/v1/accounts/alice" + query)
        assert response.status_code == status, (query, response.text)
    refused(alice.delete("/v1/accounts/alice?images=transfer&to=bob"), 403, "forbidden")
    refused(admin.delete("/v1/accounts/root?images=delete"), 409, "conflict")
    assert alice.get("/v1/sessions/current").status_code == 200
    assert alice.delete("/v1/accounts/alice?images=delete").json() == {
        "handle": "alice", "images_deleted": 2, "images_transferred": 0}
    refused(alice.get("/v1/images"), 401, "unauthorized")
    for image in mine:
        assert admin.get(f"/v1/images/{image['id']}").status_code == 404
    assert bob.get(theirs["links"]["original"]).content == shared
    assert set(open_server.kept()) == {theirs["digest"]}
    # The handle is free again, and the account that has it now is a new one.
    assert register(open_server, "alice").ids() == set()
    assert open_server.check("--deep")[0] == 0


def test_an_upload_that_ends_after_its_account_is_refused_and_leaves_nothing(open_server):
    alice, admin = register(open_server, "alice"), add_admin(open_server)
    data = fixtures.jpeg(1, 800, 600)

    def body():
        yield data[:20_000]
        open_server.wait_until(open_server.staged)
        assert requests.delete(
            f"{open_server.url}/v1/accounts/alice?images=delete", headers=admin.headers, timeout=30).status_code == 200
        yield data[20_000:]

    refused(alice.post("/upload/", data=body(), headers={"Content-Type": "image/jpeg"}), 401, "unauthorized")
    open_server.wait_until(lambda: not open_server.staged())
    assert not open_server.kept()


def test_images_can_be_transferred_to_another_account(open_server):
    alice, bob, admin = register(open_server, "alice"), register(open_server, "bob"), add_admin(open_server)
    shared, own = fixtures.jpeg(1), fixtures.jpeg(2)
    alice.upload(shared)
    image = alice.upload(own, title="heirloom")
    assert alice.get(image["links"]["thumbnail"]).status_code == 200
    bob.upload(shared)
    assert admin.delete("/v1/accounts/alice?images=transfer&to=BOB").json() == {
        "handle": "alice", "images_deleted": 1, "images_transferred": 1}
    assert bob.get(f"/v1/images/{image['id']}").json()["owner"] == "bob"
    assert bob.get(image["links"]["thumbnail"]).status_code == 200
    account = bob.get("/v1/accounts/bob").json()
    assert account["image_count"] == 2 and account["bytes_used"] == len(shared) + len(own)


# The command line

def test_the_command_line_manages_accounts(open_server):
    assert accounts_command(open_server, "add", "alice", "--quota", "1MiB")[1].strip() == "alice can log in now."
    alice = log_in(open_server, "alice")
    assert alice.get("/v1/accounts/alice").json()["quota_bytes"] == 1 << 20
    status, text = accounts_command(open_server, "list")
    assert status == 0 and any(line.startswith("alice\tmember\tactive") for line in text.splitlines())
    listed = [json.loads(line) for line in accounts_command(open_server, "list", "--json")[1].splitlines()]
    assert [account["handle"] for account in listed] == ["alice", "root"]
    assert accounts_command(open_server, "change", "alice", "--role", "admin", "--quota", "none")[0] == 0
    # Another process has changed it, which the next request sees.
    assert alice.get("/v1/accounts").status_code == 200
    assert accounts_command(open_server, "password", "alice", password="the new password")[0] == 0
    assert alice.get("/v1/images").status_code == 401
    alice = log_in(open_server, "alice", "the new password")
    assert alice.get("/v1/images").status_code == 200
    assert accounts_command(open_server, "disable", "alice")[0] == 0
    assert alice.get("/v1/images").status_code == 401
    assert accounts_command(open_server, "enable", "alice")[0] == 0
    log_in(open_server, "alice", "the new password")


@pytest.mark.parametrize("words, expected", [
    ("", 64), ("add", 64), ("list alice", 64), ("fly alice", 64), ("add v1", 64), ("add a+b", 64), ("add alice bob", 64),
    ("disable nobody", 64), ("disable root", 64), ("add alice --role king", 64), ("add alice --quota much", 64)])
def test_the_command_line_reports_errors(open_server, words, expected):
    # A plus means a space within a word.
    status, text = accounts_command(open_server, *(word.replace("+", " ") for word in words.split()))
    assert status == expected and text.startswith("tintype: ") and text.count("\n") == 1


def asked(open_server, *words):
    """Starts the command with its own terminal, and waits for its prompt; returns the process, the terminal and the output."""
    terminal, other_end = pty.openpty()
    process = subprocess.Popen(
        [str(BINARY), *words, "--data", str(open_server.data)], stdin=other_end, stdout=other_end, stderr=other_end)
    os.close(other_end)
    shown = b""
    while not shown.endswith(b": "):
        shown += os.read(terminal, 1000)
    return process, terminal, shown


def test_a_password_prompt_does_not_show_the_password_and_accepts_input_at_once(open_server):
    process, terminal, shown = asked(open_server, "accounts", "add", "alice")
    os.write(terminal, f"{PASSWORD}\n".encode())
    assert process.wait(60) == 0
    shown += os.read(terminal, 1000)
    os.close(terminal)
    assert b"Password of alice" in shown and PASSWORD.encode() not in shown
    log_in(open_server, "alice")


def test_an_interrupt_at_the_prompt_ends_the_command_and_restores_the_echo(open_server):
    process, terminal, _ = asked(open_server, "accounts", "add", "alice")
    assert not termios.tcgetattr(terminal)[3] & termios.ECHO
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 128 + signal.SIGINT
    assert termios.tcgetattr(terminal)[3] & termios.ECHO
    os.close(terminal)


# Open or closed

@pytest.mark.parametrize("options", [["--access", "open"], ["--access", "accounts"]], ids=" ".join)
def test_beyond_loopback_access_must_be_given(make_server, options):
    server = make_server("--host", "0.0.0.0", *options)
    assert server.get("/v1/images").status_code == 200
    status = server.post("/upload/", data=fixtures.jpeg(1), headers={"Content-Type": "image/jpeg"}).status_code
    assert status == (201 if options[1] == "open" else 401)


def test_beyond_loopback_nobody_acts_as_root(make_server):
    address = subprocess.run(["hostname", "-I"], capture_output=True, text=True).stdout.split()
    if not address:
        pytest.skip("this machine has no address but loopback")
    server = make_server("--host", "0.0.0.0")
    server.url = f"http://{address[0]}:{server.port}" if ":" not in address[0] else server.url
    refused(server.post("/upload/", data=fixtures.jpeg(1)), 401, "unauthorized")
    refused(server.post("/v1/accounts", json={"handle": "bob", "password": PASSWORD}), 403, "forbidden")
    register(server, "alice")
    refused(server.post("/v1/accounts", json={"handle": "bob", "password": PASSWORD}), 403, "forbidden")


def test_secrets_are_not_logged(open_server):
    alice = register(open_server, "alice")
    token = alice.make_token("read")
    token.get("/v1/images")
    open_server.get(f"/v1/images?cursor={token.token}")
    open_server.stop()
    log = open_server.log_text()
    assert PASSWORD not in log and alice.token not in log and token.token not in log
