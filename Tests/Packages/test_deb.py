"""The Debian package: installed, started as its unit says, upgraded under load, removed and purged.

The tests are the life of one package in one system, in their order.
"""
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time

import pytest
import requests

import fixtures
from bare_system import ROOT
from conftest import made
from people import PASSWORD

UNIT = "/lib/systemd/system/tintype.service"
SETTINGS = "/etc/tintype/tintype.env"
DATA = "/var/lib/tintype"


class InstalledServer:
    """The server that the package has installed, started as its unit says."""

    def __init__(self, system, log):
        self.system, self.log, self.process, self.token = system, log, None, None

    def start(self):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, pathlib.Path(__file__).with_name("run_unit.py"), self.system.folder, UNIT],
                stdout=subprocess.PIPE, stderr=log, env={"PATH": os.environ["PATH"]})
        line = self.process.stdout.readline().decode()
        match = re.search(r"http://\S+?:\d+", line)
        assert match, f"{line}{self.log.read_text()[-3000:]}"
        self.url = match[0]

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            assert self.process.wait(60) == 0
        self.process.stdout.close()

    def lines(self):
        return [json.loads(line) for line in self.log.read_text().splitlines() if line.startswith("{")]

    def line(self, begin):
        """The last line of the log that begins so, once it is there."""
        deadline = time.monotonic() + 30
        while not (found := [line for line in self.lines() if line["message"].startswith(begin)]):
            assert time.monotonic() < deadline, self.log.read_text()[-3000:]
            time.sleep(0.05)
        return found[-1]

    def request(self, method, path, **keywords):
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return requests.request(method, self.url + path, headers={**headers, **keywords.pop("headers", {})}, timeout=60, **keywords)

    def upload(self, data):
        return self.request("POST", "/upload/", data=data, headers={"Content-Type": "image/jpeg"})

    def read(self, id, file="original"):
        return self.request("GET", f"/v1/images/{id}/{file}")


@pytest.fixture(scope="module")
def packages():
    """The package, and one of a higher version."""
    now = made("make-deb")
    version = subprocess.run([ROOT / "Scripts/package-version"], capture_output=True, text=True, check=True).stdout.split()[0]
    return now, made("make-deb", version + "+next")


@pytest.fixture(scope="module")
def installed(bare_system, tmp_path_factory):
    one = InstalledServer(bare_system, tmp_path_factory.mktemp("log") / "log")
    yield one
    if one.process and one.process.poll() is None:
        one.process.kill()
        one.process.wait()


def install(system, package):
    shutil.copy(package, system.path("/root/tintype.deb"))
    system.apt("install", "--no-install-recommends", "/root/tintype.deb")


def test_it_installs_with_what_it_depends_on(bare_system, packages):
    bare_system.apt("update")
    install(bare_system, packages[0])
    assert "tintype 0." in bare_system.run("tintype", "--version")
    user = bare_system.run("getent", "passwd", "tintype").split(":")
    assert user[5:7] == [DATA, "/usr/sbin/nologin\n"]
    assert bare_system.run("stat", "-c", "%U:%G %a", DATA) == "tintype:tintype 700\n"
    assert SETTINGS in bare_system.run("dpkg-query", "-W", "-f", "${Conffiles}", "tintype")
    assert bare_system.run("dpkg", "--verify", "tintype") == ""
    assert bare_system.path("/etc/systemd/system/multi-user.target.wants/tintype.service").is_symlink()
    for name in ("libvips42", "libfftw3-double3", "libx265-199"):
        assert name in bare_system.path("/usr/share/doc/tintype/copyright").read_text()
        assert bare_system.path(f"/usr/share/doc/{name}/copyright").exists(), name


def test_its_unit_has_no_mistakes(bare_system, tmp_path):
    # The bare system has no units beside it: those of this machine stand in, and the program is where it is from here.
    unit = tmp_path / "tintype.service"
    unit.write_text(bare_system.path(UNIT).read_text().replace("ExecStart=", f"ExecStart={bare_system.folder}"))
    checked = subprocess.run(["systemd-analyze", "verify", "--man=no", unit], capture_output=True, text=True, timeout=60)
    assert checked.returncode == 0 and not checked.stdout + checked.stderr, checked.stderr
    scored = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--no-pager", "--root", bare_system.folder, "tintype.service"],
        capture_output=True, text=True, timeout=60).stdout
    score = float(re.search(r"exposure level for tintype.service: ([\d.]+)", scored)[1])
    print(f"systemd-analyze security: {score}")
    assert score <= 2.5, scored


