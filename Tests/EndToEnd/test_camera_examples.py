"""The example clients of a camera, as their README uses them, over a connection that fails."""
import os
import pathlib
import socket
import subprocess
import sys
import threading

import pytest

import fixtures
from people import register

EXAMPLES = pathlib.Path(__file__).resolve().parents[2] / "examples" / "camera"


class BadLine:
    """Forwards connections to a server; the answers of the first few are lost on the way."""

    def __init__(self, server, lost):
        self.server, self.lost = server, lost
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            self.lost -= 1
            threading.Thread(target=self.forward, args=(client, self.lost >= 0), daemon=True).start()

    def forward(self, client, is_lost):
        with client, self.server.connect() as upstream:
            def send():
                try:
                    while data := client.recv(65536):
                        upstream.sendall(data)
                except OSError:
                    pass
            threading.Thread(target=send, daemon=True).start()
            try:
                while data := upstream.recv(65536):
                    if is_lost:
                        # The server has answered, and the client never learns it.
                        return client.shutdown(socket.SHUT_RDWR)
                    client.sendall(data)
            except OSError:
                pass

    def close(self):
        self.listener.close()


@pytest.fixture
def camera(make_server, tmp_path):
    """A server, the token of a camera, and a folder of its pictures."""
    server = make_server("--access", "accounts", "--registration", "open")
    owner = register(server, "owner")
    token = owner.post("/v1/tokens", json={"name": "door", "scopes": ["upload"]}).json()["token"]
    folder = tmp_path / "pictures"
    folder.mkdir()
    for number in range(3):
        (folder / f"shelf {number}.jpg").write_bytes(fixtures.jpeg(70_000 + number, 64, 48))
    line = BadLine(server, lost=1)
    environment = {**os.environ, "TINTYPE_URL": line.url, "TINTYPE_TOKEN": token}
    yield owner, folder, environment
    line.close()


def test_the_shell_client_sends_a_batch_once_over_a_bad_line(camera):
    owner, folder, environment = camera
    pictures = sorted(folder.iterdir())
    command = [str(EXAMPLES / "camera.sh"), "Nord \"1\"", "door", *map(str, pictures)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert "total:3 pending:0 ready:3 failed:0" in done.stdout
    batches = owner.get("/image_batches").json()
    assert batches["total"] == 1
    assert [item["attributes"]["name"] for item in batches["batches"][0]["items"]] == [path.name for path in pictures]
    assert len(owner.ids('&attr.store_name=Nord "1"&attr.camera_id=door')) == 3


def test_the_shell_client_says_what_was_refused(camera):
    owner, folder, environment = camera
    (folder / "x.jpg").write_bytes(b"no picture")
    command = [str(EXAMPLES / "camera.sh"), "Nord", "door", str(folder / "x.jpg"), str(folder / "shelf 0.jpg")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 1 and "refused: This is plain text" in done.stderr and "ready:1 failed:1" in done.stdout


def test_the_python_client_empties_its_folder_over_a_bad_line(camera):
    owner, folder, environment = camera
    (folder / "bad.jpg").write_bytes(b"no picture")
    command = [sys.executable, str(EXAMPLES / "camera.py"), "--store", "Nord", "--camera", "door", "--settled", "0",
               "--batch", "3", str(folder)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 1 and "trying again" in done.stderr
    assert done.stdout.splitlines()[0].startswith("2 of 3 pictures are images now")
    assert sorted(path.name for path in folder.rglob("*")) == ["bad.jpg", "bad.jpg.txt", "refused"]
    assert "plain text" in (folder / "refused" / "bad.jpg.txt").read_text()
    assert owner.get("/image_batches").json()["total"] == 2
    assert len(owner.ids("&attr.store_name=Nord&attr.camera_id=door")) == 3


def test_a_camera_whose_token_is_revoked_is_told(camera):
    owner, folder, environment = camera
    for command in (["camera.sh", "Nord", "door", str(folder / "shelf 0.jpg")],
                    ["camera.py", "--store", "Nord", "--camera", "door", "--settled", "0", str(folder)]):
        done = subprocess.run(
            [str(EXAMPLES / command[0]), *command[1:]], env={**environment, "TINTYPE_TOKEN": "tt_x"},
            capture_output=True, text=True, timeout=120)
        assert done.returncode == 1 and "unauthorized" in done.stderr
    assert len(list(folder.iterdir())) == 3
