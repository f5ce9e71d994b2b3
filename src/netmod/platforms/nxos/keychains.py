"""Key chains of NX-OS: `show key chain` and the `key chain` sections of a config.

Names, algorithms and lifetimes only: the octet strings are never looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from netmod.platforms._config import Line
from netmod.platforms._observations import Block, Key, KeyChain, Observation

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_CHAIN = re.compile(r"\s*Key-Chain\s+(\S+)(?:\s+(\S.*?))?\s*$")
_KEY = re.compile(r"\s*Key\s+(\S+)\s+--")
_ALGORITHM = re.compile(r".{0,400}?cryptographic-algorithm\s+(\S+)")
_LIFETIME = re.compile(
    r"\s*(send|accept)[ -]lifetime\s*(UTC|local)?\s*\((.*?)\)(?:\s*-\s*\((.*?)\))?\s*(\[active\])?"
)
_TIME = re.compile(r"(\d{1,2}):(\d{2}):(\d{2})\s+([A-Za-z]{3})[a-z]*\s+(\d{1,2})\s+(\d{4})")
_DURATION = re.compile(r"\s*duration\s+(\d+)")
_ZONE = re.compile(r"clock timezone \S+ (-?\d{1,2})(?: (\d{1,2}))?")


def algorithm(text: str | None) -> str | None:
    """`AES_256_CMAC` as `aes-256-cmac`, the spelling of all platforms' facts."""
    return text.lower().replace("_", "-") if text else None


def moment(text: str, zone: tzinfo | None) -> datetime | None:
    """`23:59:59 Dec 31 2026`; None where no such time exists."""
    match = _TIME.search(text)
    if match is None or match[4].lower() not in _MONTHS:
        return None
    hour, minute, second = int(match[1]), int(match[2]), int(match[3])
    month = _MONTHS.index(match[4].lower()) + 1
    try:
        return datetime(int(match[6]), month, int(match[5]), hour, minute, second, tzinfo=zone)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class _Span:
    """A lifetime; `end` None and not `unbounded` where it could not be read."""

    start: datetime | None = None
    end: datetime | None = None
    unbounded: bool = False


@dataclass(slots=True)
class _Draft:
    """A key that is still being read."""

    id: str
    algorithm: str | None = None
    send: _Span | None = None
    accept: _Span | None = None
    active: bool | None = None

    def key(self) -> Key:
        main = self.send or self.accept or _Span(unbounded=True)
        accept = self.accept if self.send is not None else None
        return Key(
            id=self.id,
            algorithm=self.algorithm,
            start=main.start,
            end=main.end,
            unbounded=main.unbounded,
            accept_start=accept.start if accept else None,
            accept_end=accept.end if accept else None,
            marked_valid=self.active,
        )


@dataclass(slots=True)
class _Chain:
    """A chain that is still being read."""

    name: str
    kind: str
    first: int
    last: int
    keys: list[_Draft] = field(default_factory=list)

    def observation(self, block: Block, *, from_config: bool) -> KeyChain:
        return KeyChain(
            block.source(self.first, self.last),
            self.name,
            macsec=self.kind == "macsec",
            type=self.kind or None,
            keys=tuple(draft.key() for draft in self.keys),
            from_config=from_config,
        )


def _span(start: str, end: str, zone: tzinfo | None) -> _Span:
    if "always valid" in start:
        return _Span(unbounded=True)
    begin = moment(start, zone)
    duration = _DURATION.match(end)
    if duration and begin is not None:
        return _Span(begin, _later(begin, int(duration[1])))
    if "infinite" in end or "always valid" in end:
        return _Span(begin, unbounded=True)
    return _Span(begin, moment(end, zone))


def _later(start: datetime, seconds: int) -> datetime | None:
    try:
        return start + timedelta(seconds=seconds)
    except OverflowError:
        return None


def read_key_chains(block: Block) -> Iterator[Observation]:
    """`show key chain`: `[active]` is the device's own judgement of a lifetime.

    A key whose lifetime is not printed was cut off, and is left out.
    """
    chains = list(_shown_chains(block))
    marks_active = any(draft.active for chain in chains for draft in chain.keys)
    for chain in chains:
        chain.keys = [draft for draft in chain.keys if draft.send or draft.accept]
        for draft in chain.keys:
            span = draft.send or draft.accept
            if marks_active and span is not None and not span.unbounded:
                draft.active = bool(draft.active)
        yield chain.observation(block, from_config=False)


def _shown_chains(block: Block) -> Iterator[_Chain]:
    chain: _Chain | None = None
    for index, line in enumerate(block.lines):
        if len(line) > 600:
            continue
        head, key = _CHAIN.match(line), _KEY.match(line)
        if head:
            if chain is not None:
                yield chain
            chain = _Chain(head[1], (head[2] or "").lower(), index, index)
        elif chain is not None:
            if key:
                chain.keys.append(_Draft(key[1]))
            if chain.keys and line.strip():
                chain.last = index
                _shown(chain.keys[-1], line)
    if chain is not None:
        yield chain


def _shown(draft: _Draft, line: str) -> None:
    named = _ALGORITHM.match(line)
    if named:
        draft.algorithm = algorithm(named[1])
    match = _LIFETIME.match(line)
    if match is None:
        return
    zone = UTC if match[2] != "local" else None
    span = _span(match[3], match[4] or "", zone)
    active = True if match[5] else None
    if match[1] == "send":
        draft.send = span
        draft.active = active
    else:
        draft.accept = span
        if draft.send is None:
            draft.active = active


def device_zone(config: Line, *, whole: bool) -> tzinfo | None:
    """Zone of `local` lifetimes; None where the config does not settle it (summer time)."""
    if config.find(r"clock summer-time "):
        return None
    match = config.find(_ZONE)
    if match is None:
        return UTC if whole else None
    hours, minutes = int(match[1]), int(match[2] or 0)
    offset = timedelta(hours=hours, minutes=minutes if hours >= 0 else -minutes)
    return timezone(offset) if abs(offset) < timedelta(hours=24) else None


def config_key_chains(block: Block, config: Line, *, whole: bool) -> Iterator[KeyChain]:
    """The `key chain X [macsec]` sections, nested or with their indentation lost."""
    zone = device_zone(config, whole=whole)
    for section, match in config.matches(r"key chain (\S+)(?: (\S+))?"):
        lines = list(section.walk())
        last = lines[-1].index if lines else section.index
        chain = _Chain(match[1], (match[2] or "").lower(), section.index, last)
        chain.keys.extend(_configured(lines, zone))
        yield chain.observation(block, from_config=True)


def _configured(lines: Sequence[Line], zone: tzinfo | None) -> Iterator[_Draft]:
    draft: _Draft | None = None
    for line in lines:
        key = re.match(r"key (\S+)$", line.text)
        if key:
            if draft is not None:
                yield draft
            draft = _Draft(key[1])
        elif draft is not None:
            _configure(draft, line.text, zone)
    if draft is not None:
        yield draft


def _configure(draft: _Draft, text: str, local: tzinfo | None) -> None:
    named = _ALGORITHM.match(text) if len(text) < 600 else None
    if named:
        draft.algorithm = algorithm(named[1])
    match = re.match(r"(send|accept)-lifetime (local )?(.*)", text)
    if match is None:
        return
    zone = local if match[2] else UTC
    first = _TIME.match(match[3])
    span = _span(match[3], match[3][first.end() :] if first else "", zone)
    if match[1] == "send":
        draft.send = span
    else:
        draft.accept = span
