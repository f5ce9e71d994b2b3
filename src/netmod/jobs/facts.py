"""Facts of a snapshot: read, normalise, split, extract. Works without a project."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from netmod.evidence import read_snapshot
from netmod.facts import FactsDocument
from netmod.jobs.check import captured_lines
from netmod.jobs.clock import now
from netmod.observe import read_snapshot_facts


def explained_facts_of(folder: Path) -> tuple[FactsDocument, Mapping[str, Sequence[str]]]:
    """The facts document of a snapshot folder, and the redacted lines of each of its files.

    Raises `EvidenceError` where the folder is no snapshot.
    """
    snapshot = read_snapshot(folder)
    return read_snapshot_facts(snapshot, now=now()), captured_lines(snapshot)
