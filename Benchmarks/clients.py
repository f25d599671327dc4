"""A client that costs little compared with the server: the kernel moves the bytes from the file to the socket."""
import json
import queue
import re
import socket
import threading
import time

from photos import START_OF_IMAGE

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
CLOSING = re.compile(rb"\r\nconnection: *close", re.IGNORECASE)


class Connection:
    """One connection, kept if the server keeps it too. It comes from `source`, an address of this machine, if there is one."""

    def __init__(self, server, timeout=300, source=None):
        self.address, self.timeout, self.source = (server.host, server.port), timeout, source and (source, 0)
        self.socket = self._connected()

    def _connected(self):
        connected = socket.create_connection(self.address, timeout=self.timeout, source_address=self.source)
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connected

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def answer(self):
        """Status and body of the next response: read by hand, in a third of the time that a library takes."""
        head = self._until(b"\r\n\r\n", b"")
        head, _, rest = head.partition(b"\r\n\r\n")
        length, status = LENGTH.search(head), int(head.split(None, 2)[1])
        if status == 204:
            body = b""
        else:
            body = self._exactly(int(length[1]), rest) if length else self._chunks(rest)
        if head.startswith(b"HTTP/1.0") or CLOSING.search(head):
            self.socket.close()
            self.socket = self._connected()
        return status, body

    def _chunks(self, held):
        """A body whose length is not stated (RFC 9112, section 7.1)."""
        body = b""
        while True:
            held = self._until(b"\r\n", held)
            size, _, held = held.partition(b"\r\n")
            count = int(size.split(b";")[0], 16)
            while len(held) < count + 2:
                held = self._received(held)
            if count == 0:
                return body
            body, held = body + held[:count], held[count + 2:]

    def _exactly(self, count, held):
        parts, left = [held], count - len(held)
        while left > 0:
            parts.append(self._received(b"", min(left, 1 << 20)))
            left -= len(parts[-1])
        return b"".join(parts)

    def _until(self, end, held):
        while end not in held:
            held = self._received(held)
        return held

    def _received(self, before, count=1 << 16):
        part = self.socket.recv(count)
        if not part:
            raise ConnectionError("the server closed in the middle of an answer")
        return before + part

    def get(self, path, accept=None):
        field = f"Accept: {accept}\r\n" if accept else ""
        self.socket.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{field}\r\n".encode())
        return self.answer()

    def ask(self, method, path, body=None):
        """Sends a body of JSON, and reads one."""
        text = b"" if body is None else json.dumps(body).encode()
        fields = f"Content-Type: application/json\r\nContent-Length: {len(text)}\r\n" if text else ""
        self.socket.sendall(f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n{fields}\r\n".encode() + text)
        status, answer = self.answer()
        return status, json.loads(answer) if answer else None

    def send(self, target, fields, file, offset, count):
        """Sends a part of a file; returns the status and the head of the answer, whose body has a length or is none."""
        self.socket.sendall(f"{target} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {count}\r\n{fields}\r\n".encode())
        if count:
            self.socket.sendfile(file, offset, count)
        head, _, rest = self._until(b"\r\n\r\n", b"").partition(b"\r\n\r\n")
        if length := LENGTH.search(head):
            self._exactly(int(length[1]), rest)
        return int(head.split(None, 2)[1]), head.decode() + "\r\n"

    def upload(self, photo):
        head = (f"POST /upload/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/jpeg\r\n"
                f"Content-Length: {photo.size}\r\n\r\n").encode()
        self.socket.sendall(head + photo.head)
        with open(photo.rest, "rb") as file:
            self.socket.sendfile(file, offset=len(START_OF_IMAGE))
        status, body = self.answer()
        return status, json.loads(body)


def upload_all(server, photos, clients):
    """Uploads every photo once; answers the seconds that it took, and the records."""
    def upload(connection, photo):
        status, record = connection.upload(photo)
        if status != 201 or record["bytes"] != photo.size:
            raise RuntimeError(f"{status} {record}")
        return record

    return _all(server, photos, clients, upload)


def get_all(server, paths, clients, accept=None):
    """Gets every path once; answers the seconds that it took, and the bodies in the order of the paths."""
    def get(connection, path):
        status, body = connection.get(path, accept)
        if status != 200:
            raise RuntimeError(f"{status} {body[:500]}")
        return body

    return _all(server, paths, clients, get)


def _all(server, tasks, clients, perform):
    """Performs every task once, by so many clients; answers the seconds, and the results in the order of the tasks."""
    waiting = queue.SimpleQueue()
    for task in enumerate(tasks):
        waiting.put(task)
    results, failures = [None] * len(tasks), []

    def work():
        try:
            with Connection(server) as connection:
                while True:
                    try:
                        number, task = waiting.get_nowait()
                    except queue.Empty:
                        return
                    results[number] = perform(connection, task)
        except Exception as error:  # It is reported where it can end the run.
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(clients)]
    started = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.monotonic() - started
    if failures or any(result is None for result in results):
        raise SystemExit(f"{sum(result is None for result in results)} requests were not answered well: {failures[:1]}")
    return seconds, results
