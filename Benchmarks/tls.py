"""TLS by the server itself, compared with nginx in front of it"""
import contextlib
import os
import re
import subprocess

import requests
from PIL import Image

import machine
import nginx
import photos
from certificates import Authority
from fixtures import encoded
from measure import compared, require
from processes import processor_seconds
from tintype_server import Server

NAME = "tls"
HOW = """The same certificate (ECDSA, P-256), the same versions and the cipher suite that the load generator prefers; neither resumes sessions. nginx
(two workers) forwards to the same program without TLS, over connections that it keeps (64 for each worker), and keeps no file on disk on the
way. `wrk` requests a kept thumbnail and an original of 10 MB over persistent connections, and `/livez` with a new connection for each request.
Processor time is that of all servers: with the peer, of nginx and Tintype."""
LOCATION = """ssl_certificate {certificate}; ssl_certificate_key {key}; ssl_protocols TLSv1.2 TLSv1.3;
        ssl_session_cache off; ssl_session_tickets off;
        location / {{ proxy_pass http://tintype; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $http_host;
                      proxy_max_temp_file_size 0; }}"""


def run(context):
    authority = Authority(context.folder / "tls-certificates")
    certificate, key = authority.issue()
    seconds = 1 if context.quick else 2
    with contextlib.ExitStack() as stack:
        options = ("--access-log", "off", "--derive", "now")
        ours = stack.enter_context(Server(context.folder / "tls", *options, "--tls-certificate", certificate, "--tls-key", key))
        behind = stack.enter_context(Server(context.folder / "tls-behind", *options))
        port, proxy = stack.enter_context(nginx.running(
            context.folder / "tls-nginx", context.folder, LOCATION.format(certificate=certificate, key=key), listen=" ssl",
            upstream=f"upstream tintype {{ server 127.0.0.1:{behind.port}; keepalive 64; }}"))
        theirs = f"https://127.0.0.1:{port}"
        require(cipher(ours.port, authority) == cipher(port, authority), "the cipher suites differ")
        thumbnail, original = prepare(context, ours, authority), prepare(context, behind, authority)
        require(thumbnail[1] == original[1], "the files differ")
        cases = [(place, size) for place, size in zip(("thumbnail", "original"), thumbnail[1])]
        loads = [(f"/v1/images/{{}}/{place}", size, connections, ()) for (place, size), connections in zip(cases, (64, 4))]
        loads.append(("/livez", 1, 16, ("-H", "Connection: close")))
        ids = (thumbnail[0], original[0])
        for path, size, *_ in loads[:2]:
            sizes = {len(requests.get(url + path.format(id), timeout=30, verify=authority.file).content)
                     for url, id in zip((ours.url, theirs), ids)}
            require(sizes == {size}, "another file came")

        def measure(_):
            return [tuple(load(url + path.format(id), pids, seconds, size, connections, options)
                          for url, id, pids in ((ours.url, ids[0], (ours.process.pid,)), (theirs, ids[1], (proxy, behind.process.pid))))
                    for path, size, connections, options in loads]

        rounds = context.rounds(3, measure)
    rows = []
    names = [f"Kept thumbnail ({thumbnail[1][0] / 1024:.1f} KiB), 64 connections", f"Original of {thumbnail[1][1] / 1e6:.1f} MB, 4 connections",
             "New connections, each with a handshake"]
    for number, name in enumerate(names):
        rows.append(compared(name, "/s", [(one[number][0][0], one[number][1][0]) for one in rounds], "nginx in front"))
        rows.append(compared("The same: processor time for each response", "µs",
                             [(one[number][0][1], one[number][1][1]) for one in rounds], "nginx in front"))
    return rows


def cipher(port, authority):
    """Version and cipher suite as OpenSSL's client tells them."""
    said = subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-CAfile", str(authority.file)],
                          input="", capture_output=True, text=True).stdout
    require("Verify return code: 0" in said, said)
    return re.search(r"New, (\S+), Cipher is (\S+)", said).groups()


def prepare(context, server, authority):
    """The id of an image of 10 MB, and the bytes of its thumbnail and of itself."""
    file = context.folder / "tls.png"
    if not file.exists():
        file.write_bytes(encoded(Image.frombytes("RGB", (1860, 1860), os.urandom(1860 * 1860 * 3)), "PNG"))
    server.session.trust_env, server.session.verify = False, str(authority.file)
    status, record = server.upload(file)
    require(status == 201, f"the upload is answered with {status}")
    thumbnail = server.get(f"/v1/images/{record['id']}/thumbnail").content
    require(max(photos.size_of(thumbnail)) == 256, "the thumbnail does not fit 256 × 256")
    return record["id"], (len(thumbnail), file.stat().st_size)


def load(url, pids, seconds, length, connections, options):
    """Responses a second, and microseconds of all servers' processor time for each."""
    machine.settle()
    before = sum(map(processor_seconds, pids))
    said = subprocess.run(["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", *options, url], capture_output=True, text=True,
                          check=True, timeout=seconds + 60).stdout
    require("Non-2xx" not in said and "Socket errors" not in said, said)
    count = int(re.search(r"(\d+) requests in", said)[1])
    amount, unit = re.search(r"requests in [^,]+, ([\d.]+)([KMG]?B) read", said).groups()
    require(float(amount) * {"B": 1, "KB": 2**10, "MB": 2**20, "GB": 2**30}[unit] >= 0.99 * count * length,
            "fewer bytes came than were requested")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1]), (sum(map(processor_seconds, pids)) - before) * 1e6 / count
