"""What devices said, verbatim and redacted: snapshots and their captures."""

from netmod.evidence._manifest import HostEntry, Manifest
from netmod.evidence._operator import Operator, this_operator
from netmod.evidence._read import read_snapshot
from netmod.evidence._write import SnapshotWriter, slug
from netmod.evidence.capture import Capture, HostCaptures, LinkDeclaration, Snapshot
from netmod.evidence.redaction import REDACTED, RedactingFilter, Redactor, redact

__all__ = [
    "REDACTED",
    "Capture",
    "HostCaptures",
    "HostEntry",
    "LinkDeclaration",
    "Manifest",
    "Operator",
    "RedactingFilter",
    "Redactor",
    "Snapshot",
    "SnapshotWriter",
    "read_snapshot",
    "redact",
    "slug",
    "this_operator",
]
