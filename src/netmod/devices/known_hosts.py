"""Host keys that we trust, from a file in OpenSSH's `known_hosts` format.

The file is read once and indexed: a lookup costs the same with ten hosts and with ten thousand.
Hashed names and `[address]:port` are understood. A wildcard name and `@cert-authority` are not:
they trust nobody here. A key that stands as `@revoked` is never trusted, whatever else says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from paramiko import PKey
from paramiko.hostkeys import HostKeyEntry, HostKeys, InvalidHostKey
from paramiko.ssh_exception import SSHException

from netmod.errors import ConnectionFailed

TRUST_HINT = "compare the fingerprint with the device, then record it with `netmod devices trust`"
_DEFAULT_PORT = 22


class KnownHosts:
    """The trusted keys of each host."""

    def __init__(self, entries: Iterator[tuple[str, HostKeyEntry]] | None = None) -> None:
        self._by_name: dict[str, list[PKey]] = {}
        self._hashed: list[tuple[str, PKey]] = []
        self._revoked: set[bytes] = set()
        for marker, entry in entries or ():
            if marker == "@revoked":
                self._revoked.add(entry.key.asbytes())
                continue
            for name in entry.hostnames or ():
                if name.startswith("|1|"):
                    self._hashed.append((name, entry.key))
                else:
                    self._by_name.setdefault(name, []).append(entry.key)

    @classmethod
    def read(cls, path: Path) -> KnownHosts:
        """Raises `ConnectionFailed` where the file cannot be read."""
        try:
            text = path.read_text(encoding="utf-8")
        except FileNotFoundError:
            raise ConnectionFailed(
                f"no file of host keys at {path}", hint=TRUST_HINT, code="host-key-unknown"
            ) from None
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "not a text file"
            raise ConnectionFailed(
                f"{path}: {reason}",
                hint="check the file's permissions and content",
                code="host-key-unknown",
            ) from None
        return cls(_entries(text))

    def keys(self, address: str, port: int) -> tuple[PKey, ...]:
        """The keys that the SSH server at `address` and `port` may show; empty where unknown."""
        names = [f"[{address}]:{port}"]
        if port == _DEFAULT_PORT:
            names.append(address)
        found = [key for name in names for key in self._by_name.get(name, ())]
        for hashed, key in self._hashed:
            found += [key for name in names if HostKeys.hash_host(name, hashed) == hashed]
        return tuple(key for key in found if key.asbytes() not in self._revoked)


def _entries(text: str) -> Iterator[tuple[str, HostKeyEntry]]:
    for number, line in enumerate(text.splitlines(), 1):
        marker, rest = "", line.strip()
        if not rest or rest.startswith("#"):
            continue
        if rest.startswith("@"):
            marker, _, rest = rest.partition(" ")
        if marker not in ("", "@revoked"):
            continue
        try:
            entry = HostKeyEntry.from_line(" ".join(rest.split()), number)
        except (SSHException, InvalidHostKey, ValueError):
            continue  # an unreadable key trusts nobody
        if entry is not None:
            yield marker, entry
