"""A receiver of webhooks that checks signatures by the specification, with no code of ours."""

import base64
import hmac
import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = Callable[[BaseHTTPRequestHandler], None]


def status(code: int, **headers: str) -> Answer:
    """Answer with a status; headers by name, underscores for hyphens."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(code)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return answer


class Receiver:
    """answer: what it does with the next ones; taken: (headers, body) of all that came."""

    def __init__(self) -> None:
        self.answer: Answer = status(204)
        self.taken: list[tuple[dict[str, str], bytes]] = []
        self.ended = threading.Event()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.taken.append((dict(self.headers.items()), body))
                receiver.answer(self)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/hooks?from=demandflow"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def verified(self, secret: str) -> list[dict[str, Any]]:
        """Payloads of all that came; AssertionError for one whose signature does not hold."""
        found = []
        for headers, body in self.taken:
            key = base64.b64decode(secret.split("_", 1)[1])
            signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
            wanted = base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
            versions = dict(part.split(",", 1) for part in headers["webhook-signature"].split(" "))
            assert hmac.compare_digest(versions["v1"], wanted)
            found.append(json.loads(body))
        return found

    def close(self) -> None:
        self.ended.set()
        self._server.shutdown()
        self._server.server_close()
