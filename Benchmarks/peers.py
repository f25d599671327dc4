"""The peers that make renditions: each is started on its own port, and always stopped."""
import contextlib
import dataclasses
import os
import pathlib

import nginx
from photos import ROOT
from processes import free_port, started

PROGRAMS = ROOT / ".venv-bench/bin"
APPLICATIONS = pathlib.Path(__file__).resolve().parent
IIPSRV = "/usr/lib/iipimage-server/iipsrv.fcgi"

THUMBOR = """
LOADER = 'thumbor.loaders.file_loader'
FILE_LOADER_ROOT_PATH = '{files}'
STORAGE = 'thumbor.storages.no_storage'
RESULT_STORAGE = None
QUALITY = {quality}
PROGRESSIVE_JPEG = False
"""

# A process of iipsrv answers one connection at a time: a kept one would keep the others waiting.
FASTCGI = """location / {
    fastcgi_pass iipsrv;
    fastcgi_param REQUEST_METHOD $request_method; fastcgi_param QUERY_STRING $query_string;
    fastcgi_param REQUEST_URI $request_uri; fastcgi_param SERVER_PROTOCOL $server_protocol;
    fastcgi_param HTTP_HOST $http_host; fastcgi_param SERVER_NAME localhost; fastcgi_param SERVER_PORT $server_port; }"""


@dataclasses.dataclass(frozen=True)
class Peer:
    """A server that listens, and its process."""
    name: str
    port: int
    pid: int
    host: str = "127.0.0.1"


@contextlib.contextmanager
def thumbor(folder, files, quality):
    """Two processes of thumbor; a file is at `/unsafe/WIDTHx0/NAME`."""
    folder.mkdir()
    (folder / "thumbor.conf").write_text(THUMBOR.format(files=files, quality=quality))
    port = free_port()
    command = [PROGRAMS / "thumbor", "-i", "127.0.0.1", "-p", str(port), "-c", folder / "thumbor.conf", "--processes",
               "2", "-l", "error"]
    with started(command, port, folder / "log") as process:
        yield Peer("thumbor", port, process.pid)


@contextlib.contextmanager
def pyvips(folder, files, concurrency=None):
    """Flask and pyvips under gunicorn with two workers; a file is at `/FORMAT/WIDTH/QUALITY/NAME`.

    `concurrency` is the number of threads of libvips; None leaves it to libvips.
    """
    folder.mkdir()
    port = free_port()
    command = [PROGRAMS / "gunicorn", "-w", "2", "-b", f"127.0.0.1:{port}", "--chdir", APPLICATIONS,
               "--worker-tmp-dir", folder, "--log-level", "error", "pyvips_application:application"]
    environment = {"FILES": str(files)} | ({"VIPS_CONCURRENCY": str(concurrency)} if concurrency else {})
    with started(command, port, folder / "log", environment) as process:
        yield Peer("Flask + pyvips", port, process.pid)


@contextlib.contextmanager
def image_filter(folder, files, quality):
    """An nginx with its filter of images; a file is at `/NAME?width=WIDTH`."""
    location = f"""location / {{
        image_filter resize $arg_width -; image_filter_jpeg_quality {quality}; image_filter_buffer 64M; }}"""
    module = "load_module /usr/lib/nginx/modules/ngx_http_image_filter_module.so;"
    with nginx.running(folder, files, location, module) as (port, pid):
        yield Peer("nginx image_filter", port, pid)


@contextlib.contextmanager
def iipsrv(folder, files, quality, cache=0):
    """Two processes of iipsrv behind nginx; a file is at `/iiif/NAME/`. `cache` is in megabytes for each."""
    folder.mkdir()
    environment = {"FILESYSTEM_PREFIX": f"{files}/", "JPEG_QUALITY": str(quality), "MAX_IMAGE_CACHE_SIZE": str(cache),
                   "VERBOSITY": "0", "URI_MAP": "iiif=>IIIF", "OMP_NUM_THREADS": "1", "LOGFILE": os.devnull}
    with contextlib.ExitStack() as stack:
        ports = []
        for number in range(2):
            ports.append(free_port())
            command = [IIPSRV, "--bind", f"127.0.0.1:{ports[-1]}", "--backlog", "1024"]
            stack.enter_context(started(command, ports[-1], folder / f"log{number}", environment))
        upstream = f"upstream iipsrv {{ {' '.join(f'server 127.0.0.1:{one};' for one in ports)} }}"
        port, pid = stack.enter_context(nginx.running(folder / "nginx", files, FASTCGI, upstream=upstream))
        yield Peer("iipsrv", port, pid)
