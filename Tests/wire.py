"""HTTP byte by byte: for requests that no well-behaved client sends, and for details that it would hide."""
import base64
import hashlib
import os
import socket
import time


class Response:
    """One response as received."""

    def __init__(self, status, fields, body):
        self.status = status
        self.fields = fields
        self.body = body

    def __getitem__(self, name):
        """The value of a field; None if there is none."""
        return next((value for key, value in self.fields if key.lower() == name.lower()), None)

    def __repr__(self):
        return f"<{self.status} {self.body[:200]!r}>"


class Wire:
    """A connection to a server, which can send any bytes."""

    def __init__(self, server, timeout=20):
        self.socket = server.connect(timeout)
        self.held = b""

    def send(self, data):
        self.socket.sendall(data)

    def send_slowly(self, data, pause, seconds):
        """Sends single bytes until all are sent, the other side has closed, or the time is over; returns how many were sent."""
        deadline = time.monotonic() + seconds
        for index in range(len(data)):
            if time.monotonic() > deadline:
                return index
            try:
                self.socket.sendall(data[index:index + 1])
            except OSError:
                return index
            if self.is_closed(pause):
                return index
        return len(data)

    def _more(self):
        part = self.socket.recv(65536)
        self.held += part
        return bool(part)

    def _take(self, count):
        while len(self.held) < count:
            if not self._more():
                raise ConnectionError(f"the server closed after {len(self.held)} of {count} bytes")
        taken, self.held = self.held[:count], self.held[count:]
        return taken

    def _line(self):
        while b"\r\n" not in self.held:
            if not self._more():
                raise ConnectionError(f"the server closed within a head: {self.held[:200]!r}")
        line, self.held = self.held.split(b"\r\n", 1)
        return line

    def response(self, method="GET"):
        """The next response, which may be an interim one such as 100."""
        status = int(self._line().split(b" ")[1])
        fields = []
        while line := self._line():
            name, value = line.decode("latin-1").split(":", 1)
            fields.append((name, value.strip()))
        response = Response(status, fields, b"")
        if method == "HEAD" or status < 200 or status in (204, 304):
            return response
        if (response["Transfer-Encoding"] or "").lower() == "chunked":
            while size := int(self._line().split(b";")[0], 16):
                response.body += self._take(size)
                self._line()
            self._line()
        elif response["Content-Length"] is not None:
            response.body = self._take(int(response["Content-Length"]))
        else:
            while self._more():
                pass
            response.body, self.held = self.held, b""
        return response

    def is_closed(self, within):
        """Whether the server closes within a number of seconds, without sending anything more."""
        before = self.socket.gettimeout()
        self.socket.settimeout(max(within, 0.001))
        try:
            return not self._more()
        except TimeoutError:
            return False
        except ConnectionError:
            return True
        finally:
            self.socket.settimeout(before)

    def wait_until_closed(self, within):
        """Reads until the server closes; returns the seconds that this took, and fails if it takes longer than allowed."""
        started = time.monotonic()
        while not self.is_closed(max(0.01, started + within - time.monotonic())):
            assert time.monotonic() < started + within, "the server keeps the connection"
        return time.monotonic() - started

    def close(self):
        self.socket.close()

    def reset(self):
        """Disconnects like a client that crashed."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def head(method, target, *fields, version="HTTP/1.1"):
    lines = [f"{method} {target} {version}", "Host: localhost", *fields]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


BOUNDARY = "a-boundary-of-these-tests"


def disposition(name, filename=None):
    """The Content-Disposition of a part, with the file name as bytes or text."""
    line = b'Content-Disposition: form-data; name="' + name.encode() + b'"'
    if filename is not None:
        raw = filename if isinstance(filename, bytes) else filename.encode()
        line += b'; filename="' + raw + b'"'
    return line


def form(*parts, boundary=BOUNDARY, close=True):
    """The body of a form. Each part: (name, content) or (name, content, filename) or (raw head lines, content)."""
    body = b""
    for first, content, *rest in parts:
        fields = first if isinstance(first, bytes) else disposition(first, *rest)
        content = content.encode() if isinstance(content, str) else content
        body += b"--" + boundary.encode() + b"\r\n" + fields + b"\r\n\r\n" + content + b"\r\n"
    return body + (b"--" + boundary.encode() + b"--\r\n" if close else b"")


FORM_TYPE = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}


def chunked(data, size=1000):
    pieces = [data[start:start + size] for start in range(0, len(data), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def repr_digest(data):
    return f"sha-256=:{base64.b64encode(hashlib.sha256(data).digest()).decode()}:"


def random_bytes(count):
    return os.urandom(count)
