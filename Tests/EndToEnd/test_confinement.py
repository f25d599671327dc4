"""Decoders are confined and still decode everything: as root, as an ordinary user, and in a folder that is all there is."""
import ctypes
import io
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import pytest
from PIL import Image

import fixtures
from test_corpus import complain, each, entries, upload
from tintype_server import BINARY, Server

NOBODY = 65534
OUTPUTS = ["jpeg", "png", "webp", "gif", "avif", "tiff", "jxl"]
TEXT = ('<svg xmlns="http://www.w3.org/2000/svg" width="200" height="60">'
        '<text x="5" y="45" font-family="DejaVu Sans" font-size="40">Text</text></svg>').encode()

only_root = pytest.mark.skipif(os.geteuid() != 0 or not fixtures.has("setpriv"), reason="needs root and setpriv to become somebody else")


# Starts a program for which the kernel seems to lack system calls: name=error, separated by commas.
WITHOUT = """
import ctypes, errno, os, sys
library = ctypes.CDLL("libseccomp.so.2")
library.seccomp_init.restype = ctypes.c_void_p
context = ctypes.c_void_p(library.seccomp_init(0x7FFF0000))
for name, error in (pair.split("=") for pair in sys.argv[1].split(",")):
    number = library.seccomp_syscall_resolve_name(name.encode())
    assert library.seccomp_rule_add_array(context, 0x00050000 | getattr(errno, error), number, 0, None) == 0
assert library.seccomp_load(context) == 0
os.execvp(sys.argv[2], sys.argv[2:])
"""


def without(calls):
    return [sys.executable, "-c", WITHOUT, calls]


def has_landlock():
    return ctypes.CDLL(None).syscall(444, None, 0, 1) > 0


def confinement(server):
    """The line of the log that says what confines the decoders."""
    def line():
        lines = [json.loads(line) for line in server.log_text().splitlines() if line.startswith("{")]
        return next((line for line in lines if line["message"].startswith("decoders are confined")), None)
    return server.wait_until(line)


def assert_all_decodes(server, corpus):
    """Every good file passes verification, and one of each format is rendered in every format."""
    accepted = entries(corpus, "accept")
    answers = each(lambda entry: upload(server, corpus, entry, "?verify=true"), accepted)
    complain([(entry["path"], status, answer.get("detail")) for entry, (status, answer) in zip(accepted, answers) if status not in (200, 201)])
    examples = {entry["format"]: answer["id"] for entry, (status, answer) in zip(accepted, answers) if status == 201}
    for name, data in [("bitmap.bmp", fixtures.encoded(fixtures.picture(), "BMP")), ("text.svg", TEXT)]:
        status, answer = server.upload(data, name)
        assert status == 201, answer
        examples[name] = answer["id"]
    assert len(examples) == 10, examples.keys()
    asked = [f"/v1/images/{id}/render?width=200&format={output}" for id in examples.values() for output in OUTPUTS]
    answers = dict(zip(asked, each(server.get, asked)))
    complain([(path, answer.text) for path, answer in answers.items() if answer.status_code != 200])
    drawn = answers[f"/v1/images/{examples['text.svg']}/render?width=200&format=png"].content
    assert len(Image.open(io.BytesIO(drawn)).convert("RGBA").getcolors(9999)) > 20, "the text is not drawn"


def test_the_log_says_what_confines_decoders(server):
    line = confinement(server)
    if has_landlock():
        assert line["level"] == "info" and line["by"].startswith("landlock, seccomp"), line
    else:
        assert line["level"] == "warning" and line["by"].startswith("seccomp"), line


@pytest.mark.parametrize("calls, missing", [
    ("landlock_create_ruleset=ENOSYS", "landlock"), ("landlock_create_ruleset=EOPNOTSUPP,unshare=EPERM", "landlock"),
    ("seccomp=EINVAL", "seccomp"), ("seccomp=ENOSYS", "seccomp")])
def test_a_kernel_that_lacks_a_part_gets_a_warning_and_the_other_parts_hold(calls, missing, make_server):
    server = make_server(prefix=without(calls))
    line = confinement(server)
    assert line["level"] == "warning"
    measures = line["by"].split(", ")
    assert missing not in measures and ("seccomp" if missing == "landlock" else "landlock") in measures
    assert ("network namespace" in measures) <= ("unshare" not in calls)
    possible = line["possible"]
    if missing == "landlock":
        assert not any(word in possible for word in ["write", "socket", "process", "program", "parent", "mem"])
        if os.geteuid() == 0:
            assert "user nobody" in measures and "keys" not in possible
    else:
        assert "open a socket" in possible and not any(word in possible for word in ["read", "write"])
    status, record = server.upload(fixtures.jpeg(), path="/upload/?verify=true")
    assert status == 201 and server.get(record["links"]["thumbnail"]).status_code == 200


