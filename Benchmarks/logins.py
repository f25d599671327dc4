"""200 simultaneous logins, and the time of thumbnails meanwhile, compared with the time without logins."""
import json
import shutil
import subprocess
import time

import machine
from meanwhile import asked_for, kept_thumbnails
from measure import Row, Spread, at_most, percentile, require
from tintype_server import Server

NAME = "logins"
LOGINS = 200
PASSWORD = "correct horse battery staple"
HOW = """`curl --parallel` sends 200 logins at once; each takes an Argon2id hash of 64 MiB. Another process requests kept
thumbnails, 200 per second over four connections, during the logins and then for the same time without them."""


def run(context):
    results = context.rounds(5, lambda number: once(context.folder / f"logins{number}", context.folder))
    peace, storm, seconds = zip(*results)
    ratios = [meanwhile / before for meanwhile, before in zip(storm, peace)]
    return [
        Row(f"Kept thumbnails during {LOGINS} logins, p99", "ms", Spread.of(storm), Spread.of(peace), "without logins",
            Spread.of(ratios), at_most(2)),
        Row(f"{LOGINS} logins at once", "s", Spread.of(seconds)),
    ]


def once(data, folder):
    """Milliseconds of the slowest hundredth of thumbnails, without and during the logins; and the seconds of the logins."""
    machine.settle()
    with Server(data, "--access-log", "off", "--access", "open") as server:
        paths = kept_thumbnails(server, folder)
        account = {"handle": "alice", "password": PASSWORD}
        require(server.post("/v1/accounts", json=account).status_code == 201, "there is no account")
        started = time.monotonic()
        with asked_for(server, paths) as meanwhile:
            storm(server, account)
        seconds = time.monotonic() - started
        with asked_for(server, paths) as peace:
            time.sleep(seconds)
    shutil.rmtree(data)
    return percentile(peace, 0.99) * 1000, percentile(meanwhile, 0.99) * 1000, seconds


def storm(server, account):
    url = f"{server.url}/v1/sessions?"
    urls = [word for number in range(LOGINS) for word in ("-o", "/dev/null", f"{url}{number}")]
    said = subprocess.run(
        ["curl", "-s", "--parallel", "--parallel-immediate", "--parallel-max", str(LOGINS), "--json", json.dumps(account),
         "-w", "%{http_code}\\n", *urls], capture_output=True, text=True, check=True, timeout=300).stdout
    require(said.split() == ["201"] * LOGINS, f"not all logins succeed: {sorted(set(said.split()))}")