def test_manual_pages_and_completions_are_where_they_are_looked_for(bare_system):
    folder = bare_system.path("/usr/share/man/man1")
    pages = sorted(folder.glob("tintype*.1.gz"))
    assert folder / "tintype-serve.1.gz" in pages and len(pages) > 10
    for page in pages:
        read = subprocess.run(["man", "--warnings", "-l", str(page)], capture_output=True, text=True, timeout=60,
                              env={**os.environ, "LC_ALL": "C.UTF-8"})
        assert read.returncode == 0 and not read.stderr and "tintype" in read.stdout, read.stderr
    script = ('source /usr/share/bash-completion/completions/tintype; COMP_WORDS=(tintype serve --derive ""); COMP_CWORD=3; '
              '_tintype; echo "${COMPREPLY[@]}"')
    assert bare_system.run("bash", "-c", script) == "now later never\n"
    for file in ("zsh/vendor-completions/_tintype", "fish/vendor_completions.d/tintype.fish"):
        assert "serve" in bare_system.path("/usr/share/" + file).read_text()


def test_the_server_starts_with_accounts_required_and_tells_a_setup_code(bare_system, installed):
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with open(bare_system.path(SETTINGS), "a") as settings:
        settings.write(f"TINTYPE_PORT={port}\n")
    installed.start()
    assert installed.url == f"http://127.0.0.1:{port}"
    confined = installed.line("decoders are confined")
    assert confined["level"] == "info" and confined["by"] == "landlock, seccomp, network namespace", confined
    owner = pathlib.Path(f"/proc/{installed.process.pid}/status").read_text()
    assert re.search(r"^NoNewPrivs:\t1$", owner, re.M) and re.search(r"^CapBnd:\t0+$", owner, re.M)
    assert re.search(r"^Seccomp:\t2$", owner, re.M) and not re.search(r"^Uid:\t0\t", owner, re.M)
    assert installed.upload(fixtures.jpeg()).status_code == 401
    code = re.search(r"setup-[\w-]+", installed.line("there is no account yet")["message"])[0]
    account = {"handle": "boss", "password": PASSWORD}
    assert installed.request("POST", "/v1/accounts", json=account).status_code in (401, 403)
    made = installed.request("POST", "/v1/accounts", json={**account, "setup_code": code})
    assert made.status_code == 201 and made.json()["role"] == "admin", made.text
    installed.token = installed.request("POST", "/v1/sessions", json=account).json()["token"]


def test_every_format_is_stored_and_shown(installed, images):
    for name, path in images.by_format.items():
        answer = installed.upload(path.read_bytes())
        assert answer.status_code == 201, (name, answer.text)
        assert installed.read(answer.json()["id"]).content == path.read_bytes()
        thumbnail = installed.read(answer.json()["id"], "thumbnail")
        assert thumbnail.status_code == 200 and thumbnail.headers["Content-Type"].startswith("image/"), (name, thumbnail.text)


def test_the_client_of_a_camera_that_it_brings_sends_a_batch_that_is_found_by_its_store(bare_system, installed, tmp_path):
    camera = installed.request("POST", "/v1/tokens", json={"name": "door", "scopes": ["upload"]}).json()["token"]
    pictures = []
    for number in range(3):
        pictures.append(tmp_path / f"{number}.jpg")
        pictures[-1].write_bytes(fixtures.jpeg(seed=7_000 + number, width=320, height=240))
    client = bare_system.path("/usr/share/doc/tintype/examples/camera/camera.sh")
    done = subprocess.run(
        ["sh", client, "Nord", "door", *pictures], capture_output=True, text=True, timeout=120,
        env={**os.environ, "TINTYPE_URL": installed.url, "TINTYPE_TOKEN": camera})
    assert done.returncode == 0 and "ready:3 failed:0" in done.stdout, done.stdout + done.stderr
    found = installed.request("GET", "/v1/images?attr.store_name=Nord&attr.camera_id=door").json()
    assert sorted(image["attributes"]["name"] for image in found["images"]) == ["0.jpg", "1.jpg", "2.jpg"]


