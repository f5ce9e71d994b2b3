"""MACsec secure channels and their counters: `show macsec …` and `show cts interface`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from netmod.facts import Enforcement
from netmod.platforms._observations import Block, MacsecCounters, MacsecSession, Observation
from netmod.platforms.ios.names import (
    interface_name,
    is_interface,
    macsec_cipher,
    sci,
    whole_number,
)

UNKNOWN_INTERFACE = "unknown"
_ARGUMENT = re.compile(r"\b(?:interface|int)\s+([A-Za-z][A-Za-z-]{0,30}(?:\s(?=\d))?[\d/.:]*\d)")
_TITLE = re.compile(r"(?:Interface(?: Name)?\s*[:.]+\s*|MACsec .{0,30}for )(\S+\d)\s*:?$")
VALUE = re.compile(r"([A-Za-z][^:]{0,40}?)\s*:\s*(\S.*)$")
_PAIRS = re.compile(r"([A-Za-z][A-Za-z -]{0,40}?)\s{0,3}:?\s{1,12}(\d{1,20})(?=\s|$)")
_COUNTER = re.compile(r"([A-Za-z][A-Za-z -]{0,40}?)\s{0,12}:?\s{1,24}(\d{1,20})$")


def interface_of(block: Block) -> str:
    """The interface that a block is about: from its body, else its command, else unknown."""
    for line in block.lines[:6]:
        title = _TITLE.match(line.strip())
        if title and is_interface(title[1]):
            return interface_name(title[1])
    argument = _ARGUMENT.search(block.command)
    return interface_name(argument[1]) if argument else UNKNOWN_INTERFACE


def enforcement_of(text: str) -> Enforcement:
    """`must secure`, `must-secure` and `should-secure`, else unknown."""
    words = text.lower().replace(" ", "-")
    if "must-secure" in words:
        return "must-secure"
    return "should-secure" if "should-secure" in words else "unknown"


@dataclass(slots=True)
class _Channels:
    """What is printed below one heading of secure channels."""

    seen: bool = False
    closed: bool = False
    scis: list[str] = field(default_factory=list)
    in_use: list[bool] = field(default_factory=list)
    current: int = 0

    def sa_in_use(self, *, states_printed: bool) -> bool | None:
        """Whether every channel's SA is in use; None where heading, end or state was cut off.

        Old releases print no state, and a current association number only where there is one.
        """
        if self.in_use:
            return all(self.in_use)
        if self.current and not states_printed:
            return self.current >= len(self.scis)
        if self.seen and self.closed and not self.scis:
            return False
        return None


@dataclass(slots=True)
class _Page:
    """The values of one interface's page, whatever its dialect."""

    values: dict[str, str] = field(default_factory=dict)
    transmit: _Channels = field(default_factory=_Channels)
    receive: _Channels = field(default_factory=_Channels)
    counters: dict[str, list[int]] = field(default_factory=dict)
    enabled: bool | None = None
    states_printed: bool = False


_HEADING = re.compile(
    r"(No )?(Transmit|Receive) (?:S[CA]|Secure Channels?)\b(?! Counters)", re.IGNORECASE
)
_STATES = ("sa state", "transmitting", "receiving")
_STATE_LABELS = ("SA State", "SC state", "Transmitting", "Receiving")
_CURRENT = re.compile(r"Current AN\s?: ?\d")
_OLD_SENT = re.compile(r"Encrypt \((\d{1,20}) /")


def _read_page(block: Block) -> _Page:
    page = _Page()
    channels: _Channels | None = None
    for line in block.lines:
        text = line.strip()
        heading = _HEADING.match(text)
        if heading:
            following = page.transmit if heading[2].lower() == "transmit" else page.receive
            if channels is not None and channels is not following:
                channels.closed = True
            channels = following
            channels.seen = True
            channels.closed = channels.closed or bool(heading[1])
            continue
        if text.lower().startswith("macsec is "):
            page.enabled = text.lower().startswith("macsec is enabled")
        elif text.startswith("Port Statistics"):
            if channels is not None:
                channels.closed = True
        elif channels is None or not _read_channel(text, channels):
            _read_value(text, page)
        page.states_printed = page.states_printed or text.startswith(_STATE_LABELS)
    return page


def _read_channel(text: str, channels: _Channels) -> bool:
    """Whether a line belongs to the channel itself: its SCI or the state of its SA."""
    if _CURRENT.match(text):
        channels.current += 1
    match = VALUE.match(text)
    if match is None:
        return False
    name, value = match[1].lower(), match[2]
    if name == "sci":
        identifier = sci(value)
        if identifier:
            channels.scis.append(identifier)
        return True
    if name in _STATES:
        channels.in_use.append(value.lower().startswith(("inuse", "in use", "true", "yes")))
        return True
    return False


def _read_value(text: str, page: _Page) -> None:
    for name, count in _PAIRS.findall(text[:200]):
        page.counters.setdefault(name.lower(), []).append(int(count))
    sent = _OLD_SENT.match(text)
    if sent:
        page.counters.setdefault("encrypted pkts", []).append(int(sent[1]))
    match = VALUE.match(text)
    if match:
        page.values.setdefault(match[1].lower(), match[2])


