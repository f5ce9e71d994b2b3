"""Snapshot folder → captures: found, decoded, redacted, hashed, normalised."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Protocol

from netmod.errors import EvidenceError
from netmod.evidence import _layout, _manifest, _text
from netmod.evidence.capture import Capture, HostCaptures, Snapshot
from netmod.evidence.redaction import Redactor

MAX_BYTES = 64 * 1024 * 1024
"""A larger file is no output of a command; it is refused with a warning."""


class CleanTexts(Protocol):
    """Who remembers the texts of hosts that hold nothing to redact: most are the same each night.

    Its memory has to depend on the texts and on the code of this room alone.
    """

    def known(self, host: str, texts: Sequence[str]) -> Sequence[bool]:
        """Which of a host's texts are known to be clean."""
        ...

    def learn(self, host: str, texts: Sequence[str]) -> None:
        """These are; all that the host has."""
        ...


def read_snapshot(path: Path, clean: CleanTexts | None = None) -> Snapshot:
    """Every host and capture of the snapshot folder at `path`, hosts in the order of their names.

    What `clean` knows is not redacted once more.

    A file that cannot be read is a warning of its host, never an error; a host without captures
    is still a host. The forms of a snapshot are described in docs/snapshot.md.

    Raises `EvidenceError` where `path` is no folder, cannot be listed or holds nothing that
    looks like a capture, `InputError` where its `snapshot.yaml` is wrong.
    """
    _check_folder(path)
    manifest = _manifest.load(path)
    try:
        layout = _layout.find(path, manifest.files)
    except OSError as error:
        raise EvidenceError(
            f"{path}: {error.strerror or 'cannot be read'}",
            hint="check the folder's permissions",
        ) from None
    names = sorted({*layout.hosts, *layout.host_warnings, *manifest.hosts, *manifest.failed})
    if not names:
        raise EvidenceError(
            f"{path} holds no captures",
            hint="put outputs into <host>/<command>.txt; docs/snapshot.md shows all forms",
        )
    hosts = tuple(_host(name, layout, manifest, clean) for name in names)
    return Snapshot(
        root=path,
        hosts=hosts,
        captured_at=manifest.captured_at,
        links=manifest.links,
        warnings=(*layout.warnings, *_unmatched(manifest, layout)),
        collected_by=manifest.collected_by,
    )


def _check_folder(path: Path) -> None:
    if path.is_dir():
        return
    if path.exists():
        raise EvidenceError(f"{path} is no folder", hint="name the folder that holds the captures")
    raise EvidenceError(f"{path} does not exist", hint="check the path given as snapshot")


def _unmatched(manifest: _manifest.Manifest, layout: _layout.Layout) -> list[str]:
    """Warnings for what `snapshot.yaml` names and the folder does not hold."""
    found = {one.name for files in layout.hosts.values() for one in files}
    found |= {name.rpartition("/")[2] for name in found}
    warnings = [
        f"{_manifest.FILE_NAME}: file {name!r} is not in the snapshot"
        for name in manifest.files
        if name not in found
    ]
    known = {*layout.hosts, *manifest.hosts, *manifest.failed}
    ends = {end for link in manifest.links for end in (link[0], link[2])}
    warnings += [
        f"{_manifest.FILE_NAME}: host {name!r} of a link is not in the snapshot"
        for name in sorted(ends - known)
    ]
    return warnings


def _host(
    name: str, layout: _layout.Layout, manifest: _manifest.Manifest, clean: CleanTexts | None
) -> HostCaptures:
    entry = manifest.host(name)
    warnings = [*layout.host_warnings.get(name, ()), *entry.remarks]
    captures = tuple(
        Capture(
            host=name,
            command=found.command,
            text=_text.normalise(redacted),
            file=found.name,
            sha256=hashlib.sha256(redacted.encode()).hexdigest(),
            exact=found.exact,
            captured_at=entry.captured_at or manifest.captured_at,
        )
        for found, redacted in _redacted(name, layout, warnings, clean)
    )
    return HostCaptures(
        host=name,
        captures=captures,
        platform=entry.platform,
        site=entry.site,
        role=entry.role,
        aliases=entry.aliases,
        failure=manifest.failed.get(name),
        warnings=tuple(warnings),
    )


def _redacted(
    name: str, layout: _layout.Layout, warnings: list[str], clean: CleanTexts | None = None
) -> Iterator[tuple[_layout.Found, str]]:
    """Each file of a host that is text, redacted and not yet normalised."""
    loaded = [(found, _load(found, warnings)) for found in layout.hosts.get(name, ())]
    files = [found for found, text in loaded if text is not None]
    texts = [text for _, text in loaded if text is not None]
    if clean is not None and _are_clean(texts, clean.known(name, texts)):
        clean.learn(name, texts)
        yield from zip(files, texts, strict=True)
        return
    redactor = Redactor()
    for found, text in zip(files, texts, strict=True):
        yield found, redactor.redact(text)


def _are_clean(texts: Sequence[str], known: Sequence[bool]) -> bool:
    """Whether redaction leaves all texts of a host as they are.

    A text with a community in it has a say in the others. So none is clean where one is not.
    """
    redactor = Redactor()
    return all(
        found or (redactor.redact(text) == text and not redactor.met_communities)
        for text, found in zip(texts, known, strict=True)
    )


def redacted_files(path: Path, hosts: Collection[str]) -> Iterator[tuple[str, bytes]]:
    """What a snapshot says of `hosts`, as it may be handed on: its `snapshot.yaml`, if it has one,
    and the redacted bytes of each capture, by file name.

    Raises as `read_snapshot` does.
    """
    _check_folder(path)
    manifest = _manifest.load(path)
    layout = _layout.find(path, manifest.files)
    names = []
    for host in sorted(set(hosts) & set(layout.hosts)):
        for found, text in _redacted(host, layout, []):
            names.append(found.name)
            yield found.name, text.encode()
    if (path / _manifest.FILE_NAME).exists():
        yield _manifest.FILE_NAME, _manifest.as_yaml(manifest.of(hosts, names)).encode()


def _load(found: _layout.Found, warnings: list[str]) -> str | None:
    """The file's text; None, with a warning, where it cannot be had."""
    try:
        size = found.path.stat().st_size
        if size > MAX_BYTES:
            limit = MAX_BYTES // (1024 * 1024)
            warnings.append(f"{found.name}: larger than {limit} MiB; not read")
            return None
        text = _text.decode(found.path.read_bytes())
    except OSError as error:
        warnings.append(f"{found.name}: {error.strerror or 'cannot be read'}; not read")
        return None
    if text is None:
        warnings.append(f"{found.name}: binary, not text; not read")
    return text
