"""Starts and stops the real binary."""
import os
import pathlib
import re
import signal
import socket
import subprocess
import time

import requests

ROOT = pathlib.Path(__file__).resolve().parent.parent
BINARY = pathlib.Path(os.environ.get("TINTYPE_BINARY", ROOT / ".build/release/tintype"))


class Server:
    """One server with its own data folder, on a port that the system chooses."""

    def __init__(self, data, *options, environment=None, prefix=()):
        self.data = pathlib.Path(data)
        self.options = [str(option) for option in options]
        self.environment = {**os.environ, **(environment or {})}
        self.prefix = list(prefix)
        self.process = None
        self.session = requests.Session()

    def start(self):
        self.data.parent.mkdir(parents=True, exist_ok=True)
        self.log = open(self.data.parent / f"{self.data.name}.log", "ab")
        self.process = subprocess.Popen(
            [*self.prefix, str(BINARY), "serve", "--port", "0", "--data", str(self.data), *self.options],
            stdout=subprocess.PIPE, stderr=self.log, env=self.environment, start_new_session=True)
        line = self.process.stdout.readline().decode()
        match = re.search(r"(https?)://(\S+):(\d+)/", line)
        if not match:
            self.process.wait(10)
            raise RuntimeError(f"the server does not start: {self.log_text()[-2000:]}")
        self.host, self.port = match[2], int(match[3])
        self.url = f"{match[1]}://{self.host}:{self.port}"
        return self

    def stop(self, how=signal.SIGTERM, within=40):
        """Stops the server; returns its exit status."""
        if self.process is None:
            return None
        if self.process.poll() is None:
            self.process.send_signal(how)
        try:
            status = self.process.wait(within)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise
        finally:
            self.process.stdout.close()
            self.log.close()
            self.session.close()
            self.session = requests.Session()
            self.process = None
        return status

    def restart(self):
        self.stop()
        return self.start()

    def kill(self):
        return self.stop(signal.SIGKILL)

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()

    def log_text(self):
        return (self.data.parent / f"{self.data.name}.log").read_text(errors="replace")

    def setup_code(self):
        """The code for the first account, as the log has it. Lines are written by a thread of their own."""
        return self.wait_until(lambda: re.findall(r"the setup code (setup-[\w-]+)", self.log_text()))[-1]

    # Requests

    def request(self, method, path, **keywords):
        keywords.setdefault("timeout", 60)
        return self.session.request(method, self.url + path, **keywords)

    def get(self, path, **keywords):
        return self.request("GET", path, **keywords)

    def post(self, path, **keywords):
        return self.request("POST", path, **keywords)

    def upload(self, file, name=None, path="/upload/", fields=None, **keywords):
        """Uploads one file by a form; returns the record or the problem, and the status."""
        data = file if isinstance(file, bytes) else pathlib.Path(file).read_bytes()
        name = name or (file.name if isinstance(file, pathlib.Path) else "image")
        response = self.post(path, files={"file": (name, data)}, data=fields or {}, **keywords)
        body = response.json()
        return response.status_code, (body["images"][0] if "images" in body else body)

    def record(self, id):
        return self.get(f"/v1/images/{id}").json()

    def metric(self, name):
        """The value of a metric, with its labels as they are written."""
        for line in self.get("/metrics").text.splitlines():
            if line.startswith(name + " "):
                return float(line.rsplit(" ", 1)[1])
        raise KeyError(name)

    def wait_until(self, condition, seconds=30):
        """Waits, with a time limit, until a condition holds; returns its value."""
        deadline = time.monotonic() + seconds
        while True:
            result = condition()
            if result:
                return result
            assert time.monotonic() < deadline, "the condition did not come about in time"
            time.sleep(0.02)

    def wait_for_job(self, id, seconds=60):
        def over():
            job = self.get(f"/v1/jobs/{id}").json()
            return job if job["state"] in ("done", "failed") else None
        return self.wait_until(over, seconds)

    def wait_for_job_as(self, person, id, seconds=60):
        """The same, requested by somebody who may know of the job."""
        def over():
            job = person.get(f"/v1/jobs/{id}").json()
            return job if job["state"] in ("done", "failed") else None
        return self.wait_until(over, seconds)

    def wait_until_ready(self, id, seconds=30):
        def over():
            record = self.record(id)
            return record if record["state"] != "pending" else None
        return self.wait_until(over, seconds)

    def connect(self, timeout=30):
        """A bare socket to the server."""
        return socket.create_connection((self.host.strip("[]"), self.port), timeout=timeout)

    def raw(self, request, timeout=30):
        """Sends bytes, and returns everything that is received until the server closes."""
        with self.connect(timeout) as connection:
            connection.sendall(request)
            parts = []
            while part := connection.recv(65536):
                parts.append(part)
            return b"".join(parts)

    # Files on the disk

    def staged(self):
        """Names of unfinished uploads."""
        return sorted(path.name for path in (self.data / "staging").glob("*"))

    def kept(self, type="original"):
        """The kept files of a type, by digest."""
        return {path.stem: path for path in sorted((self.data / type).rglob("*")) if path.is_file()}

    def assert_nothing_is_kept(self):
        """No record, no file, and nothing unfinished, even of an upload whose end the server has not noticed yet."""
        self.wait_until(lambda: not self.staged())
        assert not self.kept() and not self.kept("thumbnail") and not self.kept("full-size")
        assert self.get("/v1/images?fields=ids").json()["ids"] == []

    def all_images(self, query="", limit=1000):
        """Every record, over all pages."""
        images, cursor = [], ""
        while True:
            page = self.get(f"/v1/images?limit={limit}{query}{cursor}").json()
            images += page["images"]
            if page["next"] is None:
                return images
            cursor = f"&cursor={page['next']}"

    def check(self, *options):
        """Runs `tintype check` on the data folder; returns its exit status and its output."""
        done = subprocess.run(
            [str(BINARY), "check", "--data", str(self.data), *options], capture_output=True, text=True, timeout=120)
        return done.returncode, done.stdout + done.stderr
