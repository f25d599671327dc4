"""A client that costs little beside the server it measures: the kernel moves the bytes, from the file to the socket."""
import http.client
import json
import queue
import socket
import threading
import time

from photos import START_OF_IMAGE


class Connection:
    """One kept connection."""

    def __init__(self, server, timeout=300):
        self.socket = socket.create_connection((server.host, server.port), timeout=timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def answer(self):
        """Status and body of the next response."""
        response = http.client.HTTPResponse(self.socket)
        response.begin()
        return response.status, response.read()

    def get(self, path):
        self.socket.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        return self.answer()

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
    waiting = queue.SimpleQueue()
    for photo in photos:
        waiting.put(photo)
    records, failures = [], []

    def work():
        try:
            with Connection(server) as connection:
                while True:
                    try:
                        photo = waiting.get_nowait()
                    except queue.Empty:
                        return
                    status, record = connection.upload(photo)
                    if status != 201 or record["bytes"] != photo.size:
                        raise RuntimeError(f"{status} {record}")
                    records.append(record)
        except Exception as error:  # It is reported where it can end the run.
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(clients)]
    started = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.monotonic() - started
    if failures or len(records) != len(photos):
        raise SystemExit(f"{len(photos) - len(records)} uploads were not acknowledged: {failures[:1]}")
    return seconds, records
