"""A Junos device and an IOS-XR router on one cable, for the lab's tests."""

from __future__ import annotations

from netmod.inventory import Inventory, ManagedEnd, Trust
from netmod.lab import Lab, ManualClock
from netmod.lab.shell import open_shell
from tests.unit.lab_pair import NOON, XR, XR_PORT, device, link, site

PORT = "et-0/0/1"

JUNOS = f"""\
set system host-name ju
set system services ssh root-login deny
set system services ssh ciphers [ aes256-gcm@openssh.com aes256-ctr ]
set protocols lldp interface all
set security macsec connectivity-association CA security-mode static-cak
set security macsec connectivity-association CA cipher-suite gcm-aes-xpn-256
set security macsec connectivity-association CA mka key-server-priority 10
set security macsec connectivity-association CA mka sak-rekey-interval 3600
set security macsec connectivity-association CA replay-protect replay-window-size 64
set security macsec connectivity-association CA pre-shared-key ckn 01aa
set security macsec connectivity-association CA pre-shared-key cak <secret:macsec/kc/1>
set security macsec interfaces {PORT} connectivity-association CA
set interfaces {PORT} description "to xr"
set interfaces {PORT} unit 0 family inet address 192.0.2.1/31
set interfaces lo0 unit 0 family inet address 192.0.2.9/32
"""


def without(text: str, part: str) -> str:
    """A configuration without the lines that hold `part`."""
    return "\n".join(line for line in text.splitlines() if part not in line) + "\n"


def junos_pair(junos: str = JUNOS, xr: str = XR) -> tuple[Lab, ManualClock]:
    """A lab of the two, and its clock."""
    clock = ManualClock(NOON)
    return Lab(region(), {"ju": junos, "xr": xr}, clock=clock), clock


def region() -> Inventory:
    """The inventory of the two devices and their cable."""
    ends = {
        "a": ManagedEnd(device="ju", interface=PORT),
        "b": ManagedEnd(device="xr", interface=XR_PORT),
    }
    return Inventory(
        trusts={"trust": Trust(id="trust", name="Trust")},
        sites={name: site(name) for name in ("site-ju", "site-xr")},
        devices={"ju": device("ju", "juniper_junos"), "xr": device("xr", "cisco_iosxr")},
        links={"link": link(**ends)},
    )


def typed(lab: Lab, *lines: str) -> list[str]:
    """What a session on the Junos device answers to each line, without echo and prompt."""
    shell = open_shell(lab.devices["ju"], lab.fabric)
    return [reply.output for line in lines for reply in shell.receive(line + "\n")]
