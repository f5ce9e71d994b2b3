"""Compare the running config of a 2 000-line switch with the intended one; two lines differ."""

# ruff: noqa: PLC0415 - a side is imported only in the process that measures it

from __future__ import annotations

from pathlib import Path

from bench.paired import Pair, Sample, Side, timed

_PORTS, _COMPARISONS = 390, 5


def _configs() -> tuple[str, str]:
    head = "hostname sw-1\nno ip http server\nntp server 10.0.0.1\nntp server 10.0.0.2\n"
    ports = "".join(
        f"interface GigabitEthernet1/0/{n}\n description port {n}\n"
        f" switchport access vlan {n % 9}\n switchport mode access\n spanning-tree portfast\n"
        for n in range(1, _PORTS + 1)
    )
    intended = head + ports
    running = intended.replace("port 7\n", "port seven\n").replace("no ip http", "ip http")
    return intended, running + "end\n"


def netmod(_: Path) -> Sample:
    """Ours: typed, with sections, severity and secrets kept out."""
    from netmod.drift import compare
    from netmod.platforms import platform

    chosen = platform("cisco_iosxe")
    if chosen is None:
        raise LookupError("cisco_iosxe")
    intended, running = _configs()
    return timed(lambda: len(compare(intended, running, chosen.language).differences), _COMPARISONS)


def hier_config(_: Path) -> Sample:
    """Trees and their remediation: a line to enter for each of the two."""
    from hier_config import Platform, WorkflowRemediation, get_hconfig

    intended, running = _configs()

    def compare() -> int:
        sides = [get_hconfig(Platform.CISCO_IOS, text) for text in (running, intended)]
        lines = WorkflowRemediation(*sides).remediation_config.all_children_sorted()
        return sum(not line.children for line in lines)

    return timed(compare, _COMPARISONS)


def netutils(_: Path) -> Sample:
    """What Golden Config uses: sections by feature, as its users list them."""
    from netutils.config.compliance import compliance

    intended, running = _configs()
    features = [
        {"name": name, "ordered": False, "section": [name]}
        for name in ("hostname", "interface", "ntp", "no ip http", "ip http", "aaa", "snmp-server",
                     "logging", "line", "router")
    ]  # fmt: skip
    return timed(
        lambda: sum(
            not one["compliant"]
            for name, one in compliance(
                features, running, intended, "cisco_ios", cfg_type="string"
            ).items()
            if name != "ip http"  # the line of the other side, told twice
        ),
        _COMPARISONS,
    )


def pairs(rounds: int) -> list[Pair]:
    """The pairs of this module."""
    ours = Side("netmod", "bench.comparing:netmod")
    return [
        Pair("compare a 2 000-line config", ours, Side(name, f"bench.comparing:{name}"), rounds)
        for name in ("hier_config", "netutils")
    ]
