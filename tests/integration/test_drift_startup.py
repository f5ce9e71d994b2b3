"""What a reload would change: the startup config against what runs, on the lab's devices."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from netmod.drift import HostDrift, Seen, device_drift
from netmod.evidence import Capture, HostCaptures
from netmod.intent import render
from netmod.inventory import Device, Inventory, load_inventory
from netmod.lab import Lab
from netmod.lab.islands import part_of
from netmod.platforms import Platform, platform, platforms, read_host, refused

from .test_drift_lab import type_in

ROOT = Path(__file__).parents[2]
SAVED = {
    "cisco_iosxe": (("configure terminal", "ip http server", "end"), "ip http server"),
    "cisco_nxos": (("configure terminal", "feature telnet", "end"), "feature telnet"),
    "arista_eos": (("configure", "ip name-server 192.0.2.9", "end"), "ip name-server 192.0.2.9"),
}


@pytest.fixture(scope="module")
def inventory() -> Inventory:
    return load_inventory(ROOT / "inventory")


def start(inventory: Inventory, os: str) -> tuple[Device, Platform, str, Lab]:
    """A device of a platform, its intended config, and a lab with it."""
    device = next(one for one in inventory.devices.values() if one.platform == os)
    chosen = platform(os)
    assert chosen is not None
    (rendered,) = render(inventory, ROOT / "templates", [device])
    return device, chosen, rendered.text, Lab(inventory, {device.name: rendered.text})


def drift(device: Device, chosen: Platform, intended: str, lab: Lab) -> HostDrift:
    assert chosen.startup_command is not None
    seen = Seen(
        running=type_in(lab, device.name, chosen.config_command),
        startup=type_in(lab, device.name, chosen.startup_command),
    )
    return device_drift(device, intended, seen, chosen.language, today=date(2026, 11, 28))


def test_the_startup_config_is_collected_where_there_is_one() -> None:
    have = {one.id for one in platforms() if one.startup_command}
    assert have == {"cisco_ios", "cisco_iosxe", "cisco_nxos", "arista_eos"}
    for one in platforms():
        collected = [command for command in one.collect if "startup" in command]
        assert collected == ([one.startup_command] if one.startup_command else [])


@pytest.mark.parametrize("os", SAVED)
def test_a_change_that_nobody_saved_is_drift_of_the_startup_config(
    inventory: Inventory, os: str
) -> None:
    device, chosen, intended, lab = start(inventory, os)
    assert drift(device, chosen, intended, lab).items == ()
    lines, shown = SAVED[os]
    type_in(lab, device.name, *lines)
    found = drift(device, chosen, intended, lab).items
    assert {one.kind for one in found} == {"config", "startup"}
    assert shown in [line for one in found if one.kind == "startup" for line in one.intended]
    lab.devices[device.name].save()
    assert {one.kind for one in drift(device, chosen, intended, lab).items} == {"config"}


@pytest.mark.parametrize("os", SAVED)
def test_a_startup_config_states_no_facts_beside_what_runs(inventory: Inventory, os: str) -> None:
    device, chosen, _, lab = start(inventory, os)
    type_in(lab, device.name, *SAVED[os][0])
    running = type_in(lab, device.name, chosen.config_command)
    assert chosen.startup_command is not None
    startup = type_in(lab, device.name, chosen.startup_command).replace("macsec", "xmacsec")

    def facts(*captures: tuple[str, str]) -> object:
        texts = [Capture(device.name, *one, f"{n}.txt", "", True) for n, one in enumerate(captures)]
        found = read_host(HostCaptures(device.name, tuple(texts), platform=os), at=None)
        return found.model_dump(exclude={"captures"})

    both = (chosen.config_command, running), (chosen.startup_command, startup)
    assert facts(*both) == facts(both[0])


@pytest.mark.parametrize(
    ("os", "text"),
    [
        ("cisco_iosxe", "show startup-config\n     ^\n% Invalid input detected at '^' marker.\n"),
        ("cisco_nxos", "% Permission denied for the role\n"),
        ("arista_eos", "% Invalid input (privileged mode required)\n"),
    ],
)
def test_a_refusal_is_known_as_one(os: str, text: str) -> None:
    chosen = platform(os)
    assert chosen is not None
    assert refused(chosen, text)
    assert not refused(chosen, "hostname x\nend\n")


def test_the_lab_of_another_process_has_the_chassis_of_the_inventory(inventory: Inventory) -> None:
    """Otherwise every device of it would drift."""
    device = next(one for one in inventory.devices.values() if one.data.get("serial"))
    kept = part_of(inventory, [device.name]).devices[device.name].data
    assert kept == {key: device.data[key] for key in ("model", "serial")}
