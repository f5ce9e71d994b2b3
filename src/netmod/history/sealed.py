"""Full configs, secrets and all, for the day a device is replaced: encrypted before they are kept.

Whoever runs the nightly job can write them and not read them: the job knows recipients alone, and
the identities that open them belong somewhere else. The format is age's (age-encryption.org), so
that the program `age` opens a file where netmod is not to be had; inside lie a line of JSON and the
config, packed with zstandard. What age does not tell is who sealed a file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

import pyrage
import zstandard

from netmod.credentials import Secret
from netmod.errors import HistoryError, OutputError
from netmod.history._commit import check_name
from netmod.history.backup import Backup, Refusal, refusal

_GENERATION = re.compile(r"(?P<run>[A-Za-z0-9-]{1,64})\.age")
_LARGEST = 64 * 1024 * 1024


class SealedConfigs:
    """The store at `path`: `<domain>/<host>/<run>.age`, the newest `generations` of each host."""

    def __init__(self, path: Path, recipients: Sequence[str] = (), *, generations: int = 5) -> None:
        """Raises `HistoryError` with code `sealed` where a recipient is none."""
        self.path = path
        self._recipients = [_recipient(one) for one in recipients]
        self._generations = generations

    def put(self, domain: str, backup: Backup, run: str) -> Refusal | None:
        """Seal a host's full config for all recipients; why not, where it is no whole config.

        Nothing of it gets onto the disk in clear. Raises `HistoryError` with code `sealed` where
        there are no recipients, `OutputError` where it cannot be written.
        """
        self._check(domain, backup.host, run)
        if not self._recipients:
            raise HistoryError(
                "nobody is named who could open sealed configs",
                hint="set archive.recipients in netmod.toml to public age keys",
                code="sealed",
            )
        reason = refusal(backup, previous_size=0)
        if reason is None:
            told = json.dumps({"domain": domain, "host": backup.host, "run": run})
            plain = f"{told}\n{backup.text}".encode(errors="replace")
            packed = zstandard.ZstdCompressor(level=3).compress(plain)
            folder = self.path / domain / backup.host
            _write(folder, f"{run}.age", pyrage.encrypt(packed, self._recipients))
            self._forget_old(domain, backup.host)
        return reason

    def runs(self, domain: str, host: str) -> tuple[str, ...]:
        """The runs of which a host's full config is kept, newest first."""
        self._check(domain, host)
        folder = self.path / domain / host
        names = (_GENERATION.fullmatch(path.name) for path in folder.glob("*.age"))
        return tuple(sorted((match["run"] for match in names if match), reverse=True))

    def restore(
        self, domain: str, host: str, identities: Iterable[Secret], run: str | None = None
    ) -> Secret:
        """A host's full config, of its last run or of `run`, for the device that replaces it.

        Raises `HistoryError`: `unknown` where none is kept, `sealed` where no identity opens it,
        `damaged` where it is another host's or another run's, or no longer whole.
        """
        kept = self.runs(domain, host)
        chosen = run if run is not None else next(iter(kept), None)
        if chosen is None or chosen not in kept:
            raise HistoryError(
                f"no full config of {host} is kept" + (f" of the run {run}" if run else ""),
                hint=f"kept are {', '.join(kept)}" if kept else "set archive.recipients, collect",
                code="unknown",
            )
        path = self.path / domain / host / f"{chosen}.age"
        plain = _open(path, [_identity(one) for one in identities])
        told, _, text = plain.partition(b"\n")
        if _header(told) != {"domain": domain, "host": host, "run": chosen}:
            raise _damaged(path)
        return Secret(text.decode())

    def _forget_old(self, domain: str, host: str) -> None:
        for run in self.runs(domain, host)[self._generations :]:
            (self.path / domain / host / f"{run}.age").unlink(missing_ok=True)

    def _check(self, domain: str, host: str, run: str = "run") -> None:
        check_name(domain, "domain")
        check_name(host, "host")
        if not _GENERATION.fullmatch(f"{run}.age"):
            raise HistoryError(f"{run!r} is no run", hint="name its id", code="unknown")


def _recipient(text: str) -> pyrage.x25519.Recipient | pyrage.ssh.Recipient:
    try:
        if text.startswith("ssh-"):
            return pyrage.ssh.Recipient.from_str(text)
        return pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError:
        raise HistoryError(
            f"{text[:16]}… is no recipient of age",
            hint="archive.recipients are public keys: age1… or ssh-ed25519 …",
            code="sealed",
        ) from None


def _identity(value: Secret) -> pyrage.x25519.Identity | pyrage.ssh.Identity:
    text = value.reveal().strip()
    try:
        if text.startswith("-----BEGIN"):
            return pyrage.ssh.Identity.from_buffer(text.encode())
        return pyrage.x25519.Identity.from_str(text)
    except pyrage.IdentityError:
        raise HistoryError(
            "an identity is no secret key of age",
            hint="give AGE-SECRET-KEY-… or an OpenSSH private key without a passphrase",
            code="sealed",
        ) from None


def _open(path: Path, identities: Sequence[pyrage.x25519.Identity | pyrage.ssh.Identity]) -> bytes:
    try:
        packed = pyrage.decrypt(path.read_bytes(), identities)
        return zstandard.ZstdDecompressor().decompress(packed, max_output_size=_LARGEST)
    except pyrage.DecryptError:
        raise HistoryError(
            f"{path.name}: none of the identities opens it, or it is damaged",
            hint="use the secret key of one of the recipients of that night",
            code="sealed",
        ) from None
    except (OSError, zstandard.ZstdError):
        raise _damaged(path) from None


def _header(line: bytes) -> object:
    try:
        return json.loads(line)
    except ValueError:
        return None


def _damaged(path: Path) -> HistoryError:
    return HistoryError(
        f"{path} does not hold what its name says",
        hint="somebody moved or changed it; use another run's, and find out who",
        code="damaged",
    )


def _write(folder: Path, name: str, content: bytes) -> None:
    """Whole or not at all. Without waiting for the disk: the nights before are there."""
    draft = folder / f".{name}.part"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft.touch(mode=0o600)
        draft.write_bytes(content)
        draft.replace(folder / name)
    except OSError as error:
        raise OutputError(
            f"{folder / name}: {error.strerror or 'cannot be written'}",
            hint="check free space and permissions",
        ) from None
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
