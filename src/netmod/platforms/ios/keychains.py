"""`show key chain`: keys and their lifetimes; the key strings that stand beside are not read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from netmod.platforms._observations import Block, Key, KeyChain, Observation
from netmod.platforms.ios.clock import printed_time

_CHAIN = re.compile(r"Key-chain (\S+?):?\s*$")
_KEY = re.compile(r"key (\w+)\b")
_LIFETIME = re.compile(
    r"(?:(accept|send) )?lifetime \(([^)]{0,60})\)\s*-\s*\(([^)]{0,60})\)(?:\s*(\[valid now\]))?"
)
_ALGORITHM = re.compile(r"cryptographic-algorithm:?\s+(\S+)")


@dataclass(slots=True)
class _Key:
    id: str
    algorithm: str | None = None
    spans: dict[str, tuple[datetime | None, datetime | None, bool]] = field(default_factory=dict)
    marks: list[bool] = field(default_factory=list)

    def observation(self) -> Key:
        """Send or common lifetime first; usable where all its lifetimes are marked."""
        start, end, unbounded = self.spans.get("send", (None, None, False))
        accept_start, accept_end, _ = self.spans.get("accept", (None, None, False))
        return Key(
            id=self.id,
            algorithm=self.algorithm,
            start=start,
            end=end,
            unbounded=unbounded,
            accept_start=accept_start,
            accept_end=accept_end,
            marked_valid=all(self.marks) if self.marks else None,
        )


@dataclass(slots=True)
class _Chain:
    index: int
    name: str
    kind: str = ""
    keys: list[_Key] = field(default_factory=list)

    def observation(self, block: Block) -> KeyChain:
        """The chain; without a key its kind is open, as the text may be cut there."""
        macsec = self.kind == "macsec"
        return KeyChain(
            block.source(self.index),
            self.name,
            macsec=macsec if macsec or self.keys else None,
            type="tcp-ao" if self.kind == "tcp" else None,
            keys=tuple(key.observation() for key in self.keys),
        )


def read_key_chain(block: Block) -> Iterator[Observation]:
    """Key chains of MACsec, of TCP-AO and of routing protocols."""
    chain: _Chain | None = None
    for index, line in enumerate(block.lines):
        text = line.strip()
        opening = _CHAIN.match(text)
        if opening:
            if chain:
                yield chain.observation(block)
            chain = _Chain(index, opening[1])
        elif chain:
            _read_line(text, chain)
    if chain:
        yield chain.observation(block)


def _read_line(text: str, chain: _Chain) -> None:
    key = _KEY.match(text)
    if text.lower().startswith(("macsec key chain", "tcp key chain")):
        chain.kind = text.split(" ", maxsplit=1)[0].lower()
    elif key:
        chain.keys.append(_Key(key[1]))
    elif chain.keys:
        lifetime = _LIFETIME.match(text)
        algorithm = _ALGORITHM.match(text)
        if lifetime:
            unbounded = lifetime[3].strip() in ("infinite", "always valid")
            span = (printed_time(lifetime[2]), printed_time(lifetime[3]), unbounded)
            chain.keys[-1].spans[lifetime[1] or "send"] = span
            chain.keys[-1].marks.append(lifetime[4] is not None)
        elif algorithm:
            chain.keys[-1].algorithm = algorithm[1]
