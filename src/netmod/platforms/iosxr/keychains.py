"""Key chains of IOS-XR: `show key chain` and the `key chain` sections of a config.

Names, algorithms and lifetimes only: the key strings are never looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo

from netmod.platforms._config import Line
from netmod.platforms._observations import Block, Key, KeyChain, Observation
from netmod.platforms.iosxr._times import device_zone, moments

_CHAIN = re.compile(r"\s*Key-?chain\s*:\s*([^\s/]+)\s*/?\s*(?:-\s*(\S.*?)?)?\s*$", re.IGNORECASE)
_KEY = re.compile(r"\s*Key(?:-Id|-id)?\s*:?\s+([0-9A-Za-z]+)\s*(?:--.*)?$")
_KIND = re.compile(r"\s*\(?(mac-?sec)\)?\s*:?\s*$", re.IGNORECASE)
_ALGORITHM = re.compile(r".{0,600}?cryptographic-algorithm\s+(?:--\s*|:\s*)?(\S+)", re.IGNORECASE)
_SHOWN_LIFETIME = re.compile(
    r"\s*(?:(Send|Accept)[ -])?lifetime\s*(?:--|:)\s*(\S.*)$", re.IGNORECASE
)
_MARK = re.compile(r"\[\s*(valid now|expired|not valid|invalid)[^\]]{0,40}\]", re.IGNORECASE)
_LIFETIME = re.compile(r".{0,600}?\b(?:(send|accept)-)?lifetime\s+(\d.*)$")
_DURATION = re.compile(r"\s*duration\s+(\d{1,10})\b")
_SECTION = re.compile(r"key chain (\S+)(?: (.*))?$")
_INNER = re.compile(
    r"(?:key (?!chain\b)\S+$|key-string |cryptographic-algorithm |(?:accept-|send-)?lifetime "
    r"|macsec$)"
)
_NAMED_KEY = re.compile(r"key (?!chain\b|-string\b)([0-9A-Za-z]+)(?: (.*))?$")


def algorithm(text: str | None) -> str | None:
    """`ALG_AES_256_CMAC` as `aes-256-cmac`, the spelling of all platforms' facts."""
    return text.lower().removeprefix("alg_").replace("_", "-") if text else None


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
    marks: list[bool | None] = field(default_factory=list)

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
            marked_valid=all(self.marks) if any(mark is not None for mark in self.marks) else None,
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
            macsec=True if self.kind else self._of_routing(from_config=from_config),
            type=self.kind or None,
            keys=tuple(draft.key() for draft in self.keys),
            from_config=from_config,
        )

    def _of_routing(self, *, from_config: bool) -> bool | None:
        """False for a chain that no line calls MACsec's; older outputs never do, and of those
        only algorithms that MACsec does not know tell."""
        known = [draft.algorithm for draft in self.keys if draft.algorithm]
        foreign = bool(known) and not any("cmac" in name for name in known)
        return False if self.keys and (from_config or foreign) else None


def _span(text: str, zone: tzinfo | None) -> _Span:
    found = moments(text, zone)
    unbounded = re.search(r"\b(?:infinite|always valid)\b", text, re.IGNORECASE) is not None
    if not found:
        return _Span(unbounded=unbounded)
    start, place = found[0]
    duration = _DURATION.match(text, place)
    if duration and start is not None:
        return _Span(start, _later(start, int(duration[1])))
    end = found[1][0] if len(found) > 1 else None
    return _Span(start, end, unbounded=unbounded and end is None)


def _later(start: datetime, seconds: int) -> datetime | None:
    try:
        return start + timedelta(seconds=seconds)
    except OverflowError:
        return None


def read_key_chains(block: Block) -> Iterator[Observation]:
    """`show key chain [NAME]`: `[Valid now]` is the device's own judgement of a lifetime.

    A key whose lifetime is not printed was cut off, and is left out.
    """
    chains = list(_shown_chains(block))
    drafts = [draft for chain in chains for draft in chain.keys]
    if any(mark for draft in drafts for mark in draft.marks):
        for draft in drafts:
            draft.marks = [bool(mark) for mark in draft.marks]
    for chain in chains:
        chain.keys = [draft for draft in chain.keys if draft.send or draft.accept]
        yield chain.observation(block, from_config=False)


