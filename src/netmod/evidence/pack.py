"""Evidence packs: a ZIP archive whose every file is hashed in a signed manifest.

What is sealed is opaque here: a folder of files in, a folder of files out. `manifest.json` names
each other file with its size and SHA-256, and `manifest.sig` is the base64 of an Ed25519
signature over the very bytes of the manifest. Both can be checked without netmod.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from netmod.errors import EvidenceError, OutputError
from netmod.evidence._archive import Archive, ArchiveError, write_archive

MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"
BLOCK = 4096
"""Bytes of a file that have a hash of their own, so that a change can be placed."""


class _Model(BaseModel):
    model_config = ConfigDict(
        extra="forbid", frozen=True, populate_by_name=True, serialize_by_alias=True
    )


class PackedFile(_Model):
    """One file: its size in bytes, its SHA-256, and that of each block where it has several."""

    name: str
    size: int = Field(ge=0)
    sha256: str
    blocks: tuple[str, ...] = ()


class PackManifest(_Model):
    """What a pack says of itself.

    `subject` is `region` or a trust's id. `sequence` counts the packs of one subject from 1, and
    `previous` is the SHA-256 of the manifest of the one before. `judged_at` is the time at which
    everything in it was judged. `engine` holds digests of the code that did, by part.
    `public_key` is the signer's, 32 bytes in base64: who that is, it cannot say itself.
    """

    schema_: Literal["netmod.evidence/1"] = Field(default="netmod.evidence/1", alias="schema")
    subject: str
    sequence: int = Field(ge=1)
    previous: str | None
    judged_at: datetime
    captured_at: datetime | None
    tool_version: str
    engine: dict[str, str]
    public_key: str
    files: tuple[PackedFile, ...]

    def as_bytes(self) -> bytes:
        """The manifest's file."""
        return self.model_dump_json(indent=1).encode() + b"\n"


class Misfit(_Model):
    """A part of a pack that is not what was sealed. `start` is the first byte that does not fit,
    or that of the block which it lies in; None where no place can be named."""

    part: str
    reason: Literal[
        "archive", "manifest", "signature", "other-key", "missing", "added", "changed", "chain",
        "verdict",
    ]  # fmt: skip
    text: str
    start: int | None = None


class Unpacked(_Model):
    """An opened pack: what is wrong with it, the worst first; `manifest` is None where it cannot
    be read. `vouched` says that it is signed with a key that the caller trusts."""

    manifest: PackManifest | None
    sha256: str
    vouched: bool
    misfits: tuple[Misfit, ...]


def describe(folder: Path) -> tuple[PackedFile, ...]:
    """Every file below a folder, by name."""
    names = sorted(
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    )
    return tuple(_described(name, (folder / name).read_bytes()) for name in names)


def _described(name: str, content: bytes) -> PackedFile:
    blocks = tuple(_blocks(content)) if len(content) > BLOCK else ()
    return PackedFile(name=name, size=len(content), sha256=_sha256(content), blocks=blocks)


def _blocks(content: bytes) -> Iterator[str]:
    for start in range(0, len(content), BLOCK):
        yield _sha256(content[start : start + BLOCK])


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def public_bytes(key: Ed25519PublicKey) -> str:
    """A public key as packs write it."""
    return base64.b64encode(key.public_bytes_raw()).decode()


def write_pack(folder: Path, manifest: PackManifest, key: Ed25519PrivateKey, target: Path) -> str:
    """Seal the files of `folder`, which `manifest` describes; the SHA-256 of the manifest.

    The same files, manifest and key give the same archive. Raises `OutputError`.
    """
    content = manifest.as_bytes()
    signature = base64.b64encode(key.sign(content)) + b"\n"
    try:
        write_archive(
            target,
            {MANIFEST: content, SIGNATURE: signature},
            {one.name: folder / one.name for one in manifest.files},
        )
    except OSError as error:
        reason = error.strerror or "cannot be written"
        raise OutputError(f"{target}: {reason}", hint="check free space and permissions") from None
    return _sha256(content)


