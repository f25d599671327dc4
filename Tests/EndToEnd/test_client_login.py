"""`tintype login` and `logout` with a scripted server, which answers as the API specifies."""
import concurrent.futures
import json
import os
import pty
import signal
import stat
import termios

import pytest

from scripted_server import ScriptedServer, problem
from tintype_client import Client


class Accounts:
    """Sessions and tokens, as the API specifies them."""

    def __init__(self):
        self.tokens, self.sessions, self.count = {}, set(), 0

    def __call__(self, request):
        bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if (request.method, request.path) == ("POST", "/v1/sessions"):
            if request.json != {"handle": "ida", "password": "correct horse"}:
                return problem(401, "Handle or password are wrong.")
            self.count += 1
            self.sessions.add(f"session{self.count}")
            return 201, {}, {"token": f"session{self.count}", "refresh_token": "r", "expires_at": "2027-01-01T00:00:00Z",
                             "account": {"handle": "ida", "role": "member"}}
        if (request.method, request.path) == ("POST", "/v1/tokens"):
            if bearer not in self.sessions:
                return problem(401, "Log in.")
            self.count += 1
            self.tokens[f"id{self.count}"] = f"token{self.count}"
            return 201, {}, {"id": f"id{self.count}", "token": f"token{self.count}", "expires_at": None, **request.json}
        if request.method == "DELETE" and request.path.startswith("/v1/tokens/"):
            if bearer not in self.sessions and bearer not in self.tokens.values():
                return problem(401, "Log in.")
            found = self.tokens.pop(request.path.rsplit("/", 1)[1], None)
            return (204, {}, b"") if found else problem(404, "There is no such token.")
        if (request.method, request.path) == ("DELETE", "/v1/sessions/current"):
            self.sessions.discard(bearer)
            return 204, {}, b""
        if request.path.startswith("/v1/images"):
            if bearer not in self.tokens.values():
                return problem(401, "Log in.")
            return 200, {}, {"ids": [], "images": [], "next": None}
        return problem(404, "Nothing.")


@pytest.fixture
def accounts():
    return Accounts()


@pytest.fixture
def scripted(accounts):
    with ScriptedServer(accounts) as server:
        yield server


@pytest.fixture
def client(scripted, tmp_path):
    return Client(tmp_path / "home", scripted.url)


def credentials(client):
    return client.home / ".config/tintype/credentials.json"


def log_in(client, password=b"correct horse\n", **keywords):
    return client.run("login", "--user", "ida", input=password, **keywords)


def test_a_login_stores_a_token_and_ends_its_session(client, accounts, scripted):
    done = log_in(client)
    assert done.status == 0 and "logged in" in done.text and "ida" in done.text
    kept = json.loads(credentials(client).read_text())
    assert kept == {scripted.url: {"account": "ida", "id": "id2", "token": "token2"}}
    assert stat.S_IMODE(credentials(client).stat().st_mode) == 0o600
    assert stat.S_IMODE(credentials(client).parent.stat().st_mode) == 0o700
    assert accounts.tokens == {"id2": "token2"} and not accounts.sessions
    [asked] = scripted.asked("POST", "/v1/tokens")
    assert asked.json == {"name": f"tintype on {os.uname().nodename}", "scopes": ["read", "write"]}
    assert client.run("list").status == 0
    assert scripted.requests[-1].headers["Authorization"] == "Bearer token2"
    assert "correct horse" not in done.text and "token2" not in done.text
    assert [path.name for path in credentials(client).parent.iterdir()] == ["credentials.json"]


def test_a_second_login_ends_the_token_of_the_first(client, accounts):
    log_in(client)
    log_in(client)
    assert len(accounts.tokens) == 1
    [entry] = json.loads(credentials(client).read_text()).values()
    assert accounts.tokens == {entry["id"]: entry["token"]}


def test_logins_of_other_servers_are_kept(client, accounts, tmp_path):
    log_in(client)
    with ScriptedServer(Accounts()) as other:
        second = Client(tmp_path / "home", other.url)
        log_in(second)
        assert len(json.loads(credentials(client).read_text())) == 2
        assert second.run("logout").status == 0
    assert client.run("list").status == 0


def test_a_logout_ends_the_token_and_removes_it(client, accounts):
    log_in(client)
    done = client.run("logout")
    assert done.status == 0 and "logged out" in done.text and not accounts.tokens
    assert json.loads(credentials(client).read_text()) == {}
    assert client.run("list").status == 77
    assert client.run("logout").status == 0


