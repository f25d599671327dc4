"""The commands, their options, and what they refuse to do."""
import http.client
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import tempfile
import threading
import time

import pytest
import requests

import fixtures
from tintype_server import BINARY, Server
from wire import Wire, head


def run(*arguments, environment=None, input=None, timeout=30):
    return subprocess.run(
        [str(BINARY), *map(str, arguments)], capture_output=True, text=True, timeout=timeout, input=input,
        env={**os.environ, **(environment or {})}, stdin=subprocess.DEVNULL if input is None else None)


@pytest.fixture
def short_folder():
    """A folder with a path that is short enough for a socket in it."""
    with tempfile.TemporaryDirectory(prefix="tt-") as folder:
        yield pathlib.Path(folder)


def test_the_program_has_help():
    for arguments in (["--help"], ["help"], ["-h"]):
        done = run(*arguments)
        assert done.returncode == 0 and "serve" in done.stdout and "check" in done.stdout
    assert run().returncode == 64
    version = run("--version").stdout
    assert re.fullmatch(
        r"tintype \d+\.\d+\.\d+( \(commit [0-9a-f]{7,40}\))?\nlibvips \d[\d.]+, libmicrohttpd \d[\d.]+, gnutls \d[\d.]+, libcurl \d[\d.]+, "
        r"sqlite \d[\d.]+, openssl \d[\w.]+, libsodium \d[\d.]+\n", version)
    assert run("--help").stdout.endswith("\n\n" + version)


@pytest.mark.parametrize("command", ["serve", "check"])
def test_the_help_text_has_every_option_with_its_variable(command):
    done = run(command, "--help")
    assert done.returncode == 0 and not done.stderr
    options = re.findall(r"^  --([a-z-]+)", done.stdout, re.M)
    assert "data" in options and "help" in options
    for option in options:
        if option != "help":
            assert "TINTYPE_" + option.upper().replace("-", "_") in done.stdout
    text = done.stdout.split("\n")
    for index, line in enumerate(text):
        if line.startswith("  --"):
            assert len(text[index + 1].strip()) > 8, line


@pytest.mark.parametrize("arguments, says", [
    (["dance"], "no command 'dance'"), (["serve", "--colour"], "--colour"), (["serve", "--por", "1"], "did you mean --port"),
    (["serve", "--port"], "needs a value"), (["serve", "--port", "x"], "--port"), (["serve", "--port", "70000"], "--port"),
    (["serve", "extra"], "extra"), (["serve", "--derive", "sometimes"], "--derive"), (["serve", "--max-body", "lots"], "--max-body"),
    (["serve", "--workers", "0"], "--workers"), (["serve", "--log-level", "loud"], "--log-level"), (["check", "--port", "1"], "--port"),
    (["serve", "--access", "secret"], "--access"), (["serve", "--access-log", "maybe"], "--access-log"),
])
def test_invalid_arguments_are_refused_with_a_reason(tmp_path, arguments, says):
    done = run(*arguments[:1], *(["--data", tmp_path / "data"] if arguments[0] != "dance" else []), *arguments[1:])
    assert done.returncode == 64 and says in done.stderr and done.stderr.startswith("tintype: ")
    assert len(done.stderr.splitlines()) == 1


def test_environment_variables_set_options(tmp_path):
    with Server(tmp_path / "ignored", environment={"TINTYPE_MAX_BODY": "10KiB", "TINTYPE_DERIVE": "never"}) as server:
        assert server.post("/upload/", data=bytes(20_000), headers={"Content-Type": "image/jpeg"}).status_code == 413
        assert server.upload(fixtures.jpeg(1, 32, 32), "x.jpg")[1]["state"] == "pending"


