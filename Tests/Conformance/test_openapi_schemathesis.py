"""Schemathesis, which others wrote, holds the running server against openapi.yaml: requests that keep to the
description, requests that break it, and chains of requests that follow from each other."""
import os
import pathlib
import subprocess
import sys

import pytest

import fixtures

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLES = os.environ.get("TINTYPE_SCHEMATHESIS_EXAMPLES", "60")
COMMAND = [sys.executable, "-c", "from schemathesis.cli import schemathesis; schemathesis()"]

# Every check but these:
# - ignored_auth: an open server lets everybody in; who may do what has a test of its own.
# - positive_data_acceptance: what makes an image an image cannot be said in a schema, and so cannot be generated.
# - use_after_free: takes a DELETE for done when the request before it succeeded, also where the DELETE itself was refused
#   for its credentials; that what has been deleted is gone is tested end to end.
EXCLUDED = "ignored_auth,positive_data_acceptance,use_after_free"


# An optional body that is "broken" by leaving it out is no fault, but counts as one: these are fuzzed within the description
# only, and the coverage phase and the tests of jobs break it.
GENERATE = ["generateThumbnails", "generateFullSize", "invite", "refreshSession"]

# The generator of the coverage phase never ends with the many parameters of these; fuzzing sees to them.
MANIFOLD = ["listImages", "countImages", "renderImage"]

RUNS = {
    "examples": ["--phases", "examples"],
    "coverage": ["--phases", "coverage", *[word for id in MANIFOLD for word in ("--exclude-operation-id", id)]],
    "fuzzing": ["--phases", "fuzzing", *[word for id in GENERATE for word in ("--exclude-operation-id", id)]],
    "fuzzing of optional bodies": [
        "--phases", "fuzzing", "--mode", "positive", *[word for id in GENERATE for word in ("--include-operation-id", id)]],
    "stateful": ["--phases", "stateful", "--mode", "positive"],
}


@pytest.mark.parametrize("run", RUNS)
def test_the_server_conforms_to_its_description(make_server, run, tmp_path):
    server = make_server("--derive", "now", "--access-log", "off", "--access", "open")
    for seed in range(3):
        server.upload(fixtures.jpeg(seed, 64, 48), f"{seed}.jpg")
    done = subprocess.run(
        [*COMMAND, "--config-file", str(ROOT / "Tests/Conformance/schemathesis.toml"), "run", str(ROOT / "openapi.yaml"), "--url", server.url, *RUNS[run], "--checks", "all",
         "--exclude-checks", EXCLUDED, "--max-examples", EXAMPLES, "--generation-deterministic",
         "--continue-on-failure", "--request-timeout", "20", "--suppress-health-check", "all", "--no-color", "--warnings", "off",
         # Its stream lasts as long as its job; it is tested on its own.
         "--exclude-path", "/v1/jobs/{id}/events"],
        capture_output=True, text=True, cwd=tmp_path, timeout=150)
    assert server.process.poll() is None, "the server has ended"
    assert server.get("/livez").status_code == 200
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
