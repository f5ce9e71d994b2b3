"""`show crypto ipsec sa` in all its forms: one flow (proxy identity) and its SAs at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from netmod.platforms._observations import Block, IpsecFlow, Observation
from netmod.platforms.ios.names import interface_name, is_interface, unless_none
from netmod.platforms.ios.secy import UNKNOWN_INTERFACE, interface_of

_UNITS = {"day": 86_400, "hour": 3600, "min": 60, "sec": 1}
_OSPF = 89
_TUNNEL_MAP = re.compile(r"((?:Tunnel|Virtual-Access)[\d.]+)-head-\d+$")
_SECTION = re.compile(r"(inbound|outbound) (esp|ah|pcp) sas:")
_SPI = re.compile(r"spi: (0x[0-9A-Fa-f]{1,16})\b")
_IDENT = re.compile(r"(local|remote)\s+ident \(addr/mask/prot/port\): \(([^)]*)\)?")
_PEER = re.compile(r"current_peer:? (\S+)")
_PFS = re.compile(r"PFS \(Y/N\): ([YN])(?:, DH group: (\w+))?")
_LIFETIME = re.compile(r"sa timing:\s*remaining key lifetime\s*(.*)$")
_REPLAY = re.compile(r"replay detection support: ([YN])(?:\s+replay window size: (\d{1,9})\b)?")
_COUNTED = re.compile(r"#pkts (encaps|encrypt|decaps|decrypt): (\d{1,20})")
_ENDPOINTS = re.compile(r"local crypto endpt\.: ([^,\s]+)")


@dataclass(slots=True)
class _Sa:
    """One security association."""

    spi: str
    transform: str | None = None


@dataclass(slots=True)
class _Flow:
    """What is printed of one flow."""

    index: int
    interface: str | None = None
    tag: str | None = None
    local: str | None = None
    values: dict[str, str] = field(default_factory=dict)
    counters: dict[str, int] = field(default_factory=dict)
    sections: dict[tuple[str, str], list[_Sa]] = field(default_factory=dict)
    pfs: str | bool | None = None
    settings: list[str] = field(default_factory=list)
    lifetimes: list[int] = field(default_factory=list)
    replay: list[bool] = field(default_factory=list)
    window: int | None = None

    @property
    def started(self) -> bool:
        """Whether anything below the interface's own heading was read."""
        return bool(self.values)


def read_ipsec_sa(block: Block) -> Iterator[Observation]:
    """Flows with their SAs; a flow whose sections are missing is a cut text."""
    if re.search(r"\b(?:identity|address|count|platform)\b", block.command):
        return
    for flow in _flows(block):
        yield _observation(block, flow)


def _flows(block: Block) -> Iterator[_Flow]:
    flow: _Flow | None = None
    section: tuple[str, str] | None = None
    for index, line in enumerate(block.lines):
        text = line.strip()
        if not text:
            continue
        name, _, value = text.partition(": ")
        if name == "interface" and value:
            if flow and flow.started:
                yield flow
            flow, section = _Flow(index, interface=interface_name(value)), None
            continue
        if flow is None:
            flow = _Flow(index)
        if _opens_flow(text, flow):
            yield flow
            flow = _Flow(index, interface=flow.interface, tag=flow.tag, local=flow.local)
            section = None
        heading = _SECTION.match(text)
        if heading:
            section = (heading[1], heading[2])
            flow.sections.setdefault(section, [])
        elif section is None or not _read_sa(text, flow, section):
            _read_flow(text, flow)
    if flow and flow.started:
        yield flow


def _opens_flow(text: str, flow: _Flow) -> bool:
    """Whether a line begins the next flow of the same interface."""
    if text.startswith("Crypto map tag:"):
        return flow.started
    if text.startswith("protected vrf"):
        return "protected vrf" in flow.values or "local" in flow.values
    return text.startswith(("local  ident", "local ident")) and "local" in flow.values


def _read_flow(text: str, flow: _Flow) -> None:
    ident = _IDENT.match(text)
    peer = _PEER.match(text)
    pfs = _PFS.match(text)
    endpoint = _ENDPOINTS.match(text)
    if text.startswith("Crypto map tag:"):
        tag, _, local = text.removeprefix("Crypto map tag:").partition(", local addr")
        flow.tag = unless_none(tag)
        flow.local = unless_none(local.strip(" .:"))
    elif ident:
        flow.values[ident[1]] = ident[2]
    elif text.startswith("protected vrf:"):
        flow.values["protected vrf"] = text.removeprefix("protected vrf:").strip()
    elif text.startswith("IPsecv6 policy name:"):
        flow.values["ipv6 policy"] = text.partition(":")[2].strip()
    elif peer:
        address, _, port = peer[1].partition(":")
        old_form = port.isdigit() and address.count(".") == 3
        flow.values["peer"] = address if old_form else peer[1]
    elif pfs:
        group = pfs[2]
        flow.pfs = False if pfs[1] == "N" else group if group and group != "none" else True
    elif endpoint and flow.local is None:
        flow.local = endpoint[1]
    elif text.startswith("current outbound spi:"):
        spi = re.search(r"0x[0-9A-Fa-f]{1,16}\b", text[:80])
        flow.values["outbound spi"] = spi.group() if spi else ""
    else:
        for name, count in _COUNTED.findall(text[:200]):
            flow.counters[name] = int(count)


