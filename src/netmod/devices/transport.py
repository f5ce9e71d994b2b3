"""The SSH connection below a session: which algorithms are offered, on which socket."""

from __future__ import annotations

import logging
import socket
from collections.abc import Sequence
from typing import Any

import paramiko

LOG = "netmod.devices.ssh"
# paramiko logs each failure with a trace, and we tell it in our words: its log is there for who
# sets the level of this logger.
logging.getLogger(LOG).setLevel(logging.CRITICAL)

_POLL = 0.5  # seconds
_SIGNATURES = {"ssh-rsa": ("rsa-sha2-512", "rsa-sha2-256")}


class Transport(paramiko.Transport):
    """Prefers what is both strongest and cheapest: curve25519 and AES-GCM."""

    _preferred_kex = (
        "curve25519-sha256@libssh.org",
        "ecdh-sha2-nistp256",
        "ecdh-sha2-nistp384",
        "ecdh-sha2-nistp521",
        "diffie-hellman-group14-sha256",
        "diffie-hellman-group16-sha512",
        "diffie-hellman-group-exchange-sha256",
    )
    _preferred_ciphers = (
        "aes256-gcm@openssh.com",
        "aes128-gcm@openssh.com",
        "aes256-ctr",
        "aes192-ctr",
        "aes128-ctr",
        "aes256-cbc",
        "aes128-cbc",
    )


def make_transport(
    sock: socket.socket, trusted: Sequence[paramiko.PKey], **parameters: Any
) -> Transport:
    """A transport on a connected socket; `parameters` are those of paramiko's own.

    A server with keys of several types is asked for one of a type among `trusted`.
    """
    transport = Transport(sock, **parameters)
    # paramiko starts a thread that ends a slow handshake. Callers have timeouts of their own, and
    # the thread took a sixth of the CPU of a session.
    transport.packetizer.start_handshake = lambda timeout: None  # type: ignore[method-assign]  # noqa: ARG005
    # How often a thread that waits for its device looks whether it was closed. At paramiko's tenth
    # of a second three hundred threads wake 3 000 times a second, and leave little for the rest.
    sock.settimeout(_POLL)
    options = transport.get_security_options()
    known = {
        algorithm
        for key in trusted
        for algorithm in _SIGNATURES.get(key.get_name(), (key.get_name(),))
    }
    options.key_types = sorted(options.key_types, key=lambda one: one not in known)
    return transport


def open_socket(address: str, port: int, timeout: float) -> socket.socket:
    """A connected TCP socket without Nagle's delay. Raises `OSError`."""
    connected = socket.create_connection((address, port), timeout=timeout)
    connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connected
