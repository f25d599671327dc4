"""Two people with the command-line client and one real server."""
import fixtures
from people import PASSWORD, register
from tintype_client import Client


def test_two_people_upload_list_and_download(make_server, tmp_path):
    server = make_server("--registration", "open", "--derive", "never")
    for handle in ("alice", "bob"):
        register(server, handle)
    alice, bob, stranger = (Client(tmp_path / name, server.url) for name in ("alice", "bob", "stranger"))
    assert alice.run("login", "--user", "alice", input=b"not the password\n").status == 77
    for client, handle in ((alice, "alice"), (bob, "bob")):
        assert client.run("login", "--user", handle, input=f"{PASSWORD}\n".encode()).status == 0
    files = {}
    for number, (name, visibility) in enumerate((("secret", "--private"), ("boat", "--public"))):
        files[name] = tmp_path / f"{name}.jpg"
        files[name].write_bytes(fixtures.jpeg(number, 80, 60))
        assert alice.json("upload", files[name], visibility).counts() == {"sent": 1}

    def titles(client, *words):
        return sorted(line["title"] for line in client.json("list", *words).lines)

    assert titles(alice) == ["boat", "secret"]
    assert titles(bob) == titles(stranger) == titles(bob, "--user", "alice") == ["boat"]
    # The same bytes are bob's own when he sends them: nothing reveals that alice has them.
    assert bob.json("upload", files["secret"]).counts() == {"sent": 1}
    assert bob.json("verify", files["secret"]).counts() == {"there": 1}
    assert bob.json("verify", files["boat"]).counts() == {"missing": 1}
    secret = next(line["id"] for line in alice.json("list").lines if line["title"] == "secret")
    assert bob.json("download", secret, "--to", tmp_path / "stolen").status != 0
    assert alice.json("download", "--all", "--to", tmp_path / "mine").counts() == {"fetched": 2}
    assert stranger.json("upload", files["secret"], "--retry-timeout", "0").status == 77
    assert alice.run("logout").status == 0
    assert titles(alice) == ["boat"]
