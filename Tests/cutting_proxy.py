"""A proxy for TCP that breaks connections when so many bytes have come from clients, and counts them."""
import contextlib
import socket
import threading
import time


class CuttingProxy:
    """Hands bytes on between clients and a server.

    `cuts` are counts of bytes from clients, each since the cut before it, after which every connection is reset.
    """

    def __init__(self, host, port, cuts, bytes_per_second=None):
        self.target, self.cuts, self.rate = (host, port), list(cuts), bytes_per_second
        self.received, self.since_cut = 0, 0
        self.guard, self.open = threading.Lock(), set()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.is_closed = False

    def __enter__(self):
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.is_closed = True
        # Closing alone would not wake the thread that accepts.
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self._reset_all()

    def connect_to(self, host, port):
        """Hands later connections on to another server."""
        self.target = (host, port)

    def _accept(self):
        while not self.is_closed:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(self.target, timeout=10)
            except OSError:
                client.close()
                continue
            with self.guard:
                self.open |= {client, server}
            threading.Thread(target=self._serve, args=(client, server), daemon=True).start()

    def _serve(self, client, server):
        back = threading.Thread(target=self._pump, args=(server, client, False), daemon=True)
        back.start()
        self._pump(client, server, True)
        back.join()
        with self.guard:
            self.open -= {client, server}
        # What was not read makes the system reset the connection.
        client.close()
        server.close()

    def _pump(self, source, sink, is_client):
        with contextlib.suppress(OSError):
            while part := source.recv(65536):
                if is_client and self._count(len(part)):
                    self._reset_all()
                    return
                sink.sendall(part)
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _count(self, count):
        """Whether the connections are to be cut now."""
        if self.rate:
            time.sleep(count / self.rate)
        with self.guard:
            self.received += count
            self.since_cut += count
            if self.cuts and self.since_cut >= self.cuts[0]:
                self.cuts.pop(0)
                self.since_cut = 0
                return True
        return False

    def _reset_all(self):
        with self.guard:
            ends, self.open = self.open, set()
        for end in ends:
            with contextlib.suppress(OSError):
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
                end.shutdown(socket.SHUT_RDWR)
