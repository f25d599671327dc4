"""`tintype list`, `delete` and `verify`, and what all commands of the client have in common."""
import json
import re
import ssl
import subprocess

import pytest

import fixtures
from scripted_server import ScriptedServer, problem
from tintype_client import Client
from tintype_server import BINARY


@pytest.fixture
def client(server, tmp_path):
    return Client(tmp_path / "home", server.url)


@pytest.fixture
def records(server):
    """Three images."""
    return [server.upload(fixtures.jpeg(index, 32, 32), f"{title}.jpg", fields={"title": title, "tags": tags})[1]
            for index, (title, tags) in enumerate([("Blue lake", "summer,2021"), ("Blue hill", "winter"), ("Rød\u202e \x1b[2J", "summer")])]


def test_a_list_has_id_date_size_and_title(client, records):
    done = client.run("list")
    lines = done.output.decode().splitlines()
    assert done.status == 0 and [line.split()[0] for line in lines] == [record["id"] for record in reversed(records)]
    assert lines[2].endswith("Blue lake") and records[0]["date_added"][:10] in lines[2] and " kB  " in lines[2]
    assert "\x1b" not in done.text and "\u202e" not in done.text


def test_json_lines_are_the_records(server, client, records):
    for record in records:
        server.wait_until_ready(record["id"])  # A job that ends changes the state in both outputs.
    done = client.json("list")
    assert {line["id"]: line for line in done.lines} == {record["id"]: server.record(record["id"]) for record in records}


@pytest.mark.parametrize("arguments, wanted", [
    (["--keywords", "blue lake"], [0]), (["--keyword", "blue"], [1, 0]), (["--tag", "summer"], [2, 0]),
    (["--tag", "summer", "--tag", "2021"], [0]), (["--limit", "2"], [2, 1]), (["--limit", "0"], []), (["--keyword", "sea"], []),
])
def test_a_list_accepts_criteria(client, records, arguments, wanted):
    done = client.json("list", *arguments)
    assert done.status == 0 and [line["id"] for line in done.lines] == [records[index]["id"] for index in wanted]


def test_a_list_of_one_owner(client, records):
    done = client.json("list", "--user", "root")
    assert done.status == 0 and len(done.lines) == 3


def test_all_pages_of_a_long_list_are_read(server, client, tmp_path):
    folder = tmp_path / "many"
    folder.mkdir()
    for index in range(620):
        (folder / f"{index}.jpg").write_bytes(fixtures.jpeg(index, 16, 16))
    assert client.json("upload", folder, "--concurrency", "8").counts() == {"sent": 620}
    ids = [line["id"] for line in client.json("list").lines]
    assert len(ids) == 620 == len(set(ids))
    assert [line["id"] for line in client.json("list", "--limit", "505").lines] == ids[:505]
    # The reader of the output may close it early.
    done = subprocess.run(f"{BINARY} list | head -1", shell=True, capture_output=True, text=True, env=client.environment, timeout=30)
    assert done.stdout.split()[0] == ids[0] and not done.stderr
    deleted = client.json("delete", "--keyword", "1", "--yes")
    assert deleted.status == 0 and deleted.counts() == {"deleted": 1}


def test_images_are_deleted_by_id(client, records):
    done = client.json("delete", records[0]["id"], records[1]["id"])
    assert done.status == 0 and done.counts() == {"deleted": 2}
    assert [line["id"] for line in client.json("list").lines] == [records[2]["id"]]
    again = client.json("delete", records[0]["id"], records[2]["id"])
    assert again.status == 1 and again.counts() == {"deleted": 1, "refused": 1} and "no such image" in again.files[0]["reason"]


def test_deleting_by_criteria_asks_for_confirmation(client, records):
    refused = client.run("delete", "--tag", "summer")
    assert refused.status == 64 and "--yes" in refused.text and len(client.json("list").lines) == 3
    assert client.json("delete", "--tag", "summer", "--yes").counts() == {"deleted": 2}
    assert [line["title"] for line in client.json("list").lines] == ["Blue hill"]


@pytest.mark.parametrize("command, arguments, says", [
    ("delete", [], "say which"), ("delete", ["--yes"], "say which"), ("delete", ["x"], "is not an id"),
    ("delete", ["--tag", "x", "01a1fd85-c74e-72a9-949d-d75e0d3ea84e"], "either"),
    ("list", ["extra"], "extra"), ("list", ["--limit", "-1"], "--limit"), ("verify", [], "name what"),
])
def test_invalid_arguments_are_refused_with_a_reason(client, command, arguments, says):
    done = client.run(command, *arguments)
    assert done.status == 64 and says in done.text


