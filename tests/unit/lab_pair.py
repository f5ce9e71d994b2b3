"""Two devices and one cable for the lab's tests: IOS-XE `xe` and IOS-XR `xr`."""

from __future__ import annotations

from datetime import UTC, datetime

from netmod.inventory import Device, Inventory, Link, ManagedEnd, Site, SupplierEnd, Trust
from netmod.lab import Lab, ManualClock

NOON = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
XE_PORT, XR_PORT = "HundredGigE1/0/1", "HundredGigE0/0/0/1"

XE = f"""\
hostname xe
!
lldp run
!
key chain KC macsec
 key 01aa
  cryptographic-algorithm aes-256-cmac
  key-string <secret:macsec/kc/1>
  lifetime local 00:00:00 Jan 1 2026 23:59:59 Dec 31 2026
!
mka policy P
 key-server priority 10
 macsec-cipher-suite gcm-aes-xpn-256
 sak-rekey interval 3600
!
interface {XE_PORT}
 description to xr
 no switchport
 ip address 192.0.2.1 255.255.255.254
 mka policy P
 mka pre-shared-key key-chain KC
 macsec network-link
!
end
"""

XR = f"""\
hostname xr
lldp
!
key chain KC
 macsec
  key 01aa
   key-string <secret:macsec/kc/1> cryptographic-algorithm aes-256-cmac
   lifetime 00:00:00 january 01 2026 23:59:59 december 31 2026
  !
 !
!
macsec-policy P
 cipher-suite GCM-AES-XPN-256
 key-server-priority 20
 sak-rekey-interval seconds 3600
 security-policy must-secure
!
interface {XR_PORT}
 description to xe
 ipv4 address 192.0.2.0 255.255.255.254
 macsec psk-keychain KC policy P
!
end
"""

FALLBACK_XE = XE.replace(
    "mka policy P\n key-server",
    "key chain FB macsec\n key 02bb\n  cryptographic-algorithm aes-256-cmac\n"
    "  key-string <secret:macsec/fb/1>\n!\nmka policy P\n key-server",
).replace("key-chain KC", "key-chain KC fallback-key-chain FB")

FALLBACK_XR = XR.replace(
    "macsec-policy P\n cipher",
    "key chain FB\n macsec\n  key 02bb\n   key-string <secret:macsec/fb/1> "
    "cryptographic-algorithm aes-256-cmac\n  !\n !\n!\nmacsec-policy P\n cipher",
).replace("psk-keychain KC policy", "psk-keychain KC fallback-psk-keychain FB policy")


def device(name: str, platform: str) -> Device:
    """A device at a site of its own name."""
    return Device(
        name=name,
        address="192.0.2.10",
        port=22,
        platform=platform,
        domain="core",
        role="pe",
        site=f"site-{name}",
        groups=(),
        data={},
    )


def site(name: str) -> Site:
    """A small site."""
    return Site.model_validate(
        {
            "id": name,
            "name": name,
            "trust": "trust",
            "class": "C",
            "kind": "clinic",
            "latitude": 60,
            "longitude": 10,
        }
    )


def link(name: str = "link", **changes: object) -> Link:
    """The cable between the two."""
    ends = {
        "a": ManagedEnd(device="xe", interface=XE_PORT),
        "b": ManagedEnd(device="xr", interface=XR_PORT),
    }
    values = {"id": name, "layer": "inner-core", "capacity": "100G", **ends, **changes}
    return Link.model_validate(values)


def inventory(*links: Link) -> Inventory:
    """The two devices and the links given, else their cable."""
    return Inventory(
        trusts={"trust": Trust(id="trust", name="Trust")},
        sites={name: site(name) for name in ("site-xe", "site-xr")},
        devices={"xe": device("xe", "cisco_iosxe"), "xr": device("xr", "cisco_iosxr")},
        links={one.id: one for one in links or (link(),)},
    )


def pair(xe: str = XE, xr: str = XR, *links: Link) -> tuple[Lab, ManualClock]:
    """A lab of the two that is not started, at noon of 15 June 2026."""
    clock = ManualClock(NOON)
    return Lab(inventory(*links), {"xe": xe, "xr": xr}, clock=clock), clock


SUPPLIER = SupplierEnd(supplier="Norsk Helsenett")
