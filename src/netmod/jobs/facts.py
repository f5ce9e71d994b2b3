"""Facts of a snapshot: read, normalise, split, extract. Works without a project."""

from __future__ import annotations

from pathlib import Path

from netmod.evidence import read_snapshot
from netmod.facts import FactsDocument
from netmod.jobs.clock import now
from netmod.observe import read_snapshot_facts


def facts_of(snapshot: Path) -> FactsDocument:
    """The facts document of a snapshot folder. Raises `EvidenceError` where there is none."""
    return read_snapshot_facts(read_snapshot(snapshot), now=now())
