"""The README's tour, as a new user types it."""
import pathlib
import re
import subprocess
import zipfile

from PIL import Image

import fixtures
from tintype_server import BINARY

README = (pathlib.Path(__file__).parents[2] / "README.md").read_text()
# Every request has to succeed, even in the middle of a pipe.
PREAMBLE = """set -eu
shopt -s expand_aliases
curl() { command curl -fsS "$@" || { echo "curl $*" >>failed; return 22; }; }
"""


def tour():
    section = README.partition("## A tour")[2].partition("\n## ")[0]
    return "\n".join(re.findall(r"^```sh\n(.*?)^```", section, re.MULTILINE | re.DOTALL))


def test_the_tour_works(server, tmp_path):
    place, home = tmp_path / "tour", tmp_path / "home"
    (place / ".build/release").mkdir(parents=True)
    (place / ".build/release/tintype").symlink_to(BINARY)
    (place / "data").symlink_to(server.data)
    (place / "bb.jpg").write_bytes(fixtures.jpeg(1, 900, 600))
    (home / "Pictures/lake").mkdir(parents=True)
    for number in range(2, 5):
        (home / f"Pictures/lake/{number}.jpg").write_bytes(fixtures.jpeg(number, 320, 240))
    script = tour().replace("http://localhost:5000", server.url)
    assert script.count("curl ") > 18 and script.count("tintype ") > 8
    done = subprocess.run(
        ["bash", "-c", PREAMBLE + script], cwd=place, capture_output=True, text=True, timeout=120,
        env={"PATH": "/usr/bin:/bin", "HOME": str(home), "LC_ALL": "C.UTF-8", "TINTYPE_SERVER": server.url})
    failed = place / "failed"
    assert done.returncode == 0 and not failed.exists(), (done.stdout[-2000:], done.stderr, failed.exists() and failed.read_text())
    assert '"duplicate":true' in done.stdout.replace(" ", "")
    sizes = {"original.jpg": (900, 600), "thumbnail.jpg": (256, 171), "full-size.jpg": (900, 600), "card.webp": (400, 300),
             "middle.jpg": (300, 200), "signed.jpg": (400, 267), "for-you.jpg": (900, 600)}
    assert {name: Image.open(place / name).size for name in sizes} == sizes
    assert zipfile.ZipFile(place / "tour.zip").testzip() is None
    lake = {path.read_bytes() for path in (home / "Pictures/lake").iterdir()}
    assert lake <= {path.read_bytes() for path in (place / "from-server").rglob("*.jpg")}
    assert {path.read_bytes() for path in (place / "copies").rglob("*.jpg")} >= lake
