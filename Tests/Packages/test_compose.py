"""compose.yaml and the configuration of nginx, as far as they can be tried without a container engine."""
import ipaddress
import json
import re
import shutil
import socket
import subprocess
import time

import pytest
import requests
import yaml

import fixtures
from bare_system import ROOT
from people import PASSWORD
from tintype_server import BINARY, Server

DEPLOY = ROOT / "deploy"
SERVER_NAME = "images.example.org"


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text())


def health_check(service):
    kind, *command = service["healthcheck"]["test"]
    assert kind == "CMD"
    return command


def test_services_are_what_the_documents_say(compose):
    services = compose["services"]
    assert {name: one.get("profiles") for name, one in services.items()} == {"server": None, "compress": ["compress"], "proxy": ["tls"]}
    for name in ("server", "compress"):
        one = services[name]
        assert one["read_only"] and one["cap_drop"] == ["ALL"] and one["tmpfs"] and one["security_opt"] == ["no-new-privileges:true"]
        assert all(port.startswith("127.0.0.1:") for port in one["ports"])
    assert services["server"]["volumes"] == ["data:/data"] and "data" in compose["volumes"]
    proxy = ipaddress.ip_address(services["proxy"]["networks"]["inside"]["ipv4_address"])
    assert proxy in ipaddress.ip_network(compose["networks"]["inside"]["ipam"]["config"][0]["subnet"])
    assert services["server"]["environment"]["TINTYPE_TRUSTED_PROXIES"] == str(proxy)
    for volume in services["proxy"]["volumes"]:
        source = volume.split(":")[0]
        assert source == "./tls" or (DEPLOY / source).exists()


def test_the_options_and_variables_exist(compose):
    for service, command in (("server", ["serve"]), ("compress", None)):
        command = command or compose["services"][service]["command"]
        told = subprocess.run([BINARY, command[0], "--help"], capture_output=True, text=True, timeout=30).stdout
        for option in [word for word in command if word.startswith("--")]:
            assert f"  {option} " in told
        for variable in compose["services"][service]["environment"]:
            assert variable in told, variable
    text = (DEPLOY / "Dockerfile").read_text().replace("\\\n", "")
    stated = json.loads(re.search(r"^HEALTHCHECK .* CMD (\[.*\])$", text, re.M)[1])
    assert health_check(compose["services"]["server"]) == stated


class Proxy:
    """nginx with the configuration of deploy/, on ports and with paths of this machine."""

    def __init__(self, folder, server):
        with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as other:
            self.plain, self.tls = one.getsockname()[1], other.getsockname()[1]
        (folder / "tls").mkdir()
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
             f"/CN={SERVER_NAME}", "-addext", f"subjectAltName=DNS:{SERVER_NAME},IP:127.0.0.1", "-keyout", folder / "tls/key.pem", "-out",
             folder / "tls/certificate.pem"], check=True, capture_output=True, timeout=60)
        text = (DEPLOY / "nginx.conf").read_text()
        for old, new in {
            "listen 80;": f"listen 127.0.0.1:{self.plain};", "listen [::]:80;": "", "listen 443 ssl http2;": f"listen 127.0.0.1:{self.tls} ssl http2;",
            "listen [::]:443 ssl http2;": "", "/etc/nginx/tls": f"{folder}/tls", "http://server:5000": server.url,
        }.items():
            assert old in text, old
            text = text.replace(old, new)
        (folder / "site.conf").write_text(text)
        (folder / "nginx.conf").write_text(
            f"daemon off; pid {folder}/pid; error_log {folder}/error.log; events {{}} http {{ access_log off; "
            + "".join(f"{kind}_temp_path {folder}/{kind}; " for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
            + f"include {folder}/site.conf; }}")
        self.command = [shutil.which("nginx") or "/usr/sbin/nginx", "-e", folder / "error.log", "-p", folder, "-c", folder / "nginx.conf"]
        self.folder = folder

    def check(self):
        done = subprocess.run([*self.command, "-t"], capture_output=True, text=True, timeout=60)
        return done.returncode, done.stderr

    def __enter__(self):
        self.process = subprocess.Popen(self.command)
        deadline = time.monotonic() + 30
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.tls), timeout=5).close()
                return self
            except OSError:
                assert time.monotonic() < deadline and self.process.poll() is None, (self.folder / "error.log").read_text()
                time.sleep(0.05)

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(30)


def test_nginx_with_its_configuration_carries_uploads_and_tells_who_asks(tmp_path):
    with Server(tmp_path / "data", "--access", "accounts", "--trusted-proxies", "127.0.0.1", "--allowed-hosts", SERVER_NAME) as server:
        proxy = Proxy(tmp_path, server)
        status, told = proxy.check()
        assert status == 0 and "warn" not in told, told
        with proxy:
            session = requests.Session()
            # Nothing of this machine's settings, but the certificate.
            session.trust_env, session.verify = False, str(tmp_path / "tls/certificate.pem")
            session.headers["Host"] = SERVER_NAME
            url = f"https://127.0.0.1:{proxy.tls}"
            answer = requests.get(f"http://127.0.0.1:{proxy.plain}/x?y", headers={"Host": SERVER_NAME}, allow_redirects=False, timeout=30)
            assert answer.status_code == 301 and answer.headers["Location"] == f"https://{SERVER_NAME}/x?y"
            body = {"handle": "boss", "password": PASSWORD}
            assert session.post(url + "/v1/accounts", json={**body, "setup_code": server.setup_code()}, timeout=30).status_code == 201
            made = session.post(url + "/v1/sessions", json=body, timeout=30)
            assert made.status_code == 201 and "Secure" in made.headers["Set-Cookie"]
            session.headers["Authorization"] = "Bearer " + made.json()["token"]
            # Larger than nginx takes by default, and with fields that only a proxy may write.
            data = fixtures.encoded(fixtures.picture(1000, 800), "BMP")
            assert len(data) > 1 << 20
            record = session.post(url + "/upload/", data=data, timeout=60, headers={
                "Content-Type": "image/bmp", "X-Forwarded-For": "203.0.113.9", "Forwarded": "for=203.0.113.9", "X-Forwarded-Prefix": "/x"})
            assert record.status_code == 201 and record.headers["Location"].startswith("/v1/"), record.text
            assert session.get(f"{url}/v1/images/{record.json()['id']}/original", timeout=60).content == data
            assert "203.0.113.9" not in server.log_text()
            info = session.get(f"{url}/iiif/3/{record.json()['id']}/info.json", timeout=60).json()
            assert info["id"].startswith(f"https://{SERVER_NAME}/iiif/3/"), info["id"]
