"""The package in a Debian 12 whose systemd runs: it starts, restarts, stops and removes the service."""
import re
import shutil
import subprocess
import threading
import time

import pytest
import requests

import fixtures
from bare_system import ROOT
from booted_system import BootedSystem
from conftest import made
from people import PASSWORD

URL = "http://127.0.0.1:5000"


@pytest.fixture(scope="module")
def packages():
    version = subprocess.run([ROOT / "Scripts/package-version"], capture_output=True, text=True, check=True).stdout.split()[0]
    return made("make-deb"), made("make-deb", version + "+next")


@pytest.fixture(scope="module")
def booted(bare_system, packages, tmp_path_factory):
    """A system into which the package has been installed while its systemd ran."""
    for package, name in zip(packages, ("tintype.deb", "next.deb")):
        shutil.copy(package, bare_system.path("/root") / name)
    bare_system.apt("update")
    bare_system.apt("install", "--no-install-recommends", "systemd", "systemd-sysv", "dbus")
    # The booted system has no network: what the package depends on comes beforehand.
    bare_system.apt("install", "--no-install-recommends", "/root/tintype.deb")
    bare_system.apt("purge", "tintype")
    one = BootedSystem(bare_system, tmp_path_factory.mktemp("boot"))
    one.run("apt-get", "-qq", "-y", "install", "--no-install-recommends", "/root/tintype.deb")
    yield one
    one.stop()


@pytest.fixture(scope="module")
def client(booted):
    """A session of the first account, made by the setup code in the journal."""
    deadline = time.monotonic() + 30
    while not (code := re.search(r"setup-[\w-]+", journal(booted))):
        assert time.monotonic() < deadline, journal(booted)
        time.sleep(0.1)
    body = {"handle": "boss", "password": PASSWORD}
    with booted.network(), requests.Session() as session:
        session.trust_env = False
        assert session.post(URL + "/upload/", data=fixtures.jpeg(), headers={"Content-Type": "image/jpeg"}, timeout=30).status_code == 401
        assert session.post(URL + "/v1/accounts", json={**body, "setup_code": code[0]}, timeout=30).status_code == 201
        session.headers["Authorization"] = "Bearer " + session.post(URL + "/v1/sessions", json=body, timeout=30).json()["token"]
        yield session


def journal(booted):
    return booted.run("journalctl", "--no-pager", "-o", "cat", "-u", "tintype")


def property_of(booted, name):
    return booted.run("systemctl", "show", "-P", name, "tintype").strip()


def test_the_installation_starts_the_service_and_decoders_are_confined_in_its_sandbox(booted, client):
    assert property_of(booted, "ActiveState") == "active" and property_of(booted, "UnitFileState") == "enabled"
    assert property_of(booted, "NRestarts") == "0"
    confined = re.search(r".*decoders are confined.*", journal(booted))[0]
    assert '"level":"info"' in confined and '"by":"landlock, seccomp, network namespace"' in confined
    assert booted.run("stat", "-c", "%U %a", "/var/lib/tintype") == "tintype 700\n"


def test_every_format_is_stored_and_shown(client, images):
    for name, path in images.by_format.items():
        answer = client.post(URL + "/upload/", data=path.read_bytes(), headers={"Content-Type": "application/octet-stream"}, timeout=60)
        assert answer.status_code == 201, (name, answer.text)
        image = f"{URL}/v1/images/{answer.json()['id']}"
        assert client.get(image + "/original", timeout=60).content == path.read_bytes()
        for output in ("jpeg", "webp", "avif", "jxl"):
            assert client.get(f"{image}/render?width=100&format={output}", timeout=60).status_code == 200, (name, output)


def test_an_upgrade_restarts_the_service_and_loses_no_acknowledged_upload(booted, client):
    before, acknowledged, stopping, problems = property_of(booted, "MainPID"), {}, threading.Event(), []

    def upload():
        with booted.network():
            number = 0
            while not stopping.is_set():
                data = fixtures.jpeg(seed=900_000 + number, width=320, height=240)
                try:
                    answer = requests.post(URL + "/upload/", data=data, timeout=30, headers={**client.headers, "Content-Type": "image/jpeg"})
                except requests.RequestException:
                    continue
                if answer.status_code in (200, 201):
                    acknowledged[answer.json()["id"]] = data
                    number += 1
                elif answer.status_code < 500:
                    problems.append(answer.text)
                    return

    uploader = threading.Thread(target=upload, daemon=True)
    uploader.start()

    def wait_for(count):
        deadline = time.monotonic() + 60
        while len(acknowledged) < count:
            assert time.monotonic() < deadline and not problems, problems
            time.sleep(0.05)

    wait_for(5)
    booted.run("apt-get", "-qq", "-y", "install", "--no-install-recommends", "/root/next.deb")
    wait_for(len(acknowledged) + 5)
    stopping.set()
    uploader.join(60)
    assert not problems and property_of(booted, "MainPID") != before and property_of(booted, "ActiveState") == "active"
    for id, data in acknowledged.items():
        assert client.get(f"{URL}/v1/images/{id}/original", timeout=60).content == data
    print(f"upgrade by apt, restarted by systemd: {len(acknowledged)} uploads acknowledged")


def test_a_mistake_in_the_settings_is_told_and_not_tried_again(booted, bare_system):
    settings = bare_system.path("/etc/tintype/tintype.env")
    text = settings.read_text()
    settings.write_text(text + "TINTYPE_PORT=many\n")
    booted.run("systemctl", "restart", "tintype", check=False)
    deadline = time.monotonic() + 30
    while property_of(booted, "ActiveState") != "failed":
        assert time.monotonic() < deadline, property_of(booted, "ActiveState")
        time.sleep(0.1)
    assert property_of(booted, "ExecMainStatus") == "64" and "--port takes a whole number" in journal(booted)
    settings.write_text(text)
    booted.run("systemctl", "restart", "tintype")
    assert property_of(booted, "ActiveState") == "active"


def test_removing_stops_the_service_and_purging_leaves_nothing(booted, bare_system):
    booted.run("apt-get", "-qq", "-y", "remove", "tintype")
    assert property_of(booted, "ActiveState") == "inactive"
    assert '"stopped"' in journal(booted) and bare_system.path("/var/lib/tintype/catalog.sqlite").exists()
    booted.run("apt-get", "-qq", "-y", "purge", "tintype")
    assert not bare_system.path("/var/lib/tintype").exists() and not bare_system.path("/etc/tintype").exists()
    assert booted.run("getent", "passwd", "tintype", check=False) == ""
    assert booted.run("systemctl", "--failed", "--plain", "--no-legend") == ""
