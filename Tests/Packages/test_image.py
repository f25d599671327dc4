"""The OCI image, unpacked and run by an OCI runtime: as the image says, with a root that cannot be written."""
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import time

import pytest
import requests

import fixtures
from conftest import made
from people import PASSWORD

USER = 10001


@pytest.fixture(scope="module")
def layout(tmp_path_factory):
    """The image, as a folder in the layout of OCI."""
    folder = tmp_path_factory.mktemp("image")
    subprocess.run(["skopeo", "copy", "-q", f"oci-archive:{made('make-image')}", f"oci:{folder}/layout:tintype"], check=True, timeout=300)
    subprocess.run(["umoci", "unpack", "--image", f"{folder}/layout:tintype", folder / "bundle"], check=True, timeout=300, capture_output=True)
    yield folder
    subprocess.run(["rm", "-rf", "--one-file-system", folder], check=True)


# crun wants control groups of version 2, whether it uses them or not. Where there are others, it sees some for itself alone.
CRUN = ["unshare", "--mount", "sh", "-e", "-c",
        'mount -t tmpfs tmpfs /sys/fs/cgroup; mount -t cgroup2 cgroup2 /sys/fs/cgroup; exec crun "$@"', "sh", "--cgroup-manager=disabled"]


class Container:
    """A container of the image, with a volume for its data, on this machine's network."""

    def __init__(self, layout, volume, name, port):
        self.bundle, self.name, self.port = layout / "bundle", name, port
        self.url, self.log = f"http://127.0.0.1:{port}", volume.parent / f"{name}.log"
        self.crun = [*CRUN, "--root", str(layout / "state")]
        config = json.loads((self.bundle / "config.json").read_text())
        config["root"]["readonly"] = True
        config["process"].update(terminal=False, capabilities={}, noNewPrivileges=True)
        config["process"]["env"] += [f"TINTYPE_PORT={port}", f"TINTYPE_SERVER={self.url}"]
        config["linux"]["namespaces"] = [one for one in config["linux"]["namespaces"] if one["type"] != "network"]
        config["linux"].pop("resources", None)
        config["mounts"] = [one for one in config["mounts"] if one["type"] not in ("cgroup", "sysfs") and one["destination"] not in ("/data", "/tmp")]
        config["mounts"] += [
            {"destination": "/data", "type": "bind", "source": str(volume), "options": ["rbind", "rw", "nosuid", "nodev"]},
            {"destination": "/tmp", "type": "tmpfs", "source": "tmpfs", "options": ["nosuid", "nodev", "mode=1777"]}]
        (self.bundle / "config.json").write_text(json.dumps(config))

    def start(self):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [*self.crun, "run", "--bundle", self.bundle, self.name], stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        self.wait_for("Tintype listens on")

    def wait_for(self, pattern):
        deadline = time.monotonic() + 60
        while not (match := re.search(pattern, self.log.read_text())):
            assert time.monotonic() < deadline and self.process.poll() is None, self.log.read_text()
            time.sleep(0.05)
        return match

    def run(self, *command):
        """Runs a command in the container as its user; returns its exit status."""
        return subprocess.run([*self.crun, "exec", "--user", f"{USER}:{USER}", self.name, *command], capture_output=True, timeout=60, stdin=subprocess.DEVNULL).returncode

    def stop(self):
        subprocess.run([*self.crun, "kill", self.name, "TERM"], check=True, timeout=30)
        return self.process.wait(60)


@pytest.fixture(scope="module")
def container(layout):
    volume = layout / "volume"
    volume.mkdir()
    os.chown(volume, USER, USER)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    one = Container(layout, volume, f"tintype-{os.getpid()}", port)
    yield one
    if one.process.poll() is None:
        subprocess.run([*one.crun, "kill", one.name, "KILL"], timeout=30)
        one.process.wait(30)


def health_check():
    """The command that the Dockerfile names. OCI's description of images has no place for it."""
    text = (pathlib.Path(__file__).resolve().parents[2] / "deploy/Dockerfile").read_text().replace("\\\n", "")
    return json.loads(re.search(r"^HEALTHCHECK .* CMD (\[.*\])$", text, re.M)[1])


def test_it_is_small_and_runs_as_an_ordinary_user(layout):
    config = json.loads(subprocess.run(
        ["skopeo", "inspect", "--config", f"oci:{layout}/layout:tintype"], capture_output=True, check=True, timeout=60).stdout)["config"]
    assert config["User"] == f"{USER}:{USER}" and config["Volumes"] == {"/data": {}} and config["ExposedPorts"] == {"5000/tcp": {}}
    assert config["Entrypoint"] == ["/usr/bin/tintype"] and config["Cmd"] == ["serve"]
    assert {"TINTYPE_DATA=/data", "TINTYPE_ACCESS=accounts", "TINTYPE_HOST=0.0.0.0"} <= set(config["Env"])
    packed = sum(file.stat().st_size for file in (layout / "layout").rglob("*") if file.is_file())
    print(f"image: {packed / 1e6:.0f} MB")
    assert packed < 200e6
    rootfs = layout / "bundle/rootfs"
    assert (rootfs / "usr/share/doc/tintype/copyright").exists() and not list((rootfs / "var/lib/apt/lists").glob("*"))
    assert (rootfs / "data").stat().st_uid == USER


def test_it_starts_with_accounts_required_and_tells_a_setup_code(container, images):
    container.start()
    confined = container.wait_for(r'.*"decoders are confined.*')[0]
    assert '"level":"info"' in confined and "landlock, seccomp" in confined
    body = {"handle": "boss", "password": PASSWORD}
    assert requests.post(container.url + "/upload/", data=fixtures.jpeg(), headers={"Content-Type": "image/jpeg"}, timeout=30).status_code == 401
    code = container.wait_for(r"setup-[\w-]+")[0]
    assert requests.post(container.url + "/v1/accounts", json={**body, "setup_code": code}, timeout=30).status_code == 201
    session = requests.Session()
    session.headers["Authorization"] = "Bearer " + session.post(container.url + "/v1/sessions", json=body, timeout=30).json()["token"]
    for name, path in images.by_format.items():
        record = session.post(container.url + "/upload/", data=path.read_bytes(), headers={"Content-Type": "application/octet-stream"}, timeout=60)
        assert record.status_code == 201, (name, record.text)
        image = f"{container.url}/v1/images/{record.json()['id']}"
        assert session.get(image + "/original", timeout=60).content == path.read_bytes()
        assert session.get(image + "/thumbnail", timeout=60).status_code == 200, name


def test_nothing_but_the_volume_can_be_written(container):
    assert container.run("/bin/sh", "-c", "touch /data/x && rm /data/x && touch /tmp/x && ! touch /x && ! touch /usr/x && ! touch /var/x") == 0


def test_the_health_check_sees_whether_the_server_answers(container):
    command = health_check()
    assert container.run(*command) == 0
    assert container.run("/usr/bin/env", "TINTYPE_SERVER=http://127.0.0.1:1", *command) != 0


def test_it_stops_in_order_and_starts_again_with_its_data(container):
    assert container.stop() == 0
    assert '"stopped"' in container.log.read_text()
    container.log.write_text("")
    container.start()
    assert requests.get(container.url + "/v1/sessions/current", timeout=30).json()["needs_setup"] is False
    assert container.stop() == 0
