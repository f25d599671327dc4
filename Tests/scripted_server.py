"""A small server that answers as a test says, and records its requests."""
import http.server
import json
import threading


class ScriptedServer:
    """Answers each request by a function of the request; records all requests. With a TLS context, over TLS."""

    def __init__(self, answer, context=None):
        self.answer, self.requests = answer, []
        owner = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self):
                length = int(self.headers.get("Content-Length") or 0)
                request = Request(self.command, self.path, dict(self.headers.items()), self.rfile.read(length))
                owner.requests.append(request)
                status, fields, body = owner.answer(request)
                if not isinstance(body, bytes):
                    body = json.dumps(body).encode()
                self.send_response(status)
                for name, value in fields.items():
                    self.send_header(name, value)
                if "Content-Length" not in fields:
                    self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(body)

            do_GET = do_POST = do_PATCH = do_DELETE = do_HEAD = handle_any

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        if context:
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        self.url = f"{'https' if context else 'http'}://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05})

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def asked(self, method, path):
        return [request for request in self.requests if request.method == method and request.path.startswith(path)]


class Request:
    def __init__(self, method, path, headers, body):
        self.method, self.path, self.headers, self.body = method, path, headers, body

    @property
    def json(self):
        return json.loads(self.body)


def problem(status, detail, **fields):
    return status, {"Content-Type": "application/problem+json", **fields}, {
        "type": f"/problems/p{status}", "title": "A problem", "status": status, "detail": detail}
