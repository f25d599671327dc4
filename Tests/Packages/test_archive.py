"""The release archive, unpacked in a Debian 12 with nothing but its base, and run by an ordinary user."""
import base64
import io
import re
import shutil
import subprocess

import pytest
from PIL import Image

import fixtures
from conftest import made
from people import PASSWORD
from tintype_server import Server

USER = 1234
OUTPUTS = ["jpeg", "png", "webp", "gif", "avif", "tiff", "jxl"]
TEXT = ('<svg xmlns="http://www.w3.org/2000/svg" width="200" height="60">'
        '<text x="5" y="45" font-family="DejaVu Sans" font-size="40">Text</text></svg>').encode()


@pytest.fixture(scope="module")
def program(bare_system):
    """The path, within the system, of the program of the archive."""
    shutil.copy(made("make-dist"), bare_system.path("/tmp/archive.tar.gz"))
    bare_system.run("tar", "-xzf", "/tmp/archive.tar.gz", "-C", "/opt")
    [folder] = bare_system.path("/opt").iterdir()
    # People link to programs.
    bare_system.path("/usr/local/bin/tintype").symlink_to(f"../../../opt/{folder.name}/bin/tintype")
    return f"/opt/{folder.name}/bin/tintype"


@pytest.fixture(scope="module")
def server(bare_system, program, tmp_path_factory):
    data = bare_system.path(program).parent.parent / "data"
    data.mkdir()
    subprocess.run(["chown", f"{USER}:{USER}", data], check=True)
    within = "/" + str(data.relative_to(bare_system.folder))
    # The words that the server's own options would be are not used: the paths are others within the system.
    prefix = [*bare_system.prefix(), "setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups", "--inh-caps=-all",
              "env", "-i", "PATH=/usr/local/bin:/usr/bin:/bin", "HOME=/nonexistent",
              "sh", "-c", f"exec tintype serve --port 0 --data {within} --derive now --access-log off", "sh"]
    with Server(data, prefix=prefix) as running:
        yield running


def test_the_system_has_none_of_the_libraries(bare_system, program):
    for name in ("libvips*", "libcurl*", "libglib*", "libmicrohttpd*"):
        assert not list(bare_system.path("/usr/lib").glob("*/" + name)), name
    folder = bare_system.path(program).parent.parent
    told = bare_system.run("sh", "-c", f"LD_TRACE_LOADED_OBJECTS=1 /lib64/ld-linux-x86-64.so.2 /{folder.relative_to(bare_system.folder)}/lib/tintype || true")
    assert "not found" not in told
    for library in re.findall(r"=> (\S+) \(", told):
        assert "/opt/" in library or re.search(r"/lib(c|m|resolv)\.so\.6|/libresolv\.so\.2", library), library
    assert [file.name for file in sorted(folder.glob("lib/*/vips-modules-*/*"))] == ["vips-heif.so", "vips-jxl.so", "vips-magick.so"]


def test_everything_in_it_has_its_licence(bare_system, program):
    folder = bare_system.path(program).parent.parent
    packages = [line.split()[0] for line in (folder / "licences/packages.txt").read_text().splitlines()]
    assert {"libvips42", "libfftw3-double3", "libx265-199", "libmagickcore-6.q16-6", "libstdc++6", "fonts-dejavu-core"} <= set(packages)
    for package in packages:
        assert (folder / f"licences/{package}.txt").stat().st_size > 100, package
    assert (folder / "licences/common/GPL-2").exists() and (folder / "licences/common/GPL-3").exists()
    assert "@" not in re.sub(r"\S+@\S+\.\S+", "", (folder / "README.md").read_text())


def test_every_format_is_read_and_written(server, images):
    files = {name: path.read_bytes() for name, path in images.by_format.items()}
    assert len(files) == 10, "this machine cannot make every format"
    embedded = base64.b64encode(fixtures.encoded(fixtures.picture(64, 64), "PNG")).decode()
    files["text in SVG"] = TEXT
    files["PNG in SVG"] = (f'<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"><image width="64" height="64" '
                           f'href="data:image/png;base64,{embedded}"/></svg>').encode()
    for name, data in files.items():
        status, record = server.upload(data, name)
        assert status == 201 and record["state"] == "ready", (name, record)
        for file in ("thumbnail", "full-size", *(f"render?width=200&format={output}" for output in OUTPUTS)):
            answer = server.get(f"/v1/images/{record['id']}/{file}")
            assert answer.status_code == 200 and answer.headers["Content-Type"].startswith("image/"), (name, file, answer.text)
        if "SVG" in name:
            drawn = Image.open(io.BytesIO(server.get(f"/v1/images/{record['id']}/render?width=200&format=png").content))
            assert len(drawn.convert("RGBA").getcolors(99999)) > 20, f"{name} is not drawn"
        assert server.get(f"/v1/images/{record['id']}/original").content == data


def test_decoders_are_confined_and_cannot_read_the_data_in_the_same_folder(server):
    line = server.wait_until(lambda: next((line for line in server.log_text().splitlines() if "decoders are confined" in line), None))
    assert '"level":"info"' in line and "landlock, seccomp" in line


def test_accounts_and_the_client_work(server, bare_system, program):
    data = "/" + str(server.data.relative_to(bare_system.folder))
    as_user = ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups", "env", "HOME=/tmp", "sh", "-c"]
    told = bare_system.run(*as_user, f"{program} accounts add boss --role admin --data {data}", input=PASSWORD + "\n")
    assert "boss can log in now" in told
    picture = bare_system.path("/tmp/picture.jpg")
    picture.write_bytes(fixtures.jpeg(seed=77))
    picture.chmod(0o644)
    told = bare_system.run(
        *as_user, f"{program} login --user boss --server {server.url} && {program} upload --server {server.url} /tmp/picture.jpg", input=PASSWORD + "\n")
    assert "sent" in told, told
