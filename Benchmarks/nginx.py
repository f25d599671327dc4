"""The peer that serves files, reduces pictures, and is the front end of FastCGI servers."""
import contextlib
import os

from processes import free_port, started

CONFIGURATION = """
{modules}
worker_processes 2;
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/nginx-error.log;
{user}
events {{ worker_connections 1024; }}
http {{
    access_log off;
    sendfile on;
    tcp_nopush on;
    open_file_cache max=1000 inactive=60s;
    keepalive_requests 1000000000;
    types {{ image/jpeg jpg; image/webp webp; image/avif avif; application/zip zip; }}
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    {upstream}
    server {{ listen 127.0.0.1:{port}{listen}; root {files}; {location} }}
}}
"""


@contextlib.contextmanager
def running(folder, files, location="", modules="", upstream="", listen=""):
    """An nginx that keeps its own in one folder, and has another for its root; answers its port and its process."""
    port = free_port()
    # Started by root it would become a user who may not look into our folder.
    user = "user root;" if os.getuid() == 0 else ""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "nginx.conf").write_text(CONFIGURATION.format(
        folder=folder, files=files, port=port, user=user, location=location, modules=modules,
        upstream=upstream, listen=listen))
    command = ["/usr/sbin/nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")]
    with started(command, port, folder / "nginx.log") as process:
        yield port, process.pid


@contextlib.contextmanager
def serving(folder, name):
    """An nginx that serves what is in `folder/files`; answers the address of one file, and its process."""
    with running(folder, folder / "files") as (port, pid):
        yield f"http://127.0.0.1:{port}/{name}", pid