def open_pack(path: Path, folder: Path, trusted: Ed25519PublicKey | None = None) -> Unpacked:
    """Check a pack and put its files into the empty `folder`; only those that fit.

    Never raises for what is wrong in the pack. Raises `EvidenceError` where there is no such
    file, or it is no archive at all.
    """
    try:
        opened = zipfile.is_zipfile(path)
    except OSError as error:
        raise EvidenceError(f"{path}: {error.strerror}", hint="name an evidence pack") from None
    if not path.is_file() or not opened:
        hint = "name an evidence pack; a file that was cut on its way is no archive either"
        raise EvidenceError(f"{path} is no evidence pack", hint=hint)
    try:
        with Archive(path) as archive:
            return _Opening(archive, folder, trusted).unpacked()
    except ArchiveError as error:
        misfit = Misfit(part=error.part, reason="archive", text=error.message, start=error.start)
        return Unpacked(manifest=None, sha256="", vouched=False, misfits=(misfit,))


class _Opening:
    def __init__(self, archive: Archive, folder: Path, trusted: Ed25519PublicKey | None) -> None:
        self._archive = archive
        self._folder = folder
        self._trusted = trusted
        self._misfits: list[Misfit] = []

    def unpacked(self) -> Unpacked:
        absent = [name for name in (MANIFEST, SIGNATURE) if name not in self._archive.names]
        if absent:
            self._misfit(absent[0], "missing", "is not in the pack")
            return self._end(None, b"", vouched=False)
        content = self._archive.read(MANIFEST)
        try:
            manifest = PackManifest.model_validate_json(content)
        except ValidationError:
            self._misfit(MANIFEST, "manifest", "is no manifest of an evidence pack")
            return self._end(None, content, vouched=False)
        vouched = self._check_signature(manifest, content)
        if manifest.as_bytes() != content:
            self._misfit(MANIFEST, "manifest", "is not written as netmod writes it")
        self._check_files(manifest)
        return self._end(manifest, content, vouched=vouched)

    def _check_signature(self, manifest: PackManifest, content: bytes) -> bool:
        """Whether the trusted key signed the manifest."""
        known = self._trusted is not None and public_bytes(self._trusted) == manifest.public_key
        if self._trusted is not None and not known:
            self._misfit(SIGNATURE, "other-key", "is by another key than the one that is trusted")
        try:
            key = Ed25519PublicKey.from_public_bytes(
                base64.b64decode(manifest.public_key, validate=True)
            )
        except ValueError:
            self._misfit(MANIFEST, "manifest", "names no Ed25519 public key")
            return False
        try:
            text = self._archive.read(SIGNATURE)
            key.verify(base64.b64decode(text.strip(), validate=True), content)
        except (InvalidSignature, binascii.Error):
            self._misfit(SIGNATURE, "signature", "does not fit manifest.json")
            return False
        return known

    def _check_files(self, manifest: PackManifest) -> None:
        listed = {one.name: one for one in manifest.files}
        if len(listed) != len(manifest.files):
            self._misfit(MANIFEST, "manifest", "lists a file twice")
        for name in sorted(self._archive.names - set(listed) - {MANIFEST, SIGNATURE}):
            self._misfit(name, "added", "is not in the manifest")
        for name, sealed in sorted(listed.items()):
            if name not in self._archive.names:
                self._misfit(name, "missing", "is in the manifest, and not in the pack")
                continue
            content = self._archive.read(name)
            if _sha256(content) == sealed.sha256:
                self._put(name, content)
            else:
                self._changed(sealed, content)

    def _changed(self, sealed: PackedFile, content: bytes) -> None:
        size = f"it has {len(content)} bytes and had {sealed.size}"
        start: int | None = None
        for number, (one, other) in enumerate(
            zip(_blocks(content), sealed.blocks or (sealed.sha256,), strict=False)
        ):
            if one != other:
                start = number * BLOCK
                break
        else:
            start = min(len(content), sealed.size)
        text = "is not what was sealed" + (f": {size}" if len(content) != sealed.size else "")
        self._misfit(sealed.name, "changed", text, start)

    def _put(self, name: str, content: bytes) -> None:
        target = self._folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as file:
            file.write(content)

    def _misfit(self, part: str, reason: str, text: str, start: int | None = None) -> None:
        misfit = {"part": part, "reason": reason, "text": text, "start": start}
        self._misfits.append(Misfit.model_validate(misfit))

    def _end(self, manifest: PackManifest | None, content: bytes, *, vouched: bool) -> Unpacked:
        return Unpacked(
            manifest=manifest,
            sha256=_sha256(content),
            vouched=vouched and not self._misfits,
            misfits=tuple(self._misfits),
        )
