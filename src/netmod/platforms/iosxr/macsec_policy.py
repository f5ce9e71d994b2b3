"""MACsec policies and interfaces on IOS-XR: `show macsec policy`, `show macsec mka interface`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from netmod.facts import Enforcement, PolicyFact
from netmod.platforms._observations import (
    Block,
    Fact,
    MacsecSession,
    MacsecShutdown,
    Observation,
)
from netmod.platforms.iosxr._names import cipher, full_name, is_interface, known, number
from netmod.platforms.iosxr.macsec import default_enforcement

_POLICY_ROW = re.compile(
    r"\s*(?P<name>\*DEFAULT POLICY\*|\S+)\s+(?P<cipher>GCM-AES-\S+)\s+(?P<priority>\d+)"
    r"\s+(?P<window>\d+)\s+(?P<offset>\d+)(?:\s|$)",
    re.IGNORECASE,
)
_FIELD = re.compile(r"(\s*)([A-Za-z][\w \[\]/&.-]{0,50}?)\s*:(?:\s+(\S.*))?$")


def enforcement(text: str | None) -> Enforcement | None:
    """`must-secure` or `should-secure` from "Must Secure" and the config's words."""
    word = (text or "").strip().lower().replace(" ", "-")
    if word == "must-secure":
        return "must-secure"
    return "should-secure" if word == "should-secure" else None


def rekey_seconds(text: str | None) -> int | None:
    """Seconds between timed rekeys; 0 for `OFF`."""
    if text is not None and text.strip().lower() in ("off", "disabled", "na", "n/a"):
        return 0
    return number(text)


def read_policies(block: Block) -> Iterator[Observation]:
    """`show macsec policy [NAME] [detail]`, its table and its pages."""
    for index, line in enumerate(block.lines):
        row = _POLICY_ROW.match(line) if len(line) < 300 else None
        if row:
            yield Fact(block.source(index), _policy_of_row(row))
    yield from _policy_pages(block)


def _policy_of_row(row: re.Match[str]) -> PolicyFact:
    suite = cipher(row["cipher"])
    stated = default_enforcement(row["name"])
    return PolicyFact(
        name=row["name"],
        cipher=suite,
        ciphers=(suite,) if suite else (),
        security=None if stated == "unknown" else stated,
        offset=int(row["offset"]),
        confidentiality_offset=int(row["offset"]),
        replay_window=int(row["window"]),
        key_server_priority=int(row["priority"]),
    )


@dataclass(slots=True)
class _Page:
    """The labelled lines of one page, by lower-case label."""

    name: str
    first: int
    last: int
    values: dict[str, str] = field(default_factory=dict)


def _pages(block: Block, title: str) -> Iterator[_Page]:
    page: _Page | None = None
    for index, line in enumerate(block.lines):
        match = _FIELD.match(line) if len(line) < 300 else None
        if match is None:
            continue
        label, value = " ".join(match[2].lower().split()), (match[3] or "").strip()
        if label == title:
            if page is not None:
                yield page
            page = _Page(value, index, index)
        elif page is not None:
            page.values.setdefault(label, value)
            page.last = index
    if page is not None:
        yield page


def _policy_pages(block: Block) -> Iterator[Fact]:
    for page in _pages(block, "policy name"):
        suite = cipher(page.values.get("cipher suite"))
        offset = number(page.values.get("conf offset", page.values.get("confidentiality offset")))
        yield Fact(
            block.source(page.first, page.last),
            PolicyFact(
                name=page.name,
                cipher=suite,
                ciphers=(suite,) if suite else (),
                security=enforcement(page.values.get("security policy")),
                offset=offset,
                confidentiality_offset=offset,
                sak_rekey=rekey_seconds(page.values.get("sak rekey interval")),
                replay_window=number(page.values.get("window size")),
                key_server_priority=number(page.values.get("key-server priority")),
            ),
        )


def read_interfaces(block: Block) -> Iterator[Observation]:
    """`show macsec mka interface [X] [detail]`: what is bound to an interface, and its channels.

    The table names key chains and policy and proves no session; the pages of `detail` show the
    security associations that are programmed.
    """
    for index, line in enumerate(block.lines):
        words = re.split(r"\s{2,}|\t", line.strip()) if len(line) < 300 else []
        if len(words) >= 3 and is_interface(words[0]):
            policy = known(words[-1])
            yield MacsecSession(
                block.source(index),
                full_name(words[0]),
                key_chain=known(words[1]),
                policy=policy,
                enforcement=default_enforcement(policy),
            )
    yield from _interface_pages(block)


@dataclass(slots=True)
class _Interface:
    """One page of `show macsec mka interface detail`, with what its nested lines say."""

    name: str
    first: int
    last: int
    values: dict[str, str] = field(default_factory=dict)
    nested: dict[str, dict[str, str]] = field(default_factory=dict)
    section: str = ""
    channels: int = 0


def _interface_pages(block: Block) -> Iterator[Observation]:
    page: _Interface | None = None
    for index, line in enumerate(block.lines):
        if len(line) > 300:
            continue
        match = _FIELD.match(line)
        label = " ".join(match[2].lower().split()) if match else " ".join(line.lower().split())
        value = (match[3] or "").strip() if match else ""
        if match and label == "interface name" and is_interface(value):
            if page is not None:
                yield from _interface(block, page)
            page = _Interface(full_name(value), index, index)
        elif page is not None and line.strip():
            page.last = index
            _take(page, label, value, has_value=match is not None)
    if page is not None:
        yield from _interface(block, page)


def _take(page: _Interface, label: str, value: str, *, has_value: bool) -> None:
    heading = re.match(r"(rx sc|tx sc|mka psk|mka fallback_?psk|sak data)\b(?!i)", label)
    if heading and not has_value:
        if heading[1] == "rx sc":
            page.channels += 1
        if heading[1] != "sak data":
            page.section = heading[1]
            page.nested.setdefault(page.section, {})
    elif has_value:
        page.values.setdefault(label, value)
        if page.section:
            page.nested[page.section].setdefault(label, value)


def _interface(block: Block, page: _Interface) -> Iterator[Observation]:
    source = block.source(page.first, page.last)
    if page.values.get("macsec shutdown", "").upper() == "TRUE":
        yield MacsecShutdown(source, page.name)
    receive, transmit = page.nested.get("rx sc"), page.nested.get("tx sc")
    primary = page.nested.get("mka psk", {})
    policy = known(page.values.get("policy"))
    offset = page.values.get("conf offset", "")
    actor = page.values.get("principal actor", "").lower()
    detailed = "principal actor" in page.values or receive is not None or transmit is not None
    yield MacsecSession(
        source,
        page.name,
        prints_sas=detailed,
        tx_sa_in_use=_provisioned(transmit),
        rx_sa_in_use=_provisioned(receive),
        rx_channels=page.channels or None,
        cipher=cipher(page.values.get("cipher suite")),
        confidentiality_offset=number(offset),
        policy=policy,
        enforcement=default_enforcement(policy),
        key_chain=known(primary.get("key chain name", primary.get("keychain name"))),
        ckn=re.sub(r"\s+", "", primary.get("ckn", "")) or None,
        key_source="fallback" if "fallback" in actor else "primary" if actor else None,
    )


def _provisioned(values: dict[str, str] | None) -> bool | None:
    """Whether a channel has a SAK in the hardware; None where the channel is not printed."""
    if values is None:
        return None
    states = [value for label, value in values.items() if label.startswith("sak state")]
    return any(state.lower().startswith("provisioned") for state in states) if states else None
