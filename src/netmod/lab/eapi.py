"""HTTPS in front of one emulated device: TLS, HTTP, basic authentication, the path's faults."""

from __future__ import annotations

import asyncio
import base64
import binascii
import ssl
from contextlib import suppress
from http import HTTPStatus
from typing import TYPE_CHECKING

import h11

from netmod.lab.service import HttpApi

if TYPE_CHECKING:  # a host opens the listener
    from netmod.lab.server import Host

_REALM = b'Basic realm="COMMAND_API_AUTH"'
_CHUNK = 65536


class ApiListener:
    """The HTTPS port of one device; lives on the lab's event loop."""

    def __init__(self, host: Host, api: HttpApi, tls: ssl.SSLContext) -> None:
        self.host = host
        self.api = api
        self.tls = tls
        self.connections: set[_Connection] = set()
        self._server: asyncio.Server | None = None

    @property
    def listening(self) -> bool:
        """Whether the port is open."""
        return self._server is not None

    async def open(self, port: int) -> int:
        """Open the port (0: any free one) and return it. Raises `OSError`."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Connection(self), self.host.address, port)
        return int(self._server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """Stop listening and end every connection."""
        if self._server is None:
            return
        self._server.close()
        for connection in list(self.connections):
            connection.abort()
            await connection.lost.wait()
        await self._server.wait_closed()
        self._server = None


class _Connection(asyncio.Protocol):
    """One connection: TLS records in, HTTP requests out of them, one answer after the other."""

    def __init__(self, listener: ApiListener) -> None:
        self._listener = listener
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = listener.tls.wrap_bio(self._incoming, self._outgoing, server_side=True)
        self._shaken = False
        self._http = h11.Connection(h11.SERVER)
        self._request: h11.Request | None = None
        self._body = bytearray()
        self._transport: asyncio.Transport | None = None
        self.lost = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, asyncio.Transport):
            self._transport = transport
        self._listener.connections.add(self)
        if not self._listener.api.enabled(self._listener.host.device):
            self.abort()

    def connection_lost(self, _: Exception | None) -> None:
        self._listener.connections.discard(self)
        self.lost.set()

    def abort(self) -> None:
        """End the connection without a word."""
        if self._transport is not None:
            self._transport.abort()

    def data_received(self, data: bytes) -> None:
        self._incoming.write(data)
        try:
            if not self._shaken:
                self._tls.do_handshake()
                self._shaken = True
            while chunk := self._tls.read(_CHUNK):
                self._http.receive_data(chunk)
        except ssl.SSLWantReadError:
            self._flush()
            self._advance()
        except ssl.SSLError:  # the client's farewell, or a client that does not trust us
            self._flush()
            self._close()

    def _flush(self) -> None:
        if self._transport is not None and self._outgoing.pending:
            self._transport.write(self._outgoing.read())

    def _close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def _advance(self) -> None:
        """Take what of the request has come; answer where it is whole."""
        while self._transport is not None and not self._transport.is_closing():
            try:
                event = self._http.next_event()
            except h11.RemoteProtocolError as error:
                self._respond(error.error_status_hint, close=True)
                return
            if isinstance(event, h11.Request):
                self._request = event
                self._body.clear()
            elif isinstance(event, h11.Data):
                self._body += event.data
            elif isinstance(event, h11.EndOfMessage):
                latency = self._listener.host.faults.latency
                asyncio.get_running_loop().call_later(latency, self._answer)
            elif isinstance(event, h11.ConnectionClosed):
                self._close()
            else:
                self._encourage()
                return

    def _encourage(self) -> None:
        """A client with a long body may wait until it is told to go on."""
        if self._http.they_are_waiting_for_100_continue:
            go_on = h11.InformationalResponse(status_code=100, headers=[])
            self._send(self._http.send(go_on))

    def _answer(self) -> None:
        request, host, api = self._request, self._listener.host, self._listener.api
        if request is None or self._transport is None or self._transport.is_closing():
            return
        path = request.target.partition(b"?")[0].decode("ascii", "replace")
        if not api.enabled(host.device):  # a request before this one took the service away
            self.abort()
        elif not self._admitted(request):
            self._respond(401, b"Unable to authenticate user: Bad username/password combination")
        elif path != api.path:
            self._respond(404)
        elif request.method != b"POST":
            self._respond(405)
        else:
            sent = self._body.decode("utf-8", "replace")
            if host.faults.ends_before(sent) or host.faults.hangs_before(sent):
                if host.faults.ends_before(sent):
                    self.abort()
                return
            host.change_begins()
            try:
                text = api.answer(
                    host.device, host.fabric, host.login.username, bytes(self._body), host.faults
                )
            except ConnectionResetError:
                self.abort()
                return
            except BaseException:  # a mistake of the lab is logged, and nobody waits for its end
                self.abort()
                raise
            finally:
                host.change_ends(finished=True)
                host.left()
            if host.serving and not host.faults.hangs_after(sent):
                self._respond(200, text, kind=b"application/json")

    def _admitted(self, request: h11.Request) -> bool:
        host = self._listener.host
        if host.faults.refuse_login:
            return False
        given = next((value for name, value in request.headers if name == b"authorization"), b"")
        kind, _, credentials = given.partition(b" ")
        try:
            name, _, password = base64.b64decode(credentials).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return False
        return kind.lower() == b"basic" and host.login.admits(name, password)

    def _respond(
        self, status: int, body: bytes = b"", *, kind: bytes = b"text/plain", close: bool = False
    ) -> None:
        reason = HTTPStatus(status).phrase.encode()
        headers = [
            (b"Server", b"nginx"),
            (b"Content-Type", kind),
            (b"Content-Length", str(len(body)).encode()),
            *([(b"WWW-Authenticate", _REALM)] if status == 401 else []),
            *([(b"Connection", b"close")] if close else []),
        ]
        for event in (
            h11.Response(status_code=status, reason=reason, headers=headers),
            h11.Data(data=body),
            h11.EndOfMessage(),
        ):
            self._send(self._http.send(event))
        if self._http.our_state is h11.MUST_CLOSE:
            with suppress(ssl.SSLError):  # the client's farewell has not come, and need not
                self._tls.unwrap()
            self._flush()
            self._close()
        else:
            self._http.start_next_cycle()
            self._advance()

    def _send(self, data: bytes | None) -> None:
        if data:
            self._tls.write(data)
            self._flush()
