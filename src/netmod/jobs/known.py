"""What earlier runs worked out, in `.netmod/cache`: removing it costs time and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from netmod.evidence import Snapshot, read_snapshot
from netmod.intent import KnownConfigs
from netmod.observe import KnownCleanTexts, Store


@dataclass(frozen=True, slots=True)
class Known:
    """Intended configs by what they were rendered from, which captures hold nothing to redact,
    what captures state, and comparisons."""

    intended: KnownConfigs
    clean: Store
    readings: Store
    comparisons: Store

    @classmethod
    def below(cls, state: Path) -> Known:
        """What the runs with this state folder worked out."""
        cache = state / "cache"
        return cls(
            KnownConfigs(cache / "intended"),
            Store(cache / "clean"),
            Store(cache / "readings"),
            Store(cache / "comparisons"),
        )

    def read(self, snapshot: Path) -> Snapshot:
        """`read_snapshot`, sooner."""
        return read_snapshot(snapshot, KnownCleanTexts(self.clean))

    def trim(self) -> None:
        """Let go of what was not used for long, where it is much."""
        for one in (self.clean, self.readings, self.comparisons):
            one.trim()
