"""What devices said, verbatim and redacted: snapshots and their captures."""

from netmod.evidence._manifest import HostEntry, Manifest
from netmod.evidence._operator import Operator, this_operator
from netmod.evidence._read import CleanTexts, read_snapshot, redacted_files
from netmod.evidence._write import SnapshotWriter, slug
from netmod.evidence.capture import Capture, HostCaptures, LinkDeclaration, Snapshot
from netmod.evidence.pack import (
    Misfit,
    PackManifest,
    Unpacked,
    describe,
    open_pack,
    public_bytes,
    write_pack,
)
from netmod.evidence.redaction import REDACTED, RedactingFilter, Redactor, redact

__all__ = [
    "REDACTED",
    "Capture",
    "CleanTexts",
    "HostCaptures",
    "HostEntry",
    "LinkDeclaration",
    "Manifest",
    "Misfit",
    "Operator",
    "PackManifest",
    "RedactingFilter",
    "Redactor",
    "Snapshot",
    "SnapshotWriter",
    "Unpacked",
    "describe",
    "open_pack",
    "public_bytes",
    "read_snapshot",
    "redact",
    "redacted_files",
    "slug",
    "this_operator",
    "write_pack",
]
