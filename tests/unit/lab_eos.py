"""Two EOS devices `a` and `b` and one cable, for the lab's tests."""

from __future__ import annotations

from netmod.inventory import Inventory, ManagedEnd, Trust
from netmod.lab import Lab, ManualClock
from netmod.lab.shell import open_shell
from tests.unit import lab_pair

PORT = "Ethernet1/1"
CONFIG = """\
hostname {name}
mac security
   profile P
      cipher aes256-gcm-xpn
      key 01aa 7 <secret:macsec/kc/1>
      mka key-server priority 20
      mka session rekey-period 3600
      traffic unprotected drop
interface Ethernet1/1
   description a cable
   no switchport
   mac security profile P
interface Management1
   ip address 192.0.2.1/24
banner login
Only for staff.
EOF
"""


def switch(name: str) -> str:
    return CONFIG.format(name=name)


def inventory(*, far: str = "arista_eos", far_port: str = PORT) -> Inventory:
    """The two devices and their cable."""
    link = lab_pair.link(
        a=ManagedEnd(device="a", interface=PORT), b=ManagedEnd(device="b", interface=far_port)
    )
    return Inventory(
        trusts={"trust": Trust(id="trust", name="Trust")},
        sites={name: lab_pair.site(name) for name in ("site-a", "site-b")},
        devices={"a": lab_pair.device("a", "arista_eos"), "b": lab_pair.device("b", far)},
        links={link.id: link},
    )


def lab_of(
    a: str,
    b: str,
    *,
    far: str = "arista_eos",
    far_port: str = PORT,
    clock: ManualClock | None = None,
) -> Lab:
    """Two devices `a` and `b` and one cable, at noon of 15 June 2026."""
    devices = inventory(far=far, far_port=far_port)
    return Lab(devices, {"a": a, "b": b}, clock=clock or ManualClock(lab_pair.NOON))


def typed(lab: Lab, name: str, *lines: str) -> str:
    """What the device answers to the last of the lines, without echo and prompt."""
    shell = open_shell(lab.devices[name], lab.fabric)
    replies = list(shell.receive("".join(line + "\n" for line in lines)))
    return replies[-1].output.replace("\r\n", "\n")


def prompt(lab: Lab, *lines: str) -> str:
    shell = open_shell(lab.devices["a"], lab.fabric)
    return list(shell.receive("".join(line + "\n" for line in lines)))[-1].prompt


def traffic(lab: Lab, name: str = "a", port: str = PORT) -> str:
    state = lab.fabric.port(lab.devices[name], port)
    assert state is not None
    return state.traffic
