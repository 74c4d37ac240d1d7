"""A gateway for text messages as the outside world has them: it takes, refuses, or keeps one waiting."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread


class Gateway(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Taker)
        self.taken: list[tuple[str, str]] = []
        self.answer = 200
        self.patience = 0
        """After so many texts it takes the next one and does not answer (0: it always answers)."""
        self.is_waiting = Event()

    @property
    def url(self) -> str:
        return f"json://127.0.0.1:{self.server_port}/send/{{to}}"

    @classmethod
    @contextmanager
    def listening(cls) -> Iterator["Gateway"]:
        with cls() as server:
            Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
            yield server
            server.shutdown()


class _Taker(BaseHTTPRequestHandler):
    server: Gateway

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.taken.append((self.path, body["message"]))
        if self.server.patience and len(self.server.taken) > self.server.patience:
            self.server.is_waiting.set()
            self.rfile.read(1)  # Until the other side is gone.
            return
        self.send_response(self.server.answer)
        if self.server.answer == 302:
            self.send_header("Location", "/elsewhere")
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        pass
