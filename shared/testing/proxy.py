"""A TCP proxy on loopback that can lose one direction of the traffic, or cut every link."""

import select
import socket
import struct
import threading
from typing import Literal

Mode = Literal["pass", "swallow_down", "swallow_up"]
_POLL_SECONDS = 0.02
_CHUNK = 65_536
_RESET = struct.pack("ii", 1, 0)


class Proxy:
    """Forwards a port of its own to the target. Bytes that were swallowed never come back: reset() afterwards."""

    def __init__(self, target_port: int) -> None:
        self._target = ("127.0.0.1", target_port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.mode: Mode = "pass"
        self.swallowed = 0
        self._closing = threading.Event()
        self._links: list[_Link] = []
        self._guard = threading.Lock()
        self._thread = threading.Thread(target=self._accept, name="proxy", daemon=True)
        self._thread.start()

    @property
    def links(self) -> int:
        """How many links stand at this moment."""
        with self._guard:
            return sum(link.alive for link in self._links)

    def reset(self) -> None:
        """Cut every link with RST on both sides; new ones are taken at once."""
        with self._guard:
            links, self._links = self._links, []
        for link in links:
            link.cut()

    def close(self) -> None:
        """Stop listening and cut everything."""
        self._closing.set()
        self._thread.join()
        self._listener.close()
        self.reset()

    def _accept(self) -> None:
        while not self._closing.is_set():
            if not select.select([self._listener], [], [], _POLL_SECONDS)[0]:
                continue
            client, _ = self._listener.accept()
            try:
                server = socket.create_connection(self._target, timeout=5)
            except OSError:
                client.close()
                continue
            with self._guard:
                self._links.append(_Link(self, client, server))


class _Link:
    """One client's connection: a thread for each direction; sockets are closed only when both have ended."""

    def __init__(self, proxy: Proxy, client: socket.socket, server: socket.socket) -> None:
        self._proxy, self._sockets = proxy, (client, server)
        self._over = threading.Event()
        self._threads = [
            threading.Thread(target=self._pump, args=(client, server, "swallow_up"), daemon=True),
            threading.Thread(target=self._pump, args=(server, client, "swallow_down"), daemon=True),
        ]
        for end in self._sockets:
            end.setblocking(False)
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for thread in self._threads:
            thread.start()
        self._closer = threading.Thread(target=self._close, daemon=True)
        self._closer.start()

    @property
    def alive(self) -> bool:
        return not self._over.is_set()

    def cut(self) -> None:
        for end in self._sockets:
            if end.fileno() >= 0:
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self._over.set()
        self._closer.join()

    def _close(self) -> None:
        for thread in self._threads:
            thread.join()
        for end in self._sockets:
            end.close()

    def _pump(self, source: socket.socket, sink: socket.socket, losing: Mode) -> None:
        try:
            while not self._over.is_set():
                if not select.select([source], [], [], _POLL_SECONDS)[0]:
                    continue
                data = source.recv(_CHUNK)
                if not data:
                    break
                if self._proxy.mode == losing:
                    self._proxy.swallowed += len(data)
                else:
                    self._send(sink, data)
        except OSError:
            pass  # the link is gone either way
        finally:
            self._over.set()

    def _send(self, sink: socket.socket, data: bytes) -> None:
        while data and not self._over.is_set():
            if select.select([], [sink], [], _POLL_SECONDS)[1]:
                data = data[sink.send(data) :]
