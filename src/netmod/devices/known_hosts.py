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
CHANGED_HINT = (
    "somebody may stand in between. If the device was replaced, compare the fingerprint with it, "
    "then record it with `netmod devices trust --replace HOST`"
)
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
        """Raises `ConnectionFailed` where the file is missing or cannot be read."""
        text = read_text(path)
        if text is None:
            raise ConnectionFailed(
                f"no file of host keys at {path}", hint=TRUST_HINT, code="host-key-unknown"
            )
        return cls.parse(text)

    @classmethod
    def parse(cls, text: str) -> KnownHosts:
        """The trusted keys in the content of a file."""
        return cls(_entries(text))

    def keys(self, address: str, port: int) -> tuple[PKey, ...]:
        """The keys that the SSH server at `address` and `port` may show; empty where unknown."""
        names = _names(address, port)
        found = [key for name in names for key in self._by_name.get(name, ())]
        for hashed, key in self._hashed:
            found += [key for name in names if HostKeys.hash_host(name, hashed) == hashed]
        return tuple(key for key in found if key.asbytes() not in self._revoked)

    def is_revoked(self, key: PKey) -> bool:
        """Whether the key must never be trusted, whoever shows it."""
        return key.asbytes() in self._revoked


def read_text(path: Path) -> str | None:
    """The content of a file of host keys, None where there is none.

    Raises `ConnectionFailed` where it cannot be read.
    """
    try:
        return path.read_bytes().decode("utf-8")  # line ends as they are
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not a text file"
        raise ConnectionFailed(
            f"{path}: {reason}",
            hint="check the file's permissions and content",
            code="host-key-unknown",
        ) from None


def host_name(address: str, port: int) -> str:
    """How OpenSSH writes a server in `known_hosts`: plain where the port is 22."""
    return address if port == _DEFAULT_PORT else f"[{address}]:{port}"


def stands_for(entry: str, name: str) -> bool:
    """Whether a name of `known_hosts`, plain or hashed, is the server `name` (see `host_name`)."""
    names = (name,) if name.startswith("[") else (name, f"[{name}]:{_DEFAULT_PORT}")
    if entry.startswith("|1|"):
        return any(HostKeys.hash_host(one, entry) == entry for one in names)
    return entry in names


def _names(address: str, port: int) -> tuple[str, ...]:
    return tuple(dict.fromkeys((f"[{address}]:{port}", host_name(address, port))))


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
