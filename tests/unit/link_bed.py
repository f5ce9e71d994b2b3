"""Two devices with a link to encrypt and another beside it, of any two platforms, without SSH."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from netmod.evidence import redact
from netmod.facts import HostFacts, KeyChainFact, KeyFact, LinkEndFact, NeighborFact
from netmod.intent import render_link
from netmod.inventory import (
    Device,
    Inventory,
    KeyChain,
    Link,
    MacsecPolicy,
    Site,
    Trust,
    interface_key,
)
from netmod.lab import ManualClock
from netmod.lab.device import Device as LabDevice
from netmod.lab.fabric import Fabric
from netmod.lab.junos.loading import load_set
from netmod.lab.network import PERSONAS
from netmod.rollout.link_ground import Ground, way_policies
from netmod.rollout.link_paths import Paths
from netmod.rollout.observations import Observation

TEMPLATES = Path(__file__).parents[2] / "templates"
NOON = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
PLATFORMS = ("cisco_iosxe", "cisco_iosxr", "cisco_nxos", "juniper_junos", "arista_eos")
PORTS = {
    "cisco_iosxe": ("HundredGigE0/1/0", "HundredGigE0/1/1"),
    "cisco_iosxr": ("HundredGigE0/0/0/0", "HundredGigE0/0/0/1"),
    "cisco_nxos": ("Ethernet1/1", "Ethernet1/2"),
    "juniper_junos": ("et-0/0/0", "et-0/0/1"),
    "arista_eos": ("Ethernet1", "Ethernet2"),
}
CKN, FALLBACK = "0a" * 32, "0b" * 32


def _base(platform: str, name: str) -> str:
    """A config without MACsec; ports of 9216 bytes."""
    if platform == "juniper_junos":
        lines = [f"set system host-name {name}", "set protocols lldp interface all"]
        lines += [f"set interfaces {port} mtu 9216" for port in PORTS[platform]]
        return "\n".join([*lines, ""])
    head = {
        "cisco_iosxe": "lldp run",
        "cisco_iosxr": "lldp",
        "cisco_nxos": "feature lldp\nfeature macsec",
        "arista_eos": "lldp run",
    }[platform]
    routed = "" if platform == "cisco_iosxr" else "  no switchport\n"
    ports = "".join(
        f"interface {port}\n{routed if platform != 'cisco_iosxe' else ''}  mtu 9216\n"
        "  no shutdown\n"
        for port in PORTS[platform]
    )
    return f"hostname {name}\n{head}\n{ports}end\n"


def _inventory(far: str, near: str) -> Inventory:
    """`near` in a data centre, `far` at a clinic; link `l1` is ours to encrypt, `l2` is clear."""
    platforms = {"far": far, "near": near}
    kinds = {"far": "clinic", "near": "data-centre"}
    ends = [
        {
            side: {"device": name, "interface": PORTS[platforms[name]][number]}
            for side, name in (("a", "near"), ("b", "far"))
        }
        for number in (0, 1)
    ]
    encryption = {"policy": "MACSEC-CORE", "key_chain": "KC", "fallback_key_chain": "KC-FB"}
    common = {"layer": "inner-core", "capacity": "100G"}
    key = {"start": "2026-01-01", "end": "2027-12-31"}
    return Inventory(
        trusts={"t": Trust(id="t", name="t")},
        sites={
            name: Site.model_validate(
                {"id": name, "name": name, "trust": "t", "class": "A", "kind": kinds[name],
                 "latitude": 60, "longitude": 10}
            )
            for name in kinds
        },
        devices={
            name: Device(
                name, "192.0.2.1", 22, platform, "core", "pe", name, (), {}
            )
            for name, platform in platforms.items()
        },
        links={
            "l1": Link.model_validate({"id": "l1", **common, **ends[0], "encryption": encryption}),
            "l2": Link.model_validate({"id": "l2", **common, **ends[1]}),
        },
        policies={
            "MACSEC-CORE": MacsecPolicy.model_validate(
                {"id": "MACSEC-CORE", "cipher": "GCM-AES-XPN-256"}
            )
        },
        key_chains={
            "KC": KeyChain.model_validate(
                {"id": "KC", "keys": [{"ckn": CKN, "secret": "macsec/l1/1", **key}]}
            ),
            "KC-FB": KeyChain.model_validate(
                {"id": "KC-FB",
                 "keys": [{"ckn": FALLBACK, "secret": "macsec/l1/fb", "start": "2026-01-01"}]}
            ),
        },
    )  # fmt: skip


class Bed:
    """The two devices of a lab that nobody logs in to, and what a plan for `l1` is made from."""

    def __init__(self, far: str, near: str, configs: Mapping[str, str] | None = None) -> None:
        self.platforms = {"far": far, "near": near}
        self.inventory = _inventory(far, near)
        self.link = self.inventory.links["l1"]
        texts = configs or {name: _base(self.platforms[name], name) for name in self.platforms}
        self.clock = ManualClock(NOON)
        self.devices = {
            name: LabDevice(name, PERSONAS[platform], self.clock, config=texts[name])
            for name, platform in self.platforms.items()
        }
        self.fabric = Fabric(self.inventory, self.devices)
        assert not any(one.rejected for one in self.devices.values())

    def device(self, name: str) -> LabDevice:
        return self.devices[name]

    def port(self, name: str) -> str:
        return PORTS[self.platforms[name]][0]

    def traffic(self) -> set[str]:
        """What passes the link, as each end sees it."""
        states = [self.fabric.port(self.device(one), self.port(one)) for one in self.platforms]
        return {state.traffic if state else "none" for state in states}

    def config(self, name: str) -> str:
        """The running config as it is captured, but with its secrets."""
        device = self.device(name)
        lines = device.running.render(block_end=device.persona.block_end)
        return "\n".join([*lines, "" if self.platforms[name] == "juniper_junos" else "end", ""])

    def merge(self, name: str, text: str) -> None:
        """Put a text in force, all at once."""
        tree = self.device(name).running
        if self.platforms[name] == "juniper_junos":
            root = tree.root.copy()
            assert load_set(root, text) == []
            tree.replace(root)
        else:
            lines = [line for line in text.splitlines() if line.strip() != "exit"]
            assert tree.load("\n".join(lines)) == []

    def set_back(self, name: str, config: str) -> None:
        """What a device's own timer does."""
        device = self.device(name)
        tree = device.persona.tree(device.persona.grammar)
        assert tree.load(config) == []
        device.running.replace(tree.root)

    def ground(self, **changes: Any) -> Ground:
        """What a plan is made from, as it is now."""
        policies = way_policies(self.inventory, self.link)
        values: dict[str, Any] = {
            "plan": "plan-1",
            "inventory": self.inventory,
            "intended": {"l1": render_link(self.inventory, TEMPLATES, self.link, {})},
            "relaxed": {"l1": render_link(self.inventory, TEMPLATES, self.link, policies)},
            "running": {name: redact(self.config(name)) for name in self.platforms},
            "seen": self.seen(),
            "stored": {
                key.secret: True for one in self.inventory.key_chains.values() for key in one.keys
            },
            "paths": Paths(self.inventory, (), self.clock.now().date()),
            "now": self.clock.now(),
        }
        return Ground(**{**values, **changes})

    def give_keys(self, *keys: Mapping[str, str]) -> None:
        """Let the inventory have these keys in the chain of `l1`."""
        chain = KeyChain.model_validate({"id": "KC", "keys": keys})
        chains = {**self.inventory.key_chains, "KC": chain}
        self.inventory = dataclasses.replace(self.inventory, key_chains=chains)

    def seen(self) -> Observation:
        """What a collection would show."""
        names = tuple(sorted(self.platforms))
        return Observation(
            at=self.clock.now(),
            devices=names,
            links=(self.link,),
            logins=dict.fromkeys(names, True),
            facts={name: self._facts(name) for name in names},
            clocks=dict.fromkeys(names, 0.0),
            running=dict.fromkeys(names, "0" * 64),
            frames={name: {interface_key(self.port(name)): 9216} for name in names},
        )

    def _facts(self, name: str) -> HostFacts:
        far = "near" if name == "far" else "far"
        state = self.fabric.port(self.device(name), self.port(name))
        active = state.active if state else None
        end = LinkEndFact(
            interface=self.port(name),
            technology="macsec",
            state="secured" if active and active.peer else "unsecured",
            ckn=active.key.name if active else None,
            cipher=active.cipher if active else None,
            enforcement="must-secure" if active and active.policy.must_secure else "should-secure",
            local_sci=active.local.sci if active else None,
            peer_scis=(active.peer.sci,) if active and active.peer else (),
            tx_encrypted=state.counters.tx if state else None,
            rx_ok=state.counters.rx if state else None,
        )
        neighbor = NeighborFact(
            local_interface=self.port(name), neighbor=far, neighbor_interface=self.port(far)
        )
        return HostFacts(
            platform=self.platforms[name],
            link_ends=(end,),
            key_chains=tuple(
                KeyChainFact(name=chain, keys=tuple(KeyFact(id=key.name) for key in one.keys))
                for chain, one in self.device(name).view.key_chains.items()
            ),
            neighbors=(neighbor,),
            captures=("x",),
            captured_at=self.clock.now(),
        )
