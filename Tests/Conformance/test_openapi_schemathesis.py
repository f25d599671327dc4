"""Schemathesis, a third-party tool, tests the running server against openapi.yaml: with requests that conform to the
description, requests that violate it, and sequences of dependent requests."""
import os
import pathlib
import subprocess
import sys

import pytest

import fixtures

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLES = os.environ.get("TINTYPE_SCHEMATHESIS_EXAMPLES", "30")
# The bytes of resumable uploads have a type of their own.
COMMAND = [sys.executable, "-c", """
import schemathesis
from schemathesis.cli import schemathesis as run
schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")
run()"""]

# Every check except:
# - ignored_auth: an open server lets everybody in; other tests check who may do what.
# - positive_data_acceptance: a schema cannot describe what a valid image is, so valid images cannot be generated.
# - use_after_free: it assumes that a DELETE succeeded if the request before it did, even if the DELETE itself was refused
#   for its credentials; the end-to-end tests check that deleted things are gone.
EXCLUDED = "ignored_auth,positive_data_acceptance,use_after_free"


# An optional body that is "broken" by leaving it out is valid, but counts as an error: for these, fuzzing uses only valid
# requests; the coverage phase and the tests of jobs send invalid ones.
GENERATE = ["generateThumbnails", "generateFullSize", "invite", "refreshSession"]

# The generator of the coverage phase never ends with the many parameters of these; fuzzing covers them.
MANIFOLD = ["listImages", "countImages", "renderImage", "renderSharedImage"]

RUNS = {
    "examples": ["--phases", "examples"],
    "coverage": ["--phases", "coverage", *[word for id in MANIFOLD for word in ("--exclude-operation-id", id)]],
    "fuzzing": ["--phases", "fuzzing", *[word for id in GENERATE for word in ("--exclude-operation-id", id)]],
    "fuzzing of optional bodies": [
        "--phases", "fuzzing", "--mode", "positive", *[word for id in GENERATE for word in ("--include-operation-id", id)]],
    "stateful": ["--phases", "stateful", "--mode", "positive"],
}


# The tool sends thousands of requests, more with each operation that there is.
@pytest.mark.timeout(900)
@pytest.mark.parametrize("run", RUNS)
def test_the_server_conforms_to_its_description(make_server, run, tmp_path):
    server = make_server("--derive", "now", "--access-log", "off", "--access", "open")
    for seed in range(3):
        server.upload(fixtures.jpeg(seed, 64, 48), f"{seed}.jpg")
    done = subprocess.run(
        [*COMMAND, "--config-file", str(ROOT / "Tests/Conformance/schemathesis.toml"), "run", str(ROOT / "openapi.yaml"), "--url", server.url, *RUNS[run], "--checks", "all",
         "--exclude-checks", EXCLUDED, "--max-examples", EXAMPLES, "--generation-deterministic",
         "--continue-on-failure", "--request-timeout", "20", "--suppress-health-check", "all", "--no-color", "--warnings", "off",
         # These streams last as long as a job, or have no end; they have their own tests.
         "--exclude-path", "/v1/jobs/{id}/events", "--exclude-path", "/v1/changes/events"],
        capture_output=True, text=True, cwd=tmp_path, timeout=840)
    assert server.process.poll() is None, "the server has ended"
    assert server.get("/livez").status_code == 200
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
