"""Render the config of one switch of about 1 500 lines."""

# ruff: noqa: PLC0415 - a side is imported only in the process that measures it

from __future__ import annotations

from pathlib import Path
from typing import Any

from bench.paired import Pair, Sample, Side, timed

_RENDERS = 30
_PORTS = [
    {"name": f"GigabitEthernet1/0/{n}", "vlan": 100 + n % 12, "room": f"B{n:03}"}
    for n in range(1, 97)
]
_VLANS = [{"id": 100 + n, "name": f"KLINISK-{n}"} for n in range(60)]

# No trailing newline and no indented block, where the two environments differ by design.
_TEMPLATE = """\
hostname {{ host.name }}
!
{% for vlan in data.vlans %}
vlan {{ vlan.id }}
 name {{ vlan.name }}
!
{% endfor %}
{% for port in data.access_ports %}
interface {{ port.name }}
 description {{ port.room | upper }}
 switchport access vlan {{ port.vlan }}
 switchport mode access
{% if port.vlan % 2 %}
 authentication host-mode multi-auth
{% else %}
 authentication host-mode multi-domain
{% endif %}
 authentication order dot1x mab
 authentication priority dot1x mab
 authentication port-control auto
 mab
 dot1x pae authenticator
 storm-control broadcast level 1.00
 spanning-tree portfast
 spanning-tree bpduguard enable
!
{% endfor %}
end"""


def prepare(folder: Path) -> None:
    """Write the template where both sides find it."""
    target = folder / "templates" / "cisco_iosxe"
    target.mkdir(parents=True, exist_ok=True)
    (target / "access.j2").write_text(_TEMPLATE)


def _data() -> dict[str, Any]:
    return {"vlans": _VLANS, "access_ports": _PORTS}


def netmod(folder: Path) -> Sample:
    """Ours: sandboxed, strict, one environment for all hosts."""
    from netmod.intent import render
    from netmod.inventory import Device, Inventory, Site, Trust

    site = Site.model_validate(
        {"id": "s", "name": "S", "trust": "t", "class": "C", "kind": "clinic",
         "latitude": 59, "longitude": 10}
    )  # fmt: skip
    device = Device(
        "sw-1", "10.0.0.1", 22, "cisco_iosxe", "lan", "access", "s", ("access",), _data()
    )
    inventory = Inventory(
        trusts={"t": Trust(id="t", name="T")}, sites={"s": site}, devices={"sw-1": device}, links={}
    )
    devices = [device] * _RENDERS
    list(render(inventory, folder / "templates", devices[:1]))  # compiled once
    size = len(next(render(inventory, folder / "templates", devices)).text)
    sample = timed(lambda: len(list(render(inventory, folder / "templates", devices))))
    return Sample(sample.seconds / _RENDERS, cpu=sample.cpu / _RENDERS, size=size)


def nornir_jinja2(folder: Path) -> Sample:
    """The peer's task as its documentation shows it, with `path`."""
    from nornir.core import Nornir
    from nornir.core.inventory import Defaults, Groups, Host, Hosts, Inventory
    from nornir.plugins.runners import SerialRunner
    from nornir_jinja2.plugins.tasks import template_file

    hosts = Hosts({"sw-1": Host("sw-1", data=_data())})
    nornir = Nornir(Inventory(hosts, Groups(), Defaults()), runner=SerialRunner())
    arguments = {
        "task": template_file,
        "template": "access.j2",
        "path": str(folder / "templates" / "cisco_iosxe"),
        "data": _data(),
    }
    first = nornir.run(**arguments)
    if first.failed:
        raise RuntimeError(str(first["sw-1"].exception))
    return timed(lambda: len(nornir.run(**arguments)["sw-1"].result), _RENDERS)


def pairs(rounds: int) -> list[Pair]:
    """The pairs of this module."""
    return [
        Pair(
            "render a switch of 1 500 lines",
            Side("netmod", "bench.templates:netmod"),
            Side("nornir_jinja2", "bench.templates:nornir_jinja2"),
            rounds=rounds,
            budget=10,
            note="the peer builds an environment for each call",
        )
    ]