class Uploader(threading.Thread):
    """Uploads pictures one after the other, and each until the server has acknowledged it."""

    def __init__(self, server, seed):
        super().__init__(daemon=True)
        self.server, self.seed, self.acknowledged, self.retries = server, seed, {}, 0
        self.stopping, self.problem = threading.Event(), None

    def run(self):
        number = 0
        while not self.stopping.is_set():
            number += 1
            data = fixtures.jpeg(seed=self.seed * 100_000 + number, width=320, height=240)
            while True:
                try:
                    answer = self.server.upload(data)
                except requests.RequestException:
                    answer = None
                if answer is not None and answer.status_code in (200, 201):
                    self.acknowledged[answer.json()["id"]] = data
                    break
                if answer is not None and answer.status_code < 500:
                    self.problem = answer.text
                    return
                self.retries += 1
                if self.stopping.wait(0.05):
                    return


def test_an_upgrade_under_load_loses_no_acknowledged_upload(bare_system, installed, packages):
    before = bare_system.path(SETTINGS).read_text()
    uploaders = [Uploader(installed, seed) for seed in (1, 2)]
    for uploader in uploaders:
        uploader.start()

    def wait_for(count):
        deadline = time.monotonic() + 60
        while sum(len(uploader.acknowledged) for uploader in uploaders) < count:
            assert time.monotonic() < deadline and not any(uploader.problem for uploader in uploaders), [u.problem for u in uploaders]
            time.sleep(0.05)
        return sum(len(uploader.acknowledged) for uploader in uploaders)

    wait_for(5)
    install(bare_system, packages[1])
    # The program that runs has been replaced on the disk, and still serves.
    with_old = wait_for(sum(len(uploader.acknowledged) for uploader in uploaders) + 5)
    # What the package does at the end of an upgrade if systemd runs: restart.
    installed.stop()
    stopped = time.monotonic()
    installed.start()
    outage = time.monotonic() - stopped
    total = wait_for(with_old + 10)
    for uploader in uploaders:
        uploader.stopping.set()
        uploader.join(60)
    assert "+next" in bare_system.run("dpkg-query", "-W", "-f", "${Version}", "tintype")
    assert bare_system.path(SETTINGS).read_text() == before
    for uploader in uploaders:
        assert not uploader.problem, uploader.problem
        for id, data in uploader.acknowledged.items():
            assert installed.read(id).content == data
    print(f"upgrade: {total} uploads, {sum(u.retries for u in uploaders)} retries, {outage:.2f} s without a server")


def test_the_data_is_in_order(bare_system, installed):
    checked = bare_system.run("setpriv", "--reuid=tintype", "--regid=tintype", "--clear-groups", "tintype", "check", "--deep", "--data", DATA)
    print(checked.splitlines()[-1])


def test_removing_leaves_data_and_settings(bare_system, installed):
    # What the package does before it is removed if systemd runs: stop.
    installed.stop()
    bare_system.apt("remove", "tintype")
    assert not bare_system.path("/usr/bin/tintype").exists() and not bare_system.path(UNIT).exists()
    assert bare_system.path(SETTINGS).exists() and bare_system.path(DATA + "/catalog.sqlite").exists()
    assert bare_system.run("getent", "passwd", "tintype")


def test_installed_again_it_has_its_data(bare_system, installed, packages):
    install(bare_system, packages[1])
    installed.start()
    assert len(installed.request("GET", "/v1/images?fields=ids&limit=1000").json()["ids"]) > 20
    installed.stop()


def test_purging_leaves_nothing(bare_system):
    bare_system.apt("purge", "tintype")
    bare_system.path("/root/tintype.deb").unlink()
    for file in ("/etc/passwd", "/etc/group"):
        assert "tintype" not in bare_system.path(file).read_text()
    left = subprocess.run(
        ["find", bare_system.folder, "-xdev", "-iname", "*tintype*", "-not", "-path", "*/var/cache/apt/*"], capture_output=True, text=True, check=True).stdout
    assert not left, left
