"""What packages are tried in. They are tests of their own (make test-package): they need root, and Debian's mirror."""
import os
import subprocess

import pytest

from bare_system import ROOT, BareSystem


@pytest.fixture(scope="session", autouse=True)
def needs_root():
    if os.geteuid() != 0:
        pytest.skip("needs root, to work in a folder as in a system of its own")


@pytest.fixture(scope="module")
def bare_system(tmp_path_factory):
    """A Debian 12 with nothing but its base, for the tests of one module."""
    folder = tmp_path_factory.mktemp("system")
    # Users of the system have to reach what is in it.
    for part in [folder, *folder.parents][:3]:
        part.chmod(part.stat().st_mode | 0o011)
    yield BareSystem(folder / "root")
    subprocess.run(["rm", "-rf", "--one-file-system", folder / "root"], check=True)


def made(script, *arguments):
    """Runs one of the scripts that make packages; returns the file that it names."""
    done = subprocess.run([ROOT / "Scripts" / script, *arguments], capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stderr
    return ROOT / done.stdout.splitlines()[-1]
