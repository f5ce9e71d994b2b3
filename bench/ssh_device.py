"""Devices for the collection benchmark: one SSH server, whatever the host is called.

Run as a process of its own: `python -m bench.ssh_device FOLDER [LOGIN COMMAND LONG]`, with delays
in seconds. It writes its port and its `known_hosts` line into the folder and serves until its
standard input ends.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import asyncssh
from asyncssh.constants import MSG_IGNORE

USER, PASSWORD = "bench", "bench-secret"
PROMPT = b"core1#"
LONG = "show running-config"
COMMANDS = ("show version", LONG, "show mka sessions detail")


def _outputs() -> dict[str, bytes]:
    """Three outputs of 60 kB together."""
    interface = (
        "interface HundredGigE1/0/{n}\n description link to core-{n}\n mtu 9198\n"
        " ip address 10.0.{n}.1 255.255.255.252\n mka policy MKA-256\n"
        " mka pre-shared-key key-chain KC-CORE\n macsec network-link\n!\n"
    )
    session = (
        "MKA Detailed Status for MKA Session\n===================================\n"
        "Status: SECURED - Secured MKA Session with MACsec\n\n"
        "Interface MAC Address.... 0011.2233.44{n:02x}\nMKA Port Identifier...... {n}\n"
        "MKA Cipher Suite......... 32-GCM-AES-256\n\n"
    )
    texts = (
        "Cisco IOS XE Software, Version 17.09.04a\ncore1 uptime is 3 weeks\n" * 8,
        "hostname core1\n!\n" + "".join(interface.format(n=n) for n in range(190)) + "end\n",
        "".join(session.format(n=n) for n in range(80)),
    )
    return {
        command: text.replace("\n", "\r\n").encode()
        for command, text in zip(COMMANDS, texts, strict=True)
    }


class _Server(asyncssh.SSHServer):
    def __init__(self, login_delay: float, shell: Callable[[], _Shell]) -> None:
        self._delay = login_delay
        self._shell = shell

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        """Send what a device sends: asyncssh puts an empty packet before each of its own."""
        send = conn.send_packet

        def send_packet(pkttype: int, *args: bytes, **options: Any) -> None:
            if pkttype != MSG_IGNORE:
                send(pkttype, *args, **options)

        conn.send_packet = send_packet  # type: ignore[method-assign] # asyncssh has no option for it

    def begin_auth(self, username: str) -> bool:
        return bool(username)

    def password_auth_supported(self) -> bool:
        return True

    async def validate_password(self, username: str, password: str) -> bool:
        await asyncio.sleep(self._delay)
        return (username, password) == (USER, PASSWORD)

    def session_requested(self) -> asyncssh.SSHServerSession[bytes]:
        return self._shell()


class _Shell(asyncssh.SSHServerSession[bytes]):
    """Answers line by line; a line waits until the answer to the one before it is out."""

    def __init__(self, outputs: dict[str, bytes], delays: tuple[float, float]) -> None:
        self._outputs = outputs
        self._command_delay, self._long_delay = delays
        self._waiting = b""
        self._busy = False

    def connection_made(self, chan: asyncssh.SSHServerChannel[bytes]) -> None:
        self._channel = chan

    def pty_requested(self, *_: Any) -> bool:
        return True

    def shell_requested(self) -> bool:
        return True

    def session_started(self) -> None:
        self._channel.write(PROMPT)

    def data_received(self, data: bytes, datatype: asyncssh.DataType) -> None:  # noqa: ARG002
        self._waiting += data
        self._go_on()

    def _go_on(self) -> None:
        while not self._busy and b"\n" in self._waiting:
            line, _, self._waiting = self._waiting.partition(b"\n")
            command = line.decode().strip()
            if command == "exit":
                self._channel.exit(0)
                return
            echo = line.strip() + b"\r\n"
            answer = self._outputs.get(command, b"") + PROMPT
            delay = self._long_delay if command == LONG else self._command_delay
            if command and delay:
                self._channel.write(echo)
                self._busy = True
                asyncio.get_running_loop().call_later(delay, self._answer, answer)
            else:
                self._channel.write(echo + answer)

    def _answer(self, answer: bytes) -> None:
        self._busy = False
        if not self._channel.is_closing():
            self._channel.write(answer)
            self._go_on()


async def _serve(folder: Path, login: float, command_delay: float, long_delay: float) -> None:
    outputs = _outputs()
    key = asyncssh.generate_private_key("ssh-ed25519")
    acceptor = await asyncssh.create_server(
        lambda: _Server(login, lambda: _Shell(outputs, (command_delay, long_delay))),
        "127.0.0.1",
        0,
        server_host_keys=[key],
        encoding=None,
        line_editor=False,
        backlog=1000,
    )
    port = acceptor.get_port()
    public = key.export_public_key().decode().strip()
    (folder / "known_hosts").write_text(f"[127.0.0.1]:{port} {public}\n")
    (folder / "port").write_text(f"{port}\n")
    await asyncio.to_thread(sys.stdin.read)
    acceptor.close()


if __name__ == "__main__":
    delays = [float(value) for value in sys.argv[2:5]] or [0.0, 0.0, 0.0]
    asyncio.run(_serve(Path(sys.argv[1]), *delays))
