"""The SSH connection below a session: which algorithms are offered, on which socket."""

from __future__ import annotations

import logging
import socket
from collections.abc import Sequence
from typing import Any

import paramiko

from netmod.devices import legacy

LOG = "netmod.devices.ssh"
# paramiko logs each failure with a trace, and we tell it in our words: its log is there for who
# sets the level of this logger.
logging.getLogger(LOG).setLevel(logging.CRITICAL)

_PARAMIKO: Any = paramiko.Transport  # its tables of algorithms have no types
_POLL = 0.5  # seconds
_SIGNATURES = {"ssh-rsa": ("rsa-sha2-512", "rsa-sha2-256", "ssh-rsa")}
_KINDS = (
    ("kex algorithm", "key exchange", "kex_algo_list"),
    ("host key", "its host key", "server_key_algo_list"),
    ("ciphers", "encryption", "server_encrypt_algo_list"),
    ("macs", "integrity", "server_mac_algo_list"),
)


class NothingInCommon(paramiko.ssh_exception.IncompatiblePeer):
    """No algorithm of one kind is ours and theirs: `purpose`, and what the peer has for it."""

    def __init__(self, purpose: str, offered: Sequence[str]) -> None:
        super().__init__(f"nothing in common for {purpose}")
        self.purpose = purpose
        self.offered = tuple(offered)


class Transport(paramiko.Transport):
    """Prefers what is both strongest and cheapest: curve25519 and AES-GCM."""

    _preferred_kex: tuple[str, ...] = (
        "curve25519-sha256@libssh.org",
        "ecdh-sha2-nistp256",
        "ecdh-sha2-nistp384",
        "ecdh-sha2-nistp521",
        "diffie-hellman-group14-sha256",
        "diffie-hellman-group16-sha512",
        "diffie-hellman-group-exchange-sha256",
    )
    _preferred_ciphers: tuple[str, ...] = (
        "aes256-gcm@openssh.com",
        "aes128-gcm@openssh.com",
        "aes256-ctr",
        "aes192-ctr",
        "aes128-ctr",
        "aes256-cbc",
        "aes128-cbc",
    )
    _offered: dict[str, Any] = {}  # noqa: RUF012 replaced, never changed

    def __init__(self, *arguments: Any, **parameters: Any) -> None:
        self.agreed: tuple[str, ...] = ()
        """The algorithms of the session: key exchange, host key, both ciphers."""
        super().__init__(*arguments, **parameters)

    def _really_parse_kex_init(
        self, m: paramiko.Message, ignore_first_byte: bool = False
    ) -> dict[str, Any]:
        parsed: dict[str, Any] = _PARAMIKO._really_parse_kex_init(self, m, ignore_first_byte)
        if not ignore_first_byte:  # else it is what we sent ourselves
            self._offered = parsed
        return parsed

    def _parse_kex_init(self, m: paramiko.Message) -> None:
        try:
            _PARAMIKO._parse_kex_init(self, m)
        except paramiko.ssh_exception.IncompatiblePeer as error:
            for words, purpose, offered in _KINDS:
                if words in str(error).lower():
                    raise NothingInCommon(purpose, self._offered[offered]) from None
            raise
        names = (getattr(self.kex_engine, "name", ""), self.host_key_type)
        ciphers = (self.local_cipher, getattr(self, "remote_cipher", ""))
        self.agreed = tuple(str(one) for one in (*names, *ciphers))

    def await_input(self, channel: paramiko.Channel, seconds: float) -> float:  # noqa: ARG002
        """Before reading from a channel of this transport: for how long to wait there.

        Where no thread of paramiko's brings what arrives, this is what does.
        """
        return seconds

    def await_window(self, channel: paramiko.Channel, seconds: float) -> None:
        """Before writing to a channel: wait until the device takes something, if need be."""

    def await_end(self, seconds: float) -> None:
        """Wait until what reads the socket noticed that it is shut."""
        if self.is_alive():
            self.join(seconds)


class LegacyTransport(Transport):
    """Takes what is no longer safe as well, where a host has nothing better."""

    _preferred_kex = (*Transport._preferred_kex, *legacy.KEY_EXCHANGES)
    _preferred_keys = (*_PARAMIKO._preferred_keys, *legacy.HOST_KEYS)
    _preferred_ciphers = tuple(dict.fromkeys((*Transport._preferred_ciphers, *legacy.CIPHERS)))
    _kex_info = {**_PARAMIKO._kex_info, **legacy.KEY_EXCHANGES}  # noqa: RUF012 as paramiko's
    _key_info = {**_PARAMIKO._key_info, "ssh-rsa": legacy.RSAKey}  # noqa: RUF012 as paramiko's


def make_transport(
    sock: socket.socket, trusted: Sequence[paramiko.PKey], *, legacy_ssh: bool = False
) -> Transport:
    """A transport on a connected socket; see `prepared`.

    `legacy_ssh` takes algorithms that are no longer safe where the server has no others.
    """
    return prepared((LegacyTransport if legacy_ssh else Transport)(sock), trusted)


def prepared(transport: Transport, trusted: Sequence[paramiko.PKey]) -> Transport:
    """`transport` under our settings; it is not started.

    A server with keys of several types is asked for one of a type among `trusted`.
    """
    transport.set_log_channel(LOG)
    # paramiko starts a thread that ends a slow handshake. Callers have timeouts of their own, and
    # the thread took a sixth of the CPU of a session.
    transport.packetizer.start_handshake = lambda timeout: None  # type: ignore[method-assign]  # noqa: ARG005
    # How often a thread that waits for its device looks whether it was closed. At paramiko's tenth
    # of a second three hundred threads wake 3 000 times a second, and leave little for the rest.
    transport.sock.settimeout(_POLL)
    options = transport.get_security_options()
    known = {
        algorithm
        for key in trusted
        for algorithm in _SIGNATURES.get(key.get_name(), (key.get_name(),))
    }
    options.key_types = sorted(
        options.key_types, key=lambda one: (one in legacy.HOST_KEYS, one not in known)
    )
    return transport


def open_socket(address: str, port: int, timeout: float) -> socket.socket:
    """A connected TCP socket without Nagle's delay. Raises `OSError`."""
    connected = socket.create_connection((address, port), timeout=timeout)
    connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connected