def _read_sa(text: str, flow: _Flow, section: tuple[str, str]) -> bool:
    """Whether a line belongs to an SA of the section."""
    associations = flow.sections[section]
    spi = _SPI.match(text)
    if spi:
        associations.append(_Sa(spi[1]))
        return True
    if not associations:
        return False
    lifetime = _LIFETIME.match(text)
    replay = _REPLAY.match(text)
    if text.startswith("transform:"):
        transform = " ".join(text.removeprefix("transform:").replace(",", " ").split())
        associations[-1].transform = transform or None
    elif text.startswith("in use settings"):
        inside = text.partition("{")[2].replace("}", "")
        flow.settings += [word.strip().lower() for word in inside.split(",") if word.strip()]
    elif lifetime:
        seconds = _seconds(lifetime[1])
        flow.lifetimes += [seconds] if seconds is not None else []
    elif replay:
        flow.replay.append(replay[1] == "Y")
        flow.window = int(replay[2]) if replay[2] else flow.window
    else:
        return False
    return True


def _seconds(text: str) -> int | None:
    """`(k/sec): (3/92)`, `(sec): 632`, `(sec): (510)`, `4 hours, 2 mins` in seconds."""
    both = re.match(r"\(k/sec\):\s*\(?\s*[^/]{0,30}/\s*(\d{1,9})\b", text)
    alone = re.match(r"\(sec\):\s*\(?(\d{1,9})\b", text)
    if both or alone:
        return int((both or alone)[1])  # type: ignore[index]  # one of the two matched
    parts = re.findall(r"\b(\d{1,6}) (day|hour|min|sec)", text)
    return sum(int(count) * _UNITS[unit] for count, unit in parts) if parts else None


def _observation(block: Block, flow: _Flow) -> IpsecFlow:
    inbound = flow.sections.get(("inbound", "esp"), [])
    outbound = flow.sections.get(("outbound", "esp"), [])
    ah = [sa for (_, kind), sas in flow.sections.items() if kind == "ah" for sa in sas]
    values = flow.values
    announced = values.get("outbound spi", "")
    spis = [sa.spi for sa in outbound]
    cut = ("outbound", "esp") not in flow.sections
    if cut and int(announced or "0", 16):
        spis.append(announced)
    idents = [values[name].split("/") for name in ("local", "remote") if name in values]
    protocols = {ident[2] for ident in idents if len(ident) > 2}
    return IpsecFlow(
        source=block.source(flow.index),
        interface=_interface(block, flow),
        peer=unless_none(values.get("peer")),
        local=flow.local,
        vrf=unless_none(values.get("protected vrf")),
        ident=" -> ".join("/".join(ident) for ident in idents) or None,
        policy=flow.tag,
        inbound=next((sa.transform for sa in inbound if sa.transform), None),
        outbound=next((sa.transform for sa in outbound if sa.transform), None),
        inbound_spis=tuple(_spi(sa.spi) for sa in inbound),
        outbound_spis=tuple(_spi(spi) for spi in spis),
        ah=next((sa.transform for sa in ah if sa.transform), None),
        pfs=flow.pfs,
        replay_protect=all(flow.replay) if flow.replay else None,
        replay_window=flow.window,
        esn="esn" in flow.settings if flow.settings else None,
        mode=flow.settings[0].split(" ")[0] if flow.settings else None,
        lifetime_sec=next(iter(flow.lifetimes), None),
        encaps=_counted(flow, "encaps", "encrypt"),
        decaps=_counted(flow, "decaps", "decrypt"),
        protocol_only="ipv6 policy" in values or protocols == {str(_OSPF)},
        cut=cut,
    )


def _spi(text: str) -> str:
    """An SPI as `0x` and eight upper-case digits, so that both ends of a pair compare equal."""
    return f"0x{int(text, 16):08X}"


def _counted(flow: _Flow, *names: str) -> int | None:
    return max((flow.counters[name] for name in names if name in flow.counters), default=None)


def _interface(block: Block, flow: _Flow) -> str:
    if flow.interface:
        return flow.interface
    tunnel = _TUNNEL_MAP.match(flow.tag or "")
    if tunnel and is_interface(tunnel[1]):
        return tunnel[1]
    return interface_of(block) if block.argument("interface") else UNKNOWN_INTERFACE
