"""What a device of a large lab keeps of its configuration while nobody is logged in."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from netmod.lab import Lab
from netmod.lab.device import Device
from netmod.lab.junos.database import Database
from netmod.lab.shell import open_shell
from tests.unit.lab_eos import lab_of as eos_lab
from tests.unit.lab_eos import switch
from tests.unit.lab_junos import junos_pair
from tests.unit.lab_pair import pair
from tests.unit.test_lab_nxos_persona import lab_of as nxos_lab
from tests.unit.test_lab_nxos_persona import nexus

LABS: dict[str, tuple[str, Callable[[], Lab]]] = {
    "ios": ("xe", lambda: pair()[0]),
    "iosxr": ("xr", lambda: pair()[0]),
    "junos": ("ju", lambda: junos_pair()[0]),
    "nxos": ("a", lambda: nxos_lab(nexus("a"), nexus("b"))),
    "eos": ("a", lambda: eos_lab(switch("a"), switch("b"))),
}


def typed(lab: Lab, name: str, *lines: str) -> str:
    shell = open_shell(lab.devices[name], lab.fabric)
    return list(shell.receive("".join(f"{line}\n" for line in lines)))[-1].output


def shown(lab: Lab, name: str) -> str:
    junos = lab.devices[name].persona.platform == "juniper_junos"
    return typed(lab, name, "show configuration" if junos else "show running-config")


def rests(device: Device) -> bool:
    device.rest()
    return not device._is_parsed


@pytest.mark.parametrize("os", LABS)
def test_what_is_forgotten_is_read_again_just_the_same(os: str) -> None:
    name, make = LABS[os]
    lab = make()
    device = lab.devices[name]
    before, view = shown(lab, name), device.view
    assert rests(device)
    assert device.view == view
    assert device.pristine
    assert shown(lab, name) == before
    assert rests(device)


CHANGED = {
    "ios": ("configure terminal", "hostname other"),
    "iosxr": ("configure", "hostname other", "commit"),
    "junos": ("configure", "set system host-name other", "commit"),
    "nxos": ("configure terminal", "hostname other"),
    "eos": ("configure", "hostname other"),
}
KEPT = {
    "a checkpoint": ("nxos", ("checkpoint one",)),
    "a session": ("eos", ("configure session one", "hostname other", "exit")),
    "a candidate": ("junos", ("configure", "set system host-name other")),
    "an empty commit": ("junos", ("configure", "commit")),
} | {f"a change of {os}": (os, lines) for os, lines in CHANGED.items()}


@pytest.mark.parametrize("what", KEPT)
def test_what_happened_to_a_device_is_never_forgotten(what: str) -> None:
    os, lines = KEPT[what]
    name, make = LABS[os]
    lab = make()
    typed(lab, name, *lines)
    assert not rests(lab.devices[name])


def test_a_save_and_a_boot_are_not_forgotten() -> None:
    lab = pair()[0]
    device = lab.devices["xe"]
    _ = device.running
    device.save()
    assert not rests(device)
    other = lab.devices["xr"]
    _ = other.running
    other.reboot()
    assert not rests(other)


def test_a_candidate_that_was_discarded_is_none() -> None:
    lab = junos_pair()[0]
    typed(lab, "ju", "configure", "set system host-name other", "rollback 0")
    Database(lab.devices["ju"]).discard()
    assert rests(lab.devices["ju"])