def test_verify_reports_images_that_are_not_on_the_server(server, client, tmp_path):
    folder = tmp_path / "photos"
    folder.mkdir()
    for index in range(4):
        (folder / f"{index}.jpg").write_bytes(fixtures.jpeg(index, 32, 32))
    (folder / "notes.txt").write_text("no image")
    client.json("upload", folder)
    assert client.run("verify", folder).status == 0
    (folder / "new\nname.jpg").write_bytes(fixtures.jpeg(9, 32, 32))
    done = client.run("verify", folder)
    assert done.status == 1 and [line for line in done.output.decode().splitlines() if line.startswith("missing")] == [
        f"missing  {folder}/new\\nname.jpg"]
    told = client.json("verify", folder)
    assert told.status == 1 and told.counts() == {"there": 4, "missing": 1, "skipped": 1}
    assert len(server.all_images()) == 4


@pytest.mark.parametrize("command", [["list"], ["delete", "01a1fd85-c74e-72a9-949d-d75e0d3ea84e"], ["download", "--all"], ["verify", "."]])
def test_every_command_reports_an_unreachable_or_refusing_server(tmp_path, command):
    (tmp_path / "photo.jpg").write_bytes(fixtures.jpeg(1, 32, 32))
    done = Client(tmp_path / "home", "http://127.0.0.1:1").run(*command, "--retry-timeout", "0", cwd=tmp_path)
    assert done.status == 69 and "cannot be reached" in done.text
    with ScriptedServer(lambda request: problem(401, "Log in.")) as scripted:
        done = Client(tmp_path / "home", scripted.url).run(*command, cwd=tmp_path)
        assert done.status == 77 and "Log in" in done.text


def test_digests_are_queried_in_bulk(server, records):
    known = [record["digest"] for record in records]
    unknown = ["ab" * 32, "cd" * 32]
    answer = server.post("/v1/images/digests", json={"digests": known + unknown + known})
    assert answer.status_code == 200
    assert answer.json() == {"known": {record["digest"]: record["id"] for record in records}}
    assert server.post("/v1/images/digests", json={"digests": []}).json() == {"known": {}}
    assert server.post("/v1/images/digests", json={"digests": [digest.upper() for digest in known]}).json() == answer.json()
    # An image whose original was removed must be sent again.
    server.wait_until_ready(records[0]["id"])
    assert server.request("DELETE", f"/v1/images/{records[0]['id']}/original").status_code == 204
    assert records[0]["digest"] not in server.post("/v1/images/digests", json={"digests": known}).json()["known"]


@pytest.mark.parametrize("body, says", [
    (b"", "not valid JSON"), (b"[]", "must be an object"), (b"{}", "lacks"), (b'{"digests": "x"}', "must be an array"),
    (b'{"digests": ["abc"]}', "64 hexadecimal digits"), (b'{"digests": [null]}', "null"), (b'{"digests": [], "more": 1}', "no member 'more'"),
    (json.dumps({"digests": ["ab" * 32] * 1001}).encode(), "at most 1000"),
])
def test_malformed_digest_queries_are_refused(server, body, says):
    answer = server.post("/v1/images/digests", data=body)
    assert answer.status_code == 400 and says in answer.json()["detail"], answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_digest_query_that_is_too_long_is_refused(server):
    assert server.post("/v1/images/digests", data=b'{"digests": [' + b" " * 300_000 + b"]}").status_code == 413
    assert server.post("/v1/images/digests?x=1", json={"digests": []}).status_code == 400
    assert server.get("/v1/images/digests").status_code == 405


@pytest.mark.parametrize("command", ["upload", "list", "download", "delete", "verify", "login", "logout"])
def test_the_help_text_has_every_option_with_its_variable(client, command):
    done = client.run(command, "--help")
    text = done.output.decode()
    options = re.findall(r"^  --([a-z-]+)", text, re.M)
    assert done.status == 0 and not done.errors and {"server", "retry-timeout", "help"} <= set(options)
    assert len(options) == len(set(options)) and "token" not in options
    for option in options:
        assert option == "help" or "TINTYPE_" + option.upper().replace("-", "_") + ")" in text


@pytest.mark.skipif(not fixtures.has("openssl"), reason="certificates are made by openssl's command line")
def test_a_server_with_an_unknown_certificate_is_not_trusted(tmp_path):
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1", "-addext",
         "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with ScriptedServer(lambda request: (200, {}, {"ids": [], "images": [], "next": None}), context) as scripted:
        client = Client(tmp_path / "home", scripted.url)
        done = client.run("list", environment={"TINTYPE_TOKEN": "t0ken"})
        assert done.status == 69 and "cannot be trusted" in done.text and not scripted.requests
        assert client.run("list", "--ca-file", certificate).status == 0 and len(scripted.requests) == 1


def test_proxies_of_the_environment_are_used(tmp_path):
    with ScriptedServer(lambda request: (200, {}, {"ids": [], "images": [], "next": None})) as proxy:
        client = Client(tmp_path / "home", "http://images.example.org")
        assert client.run("list", environment={"http_proxy": proxy.url}).status == 0
        assert proxy.requests[0].path.startswith("http://images.example.org/v1/images")