def test_a_logout_also_removes_a_token_that_the_server_does_not_know(client, accounts):
    log_in(client)
    accounts.tokens.clear()
    assert client.run("logout").status == 0 and json.loads(credentials(client).read_text()) == {}


def test_a_wrong_password_is_refused(client):
    done = log_in(client, b"wrong\n")
    assert done.status == 77 and "are wrong" in done.text and not credentials(client).exists()


@pytest.mark.parametrize("password", [b"", b"\n"])
def test_a_login_without_a_password_fails(client, scripted, password):
    assert log_in(client, password).status == 64 and not scripted.requests


def test_a_login_without_an_account_asks_for_one(client):
    done = client.run("login", input=b"correct horse\n")
    assert done.status == 64 and "--user" in done.text


def test_a_command_that_ends_while_its_threads_start_ends_cleanly(client):
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        ends = list(pool.map(lambda _: client.run("login", input=b"correct horse\n").status, range(90)))
    assert set(ends) == {64}


def test_credentials_that_others_can_read_are_not_used(client, scripted):
    log_in(client)
    credentials(client).chmod(0o644)
    count = len(scripted.requests)
    for command in (["list"], ["logout"]):
        done = client.run(*command)
        assert done.status == 64 and "chmod 600" in done.text
    assert log_in(client).status == 64 and len(scripted.requests) == count


def test_malformed_credentials_are_reported(client):
    log_in(client)
    credentials(client).write_text("{")
    done = client.run("list")
    assert done.status == 64 and "log in again" in done.text


def test_a_login_for_one_account_does_not_act_as_another(client, scripted):
    log_in(client)
    count = len(scripted.requests)
    done = client.run("upload", "--user", "otto", ".")
    assert done.status == 64 and "as ida, not as otto" in done.text and len(scripted.requests) == count
    # Then `list` shows otto's images, but still acts as ida.
    assert client.run("list", "--user", "otto").status == 0
    assert scripted.requests[-1].headers["Authorization"].startswith("Bearer ") and "owner=otto" in scripted.requests[-1].path


def test_a_token_in_the_environment_takes_precedence(client, accounts, scripted):
    log_in(client)
    accounts.tokens["x"] = "other"
    assert client.run("list", environment={"TINTYPE_TOKEN": "other"}).status == 0
    assert scripted.requests[-1].headers["Authorization"] == "Bearer other"


def test_a_folder_that_cannot_be_written_leaves_no_token_behind(client, accounts):
    done = log_in(client, environment={"XDG_CONFIG_HOME": "/proc/nowhere"})
    assert done.status == 1 and not accounts.tokens, done.text


def test_the_client_waits_after_too_many_attempts(tmp_path):
    accounts, count = Accounts(), []

    def answer(request):
        count.append(request)
        return problem(429, "Too many attempts.", **{"Retry-After": "1"}) if len(count) == 1 else accounts(request)

    with ScriptedServer(answer) as server:
        assert log_in(Client(tmp_path / "home", server.url)).status == 0


def test_on_a_terminal_the_password_is_asked_for_and_not_shown(client, accounts):
    ours, theirs = pty.openpty()
    process = client.start("login", "--user", "ida", stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    shown = b""
    while b"Password of ida" not in shown:
        shown += os.read(ours, 1024)
    assert not termios.tcgetattr(ours)[3] & termios.ECHO
    os.write(ours, b"correct horse\n")
    try:
        while piece := os.read(ours, 1024):
            shown += piece
    except OSError:
        pass  # The terminal is closed with its last user.
    assert process.wait(10) == 0 and b"correct horse" not in shown and b"logged in" in shown
    os.close(ours)


def test_a_signal_at_the_prompt_ends_the_program_and_restores_the_echo(client):
    ours, theirs = pty.openpty()
    process = client.start("login", "--user", "ida", stdin=theirs, stdout=theirs, stderr=theirs)
    shown = b""
    while b"Password of ida" not in shown:
        shown += os.read(ours, 1024)
    assert not termios.tcgetattr(theirs)[3] & termios.ECHO
    process.send_signal(signal.SIGINT)
    assert process.wait(10) == 130
    assert termios.tcgetattr(theirs)[3] & termios.ECHO
    os.close(ours)
    os.close(theirs)
