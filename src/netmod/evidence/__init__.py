"""What devices said, verbatim and redacted: snapshots and their captures."""

from netmod.evidence.capture import Capture, HostCaptures, LinkDeclaration, Snapshot

__all__ = ["Capture", "HostCaptures", "LinkDeclaration", "Snapshot"]