def start_on_some_port(environment):
    """Starts a server on a port that was free a moment ago; tries another port if the first one is in use."""
    for _ in range(5):
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        process = subprocess.Popen(
            [str(BINARY), "serve"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={**os.environ, **environment, "TINTYPE_PORT": str(port)})
        if line := process.stdout.readline():
            return process, port, line
        complaint = process.communicate(timeout=20)[1]
        assert "in use" in complaint, complaint
    raise AssertionError("no port stays free")


def test_port_and_data_can_come_from_the_environment(tmp_path):
    process, port, line = start_on_some_port({"TINTYPE_DATA": str(tmp_path / "there"), "TINTYPE_HOST": "localhost"})
    try:
        assert f":{port}/" in line and str(tmp_path / "there") in line
    finally:
        process.terminate()
        process.communicate(timeout=20)
    assert process.returncode == 0


def test_a_configuration_file_sets_options(tmp_path):
    file = tmp_path / "tintype.toml"
    file.write_text('derive = "never"\nmax-body = "10 KiB"\naccess = "accounts"\n')
    with Server(tmp_path / "data", "--config", file, "--access", "open", environment={"TINTYPE_MAX_BODY": "1 MiB"}) as server:
        assert server.upload(fixtures.jpeg(1, 32, 32), "x.jpg")[1]["state"] == "pending"
        assert server.post("/upload/", data=bytes(20_000), headers={"Content-Type": "image/jpeg"}).status_code == 415


def test_the_configuration_is_printed_with_its_sources(tmp_path):
    file = tmp_path / "tintype.toml"
    file.write_text(f'data = "{tmp_path}/there"\n# a comment\ncors-origins = ["https://a.example", "https://b.example"]\n')
    variables = {"TINTYPE_CONFIG": str(file), "TINTYPE_QUEUE": "7"}
    done = run("config", "--port", "1", "--json", environment=variables)
    assert done.returncode == 0 and not done.stderr
    values = {one["option"]: one for one in json.loads(done.stdout)}
    assert values["data"] == {
        "option": "data", "value": f"{tmp_path}/there", "source": "file", "file": str(file), "line": 1}
    assert values["cors-origins"]["value"] == "https://a.example,https://b.example"
    assert values["cors-origins"]["line"] == 3
    assert values["port"] == {"option": "port", "value": "1", "source": "flag"}
    assert values["queue"] == {"option": "queue", "value": "7", "source": "environment", "variable": "TINTYPE_QUEUE"}
    assert values["host"] == {"option": "host", "value": "127.0.0.1", "source": "default"}
    table = run("config", "--port", "1", environment=variables).stdout.splitlines()
    assert any(re.fullmatch(r"queue +7 +TINTYPE_QUEUE", line) for line in table) and len(table) == len(values)
    assert not (tmp_path / "there").exists()
    keys = run("keys", "list", "--config", file)
    assert keys.returncode == 64 and "there" in keys.stderr


@pytest.mark.parametrize("text, says", [
    ("port = 1\nport = 2\n", ":2"), ("port = 1\nprt = 2\n", ":2: there is no option 'prt'"), ("port = 'x'\n", ":1: port takes"),
    ("port =\n", ":1"), (None, "No such file"),
])
@pytest.mark.parametrize("command", ["serve", "config", "check"])
def test_a_mistake_in_a_configuration_file_is_told_with_its_line(tmp_path, command, text, says):
    file = tmp_path / "tintype.toml"
    if text is not None:
        file.write_text(text)
    done = run(command, "--config", file, "--data", tmp_path / "data")
    assert done.returncode == 64 and done.stderr.startswith("tintype: ") and len(done.stderr.splitlines()) == 1
    assert str(file) in done.stderr and says in done.stderr
    assert not (tmp_path / "data").exists()


def test_a_hangup_applies_what_can_change_and_tells_the_rest(tmp_path):
    file = tmp_path / "tintype.toml"
    file.write_text('access-log = false\n')
    with Server(tmp_path / "data", "--config", file) as server:
        def reload(text, says):
            before = len(server.log_text())
            file.write_text(text)
            server.process.send_signal(signal.SIGHUP)
            return server.wait_until(lambda: says in server.log_text()[before:] and server.log_text()[before:])

        allowed = 'allowed-hosts = ["a.example"]\n'
        assert server.get("/livez", headers={"Host": "a.example"}).status_code == 421
        assert '"changed":"allowed-hosts"' in reload(f"access-log = false\n{allowed}", "was read again")
        assert server.get("/livez", headers={"Host": "a.example"}).status_code == 200
        assert '"message":"request"' not in server.log_text()
        log = reload(f"{allowed}queue = 7\n", "only after a restart")
        assert '"changed":"access-log"' in log and '"options":"queue"' in log
        server.get("/livez")
        server.wait_until(lambda: '"message":"request"' in server.log_text())
        assert f"{file}:1: there is no option 'prt'" in reload("prt = 1\n", "stays as it was")
        assert server.get("/livez", headers={"Host": "a.example"}).status_code == 200
        assert server.stop() == 0


def test_a_server_stops_in_order_if_its_terminal_is_closed(tmp_path):
    import pty
    process, terminal = pty.fork()
    if process == 0:
        os.execv(BINARY, [str(BINARY), "serve", "--port", "0", "--data", str(tmp_path / "data")])
    shown = b""
    while b"listens on" not in shown:
        shown += os.read(terminal, 1000)
    os.close(terminal)
    assert os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 0


def test_an_option_takes_precedence_over_its_variable(tmp_path):
    with Server(tmp_path / "data", "--derive", "now", environment={"TINTYPE_DERIVE": "never", "TINTYPE_PORT": "1"}) as server:
        assert server.upload(fixtures.jpeg(1, 32, 32), "x.jpg")[1]["state"] == "ready"


def test_an_invalid_variable_is_refused(tmp_path):
    done = run("serve", "--data", tmp_path / "data", environment={"TINTYPE_PORT": "many"})
    assert done.returncode == 64 and "port" in done.stderr


def test_a_server_can_listen_on_every_address(make_server):
    server = make_server("--host", "0.0.0.0", "--access", "open")
    server.host, server.url = "127.0.0.1", f"http://127.0.0.1:{server.port}"
    assert server.get("/livez").status_code == 200


def test_ipv6_is_served(make_server):
    if not socket.has_ipv6 or not pathlib.Path("/proc/net/if_inet6").exists():
        pytest.skip("this machine has no IPv6")
    server = make_server("--host", "::1")
    assert server.url.startswith("http://[::1]:") and server.get("/livez").status_code == 200


def ask_by_socket(path, target="/livez", method="GET", **fields):
    """Sends a request by a Unix socket; the status and the body of the answer."""
    connection = http.client.HTTPConnection("localhost", timeout=30)
    connection.sock = socket.socket(socket.AF_UNIX)
    connection.sock.connect(str(path))
    connection.request(method, target, headers={name.replace("_", "-"): value for name, value in fields.items()})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, body.decode()


def start(*options, environment=None, **keywords):
    """Starts a server whose address the caller knows; returns its process and its first line."""
    process = subprocess.Popen(
        [*map(str, options)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, **(environment or {})},
        **keywords)
    return process, process.stdout.readline()


def end(process):
    process.terminate()
    errors = process.communicate(timeout=20)[1]
    assert process.returncode == 0, errors


def test_a_server_can_listen_on_a_unix_socket_alone(short_folder):
    path = short_folder / "t.sock"
    command = [BINARY, "serve", "--data", short_folder / "data", "--unix-socket", path, "--unix-socket-mode", "0600"]
    process, line = start(*command)
    try:
        assert line == f"Tintype listens on unix:{path} and keeps everything in {short_folder}/data\n"
        assert path.stat().st_mode & 0o777 == 0o600
        assert ask_by_socket(path)[0] == 200
        # Nobody is the user who runs the server.
        status, body = ask_by_socket(path, "/v1/tokens")
        assert status == 401 and "came to a server that is behind a proxy" in body
        other = run("serve", "--data", short_folder / "other", "--unix-socket", path)
        assert other.returncode != 0 and str(path) in other.stderr and "in use" in other.stderr
        process.kill()
        process.communicate(timeout=20)
        assert path.exists()
        process, line = start(*command)
        assert ask_by_socket(path)[0] == 200
    finally:
        end(process)
    assert not path.exists()


def test_requests_by_a_unix_socket_are_those_of_a_proxy(make_server, short_folder):
    path = short_folder / "t.sock"
    server = make_server("--unix-socket", path, "--access", "open")
    id = server.upload(fixtures.jpeg(1), "x.jpg")[1]["id"]
    status, body = ask_by_socket(
        path, f"/iiif/3/{id}/info.json", X_Forwarded_Proto="https", X_Forwarded_Host="127.0.0.9", X_Forwarded_For="192.0.2.7")
    assert status == 200 and json.loads(body)["id"].startswith("https://127.0.0.9/iiif/")
    server.wait_until(lambda: '"address":"192.0.2.7"' in server.log_text())
    assert server.get("/livez").status_code == 200


def test_sockets_of_systemd_are_taken(short_folder):
    path = short_folder / "s.sock"
    with socket.create_server(("127.0.0.1", 0)) as port, socket.socket(socket.AF_UNIX) as file:
        file.bind(str(path))
        file.listen(8)
        numbers = [port.fileno(), file.fileno()]
        assert min(numbers) > 4
        script = (f"exec 3<&{numbers[0]} 4<&{numbers[1]}; export LISTEN_FDS=2 LISTEN_PID=$$; "
                  f'exec "$0" serve --data "$1" --port 1')
        process, line = start("bash", "-c", script, BINARY, short_folder / "data", pass_fds=numbers)
        try:
            number = port.getsockname()[1]
            assert line.startswith(f"Tintype listens on http://127.0.0.1:{number}/ and unix:{path} and keeps")
            assert requests.get(f"http://127.0.0.1:{number}/livez", timeout=30).status_code == 200
            assert ask_by_socket(path)[0] == 200
        finally:
            end(process)
        assert path.exists()


def test_a_port_in_use_is_a_clear_error(server, tmp_path):
    done = run("serve", "--port", server.port, "--data", tmp_path / "other")
    assert done.returncode not in (0, 1) and str(server.port) in done.stderr and "in use" in done.stderr.lower()
    assert server.get("/livez").status_code == 200


def test_a_second_server_on_the_same_data_is_refused(server):
    done = run("serve", "--port", "0", "--data", server.data)
    assert done.returncode == 64 and "another" in done.stderr
    done = run("serve", "--port", "0", "--data", server.data, "--reset", "--yes")
    assert done.returncode == 64
    assert server.upload(fixtures.jpeg(1), "x.jpg")[0] == 201


def test_the_data_folder_is_free_after_a_kill(server):
    server.upload(fixtures.jpeg(1), "x.jpg")
    server.kill()
    server.start()
    assert len(server.all_images()) == 1


def test_a_data_folder_that_cannot_be_made_is_a_clear_error(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    done = run("serve", "--port", "0", "--data", tmp_path / "file")
    assert done.returncode != 0 and done.stderr.startswith("tintype: ") and "file" in done.stderr


def test_a_file_that_is_not_a_catalogue_is_a_clear_error(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data/catalog.sqlite").write_bytes(b"this is no database, by far" * 100)
    done = run("serve", "--port", "0", "--data", tmp_path / "data")
    assert done.returncode != 0 and done.stderr.startswith("tintype: ")
    assert (tmp_path / "data/catalog.sqlite").read_bytes().startswith(b"this is no database")


def test_reset_asks_and_without_a_terminal_does_nothing(server):
    server.upload(fixtures.jpeg(1), "x.jpg")
    server.stop()
    done = run("serve", "--port", "0", "--data", server.data, "--reset")
    assert done.returncode == 64 and "--yes" in done.stderr
    server.start()
    assert len(server.all_images()) == 1


@pytest.mark.parametrize("answer, images", [("no\n", 1), ("yes\n", 0), ("\n", 1)])
def test_reset_follows_the_answer(server, answer, images):
    import pty
    server.upload(fixtures.jpeg(1), "x.jpg")
    server.stop()
    ours, theirs = pty.openpty()
    os.write(ours, answer.encode())
    process = subprocess.Popen(
        [str(BINARY), "serve", "--port", "0", "--data", str(server.data), "--reset"], stdin=theirs, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True)
    os.close(theirs)
    try:
        text = process.stdout.readline()
        if images == 0:
            assert "listens" in text
            process.terminate()
        assert process.wait(20) == (0 if images == 0 else 64)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
        os.close(ours)
    assert len(server.kept()) == images
    server.start()
    assert len(server.all_images()) == images


def test_an_interrupt_at_the_prompt_resets_nothing(server):
    import pty
    server.upload(fixtures.jpeg(1), "x.jpg")
    server.stop()
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [str(BINARY), "serve", "--port", "0", "--data", str(server.data), "--reset"], stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    shown = b""
    while b"Type yes" not in shown:
        shown += os.read(ours, 1000)
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 128 + signal.SIGINT
    os.close(ours)
    server.start()
    assert len(server.all_images()) == 1


def test_reset_with_yes_starts_empty(server):
    server.upload(fixtures.jpeg(1), "x.jpg")
    server.stop()
    server.options = ["--reset", "--yes"]
    server.start()
    server.assert_nothing_is_kept()
    status, _ = server.upload(fixtures.jpeg(1), "x.jpg")
    assert status == 201


# What is wrong

def test_the_doctor_examines_a_server_that_runs(server):
    server.upload(fixtures.jpeg(1), "x.jpg")
    done = run("doctor", "--data", server.data, "--url", server.url, "--json", timeout=120)
    findings = {one["check"]: one for one in json.loads(done.stdout)}
    assert set(findings) == {
        "configuration", "permissions", "server", "store", "free space", "catalogue", "integrity", "open files", "memory", "clock",
        "libraries", "codecs", "decoders", "address", "readiness", "links"}
    assert findings["server"]["message"] == "a server uses the folder now"
    assert findings["links"]["message"] == "host, scheme and path of links are right"
    for check in ("codecs", "catalogue", "integrity", "store", "permissions", "address", "readiness", "clock"):
        assert findings[check]["status"] == "ok", findings[check]
    problems = [one for one in findings.values() if one["status"] == "problem"]
    assert done.returncode == (1 if problems else 0) and not done.stderr


def test_the_doctor_tells_problems_and_what_to_do(tmp_path):
    (tmp_path / "data").mkdir(mode=0o700)
    (tmp_path / "data/catalog.sqlite").write_bytes(b"this is no database, by far" * 100)
    before = sorted((path.name, path.stat().st_mtime_ns) for path in (tmp_path / "data").iterdir())
    done = run("doctor", "--data", tmp_path / "data", "--port", "many", timeout=120)
    assert done.returncode == 1 and not done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == "problem  configuration: --port takes a whole number from 0 to 65535, not 'many'"
    assert any(re.match(r"problem  catalogue: .*catalog\.sqlite is no catalogue", line) for line in lines)
    assert sum(line.startswith("         → ") for line in lines) >= 2
    assert sorted((path.name, path.stat().st_mtime_ns) for path in (tmp_path / "data").iterdir()) == before


# Stopping

@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_server_in_order(server, how):
    server.upload(fixtures.jpeg(1), "x.jpg")
    assert server.stop(how) == 0
    status, text = server.check("--deep")
    assert status == 0, text


@pytest.mark.parametrize("delay", ["0", "1"])
def test_a_current_upload_is_finished_before_the_end(make_server, delay):
    server = make_server("--drain-delay", delay)
    data = fixtures.jpeg(1)
    with Wire(server) as wire:
        wire.send(head("POST", "/upload/", "Content-Type: image/jpeg", f"Content-Length: {len(data)}") + data[:5000])
        server.wait_until(server.staged)
        server.process.send_signal(signal.SIGTERM)

        def refuses():
            try:
                with Wire(server, 2) as other:
                    other.send(head("GET", "/livez"))
                    return other.response().status == 503
            except OSError:
                return True
        server.wait_until(refuses, 10)
        wire.send(data[5000:])
        response = wire.response()
        assert response.status == 201 and response["Connection"].lower() == "close"
    assert server.process.wait(20) == 0
    server.stop()
    server.start()
    assert len(server.all_images()) == 1


def test_a_stopping_server_is_not_ready_and_answers_all_else_for_the_delay(make_server):
    server = make_server("--drain-delay", "600")
    server.process.send_signal(signal.SIGTERM)
    server.wait_until(lambda: server.get("/readyz").status_code == 503)
    assert server.get("/readyz").json()["checks"]["server"] == "is stopping"
    assert server.get("/livez").status_code == 200
    assert server.upload(fixtures.jpeg(1), "x.jpg")[0] == 201
    # A second signal does not wait for the end of the delay.
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(20) == 128 + signal.SIGTERM


def port_of_its_own():
    """A free port that the system gives nobody who leaves the choice to it, so that it stays free over a restart."""
    first = int(pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    for number in range(os.getpid(), os.getpid() + 1000):
        port = 10_000 + number % (first - 10_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
    raise AssertionError("no port is free")


def test_a_client_that_retries_sees_no_error_over_a_restart(make_server):
    server = make_server("--drain-delay", "1", "--port", port_of_its_own())
    stop, answers, retries = threading.Event(), [], []

    def ask(number):
        session = requests.Session()
        while not stop.is_set():
            try:
                response = session.post(
                    f"{server.url}/upload/", data=fixtures.jpeg(len(answers) * 10 + number, 64, 48),
                    headers={"Content-Type": "image/jpeg"}, timeout=60)
            except requests.ConnectionError:
                retries.append(number)
                time.sleep(0.05)
                continue
            if response.status_code == 503 and "Retry-After" in response.headers:
                retries.append(number)
                time.sleep(0.05)
                continue
            answers.append(response.status_code)

    threads = [threading.Thread(target=ask, args=[number]) for number in range(3)]
    for thread in threads:
        thread.start()
    try:
        server.wait_until(lambda: len(answers) > 10)
        assert server.stop() == 0
        server.start()
        before = len(answers)
        server.wait_until(lambda: len(answers) > before + 10)
    finally:
        stop.set()
        for thread in threads:
            thread.join(60)
    assert set(answers) <= {200, 201} and retries


def test_a_client_that_never_finishes_does_not_delay_the_end(make_server):
    server = make_server("--stop-timeout", "1")
    with Wire(server) as wire:
        wire.send(head("POST", "/upload/", "Content-Type: image/jpeg", "Content-Length: 100000") + fixtures.jpeg(1)[:5000])
        server.wait_until(server.staged)
        assert server.stop(within=15) == 0
    assert server.staged() == []


def test_idle_connections_do_not_delay_the_end(server):
    wires = [Wire(server) for _ in range(20)]
    for wire in wires[:10]:
        wire.send(head("GET", "/livez"))
        assert wire.response().status == 200
    assert server.stop(within=10) == 0
    for wire in wires:
        wire.close()


def test_clients_that_follow_events_do_not_delay_the_end(make_server):
    server = make_server("--stop-timeout", "2", "--derive", "never", "--workers", "1")
    for seed in range(10):
        server.upload(fixtures.jpeg(seed, 2000, 1500), f"{seed}.jpg")
    job = server.post("/v1/operations/thumbnails/generate").json()
    with Wire(server) as wire:
        wire.send(head("GET", job["links"]["events"]))
        assert server.stop(within=20) == 0


def test_no_process_is_left_behind(server):
    server.upload(fixtures.jpeg(1), "x.jpg")
    group = os.getpgid(server.process.pid)
    server.wait_until(lambda: len(server.kept("thumbnail")) == 1)
    server.kill()

    def gone():
        return not [entry for entry in pathlib.Path("/proc").iterdir() if entry.name.isdigit() and in_group(entry, group)]
    server.wait_until(gone, 10)


def in_group(entry, group):
    try:
        fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
        return int(fields[2]) == group and fields[0] != "Z"
    except (OSError, IndexError):
        return False
