"""A small HTTP server that answers as Vault's published API does, with faults on demand."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TOKEN = "hvs.synthetic-token"


@dataclass
class Answer:
    """A status, a body (JSON unless it is text), and headers."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


def kv(**fields: Any) -> Answer:
    """A secret of the KV engine of version 2."""
    metadata = {"created_time": "2026-11-28T05:00:00Z", "deletion_time": "", "version": 1}
    return Answer(body={"data": {"data": fields, "metadata": metadata}})


def errors(status: int, *texts: str) -> Answer:
    return Answer(status, {"errors": list(texts)})


@dataclass
class VaultPeer:
    """A running peer: its answers by method and path below /v1/, and what it was asked."""

    address: str
    answers: dict[str, Answer | list[Answer]]
    requests: list[tuple[str, dict[str, str], Any]] = field(default_factory=list)

    @property
    def asked(self) -> list[str]:
        return [request for request, _, _ in self.requests]


@contextmanager
def vault_peer(answers: dict[str, Answer | list[Answer]]) -> Iterator[VaultPeer]:
    """On a free port of 127.0.0.1. A list of answers is given one after the other."""
    peer = VaultPeer("", answers)

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            sent = json.loads(self.rfile.read(length) or b"null")
            request = f"{self.command} {self.path.removeprefix('/v1/')}"
            headers = {name.lower(): value for name, value in self.headers.items()}
            peer.requests.append((request, headers, sent))
            answer = peer.answers.get(request, Answer(404, {"errors": []}))
            if isinstance(answer, list):
                answer = answer.pop(0)
            text = answer.body if isinstance(answer.body, str) else json.dumps(answer.body)
            self.send_response(answer.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text.encode())))
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(text.encode())

        do_GET = do_POST = do_PUT = _answer  # noqa: N815 their names

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 their name
            """Nothing: tests look at `requests`."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    peer.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield peer
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