@only_root
def test_without_a_namespace_nothing_else_changes(make_server):
    line = confinement(make_server(prefix=without("unshare=EPERM")))
    if has_landlock():
        assert (line["level"], line["by"]) == ("info", "landlock, seccomp")


@pytest.fixture
def public_folder():
    """A folder that every user can reach."""
    folder = pathlib.Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@only_root
def test_everything_decodes_for_an_ordinary_user(corpus, public_folder):
    os.chown(public_folder, NOBODY, NOBODY)
    # Whoever runs the tests may have the program where nobody else can reach it.
    program = shutil.copy(BINARY, public_folder / "program")
    prefix = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--inh-caps=-all", 
              "env", "HOME=/nonexistent", "sh", "-c", f'shift; exec {program} "$@"', "sh"]
    with Server(public_folder / "data", "--derive", "now", "--access-log", "off", prefix=prefix) as server:
        assert "seccomp" in confinement(server)["by"]
        assert_all_decodes(server, corpus)


def libraries(*files):
    """The shared libraries that programs and modules need, under the names by which they are found."""
    told = subprocess.run(["ldd", *map(str, files)], capture_output=True, text=True).stdout
    return sorted(set(re.findall(r"(/\S+) \(0x", told)))


def copy_into(root, path):
    """Copies a file or folder to its own path below a root; a link as what it leads to."""
    target = root / str(path).lstrip("/")
    target.parent.mkdir(parents=True, exist_ok=True)
    if path.is_dir():
        shutil.copytree(path, target, dirs_exist_ok=True)
    elif not target.exists():
        shutil.copy2(path, target)


@pytest.fixture
def small_root(public_folder):
    """A root folder with the program, its libraries, their modules and settings, fonts, and nothing else."""
    modules = [folder for pattern in ["vips-modules-*", "ImageMagick-6*", "gdk-pixbuf-2.0"] for folder in pathlib.Path("/usr/lib").glob(f"*/{pattern}")]
    loaded = [file for folder in modules for file in folder.rglob("*.so")]
    settings = [pathlib.Path(path) for path in ["/etc/ImageMagick-6", "/etc/fonts", "/usr/share/fontconfig", "/usr/share/fonts"]]
    for path in [BINARY, *modules, *settings, *map(pathlib.Path, libraries(BINARY, *loaded))]:
        if path.exists():
            copy_into(public_folder, path)
    for name in ["proc", "dev", "tmp", "data"]:
        (public_folder / name).mkdir(exist_ok=True)  # The program itself may lie in one of them.
    return public_folder


@only_root
@pytest.mark.skipif(not fixtures.has("unshare"), reason="needs unshare to mount for this test alone")
def test_everything_decodes_in_a_root_folder_with_only_the_libraries(corpus, small_root, tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    within = small_root / str(tmp_path).lstrip("/")
    within.mkdir(parents=True)
    mounts = f'mount -t proc proc {small_root}/proc && mount --bind /dev {small_root}/dev && mount --bind {tmp_path} {within}'
    prefix = ["unshare", "--mount", "sh", "-c", f'{mounts} && exec chroot {small_root} "$@"', "sh"]
    with Server(data, "--derive", "now", "--access-log", "off", prefix=prefix) as server:
        assert "seccomp" in confinement(server)["by"]
        assert_all_decodes(server, corpus)


def test_libvips_finds_its_modules_by_its_variable(make_server, public_folder, images):
    modules = next(pathlib.Path("/usr/lib").glob("*/vips-modules-*"))
    # libvips looks in the folder that is named as the one that it was built for.
    folder = public_folder / "home" / modules.parent.name / modules.name
    folder.mkdir(parents=True)
    shutil.copy(modules / "vips-heif.so", folder)
    # The data is beside, as it may be in an unpacked archive.
    server = make_server(data=public_folder / "data", environment={"VIPSHOME": str(public_folder / "home")})
    if has_landlock():
        assert confinement(server)["level"] == "info"
    assert server.upload(images.by_format["heic"], path="/upload/?verify=true")[0] == 201
    _, record = server.upload(images.by_format["png"])
    assert server.get(f"/v1/images/{record['id']}/render?width=20&format=avif").status_code == 200
    assert server.get(f"/v1/images/{record['id']}/render?width=20&format=jxl").status_code != 200, "its module is not there"
