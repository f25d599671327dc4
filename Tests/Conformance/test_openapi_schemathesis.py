"""Schemathesis, which others wrote, holds the running server against openapi.yaml: requests that keep to the
description, requests that break it, and chains of requests that follow from each other."""
import os
import pathlib
import subprocess
import sys

import pytest

import fixtures

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLES = os.environ.get("TINTYPE_SCHEMATHESIS_EXAMPLES", "25")
COMMAND = [sys.executable, "-c", "from schemathesis.cli import schemathesis; schemathesis()"]

# Every check but these:
# - ignored_auth: nothing needs an account here.
# - positive_data_acceptance: what makes an image an image cannot be said in a schema, and so cannot be generated.
EXCLUDED = "ignored_auth,positive_data_acceptance"


@pytest.mark.timeout(400)
@pytest.mark.parametrize("phases", ["examples,coverage,fuzzing", "stateful"])
def test_the_server_keeps_to_its_description(make_server, phases, tmp_path):
    server = make_server("--derive", "now", "--access-log", "off")
    for seed in range(3):
        server.upload(fixtures.jpeg(seed, 64, 48), f"{seed}.jpg")
    done = subprocess.run(
        [*COMMAND, "run", str(ROOT / "openapi.yaml"), "--url", server.url, "--phases", phases, "--checks", "all",
         "--exclude-checks", EXCLUDED, "--max-examples", EXAMPLES, "--generation-deterministic",
         "--continue-on-failure", "--request-timeout", "20", "--suppress-health-check", "all", "--no-color", "--warnings", "off",
         # Its stream lasts as long as its job; it is tested on its own.
         "--exclude-path", "/v1/jobs/{id}/events"],
        capture_output=True, text=True, cwd=tmp_path)
    assert server.process.poll() is None, "the server has ended"
    assert server.get("/livez").status_code == 200
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