def _shown_chains(block: Block) -> Iterator[_Chain]:
    chain: _Chain | None = None
    for index, line in enumerate(block.lines):
        if len(line) > 800:
            continue
        head = _CHAIN.match(line)
        if head:
            if chain is not None:
                yield chain
            kind = "macsec" if "macsec" in (head[2] or "").lower().replace("-", "") else ""
            chain = _Chain(head[1], kind, index, index)
        elif chain is not None and line.strip():
            _shown(chain, line)
            chain.last = index
    if chain is not None:
        yield chain


def _shown(chain: _Chain, line: str) -> None:
    key = _KEY.match(line)
    if _KIND.match(line):
        chain.kind = "macsec"
    elif key:
        chain.keys.append(_Draft(key[1]))
    elif chain.keys:
        draft = chain.keys[-1]
        named, lifetime = _ALGORITHM.match(line), _SHOWN_LIFETIME.match(line)
        if named:
            draft.algorithm = algorithm(named[1])
        if lifetime:
            _shown_lifetime(draft, lifetime)


def _shown_lifetime(draft: _Draft, lifetime: re.Match[str]) -> None:
    """Shown times are in the device's zone, which this output does not name."""
    span, mark = _span(lifetime[2], None), _MARK.search(lifetime[2])
    draft.marks.append(None if mark is None else mark[1].lower() == "valid now")
    if (lifetime[1] or "send").lower() == "send":
        draft.send = span
    else:
        draft.accept = span


def config_key_chains(block: Block, config: Line, *, whole: bool) -> Iterator[KeyChain]:
    """The `key chain X` sections: `macsec` keys and those of routing protocols.

    Lifetimes are local time unless the chain says `timezone GMT`.
    """
    local = device_zone(config, whole=whole)
    chains: dict[str, _Chain] = {}
    for lines, match in _sections(config):
        first, last = lines[0].index, lines[-1].index
        chain = chains.setdefault(match[1], _Chain(match[1], "", first, last))
        chain.last = max(chain.last, last)
        texts = [*([match[2]] if match[2] else []), *(line.text for line in lines[1:])]
        gmt = any(re.match(r"(?i)timezone gmt\b", text) for text in texts)
        _configured(chain, texts, UTC if gmt else local)
    for chain in chains.values():
        yield chain.observation(block, from_config=True)


def _sections(config: Line) -> Iterator[tuple[list[Line], re.Match[str]]]:
    """The lines of each `key chain` with its head; where the indentation was lost, the lines
    behind an inner `!` that can only belong to a chain are taken as well."""
    lines: list[Line] = []
    head: re.Match[str] | None = None
    for child in config.children:
        match = _SECTION.match(child.text) if len(child.text) < 1500 else None
        if head is not None and not match and _INNER.match(child.text):
            lines += [child, *child.walk()]
            continue
        if head is not None:
            yield lines, head
        head, lines = match, [child, *child.walk()] if match else []
    if head is not None:
        yield lines, head


def _configured(chain: _Chain, texts: Sequence[str], zone: tzinfo | None) -> None:
    for whole_text in texts:
        text = whole_text
        if len(text) > 1500:
            continue
        if re.match(r"macsec\b", text):
            chain.kind = "macsec"
            text = text.removeprefix("macsec").strip()
        key = _NAMED_KEY.match(text)
        if key:
            if not any(draft.id == key[1] for draft in chain.keys):
                chain.keys.append(_Draft(key[1]))
            text = key[2] or ""
        if chain.keys and text:
            _configure(chain.keys[-1], text, zone)


def _configure(draft: _Draft, text: str, zone: tzinfo | None) -> None:
    named = _ALGORITHM.match(text)
    if named:
        draft.algorithm = algorithm(named[1])
    lifetime = _LIFETIME.match(text)
    if lifetime is None:
        return
    span = _span(lifetime[2], zone)
    if lifetime[1] == "accept":
        draft.accept = span
    else:
        draft.send = span
