"""What every end-to-end test stands on: a real server of its own, real images, and the corpus where it is there."""
import os
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from tintype_server import Server  # noqa: E402
import fixtures  # noqa: E402


@pytest.fixture
def server(tmp_path):
    """A server with nothing in it, stopped after the test."""
    with Server(tmp_path / "data") as running:
        yield running


@pytest.fixture(scope="module")
def module_server(tmp_path_factory):
    """One server for the tests of a module that do not get into each other's way."""
    with Server(tmp_path_factory.mktemp("module") / "data") as running:
        yield running


@pytest.fixture
def make_server(tmp_path):
    """Starts servers with options of their own; all are stopped after the test."""
    running = []

    def make(*options, data=None, **keywords):
        one = Server(data or tmp_path / f"data{len(running)}", *options, **keywords)
        running.append(one)
        return one.start()

    yield make
    for one in running:
        one.stop()


@pytest.fixture(scope="session")
def images(tmp_path_factory):
    """Images of every format, made here."""
    return fixtures.Images(tmp_path_factory.mktemp("images"))


def corpus_folder():
    named = os.environ.get("TINTYPE_CORPUS")
    folder = pathlib.Path(named) if named else pathlib.Path(__file__).parent.parent.parent / "shared/corpus"
    return folder if (folder / "manifest.tsv").exists() else None


@pytest.fixture(scope="session")
def corpus():
    """The corpus of real images. Where it is not there, what needs it is skipped, and says so."""
    folder = corpus_folder()
    if folder is None:
        pytest.skip("the corpus of real images is not here (set TINTYPE_CORPUS)")
    return folder


def pytest_report_header(config):
    return f"corpus: {'there' if corpus_folder() else 'not here; the tests that need it are skipped'}"
