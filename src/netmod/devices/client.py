"""What Netmiko uses of `paramiko.SSHClient`, with a password and trusted host keys alone.

paramiko's own looks for keys of the user's and for files of host keys at each login, none of which
netmod uses: a tenth of the work of a session.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence

import paramiko

from netmod.devices.transport import Transport

TransportFactory = Callable[[socket.socket], Transport]


class UnknownHostKey(paramiko.SSHException):
    """No key of the server is known."""


class ChangedHostKey(paramiko.SSHException):
    """Keys of the server are known, and it shows another."""


def check_trusted(shown: paramiko.PKey, trusted: Sequence[paramiko.PKey]) -> None:
    """Raises `UnknownHostKey` or `ChangedHostKey` unless `shown` is one of the trusted keys."""
    if shown.asbytes() not in {key.asbytes() for key in trusted}:
        kind = ChangedHostKey if trusted else UnknownHostKey
        raise kind(f"{shown.get_name()} {shown.fingerprint}")


class KeyExchangeOverdue(paramiko.SSHException):
    """The server took longer for the key exchange than it was given."""


def exchange_keys(transport: paramiko.Transport, timeout: float) -> paramiko.PKey:
    """The server's host key, whose possession it proved; not yet whether it is trusted.

    `timeout` in seconds, after which `KeyExchangeOverdue` is raised.
    """
    transport.start_client(timeout=timeout)
    if not transport.initial_kex_done:  # paramiko returns then as if all were well
        raise KeyExchangeOverdue
    return transport.get_remote_server_key()


class Client:
    """Logs in over a connected socket, and opens a shell."""

    def __init__(self, make_transport: TransportFactory, trusted: Sequence[paramiko.PKey]) -> None:
        self._make_transport = make_transport
        self._trusted = trusted
        self._transport: Transport | None = None

    def connect(
        self,
        *,
        sock: socket.socket,
        username: str,
        password: str,
        timeout: float,
        auth_timeout: float,
        banner_timeout: float,
        **_: object,
    ) -> None:
        """Exchange keys, check the server's, then send the password: once.

        Times in seconds. What else Netmiko passes says where to look for keys, and is not used.
        Raises what paramiko and the socket raise, and as `check_trusted`.
        """
        transport = self._transport = self._make_transport(sock)
        transport.banner_timeout = banner_timeout
        transport.auth_timeout = auth_timeout
        check_trusted(exchange_keys(transport, timeout), self._trusted)
        more = transport.auth_password(username, password)
        if more:
            raise paramiko.BadAuthenticationType("the password alone is not enough", more)

    def invoke_shell(self, term: str, width: int, height: int) -> paramiko.Channel:
        """A shell on a terminal of that size, in characters."""
        if self._transport is None:
            raise paramiko.SSHException("not connected")
        channel = self._transport.open_session()
        channel.get_pty(term, width, height)
        channel.invoke_shell()
        return channel

    def get_transport(self) -> Transport | None:
        """As paramiko's; Netmiko copies files over it."""
        return self._transport

    def close(self) -> None:
        """End the connection. Closing twice does no harm."""
        if self._transport is not None:
            self._transport.close()
            self._transport = None