def read_interface(block: Block) -> Iterator[Observation]:
    """`show macsec interface X` and `show macsec status interface X`."""
    page = _read_page(block)
    interface = interface_of(block)
    if page.enabled is False:
        yield MacsecSession(
            source=block.source(0), interface=interface, status="down", prints_sas=True,
            tx_sa_in_use=False, rx_sa_in_use=False,
        )  # fmt: skip
        return
    if not page.values and not page.transmit.seen:
        return
    values = page.values
    confidentiality = values.get("confidentiality")
    protect = values.get("replay protect")
    yield MacsecSession(
        source=block.source(*range(len(block.lines))[:1]),
        interface=interface,
        prints_sas=True,
        tx_sa_in_use=page.transmit.sa_in_use(states_printed=page.states_printed),
        rx_sa_in_use=page.receive.sa_in_use(states_printed=page.states_printed),
        rx_channels=len(page.receive.scis) if page.receive.seen else None,
        cipher=macsec_cipher(values.get("cipher", "")),
        confidentiality=_confidential(confidentiality, values.get("cipher", "")),
        confidentiality_offset=whole_number(values.get("confidentiality offset")),
        replay_protect=protect.lower().startswith(("enabled", "yes")) if protect else None,
        replay_window=whole_number(values.get("replay window")),
        enforcement=enforcement_of(values.get("access control", "")),
        local_sci=next(iter(page.transmit.scis), None),
        peer_scis=tuple(dict.fromkeys(page.receive.scis)),
        vlan_in_clear=whole_number(values.get("vlanid1")),
        tags_in_clear=_tags_in_clear(values),
    )
    if page.counters:
        yield from _counters(block, interface, page.counters)


def _confidential(stated: str | None, cipher: str) -> bool | None:
    """The page's own word, else False for a cipher that is none."""
    if stated:
        return stated.lower().startswith("y")
    return False if _NO_CIPHER.match(cipher.strip()) else None


_NO_CIPHER = re.compile(r"(?:no(?:ne|t)?\b|null|gmac|n/?a$|integrity|-+$|\(none\))", re.IGNORECASE)
_TAG_WORDS = {"one": 1, "two": 2}


def _tags_in_clear(values: dict[str, str]) -> int | None:
    printed = whole_number(values.get("dot1q in clear"))
    if printed is not None:
        return printed
    kind = values.get("type", "").lower()
    return _TAG_WORDS.get(kind.split(" ")[0]) if "in clear" in kind else None


_SENT = ("out pkts encrypted", "encrypted pkts")
_PROTECTED = ("out pkts protected", "auth-only pkts")
_RECEIVED = ("in pkts ok", "valid pkts")
_BAD = (
    "in pkts invalid", "in pkts not valid", "in pkts late", "in pkts not using sa",
    "invalid pkts", "notvalid pkts", "late pkts", "nousingsa pkts",
    "ingress bad tag pkts", "ingress badtag pkts", "ingress untag pkts",
)  # fmt: skip


def _largest(counters: dict[str, list[int]], names: Iterable[str]) -> int | None:
    """The same frames are counted per channel and per association: the larger sum is taken."""
    found = [value for name in names for value in counters.get(name, ())]
    return max(found, default=None)


def _counters(
    block: Block, interface: str, counters: dict[str, list[int]]
) -> Iterator[MacsecCounters]:
    bad = [sum(counters[name]) for name in _BAD if name in counters]
    received = next((counters[name] for name in _RECEIVED if name in counters), None)
    observed = MacsecCounters(
        source=block.source(0),
        interface=interface,
        tx_encrypted=_largest(counters, _SENT),
        tx_protected=_largest(counters, _PROTECTED),
        rx_ok=sum(received) if received else None,
        rx_bad=sum(bad) if bad else None,
    )
    if any(
        value is not None
        for value in (observed.tx_encrypted, observed.tx_protected, observed.rx_ok)
    ):
        yield observed


def read_statistics(block: Block) -> Iterator[Observation]:
    """`show macsec statistics interface X`."""
    counters: dict[str, list[int]] = {}
    for line in block.lines:
        match = _COUNTER.match(line.strip())
        if match:
            counters.setdefault(match[1].lower(), []).append(int(match[2]))
    yield from _counters(block, interface_of(block), counters)


_SUMMARY_ROW = re.compile(r"(\S+)\s+(\d{1,9})\s+(\d{1,9})$")
_ENABLED_ROW = re.compile(r"(\S+)\s*:\s+(\d{1,9})(?:\s+(\d{1,9}))?$")


def read_summary(block: Block) -> Iterator[Observation]:
    """`show macsec summary`: how many channels; that they are in use is not printed."""
    for index, line in enumerate(block.lines):
        text = line.strip()
        row = _SUMMARY_ROW.match(text)
        enabled = None if row else _ENABLED_ROW.match(text)
        if row and is_interface(row[1]):
            none = int(row[2]) == 0 and int(row[3]) == 0
            yield MacsecSession(
                source=block.source(index),
                interface=interface_name(row[1]),
                prints_sas=none,
                tx_sa_in_use=False if none else None,
                rx_sa_in_use=False if int(row[3]) == 0 else None,
                rx_channels=int(row[3]),
            )
        elif enabled and is_interface(enabled[1]):
            yield MacsecSession(
                source=block.source(index),
                interface=interface_name(enabled[1]),
                rx_channels=int(enabled[2]),
            )
