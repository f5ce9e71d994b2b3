"""Read the neighbours out of 85 kB of `show lldp neighbors detail`."""

# ruff: noqa: PLC0415 - a side is imported only in the process that measures it

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bench.paired import Pair, Sample, Side, timed

COMMAND = "show lldp neighbors detail"
_NEIGHBOURS, _READS = 113, 5
_ENTRY = """\
------------------------------------------------
Local Intf: Te1/0/{n}
Chassis id: 0011.22{n:02x}.3344
Port id: Te1/1/{n}
Port Description: TenGigabitEthernet1/1/{n}
System Name: acc-{n:04}.nett.example

System Description: 
Cisco IOS Software [Cupertino], Catalyst L3 Switch Software (CAT9K_IOSXE), Version 17.9.4a, RELEASE
Technical Support: http://www.cisco.com/techsupport
Copyright (c) 1986-2023 by Cisco Systems, Inc.
Compiled Fri 20-Oct-23 10:44 by mcpre

Time remaining: 103 seconds
System Capabilities: B,R
Enabled Capabilities: B,R
Management Addresses:
    IP: 10.20.{n}.1
Auto Negotiation - not supported
Physical media capabilities - not advertised
Media Attachment Unit type - not advertised
Vlan ID: - not advertised
Peer Source MAC: 0011.22{n:02x}.3344

"""  # noqa: W291 - the device prints this blank


def _output() -> str:
    body = "".join(_ENTRY.format(n=n) for n in range(1, _NEIGHBOURS + 1))
    return f"{body}\nTotal entries displayed: {_NEIGHBOURS}\n"


def _timed(read: Callable[[], int]) -> Sample:
    read()  # what is compiled or cached once is not measured
    return timed(read, _READS)


def netmod(_: Path) -> Sample:
    """Ours: typed facts, each with its lines."""
    from netmod.evidence import Capture, HostCaptures
    from netmod.platforms import read_host

    capture = Capture("sw-1", COMMAND, _output(), "sw-1/show_lldp.txt", "0" * 64, exact=True)
    host = HostCaptures("sw-1", (capture,), platform="cisco_iosxe")
    return _timed(lambda: len(read_host(host, at=None).neighbors))


def ntc_templates(_: Path) -> Sample:
    """TextFSM with the community's templates."""
    from ntc_templates.parse import parse_output

    text = _output()
    return _timed(lambda: len(parse_output("cisco_ios", COMMAND, text)))


def ttp_templates(_: Path) -> Sample:
    """TTP with the community's templates."""
    from ttp_templates import parse_output

    text = _output()

    def read() -> int:
        result = parse_output(data=text, platform="cisco_ios", command=COMMAND)
        return str(result).count("acc-")

    return _timed(read)


def genie(_: Path) -> Sample:
    """pyATS' parser."""
    from genie.conf.base import Device

    text = _output()
    device = Device("sw-1", os="iosxe")
    device.custom.abstraction = {"order": ["os"]}

    def read() -> int:
        return len(device.parse(COMMAND, output=text)["interfaces"])

    return _timed(read)


def pairs(rounds: int) -> list[Pair]:
    """The pairs of this module."""
    ours = Side("netmod", "bench.readers:netmod")
    return [
        Pair(f"read `{COMMAND}`, 85 kB", ours, Side(name, f"bench.readers:{function}"), rounds)
        for name, function in (
            ("ntc-templates", "ntc_templates"),
            ("ttp-templates", "ttp_templates"),
            ("Genie", "genie"),
        )
    ]
