"""The fixtures of all end-to-end tests: a real server, real images, and the corpus if it is available."""
import os
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from tintype_server import Server  # noqa: E402
import fixtures  # noqa: E402


@pytest.fixture
def server(tmp_path):
    """An empty server, stopped after the test."""
    with Server(tmp_path / "data") as running:
        yield running


@pytest.fixture(scope="module")
def module_server(tmp_path_factory):
    """One server for the tests of a module that do not interfere with each other."""
    with Server(tmp_path_factory.mktemp("module") / "data") as running:
        yield running


@pytest.fixture
def make_server(tmp_path):
    """Starts servers with their own options; all are stopped after the test."""
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
    """The corpus of real images. If it is not available, tests that need it are skipped with that reason."""
    folder = corpus_folder()
    if folder is None:
        pytest.skip("the corpus of real images is not here (set TINTYPE_CORPUS)")
    return folder


def pytest_report_header(config):
    return f"corpus: {'there' if corpus_folder() else 'not here; the tests that need it are skipped'}"
